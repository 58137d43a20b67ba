#!/bin/sh
# disk-cuts.t - a short run of tests/powercut and of tests/fuzz-image (`make powercut` and
# `make fuzz-image` have the long ones), and every cut while a directory moves (tests/movecut).
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# relay PROGRAM OPTION...: one that says one result
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
	case $a in
	arm) relay tests/movecut ;;
	x86) relay tests/movecut --arch x86 --block-size 4096 --journal ;;
	esac
	relay tests/fuzz-image --arch "$a" --images 24 --seed 1
done
done_testing
