#!/bin/sh
# disk-mount.t - ext2 disks in the tree of names: mounted, refused, busy, read-only, remounted,
# as the root; and after each the host's e2fsck finds nothing to complain about.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

guest() { # guest ARCH WORDS COMMANDS: with the disk
	vm --arch "$1" --disk "$tmp/disk${4:+,$4}" --append "$2" -- /bin/sh -c "$3"
}

says() { # says NAME TEXT: the guest's whole output
	is "$1" "$(tr '\n' ' ' <"$tmp/out")" "$2"
}

for a in $arches; do
	ext2 "$tmp/disk" 1024 4M -O none,filetype,sparse_super,large_file
	guest "$a" "" 'mkdir /m; mount /dev/vda /m && echo one >/m/a
		mount /dev/vda /tmp 2>/dev/null || echo busy
		cd /m; umount /m 2>/dev/null || echo in use; cd /
		mount -o remount,ro /m; sh -c "echo two >/m/b" 2>/dev/null || echo read only
		mount -o remount,rw /m; echo three >/m/c
		grep vda /proc/mounts; umount /m; ls /m; mount -o ro /dev/vda /m; cat /m/a /m/c'
	says "$a: mount, remount, umount" \
		"busy in use read only /dev/vda /m ext2 rw 0 0 one three "
	clean "$a: umount" "$tmp/disk"
	is "$a: the host reads it" "$(debugfs -R 'cat c' "$tmp/disk" 2>/dev/null)" three

	guest "$a" "" 'mkdir /m; mount /dev/vda /m; echo four >/m/d; mv /m/a /m/e; exit 3'
	is "$a: the end without umount" "$status" 3
	clean "$a: power-off unmounts" "$tmp/disk"
	is "$a: what was written is there" "$(debugfs -R 'cat d' "$tmp/disk" 2>/dev/null)" four

	guest "$a" "" 'mkdir /m; mount /dev/vda /m 2>/dev/null || echo refused
		mount -o ro /dev/vda /m && cat /m/d' readonly=on
	says "$a: a read-only disk" "refused four "
	guest "$a" "" 'mkdir /m; mount /dev/vda /m; echo five >/m/f; poweroff'
	clean "$a: reboot() unmounts" "$tmp/disk"

	guest "$a" root=/dev/vda true
	has "$a: the program comes from the root, which has none" "$tmp/out" 'init: /bin/sh: No such file'
	for name in sh cat echo; do
		debugfs -w -R "write build/$a/user/$name $name" "$tmp/disk" >/dev/null 2>&1
		debugfs -w -R "set_inode_field $name mode 0100755" "$tmp/disk" >/dev/null 2>&1
	done
	vm --arch "$a" --disk "$tmp/disk" --append root=/dev/vda -- /sh -c '/cat /d; /echo six >/g'
	says "$a: the disk is the root" "four "
	clean "$a: the root at power-off" "$tmp/disk"
	vm --arch "$a" --disk "$tmp/disk" --append "root=/dev/vda ro" -- /sh -c '/cat /g; /echo no >/h'
	has "$a: a read-only root" "$tmp/out" '^six'
	clean "$a: nothing was written" "$tmp/disk"
	is "$a: nothing is there" "$(debugfs -R 'cat h' "$tmp/disk" 2>/dev/null)" ""

	debugfs -w -R 'feature has_journal needs_recovery' "$tmp/disk" >/dev/null 2>&1
	vm -v --arch "$a" --disk "$tmp/disk" -- /bin/sh -c 'mkdir /m; mount /dev/vda /m'
	has "$a: a journal to be replayed" "$tmp/err" 'to be replayed: run e2fsck'

	head -c 65536 /dev/zero >"$tmp/disk"
	guest "$a" "" 'mkdir /m; mount /dev/vda /m'
	is "$a: no file system there" "$status" 1
	guest "$a" root=/dev/vda true
	has "$a: no root there" "$tmp/err" 'cannot boot: root=/dev/vda: error 22'
done
done_testing
