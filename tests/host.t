#!/bin/sh
# host.t - the files of mm/ that need no machine, on this one, under ASan and UBSan:
# random operations against models anyone believes (tests/host).
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

make --no-print-directory host-programs >"$tmp/make" 2>&1 || {
	diag <"$tmp/make"
	bail_out "the host tests do not build"
}
for program in build/host/test-*; do
	case $program in *.*) continue ;; esac
	name=${program##*/test-}
	"$program" >"$tmp/out" 2>&1 </dev/null
	status=$?
	while IFS= read -r line; do
		case $line in
		"ok "*) line=${line#ok * }; pass "$name: ${line#- }" ;;
		"not ok "*) line=${line#not ok * }; fail "$name: ${line#- }" ;;
		1..*) ;;
		*) printf '# %s\n' "${line#\# }" ;;
		esac
	done <"$tmp/out"
	is "$name: as many results as planned" \
		"$(grep -cE '^(not )?ok ' "$tmp/out")" "$(sed -n 's/^1\.\.//p' "$tmp/out")"
	is "$name: status" "$status" 0
done
done_testing
