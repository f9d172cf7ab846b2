#!/usr/bin/env python3
"""Files at random, read by PostgreSQL and by the reader of pg_hba.conf in checks/postgresql/facts.yaml. Runs as postgres: READER BIN SEED COUNT.

It makes a server of its own, compares what both take from each file, and for files without a mistake who is let in, and by which method."""
import os, random, shutil, subprocess, sys, tempfile, time

reader, bin_ = sys.argv[1], sys.argv[2]
seed, count = int(sys.argv[3]), int(sys.argv[4])
rng = random.Random(seed)
major = int(subprocess.run([bin_ + "/postgres", "-V"], capture_output=True, text=True).stdout.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
home = tempfile.mkdtemp(prefix="hba")
data, hba, port = home + "/data", home + "/pg_hba.conf", 54000 + seed
environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": home, "PGHOST": home, "PGPORT": str(port), "PGCONNECT_TIMEOUT": "5"}
separator = "\x02"

def run(*words):
    return subprocess.run(words, capture_output=True, env=environment)

def psql(query):
    got = run(bin_ + "/psql", "-wXAtq", "-F", "\t", "-R", separator, "-d", "host=%s dbname=postgres user=watcher" % home, "-c", query)
    assert got.returncode == 0, got.stderr
    return [row.split("\t") for row in got.stdout.decode().rstrip("\n").split(separator)] if got.stdout.strip() else []

def quoted(word):
    return rng.choice([word] * 6 + ['"%s"' % word, word[:1] + '"' + word[1:] + '"', word + '""'])

def some(words, files):
    n = rng.choice([1, 1, 1, 2, 3])
    out = ""
    for i in range(n):
        word = quoted(rng.choice(words))
        if files and rng.random() < .06:
            name = "list%d" % rng.randint(0, 2)
            with open(home + "/" + name, "w") as f:
                f.write(rng.choice(["\n", "", "# no\n"]) + rng.choice(["\n", " ", ", ", "\\\n"]).join(quoted(rng.choice(words)) for _ in range(rng.randint(1, 3))) + rng.choice(["\n", ""]))
            word = "@" + rng.choice([name, home + "/" + name, name if rng.random() < .9 else "nowhere"])
        out += (rng.choice([",", ",", ", ", " ,"] if rng.random() < .3 else [","]) if i else "") + word
    return out

def address():
    return rng.choice([
        lambda: rng.choice(["all", "samenet", "samehost", '"all"', "nobody", "localhost", ".example.org", "127.0.0.1/32", "127.0.0.0/8", "127.1/16", "0/0", "0.0.0.0/0", "10.0.0.0/8", "::1/128", "::/0", "::0/0", "fe80::/10"]),
        lambda: "127.0.0.1/%s" % rng.choice(["0", "1", "31", "32", "33", "08", "+8", "-1", "", "a", "8a"]),
        lambda: "%s %s" % (rng.choice(["127.0.0.1", "127.0.0.2", "0.0.0.0", "10.1.0.0", "::1", "fe80::1"]), rng.choice(["255.0.0.0", "255.255.255.255", "0.0.0.0", "255.255.255.252", "24", "ffff::", "scram-sha-256", "255.0.0.300", ""])),
        lambda: rng.choice(["300.1.1.1", "300.1.1.1/8", "1.2.3", "1.2.3.4.5/8", "0x7f.1/32", "0177.0.0.1/32", "127.0.0.09/32", "host/8", "a,b", "1::2::3/64", ":1/64", "1:2:3:4:5:6:7:8/64", "1:2:3:4:5:6:7/64", "::ffff:127.0.0.1/128", "12345::/64", "127.0.0.1/8/8"]),
    ])()

def line():
    r = rng.random()
    if r < .1: return rng.choice(["", "   ", "# host all all all trust", "\t#", "\r", "# ends with \\", "\\", '""'])
    wild = rng.random() < .25
    kind = rng.choice(["host"] * 8 + ["local", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"] + (["Host", "hostt", '"host"', "host,local", "include", "include_if_exists nowhere"] if wild else []))
    place = "" if kind == "local" else address() if wild else rng.choice(["all", "samenet", "samehost", "127.0.0.1/32", "127.0.0.0 255.0.0.0", "0.0.0.0/0", "10.0.0.0/8", "127.0.0.1/31", "127.0.0.3/32", "::1/128", "0.0.0.1 0.0.0.1"])
    method = rng.choice(["trust", "reject", "scram-sha-256", "md5"] * 3 + (["peer", "ident", "cert", "gss", "bsd", "Trust", "", "md5,trust", "password", '"trust"', "oauth"] if wild else []))
    option = rng.choice([""] * 8 + ["map=x", "clientcert=verify-ca", "nonsense", "nonsense=1", "pamservice=x", "ldapserver=x", "include_realm=0", "upn_username=1", '"map=a b"']) if wild else ""
    words = [kind, some(["all", "repmgr", "labdb", "sameuser", "samerole", "replication", "samegroup", "All", "/rep", "postgres"], True), some(["all", "repmgr", "app", "+repmgr", "+others", "postgres", "/^a", "Repmgr"], True), place, method, option]
    if wild and rng.random() < .2: words = words[:rng.randint(1, 5)]
    blank = [" ", " ", "  ", "\t", " \\\n", "\\\n ", " \\\r\n"] if rng.random() < .2 else [" ", "\t"]
    return rng.choice(["", "", " "]) + "".join(word + rng.choice(blank) for word in words if word) + rng.choice(["", "", "# why", "#", "\r"])

def dotted(n):
    n = int(float(n)); return ".".join(str(n >> s & 255) for s in (24, 16, 8, 0))

def theirs():
    rows = psql("SELECT line_number, coalesce(type, ''), coalesce(array_to_string(database, E'\\x01'), ''), coalesce(array_to_string(user_name, E'\\x01'), ''), coalesce(address, ''), coalesce(netmask, ''), coalesce(auth_method, ''), coalesce(error, '') FROM pg_hba_file_rules")
    out = []
    for n, kind, bases, accounts, place, mask, method, error in rows:
        if "cannot match because" in error: error = ""
        # Its words for a list that is not there differ from version to version.
        if error.startswith("could not open"): error = 'could not open file "%s"' % error.rsplit('"', 2)[1]
        out.append((n, "", "", "", "", "", error) if error else (n, kind, bases, accounts, "6" if ":" in mask else place + ("/" + mask if mask else ""), method, ""))
    return out

def ask(**values):
    given = [w for k, v in dict(dict(hba=hba, peers="localhost", hosts="localhost", addresses="127.0.0.1", name="localhost", major=major, tls=0), **values).items() for w in ("-v", "%s=%s" % (k, v))]
    got = subprocess.run(["awk"] + given + ["-f", reader], capture_output=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
    assert got.returncode == 0, got.stderr
    assert not got.stderr, got.stderr
    return [row.split("\t") for row in got.stdout.decode().split("\n") if row]

def ours():
    out = []
    for n, kind, bases, accounts, place, method, error in ask(listing=1):
        if "/" in place: net, mask = place.split("/"); place = dotted(net) + "/" + dotted(mask)
        out.append((n, "", "", "", "", "", error) if error else (n, kind, bases, accounts, place, method, ""))
    return out

def meets(account, door):
    """What a login over the network meets, and through the socket."""
    where = "host=%s user=postgres dbname=postgres" % home if door == "socket" else "host=127.0.0.1 sslmode=disable gssencmode=disable user=%s " % account + ("dbname=replication replication=1" if door == "replication" else "dbname=" + ("repmgr" if door == "database" else "labdb"))
    got = run(bin_ + "/psql", "-wXAtq", "-d", where, "-c", "IDENTIFY_SYSTEM" if door == "replication" else "SELECT 1")
    said = got.stderr.decode()
    if got.returncode == 0 or "does not exist" in said: return "in"
    if "no pg_hba.conf entry" in said: return "none"
    if "rejects" in said: return "reject"
    if "no password supplied" in said: return "password"
    return said

def expected(row):
    method = "none" if row[6] == "\\N" else row[6]
    if method in ("trust", "peer") and (method == "trust" or row[4] == "local"): return "in"
    if method in ("md5", "password", "scram-sha-256"): return "password"
    return method

bad = agreed = refused = asked = 0
try:
    done = run(bin_ + "/initdb", "-D", data, "-A", "trust", "-U", "postgres", "-N"); assert done.returncode == 0, done.stderr
    with open(data + "/postgresql.conf", "a") as f:
        f.write("port=%d\nunix_socket_directories='%s'\nlisten_addresses='127.0.0.1'\nfsync=off\nhba_file='%s'\nautovacuum=off\n" % (port, home, hba))
    # Whoever asks is let in by a line that stands first, and counts as none.
    head = "local all watcher trust\n"
    open(hba, "w").write(head + "local all postgres trust\n")
    done = run(bin_ + "/pg_ctl", "-D", data, "-l", home + "/log", "-w", "start"); assert done.returncode == 0, done.stderr
    run(bin_ + "/psql", "-d", "user=postgres dbname=postgres", "-c", "CREATE ROLE watcher SUPERUSER LOGIN", "-c", "CREATE ROLE repmgr SUPERUSER LOGIN REPLICATION", "-c", "CREATE ROLE app LOGIN", "-c", "CREATE DATABASE repmgr OWNER repmgr", "-c", "CREATE DATABASE labdb")
    for n in range(count):
        lines = [line() for _ in range(rng.randint(1, 6))]
        text = head + "\n".join(lines) + rng.choice(["\n", ""])
        open(hba, "w", newline="").write(text)
        a, b = theirs(), ours()
        if a != b:
            bad += 1; print("DIFFERS", repr(text), "\n  PostgreSQL:", [r for r in a if r not in b], "\n  lab:", [r for r in b if r not in a]); continue
        if any(row[6] for row in a): refused += 1; continue
        agreed += 1
        loaded = psql("SELECT pg_conf_load_time()")
        psql("SELECT pg_reload_conf()")
        while psql("SELECT pg_conf_load_time()") == loaded: time.sleep(.01)
        for row in ask():
            row = row[1:]
            met = meets(row[1], row[2]); asked += 1
            # A file alone does not tell who is in which group; lab says so. A server without TLS passes over hostssl.
            if expected(row) == "unclear" or row[4] == "hostssl": continue
            if expected(row) == "ident" or "dent" in met or "eer authentication" in met: continue
            if met != expected(row):
                bad += 1; print("LOGIN DIFFERS", repr(text), row, "met:", met)
finally:
    run(bin_ + "/pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(home, ignore_errors=True)
print(agreed, "sound,", refused, "with mistakes,", asked, "logins,", bad, "differ"); sys.exit(bad > 0)
