# A real cluster for the findings on repmgr's elections: a primary a, a standby b and a witness w, with their daemons, on sockets in the
# temporary folder. PostgreSQL 15.20 and repmgr 5.3.3 of Debian 12. Read after tools.bash; a script may define `settings NODE` before,
# which prints further lines of a node's repmgr.conf.

unpack postgresql-15=15.20-0+deb12u1 postgresql-client-15=15.20-0+deb12u1 postgresql-15-repmgr=5.3.3-2
bin=$packages/usr/lib/postgresql/15/bin
need_libraries "$bin/postgres" libicu72 libldap-2.5-0 libxml2
need_libraries "$bin/repmgrd" libpq5 libldap-2.5-0
make_folder "$place/cluster"
socket=$place/cluster
kill_daemon() {
  local pid
  for pid in $(pgrep -f "repmgrd -f $socket/$1[.]conf"); do kill -9 "$pid"; done
}
stop_all() {
  local name
  for name in a b w; do
    kill_daemon $name
    unprivileged "$bin/pg_ctl" -D "$socket/$name" -m immediate stop >/dev/null 2>&1 || :
  done
  rm -rf "$place"
}
trap stop_all EXIT

port() { case $1 in a) echo 5501 ;; b) echo 5502 ;; w) echo 5503 ;; esac; }
sql() { unprivileged "$bin/psql" -XqAt -h "$socket" -p "$(port "$1")" -U postgres -d "${3:-repmgr}" -c "$2"; }
start() {
  unprivileged "$bin/pg_ctl" -D "$socket/$1" -w -t 60 -l "$socket/$1.log" \
    -o "-p $(port "$1") -c listen_addresses= -c unix_socket_directories=$socket -c shared_preload_libraries=repmgr" start >/dev/null 2>&1 ||
    cannot "$1: $(tail -n 1 "$socket/$1.log")"
}
repmgr() { unprivileged "$bin/repmgr" -f "$socket/$1.conf" "${@:2}" >>"$socket/repmgr.log" 2>&1 || cannot "repmgr ${*:2}: $(tail -n 3 "$socket/repmgr.log")"; }
daemon() {
  (unprivileged "$bin/repmgrd" -f "$socket/$1.conf" --no-pid-file --daemonize=false >>"$socket/$1.said" 2>&1 </dev/null || :) &
  heard "$1" 'monitoring (connection to|primary|cluster primary|.*connection)'
}
# until_true WHAT COMMAND...: waits until a command succeeds, a minute at most.
until_true() {
  local _
  for _ in $(seq 300); do
    if "${@:2}" >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
  cannot "this did not come true: $1"
}
# heard NODE PATTERN: waits until the node's daemon says it.
heard() { until_true "$1 says $2" grep -qE "$2" "$socket/$1.said"; }
holds() { [ "$(sql "$1" "$2")" = t ]; }
number=0
for name in a b w; do
  number=$((number + 1))
  cat >"$socket/$name.conf" <<CONF
node_id=$number
node_name='$name'
conninfo='host=$socket port=$(port $name) user=postgres dbname=repmgr connect_timeout=2'
data_directory='$socket/$name'
pg_bindir='$bin'
failover=automatic
promote_command='$bin/repmgr -f $socket/$name.conf standby promote'
follow_command='$bin/repmgr -f $socket/$name.conf standby follow --upstream-node-id=%n'
monitor_interval_secs=1
reconnect_attempts=2
reconnect_interval=1
$(if declare -F settings >/dev/null; then settings $name; fi)
CONF
done
from_a=(-h "$socket" -p "$(port a)" -U postgres -d repmgr)

for name in a w; do
  unprivileged "$bin/initdb" -D "$socket/$name" -U postgres -A trust --no-sync >"$socket/initdb.log" 2>&1 || cannot "initdb: $(tail -n 1 "$socket/initdb.log")"
  start $name
  sql $name 'CREATE DATABASE repmgr' postgres
done
repmgr a primary register
repmgr b "${from_a[@]}" standby clone --fast-checkpoint
start b
repmgr b standby register
repmgr w "${from_a[@]}" witness register
for name in a b w; do daemon $name; done
