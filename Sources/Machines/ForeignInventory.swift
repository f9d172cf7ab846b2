import DataFiles
import Foundation

/// An Ansible inventory in a form that lab does not read: recognised, so that it is called by its name instead of being
/// reported as a bad class file.
package enum ForeignInventory {
    private static let limit = 4 << 20

    /// What is wrong with a file, if it is such an inventory.
    package static func complaint(about url: URL) -> Complaint? {
        guard let data = try? BoundedFile.read(url, atMost: limit), let text = String(data: data, encoding: .utf8),
            let form = form(of: text)
        else { return nil }
        let path = DataFile.shown(url)
        return Complaint(
            Place(file: path, line: 1, column: 1), "this is an Ansible inventory (\(form)), not a class file",
            expected: "what 'ansible-inventory -i \(path) --list' prints, in a file that ends in .json")
    }

    private static func form(of text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).filter { line in
            guard let first = line.first(where: { !$0.isWhitespace }) else { return false }
            return first != "#" && first != ";" && !line.hasPrefix("---")
        }
        guard let first = lines.first else { return nil }
        // A heading [group], or a host with its variables on one line.
        if first.hasPrefix("["), first.contains("]"), !first.contains(",") { return "INI" }
        if lines.contains(where: { $0.contains(" ansible_host=") || $0.contains(" ansible_ssh_host=") }), !text.contains("\nformat:"),
            !text.hasPrefix("format:")
        {
            return "INI"
        }
        // YAML: every entry at the left edge is a group with hosts, children or vars.
        let isGroups =
            lines.contains { $0.hasPrefix("all:") }
            || lines.contains { $0.hasPrefix("  hosts:") || $0.hasPrefix("    hosts:") || $0.hasPrefix("  children:") }
        guard isGroups, !lines.contains(where: { $0.hasPrefix("class:") || $0.hasPrefix("format:") || $0.hasPrefix("students:") }) else {
            return nil
        }
        return "YAML"
    }
}
