#!/usr/bin/env bash
# buildah 1.28.2, as podman 4.3 builds with (Debian 12, buildah 1.28.2+ds1-3+deb12u1+b3, busybox-static 1:1.35.0-4+deb12u1+b1): what a
# RUN of a Containerfile writes into /etc/hostname, /etc/hosts and /etc/resolv.conf.
#
# One would guess: the files of an image are what its instructions made of them, so `RUN echo golden >/etc/hostname` names every machine
#   that is made from the image.
# What happens: during each RUN these three are files of the builder, mounted over those of the image. The commands read back what they
#   wrote, the build succeeds without a word, and the image has what it had before: what COPY put there stays, and what RUN wrote is gone.
# Output seen (written by RUN, and found in the image): hostname before=copied run=written image=copied, and the same for hosts and resolv.conf.
# Why it matters: an image for practice machines, whose systemd reads /etc/hostname, begins without a name, and nothing says why.
# Needs root.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

[ "$(id -u)" = 0 ] || cannot "root is needed to build an image"
unpack buildah=1.28.2+ds1-3+deb12u1+b3 busybox-static=1:1.35.0-4+deb12u1+b1
buildah=$packages/usr/bin/buildah
need_libraries "$buildah" libgpgme11 libassuan0 libdevmapper1.02.1

mkdir "$place/context"
cp "$packages/bin/busybox" "$place/context/busybox"
echo copied >"$place/context/text"
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$place/policy.json"
printf '[storage]\ndriver="vfs"\nrunroot="%s"\ngraphroot="%s"\n' "$place/run" "$place/storage" >"$place/storage.conf"
export CONTAINERS_STORAGE_CONF=$place/storage.conf
files='hostname hosts resolv.conf other'
{
  echo 'FROM scratch'
  echo 'COPY busybox /bin/busybox'
  for file in $files; do echo "COPY text /etc/$file"; done
  # One RUN for each: what one wrote, the next could have lost.
  for file in $files; do
    echo "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo written >/etc/$file; echo $file \$(/bin/busybox cat /etc/$file)\"]"
  done
} >"$place/context/Containerfile"

"$buildah" build --isolation chroot --signature-policy "$place/policy.json" --network host -f "$place/context/Containerfile" -t seen "$place/context" \
  >"$place/log" 2>&1 || cannot "$(tail -n 1 "$place/log")"
same 'what RUN reads back' 'hostname written
hosts written
resolv.conf written
other written' "$(grep -E '^[a-z.]+ written$' "$place/log")"

container=$("$buildah" from --signature-policy "$place/policy.json" seen)
image=$("$buildah" mount "$container")
found=$(for file in $files; do echo "$file $(cat "$image/etc/$file")"; done)
"$buildah" umount "$container" >"$place/log"
same 'what the image has' 'hostname copied
hosts copied
resolv.conf copied
other written' "$found"
echo 'as found: what RUN writes into /etc/hostname, /etc/hosts and /etc/resolv.conf is not in the image, and buildah 1.28.2 says nothing'
