#!/usr/bin/env bash
# repmgr 5.3.3 (Debian 12, 5.3.3-2): the line of a syntax error behind an `include`.
#
# One would guess: repmgr names the line of repmgr.conf that holds the error.
# What happens: behind an `include`, it goes on counting from the last line of the included file. The file named is the
#   right one, the line is not: behind an included file of three lines, line 6 of repmgr.conf is reported as line 4.
# Output seen:
#   ERROR: following errors were found in the configuration file:
#     syntax error in file "…/repmgr.conf" line 4, near token "NOTICE"
# Why it matters: a tool that opens repmgr.conf at the line repmgr names, or quotes that line to somebody, shows a
#   blameless one. Search for the token as well, and trust the number only where no include stands above it.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack postgresql-15-repmgr=5.3.3-2
repmgr=$packages/usr/lib/postgresql/15/bin/repmgr
need_libraries "$repmgr" libpq5 libldap-2.5-0
make_folder "$place/etc"
printf '# one\n# two\n# three\n' >"$place/etc/extra.conf"

# The line that repmgr names, for a repmgr.conf whose fifth line is $1 and whose sixth holds the error.
line_named() {
  cat >"$place/etc/repmgr.conf" <<CONF
node_id=1
node_name='node1'
conninfo='host=192.0.2.1 user=repmgr dbname=repmgr'
data_directory='/var/lib/postgresql/15/main'
$1
log_level = INFO NOTICE
CONF
  unprivileged "$repmgr" -f "$place/etc/repmgr.conf" node check 2>&1 |
    sed -n 's/.*repmgr\.conf" \(line [0-9]*, near token "[A-Z]*"\).*/\1/p'
}

same 'with a comment in line 5' 'line 6, near token "NOTICE"' "$(line_named '# no include')"
same 'with an include in line 5' 'line 4, near token "NOTICE"' "$(line_named "include 'extra.conf'")"
echo 'as found: repmgr 5.3.3 reports line 6 of repmgr.conf as line 4, behind an included file of three lines'
