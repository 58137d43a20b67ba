# dynamic.sh - Debian's dash, which reads this, and dynamically linked programs: glibc's
# ld.so has mapped each of them and their libraries.
. /checks.sh
# Quire has programs of the same names in /bin.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
mkdir /tmp/t
cd /tmp/t || exit

like "ld.so: libc mapped by its segments" "$(grep -c 'libc\.so' /proc/self/maps)" "[3-6]"
like "text can be executed, not written" "$(grep libc.so /proc/self/maps)" "*r-xp*"
is "RELRO: and no text is writable" "$(grep -c 'rwxp' /proc/self/maps)" 0
like "ls -l" "$(ls -l /bin/dash)" "-rwxr-xr-x 1 root root *[0-9] * /bin/dash"
is "ls says nothing of attributes" "$(ls -l / 2>&1 >/dev/null)" ""
is "cat, tr, sort, uniq, wc" "$(echo b a b | tr ' ' '\n' | sort | uniq | wc -l)" 2
is "cut, paste, seq" "$(seq 3 | paste -sd, | cut -d, -f2)" 2
is "sha256sum" "$(printf abc | sha256sum | cut -c1-8)" ba7816bf
is "cp -a, and nothing differs" "$(cp -a /etc e && diff -r /etc e 2>&1)" ""
is "mv to another file system" "$(cp /bin/true x; mv x /dev/shm/; /dev/shm/x; echo $?)" 0
is "stat" "$(stat -c '%U %a %F' /bin/dash)" "root 755 regular file"
is "dd" "$(dd if=/dev/zero bs=64k count=16 2>/dev/null | wc -c)" 1048576
like "df" "$(df --output=fstype,target /tmp | tail -n 1)" "tmpfs*/tmp"
is "nproc" "$(nproc)" 1
is "nice" "$(nice -n 5 nice)" 5
is "timeout" "$(timeout 0.2 sleep 9; echo $?)" 124
is "id" "$(id -un)" root
is "touch and date" "$(touch -d 2020-02-29 f; date -r f +%F)" 2020-02-29
is "bash: arrays, substitutions" \
	"$(bash -c 'a=(x y z); echo ${#a[@]} ${a[1]/y/Y}; cat <(echo sub)')" "3 Y
sub"
is "bash: job control" "$(bash -c 'set -m; sleep 9 & kill -STOP %1; sleep .1; jobs %1 | cut -c7-13; kill -9 %1')" Stopped
is "grep -r -P" "$(mkdir g; echo needle >g/f; grep -rP 'n(e)\1d' g)" g/f:needle
is "find -printf" "$(find g -type f -printf '%s %p\n')" "7 g/f"
is "xargs" "$(seq 5 | xargs -n 2 echo | wc -l)" 3
is "sed" "$(echo abc | sed -E 's/(b)/[\1]/')" "a[b]c"
is "gawk: getline from a command, arrays sorted" \
	"$(gawk 'BEGIN { "echo 7" | getline x; a[2]; a[1]; n = asorti(a, b); print x, b[1] b[2], 2^53 }')" \
	"7 12 9007199254740992"
is "mawk" "$(mawk 'BEGIN { printf "%.3f %s\n", atan2(0, -1), substr("hello", 2, 3) }')" "3.142 ell"
is "tar and gzip" "$(tar -cz -C / etc 2>/dev/null | tar -tz | grep -c passwd)" 1
mkdir out
is "tar x, compared" "$(tar -c -C / etc | tar -x -C out && diff -r /etc out/etc 2>&1)" ""
is "tar --compare" "$(tar -cf a.tar g && tar -df a.tar && echo same)" same
is "perl: fork, wait, regular expressions" \
	"$(perl -e '$p = fork or exit 3; waitpid $p, 0; $_ = "a1b22"; print $? >> 8, join ",", /\d+/g')" 31,22
is "perl: sort of 20,000 numbers" "$(perl -e 'print join ",", (sort { $a <=> $b } map { ($_ * 7919) % 20011 } 1 .. 20000)[0, 1, -1]')" \
	"1,2,20010"
like "perl: personality(ADDR_COMPAT_LAYOUT), libraries from a third of the space upwards" \
	"$(perl -e 'syscall 136, 0x200000; exec "grep", "libc.so", "/proc/self/maps"')" "40*libc.so*"
is "chroot" "$(mkdir -p r/bin; cp /bin/busybox r/bin; chroot r /bin/busybox ls /)" bin
like "ps aux" "$(ps aux 2>&1)" "*root *1 *init*ps aux*"
like "free" "$(free -k | sed -n 2p)" "Mem: *"
like "vmstat" "$(vmstat 2>&1 | tail -n 1)" "*[0-9] *[0-9]*"
like "top" "$(TERM=vt100 top -b -n 1 2>&1 | head -n 1)" "top - *"
like "pmap" "$(pmap $$ 2>&1)" "*libc.so*"
is "pgrep" "$(pgrep -x dash | head -n 1)" $$
is "python3: says so" "$(python3 -c 'import sys; print(sys.version_info[0])')" 3
python3 /python.py
echo "done"
