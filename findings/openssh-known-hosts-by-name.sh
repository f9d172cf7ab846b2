#!/usr/bin/env bash
# OpenSSH 9.2p1 (Debian 12, openssh-client and openssh-server 1:9.2p1-2+deb12u10): lines that `ssh-keygen -F` finds.
#
# One would guess: `ssh-keygen -F HOST` finds a line, so ssh knows the host.
# What happens: ssh-keygen goes by the name. It prints a line whose type word does not fit its key, status 0; ssh passes
#   over that line, and the host is new to it.
# Output seen:
#   $ ssh-keygen -F db1 -f known_hosts     # Host db1 found: line 1
#   $ ssh db1                              Warning: Permanently added 'db1' (ED25519) to the list of known hosts.
# Why it matters: `ssh-keygen -F` is the usual test for "is this host known?". A line damaged by hand, by a join of two
#   lines or by a template passes it, while ssh asks its question, and an unattended connection (BatchMode) fails.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack openssh-client=1:9.2p1-2+deb12u10 openssh-server=1:9.2p1-2+deb12u10
. "$(dirname "$0")/server.bash"

make_key rsa
make_key ed25519
make_server ed25519

# The type word of one key, the key of the other.
read -r type _ <<<"$(public ed25519)"
read -r _ key <<<"$(public rsa)"
printf 'db1 %s %s\n' "$type" "$key" >"$known"

status=0
"$packages/usr/bin/ssh-keygen" -F db1 -f "$known" >"$place/found" || status=$?
same 'ssh-keygen -F' '# Host db1 found: line 1, status 0' "$(sed -n '1s/ *$//p' "$place/found"), status $status"
same 'ssh' 'Warning: Permanently added (ED25519)' "$(first_contact)"
echo 'as found: ssh-keygen -F of OpenSSH 9.2p1 finds a line of known_hosts that ssh does not use'
