import Display
import Foundation

/// JUnit's XML, as the schemas of Ant and of Jenkins want it: attributes on one line, elements in their order, times in UTC.
enum JUnitText {
    /// Cases that belong together.
    struct Suite {
        var name: String
        /// What the suites of one file are about.
        var package: String
        var seconds: Double
        var date: Date
        /// Names and values, in this order.
        var properties: [(name: String, value: String)] = []
        var cases: [Case]
        var out = ""
        var err = ""
    }

    /// One thing that was tried.
    struct Case {
        var name: String
        var group: String
        var seconds: Double = 0
        var outcome: Outcome
    }

    enum Outcome {
        case passed
        /// - Parameters:
        ///   - kind: a name by which such failures are counted.
        ///   - brief: one line.
        ///   - text: everything that a person should read.
        case failed(kind: String, brief: String, text: String)
        /// Nothing can be said; that is no success.
        case error(kind: String, brief: String, text: String?)
        case skipped(brief: String)
    }

    /// A whole file.
    static func document(_ suites: [Suite]) -> String {
        let inner = suites.enumerated().flatMap { lines($1, $0) }
        return ([#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites>"] + inner + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private static func lines(_ suite: Suite, _ number: Int) -> [String] {
        // The schema has no place for a time zone: this is UTC.
        let timestamp = suite.date.formatted(Date.ISO8601FormatStyle().year().month().day().time(includingFractionalSeconds: false))
        func count(_ holds: (Outcome) -> Bool) -> Int { suite.cases.count { holds($0.outcome) } }
        let failures = count { if case .failed = $0 { true } else { false } }
        let errors = count { if case .error = $0 { true } else { false } }
        let skipped = count { if case .skipped = $0 { true } else { false } }
        let figures = #"tests="\#(suite.cases.count)" failures="\#(failures)" errors="\#(errors)" skipped="\#(skipped)""#
        let head =
            #"  <testsuite name="\#(attribute(suite.name))" package="\#(attribute(suite.package))" id="\#(number)" "#
            + #"\#(figures) time="\#(suite.seconds)" timestamp="\#(timestamp)" hostname="localhost">"#
        let properties = suite.properties.map { #"      <property name="\#($0.name)" value="\#(attribute($0.value))"/>"# }
        return [head] + (properties.isEmpty ? ["    <properties/>"] : ["    <properties>"] + properties + ["    </properties>"])
            + suite.cases.flatMap(lines)
            + [element("system-out", suite.out), element("system-err", suite.err), "  </testsuite>"]
    }

    private static func lines(_ one: Case) -> [String] {
        let names = #"name="\#(attribute(one.name))" classname="\#(attribute(one.group))""#
        let seconds = one.seconds == 0 ? "0" : "\((one.seconds * 10).rounded() / 10)"
        let head = #"    <testcase \#(names) time="\#(seconds)""#
        let inner: String
        switch one.outcome {
        case .passed: return [head + "/>"]
        case .failed(let kind, let brief, let text): inner = told("failure", kind, brief, text)
        case .error(let kind, let brief, let text): inner = told("error", kind, brief, text)
        case .skipped(let brief): inner = #"<skipped message="\#(attribute(brief))"/>"#
        }
        return [head + ">", "      " + inner, "    </testcase>"]
    }

    private static func told(_ element: String, _ kind: String, _ brief: String, _ text: String?) -> String {
        let head = #"<\#(element) type="\#(attribute(kind))" message="\#(attribute(brief))""#
        return text.map { "\(head)>\(Markup.escaped($0))</\(element)>" } ?? "\(head)/>"
    }

    private static func element(_ name: String, _ text: String) -> String {
        "    <\(name)>\(Markup.escaped(text))</\(name)>"
    }

    private static func attribute(_ text: String) -> String { Markup.escaped(Cleaner.line(text)) }
}
