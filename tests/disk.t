#!/bin/sh
# disk.t - ext2 on a disk: the tests of files (tests/user) and those of disks (tests/disk/
# files.c) with each size of blocks; what mke2fs made is read, what the guest made
# debugfs reads; a root on a disk; what must be refused.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

# The tests of a file that can be told where it is, by TMPDIR
file_tests="file-calls file-exec file-locks file-mremap file-private file-rights file-shared
	file-truncate files-data files-names fuzz-files msync stress-file"

# on_disk ARCH BLOCK: they run there, all in one boot
on_disk() {
	ext2 "$tmp/disk" "$2" 32M
	echo "mount -t ext2 /dev/vda /mnt && export TMPDIR=/mnt" >"$tmp/run"
	set -- "$1" "$2" --add "$tmp/run:/run"
	for t in $file_tests; do
		set -- "$@" --add "build/$1/tests/user/$t:/tests/$t"
		printf 'echo "@ %s"\n/tests/%s\necho "status $?"\n' "$t" "$t" >>"$tmp/run"
	done
	echo 'umount /mnt && echo unmounted' >>"$tmp/run"
	arch=$1 block=$2
	shift 2
	vm --arch "$arch" --timeout 120 --disk "$tmp/disk" "$@" -- /bin/sh -c '. /run'
	for t in $file_tests; do
		sed -n "/^@ $t\$/,/^status /p" "$tmp/out" >"$tmp/part"
		if grep -q '^status 0$' "$tmp/part"; then
			pass "$arch $block $t: $(grep -c '^ok ' "$tmp/part") assertions"
		else
			fail "$arch $block $t"
			grep -A6 '^not ok\|^status' "$tmp/part" | head -n 20 | diag
		fi
	done
	is "$arch $block: unmounted, and nothing is lost" "$(tail -n 1 "$tmp/out") $status" "unmounted 0"
	[ "$status" -eq 0 ] || tail -n 12 "$tmp/err" | diag
	clean "$arch $block" "$tmp/disk"
}

# program NAME: what tests/disk's NAME said, as one test
program() {
	if [ "$status" -eq 0 ] && grep -q '^ok ' "$tmp/out"; then
		pass "$1: $(grep -c '^ok ' "$tmp/out") assertions"
	else
		fail "$1: status $status"
		{ grep -A6 '^not ok' "$tmp/out"; tail -n 12 "$tmp/err"; } | head -n 30 | diag
	fi
}

# sums FOLDER: as tests/disk/sum.h prints them
sums() {
	python3 - "$1" <<'END'
import os, sys, zlib
for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and not os.path.islink(path):
            data = open(path, "rb").read()
            print("# sum", path[len(sys.argv[1]):], len(data), zlib.adler32(data))
END
}

# same_sums NAME IMAGE: what the guest has summed is what debugfs finds
same_sums() {
	rm -rf "$tmp/dump"
	mkdir "$tmp/dump"
	debugfs -R "rdump / $tmp/dump" "$2" >"$tmp/debugfs" 2>&1
	grep '^# sum' "$tmp/out" | sort >"$tmp/guest"
	sums "$tmp/dump" | sort >"$tmp/host"
	is "$1: $(wc -l <"$tmp/guest") files, the bytes that debugfs finds" \
		"$(diff "$tmp/guest" "$tmp/host" | head -n 5)" ""
}

# pieces FILE: in how many its blocks lie, those with pointers between them apart
pieces() {
	debugfs -R "blocks $1" "$tmp/disk" 2>/dev/null |
		awk '{ for (i = 2; i <= NF; i++) n += $i - $(i - 1) < 1 || $i - $(i - 1) > 3; print n + 1 }'
}

# made_here ARCH BLOCK: the guest makes files
made_here() {
	ext2 "$tmp/disk" "$2" 12M
	vm --arch "$1" --disk "$tmp/disk" --add "build/$1/tests/disk/files:/files" \
		-- /files /dev/vda /mnt
	program "$1 $2 files"
	clean "$1 $2 files" "$tmp/disk"
	same_sums "$1 $2 files" "$tmp/disk"
	for f in row turns-1; do
		n=$(pieces /$f)
		is "$1 $2 files: $f lies in few pieces ($n)" "$((n >= 1 && n <= 8))" 1
	done
}

# made_there ARCH BLOCK: mke2fs makes files, its way
made_there() {
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	cp -r kernel mm "$tmp/tree"
	mkdir "$tmp/tree/long"
	(cd "$tmp/tree/long" && seq 500 | xargs touch)
	truncate -s 70M "$tmp/tree/sparse"
	echo end >>"$tmp/tree/sparse"
	ext2 "$tmp/disk" "$2" 16M -d "$tmp/tree"
	cp "$tmp/disk" "$tmp/before"
	vm --arch "$1" --disk "$tmp/disk,readonly=on" --add "build/$1/tests/disk/files:/files" \
		-- /bin/sh -c 'mount -t ext2 -o ro /dev/vda /mnt && /files sums /mnt'
	same_sums "$1 $2 made by mke2fs" "$tmp/disk"
	is "$1 $2: a read-only disk is not changed" "$(cmp "$tmp/disk" "$tmp/before")" ""
}

# What lies behind a file's end, as after a power cut, is not its own: the rest of its last
# block, and whole blocks, some of them
# behind a hole.
behind_the_end() {
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	yes | head -c 9192 >"$tmp/tree/file"
	yes | head -c 4096 >"$tmp/tree/long"
	truncate -s 40000 "$tmp/tree/long"
	yes | head -c 20000 >>"$tmp/tree/long"
	seq 20000 | head -c 102400 >"$tmp/new"
	ext2 "$tmp/disk" "$2" 2M -d "$tmp/tree"
	debugfs -w -R "set_inode_field /long size 4096" "$tmp/disk" >"$tmp/out" 2>&1
	vm --arch "$1" --disk "$tmp/disk" --add "$tmp/new:/new" \
		-- /bin/sh -c 'mount -t ext2 /dev/vda /mnt && cat /new >>/mnt/long'
	is "$1 $2: a file grows over blocks behind its end" "$(debugfs -R 'cat /long' "$tmp/disk" \
		2>/dev/null | tail -c +4097 | cmp - "$tmp/new" && echo same)" same
	clean "$1 $2: grown over blocks behind the end" "$tmp/disk"
	debugfs -w -R "set_inode_field /file size $((8192 + 100))" "$tmp/disk" >"$tmp/out" 2>&1
	vm --arch "$1" --disk "$tmp/disk" --add "build/$1/tests/disk/files:/files" \
		-- /bin/sh -c 'mount -t ext2 /dev/vda /mnt && /files grow /mnt/file'
	is "$1 $2: a file with something behind its end grows" "$status \
$(debugfs -R 'stat /file' "$tmp/disk" 2>/dev/null | sed -n 's/^User:.*Size: //p')" "0 20000"
	is "$1 $2: a file that grows brings nothing from behind its end" \
		"$(debugfs -R 'cat /file' "$tmp/disk" 2>/dev/null | tr -d '\0' | wc -c)" $((8192 + 100))
}

# Where two things meet; and a short link with attributes, which are blocks that are not its text's
edges() {
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	ln -s text "$tmp/tree/link"
	ext2 "$tmp/disk" "$2" 8M -I 128 -d "$tmp/tree"
	debugfs -w -R 'ea_set /link user.name value' "$tmp/disk" >"$tmp/out" 2>&1
	vm --arch "$1" --disk "$tmp/disk" --add "build/$1/tests/disk/edges:/edges" \
		-- /edges /dev/vda /mnt
	program "$1 $2 edges"
	clean "$1 $2 edges" "$tmp/disk"
}

# The initramfs's tree on a disk, from which it runs
root() {
	rm -rf "$tmp/tree"
	cp -r "build/$1/root" "$tmp/tree"
	mkdir -p "$tmp/tree/etc"
	echo "a root on a disk" >"$tmp/tree/etc/hello"
	ext2 "$tmp/disk" 1024 8M -d "$tmp/tree"
	vm --arch "$1" --disk "$tmp/disk" --append root=/dev/vda \
		-- /bin/sh -c 'cat /etc/hello; echo made here >/etc/new'
	is "$1 root=/dev/vda: runs from it" "$(cat "$tmp/out") $status" "a root on a disk 0"
	is "$1 root=/dev/vda: power-off writes it back" \
		"$(debugfs -R 'cat /etc/new' "$tmp/disk" 2>/dev/null)" "made here"
	clean "$1 root=/dev/vda" "$tmp/disk"
	vm --arch "$1" --append root=/dev/vdb --timeout 20 -- /bin/true
	is "$1 root=/dev/vdb: there is none" "$status" 125
	has "$1 root=/dev/vdb: says so" "$tmp/err" "cannot boot: .*vdb"
}

# refused ARCH NAME PATTERN: the disk is not mounted, and the kernel says why
refused() {
	vm -v --arch "$1" --disk "$tmp/disk" -- /bin/sh -c 'mount -t ext2 /dev/vda /mnt'
	is "$1: $2 is refused" "$status" 1
	has "$1: $2: why" "$tmp/err" "$3"
}

unknown() {
	ext2 "$tmp/disk" 1024 4M -O extents
	refused "$1" "a file system with extents" "vda.*(0x|feature)"
	ext2 "$tmp/disk" 1024 4M -O has_journal
	tune2fs -O ^has_journal "$tmp/disk" >"$tmp/tune" 2>&1
	debugfs -w -R 'feature needs_recovery' "$tmp/disk" >"$tmp/tune" 2>&1
	refused "$1" "a journal to be played" "vda.*(0x|feature)"
	head -c 1M /dev/zero >"$tmp/disk"
	refused "$1" "a disk of zeros" "vda.*ext2"
	ext2 "$tmp/disk" 1024 4M -O huge_file
	vm --arch "$1" --disk "$tmp/disk" -- /bin/sh -c '
		mount -t ext2 /dev/vda /mnt; ls /mnt; echo x >/mnt/file || echo refused'
	is "$1: a feature that only reading allows" \
		"$(grep -v 'Read-only' "$tmp/out" | tr '\n' ' ')" "lost+found refused "
}

for a in $arches; do
	on_disk "$a" 1024
	on_disk "$a" 4096
	for block in 1024 2048 4096; do
		made_here "$a" "$block"
		made_there "$a" "$block"
		behind_the_end "$a" "$block"
	done
	edges "$a" 1024
	edges "$a" 4096
	root "$a"
	unknown "$a"
done
done_testing
