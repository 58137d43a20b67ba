#!/bin/sh
# oops.t - bugs on purpose (tests/kernel/oops.c), each in a boot of its own: it is
# caught, and the report says what it was and where.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# The machines' words for the two kinds of page fault.
prot_arm="permission fault"
prot_x86="read-only"
none_arm="translation fault"
none_x86="not present"

# oops ARCH NAME REASON [walk]: REASON is a regular expression
oops() {
	a=$1 name=$2
	what="$a $name"
	echo "$name" >>"$tmp/tried"
	vm --arch "$a" --append "selftest=oops-$name lowmem=16M" --timeout 30
	is "$what: status" "$status" 125
	has "$what: the reason" "$tmp/err" "^panic: $3"
	has "$what: registers" "$tmp/err" "(pc|eip) +[0-9a-f]{8}"
	has "$what: the backtrace has names" "$tmp/err" \
		"^  \[<0x[0-9a-f]{8}>\] ${5:-oops_$(echo "$name" | tr - _)}\+0x"
	[ -z "$4" ] || has "$what: the walk of the address" "$tmp/err" \
		"^page-table walk of 0x[0-9a-f]{8}:"
	hasnt "$what: the report itself has no fault" "$tmp/err" "panic: again"
	hasnt "$what: the end" "$tmp/out" "the bug was not caught"
}

for a in $arches; do
	eval "prot=\$prot_$a none=\$none_$a"
	oops "$a" write-text "the kernel, writing 0xc0[0-9a-f]{6}: .*$prot" walk
	oops "$a" write-rodata "the kernel, writing 0xc0[0-9a-f]{6}: .*$prot" walk
	# x86 without PAE has no bit to forbid it.
	[ "$a" = x86 ] ||
		oops "$a" exec-data "the kernel, executing 0xc0[0-9a-f]{6}: .*$prot" walk
	oops "$a" null-read "the kernel, reading 0x00000000: .*$none" walk
	oops "$a" null-write "the kernel, writing 0x00000008: .*$none" walk
	case $a in
	arm) oops arm null-call "the kernel, executing 0x00000000: .*$none" walk ;;
	x86) oops x86 null-call \
		"the kernel, (executing|reading) 0x00000000: .*$none" walk ;;
	esac
	oops "$a" guard-page "kernel stack overflow" walk recurse
	oops "$a" vmalloc-guard "the kernel, writing 0xf[89a-f][0-9a-f]{6}: .*$none" walk
	oops "$a" read-after-vfree \
		"the kernel, reading 0xf[89a-f][0-9a-f]{6}: .*$none" walk
	oops "$a" kmap-local-order "(./)?mm/kmap.h:[0-9]+: assertion failed"
	oops "$a" kmap-local-sleep "kernel/sched.c:[0-9]+: assertion failed" "" schedule
	oops "$a" double-free-page "double free of page"
	oops "$a" double-free-slab "kmalloc-64: object 0x[0-9a-f]{8}: double free"
	oops "$a" write-after-free-page "page [0-9a-f]+ was written to after it was freed"
	oops "$a" use-after-free \
		"kmalloc-64: object 0x[0-9a-f]{8}: written to after it was freed"
	oops "$a" write-beyond-end \
		"kmalloc-64: object 0x[0-9a-f]{8}: written to beyond its end"
done

[ "$arches" = x86 ] && echo exec-data >>"$tmp/tried"
sed -n 's/^KTEST_OOPS(\(oops_\)*\(.*\))$/\2/p' tests/kernel/*.c | tr _ - | sort >"$tmp/all"
sort -u "$tmp/tried" | comm -13 - "$tmp/all" >"$tmp/forgotten"
empty "no KTEST_OOPS is missing here" "$tmp/forgotten"
done_testing
