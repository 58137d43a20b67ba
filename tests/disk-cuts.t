#!/bin/sh
# disk-cuts.t - a short run of tests/powercut and of tests/fuzz-image; `make powercut` and
# `make fuzz-image` have the long ones.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# relay PROGRAM OPTION...
relay() {
	"$@" >"$tmp/out" 2>&1
	while IFS= read -r line; do
		case $line in
		"ok - "*) pass "${line#ok - }" ;;
		"not ok - "*) fail "${line#not ok - }" ;;
		'#'*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done <"$tmp/out"
	grep -qE '^(not )?ok' "$tmp/out" || fail "$1 came to its end"
}

for a in $arches; do
	relay tests/powercut --arch "$a" --cuts 5 --seed 1
	relay tests/fuzz-image --arch "$a" --images 24 --seed 1
done
done_testing
