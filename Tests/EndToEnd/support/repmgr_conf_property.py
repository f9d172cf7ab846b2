#!/usr/bin/env python3
"""Files at random, read by repmgr and by the reader in checks/repmgr/facts.yaml. Runs on a machine with repmgr, as postgres: READER PROGRAM SEED COUNT."""
import os, random, subprocess, sys, tempfile, shutil
reader, repmgr = sys.argv[1], sys.argv[2]
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
count = int(sys.argv[4]) if len(sys.argv) > 4 else 300
rng = random.Random(seed)
names = ["service_start_command", "service_stop_command", "service_restart_command", "service_reload_command"]
def value():
    return rng.choice([
        lambda: "'" + "".join(rng.choice(["a", "b c", "''", "\\'", "\\\\", "#", "=", "\\t", "\\x", "\\101", "\\7", ":", "/", ".", "ä", "$X", "%n", ";", "|", '"']) for _ in range(rng.randint(1, 6))) + "'",
        lambda: rng.choice(["abc", "a/b", "a-b.c:d", "/usr/bin/x", "x.y", "x.y.z", "12", "0x1f", "0x", "-3ms", "1.5", "1.5e3", ".5", ".", "+", "1e", "a=b", "ä", "_x", "a b", '"q"', "1.2.3", "-", "true", "x#y", "x/#y"]),
        lambda: rng.choice(["", "'", "'a", "'a'b", "'a''", "''", "'a' 'b'"]),
    ])()
def line(depth, folder):
    r = rng.random()
    if r < .08: return rng.choice(["", "   ", "# x = y", "\t#", "\r"])
    if r < .2 and depth < 3:
        sub = "f%d" % rng.randint(0, 3)
        kind = rng.choice(["include", "INCLUDE", "include_if_exists", "include_dir"])
        if kind == "include_dir":
            os.makedirs(folder + "/d", exist_ok=True)
            for n in rng.sample(["a.conf", "B.conf", ".x.conf", "y.txt", "z z.conf", ".conf"], 3):
                write(folder + "/d/" + n, 9, folder)
            return "include_dir " + rng.choice(["'d'", "d", "'d/'", "='%s/d'" % folder])
        write(folder + "/" + sub, depth + 1, folder)
        return kind + rng.choice([" ", "=", " = "]) + rng.choice(["'%s'" % sub, sub, "'%s/%s'" % (folder, sub)])
    name = rng.choice(names * 4 + ["Service_Start_Command", "9x", "a.b", "service-x"])
    return rng.choice(["", "", " ", "\t"]) + name + rng.choice(["=", "=", " = ", " ", "\t", " =", "=="] if rng.random() < .3 else ["="]) + value() + rng.choice(["", "", "", " ", " # c", "#c", "\r", "\t\r"])
def write(path, depth, folder):
    lines = [line(depth, folder) for _ in range(rng.randint(1, 4))]
    with open(path, "wb") as f:
        f.write(("\n".join(lines) + rng.choice(["\n", "\n", ""])).encode())
undo = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
def unfield(s):
    out, i = b"", 0
    while i < len(s):
        if s[i:i+1] == b"\\":
            out += {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"\\": b"\\"}[s[i+1:i+2]]; i += 2
        else: out += s[i:i+1]; i += 1
    return out
bad = good = refused = 0
for n in range(count):
    folder = tempfile.mkdtemp(prefix="rc")
    main = folder + "/main.conf"
    write(main, 0, folder)
    with open(main, "ab") as f:
        f.write(b"\nnode_id=1\nnode_name=n\nconninfo='host=x'\ndata_directory='/x'\n")
    p = subprocess.run([repmgr, "-f", main, "node", "service", "--list-actions"], capture_output=True)
    theirs = {}
    for row in p.stdout.split(b"\n"):
        name = row.split(b":")[0].strip().lower()
        key = "service_%s_command" % name.decode(errors="replace")
        if key in names: theirs[key] = row.split(b': "', 1)[1][:-1] if b': "' in row else b""
    ours, flaws = {}, []
    q = subprocess.run(["awk", "-v", "file=" + main, "-f", reader], capture_output=True, env=dict(os.environ, LC_ALL="C"))
    for row in q.stdout.split(b"\n"):
        if not row: continue
        c = row.split(b"\t")
        if c[2] == b"\\N": flaws.append(row)
        else: ours[unfield(c[1]).decode(errors="replace")] = unfield(c[2])
    said = p.stdout + p.stderr
    syntax = b"syntax error" in said
    if syntax or flaws:
        refused += 1
        if syntax != bool(flaws) or (not os.path.exists(folder + "/d") and said.count(b"syntax error in file") != len(flaws)):
            bad += 1; print("SYNTAX DIFFERS", folder, said.decode(errors="replace"), flaws)
            continue
    elif p.returncode != 0 and not theirs:
        refused += 1   # for another reason: a file that is not there, recursion, nesting
    else:
        good += 1
        for key in names:
            a, b = theirs.get(key, b""), ours.get(key, b"")
            if a != b and not (b == b"" and a.startswith(b"pg_ctl ")):
                bad += 1; print("DIFFERS", folder, key, "repmgr:", a, "lab:", b); break
        else:
            shutil.rmtree(folder)
            continue
        continue
    shutil.rmtree(folder)
print(good, "taken,", refused, "refused,", bad, "differ"); sys.exit(bad > 0)
