#!/usr/bin/env bash
# PostgreSQL 18.6 (Debian sid, postgresql-18 18.6-3): what idle_replication_slot_timeout does to a standby that was away.
#
# One would guess: like a slot that is lost for want of room (max_slot_wal_keep_size), one given up for idleness means that WAL is gone and
#   the standby has to be copied again.
# What happens: the slot is given up at a checkpoint, wal_status says "lost", and the standby is refused for good. But the WAL that it
#   needs is still there: dropped and made again under the same name, the slot serves, and the standby streams on.
# Output seen: f|lost|idle_timeout, then "can no longer access replication slot", then t|reserved| and the standby's status streaming.
# Why it matters: "lost" asks for pg_basebackup in most instructions. invalidation_reason says whether that is needed.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

debian_of sid main postgresql-18
cat >"$root/as-postgres" <<'END'
set -eu
export PATH=/usr/lib/postgresql/18/bin:$PATH LC_ALL=C.UTF-8
cd /trial
ask() { psql -h /trial -p "$1" -U postgres -XAtqc "$2"; }
# Waits until a question has the answer.
until_is() { for _ in $(seq 300); do [ "$(ask "$1" "$2")" != "$3" ] || return 0; sleep 0.2; done; return 1; }
slot="SELECT active, wal_status, invalidation_reason FROM pg_replication_slots"
initdb -D primary -U postgres -A trust >/dev/null
printf "port = 6001\nunix_socket_directories = '/trial'\nlisten_addresses = ''\nidle_replication_slot_timeout = '2s'\n" >>primary/postgresql.conf
pg_ctl -D primary -l primary.log -w start >/dev/null
ask 6001 "SELECT pg_create_physical_replication_slot('away', true)" >/dev/null
pg_basebackup -h /trial -p 6001 -U postgres -D standby -R -S away -X stream
sed -i s/6001/6002/ standby/postgresql.conf
pg_ctl -D standby -l standby.log -w start >/dev/null
until_is 6001 "$slot" 't|reserved|'
pg_ctl -D standby -w stop >/dev/null
until_is 6001 "SELECT now() - inactive_since > '3s' FROM pg_replication_slots" t
ask 6001 CHECKPOINT
ask 6001 "$slot" >given-up
pg_ctl -D standby -l standby.log -w start >/dev/null
for _ in $(seq 300); do ! grep -q 'can no longer access' standby.log || break; sleep 0.2; done
grep -o 'can no longer access replication slot "away"' standby.log | head -n 1 >refused
# In one go, or the next try of the standby finds none.
ask 6001 "SELECT pg_drop_replication_slot('away'); SELECT pg_create_physical_replication_slot('away', true)" >/dev/null
until_is 6001 "$slot" 't|reserved|'
ask 6002 "SELECT status FROM pg_stat_wal_receiver" >status
END
cat >"$root/try" <<'END'
dpkg-query -W -f '${Version}' postgresql-18 >/version
install -d -o postgres /trial
runuser -u postgres -- sh /as-postgres
END
try_there

same "the version" 18.6-3 "$(cat "$root/version")"
same "the slot after the checkpoint" 'f|lost|idle_timeout' "$(cat "$root/trial/given-up")"
same "what the standby is told" 'can no longer access replication slot "away"' "$(cat "$root/trial/refused")"
same "the standby with a new slot of that name" streaming "$(cat "$root/trial/status")"
echo 'as found: a slot that PostgreSQL 18 gave up for idleness is lost, its WAL is not, and a new slot of the same name serves the standby'
