/// Lengths of time in data files: `15s`, `2m`.
package enum Seconds {
    /// Reads `15s` or `2m`; notes what is wrong otherwise.
    package static func read(_ node: DataNode, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.text() else { return nil }
        let factor = text.string.hasSuffix("m") ? 60 : 1
        if text.string.hasSuffix("s") || text.string.hasSuffix("m"), let count = Int(text.string.dropLast()) {
            let (seconds, isTooMuch) = count.multipliedReportingOverflow(by: factor)
            if !isTooMuch, range ~= seconds { return seconds }
        }
        node.complain(
            "'\(text.string)' is not a valid length of time here",
            expected: "seconds or minutes from \(range.lowerBound)s to \(range.upperBound)s, such as 5s")
        return nil
    }
}
