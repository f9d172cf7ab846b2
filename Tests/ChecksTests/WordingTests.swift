import DataFiles
import Testing

@testable import Checks

/// What lint says of the English in texts.
@Suite struct WordingTests {
    @Test(arguments: ["This is no\nmachine of the lab.", "Mend it first.", "It stays, all the same.", "The file of which it is a part."])
    func whatPlainEnglishDoesNotSayIsFound(text: String) {
        #expect(Wording.complaints(in: Template(verbatim: text)).count == 1)
    }

    @Test(arguments: ["There is no server.", "It is no longer there.", "Amend the file.", "Fix it first."])
    func goodEnglishIsLeftAlone(text: String) { #expect(Wording.complaints(in: Template(verbatim: text)).isEmpty) }
}
