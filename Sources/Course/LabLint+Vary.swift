import DataFiles

extension Lab {
    /// What is wrong with `vary:`: values that a variable cannot have, draws that could give two variables one value that only one of
    /// them may have, and variables that vary where no student would see it.
    func lintVary(_ book: ComplaintBook) {
        for variation in vary { rules.noteMisfits(of: variation, book) }
        lintCollisions(book)
        for variable in vary.flatMap(\.variables) where rules.values[variable.string] != nil && !isShown(variable.string) {
            book.note(variable.place, "'\(variable)' varies, and no step shows it", expected: "a step that quotes {{\(variable)}}")
        }
    }

    /// Of ports and names, no two variables may come to the same value, unless they are everybody's.
    private func lintCollisions(_ book: ComplaintBook) {
        for (position, variation) in vary.enumerated() {
            for (index, variable) in variation.variables.enumerated() {
                guard let kind = rules.kinds[variable.string], kind != .number else { continue }
                let others = vary[..<position].flatMap { other in other.variables.enumerated().map { (other, $0.offset, $0.element) } }
                for (other, at, name) in others where rules.kinds[name.string] == kind {
                    guard let same = variation.pool(of: index).first(where: { other.pool(of: at).contains($0) }) else { continue }
                    book.note(
                        variable.place, "'\(variable)' and '\(name)' (\(name.place)) may both become '\(same)'",
                        expected: "a group of both with one list, or lists without a common value")
                }
                lintRows(variation, index, kind, book)
                let fixed = rules.values.filter { other, _ in
                    rules.kinds[other] == kind && !vary.flatMap(\.variables).contains { $0.string == other }
                }
                for (name, value) in fixed.sorted(by: { $0.key < $1.key }) where variation.pool(of: index).contains(value) {
                    book.note(variable.place, "'\(variable)' may become '\(value)', as '\(name)' is", expected: "values without that")
                }
            }
        }
    }

    /// Two variables of one row.
    private func lintRows(_ variation: Variation, _ index: Int, _ kind: LabVariables.Kind, _ book: ComplaintBook) {
        guard case .rows(let rows) = variation.source else { return }
        for row in rows {
            for earlier in 0..<index
            where row[earlier].string == row[index].string && rules.kinds[variation.variables[earlier].string] == kind {
                book.note(row[index].place, "'\(row[index])' is in the row twice", expected: "another value for each")
            }
        }
    }

    /// Whether what a step shows has a variable's value in it: its text quotes the variable, or a figure or value that does.
    private func isShown(_ variable: String) -> Bool {
        let sign = "lab-lint-\(variable)"
        guard let reread = try? Lab.load(folder, choosing: Choice(signs: [variable: sign]), drills: false) else { return true }
        return reread.exampleSituations.contains { situation in
            reread.steps.contains { step in
                step.texts.contains { $0.render(situation.values).contains(sign) }
                    || (step.tasks + step.undo).contains { task in
                        let machines = task.at == [.workstation] ? [] : task.at.machines(of: reread.machines)
                        let all = machines.isEmpty ? [situation.values] : machines.map(situation.values(for:))
                        return all.contains { values in
                            [task.why, task.run, task.prints].compactMap(\.self).contains { $0.render(values).contains(sign) }
                        }
                    }
            }
        }
    }
}

extension Variation {
    /// Every value that one of its variables may have.
    func pool(of variable: Int) -> [String] {
        switch source {
        case .pool(let pool): (0..<pool.count).map { pool[$0].string }
        case .rows(let rows): rows.map { $0[variable].string }
        }
    }
}
