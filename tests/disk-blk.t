#!/bin/sh
# disk-blk.t - disks without file systems: what the host wrote is read, what was
# written the host reads after power-off, read-only disks, sizes that are no multiple
# of anything, errors that QEMU's blkdebug makes, and other kinds of devices.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# image NAME: sectors that begin with their numbers
image() {
	python3 -c 'import sys
for i in range(4097): sys.stdout.buffer.write(i.to_bytes(4, "little") + bytes(508))' >"$tmp/$1"
}

# rule EVENT SECTOR ONCE: for blkdebug
rule() {
	printf '[inject-error]\nevent = "%s"\nerrno = "5"\nonce = "%s"\n' "$1" "$3"
	[ -z "$2" ] || printf 'sector = "%s"\n' "$2"
}

# blk ARCH TEST OPTION...: the part TEST of tests/user/dev-blk.c
blk() {
	arch=$1 test=$2
	shift 2
	vm --arch "$arch" "$@" --add "build/$arch/tests/user/dev-blk:/dev-blk" -- /dev-blk "$test"
	if [ "$status" -eq 0 ]; then
		pass "$arch $test: $(grep -c '^ok ' "$tmp/out") assertions"
	else
		fail "$arch $test: status $status"
		{ grep -A6 '^not ok' "$tmp/out"; tail -n 12 "$tmp/err"; } | diag
	fi
}

# at OFFSET N: bytes of the image
at() { dd if="$tmp/disk" bs=1 skip="$1" count="$2" status=none; }

for a in $arches; do
	image disk
	blk "$a" data --disk "$tmp/disk"
	is "$a: the host reads what write() wrote" "$(at 13288 7)" written
	is "$a: what a mapping wrote" "$(at 36869 6)" mapped
	is "$a: the last bytes" "$(at 2097660 4)" "cut "
	is "$a: what BLKFLSBUF wrote" "$(at 409600 10)" "not synced"
	is "$a: what was never synced" "$(at 819200 12)" "never synced"
	is "$a: the image is as large as before" "$(wc -c <"$tmp/disk")" 2097664

	image disk
	blk "$a" readonly --disk "$tmp/disk,readonly=on"

	rule read_aio 80 off >"$tmp/rules"
	rule write_aio 160 off >>"$tmp/rules"
	blk "$a" errors --disk "blkdebug:$tmp/rules:$tmp/disk"
	rule flush_to_disk "" on >"$tmp/rules"
	blk "$a" flush --disk "blkdebug:$tmp/rules:$tmp/disk"

	: >"$tmp/empty"
	head -c 1000 /dev/zero >"$tmp/odd"
	vm --arch "$a" --disk "$tmp/empty" --disk "$tmp/odd" --disk "$tmp/disk" -- /bin/sh -c \
		'for d in a b c; do wc -c </dev/vd$d; done; cat /proc/diskstats'
	is "$a: disks of 0 and 1000 bytes" "$(sed -n 1,2p "$tmp/out" | tr '\n' ' ')" "0 1024 "
	has "$a: the third of three disks" "$tmp/out" ' 254 +32 vdc '
done

# Devices as QEMU makes them unless told otherwise
disk="-drive file=$tmp/disk,format=raw,if=none,id=d"
case $arches in *x86*)
	for how in disable-legacy=on disable-legacy=off; do
		vm --arch x86 --qemu "$disk -device virtio-blk-pci,drive=d,$how" -- /bin/wc -c /dev/vda
		is "x86: $how" "$(cat "$tmp/out")" "2097664 /dev/vda"
	done
	vm --arch x86 -v --qemu "$disk -device virtio-blk-pci,drive=d,disable-modern=on,disable-legacy=off" \
		-- /bin/true
	has "x86: a legacy device is named" "$tmp/err" "legacy device, not used" ;;
esac
case $arches in *arm*)
	vm --arch arm -v --qemu "-global virtio-mmio.force-legacy=true $disk -device virtio-blk-device,drive=d" \
		-- /bin/true
	has "arm: a legacy device is named" "$tmp/err" "legacy device, not used" ;;
esac
done_testing
