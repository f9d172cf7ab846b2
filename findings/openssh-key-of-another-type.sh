#!/usr/bin/env bash
# OpenSSH 9.2p1 (Debian 12, openssh-client and openssh-server 1:9.2p1-2+deb12u10): a host known by one type of key that
# shows a key of another type.
#
# One would guess: known_hosts holds an RSA key, the server has only an Ed25519 key: no key of that type is known, so the
#   host is new, and StrictHostKeyChecking=accept-new adds the key.
# What happens: any usable key under the host's name makes the host a known one. The new key counts as a changed one, and
#   ssh refuses. The message speaks of an "Offending RSA key", though nobody showed another RSA key.
# Output seen:
#   @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
#   Offending RSA key in …/known_hosts:1
# Why it matters: a machine whose keys were made anew with fewer types, and a tool that compares keys type by type, come to
#   opposite answers: the tool says "new", ssh says "changed". Nor does accept-new help an unattended first contact there.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack openssh-client=1:9.2p1-2+deb12u10 openssh-server=1:9.2p1-2+deb12u10
. "$(dirname "$0")/server.bash"

make_key rsa
make_key ed25519
make_server ed25519

rm -f "$known"
same 'no key known' 'Warning: Permanently added (ED25519)' "$(first_contact)"
printf 'db1 %s\n' "$(public ed25519)" >"$known"
same 'the key known' 'host key accepted' "$(first_contact)"
printf 'db1 %s\n' "$(public rsa)" >"$known"
same 'a key of another type known' 'REMOTE HOST IDENTIFICATION HAS CHANGED
Offending RSA key' "$(first_contact)"
echo 'as found: for OpenSSH 9.2p1 a host known by its RSA key that shows an Ed25519 key has changed, and is not new'
