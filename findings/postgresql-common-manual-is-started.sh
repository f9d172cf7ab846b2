#!/usr/bin/env bash
# postgresql-common 248+deb12u2 (Debian 12): a cluster whose start.conf says manual, after `systemctl enable`.
#
# One would guess: manual in start.conf keeps a cluster from starting at boot, as /etc/postgresql/15/main/start.conf says itself.
# What happens: it keeps the generator of postgresql-common from asking for the start, and nothing else. The unit
#   postgresql@.service has an [Install] section of its own, so `systemctl enable postgresql@15-main` makes a link in
#   multi-user.target.wants that counts beside the generator, and pg_ctlcluster, which the unit runs, refuses `disabled` alone.
# Output seen:
#   disabled: Error: Cluster is disabled
#   manual:   goes on to start the server
#   Created symlink …/multi-user.target.wants/postgresql@15-main.service
# Why it matters: whoever enabled the instance once (as one does elsewhere for "start it now and at boot") and later writes manual, so
#   that a failed primary stays down after a power cut, gets a server that starts at boot. `systemctl is-enabled` tells the two
#   apart: enabled is such a link, enabled-runtime the generator's.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

command -v systemctl >/dev/null || cannot 'no systemctl here'
unpack postgresql-common=248+deb12u2
root=$place/root
mkdir -p "$root/lib/systemd/system" "$root/etc/systemd/system"
cp "$packages/lib/systemd/system/postgresql@.service" "$root/lib/systemd/system/"

# What pg_ctlcluster says of a cluster that has no files, with a word in start.conf.
started() {
  mkdir -p "$place/conf/15/main"
  printf "data_directory = '$place/data'\nport = 5432\n" >"$place/conf/15/main/postgresql.conf"
  printf '%s\n' "$1" >"$place/conf/15/main/start.conf"
  PG_CLUSTER_CONF_ROOT=$place/conf unprivileged \
    perl -T -I "$packages/usr/share/postgresql-common" "$packages/usr/bin/pg_ctlcluster" --skip-systemctl-redirect 15 main start 2>&1 | head -n 1 || :
}
make_folder "$place/data"
echo 15 >"$place/data/PG_VERSION"
chmod -R a+rX "$place"
refused() { case $(started "$1") in 'Error: Cluster is disabled') echo refused ;; *) echo 'goes on' ;; esac; }

same 'disabled' refused "$(refused disabled)"
# It goes on, and stops later for want of a server's files.
same 'manual' 'goes on' "$(refused manual)"
systemctl --quiet --root="$root" enable postgresql@15-main 2>"$place/said" || cannot "$(cat "$place/said")"
same 'the link' "multi-user.target.wants/postgresql@15-main.service" "$(cd "$root/etc/systemd/system" && find . -name '*.service' -printf '%P\n')"
echo 'as found: with postgresql-common 248+deb12u2, systemctl enable starts a cluster at boot whose start.conf says manual'
