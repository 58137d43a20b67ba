# static.sh - Debian's busybox-static in the guest: its shell reads this, its other
# programs are what is checked. /sums is of the host's md5sum.
. /checks.sh
busybox mkdir -p /bb /tmp/t
busybox --install -s /bb
PATH=/bb
cd /tmp/t || exit

# The shell.
is "sh: arithmetic and functions" "$(f() { echo $(($1 * 6)); }; f 7)" 42
is "sh: a pipeline of three" "$(echo a b c | tr ' ' '\n' | wc -l)" 3
is "sh: here-documents" "$(cat <<END
x$((1 + 1))
END
)" x2
is "sh: a loop in the background, waited for" \
	"$(for i in 1 2 3; do echo "$i" >"bg$i" & done; wait; cat bg1 bg2 bg3 | tr -d '\n')" 123
is "sh: a trap" "$(sh -c 'trap "echo caught; exit" USR1; kill -USR1 $$; sleep 5')" caught
sh -c 'kill -9 $$'
is "sh: the status of who was killed" $? 137
is "sh: expansion of names" "$(echo bg*)" "bg1 bg2 bg3"
is "sh: cd and pwd" "$(cd / && cd tmp/t/.. && pwd)" /tmp

# Files.
mkdir -p tree/a/b tree/c
echo needle >tree/a/b/one
echo hay >tree/c/two
ln tree/c/two tree/c/link
ln -s ../c/two tree/a/sym
chmod 640 tree/a/b/one
like "ls -l: rights, links, size" "$(ls -l tree/a/b/one)" "-rw-r-----    1 0        0                7 * tree/a/b/one"
like "ls -l: a hard link" "$(ls -l tree/c/link)" "-rw-r--r--    2 *"
like "ls -l: a symbolic link" "$(ls -l tree/a/sym)" "lrwxrwxrwx * tree/a/sym -> ../c/two"
is "find by name" "$(find tree -name one)" tree/a/b/one
is "find by type" "$(find tree -type d | sort | tr '\n' ' ')" "tree tree/a tree/a/b tree/c "
is "find -exec" "$(find tree -type f -exec cat {} + | sort | uniq | tr '\n' ' ')" "hay needle "
is "grep -r" "$(grep -r needle tree)" tree/a/b/one:needle
is "sort -n -r" "$(lines 10 9 100 | sort -n -r | tr '\n' ' ')" "100 10 9 "
works "tar c" tar -cf t.tar tree
is "tar t" "$(tar -tf t.tar | sort | head -n 3 | tr '\n' ' ')" "tree/ tree/a/ tree/a/b/ "
mkdir out
works "tar x" tar -xf t.tar -C out
works "and what comes out is the same" diff -r tree out/tree
is "a symbolic link, too" "$(readlink out/tree/a/sym)" ../c/two
works "gzip and gunzip" sh -c 'gzip -c t.tar | gunzip -c | cmp - t.tar'
is "md5sum as on the host" "$(md5sum -c /sums 2>&1)" "/bin/busybox: OK"
works "cp -a, a whole tree" sh -c 'cp -a tree copy && diff -r tree copy'
works "mv over a directory" sh -c 'mv copy moved && [ -f moved/c/two ]'
works "rm -r" sh -c 'rm -r moved && [ ! -e moved ]'
is "dd: records" "$(dd if=/dev/zero of=z bs=4k count=5 2>&1 | head -n 1)" "5+0 records in"
is "dd: seek leaves a hole" "$(dd if=/dev/zero of=z bs=1k seek=100 count=1 2>/dev/null; stat -c %s z)" 103424
is "sed" "$(echo 'a b a' | sed 's/a/<&>/g')" "<a> b <a>"
is "sed -i" "$(echo old >s; sed -i 's/old/new/' s; cat s)" new
is "awk" "$(lines '1 2' '3 4' | awk '{ s += $1 * $2 } END { print s, NR }')" "14 2"
works "a fifo" sh -c 'mkfifo p; echo through >p & [ "$(cat p)" = through ]'
is "yes is ended by SIGPIPE" "$(yes | head -n 2 | tr -d '\n')" yy
is "truncate and du: a sparse file" "$(truncate -s 10M sparse; du -k sparse | cut -f 1)" 0

# The system.
like "ps" "$(ps -o pid,comm | head -n 2 | tail -n 1)" "*1 init"
like "ps: this shell with its words" "$(ps -o args)" "*busybox sh /static.sh*"
like "free" "$(free | grep Mem:)" "Mem: *[1-9]*"
like "df: /tmp" "$(df /tmp | tail -n 1)" "tmpfs * /tmp"
like "mount" "$(mount)" "*proc on /proc type proc*"
is "uname" "$(uname -s)" Linux
is "id" "$(id -u)" 0
like "uptime" "$(uptime)" "*load average*"
like "top" "$(top -b -n 1 | head -n 1)" "Mem: *used*"
is "sleep, in the background, killed" "$(sleep 100 & kill $!; wait $!; echo $?)" 143
is "timeout" "$(timeout 1 sleep 10; echo $?)" 143
echo "done"
