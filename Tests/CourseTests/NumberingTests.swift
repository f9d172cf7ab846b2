import Course
import Testing

/// Numbers come from people and from strangers' files: any of them has an answer.
@Suite struct NumberingTests {
    @Test(arguments: [(1, "a"), (3, "c"), (0, nil), (4, nil), (Int.min, nil), (Int.max, nil)] as [(Int, String?)])
    func countsFromOne(number: Int, element: String?) { #expect(["a", "b", "c"].numbered(number) == element) }

    @Test(arguments: [(0, 1), (1, 2), (3, 3), (Int.max, 3), (Int.min, 1)])
    func afterTheLastComesTheLast(known: Int, next: Int) { #expect(["a", "b", "c"].nextNumber(after: known) == next) }
}
