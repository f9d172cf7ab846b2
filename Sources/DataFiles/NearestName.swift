/// The name of `names` that a mistyped `name` most likely meant, or nil when none is near.
///
/// Near means at most a third of the letters (at least one) inserted, dropped, changed or swapped with their neighbour.
package func nearestName(to name: String, among names: some Sequence<String>) -> String? {
    let allowed = max(1, name.count / 3)
    let ranked = names.map { (name: $0, distance: editDistance(name, $0)) }.min { $0.distance < $1.distance }
    guard let ranked, ranked.distance <= allowed else { return nil }
    return ranked.name
}

/// The sentence that names the nearest of `names`, with a blank before it, to follow what is wrong; nothing when none is near.
package func didYouMean(_ name: String, among names: some Sequence<String>) -> String {
    nearestName(to: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var current = [i] + [Int](repeating: 0, count: b.count)
        for j in 1...b.count {
            let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
            current[j] = min(last[j] + 1, current[j - 1] + 1, substitution)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                current[j] = min(current[j], beforeLast[j - 2] + 1)
            }
        }
        (beforeLast, last) = (last, current)
    }
    return last[b.count]
}
