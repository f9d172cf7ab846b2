/// The files of a new lab. Each of them is a lab's own from then on: the comments are for its author, who takes them out.
struct LabTexts {
    var lab: String
    /// The name of its task, and of what names its table and its check.
    var item: String
    /// The check that tells whether a machine was reached, if the shelf has one.
    var reach: String?
    /// The third number of the practice machines' addresses.
    var network: Int

    private var table: String { item.replacing("-", with: "_") }

    var labFile: String {
        """
        # The lab: its machines, its values, the order of its steps. docs/writing-steps.md, "The lab itself", has all keys.
        format: 1
        lab: \(lab)
        title: Machines that say who they are
        # What the lab is about, in CommonMark.
        about: |
          Two machines greet whoever logs in, each with its name.
        # Libraries: folders of checks/. What these need comes along.
        uses: [\(lab)]
        # Values that texts, commands and queries quote: {{greeting}}. A student may choose others.
        variables: {greeting: Welcome to}
        # What machines are for. Tasks and checks name a role, a machine, or all.
        roles: [front, back]
        machines:
          front1: {role: front, hostname: front1}
          back1: {role: back, hostname: back1}
        # What `lab map` shows of each machine: queries over the facts.
        map:
        - {title: greeting, sql: SELECT text FROM this_\(table)}
        # The steps in the order of the course: steps/NN-NAME.yaml.
        steps: [start]

        """
    }

    var platform: String {
        let system = """
              # What the library system quotes.
              os: {id: debian, version: "13", ssh_service: ssh}

            """
        return """
            # A platform: what differs between operating systems. docs/writing-steps.md, "The lab itself", has all keys.
            format: 1
            platform: debian13
            title: Debian 13
            # Practice machines are made from this release of Debian.
            practice: {suite: trixie}
            # Values that texts quote: {{motd.file}}. Each platform of a lab has the same names.
            values:
            \(reach == nil ? "" : system)  motd: {file: /etc/motd}

            """
    }

    var sandbox: String {
        """
        # The practice machines of `lab sandbox up`. docs/writing-steps.md, "The lab itself", has all keys.
        format: 1
        platform: debian13
        # The first three numbers of their addresses, and the port of this computer that leads to the first machine.
        network: 10.77.\(network)
        first_port: \(22_201 + 10 * network)

        """
    }

    var packages: String {
        """
        # Debian packages that steps install on a practice machine, one a line: they are fetched once, and need no Internet then.
        tree

        """
    }

    var step: String {
        """
        # A step: one page of the lab. docs/writing-steps.md has all keys, and all values that texts may quote.
        format: 1
        step: start
        title: Each machine says its name
        minutes: 5
        # What is true at the end, in one sentence.
        goal: Whoever logs in to a machine reads which one it is.
        # Why it matters, and what goes on underneath, in CommonMark.
        teach: |
          Debian shows the file `{{motd.file}}` to everybody who logs in: the *message of the day*. A command that is typed on the
          wrong machine is a common mistake, and a greeting with the machine's name makes it a rarer one.
        tasks:
        - id: greeting                   # optional: for a cause whose repair is this task
          at: all                        # all, a role, a machine, a list of these, or workstation
          as: root                       # root, student (whoever logs in), or an account of the platform
          why: Writes the message of the day. It is read at each login, so nothing has to be restarted.
          run: echo '{{greeting}} {{machine.name}}' > {{motd.file}}
        # What takes the tasks back. It says what is lost.
        undo:
        - at: all
          as: root
          why: "Empties the message of the day. **Lost:** the greeting."
          run: ": > {{motd.file}}"
        # What must hold at the end: checks of checks/\(lab). They are red before the step and green after it.
        checks: [\(item)-set]
        # Three: a nudge, where to look, what to type.
        hints: [What do you read when you log in?, "Look into {{motd.file}}.", Type the task again.]

        """
    }

    var library: String {
        """
        # A library: facts and checks that labs use. docs/writing-checks.md, "Libraries", has all keys.
        format: 1
        library: \(lab)
        about: What machines say to whoever logs in.
        \(reach == nil ? "" : "# Libraries without which this one cannot be used.\nneeds: [system]\n")
        """
    }

    var facts: String {
        """
        # What can be seen of a machine: each table is a question, and its commands only read. docs/writing-checks.md, "Facts", has all keys.
        format: 1
        tables:
        - table: \(table)
          about: The first line of the message of the day, if there is one.
          as: student                    # the account that looks: student, root, or one of the platform
          columns: {text: text}          # text, int, real, bool (t or f)
          # Each `row` is a row. No row: it is not there. Another exit status than 0: nobody knows.
          sh: |
            [ -e {{motd.file}} ] || exit 0
            text=$(head -n 1 {{motd.file}}) && row "$text"

        """
    }

    var checks: String {
        """
        # What must hold, and why it does not. docs/writing-checks.md, "Checks and causes", has all keys.
        format: 1
        checks:
        - check: \(item)-set
          title: "{{this.name}} greets with its name"
          at: all                        # a verdict for each machine; or cluster: a single one
        \(reach.map { "  needs: [\($0)]       # what has to hold before this check can say anything\n" } ?? "")\
          why: A prompt is easily overlooked; a greeting with the wrong name, or none, leads to commands on the wrong machine.
          # An SQL condition over the facts. this_T is table T of the machine judged; expected has the lab's values.
          pass: |
            EXISTS (
              SELECT 1 FROM this_\(table)
              WHERE text = (SELECT value FROM expected WHERE name = 'greeting') || ' ' || (SELECT machine FROM this_machine))
          # In the order in which they are asked. Each is proved by its query, and says what to type.
          causes:
          - cause: \(item)-missing
            # It holds if this gives a row, whose columns the texts may quote.
            when: |
              SELECT coalesce((SELECT text FROM this_\(table)), '') AS found
              WHERE NOT EXISTS (
                SELECT 1 FROM this_\(table)
                WHERE text = (SELECT value FROM expected WHERE name = 'greeting') || ' ' || (SELECT machine FROM this_machine))
            certainty: certain           # this alone makes success impossible; or: likely
            about: The message of the day says something else, or is empty.
            because: "{{motd.file}} on {{this.name}} says '{{found}}', and not '{{greeting}} {{this.name}}'."
            # The words to type; here those of a step's task.
            fix: [{at: this, as: root, task: {step: start, id: greeting}}]
            step: start                  # where it was taught

        """
    }
}
