import DataFiles
import Foundation

/// What a course author begins with: files to be made, and files that get something more. Nothing is written before all of it is known.
package struct Start: Sendable {
    /// A file as it is to be.
    package struct File: Sendable {
        package var url: URL
        package var text: String
        /// What it says now; nil for one that is not there.
        package var before: String?

        init(_ url: URL, _ text: String) {
            self.url = url
            self.text = text
        }

        init(_ grown: GrowingFile) {
            url = grown.url
            text = grown.text
            before = grown.before
        }
    }

    package private(set) var files: [File]
    /// What to do next, as sentences.
    package var next: String

    /// - Throws: ``Misfit`` for a file that is there and should not be; `Complaints` about a text that cannot be read.
    init(_ files: [File], next: String) throws {
        for file in files {
            if file.before == nil, FileManager.default.fileExists(atPath: file.url.path) { throw Misfit.there(DataFile.shown(file.url)) }
            if file.url.pathExtension == "yaml" { _ = try DataFile(text: file.text, path: DataFile.shown(file.url)) }
        }
        self.files = files
        self.next = next
    }

    /// What has been done to the folder so far.
    private enum Deed {
        case folder(URL)
        case made(URL)
        case changed(URL, from: String)

        /// Takes it back. A folder goes only if nothing is in it, and so does nothing of somebody else's.
        func takeBack() {
            switch self {
            case .folder(let url): rmdir(url.path)
            case .made(let url): unlink(url.path)
            case .changed(let url, let text): try? Start.replace(url, with: text)
            }
        }
    }

    /// Writes all files, or none: what was written before one that cannot be is taken back.
    package func write() throws(FileFault) {
        var deeds: [Deed] = []
        do throws(FileFault) {
            for file in files { try Self.write(file, &deeds) }
        } catch {
            for deed in deeds.reversed() { deed.takeBack() }
            throw error
        }
    }

    private static func write(_ file: File, _ deeds: inout [Deed]) throws(FileFault) {
        // A link stays, as somebody put it there.
        let url = file.url.resolvingSymlinksInPath()
        if let before = file.before {
            guard let now = try? String(contentsOf: url, encoding: .utf8), now == before else {
                throw FileFault(DataFile.shown(file.url), .written, said: "it was changed meanwhile")
            }
        } else {
            try makeFolder(url.deletingLastPathComponent(), &deeds)
        }
        do {
            if let before = file.before {
                try replace(url, with: file.text)
                deeds.append(.changed(url, from: before))
            } else {
                try Data(file.text.utf8).write(to: url, options: .withoutOverwriting)
                deeds.append(.made(url))
            }
        } catch {
            throw FileFault(DataFile.shown(file.url), .written, error)
        }
    }

    /// Writes all of a file that is there, or nothing of it. Who may read and write it stays as it was.
    private static func replace(_ url: URL, with text: String) throws {
        let rights = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
        try Data(text.utf8).write(to: url, options: .atomic)
        if let rights { try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: url.path) }
    }

    private static func makeFolder(_ folder: URL, _ deeds: inout [Deed]) throws(FileFault) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw FileFault(DataFile.shown(folder), .made, said: "there is a file of that name") }
            return
        }
        try makeFolder(folder.deletingLastPathComponent(), &deeds)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            deeds.append(.folder(folder))
        } catch {
            throw FileFault(DataFile.shown(folder), .made, error)
        }
    }
}
