# tap.sh - what the *.t scripts share: a plan, two kinds of check, a scratch folder.
# Read by them with `.`; prove reads what they print.

tmp=$(mktemp -d "${TMPDIR:-/tmp}/quire-test.XXXXXX") || exit
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
number=0

plan() { echo "1..$1"; }
bail_out() { echo "Bail out! $*"; exit 1; }
diag() { sed 's/^/# /'; }

pass() { number=$((number + 1)); echo "ok $number - $1"; }
fail() { number=$((number + 1)); echo "not ok $number - $1"; }
skip() { number=$((number + 1)); echo "ok $number # SKIP $1"; }

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
