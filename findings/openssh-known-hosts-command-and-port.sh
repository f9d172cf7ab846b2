#!/usr/bin/env bash
# OpenSSH 9.2p1 (Debian 12, openssh-client and openssh-server 1:9.2p1-2+deb12u10): KnownHostsCommand and a port.
#
# One would guess: a line that KnownHostsCommand prints does what the same line in known_hosts does. ssh asks a server first for
#   the types of keys that it knows, so a host known by its ECDSA key alone shows that one.
# What happens: before the connection (%I is ORDER) ssh asks the command about the host without its port and looks for the
#   answer under that name, afterwards (HOSTNAME) about [host]:port. The line for [host]:port comes too late: the server
#   shows its Ed25519 key, and ssh says that the host key has changed. In a file, the line works; so does port 22.
# Output seen:
#   ORDER db1
#   HOSTNAME [db1]:2222
#   @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
#   Offending ECDSA key in KnownHostsCommand-HOSTNAME:1
# Why it matters: keys from a directory service work for all hosts at port 22 and raise the alarm of an attack for one behind
#   another port, unless its key is of the type that ssh prefers or the command prints a line for the host alone as well.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack openssh-client=1:9.2p1-2+deb12u10 openssh-server=1:9.2p1-2+deb12u10
. "$(dirname "$0")/server.bash"

make_key ecdsa
make_key ed25519
make_server ed25519
echo "HostKey $place/ssh/ecdsa" >>"$place/ssh/sshd_config"

# Says what the command is asked, and prints the file of lines.
lines=$place/ssh/lines asked=$place/ssh/asked
cat >"$place/ssh/keys" <<FILE
#!/bin/sh
echo "\$1 \$2" >>$asked
cat $lines
FILE
chmod 755 "$place/ssh/keys"

# What ssh says at a port, with an option that tells it of the key.
visit() {
  rm -f "$asked"
  if [ "$(id -u)" -eq 0 ]; then chown 65534:65534 "$place/ssh/keys" "$lines"; fi
  unprivileged "$packages/usr/bin/ssh" -F none -p "$1" -o "$2" -o BatchMode=yes -o IdentityFile=none -o IdentityAgent=none \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile=none -o GlobalKnownHostsFile=none \
    -o ProxyCommand="$packages/usr/sbin/sshd -i -f $place/ssh/sshd_config" db1 true >"$place/said" 2>&1 </dev/null || :
  # The login is refused, which comes only after the host key was accepted.
  if grep -q 'Permission denied' "$place/said"; then
    echo 'host key accepted'
  else
    sed -n 's/.*\(REMOTE HOST IDENTIFICATION HAS CHANGED\).*/\1/p; s/\(Offending [^:]*\):1.*/\1/p' "$place/said"
  fi
}
command="KnownHostsCommand=$place/ssh/keys %I %H"

echo "db1 $(public ecdsa)" >"$lines"
same 'port 22, by command' 'host key accepted' "$(visit 22 "$command")"
echo "[db1]:2222 $(public ecdsa)" >"$lines"
same 'port 2222, by file' 'host key accepted' "$(visit 2222 "UserKnownHostsFile=$lines")"
same 'port 2222, by command' 'REMOTE HOST IDENTIFICATION HAS CHANGED
Offending ECDSA key in KnownHostsCommand-HOSTNAME' "$(visit 2222 "$command")"
same 'what it was asked' 'ORDER db1
HOSTNAME [db1]:2222' "$(cat "$asked")"
echo 'as found: KnownHostsCommand of OpenSSH 9.2p1 is asked for the order of key types without the port'
