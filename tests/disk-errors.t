#!/bin/sh
# disk-errors.t - disks that are full, and disks whose sectors cannot be read or written, as
# QEMU's blkdebug has it: programs get errno or SIGBUS (tests/disk/errors.c).
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# errors ARCH BLOCK WHAT DISK
errors() {
	vm --arch "$1" --disk "$4" --add "build/$1/tests/disk/errors:/errors" \
		-- /errors "$3" /dev/vda /mnt
	if [ "$status" -eq 0 ]; then
		pass "$1 $2 $3: $(grep -c '^ok ' "$tmp/out") assertions"
	else
		fail "$1 $2 $3: status $status"
		{ grep -A6 '^not ok' "$tmp/out"; tail -n 12 "$tmp/err"; } | head -n 30 | diag
	fi
}

# rule read|write FILE N BLOCK: the file's Nth block cannot be
rule() {
	at=$(debugfs -R "blocks $2" "$tmp/disk" 2>/dev/null | cut -d' ' -f"$3")
	printf '[inject-error]\nevent = "%s_aio"\niotype = "%s"\nerrno = "5"\nonce = "off"\nsector = "%s"\n' \
		"$1" "$1" $((at * $4 / 512))
}

# with_files BLOCK
with_files() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/dir"
	: >"$tmp/tree/dir/file"
	: >"$tmp/tree/good"
	yes | head -c 64K >"$tmp/tree/bad"
	ext2 "$tmp/disk" "$1" 4M -d "$tmp/tree"
}

for a in $arches; do
	for block in 1024 4096; do
		ext2 "$tmp/disk" $block 1200K -N 64
		errors "$a" $block full "$tmp/disk"
		clean "$a $block full" "$tmp/disk"

		with_files $block
		second=$((4096 / block + 1)) # of the file's second page, the first block
		{ rule read /bad $second $block; rule read /dir 1 $block; } >"$tmp/rules"
		errors "$a" $block read "blkdebug:$tmp/rules:$tmp/disk"
		clean "$a $block read" "$tmp/disk"

		rule write /bad $second $block >"$tmp/rules"
		errors "$a" $block write "blkdebug:$tmp/rules:$tmp/disk"
		clean "$a $block write" "$tmp/disk"
	done
done
done_testing
