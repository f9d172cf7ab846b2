/// Shapes a stream of harmless characters into lines of bounded length, and turns lines that are written over with carriage
/// returns into lines that stay.
struct LineShaper: Sendable {
    /// More marks than this on one letter are no longer writing.
    private static let marksPerLetter = 8

    private let lineLimit: Int
    private let limit: Int
    /// The characters of the current line, shown or not.
    private var lineLength = 0
    private var total = 0
    private var marks = 0
    private var sawReturn = false
    /// What was written over the current line last: shown when the line ends, unless it is written over again.
    private var held: (text: [Unicode.Scalar], length: Int)?

    init(lineLimit: Int, limit: Int?) {
        self.lineLimit = max(1, lineLimit)
        self.limit = limit.map { max(0, $0) } ?? .max
    }

    mutating func take(_ scalar: Unicode.Scalar, into result: inout String.UnicodeScalarView) {
        switch scalar {
        case "\r": sawReturn = true
        case "\n":
            sawReturn = false
            endLine(into: &result)
            show("\n", into: &result)
        default:
            if sawReturn {
                sawReturn = false
                if lineLength > 0 { held = ([], 0) }
            }
            guard isFew(scalar) else { return }
            if held != nil { hold(scalar) } else { write(scalar, into: &result) }
        }
    }

    mutating func finish() -> String {
        var result = String.UnicodeScalarView()
        endLine(into: &result)
        if total > limit { result.append(contentsOf: "\n… (\(total - limit) more characters left out)".unicodeScalars) }
        self = LineShaper(lineLimit: lineLimit, limit: limit == .max ? nil : limit)
        return String(result)
    }

    private mutating func isFew(_ scalar: Unicode.Scalar) -> Bool {
        marks = scalar.value >= 0x300 && Layout.columns(scalar) == 0 ? marks + 1 : 0
        return marks <= Self.marksPerLetter
    }

    private mutating func hold(_ scalar: Unicode.Scalar) {
        guard var line = held else { return }
        held = nil
        line.length += 1
        if line.length <= lineLimit { line.text.append(scalar) }
        held = line
    }

    private mutating func write(_ scalar: Unicode.Scalar, into result: inout String.UnicodeScalarView) {
        lineLength += 1
        if lineLength <= lineLimit { show(scalar, into: &result) }
    }

    private mutating func endLine(into result: inout String.UnicodeScalarView) {
        tellWhatIsMissing(of: lineLength, into: &result)
        if let line = held, line.length > 0 {
            show("\n", into: &result)
            for scalar in line.text { show(scalar, into: &result) }
            tellWhatIsMissing(of: line.length, into: &result)
        }
        held = nil
        lineLength = 0
        marks = 0
    }

    private func tellWhatIsMissing(of length: Int, into result: inout String.UnicodeScalarView) {
        guard length > lineLimit, total <= limit else { return }
        result.append(contentsOf: " … (\(length - lineLimit) more characters)".unicodeScalars)
    }

    private mutating func show(_ scalar: Unicode.Scalar, into result: inout String.UnicodeScalarView) {
        total += 1
        if total <= limit { result.append(scalar) }
    }
}
