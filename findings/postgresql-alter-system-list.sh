#!/usr/bin/env bash
# PostgreSQL 15.20 (Debian 12, 15.20-0+deb12u1): ALTER SYSTEM SET of a list, given as one string.
#
# One would guess: ALTER SYSTEM SET shared_preload_libraries = 'a, b' sets a list of two, since the same text in
#   postgresql.conf is a list of two.
# What happens: each string of the statement is one element. The comma is part of a name, which is written in double
#   quotes; the statement succeeds, and the server does not start any more. A list of two is: = 'a', 'b'.
# Output seen, in postgresql.auto.conf and at the next start:
#   shared_preload_libraries = '"pg_stat_statements, auto_explain"'
#   FATAL:  could not access file "pg_stat_statements, auto_explain": No such file or directory
# Why it matters: adding repmgr to a list somebody else began is a step of every cluster with repmgr. Advice that quotes
#   the new value as one string is accepted at once, and takes the server down at its next restart. A server that
#   does not start takes no ALTER SYSTEM RESET: that needs a start with `-c shared_preload_libraries=`, which comes first.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack postgresql-15=15.20-0+deb12u1
bin=$packages/usr/lib/postgresql/15/bin
need_libraries "$bin/postgres" libicu72 libldap-2.5-0 libxml2
make_folder "$place/work"
data=$place/work/data
unprivileged "$bin/initdb" -D "$data" -U postgres -A trust --no-sync >"$place/initdb.log" 2>&1 ||
  cannot "initdb: $(tail -n 1 "$place/initdb.log")"

# One statement in the server's single-user mode, with further arguments of the server.
statement() {
  printf '%s\n' "$1" | unprivileged "$bin/postgres" --single -D "$data" "${@:2}" postgres >"$place/statement.log" 2>&1 ||
    cannot "$(grep FATAL "$place/statement.log")"
  ! grep -q ERROR "$place/statement.log" || cannot "$(grep ERROR "$place/statement.log")"
}

# Whether the server's start gets past its libraries: single-user mode loads them too.
start() {
  local status=0
  unprivileged "$bin/postgres" --single -D "$data" postgres </dev/null >"$place/start.log" 2>&1 || status=$?
  sed -n 's/.*\(FATAL: .*\)/\1/p' "$place/start.log"
  echo "status $status"
}

written() { grep '^shared_preload_libraries' "$data/postgresql.auto.conf"; }

statement "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements', 'auto_explain';"
same 'two strings, as written' "shared_preload_libraries = 'pg_stat_statements, auto_explain'" "$(written)"
same 'two strings, the start' 'status 0' "$(start)"

statement "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements, auto_explain';"
same 'one string, as written' "shared_preload_libraries = '\"pg_stat_statements, auto_explain\"'" "$(written)"
same 'one string, the start' \
  'FATAL:  could not access file "pg_stat_statements, auto_explain": No such file or directory
status 1' "$(start)"

# The way back, and the very same text in postgresql.conf, where it is a list of two.
statement 'ALTER SYSTEM RESET shared_preload_libraries;' -c shared_preload_libraries=
same 'after RESET, the start' 'status 0' "$(start)"
echo "shared_preload_libraries = 'pg_stat_statements, auto_explain'" >>"$data/postgresql.conf"
same 'one string in postgresql.conf, the start' 'status 0' "$(start)"
echo "as found: PostgreSQL 15.20 makes one name of ALTER SYSTEM SET shared_preload_libraries = 'a, b', and does not start"
