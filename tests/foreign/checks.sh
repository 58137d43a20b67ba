# checks.sh - what the scripts that run in the guest share; they read it with `.`.
# One line of TAP for a check, with what came instead where it failed.

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		echo "# got: $2"
		echo "# wanted: $3"
	fi
}

# like NAME GOT PATTERN: the shell's kind of pattern
like() {
	case $2 in
	$3) echo "ok - $1" ;;
	*)
		echo "not ok - $1"
		echo "# got: $2"
		echo "# wanted: $3" ;;
	esac
}

# works NAME COMMAND...
works() {
	name=$1
	shift
	if out=$("$@" 2>&1); then
		echo "ok - $name"
	else
		echo "not ok - $name"
		echo "# status $?: $out"
	fi
}

lines() { printf '%s\n' "$@"; }
