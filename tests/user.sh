# user.sh - what user-arm.t and user-x86.t share: the user tests (tests/user) in the
# guest, with 64 MiB and with little of it low. One line for each program: its own
# assertions must all pass, and the kernel, which audits itself when the program
# has ended, must find nothing lost (status 99). Nothing may be skipped, as it may be on
# other people's Linux, but what a processor lacks, and what has a script of its own.
. tests/tap.sh

# What a program does more of here than by itself on other people's Linux: calls, seed
arguments() {
	case $1,$2 in
	fuzz,) echo 200000 1 ;;
	fuzz,*) echo 50000 2 ;;
	fuzz-files,) echo 40000 1 ;;
	fuzz-files,*) echo 20000 2 ;;
	esac
}

# user ARCH PROGRAM WORDS
user() {
	# shellcheck disable=SC2046 # none, or several
	vm --arch "$1" --append "$3" --timeout 120 \
		--add "build/$1/tests/user/$2:/tests/$2" -- "/tests/$2" $(arguments "$2" "$3")
	n=$(grep -cE '^(not )?ok ' "$tmp/out")
	grep '# SKIP' "$tmp/out" | grep -v 'this processor\|this MMU\|tests/disk-blk.t' >"$tmp/skipped"
	if [ -s "$tmp/skipped" ]; then
		fail "$1 $2${3:+ $3}: skips what it should run here"
		diag <"$tmp/skipped"
	elif [ "$status" -eq 0 ] && [ "$n" -gt 0 ] && grep -qx "1\.\.$n" "$tmp/out"; then
		pass "$1 $2${3:+ $3}: $n assertions"
	else
		fail "$1 $2${3:+ $3}: status $status, $n results, planned $(sed -n 's/^1\.\.//p' "$tmp/out")"
		{ grep -A6 '^not ok' "$tmp/out"; tail -n 12 "$tmp/err"; } | diag
	fi
}

# user_tests ARCH
user_tests() {
	case " $arches " in
	*" $1 "*) ;;
	*) echo "1..0 # SKIP not asked for"; return ;;
	esac
	for source in tests/user/*.c; do
		name=$(basename "$source" .c)
		user "$1" "$name" ""
		user "$1" "$name" "lowmem=16M"
	done
	done_testing
}
