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
    /// What all the probes of one shell may print together, in bytes.
    static let outputLimitTogether = 4 * outputLimit

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
        let own = askAll(tables.filter { $0.account == .student }, becoming: "")
        let others = platform.accounts.filter { $0.account != .student }.map { askAll(as: $0, nonce: nonce) }.filter { !$0.isEmpty }
        let root = others.isEmpty ? [] : [prelude(nonce)] + others + ["printf '%s\\n' \"LAB$N root-end .\""]
        var lines = ["lab_look() {", prelude(nonce)] + own
        if !root.isEmpty { lines += asRootLines(root.joined(separator: "\n"), sudoPassword) }
        lines += ["printf '%s\\n' \"LAB$N end .\"", "}", "lab_look </dev/null", ""]
        return lines.joined(separator: "\n")
    }

    /// How long all the quick probes of one shell may take together, in seconds, before those that have not answered are asked alone.
    private static let limitTogether = 8

    /// What every shell of the script begins with: paths, language, two functions, and in `P` what each probe begins with.
    ///
    /// `ask TABLE SECONDS CODE ACCOUNT` asks one probe in a shell of its own. Its exit status, between two dots, goes through the encoder
    /// behind the output, so that an answer without it is known not to be a whole one: an encoder that is missing, fails or is
    /// killed must not look like a probe that saw nothing.
    ///
    /// `together SECONDS ACCOUNT TABLE…` asks many through one encoder, one after the other, as `ask` costs six processes. Their code is
    /// in variables that are called after them, `C_TABLE`. Quick ones are children of one shell; those with a time limit of their
    /// own, in `L_TABLE`, are quoted once more and get a shell each. What systemd tells the quick ones of units is asked once: the
    /// properties are in `K`, the units in `U`. The answers are like that of `ask`, each behind a line with the nonce, and come as
    /// one. The names of those that came to their end arrive in `d`. The others (one hung, printed without end, or is no shell) are
    /// asked again, each alone.
    private func prelude(_ nonce: String) -> String {
        """
        PATH=\(path) LC_ALL=C LANGUAGE=C
        export PATH LC_ALL LANGUAGE
        unset ENV BASH_ENV CDPATH IFS
        cd /
        N=\(nonce)
        P=\(shellQuoted(beginning))
        ask() {
        o=$( { timeout -k 1 "$2" $4 sh -c "$P$3" 2>&1; printf '.%s.' "$?"; } </dev/null 2>/dev/null \
        | head -c \(Self.outputLimit + 1) | base64 -w 0 2>/dev/null )
        printf '%s\\n' "LAB$N $1 $o"
        }
        together() {
        l=$1 a=$2 b="${P}P="\(shellQuoted(shellQuoted(beginning)))"
        "
        [ -z "$U" ] || b="${b}U='$U' S=\\$(systemctl show -p $K $U 2>/dev/null)
        "
        shift 2
        for t; do
        eval "c=\\$C_$t i=\\${L_$t-}"
        [ -n "$i" ] && c="timeout -k 1 $i sh -c \\"\\$P\\"$c" || c="(
        $c
        )"
        b="${b}echo; echo LAB$N $t
        $c </dev/null 3>&-; printf '.%s.' \\$?; echo $t >&3
        "
        done
        printf %s "LAB$N \(LookReader.together) "
        { d=$( { printf %s "$b" | timeout -k 1 $l $a sh 2>&1 | head -c \(Self.outputLimitTogether) | base64 -w 0 2>/dev/null >&4; } 3>&1 ); } 4>&1
        echo
        for t; do case "
        $d
        " in *"
        $t
        "*) ;; *)
        eval "c=\\$C_$t i=\\${L_$t-}"
        [ -z "$i" ] || eval "c=$c"
        ask $t ${i:-\(FactTable.usualLimit)} "$c" "$a" ;;
        esac; done
        }
        """
    }

    /// Defines `nl` and `tab`; `show KEY UNIT [OPTION]`, to be called in a shell of its own, which prints a property of a systemd unit, or
    /// of several keys with commas between them `KEY=VALUE` in lines, from `S` if it is there; and `row`: prints its arguments as
    /// a row. It forks only for values that need escaping; if that fails, it says so in a line by which the whole answer counts
    /// for nothing, as the value would otherwise be an empty one.
    private var beginning: String {
        """
        PATH=\(path) LC_ALL=C; export PATH LC_ALL
        nl='
        ' tab='\t'
        show() {
        s=${S-} k=$1, o=
        for u in ${U-} ''; do [ "$u" != "$2" ] || break; s=${s#*"$nl$nl"}; done
        s=$nl${s%%"$nl$nl"*}$nl
        [ -n "$u" ] && [ -z "${3-}" ] && while [ -n "$k" ]; do
        case $s in *"$nl${k%%,*}="*) ;; *) break ;; esac
        v=${s#*"$nl${k%%,*}="}
        v=${v%%"$nl"*}
        o=$o${k%%,*}=$v$nl k=${k#*,}
        done
        case $k/$1 in
        /*,*) printf %s "$o" ;;
        /*) printf '%s\\n' "$v" ;;
        */*,*) systemctl show -p "$1" "$2" ;;
        *) systemctl show -p "$1" --value $3 "$2" ;;
        esac
        }
        row() {
        l=+
        for v in "$@"; do
        case $v in '\\N') ;; *\\\\*|*"$tab"*|*"$nl"*|*"\r"*) \
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
        if other.account == .root { return askAll(own, becoming: "").joined(separator: "\n") }
        let become = "setpriv --reuid=\(other.user) --regid=\(other.user) --init-groups --reset-env"
        var asked = askAll(own.filter { !$0.isQuery }, becoming: become)
        let queries = own.filter(\.isQuery)
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

    /// Asks tables as one account: first what only reads, then what may wait for others.
    private func askAll(_ tables: [FactTable], becoming account: String) -> [String] {
        let quick = tables.filter { !$0.eachPeer && $0.limit == FactTable.usualLimit }
        let slow = tables.filter { !quick.contains($0) }
        return ask(quick, becoming: account, areQuick: true) + ask(slow, becoming: account, areQuick: false)
    }

    private func ask(_ tables: [FactTable], becoming account: String, areQuick: Bool) -> [String] {
        guard tables.count > 1 else {
            return tables.map { "ask \($0.name) \($0.limit) \(shellQuoted(code(of: $0))) \(shellQuoted(account))" }
        }
        var lines: [String] = []
        var shown = ShownProperties()
        for table in tables {
            let code = code(of: table)
            if areQuick {
                shown.take(code)
                lines.append("C_\(table.name)=\(shellQuoted(code))")
            } else {
                lines.append("C_\(table.name)=\(shellQuoted(shellQuoted(code))) L_\(table.name)=\(table.limit)")
            }
        }
        let seconds = areQuick ? Self.limitTogether : tables.reduce(0) { $0 + $1.limit + 1 }
        return lines + [
            "K=\(shellQuoted(shown.keys.joined(separator: ","))) U=\(shellQuoted(shown.units.joined(separator: " ")))",
            "together \(seconds) \(shellQuoted(account)) \(tables.map(\.name).joined(separator: " "))",
        ]
    }

    /// The shell code of a table. For each peer a child of its own, all at once: a dead peer costs its time only once.
    private func code(of table: FactTable) -> String {
        let template = table.probe.template
        let functions = table.functions.map { $0.text(values) }
        if let program = table.program {
            let missing = "there is no \(program) on this computer"
            let check = "command -v \(shellQuoted(program)) >/dev/null || { echo \(shellQuoted(missing)); exit 1; }"
            return (functions + [check, template.render(values)]).joined(separator: "\n")
        }
        guard table.eachPeer else { return (functions + [template.render(values)]).joined(separator: "\n") }
        let children = peers.map { "(\n\(template.render(values.merging(["peer": $0])))\n) & c=\"$c $!\"" }
        return (functions + ["c= s=0"] + children + ["for i in $c; do wait $i || s=$?; done; exit $s"]).joined(separator: "\n")
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

/// What the code of probes asks of systemd's units with `show`, so that it can be asked at once.
private struct ShownProperties {
    private(set) var keys: [String] = []
    private(set) var units: [String] = []

    /// Notes each `show KEY,KEY UNIT` whose words are written out. An option behind them makes another question of it.
    mutating func take(_ code: String) {
        for part in code.split(separator: "$(show ").dropFirst() {
            let call = part.prefix { $0 != ")" && $0 != "\n" }.split(separator: " ")
            guard call.count == 2 || call.count > 2 && !call[2].hasPrefix("-"), Self.isPlain(call[0], ","), Self.isPlain(call[1], "@._-:")
            else { continue }
            for key in call[0].split(separator: ",").map(String.init) where !keys.contains(key) { keys.append(key) }
            if !units.contains(String(call[1])) { units.append(String(call[1])) }
        }
    }

    private static func isPlain(_ word: Substring, _ others: String) -> Bool {
        word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || others.contains($0)) }
    }
}
