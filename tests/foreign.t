#!/bin/sh
# foreign.t - Debian's own programs, unmodified, on both machines (tests/foreign): static
# busybox, then what glibc's ld.so loads, from dash to Python, then vi driven by keys;
# all that again from a root on a disk; databases in memory and on disks.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# report NAME: what the script in the guest said, as tests of this one
report() {
	while IFS= read -r line; do
		case $line in
		"ok - "*) pass "$1 ${line#ok - }" ;;
		"not ok - "*) fail "$1 ${line#not ok - }" ;;
		*) echo "# $line" ;;
		esac
	done <"$tmp/out"
	[ "$status" -eq 0 ] && [ "$(tail -n 1 "$tmp/out")" = "done" ] && return
	fail "$1: the script came to its end (status $status)"
	tail -n 12 "$tmp/err" | diag
}

# guest ARCH NAME SHELL OPTION...: runs the script NAME, with $argument
argument=
guest() {
	arch=$1 name=$2 shell=$3
	shift 3
	vm --arch "$arch" --timeout 300 --add tests/foreign/checks.sh:/checks.sh \
		--add "tests/foreign/$name.sh:/$name.sh" "$@" -- $shell "/$name.sh" $argument
	report "$arch $name${argument:+ on $argument}"
}

# from_disk ARCH ROOT: the root is an ext2 disk, nothing is in memory
from_disk() {
	tree=build/$1/foreign-disk
	rm -rf "$tree"
	cp -al "$2" "$tree"
	cp tests/foreign/*.sh tests/foreign/*.py "$tree"
	mkdir -p "$tree/mnt" "$tree/dev" "$tree/proc" "$tree/tmp"
	ext2 "$tmp/disk" 4096 160M -d "$tree"
	rm -rf "$tree"
	guest "$1" dynamic /bin/dash --mem 128M --disk "$tmp/disk" --append root=/dev/vda
	clean "$1 dynamic on ext2" "$tmp/disk"
}

# databases ARCH ROOT: in memory, then on disks of both sizes of blocks
databases() {
	guest "$1" databases /bin/dash --mem 256M --root "$2"
	for block in 1024 4096; do
		ext2 "$tmp/disk" $block 128M
		argument="/dev/vda"
		guest "$1" databases /bin/dash --mem 256M --root "$2" --disk "$tmp/disk"
		argument=
		clean "$1 databases, blocks of $block" "$tmp/disk"
	done
}

# As a person would: keys when vi has drawn its screen, and a moment after each ESC.
vi() {
	for keys in '' 'ofoot\033' 'ggifirst \033' ':wq\r'; do
		sleep 1
		printf "$keys"
	done | tests/vm --arch "$1" --timeout 30 \
		--add "$2:/bin/busybox" -- /bin/busybox sh -c \
		'echo head >/tmp/f; busybox vi /tmp/f; echo; busybox sed "s/^/line: /" /tmp/f' \
		>"$tmp/out" 2>"$tmp/err"
	is "$1 vi: inserts, opens a line, saves" "$(tr -d '\r' <"$tmp/out" | grep '^line:')" \
		"line: first head
line: foot"
}

for a in $arches; do
	if ! why=$(tests/foreign/fetch "$a" 2>&1); then
		skip "$a foreign programs # SKIP $why"
		continue
	fi
	root=build/$a/foreign-root
	(cd "$root" && md5sum bin/busybox | sed 's,bin/,/bin/,') >"$tmp/sums"
	guest "$a" static "/bin/busybox sh" --add "$root/bin/busybox:/bin/busybox" \
		--add "$tmp/sums:/sums"
	guest "$a" dynamic /bin/dash --mem 256M --root "$root" \
		--add tests/foreign/python.py:/python.py
	from_disk "$a" "$root"
	databases "$a" "$root"
	vi "$a" "$root/bin/busybox"
done
done_testing
