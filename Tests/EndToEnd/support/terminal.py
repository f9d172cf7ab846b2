"""A real terminal with lab in it: pexpect types, pyte shows the screen as a person would see it."""
import os
import re
import signal
import time

import pexpect
import pyte
from commands import LAB


class Lab:
    """lab in a terminal of some size, with a home of its own; without machines, where a command needs none."""

    def __init__(self, home, machines, rows=24, columns=80, words=(), **environment):
        self.home = home
        state = {"XDG_STATE_HOME": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        variables = {**os.environ, "TERM": "xterm-256color", **state, **environment}
        variables.pop("NO_COLOR", None) if "NO_COLOR" not in environment else None
        self.screen = pyte.HistoryScreen(columns, rows, history=5000)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(LAB, [*words, *(["--machines", str(machines)] if machines else [])], env=variables, dimensions=(rows, columns), timeout=60)
        self.process.delaybeforesend = None

    def pump(self, seconds=0.1):
        try:
            data = self.process.read_nonblocking(65536, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def text(self):
        """Everything on the screen and above it."""
        above = ["".join(line[x].data for x in range(self.screen.columns)).rstrip() for line in self.screen.history.top]
        return "\n".join(above + [line.rstrip() for line in self.screen.display])

    def last_line(self):
        return self.screen.display[self.screen.cursor.y].rstrip()

    def wait(self, condition, seconds=60, what="the screen"):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            self.pump()
        raise AssertionError(f"{what} did not come in {seconds} s:\n{self.text()[-3000:]}")

    def wait_for(self, pattern, seconds=60):
        self.wait(lambda: re.search(pattern, self.text()), seconds, pattern)

    def prompt(self, seconds=60):
        """Waits for an empty prompt."""
        self.wait(lambda: re.search(r"(\d \w[\w-]*( \S+)?|drill \S+)> ?$", self.last_line()), seconds, "the prompt")

    def type(self, text):
        self.process.send(text)

    def typed(self, line):
        """Whether what stands before the cursor ends with this line."""
        y, x = self.screen.cursor.y, self.screen.cursor.x
        return ("".join(self.screen.display[:y]) + self.screen.display[y][:x]).endswith(line)

    def write(self, line):
        """Types a line, and not yet its end. libedit shows its prompt a moment before it listens to single keys: a key
        typed within that moment, faster than any person, is lost, and the line is typed again."""
        for attempt in range(4):
            self.type(line)
            try:
                self.wait(lambda: self.typed(line), 3 if attempt < 3 else 20, "the echo")
                break
            except AssertionError:
                if attempt == 3:
                    raise
                self.type("\x15")
                self.wait(lambda: not self.typed(line[-1]), 10, "an empty line")

    def send(self, line):
        """Types a command."""
        self.write(line)
        self.type("\r")

    def enter(self, line, seconds=60):
        """Types a command and waits for the next prompt."""
        self.write(line)
        before = len(self.raw)
        self.type("\r")
        self.wait(lambda: len(self.raw) > before, 20, "the end of the line")
        self.prompt(seconds)

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def kill(self):
        """Ends it as a power cut would, whatever it does; waits for its end, which takes a busy computer a while."""
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            self.wait(lambda: not self.pump(0) and not self.process.isalive(), what="the end")
        self.process.close()

    def leave(self):
        """Ctrl-D, until lab has ended: the first ones may be lost, as in `write`."""
        for _ in range(8):
            self.type("\x04")
            if self.process.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=3) == 0:
                break
        self.process.close()
        return self.process.exitstatus
