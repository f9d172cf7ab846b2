import Testing

@testable import DataFiles

/// The fingerprint is the one that sha256sum prints.
@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func theExamplesOfTheStandard(text: String, hash: String) {
        #expect(SHA256.hex(of: text.utf8) == hash)
    }

    @Test func aMillionLetters() {
        let letters = repeatElement(UInt8(ascii: "a"), count: 1_000_000)
        #expect(SHA256.hex(of: letters) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
