#!/bin/sh
# disk-cache.t - the page cache of files with a home on a disk, and files and disks that are
# much larger than memory: mapped, read and written by one process and by several.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# run ARCH MIB WHERE PROGRAM ARGUMENT...: a program of tests/disk in a machine of MIB
run() {
	arch=$1 mem=$2 where=$3 program=$4
	shift 4
	mount=true
	[ "$where" = /dev/vda ] || mount='mount -t ext2 /dev/vda /mnt'
	vm --arch "$arch" --mem "${mem}M" --timeout 120 --disk "$tmp/disk" \
		--add "build/$arch/tests/disk/$program:/$program" -- \
		/bin/sh -c "$mount && /$program $where $*"
	if [ "$status" -eq 0 ] && grep -q '^ok ' "$tmp/out"; then
		pass "$arch $program ${*:+$* }$where, $mem MiB: $(grep -c '^ok ' "$tmp/out") assertions"
	else
		fail "$arch $program ${*:+$* }$where, $mem MiB: status $status"
		{ grep -A6 '^not ok' "$tmp/out"; tail -n 12 "$tmp/err"; } | head -n 30 | diag
	fi
}

for a in $arches; do
	for block in 1024 4096; do
		ext2 "$tmp/disk" $block 60M
		run "$a" 64 /mnt/cache cache
		run "$a" 20 /mnt/bigmap bigmap 48
		clean "$a $block" "$tmp/disk"
		ext2 "$tmp/disk" $block 60M
		run "$a" 20 /mnt/churn churn 48 400
		clean "$a $block churn" "$tmp/disk"
	done
	run "$a" 64 /dev/vda cache
	run "$a" 20 /dev/vda bigmap 48
	run "$a" 20 /dev/vda churn 48 400
done
done_testing
