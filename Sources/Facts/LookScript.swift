import Course
import DataFiles

/// The one script that looks at everything wanted on one machine.
///
/// It goes to the standard input of one `sh`. It is inside a function, so that a connection cut in the middle runs
/// nothing. Every probe has a time limit, an output limit and no standard input, and answers in one line that carries the
/// nonce. No here-documents: bash keeps large ones in a file, and looking must not write.
package struct LookScript: Sendable {
    /// Output of one probe beyond this many bytes makes its table unknown.
    package static let outputLimit = 256 << 10

    /// Letters and digits that nobody can guess.
    package static var newNonce: String { (0..<4).map { _ in String(UInt32.random(in: 0 ... .max), radix: 36) }.joined() }

    /// The tables that this script asks for.
    package let tables: [FactTable]
    private let values: Value
    private let peers: [Value]
    private let platform: Platform
    /// Where the shells find programs, as a word of the shell.
    private let path: String

    /// - Parameters:
    ///   - tables: what to look at.
    ///   - machine: the machine looked at.
    ///   - situation: whose machines these are; names and addresses in it were checked when the inventory was loaded.
    ///   - own: folders with programs of whoever looks, on the workstation.
    package init(tables: [FactTable], machine: Machine, situation: Situation, path own: String? = nil) {
        self.tables = tables
        let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        path = own.map { shellQuoted("\($0):\(usual)") } ?? usual
        values = situation.values(for: machine)
        platform = situation.platform
        peers = situation.lab.machines.filter { $0.name != machine.name }.map(situation.describe)
    }

    /// The script's text.
    /// - Parameters:
    ///   - nonce: letters and digits that nobody can guess, new for every look.
    ///   - sudoPassword: for `sudo` on machines that want one. It goes through standard input and a shell variable, and
    ///     never into an argument list.
    package func text(nonce: String, sudoPassword: String? = nil) -> String {
        let own = tables.filter { $0.account == .student }.map { ask($0, as: "") }
        let others = platform.accounts.filter { $0.account != .student }.map { askAll(as: $0, nonce: nonce) }.filter { !$0.isEmpty }
        let root = others.isEmpty ? [] : [prelude(nonce)] + others + ["printf '%s\\n' \"LAB$N root-end .\""]
        var lines = ["lab_look() {", prelude(nonce)] + own
        if !root.isEmpty { lines += asRootLines(root.joined(separator: "\n"), sudoPassword) }
        lines += ["printf '%s\\n' \"LAB$N end .\"", "}", "lab_look </dev/null", ""]
        return lines.joined(separator: "\n")
    }

    /// What every shell of the script begins with: paths, language, and the two functions `ask` and `row` (in `P`).
    ///
    /// The probe's exit status, between two dots, goes through the encoder behind the output, so that an answer without it is
    /// known not to be a whole one: an encoder that is missing, fails or is killed must not look like a probe that saw nothing.
    private func prelude(_ nonce: String) -> String {
        """
        PATH=\(path) LC_ALL=C LANGUAGE=C
        export PATH LC_ALL LANGUAGE
        unset ENV BASH_ENV CDPATH IFS
        cd /
        N=\(nonce)
        P=\(shellQuoted(row))
        ask() {
        o=$( { timeout -k 1 "$2" $4 sh -c "$P$3" 2>&1; printf '.%s.' "$?"; } </dev/null 2>/dev/null \
        | head -c \(Self.outputLimit + 1) | base64 -w 0 2>/dev/null )
        printf '%s\\n' "LAB$N $1 $o"
        }
        """
    }

    /// Defines `show KEY UNIT [OPTION]`, which prints a property of a systemd unit, or of several keys with commas between them
    /// `KEY=VALUE` in lines, and `row`: prints its arguments as a row. It forks only for values that need escaping; if that
    /// fails, it says so in a line by which the whole answer counts for nothing, as the value would otherwise be an empty one.
    private var row: String {
        """
        PATH=\(path) LC_ALL=C; export PATH LC_ALL
        show() { case $1 in *,*) systemctl show -p "$1" "$2" ;; *) systemctl show -p "$1" --value $3 "$2" ;; esac; }
        row() {
        l=+
        for v in "$@"; do
        case $v in '\\N') ;; *\\\\*|*"\t"*|*"\n"*|*"\r"*) \
        v=$(printf %s "$v" | sed -z 's/\\\\/\\\\\\\\/g;s/\\n/\\\\n/g;s/\\t/\\\\t/g;s/\\r/\\\\r/g') || { echo '!sed'; return 1; } ;; esac
        l="$l\t$v"
        done
        printf '%s\\n' "$l"
        }

        """
    }

    /// What root asks as another account of the platform, or as itself.
    private func askAll(as other: PlatformAccount, nonce: String) -> String {
        let own = tables.filter { $0.account == other.account }
        guard !own.isEmpty else { return "" }
        if other.account == .root { return own.map { ask($0, as: "") }.joined(separator: "\n") }
        let become = "setpriv --reuid=\(other.user) --regid=\(other.user) --init-groups --reset-env"
        let queries = own.filter(\.isQuery)
        var asked = own.filter { !$0.isQuery }.map { ask($0, as: become) }
        if !queries.isEmpty, let client = platform.queries { asked.append(Psql(client, values).ask(queries, nonce: nonce, as: become)) }
        // 2 alone means that there is no such account; a getent that is missing or fails means nothing.
        return """
            getent passwd \(other.user) >/dev/null; g=$?; if [ $g = 0 ]; then
            \(asked.joined(separator: "\n"))
            elif [ $g = 2 ]; then
            printf '%s\\n' "LAB$N \(LookReader.noAccount(other.account)) ."
            else
            printf '%s\\n' "LAB$N \(LookReader.noGetent) ."
            fi
            """
    }

    private func ask(_ table: FactTable, as account: String) -> String {
        "ask \(table.name) \(table.limit) \(shellQuoted(code(of: table))) \(shellQuoted(account))"
    }

    /// The shell code of a table. For each peer a child of its own, all at once: a dead peer costs its time only once.
    private func code(of table: FactTable) -> String {
        let template = table.probe.template
        if let program = table.program {
            let missing = "there is no \(program) on this computer"
            return "command -v \(shellQuoted(program)) >/dev/null || { echo \(shellQuoted(missing)); exit 1; }\n\(template.render(values))"
        }
        guard table.eachPeer else { return template.render(values) }
        let children = peers.map { "(\n\(template.render(values.merging(["peer": $0])))\n) & c=\"$c $!\"" }
        return (["c= s=0"] + children + ["for i in $c; do wait $i || s=$?; done; exit $s"]).joined(separator: "\n")
    }

    private func asRootLines(_ root: String, _ password: String?) -> [String] {
        var lines = ["R=\(shellQuoted(root))", "w='sudo -n'"]
        if let password {
            lines += [
                "W=\(shellQuoted(password))",
                "sudo -kn true 2>/dev/null || w='sudo -kSp'",
            ]
        }
        // Standard error of sudo itself is what explains why there is no root shell.
        lines += [
            "{ e=$({",
            "if [ \"$(id -u)\" = 0 ]; then printf '%s\\n' \"$R\" | sh",
            "elif [ \"$w\" = 'sudo -n' ]; then printf '%s\\n' \"$R\" | sudo -n sh",
            // Tried alone first: a refused password must not make sudo read the script as further guesses.
            "elif printf '%s\\n' \"$W\" | sudo -kSp '' true; then printf '%s\\n' \"$W\" \"$R\" | sudo -kSp '' sh",
            "fi; } 2>&1 >&4 | head -c 2000 | base64 -w 0); } 4>&1",
            "printf '%s\\n' \"LAB$N sudo $e\"",
        ]
        return lines
    }
}

extension FactTable {
    /// Whether the table is looked at with SQL on the machine.
    package var isQuery: Bool {
        if case .sql = probe { true } else { false }
    }
}
