# ksyms.sh - from `nm -n` to the symbol table that backtraces are printed with.
#
# Two arrays in section .ksyms: the functions' addresses, ascending, and their
# names, one after the other, each ended by a zero byte.
awk '
$2 ~ /^[tT]$/ && $3 !~ /^(\$|\.L)/ && $1 >= "c0000000" {
	addresses = addresses "\t.long 0x" $1 "\n"
	names = names "\t.asciz \"" $3 "\"\n"
	n++
}
END {
	print "\t.section .ksyms, \"a\""
	print "\t.globl ksym_count, ksym_addresses, ksym_names"
	print "\t.balign 4\nksym_count:\t.long " n + 0
	print "ksym_addresses:\n" addresses "ksym_names:\n" names
}'
