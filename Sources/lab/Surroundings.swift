import Display

/// What lab reads from its surroundings, keeps in them, and ends with. Said once, for 'lab help environment' and every man page.
enum Surroundings {
    /// A name, and what it is about.
    struct Entry {
        var name: String
        var meaning: String

        init(_ name: String, _ meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    /// Entries under a heading, named as man pages name it.
    struct Section {
        var title: String
        var lead: String
        var entries: [Entry]
    }

    static let sections = [environment, files, exitStatus]

    static let environment = Section(
        title: "ENVIRONMENT", lead: "An empty variable counts as one that is not set, except LAB_PAGER and PAGER.",
        entries: [
            Entry(
                "LAB_PATH",
                "The folder with labs/ and checks/: the course. Default: the working folder, else share/lab beside the program's folder, "
                    + "else the source tree that the program was built in."),
            Entry("XDG_CONFIG_HOME", "Where lab/machines.yaml is. Default: ~/.config."),
            Entry("XDG_STATE_HOME", "Where lab/ keeps what it has to remember. Default: ~/.local/state."),
            Entry("XDG_DATA_HOME", "Where lab/courses/ is, with what 'lab get' installs. Default: ~/.local/share."),
            Entry("XDG_CACHE_HOME", "Where lab/ keeps what it can make again. Default: ~/.cache."),
            Entry("HOME", "The folder that ~ stands for. Default: the account's."),
            Entry("NO_COLOR", "No colours, whatever its value. Default: colours on a terminal."),
            Entry("ACCESSIBLE", "Words for marks, no colours, nothing drawn over, unless it is 0: what --plain does, for screen readers."),
            Entry("CLICOLOR_FORCE", "Colours also where there is no terminal, unless it is 0. NO_COLOR goes before it."),
            Entry("TERM", "What the terminal can do. With dumb, or without it, nothing is redrawn and nothing coloured."),
            Entry("COLUMNS", "How wide the output is where there is no terminal to ask. Default: 80."),
            Entry("LINES", "How many lines are a page where there is no terminal to ask. Default: 24."),
            Entry("LC_ALL", "The locale, or else LC_CTYPE, or else LANG. If it does not say UTF-8, a terminal gets ASCII only."),
            Entry("LAB_PAGER", "What shows a text longer than the terminal, or else PAGER. Default: less. Empty, or cat: none."),
            Entry("LAB_DEBUG", "Says on standard error what lab does, and how long it takes, as --verbose does, unless it is 0."),
            Entry("LESS", "How less shows it. Default: FRX."),
            Entry("SOURCE_DATE_EPOCH", "The date that man pages get when they are made. Default: today."),
            Entry("PATH", "Where ssh, podman, git and the other programs are that lab calls."),
            Entry("SHELL", "What a command in OpenSSH's configuration (Match exec, ProxyCommand) runs in. Default: the account's shell."),
            Entry("SSH_AUTH_SOCK", "The agent that has keys, unless OpenSSH's configuration names another."),
            Entry("KRB5CCNAME", "The Kerberos tickets, for machines that take them."),
            Entry("PGPASSFILE", "The file with the gradebook's password. Default: ~/.pgpass. libpq reads its other PG variables as well."),
            Entry(
                "SLURM_ARRAY_TASK_ID",
                "Which part of a class --shard auto takes, with SLURM_ARRAY_TASK_MIN, SLURM_ARRAY_TASK_STEP and SLURM_ARRAY_TASK_COUNT."),
            Entry("JOB_COMPLETION_INDEX", "The same for an indexed job of Kubernetes: --shard auto/N."),
        ])

    static let files = Section(
        title: "FILES", lead: "",
        entries: [
            Entry("~/.config/lab/machines.yaml", "Your machines: where they are, and how to log in."),
            Entry("~/.local/state/lab/walks/", "A journal of each walk. lab resumes from it, and lab replay plays it."),
            Entry("~/.local/state/lab/history", "What you typed inside lab."),
            Entry("~/.local/state/lab/ssh/", "The configuration with which lab, and the commands of the course, call ssh."),
            Entry("~/.local/state/lab/sandbox/", "The practice machines: their addresses, key and password."),
            Entry("~/.local/state/lab/classes/", "How each student of a class stood the last time."),
            Entry("~/.local/state/lab/gradebook/", "Results that are not in the gradebook yet."),
            Entry("~/.local/share/lab/courses/", "Courses that 'lab get' has installed. What is changed in them is not used any more."),
            Entry("~/.cache/lab/", "The course as it was parsed, and packages for practice machines. It may be deleted at any time."),
            Entry("~/.ssh/config", "OpenSSH's configuration, which lab respects, with keys and known_hosts beside it."),
            Entry("share/lab/", "The course: labs, checks, and what makes practice machines. Beside the folder of the program."),
        ])

    static let exitStatus = Section(
        title: "EXIT STATUS", lead: "",
        entries: [
            Entry("0", "Done. Of a verdict: all passed."),
            Entry("1", "Something failed: a check, a drill's proof, a step that lab walk ran."),
            Entry("2", "Bad usage, a bad file, or a result that could not be written."),
            Entry("3", "Something could not be observed, so there is no verdict on it."),
            Entry("130", "Stopped by Ctrl-C."),
        ])

    /// All of it, for a terminal.
    static func page(width: Int) -> String {
        sections.map { section in
            let lead = section.lead.isEmpty ? [] : Layout.wrap(section.lead, width: width, first: "  ", rest: "  ")
            return ([section.title] + lead + section.entries.flatMap { lines($0, width: width) }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func lines(_ entry: Entry, width: Int) -> [String] {
        let column = 24
        let rest = Layout.blanks(width < 60 ? 6 : column)
        guard width >= 60, Layout.width(entry.name) + 4 <= column else {
            return ["  \(entry.name)"] + Layout.wrap(entry.meaning, width: width, first: rest, rest: rest)
        }
        return Layout.wrap(entry.meaning, width: width, first: Layout.pad("  \(entry.name)", column), rest: rest)
    }
}
