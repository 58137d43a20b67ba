# tap.sh - what the *.t scripts share: a plan, two kinds of check, a scratch folder.
# Read by them with `.`; prove reads what they print.

tmp=$(mktemp -d "${TMPDIR:-/tmp}/quire-test.XXXXXX") || exit
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
number=0
PATH=$PATH:/usr/sbin:/sbin # mke2fs and its kind

plan() { echo "1..$1"; }
bail_out() { echo "Bail out! $*"; exit 1; }
diag() { sed 's/^/# /'; }

pass() { number=$((number + 1)); echo "ok $number - $1"; }
fail() { number=$((number + 1)); echo "not ok $number - $1"; }
# skip "NAME # SKIP WHY"
skip() { number=$((number + 1)); echo "ok $number - $1"; }

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		printf 'got:    %s\nwanted: %s\n' "$2" "$3" | diag
	fi
}

# has NAME FILE PATTERN: a line of the file matches (grep -E)
has() {
	if grep -aqE -e "$3" "$2"; then
		pass "$1"
	else
		fail "$1"
		{ echo "no line matches: $3"; tail -n 25 "$2"; } | diag
	fi
}

# hasnt NAME FILE PATTERN
hasnt() {
	if grep -aqE -e "$3" "$2"; then
		fail "$1"
		grep -aE -e "$3" "$2" | diag
	else
		pass "$1"
	fi
}

# empty NAME FILE: what the file holds is what is wrong
empty() {
	if [ -s "$2" ]; then
		fail "$1"
		diag <"$2"
	else
		pass "$1"
	fi
}

# The plan, where nobody counts before. A script that ends early has none, and
# fails.
done_testing() { echo "1..$number"; }

arches=${ARCHES:-arm x86}

# vm OPTION...: tests/vm; sets status, and leaves $tmp/out and $tmp/err
vm() {
	tests/vm "$@" </dev/null >"$tmp/out" 2>"$tmp/err"
	status=$?
}

# ext2 IMAGE BLOCK SIZE OPTION...: a fresh file system
ext2() {
	image=$1 block=$2 size=$3
	shift 3
	rm -f "$image"
	mke2fs -q -F -t ext2 -b "$block" "$@" "$image" "$size" >"$tmp/mke2fs" 2>&1 ||
		bail_out "mke2fs: $(cat "$tmp/mke2fs")"
}

# clean NAME IMAGE: e2fsck finds nothing
clean() {
	if e2fsck -fn "$2" >"$tmp/fsck" 2>&1; then
		pass "$1: e2fsck finds nothing"
	else
		fail "$1: e2fsck finds nothing"
		grep -v '^Pass ' "$tmp/fsck" | head -n 25 | diag
	fi
}
