# databases.sh - LMDB and SQLite, which live on mmap, locks and fsync; dash reads this.
#
#	databases.sh [DEVICE]	the databases are on the ext2 of DEVICE (default: in memory)
#
# What the records are follows from their numbers, so every dump can be compared.
. /checks.sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
D=/mnt/db
mkdir -p /mnt /tmp/w && cd /tmp/w || exit
[ ! "$1" ] || busybox mount -t ext2 "$1" /mnt || exit
mkdir "$D"

# soon COMMAND: waits until it is true, at most a minute
soon() {
	for _ in $(seq 600); do
		eval "$1" && return
		sleep .1
	done
	echo "not ok - waited for $1"
}

# ---- LMDB: one mapping is the database, a robust mutex its writer's lock

header() { lines VERSION=3 format=print type=btree mapsize=33554432 HEADER=END; }
# records PREFIX FIRST LAST
records() {
	mawk -v p="$1" -v i="$2" -v n="$3" 'BEGIN {
		s = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
		for (; i <= n; i++)
			printf " %s%06d\n value of %s %d: %s\n", p, i, p, i, substr(s, i % 26 + 1, i % 19)
	}'
}
# body DATABASE: its records as records() has them
body() { mdb_dump -p "$1" | sed '1,/HEADER=END/d; /DATA=END/d'; }
entries() { mdb_stat "$1" | sed -n 's/ *Entries: //p'; }
same() { cmp "$1" "$2" && echo same; }

mkdir "$D/l"
records a 1 10000 >a
records b 1 5000 >b
{ header; cat a; echo DATA=END; } >load
works "lmdb: 10,000 records are loaded" mdb_load -f load "$D/l"
is "lmdb: mdb_stat counts them" "$(entries "$D/l")" 10000
body "$D/l" >dump
is "lmdb: the dump is what was loaded" "$(same a dump)" same

# A copy takes the writer's lock for a moment, then reads beside it.
{ header; cat b; echo DATA=END; } >load
mdb_load -f load "$D/l" &
for i in 1 2 3; do
	mkdir "$D/c$i"
	mdb_copy "$D/l" "$D/c$i" || echo "copy $i: status $?"
done >copies 2>&1
wait $!
is "lmdb: the writer did not mind the copies" "$?" 0
is "lmdb: mdb_copy while it writes" "$(cat copies)" ""
cat a b >ab
body "$D/l" >dump
is "lmdb: all that was written is there" "$(same ab dump)" same
for i in 1 2 3; do
	body "$D/c$i" >dump
	n=$(wc -l <dump)
	head -n "$n" ab >prefix
	is "lmdb: copy $i is a whole state of the database" \
		"$(same prefix dump) $((n % 200)) $((n >= 20000))" "same 0 1"
done
mkdir "$D/compact"
works "lmdb: mdb_copy -c" mdb_copy -c "$D/l" "$D/compact"
body "$D/compact" >dump
is "lmdb: and the copy is compact" "$(same ab dump) $(($(stat -c %s "$D/compact/data.mdb") <
	$(stat -c %s "$D/l/data.mdb")))" "same 1"

# A writer dies with the lock, in the middle of a transaction.
records c 1 1050 >c
mkfifo feed
mdb_load "$D/l" <feed &
writer=$!
{ header; cat c; sleep 100; } >feed &
feeder=$!
soon '[ "$(entries "$D/l")" -ge 15900 ]'
kill -9 $writer $feeder
wait $writer 2>/dev/null
is "lmdb: the writer is killed" "$?" 137
n=$(($(entries "$D/l") - 15000))
is "lmdb: what it had committed is there, and no more" $((n % 100 == 0 && n > 0 && n < 1050)) 1
head -n $((n * 2)) c | cat ab - >abc
body "$D/l" >dump
is "lmdb: byte by byte" "$(same abc dump)" same
{ header; cat c; echo DATA=END; } >load
works "lmdb: the next writer takes the lock of the dead one" timeout 30 mdb_load -f load "$D/l"
cat ab c >abc
body "$D/l" >dump
is "lmdb: and completes its work" "$(same abc dump)" same
like "lmdb: mdb_stat -rr: no reader is left" "$(mdb_stat -rr "$D/l")" "*no active readers*"

# ---- SQLite: the database is read through a mapping

sql() { sqlite3 -batch "$@" 2>&1; }
S=$D/s
sql "$S" "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX tv ON t(v);" >out
is "sqlite: 10,000 rows, read through a mapping" "$(sql "$S" "PRAGMA mmap_size=16777216;
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
	INSERT INTO t SELECT i, printf('%064d', i * 7919 % 10007) FROM n;
	SELECT count(*), sum(CAST(v AS INTEGER)) FROM t; SELECT id FROM t ORDER BY v LIMIT 1;")" \
	"16777216
10000|$(mawk 'BEGIN { for (i = 1; i <= 10000; i++) s += i * 7919 % 10007; print s }')
$(mawk 'BEGIN { for (i = 1; i <= 10000; i++) if (!m || i * 7919 % 10007 < m) { m = i * 7919 % 10007; k = i }; print k }')"
is "sqlite: half is deleted, VACUUM" "$(sql "$S" "PRAGMA mmap_size=16777216;
	DELETE FROM t WHERE id % 2; VACUUM; SELECT count(*) FROM t; PRAGMA integrity_check;")" \
	"16777216
5000
ok"
is "sqlite: ROLLBACK takes all back" "$(sql "$S" "BEGIN; UPDATE t SET v = 'x'; ROLLBACK;
	SELECT count(*) FROM t WHERE v = 'x';")" 0

# three JOURNAL: three processes write at once, 100 transactions each
three() {
	sql "$S" "PRAGMA journal_mode=$1; CREATE TABLE by_$1(who, n);" >out
	is "sqlite $1: is on" "$(cat out)" "$1"
	for who in 1 2 3; do
		{
			echo "PRAGMA mmap_size=16777216;"
			echo ".timeout 60000"
			for n in $(seq 100); do echo "INSERT INTO by_$1 VALUES($who, $n);"; done
		} | sql "$S" >"writer$who" &
	done
	wait
	is "sqlite $1: three writers, none complained" "$(sort -u writer[123] | head -n 3)" 16777216
	is "sqlite $1: every row is there" \
		"$(sql "$S" "SELECT who, count(*), sum(n) FROM by_$1 GROUP BY who;")" \
		"1|100|5050
2|100|5050
3|100|5050"
	is "sqlite $1: integrity_check" "$(sql "$S" "PRAGMA integrity_check;")" ok
}
three delete
three wal

# killed JOURNAL: a writer dies within a transaction whose pages have reached the file
killed() {
	rm -f feed
	mkfifo feed
	sql "$S" "PRAGMA journal_mode=$1;" >out
	before=$(sql "$S" "SELECT count(*), sum(length(v)) FROM t;")
	sqlite3 -batch "$S" <feed >out 2>&1 &
	writer=$!
	{
		echo "PRAGMA cache_size=5; BEGIN; UPDATE t SET v = v || 'longer';"
		echo "SELECT 'spilt';"
		sleep 100
	} >feed &
	feeder=$!
	soon "grep -q spilt out"
	kill -9 $writer $feeder
	wait $writer
	is "sqlite $1: killed in a transaction, which leaves no trace" \
		"$? $(sql "$S" "SELECT count(*), sum(length(v)) FROM t; PRAGMA integrity_check;")" \
		"137 $before
ok"
}
killed delete
killed wal
is "sqlite wal: checkpoint" "$(sql "$S" "PRAGMA wal_checkpoint(TRUNCATE);")" "0|0|0"
is "sqlite: the shared memory and the log go with the last process" \
	"$(ls "$D" | grep '^s')" s
[ ! "$1" ] || works "the disk is unmounted" busybox umount /mnt
echo "done"
