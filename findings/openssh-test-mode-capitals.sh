#!/usr/bin/env bash
# OpenSSH 10.6p1 (Debian sid, openssh-server 1:10.6p1-1) beside 9.2p1 (Debian 12, 1:9.2p1-2+deb12u10): how `sshd -T` writes the names of options.
#
# One would guess: in small letters, as `sshd -T` always did, and as `ssh -G` does of both versions.
# What happens: sshd 10.6p1 writes them as its manual does. ssh -G of the same version still writes small letters.
# Output seen: 9.2p1 `allowusers student`, 10.6p1 `AllowUsers student`; ssh -G of both `addressfamily inet`.
# Why it matters: sshd -T is how a tool asks what is in force. A `grep '^allowusers '` finds nothing on the newer one, and takes a rule
#   that keeps everybody out for no rule at all.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

debian_of sid main openssh-server,openssh-client
unpack openssh-server=1:9.2p1-2+deb12u10 openssh-client=1:9.2p1-2+deb12u10
need_libraries "$packages/usr/sbin/sshd" libwrap0
need_libraries "$packages/usr/bin/ssh" libgssapi-krb5-2
ssh-keygen -q -t ed25519 -N '' -f "$place/key"
printf 'HostKey %s\nAllowUsers student\n' "$place/key" >"$place/sshd_config"
# sshd wants this folder even to print what it would do.
if [ ! -d /run/sshd ]; then
  mkdir /run/sshd
  trap 'rmdir /run/sshd; rm -rf "$place"' EXIT
fi

of_the_older=$("$packages/usr/sbin/sshd" -T -f "$place/sshd_config" 2>"$place/sshd.log" | grep -i '^allowusers') || :
client_of_the_older=$("$packages/usr/bin/ssh" -G -F none -4 db </dev/null 2>"$place/ssh.log" | grep -i '^addressfamily') || :
cp "$place/key" "$root/key"
printf 'HostKey /key\nAllowUsers student\n' >"$root/sshd_config"
cat >"$root/try" <<'END'
dpkg-query -W -f '${Version}' openssh-server >/version
mkdir -p /run/sshd
chown root:root /key
/usr/sbin/sshd -T -f /sshd_config | grep -i '^allowusers' >/server
ssh -G -F none -4 db </dev/null | grep -i '^addressfamily' >/client
END
try_there

same "the version" 1:10.6p1-1 "$(cat "$root/version")"
same "sshd -T of 9.2p1" "allowusers student" "$of_the_older"
same "ssh -G of 9.2p1" "addressfamily inet" "$client_of_the_older"
same "sshd -T of 10.6p1" "AllowUsers student" "$(cat "$root/server")"
same "ssh -G of 10.6p1" "addressfamily inet" "$(cat "$root/client")"
echo 'as found: sshd -T of OpenSSH 10.6p1 writes AllowUsers, that of 9.2p1 allowusers; ssh -G writes small letters in both'
