#!/usr/bin/env bash
# repmgr 5.3.3 (Debian 12, 5.3.3-2) with PostgreSQL 15.20: failover_validation_command forbids a promotion, in a cluster with a witness.
#
# One would guess: the candidate tells the others to hold the election again, standbys and the witness, and all wait for that.
# What happens: the notice is the node number -2. A standby knows what that means; the witness takes it for the number of the new
#   primary, looks it up, and reports an error.
# Output seen:
#   [ERROR] unable to retrieve metadata record for new primary node (ID: -2)
# Why it matters: the one ERROR in all logs is on the witness and speaks of a node that nobody has, while the reason, the command's
#   status, is a NOTICE on the candidate. Who looks for errors first looks in the wrong place.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

settings() {
  [ "$1" != b ] || echo "failover_validation_command='/bin/false'"
  echo 'election_rerun_interval=5'
}
. "$(dirname "$0")/cluster.bash"

unprivileged "$bin/pg_ctl" -D "$socket/a" -m immediate stop >/dev/null
heard b 'rerunning election after'
same 'what the candidate says' 'failover validation command returned a non-zero value: 1
promotion candidate election will be rerun' \
  "$(grep -oE 'failover validation command returned a non-zero value: 1|promotion candidate election will be rerun' "$socket/b.said" | head -n 2)"
heard w 'unable to retrieve metadata record|rerun'
same 'what the witness says' 'unable to retrieve metadata record for new primary node (ID: -2)' \
  "$(grep -oE 'unable to retrieve metadata record for new primary node .*|received notification .* rerun.*' "$socket/w.said" | head -n 1)"
echo 'as found: the witness of repmgr 5.3.3 takes the notice to hold an election again for a new primary with the number -2'
