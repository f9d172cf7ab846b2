"""Somebody who knows only what the screen says: what they type was read there first."""
import re

# A prompt that waits: a shell's on a machine, and what a shell says in the middle of a here-document.
SHELL_PROMPT = re.compile(r"(\w+@[\w-]+:\S+[$#]|^>) ?$")
# What others have typed is no text to read: it stands behind a prompt.
TYPED = re.compile(r"^(\S+ \d+ \w[\w-]*(?: \S+)?>|\w+@[\w-]+:\S+[$#]|>) .*")


class Shown(str):
    """Words that stood on the screen. Nothing else is typed."""


class Block:
    """Commands of a task as the screen has them: on which machines, how to become the right user there, and the lines."""

    def __init__(self, places, become):
        self.places, self.become, self.lines = places, become, []


class Newcomer:
    """Reads a terminal with lab in it, and types."""

    def __init__(self, lab):
        self.lab = lab
        # In their order.
        self.keys = []
        # The row in which the last step begins.
        self.page = 0

    def rows(self):
        """The rows of the screen, and those above that can be scrolled to: what each says, and whether all of it has the colour of commands."""
        screen = self.lab.screen
        for line in [*screen.history.top, *(screen.buffer[y] for y in range(screen.lines))]:
            letters = [line[x] for x in range(screen.columns)]
            written = [letter for letter in letters if letter.data.strip()]
            yield "".join(letter.data for letter in letters).rstrip(), bool(written) and all(letter.fg == "cyan" and not letter.bold for letter in written)

    def read(self, pattern):
        """The part in brackets of what stands on the screen, or above it; the last, if it stands there twice."""
        text = " ".join(TYPED.sub(r"\1", row) for row, _ in self.rows())
        found = [*re.finditer(pattern, text)]
        assert found, f"The screen does not say {pattern!r}:\n" + self.lab.text()[-4000:]
        return Shown(found[-1][1])

    def blocks(self):
        """The commands of the step that was opened last."""
        found, paragraph = [], ""
        inside = goes_on = False
        for row, is_command in [*self.rows()][self.page:]:
            if is_command:
                if inside and goes_on:
                    # The terminal has broken what is longer than a row; it copies it as one line.
                    found[-1].lines[-1] = Shown(found[-1].lines[-1] + row)
                elif inside:
                    found[-1].lines.append(Shown(row))
                goes_on = len(row) == self.lab.screen.columns
                continue
            paragraph = f"{paragraph} {row}".strip() if row else ""
            inside = inside and not row
            if place := re.search(r"^On ([\w, ]+?)(?:, as \w+ \((.+?)\))?:$", paragraph):
                found.append(Block([Shown(name) for name in place[1].split(", ")], place[2] and Shown(place[2])))
                inside, goes_on = True, False
        return found

    def enter(self, words, until):
        """Types a line, and waits until the line with the cursor looks like this."""
        assert isinstance(words, Shown), f"Nothing on the screen said {words!r}."
        self.keys.append(words)
        self.lab.write(words)
        before = len(self.lab.raw)
        self.lab.type("\r")
        self.lab.wait(lambda: len(self.lab.raw) > before and re.search(until, self.lab.last_line()), 120, f"{until!r} after {words!r}")

    def at_lab(self, words):
        """Types a command of lab, and waits for its prompt."""
        assert isinstance(words, Shown), f"Nothing on the screen said {words!r}."
        self.keys.append(words)
        self.lab.enter(words, 120)

    def go_on(self):
        """To the next step, as lab says."""
        self.page = len(self.lab.screen.history.top) + self.lab.screen.cursor.y
        self.at_lab(self.read(r"[Tt]ype '?(next)\b"))

    def work(self):
        """Everything that the step says, machine by machine; what is for this computer, lab types."""
        blocks = self.blocks()
        here = [block for block in blocks if block.places == ["your computer"]]
        there = [block for block in blocks if block not in here]
        for name in dict.fromkeys(name for block in there for name in block.places):
            self.work_on(name, [block for block in there if name in block.places])
        for block in here:
            # At the only prompt that a newcomer has. lab says where it belongs, and what else can be typed.
            self.at_lab(block.lines[0])
            self.enter(self.read(r"'(run \d)' lets lab type that task"), r"Run it\? \(yes/no\) ?$")
            self.at_lab(self.read(r"Run it\? \((yes)/no\)"))

    def work_on(self, name, blocks):
        way, first = self.read(r"(ssh \w+)'? opens a terminal"), self.read(r"ssh (\w+)'? opens a terminal")
        self.enter(Shown(way.replace(first, name)), SHELL_PROMPT)
        for block in blocks:
            if block.become:
                self.enter(block.become, rf"^\[sudo\] password for \w+: ?$|{SHELL_PROMPT.pattern}")
                if not SHELL_PROMPT.search(self.lab.last_line()):
                    self.keys.append(password := self.read(r"sudo asks once for the password of \w+\. On practice machines it is (\w+), no secret"))
                    self.lab.type(password + "\r")
                    self.lab.wait(lambda: SHELL_PROMPT.search(self.lab.last_line()), 60, "a prompt of root")
            for line in block.lines:
                self.enter(line, SHELL_PROMPT)
            if block.become:
                self.enter(self.read(r"makes you root until you type (exit)\."), SHELL_PROMPT)
        self.at_lab(self.read(r"opens a terminal on \w+, and (exit) comes back"))
