import Foundation
import Synchronization
import Yams

/// A YAML file that authors or users write, read with the place of every node.
///
/// Readers take what they need from ``root`` and note what is wrong in ``book``; a file is accepted when its book stays
/// empty. So one run reports everything that is wrong with a file, not only the first thing.
package struct DataFile {
    /// The path as shown in complaints.
    package let path: String
    package let root: DataNode
    package let book: ComplaintBook

    /// Files above this size are refused: no data file of a course comes near it.
    package static let sizeLimit = 4 << 20

    /// Reads and parses a file.
    /// - Throws: `Complaints` when it cannot be read, is not YAML, has a key twice in a mapping, or is empty.
    package init(_ url: URL, book: ComplaintBook = ComplaintBook()) throws(Complaints) {
        let (text, path) = try Self.text(of: url)
        try self.init(text: text, path: path, book: book)
    }

    /// The text of a file, and its path as complaints show it.
    /// - Throws: `Complaints` when it cannot be read, is too large, or not UTF-8.
    static func text(of url: URL) throws(Complaints) -> (text: String, path: String) {
        let (data, path) = try bytes(of: url)
        return (try text(data, path: path), path)
    }

    private static func bytes(of url: URL) throws(Complaints) -> (data: Data, path: String) {
        let path = Self.shown(url)
        do throws(FileFault) {
            let data = try Trace.timed("read \(path)") { () throws(FileFault) in
                try BoundedFile.read(url, atMost: Self.sizeLimit, called: path)
            }
            return (data, path)
        } catch {
            throw Complaints([Complaint(Place(file: path, line: 1, column: 1), error.said, expected: error.advice)])
        }
    }

    private static func text(_ data: Data, path: String) throws(Complaints) -> String {
        guard let text = String(data: data, encoding: .utf8) else { throw Complaints([ForeignEncoding(data).complaint(in: path)]) }
        return text
    }

    /// Parses a text as if it were in the file `path`.
    package init(text: String, path: String, book: ComplaintBook = ComplaintBook()) throws(Complaints) {
        self.init(try Self.parse(text, path: path), path: path, book: book)
    }

    private init(_ tree: YAMLTree, path: String, book: ComplaintBook) {
        self.path = path
        self.book = book
        root = DataNode(YAMLDocument(tree: tree, file: path, book: book))
    }

    private static func parse(_ text: String, path: String) throws(Complaints) -> YAMLTree {
        let start = Place(file: path, line: 1, column: 1)
        do {
            // What a plain scalar is to YAML is asked when it matters: seven regular expressions for each would be most of the work.
            guard let node = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                throw Complaints([Complaint(start, "the file is empty", expected: "a mapping that begins with 'format: 1'")])
            }
            guard let tree = YAMLTree(node) else {
                throw Complaints([Complaint(start, "with its references it has more than \(YAMLTree.largest) values", expected: "fewer")])
            }
            return tree
        } catch let complaints as Complaints {
            throw complaints
        } catch let error as YamlError {
            throw Complaints([Self.complaint(about: error, start: start)])
        } catch {
            throw Complaints([Complaint(start, "this is not YAML: \(error)")])
        }
    }

    /// Opens a file of a course, whose complaints go to a book; a file that cannot be read at all is a complaint like any other.
    /// - Parameter kept: where it may be found as it was parsed the last time.
    package static func open(_ url: URL, book: ComplaintBook, kept: TreeCache? = courses) -> DataNode? {
        do {
            let (data, path) = try bytes(of: url)
            guard let kept else { return DataFile(try parse(try text(data, path: path), path: path), path: path, book: book).root }
            let source = YAMLTree.source(Array(data))
            if let tree = kept.tree(of: url.path, source: source) { return DataFile(tree, path: path, book: book).root }
            let tree = try parse(try text(data, path: path), path: path)
            kept.keep(tree, of: url.path, source: source)
            return DataFile(tree, path: path, book: book).root
        } catch {
            error.all.forEach(book.note)
            return nil
        }
    }

    /// Where the program keeps the files of courses as it has parsed them; nil until it says so.
    package static var courses: TreeCache? {
        get { coursesKept.withLock { $0 } }
        set { coursesKept.withLock { $0 = newValue } }
    }
    private static let coursesKept = Mutex<TreeCache?>(nil)

    /// The path as a person in the working directory would type it.
    package static func shown(_ url: URL) -> String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return url.path.hasPrefix(here) ? String(url.path.dropFirst(here.count)) : url.path
    }

    private static func complaint(about error: YamlError, start: Place) -> Complaint {
        func at(_ mark: Mark) -> Place { Place(file: start.file, line: mark.line, column: mark.column) }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Complaint(at(mark), "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            return Complaint(at(context.mark), "a mapping has a key twice: \(names)", expected: "each key once")
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.unicodeScalars.prefix(offset ?? 0)
            let line = before.count { $0 == "\n" } + 1
            return Complaint(Place(file: start.file, line: line, column: 1), "this is not YAML: \(problem)")
        default:
            return Complaint(start, "this is not YAML: \(error)")
        }
    }
}

/// Collects complaints while files are read.
package final class ComplaintBook {
    package private(set) var all: [Complaint] = []

    package init() {}

    package func note(_ complaint: Complaint) { all.append(complaint) }

    package func note(_ place: Place, _ what: String, expected: String? = nil, nearest: String? = nil) {
        note(Complaint(place, what, expected: expected, nearest: nearest))
    }

    /// Throws what was noted, if anything was.
    package func close() throws(Complaints) {
        if !all.isEmpty { throw Complaints(all) }
    }
}
