#!/usr/bin/env bash
# sudo 1.9.13p3 and su of util-linux 2.38.1 (Debian 12): a PostgreSQL server at another port, its port in /etc/environment.
#
# One would guess: /etc/environment is for every login, so `PGPORT=5433` in it reaches psql both after `su - postgres` and after
#   `sudo -iu postgres`.
# What happens: Debian has PAM read it for su, ssh and login, and not for sudo. The same account has the variable or not, by the command
#   that led to it; psql then asks port 5432. `Defaults env_file=/etc/environment` in sudoers brings it to sudo.
# Output seen, what PGPORT is: su - postgres: 5433; sudo -iu postgres: none; sudo -u postgres: none; with env_file, sudo -iu postgres: 5433.
# Why it matters: a guide that says "export PGPORT for all" works for whoever types su, and a check that looks with one of them says the
#   opposite of what a student sees with the other.
# Needs root.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

debian_of bookworm main sudo
cat >"$root/try" <<'TRY'
set -e
useradd -m postgres
echo PGPORT=5433 >/etc/environment
seen() { "$@" sh -c 'echo ${PGPORT-none}'; }
echo "sudo $(sudo -V | sed -n '1s/.* //p')"
echo "su - $(su - postgres -c 'echo ${PGPORT-none}')"
echo "sudo -i $(seen sudo -iu postgres)"
echo "sudo $(seen sudo -u postgres)"
echo 'Defaults env_file=/etc/environment' >/etc/sudoers.d/environment
chmod 440 /etc/sudoers.d/environment
echo "env_file $(seen sudo -iu postgres)"
TRY
try_there
same 'sudo and su with /etc/environment' 'sudo 1.9.13p3
su - 5433
sudo -i none
sudo none
env_file 5433' "$(grep -v '^sudo: unable to resolve host' "$place/log")"
echo 'as found: su - has what /etc/environment says, and sudo -i has not (Debian 12, sudo 1.9.13p3)'
