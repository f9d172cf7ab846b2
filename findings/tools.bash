# What the findings share; each NAME.sh here reads it. Bash, Debian 12 (bookworm).
# Everything lives in one temporary folder, $place, that goes when the script ends.

place=$(mktemp -d)
chmod 755 "$place"
packages=$place/packages
trap 'rm -rf "$place"' EXIT
export LC_ALL=C.UTF-8

# No result: what the script needs is not to be had here. The mark is for `same`: inside $(…), exit ends no script.
cannot() {
  printf 'cannot run: %s\n' "$*" >&2
  touch "$place/no-result"
  exit 2
}

# Unpacks Debian packages (NAME=VERSION, or NAME for a library) into $packages. Installs nothing.
unpack() {
  local package
  mkdir -p "$place/downloads" "$packages"
  for package in "$@"; do
    (cd "$place/downloads" && apt-get -qq download "$package" >"$place/apt.log" 2>&1) ||
      cannot "no package $package here: $(grep '^E:' "$place/apt.log" | head -n 1) (apt-get update may help)"
  done
  for package in "$place"/downloads/*.deb; do
    dpkg -x "$package" "$packages"
  done
  rm -rf "$place/downloads"
}

# Where a library of the system is missing, takes Debian's package of it: need_libraries PROGRAM PACKAGE...
need_libraries() {
  local program=$1
  shift
  export LD_LIBRARY_PATH=$packages/usr/lib/$(uname -m)-linux-gnu
  if ldd "$program" | grep -q 'not found'; then unpack "$@"; fi
  if ldd "$program" | grep 'not found' >&2; then cannot "libraries of $program are missing"; fi
}

# A small Debian of another release in $root, from this computer's own mirror: debian_of SUITE COMPONENTS PACKAGE,PACKAGE
debian_of() {
  local mirror
  [ "$(id -u)" = 0 ] || cannot "root is needed for a folder with a Debian of its own"
  command -v mmdebstrap >/dev/null || cannot "mmdebstrap is not installed"
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
  root=$place/$1
  mmdebstrap --quiet --mode=root --variant=apt --components="$2" --include="$3" --aptopt='Acquire::Check-Valid-Until "false"' \
    --aptopt='APT::Install-Recommends "false"' "$1" "$root" "$mirror" >"$place/log" 2>&1 ||
    cannot "not to be had from $1: $3 ($(tail -n 1 "$place/log"))"
}

# Runs the script $root/try in that Debian, with processes, mounts and a network of its own, which end with it.
try_there() {
  unshare --mount --pid --fork --net --ipc --kill-child --mount-proc="$root/proc" chroot "$root" bash /try >"$place/log" 2>&1 ||
    cannot "$(tail -n 1 "$place/log")"
}

# Runs a command as an account without rights, for programs that refuse root.
unprivileged() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups -- env HOME="$place" "$@"
  else
    "$@"
  fi
}

# A folder that unprivileged commands may write to.
make_folder() {
  mkdir -p "$1"
  if [ "$(id -u)" -eq 0 ]; then chown 65534:65534 "$1"; fi
}

# same WHAT EXPECTED SEEN: ends the script with status 1 where the two differ.
same() {
  if [ -e "$place/no-result" ]; then exit 2; fi
  [ "$2" = "$3" ] && return
  printf 'changed: %s\n--- expected\n%s\n--- seen\n%s\n' "$1" "$2" "$3" >&2
  exit 1
}
