#!/bin/sh
# kernel.t - the tests that run in the kernel (tests/kernel), on each machine with
# little memory, with much, and with little of it low.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# Turns the kernel's KTAP in $tmp/out into lines of ours.
relay() { # WHERE
	while IFS= read -r line; do
		name=${line#*ok }
		name=${name#* }
		case $line in
		"ok "*"# SKIP "*MMU* | "ok "*"# SKIP "*cannot*) # on this machine no configuration helps
			skip "$1: $name"
			echo "${name%% *}" >>"$tmp/ran" ;;
		"ok "*"# SKIP"*) skip "$1: $name" ;;
		"ok "*) pass "$1: $name"; echo "$name" >>"$tmp/ran" ;;
		"not ok "*) fail "$1: $name"; echo "$name" >>"$tmp/ran" ;;
		"KTAP version 1" | 1..*) ;;
		*) printf '# %s\n' "$line" ;;
		esac
	done <"$tmp/out"
}

selftest() { # ARCH MEM WORDS
	where="$1 $2${3:+ $3}"
	truncate -s 1M "$tmp/disk"
	vm --arch "$1" --mem "$2" --append "selftest $3" --disk "$tmp/disk" --timeout 120
	relay "$where"
	is "$where: the kernel ran all it holds" \
		"$(sed -n 's/^1\.\.//p' "$tmp/out")" "$(wc -l <"$tmp/all")"
	is "$where: one result for each" \
		"$(grep -cE '^(not )?ok ' "$tmp/out")" "$(wc -l <"$tmp/all")"
	is "$where: the kernel's status" "$status" 0
	[ "$status" -eq 0 ] || diag <"$tmp/err"
}

for a in $arches; do
	cat tests/kernel/*.c tests/kernel/"$a"/*.c 2>/dev/null |
		sed -n 's/^KTEST(\(.*\))$/\1/p' | sort >"$tmp/all"
	: >"$tmp/ran"
	selftest "$a" 64M ""
	selftest "$a" 1G ""
	selftest "$a" 64M lowmem=16M
	sort -u "$tmp/ran" | comm -23 "$tmp/all" - >"$tmp/never"
	empty "$a: no test was skipped everywhere" "$tmp/never"
done
done_testing
