#!/usr/bin/env bash
# repmgr 5.3.3 (Debian 12, 5.3.3-2) with PostgreSQL 15.20: a primary, one standby and a witness. The witness is down, then the primary dies.
#
# One would guess: the standby sees itself and nobody else, one of two, which is not a majority, and stays a standby.
# What happens: it depends on how the witness went down. If its machine is gone with its daemon, it is as guessed. If only its server is
#   down and its daemon runs on, the daemon marks its own node inactive in repmgr's list; inactive nodes are not counted, and the
#   standby, cut off or not, "wins by default".
# Output seen:
#   machine gone: unable to reach a qualified majority of nodes
#   server down: no other sibling nodes - we win by default
# Why it matters: two servers stopped for maintenance, with their daemons running, take the quorum away from those that are left: the last
#   standby promotes itself at any loss of sight, a cut cable too. Stop the daemons, or pause them, before the servers.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

. "$(dirname "$0")/cluster.bash"

# What node b's daemon decided since the file was emptied.
decision() { grep -oE 'unable to reach a qualified majority of nodes|no other sibling nodes - we win by default' "$socket/b.said" | head -n 1; }

# The witness's machine is gone: its server and its daemon at once.
kill_daemon w
unprivileged "$bin/pg_ctl" -D "$socket/w" -m immediate stop >/dev/null
unprivileged "$bin/pg_ctl" -D "$socket/a" -m immediate stop >/dev/null
heard b 'unable to reach a qualified majority of nodes|STANDBY PROMOTE successful|win by default'
same 'the machine of the witness is gone' 'unable to reach a qualified majority of nodes' "$(decision)"

# All three run again.
start a
heard b 'reconnected to upstream node'
start w
daemon w
until_true 'the witness is active' holds a "SELECT active FROM repmgr.nodes WHERE node_name = 'w'"

# Now only its server goes down. Its daemon notices, and writes it into the list.
: >"$socket/b.said"
unprivileged "$bin/pg_ctl" -D "$socket/w" -m fast stop >/dev/null
until_true 'the standby has the witness as inactive' holds b "SELECT NOT active FROM repmgr.nodes WHERE node_name = 'w'"
unprivileged "$bin/pg_ctl" -D "$socket/a" -m immediate stop >/dev/null
heard b 'unable to reach a qualified majority of nodes|STANDBY PROMOTE successful|win by default'
same 'only the server of the witness is down' 'no other sibling nodes - we win by default' "$(decision)"
until_true 'the standby takes writes' holds b 'SELECT NOT pg_is_in_recovery()'
echo 'as found: repmgr 5.3.3 does not count a node whose server is down while its daemon runs, so the last standby promotes itself'
