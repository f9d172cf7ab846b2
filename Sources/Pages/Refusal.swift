/// What somebody asked for cannot be meant: at the prompt a sentence, on the command line bad usage.
package struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
