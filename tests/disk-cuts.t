#!/bin/sh
# disk-cuts.t - a short run of tests/powercut and of tests/fuzz-image; `make powercut` and
# `make fuzz-image` have the long ones.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# relay PROGRAM OPTION...
relay() {
	"$@" >"$tmp/out" 2>&1
	status=$?
	while IFS= read -r line; do
		case $line in
		"ok - "*) pass "${line#ok - }" ;;
		"not ok - "*) fail "${line#not ok - }" ;;
		'#'*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done <"$tmp/out"
	is "$1: as many results as there should be" "$(grep -cE '^(not )?ok - ' "$tmp/out")" 1
	is "$1: status" "$status" "$(grep -c '^not ok' "$tmp/out")"
}

for a in $arches; do
	relay tests/powercut --arch "$a" --cuts 5 --seed 1
	relay tests/fuzz-image --arch "$a" --images 24 --seed 1
done
done_testing
