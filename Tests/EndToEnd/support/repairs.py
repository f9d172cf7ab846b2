"""Repairs, typed as lab prints them."""
import shlex
import subprocess
import time

from commands import lab


def told(verdicts):
    """The causes that are named first, with their repairs, in the order in which they are told."""
    return [v["causes"][0] for v in verdicts.values() if v["verdict"] == "failed" and v["causes"]]


def type_repair(cause, all_machines=("pg1", "pg2", "pg3", "pg_witness")):
    """Types a repair as it is printed: each line at the machine and as the account that it names. A command that fails stops nothing, as for a person at a keyboard."""
    for fix in cause["fix"]:
        if fix["at"] == "workstation":
            subprocess.run(["bash", "-c", fix["run"]], stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
            continue
        places = {"standby": ("pg2", "pg3"), "all": all_machines}.get(fix["at"], (fix["at"],))
        account = fix.get("as") or "root"
        shell = "exec bash -s" if account == "root" else f"exec su -s /bin/bash - {account} -c 'exec bash -s'"
        for place in places:
            body = f"lab_repair() {{\n{fix['run']}\n}}\nlab_repair </dev/null\n"
            lab("sandbox", "console", place, "--", "sh", "-c", f"printf %s {shlex.quote(body)} | {shell[5:]}", timeout=300)


def mended_as_printed(verdicts, look, rounds=3, patience=45):
    """Types the repair of the first cause, looks again, types that of the next: at most three.

    look() gives the exit status and the verdicts. Returns how it went: 'mended', 'decision' or 'not mended', and the causes whose repairs were typed."""
    typed = []
    for _ in range(rounds):
        new = [c for c in told(verdicts) if (c["cause"], c["machine"], c["fix"]) not in [t[:3] for t in typed]]
        if not new:
            break
        cause = new[0]
        typed.append((cause["cause"], cause["machine"], cause["fix"]))
        if any(fix.get("decide") for fix in cause["fix"]):
            return "decision", [t[0] for t in typed]
        type_repair(cause)
        end = time.monotonic() + patience
        while True:
            status, verdicts = look()
            if status == 0:
                return "mended", [t[0] for t in typed]
            if time.monotonic() > end:
                break
    return "not mended", [t[0] for t in typed]
