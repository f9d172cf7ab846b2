import ArgumentParser

/// Whether a command may paint.
struct ColourOptions: ParsableArguments {
    @Flag(name: .customLong("no-color"), help: "No colours. NO_COLOR in the environment does the same.") var noColour = false
}
