# A real sshd for the findings on host keys, and a client that meets it for the first time. Reached through a pipe
# (ProxyCommand and sshd -i): it listens nowhere. Nobody can log in; the host key is settled before that.
# Read after tools.bash and after unpacking openssh-client and openssh-server.

need_libraries "$packages/usr/sbin/sshd" libgssapi-krb5-2 libwrap0 libaudit1
make_folder "$place/ssh"
known=$place/ssh/known_hosts

make_key() { unprivileged "$packages/usr/bin/ssh-keygen" -q -t "$1" -N '' -C '' -f "$place/ssh/$1"; }

# Type and key, without a comment.
public() { cut -d ' ' -f 1,2 "$place/ssh/$1.pub"; }

# The server has the one host key named.
make_server() {
  cat >"$place/ssh/sshd_config" <<FILE
HostKey $place/ssh/$1
PidFile none
UsePAM no
StrictModes no
AuthorizedKeysFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
FILE
}

# What ssh says of the host key of db1, with StrictHostKeyChecking=accept-new.
first_contact() {
  if [ -e "$known" ] && [ "$(id -u)" -eq 0 ]; then chown 65534:65534 "$known"; fi
  unprivileged "$packages/usr/bin/ssh" -F none -o BatchMode=yes -o IdentityFile=none -o IdentityAgent=none \
    -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="$known" -o GlobalKnownHostsFile=none \
    -o ProxyCommand="$packages/usr/sbin/sshd -i -f $place/ssh/sshd_config" \
    db1 true >"$place/said" 2>&1 </dev/null || :
  local verdict
  verdict=$(sed -n -e 's/.*\(REMOTE HOST IDENTIFICATION HAS CHANGED\).*/\1/p' -e 's/\(Offending [A-Z0-9]* key\) in .*/\1/p' \
    -e "s/\(Permanently added\) '.*' \(([A-Z0-9]*)\).*/\1 \2/p" "$place/said")
  if [ -n "$verdict" ]; then
    printf '%s\n' "$verdict"
  elif grep -q 'Permission denied' "$place/said"; then
    # The login is refused, which comes only after the host key was accepted.
    echo 'host key accepted'
  else
    cannot "ssh: $(cat "$place/said")"
  fi
}
