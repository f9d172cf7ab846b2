#!/usr/bin/env bash
# repmgr 5.3.3 (Debian 12, 5.3.3-2): `include_if_exists` in repmgr.conf, and the file does not exist.
#
# One would guess: nothing happens, as in postgresql.conf, whose directives repmgr's manual says it treats alike.
# What happens: the missing file is put among the errors, and repmgr stops. The words of the message are those of a note.
# Output seen:
#   ERROR: following errors were found in the configuration file:
#     skipping configuration file "…/local.conf"
# Why it matters: a template with an optional include for local settings works until the first machine without the file,
#   and there repmgr does nothing at all. "skipping" is no warning to filter out: here it is the reason.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack postgresql-15-repmgr=5.3.3-2
repmgr=$packages/usr/lib/postgresql/15/bin/repmgr
need_libraries "$repmgr" libpq5 libldap-2.5-0
make_folder "$place/etc"
cat >"$place/etc/repmgr.conf" <<'CONF'
node_id=1
node_name='node1'
conninfo='host=/nowhere user=repmgr dbname=repmgr'
data_directory='/var/lib/postgresql/15/main'
include_if_exists 'local.conf'
CONF

# The first two lines repmgr says, and its exit status: 1 is "bad configuration", 6 "no connection to the database".
cluster_show() {
  local status=0
  unprivileged "$repmgr" -f "$place/etc/repmgr.conf" cluster show >"$place/said" 2>&1 || status=$?
  sed "s|$place/etc/||" "$place/said" | head -n "$1"
  echo "status $status"
}

echo '# nothing' >"$place/etc/local.conf"
# With the file there, the configuration is fine: repmgr gets as far as asking for the server, which is not there.
same 'with the file' 'ERROR: connection to database failed
status 6' "$(cluster_show 1)"

rm "$place/etc/local.conf"
same 'without the file' 'ERROR: following errors were found in the configuration file:
  skipping configuration file "local.conf"
status 1' "$(cluster_show 2)"
echo 'as found: repmgr 5.3.3 refuses a repmgr.conf whose include_if_exists names a missing file'
