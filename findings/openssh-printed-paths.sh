#!/usr/bin/env bash
# OpenSSH 9.2p1 (Debian 12, openssh-client 1:9.2p1-2+deb12u10): paths as `ssh -G` prints them.
#
# One would guess: `ssh -G HOST` prints each path ready for use, since it has read the files and knows the host.
# What happens: it depends on the keyword. In UserKnownHostsFile, ~ and tokens such as %h are put in and the quotes are
#   gone, so that two paths with spaces run together and cannot be told apart. IdentityFile loses its quotes too, but
#   keeps ~ and %h as they stand in the file.
# Output seen:
#   identityfile ~/keys of mine/%h
#   userknownhostsfile /home/student/known hosts/192.0.2.10 /home/student/more hosts
# Why it matters: a tool that asks `ssh -G` for the files in force, as it should, has still to expand IdentityFile
#   itself, must not expand UserKnownHostsFile again, and has to try which splits of that line are files.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack openssh-client=1:9.2p1-2+deb12u10
ssh=$packages/usr/bin/ssh
need_libraries "$ssh" libgssapi-krb5-2
# ssh takes the home folder of the account, whatever HOME says.
home=$(getent passwd "$(id -u)" | cut -d: -f6)
cat >"$place/config" <<'FILE'
Host db
  HostName 192.0.2.10
  IdentityFile "~/keys of mine/%h"
  UserKnownHostsFile "~/known hosts/%h" "~/more hosts"
FILE

seen=$("$ssh" -G -F "$place/config" db </dev/null 2>"$place/ssh.log" | grep -E '^(identityfile|userknownhostsfile) ' | sort) || :
same 'the two keywords' "identityfile ~/keys of mine/%h
userknownhostsfile $home/known hosts/192.0.2.10 $home/more hosts" "$seen"
echo 'as found: ssh -G of OpenSSH 9.2p1 prints IdentityFile as written and UserKnownHostsFile expanded, both without quotes'
