#!/bin/sh
# shell.t - sessions typed into the guest's shell (tests/shell), on each machine; and
# the programs' size.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

for a in $arches; do
	tests/shell "$a" >"$tmp/$a" 2>&1
	while read -r line; do
		case $line in
		ok*) pass "${line#ok * - }" ;;
		not*) fail "${line#not ok * - }" ;;
		1..*) ;;
		*) echo "# ${line#\# }" ;;
		esac
	done <"$tmp/$a"
	is "$a: the session ran to its end" "$(grep -c '^1\.\.' "$tmp/$a")" 1
	size=$(wc -c <"build/$a/initramfs.cpio")
	if [ "$size" -le 524288 ]; then
		pass "$a: the initramfs has at most 512 KiB"
	else
		fail "$a: the initramfs has $size bytes, at most 512 KiB are allowed"
	fi
done
done_testing
