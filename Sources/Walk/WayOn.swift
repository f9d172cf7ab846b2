import Course
import Journal

/// How practice machines come to be as they were at a moment of a recorded walk: the start of a step, what was typed from there on, and
/// the fault of a drill that was open.
package struct WayOn: Sendable {
    /// Whose start the machines are put back to.
    package var step: String
    /// What was typed from there on, in order.
    package var typed: [Typed]
    package var drill: Drill?
    /// What was known of the machines at that moment; nil before the first look.
    package var then: FormerFacts?
    /// What the journal does not say, or cannot be done again, in sentences.
    package var remarks: [String]

    /// A command as it is typed here, and how it ended in the walk.
    package struct Typed: Sendable, Hashable {
        package var call: TaskCall
        /// Its step, or its drill.
        package var step: String
        /// As the journal has it; -1 if a signal ended it.
        package var status: Int
        /// Whether it is a task of this course, and not just what somebody's journal says.
        package var isOfCourse: Bool

        package init(call: TaskCall, step: String, status: Int, isOfCourse: Bool) {
            self.call = call
            self.step = step
            self.status = status
            self.isOfCourse = isOfCourse
        }
    }

    package init(step: String, typed: [Typed], drill: Drill?, then: FormerFacts?, remarks: [String]) {
        self.step = step
        self.typed = typed
        self.drill = drill
        self.then = then
        self.remarks = remarks
    }
}
