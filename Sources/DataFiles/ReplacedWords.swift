extension String {
    /// The text with other words in the place of some.
    /// - Parameters:
    ///   - words: what stands for what. Only whole words are replaced.
    ///   - signs: what words are made of besides ASCII letters and digits.
    package func replacing(words: [String: String], of signs: String) -> String {
        guard !words.isEmpty else { return self }
        var result = ""
        result.reserveCapacity(utf8.count)
        var word = ""
        func end() {
            // A full stop at a word's end is the sentence's.
            let bare = word.last == "." ? String(word.dropLast()) : word
            if let other = words[bare] { result += other + word.dropFirst(bare.count) } else { result += word }
            word = ""
        }
        for character in self {
            if character.isASCII, character.isLetter || character.isNumber || signs.contains(character) {
                word.append(character)
            } else {
                end()
                result.append(character)
            }
        }
        end()
        return result
    }
}
