#!/usr/bin/env bash
# PostgreSQL 15.20 (Debian 12, 15.20-0+deb12u1): who keeps a standby from applying WAL?
#
# One would guess: pg_blocking_pids(PID of the startup process), as for any other process that waits for a lock.
# What happens: it is empty, whoever blocks, while pg_locks shows the startup process with a lock that was not granted, and
#   a session that holds the same table. The function knows sessions only, and the startup process is none.
# Output seen:
#   pg_locks: startup AccessExclusiveLock, not granted; blockers by pg_blocking_pids: {}; holders by pg_locks: 1
# Why it matters: with max_standby_streaming_delay = -1 one psql left open on a standby stops replay for ever. Monitoring
#   that looks for the culprit with pg_blocking_pids finds nobody; a join of pg_locks with itself by relation finds it.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack postgresql-15=15.20-0+deb12u1 postgresql-client-15=15.20-0+deb12u1
bin=$packages/usr/lib/postgresql/15/bin
need_libraries "$bin/postgres" libicu72 libldap-2.5-0 libxml2
need_libraries "$bin/psql" libpq5 libldap-2.5-0
make_folder "$place/work"
socket=$place/work
trap 'for name in standby primary; do unprivileged "$bin/pg_ctl" -D "$place/work/$name" -m immediate stop >/dev/null 2>&1 || :; done; rm -rf "$place"' EXIT

sql() { unprivileged "$bin/psql" -XqAt -h "$socket" -p "$1" -U postgres -d postgres -c "$2"; }
start() {
  unprivileged "$bin/pg_ctl" -D "$place/work/$1" -w -t 60 -l "$place/work/$1.log" \
    -o "-p $2 -c listen_addresses= -c unix_socket_directories=$socket -c max_standby_streaming_delay=-1" start >/dev/null 2>&1 ||
    cannot "$1: $(tail -n 1 "$place/work/$1.log")"
}
# until_true PORT SQL: waits until a query says t, a minute at most.
until_true() {
  local _
  for _ in $(seq 300); do
    if [ "$(sql "$1" "$2")" = t ]; then return; fi
    sleep 0.2
  done
  cannot "this did not come true: $2"
}

unprivileged "$bin/initdb" -D "$place/work/primary" -U postgres -A trust --no-sync >"$place/initdb.log" 2>&1 ||
  cannot "initdb: $(tail -n 1 "$place/initdb.log")"
start primary 5501
sql 5501 'CREATE TABLE t (x int)'
unprivileged "$bin/pg_basebackup" -h "$socket" -p 5501 -U postgres -D "$place/work/standby" -R -c fast --no-sync >"$place/backup.log" 2>&1 ||
  cannot "pg_basebackup: $(tail -n 1 "$place/backup.log")"
start standby 5502
until_true 5502 "SELECT count(*) = 1 FROM pg_class WHERE relname = 't'"

# A session on the standby reads the table and stays in its transaction; the primary then locks the table.
mkfifo "$place/commands"
unprivileged "$bin/psql" -XqAt -h "$socket" -p 5502 -U postgres -d postgres <"$place/commands" >/dev/null 2>&1 &
exec 3>"$place/commands"
echo 'BEGIN; SELECT count(*) FROM t;' >&3
until_true 5502 "SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"
sql 5501 'ALTER TABLE t ADD y int'
startup="(SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup')"
until_true 5502 "SELECT count(*) = 1 FROM pg_locks WHERE pid = $startup AND NOT granted"

same 'what pg_locks shows of the startup process' 'AccessExclusiveLock|f' "$(sql 5502 "SELECT mode, granted FROM pg_locks WHERE pid = $startup AND NOT granted")"
same 'who holds the table, by pg_locks' '1' "$(sql 5502 "SELECT count(*) FROM pg_locks w JOIN pg_locks h USING (database, relation) WHERE w.pid = $startup AND NOT w.granted AND h.granted AND h.pid <> w.pid")"
same 'who blocks, by pg_blocking_pids' '{}' "$(sql 5502 "SELECT pg_blocking_pids($startup)")"
# A session that waits is answered, in the same situation: for itself, from beside.
unprivileged "$bin/psql" -XqAt -h "$socket" -p 5502 -U postgres -d postgres -c 'SELECT count(*) FROM t' >/dev/null 2>&1 &
until_true 5502 "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND wait_event_type = 'Lock'"
same 'who blocks a session that waits beside it' 't' "$(sql 5502 "SELECT cardinality(pg_blocking_pids(pid)) > 0 FROM pg_stat_activity WHERE backend_type = 'client backend' AND wait_event_type = 'Lock'")"
exec 3>&-
echo 'as found: PostgreSQL 15.20 names nobody in pg_blocking_pids() of a startup process that waits for a lock'
