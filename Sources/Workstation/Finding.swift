/// One thing that a computer needs to work with lab, and its state.
package struct Finding: Sendable, Hashable {
    /// Its state. Only what is missing keeps somebody from working.
    package enum State: Sendable, Hashable { case ready, remark, missing }

    /// Its state.
    package var state: State
    /// What was looked at and what was found, as one sentence.
    package var what: String
    /// What to do about it; nil if there is nothing to do.
    package var advice: String?

    /// A finding with its advice.
    package init(_ state: State, _ what: String, advice: String? = nil) {
        self.state = state
        self.what = what
        self.advice = advice
    }
}
