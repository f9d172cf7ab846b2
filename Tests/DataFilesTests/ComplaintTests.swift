import DataFiles
import Testing

/// Every complaint names the line and column at which an author has to look.
@Suite struct ComplaintTests {
    private func complaints(_ text: String, _ read: (DataNode) -> Void) -> [String] {
        do {
            let file = try DataFile(text: text, path: "x.yaml")
            read(file.root)
            return file.book.all.map(\.description)
        } catch {
            return error.all.map(\.description)
        }
    }

    @Test(arguments: [
        ("format: 1\ntitle: a\ntilte: a", "x.yaml:3:1: unknown key 'tilte'; expected one of format, title; the nearest name is 'title'"),
        ("format: 1\ntitle: [a]", "x.yaml:2:8: this is a list; expected text"),
        ("format: 1\ntitle: no", "x.yaml:2:8: YAML reads 'no' as a boolean; expected text: put it in quotes"),
        ("format: 1\ntitle: 1.10", "x.yaml:2:8: YAML reads '1.10' as a number; expected text: put it in quotes"),
        ("format: 1\ntitle: 15", "x.yaml:2:8: YAML reads '15' as a number; expected text: put it in quotes"),
        ("format: 1\ntitle:", "x.yaml:2:7: YAML reads '' as nothing (null); expected text: put it in quotes"),
        ("format: 1\ntitle: '  '", "x.yaml:2:8: this is empty; expected text"),
        ("format: 2\ntitle: a", "x.yaml:1:9: format 2 is newer than this program; expected format 1, or a newer lab"),
        ("title: a", "x.yaml:1:1: the key 'format' is missing; expected 'format: 1'"),
        ("format: 1", "x.yaml:1:1: the key 'title' is missing; expected 'title: …'"),
        ("- a", "x.yaml:1:1: this is a list; expected a mapping"),
        ("format: 1\non: a\ntitle: b", "x.yaml:2:1: YAML reads 'on' as a boolean; expected text: put it in quotes"),
    ])
    func namesThePlace(text: String, expected: String) {
        let found = complaints(text) { root in
            guard let file = root.mapping(keys: ["format", "title"]) else { return }
            file.checkFormat()
            _ = file.requiredText("title")
        }
        #expect(found == [expected])
    }

    @Test(
        arguments: [("90s", 90), ("2m", 120), ("999999999999999999m", nil), ("-1s", nil), ("5", nil), ("9223372036854775808s", nil)]
            as [(String, Int?)])
    func aLengthOfTimeFitsOrIsAComplaint(text: String, seconds: Int?) {
        var read: Int?
        let found = complaints("settle: '\(text)'") { root in
            read = root.mapping(keys: ["settle"])?["settle"].flatMap { Seconds.read($0, in: 1...120) }
        }
        #expect(read == seconds)
        #expect(found.isEmpty == (seconds != nil))
    }

    @Test func duplicateKeysAreComplaints() {
        #expect(complaints("a: 1\na: 2") { _ in }.first?.contains("a mapping has a key twice: 'a'") == true)
    }

    @Test(arguments: ["a: [", "a: b: c", "\tx", "{", "a: \"b", "&x *y", "%YAML 9.9\n---\na"])
    func brokenYAMLIsAComplaintAndNoCrash(text: String) {
        let found = complaints(text) { _ in }
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("x.yaml:"))
    }

    @Test func emptyFileSaysWhatBelongsThere() {
        #expect(complaints("") { _ in } == ["x.yaml:1:1: the file is empty; expected a mapping that begins with 'format: 1'"])
    }

    @Test func randomBytesNeverCrash() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array(":-[]{}\"'|>&*!%#\n\t abcé\u{0}0")
        for _ in 0..<2000 {
            let text = String((0..<Int.random(in: 0...40, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! })
            _ = complaints(text) { root in
                guard let file = root.mapping(keys: ["format", "title"]) else { return }
                file.checkFormat()
                _ = file.requiredText("title")
            }
        }
    }

    @Test(arguments: [("hostnam", "hostname"), ("pg_witnes", "pg_witness"), ("pg4", "pg1")])
    func nearestNames(wrong: String, near: String) {
        #expect(nearestName(to: wrong, among: ["pg1", "hostname", "pg_witness"]) == near)
    }

    @Test func farNamesAreNotOffered() {
        #expect(nearestName(to: "elephant", among: ["pg1", "hostname"]) == nil)
    }
}
