#!/usr/bin/env bash
# pgBackRest 2.45 (Debian 12, 2.45-1): `info --output=json` where a repository is encrypted and the configuration does not say so.
#
# One would guess: the repository is reported as one whose cipher is not configured, or the command ends with an error.
# What happens: it ends with status 0. The repository has the cipher "none" and the status 99, and the message quotes the encrypted file
#   itself, byte by byte, as the text that it could not parse. So the output is not UTF-8, and no JSON: a strict reader refuses all of it,
#   the good repository with it. `--repo=1` is readable, since only that repository is asked.
# Output seen, in the message of repository 2:
#   FormatError: key/value found outside of section at line 1: Salted__ and then binary bytes
# Why it matters: what monitors backups reads this JSON. A database host whose repositories are on another host needs no pass to archive and to
#   restore, so its file often has none; there one encrypted repository makes the report on all of them unreadable, with status 0. Whoever
#   asks each repository by itself (`--repo=N`) loses only that one.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack pgbackrest=2.45-1 postgresql-15=15.20-0+deb12u1
bin=$packages/usr/lib/postgresql/15/bin
need_libraries "$bin/postgres" libicu72 libldap-2.5-0 libxml2
need_libraries "$packages/usr/bin/pgbackrest" libssh2-1 libpq5
make_folder "$place/work"
for folder in one two lock log socket; do make_folder "$place/work/$folder"; done
data=$place/work/data

# The configuration, with further lines on the second repository.
configuration() {
  cat <<FILE
[global]
repo1-path=$place/work/one
repo2-path=$place/work/two
lock-path=$place/work/lock
log-path=$place/work/log
log-level-file=off
log-level-console=error
$1
[shop]
pg1-path=$data
pg1-socket-path=$place/work/socket
pg1-user=postgres
FILE
}
configuration $'repo2-cipher-type=aes-256-cbc\nrepo2-cipher-pass=only-for-this-script' >"$place/work/with.conf"
configuration '' >"$place/work/without.conf"
backrest() { unprivileged "$packages/usr/bin/pgbackrest" --config="$place/work/$1.conf" --stanza=shop "${@:2}"; }

unprivileged "$bin/initdb" -D "$data" -U postgres -A trust --no-sync >"$place/log" 2>&1 || cannot "initdb: $(tail -n 1 "$place/log")"
unprivileged "$bin/pg_ctl" -D "$data" -w -l "$place/work/server.log" \
  -o "-k $place/work/socket -c listen_addresses= -c archive_mode=on -c archive_command=/bin/false" start >/dev/null 2>&1 ||
  cannot "postgres: $(tail -n 1 "$place/work/server.log")"
trap 'unprivileged "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || :; rm -rf "$place"' EXIT
backrest with stanza-create >"$place/log" 2>&1 || cannot "stanza-create: $(tail -n 1 "$place/log")"

# What a strict reader makes of the report: each repository's number, cipher and status, or why it cannot be read.
report() {
  local status=0
  backrest "$@" --output=json info >"$place/report" 2>/dev/null || status=$?
  python3 - "$place/report" <<'PYTHON'
import json
import sys

try:
    with open(sys.argv[1], encoding="utf-8") as file:
        stanzas = json.load(file)
    print("; ".join(f"repository {repo['key']}: {repo['cipher']}, {repo['status']['code']}" for repo in stanzas[0]["repo"]))
except UnicodeDecodeError:
    print("not UTF-8")
except json.JSONDecodeError:
    print("not JSON")
PYTHON
  echo "status $status"
}
command -v python3 >/dev/null || cannot "python3 is not installed"

same 'with the pass' $'repository 1: none, 2; repository 2: aes-256-cbc, 2\nstatus 0' "$(report with)"
same 'without it, the first repository' $'repository 1: none, 2\nstatus 0' "$(report without --repo=1)"
same 'without it, both' $'not UTF-8\nstatus 0' "$(report without)"
same 'what the message quotes' 'at line 1: Salted__' "$(grep -ao 'at line 1: Salted__' "$place/report" | head -n 1)"
echo "as found: info --output=json of pgBackRest 2.45 quotes an encrypted file whose pass it does not have, and is no JSON"
