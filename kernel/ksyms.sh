# ksyms.sh - from `nm -n` to the symbol table that backtraces are printed with.
#
# Three arrays in section .ksyms, for the functions in ascending order:
#
#	ksym_sizes	from the start of one to that of the next, 16 bits each, the
#			first's from ksym_start on
#	ksym_names	one name after the other, each ended by a zero byte
#	ksym_pairs	what the bytes from 128 on in names stand for: two bytes each,
#			which can again be such. The pair that is found most often gets
#			the next of them, until there is none left or no gain.
awk '
function hex(s,   i, n) {
	for (i = 1; i <= length(s); i++)
		n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
# Names are numbers between blanks: " 115 99 104 0 " and so on.
function most_frequent(   i, n, k, byte, count, best) {
	n = split(names, byte, " ")
	for (i = 1; i < n; i++)
		if (byte[i] && byte[i + 1]) {
			k = byte[i] " " byte[i + 1]
			if (++count[k] > count[best])
				best = k
		}
	return count[best] > 2 ? best : ""
}
BEGIN {
	for (i = 1; i < 128; i++)
		code[sprintf("%c", i)] = i
}
$3 == "$t" {
	thumb = 1 # bit 0 of an address says so, too
}
$2 ~ /^[tT]$/ && $3 !~ /^(\$|\.L)/ && $1 >= "c0000000" {
	at = hex($1)
	at -= thumb && at % 2
	if (n++)
		sizes = sizes "\t.short " at - last "\n"
	else
		start = $1
	last = at
	for (i = 1; i <= length($3); i++)
		names = names " " code[substr($3, i, 1)] " "
	names = names " 0 "
}
END {
	for (token = 128; token < 256 && (pair = most_frequent()) != ""; token++) {
		split(pair, two, " ")
		pairs = pairs "\t.byte " two[1] ", " two[2] "\n"
		gsub(" " two[1] "  " two[2] " ", " " token " ", names)
	}
	gsub(/ +/, ",", names)
	gsub(/,0,/, "&\n", names)
	print "\t.section .ksyms, \"a\""
	print "\t.globl ksym_count, ksym_start, ksym_sizes, ksym_names, ksym_pairs"
	print "\t.balign 4\nksym_count:\t.long " n + 0
	print "ksym_start:\t.long 0x" (n ? start : 0)
	print "ksym_sizes:\n" sizes "\t.short 0"
	print "ksym_pairs:\n" pairs "ksym_names:"
	m = split(names, line, "\n")
	for (i = 1; i <= m; i++) {
		gsub(/^,|,$/, "", line[i])
		if (line[i] != "")
			print "\t.byte " line[i]
	}
}'
