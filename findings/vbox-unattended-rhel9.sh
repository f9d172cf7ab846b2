#!/usr/bin/env bash
# VirtualBox 7.2.22 (Debian sid, virtualbox 7.2.22-dfsg-2): `VBoxManage unattended install` accepts the ISO of a Red Hat 9 system (Rocky Linux 9 here, as far as VirtualBox looks at
# it) with status 0, and prepares what the installers of release 6 and 7 read: the boot parameter `ks=`, which release 9 no longer looks at
# without its prefix `inst.`, and a kickstart file with the command `install`, which release 9 no longer has. The ISO here has only what
# VirtualBox reads of it; no installer was run.
# One would guess: a system that --ostype knows, and whose ISO is detected, is prepared for as its installer reads it, or refused.
# Output seen: extraInstallKernelParameters = ks=cdrom:/ks.cfg …; `install` on a line of its own in the kickstart file.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

# Debian 12 has no VirtualBox; sid has it in contrib.
debian_of sid main,contrib virtualbox,xorriso
mkdir -p "$root/iso/isolinux"
printf 'default linux\nlabel linux\n  kernel vmlinuz\n  append initrd=initrd.img quiet\n' >"$root/iso/isolinux/isolinux.cfg"
printf '[general]\narch = x86_64\nfamily = Rocky Linux\nname = Rocky Linux 9.6\nversion = 9.6\n' >"$root/iso/.treeinfo"
cat >"$root/try" <<'END'
export HOME=/root USER=root LOGNAME=root LC_ALL=C.UTF-8
VBoxManage --version | tail -n 1 >/version
xorriso -as mkisofs -quiet -R -J -o /rocky.iso /iso
VBoxManage createvm --name x --ostype RedHat9_64 --register
VBoxManage storagectl x --name SATA --add sata --portcount 2
VBoxManage createmedium disk --filename /root/x.vdi --size 100
VBoxManage storageattach x --storagectl SATA --port 0 --device 0 --type hdd --medium /root/x.vdi
echo secret-of-nobody >/root/password
VBoxManage unattended install x --iso=/rocky.iso --user=me --user-password-file=/root/password --hostname=golden.lab.internal >/said
echo $? >/status
cat "/root/VirtualBox VMs/x/"*ks.cfg >/kickstart
END
try_there

same "the version" 7.2.22_Debianr175245 "$(cat "$root/version")"
same "the exit status" 0 "$(cat "$root/status")"
same "the boot parameter" "ks=cdrom:/ks.cfg" "$(sed -n 's/^ *extraInstallKernelParameters = *\([^ ]*\) *$/\1/p' "$root/said")"
same "the command install" install "$(grep -x install "$root/kickstart")"
echo "VBoxManage unattended install accepts a Red Hat 9 system and prepares a kickstart of release 6 and 7 for it"
