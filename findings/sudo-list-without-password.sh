#!/usr/bin/env bash
# sudo 1.9.13p3 (Debian 12, 1.9.13p3-1+deb12u4): `sudo -n -l COMMAND` for a command whose rule wants a password.
# Has to run as root: sudo needs its set-user-ID bit. It runs in a folder of its own (chroot), with that folder's rules.
#
# One would guess: where `sudo -n -l COMMAND` succeeds, `sudo -n COMMAND` runs without a password.
# What happens: with -l, the password that -n forbids is the password for listing, and the setting listpw decides on it.
#   By default (any) one rule with NOPASSWD is enough, whichever command it is for. A second rule, for another command,
#   turns the answer for the first one from "a password is required" to its path and status 0.
# Output seen, with the rules `PASSWD: /usr/bin/first` and `NOPASSWD: /usr/bin/second`:
#   $ sudo -n -l /usr/bin/first    /usr/bin/first, status 0
#   $ sudo -n /usr/bin/first       sudo: a password is required, status 1
# Why it matters: repmgr's service_…_command settings run through sudo without a terminal. A check that asks
#   `sudo -n -l` whether the daemon may call systemctl finds all well, and the switchover stops for a password.
#   The list of all rules (`sudo -n -l`, no command) does tell them apart. sudoers(5) has the reason, under listpw.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

[ "$(id -u)" -eq 0 ] || cannot 'needs root, for the set-user-ID bit of the sudo in its folder'
unpack sudo=1.9.13p3-1+deb12u4 libc6 libaudit1 libcap-ng0 libcrypt1 libpam0g libpam-modules libpcre2-8-0 libselinux1 zlib1g
mkdir -p "$packages"/{etc/pam.d,usr/bin,tmp,run,dev}
chmod 1777 "$packages/tmp"
cat >"$packages/etc/passwd" <<'FILE'
root:x:0:0::/root:/bin/false
student:x:1000:1000::/tmp:/bin/false
FILE
printf 'root:x:0:\nstudent:x:1000:\n' >"$packages/etc/group"
printf 'passwd: files\ngroup: files\n' >"$packages/etc/nsswitch.conf"
printf '127.0.0.1 localhost %s\n' "$(uname -n)" >"$packages/etc/hosts"
# No password is ever right here: nothing in this script gives one.
printf 'auth required pam_deny.so\naccount required pam_permit.so\nsession required pam_permit.so\n' \
  >"$packages/etc/pam.d/sudo"
# Two programs that end at once, and that need nothing else in the folder: sudo's own, under other names.
cp "$packages/usr/bin/cvtsudoers" "$packages/usr/bin/first"
cp "$packages/usr/bin/cvtsudoers" "$packages/usr/bin/second"

rules() {
  rm -f "$packages/etc/sudoers"
  printf '%s\n' "$@" >"$packages/etc/sudoers"
  chmod 440 "$packages/etc/sudoers"
}

# What sudo says to the account student, and its exit status.
ask() {
  local status=0
  chroot --userspec=1000:1000 "$packages" /usr/bin/sudo -n "$@" >"$place/said" 2>&1 </dev/null || status=$?
  ! grep -Eq 'setuid|nosuid|PAM' "$place/said" || cannot "$(cat "$place/said")"
  echo "$(cat "$place/said"), status $status"
}

with_password='student ALL=(root) PASSWD: /usr/bin/first'
without_password='student ALL=(root) NOPASSWD: /usr/bin/second'

rules "$with_password"
same 'one rule: list' 'sudo: a password is required, status 1' "$(ask -l /usr/bin/first)"

rules "$with_password" "$without_password"
same 'two rules: list' '/usr/bin/first, status 0' "$(ask -l /usr/bin/first)"
same 'two rules: run' 'sudo: a password is required, status 1' "$(ask /usr/bin/first)"

same 'two rules: the list of all' '(root) PASSWD: /usr/bin/first
(root) NOPASSWD: /usr/bin/second, status 0' "$(ask -l | sed -n 's/^ *\((root) .*\)/\1/p')"

rules 'Defaults listpw=all' "$with_password" "$without_password"
same 'two rules and listpw=all: list' 'sudo: a password is required, status 1' "$(ask -l /usr/bin/first)"
echo 'as found: sudo 1.9.13p3 lists a command without a password that it does not run without one'
