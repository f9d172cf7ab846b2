extension Array {
    /// The element of a number that counts from 1, as people and journals count; nil if there is none. The number may be
    /// anything: it may come from a stranger's file.
    package func numbered(_ number: Int) -> Element? {
        number >= 1 && number <= count ? self[number - 1] : nil
    }

    /// The number of the element after as many as are known, or that of the last one.
    package func nextNumber(after known: Int) -> Int { Swift.min(Swift.max(0, known), Swift.max(0, count - 1)) + 1 }
}
