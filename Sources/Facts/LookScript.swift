import Course
import DataFiles

/// The one script that looks at everything wanted on one machine.
///
/// It goes to the standard input of one `sh`. It stands inside a function, so that a connection cut in the middle runs
/// nothing. Every probe has a time limit, an output limit and no standard input, and answers in one line that carries the
/// nonce. No here-documents: bash keeps large ones in a file, and looking must not write.
package struct LookScript: Sendable {
    /// Output of one probe beyond this many bytes makes its table unknown.
    package static let outputLimit = 256 << 10

    /// The tables that this script asks for.
    package let tables: [FactTable]
    private let values: Value
    private let peers: [Value]

    /// - Parameters:
    ///   - tables: what to look at.
    ///   - machine: the machine looked at.
    ///   - situation: whose machines these are; names and addresses in it were checked when the inventory was loaded.
    package init(tables: [FactTable], machine: Machine, situation: Situation) {
        self.tables = tables
        values = situation.values(for: machine)
        peers = situation.lab.machines.filter { $0.name != machine.name }.map(situation.describe)
    }

    /// The script's text.
    /// - Parameters:
    ///   - nonce: letters and digits that nobody can guess, new for every look.
    ///   - sudoPassword: for `sudo` on machines that want one. It goes through standard input and a shell variable, and
    ///     never into an argument list.
    package func text(nonce: String, sudoPassword: String? = nil) -> String {
        let own = tables.filter { $0.account == .student }.map { ask($0, as: "") }
        let asRoot = tables.filter { $0.account == .root }.map { ask($0, as: "") }
        let asPostgres = tables.filter { $0.account == .postgres && !$0.isQuery }.map { ask($0, as: Self.becomePostgres) }
        let queries = tables.filter(\.isQuery)
        var root: [String] = []
        if !asRoot.isEmpty || !asPostgres.isEmpty || !queries.isEmpty {
            root = [Self.prelude(nonce)] + asRoot
            if !asPostgres.isEmpty || !queries.isEmpty {
                // 2 alone means that there is no such account; a getent that is missing or fails means nothing.
                root.append("getent passwd postgres >/dev/null; g=$?; if [ $g = 0 ]; then")
                root += asPostgres
                if !queries.isEmpty { root.append(askPostgreSQL(queries, nonce: nonce)) }
                root.append("elif [ $g = 2 ]; then\nprintf '%s\\n' \"LAB$N no-postgres .\"\nelse\nprintf '%s\\n' \"LAB$N no-getent .\"\nfi")
            }
            root.append("printf '%s\\n' \"LAB$N root-end .\"")
        }
        var lines = ["lab_look() {", Self.prelude(nonce)] + own
        if !root.isEmpty { lines += asRootLines(root.joined(separator: "\n"), sudoPassword) }
        lines += ["printf '%s\\n' \"LAB$N end .\"", "}", "lab_look </dev/null", ""]
        return lines.joined(separator: "\n")
    }

    /// What every shell of the script begins with: paths, language, and the two functions `ask` and `row` (in `P`).
    ///
    /// The probe's exit status, between two dots, goes through the encoder behind the output, so that an answer without it is
    /// known to be no whole one: an encoder that is missing, fails or is killed must not look like a probe that saw nothing.
    private static func prelude(_ nonce: String) -> String {
        """
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C LANGUAGE=C
        export PATH LC_ALL LANGUAGE
        unset ENV BASH_ENV CDPATH IFS
        cd /
        N=\(nonce)
        P=\(shellQuoted(row))
        ask() {
        o=$( { timeout -k 1 "$2" $4 sh -c "$P$3" 2>&1; printf '.%s.' "$?"; } </dev/null 2>/dev/null | head -c \(outputLimit + 1) | base64 -w 0 2>/dev/null )
        printf '%s\\n' "LAB$N $1 $o"
        }
        """
    }

    /// Defines `row`: prints its arguments as a row. It forks only for values that need escaping; where that fails, it says so
    /// in a line by which the whole answer counts for nothing, as the value would otherwise be an empty one.
    private static let row = """
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; export PATH LC_ALL
        row() {
        l=+
        for v in "$@"; do
        case $v in '\\N') ;; *\\\\*|*"\t"*|*"\n"*|*"\r"*) v=$(printf %s "$v" | sed -z 's/\\\\/\\\\\\\\/g;s/\\n/\\\\n/g;s/\\t/\\\\t/g;s/\\r/\\\\r/g') || { echo '!sed'; return 1; } ;; esac
        l="$l\t$v"
        done
        printf '%s\\n' "$l"
        }

        """

    private static let becomePostgres = "setpriv --reuid=postgres --regid=postgres --init-groups --reset-env"

    private func ask(_ table: FactTable, as account: String) -> String {
        "ask \(table.name) \(table.limit) \(shellQuoted(code(of: table))) \(shellQuoted(account))"
    }

    /// The shell code of a table. For each peer a child of its own, all at once: a dead peer costs its time only once.
    private func code(of table: FactTable) -> String {
        let template = table.probe.template
        guard table.eachPeer else { return template.render(values) }
        let children = peers.map { "(\n\(template.render(values.merging(["peer": $0])))\n) & c=\"$c $!\"" }
        return (["c= s=0"] + children + ["for i in $c; do wait $i || s=$?; done; exit $s"]).joined(separator: "\n")
    }

    /// A `psql` for each database; a query that fails costs only itself, a database that lets nobody in only what is asked in it.
    private func askPostgreSQL(_ tables: [FactTable], nonce: String) -> String {
        let bin = values["pg"]?.flattened["bin"] ?? "/usr/bin"
        let databases = tables.map(\.database).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return databases.map { database in
            let own = tables.filter { $0.database == database }
            var statements = own.map { ask($0, nonce: nonce) }
            if database != Self.firstDatabase {
                // A database that is not there has no rows; that the question itself failed must not look so.
                let isThere = [Self.there("SELECT 1 FROM pg_database WHERE datname = '\(database)'"), "\\if :lab_there", "\\connect \(database)"]
                statements = isThere + statements + ["\\else"] + own.map { "\\echo B\(nonce) \($0.name)\n\\echo E\(nonce) false" } + ["\\endif"]
            }
            let limit = own.map(\.limit).max() ?? 5
            let code = """
                export PGCONNECT_TIMEOUT=\(limit) PGOPTIONS='-c default_transaction_read_only=on -c lc_messages=C -c lock_timeout=1s' PGAPPNAME=lab
                printf '%s\\n' \(shellQuoted(statements.joined(separator: "\n"))) | \(shellQuoted(bin + "/psql")) -X -q -t -d \(Self.firstDatabase)
                """
            return "ask \(Self.answer(of: database)) \(limit + 2) \(shellQuoted(code)) \(shellQuoted(Self.becomePostgres))"
        }.joined(separator: "\n")
    }

    /// The name under which the answers of all queries in a database come: no name of a table has a dot.
    static func answer(of database: String) -> String { "sql.\(database)" }

    private static let firstDatabase = "postgres"

    /// Asks whether something exists. Where the question fails, the answer is yes, so that the query itself says why.
    private static func there(_ query: String) -> String {
        "\\set lab_there true\nSELECT EXISTS (\(query)) AS lab_there \\gset"
    }

    /// One table's query, framed by lines with the nonce.
    private func ask(_ table: FactTable, nonce: String) -> String {
        let query = table.probe.template.render(values).trimmingTrailing([";", "\n", " "])
        var lines = ["SET statement_timeout = '\(table.limit)s';", "\\echo B\(nonce) \(table.name)"]
        let copy = "COPY (SELECT '+', q.* FROM (\(query)) AS q) TO STDOUT;"
        if let relation = table.relation {
            lines += [Self.there("SELECT 1 WHERE to_regclass('\(relation)') IS NOT NULL"), "\\if :lab_there", copy, "\\endif"]
        } else {
            lines.append(copy)
        }
        return (lines + ["\\echo E\(nonce) :ERROR :LAST_ERROR_MESSAGE"]).joined(separator: "\n")
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

/// A text as one word of a POSIX shell.
package func shellQuoted(_ text: String) -> String {
    let quote = UInt8(ascii: "'")
    var quoted: [UInt8] = [quote]
    quoted.reserveCapacity(text.utf8.count + text.utf8.count / 16 + 2)
    // By bytes: scripts are long, quoted twice, and made for every machine of a class.
    for byte in text.utf8 {
        if byte == quote { quoted += [quote, UInt8(ascii: "\\"), quote, quote] } else { quoted.append(byte) }
    }
    quoted.append(quote)
    return String(decoding: quoted, as: UTF8.self)
}

extension String {
    fileprivate func trimmingTrailing(_ characters: Set<Character>) -> String {
        var text = self[...]
        while let last = text.last, characters.contains(last) { text = text.dropLast() }
        return String(text)
    }
}
