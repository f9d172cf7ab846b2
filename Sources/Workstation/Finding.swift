/// One thing that a computer needs to work with lab, and how it stands.
public struct Finding: Sendable, Hashable {
    /// How it stands. Only what is missing keeps somebody from working.
    public enum State: Sendable, Hashable { case ready, remark, missing }

    /// How it stands.
    public var state: State
    /// What was looked at and what was found, as one sentence.
    public var what: String
    /// What to do about it; nil where there is nothing to do.
    public var advice: String?

    /// A finding with its advice.
    public init(_ state: State, _ what: String, advice: String? = nil) {
        self.state = state
        self.what = what
        self.advice = advice
    }
}
