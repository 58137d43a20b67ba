#!/bin/sh
# badinput.t - what a loader, a user or a broken machine can hand the kernel that makes
# no sense: one clear line and a failing power-off, or a default it names. Never
# silence.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

one=selftest=paging-data-is-writable # something short to run

# refused NAME PATTERN OPTION...
refused() {
	name=$1 pattern=$2
	shift 2
	vm --timeout 20 "$@"
	is "$name: power-off with 125" "$status" 125
	has "$name: says why" "$tmp/err" "^cannot boot: .*$pattern"
}

# defaults NAME PATTERN OPTION...: the machine says PATTERN and goes on
defaults() {
	name=$1 pattern=$2
	shift 2
	vm --timeout 20 -v "$@"
	is "$name: goes on" "$status" 0
	has "$name: says what it does" "$tmp/err" "$pattern"
}

command_line() { # ARCH
	for size in 64X M 12MM -5M 0x40M 64 0 ""; do
		refused "$1 'mem=$size'" "(mem=.*size|of memory)" \
			--arch "$1" --append "mem=$size"
	done
	refused "$1 lowmem=x" "lowmem=x: not a size" --arch "$1" --append lowmem=x
	refused "$1 lowmem=1M" "at least [0-9]+ MiB of low memory" \
		--arch "$1" --append lowmem=1M
	refused "$1 mem=1M" "at least [0-9]+ MiB" --arch "$1" --append mem=1M
	refused "$1 mem=99999999999999999999G" "mem=.*size" \
		--arch "$1" --append mem=99999999999999999999G
	defaults "$1 mem=3G of 64M" "mem=.* only 6[34] MiB" \
		--arch "$1" --append "mem=3G $one"
	defaults "$1 lowmem=2G" "lowmem=.* more than the window" \
		--arch "$1" --append "lowmem=2G $one"
	defaults "$1 unknown word" "unknown, ignored: frobnicate x=y" \
		--arch "$1" --append "frobnicate x=y $one"
	long=$(head -c 1100 /dev/zero | tr '\0' a)
	refused "$1 line too long" "command line is longer" \
		--arch "$1" --qemu "-append 'headless $long'"
	refused "$1 4 MiB of RAM" "at least [0-9]+ MiB" --arch "$1" --mem 4M
	head -c 5000 Makefile >"$tmp/initrd"
	refused "$1 initrd that is none" "initrd" --arch "$1" --append "$one" \
		--qemu "-initrd $tmp/initrd"
	vm --arch "$1" --append selftest=no-such-test
	is "$1 unknown test: status" "$status" 1
	has "$1 unknown test: says so" "$tmp/out" "no kernel test has the name"
}

# ---- ARM: a loader that hands over whatever tree it is told to
arm_loader() { # WHAT-R2-IS
	printf '%s\n' .arm "ldr r2, =$1" "ldr pc, =0x44000000" .ltorg >"$tmp/l.S"
	arm-linux-gnueabihf-gcc -c -o "$tmp/l.o" "$tmp/l.S" &&
		arm-linux-gnueabihf-objcopy -O binary "$tmp/l.o" "$tmp/loader"
}

# $tmp/tree: QEMU's own, for fdtput to break
fresh_tree() {
	qemu-system-arm -M "virt,highmem=off,dumpdtb=$tmp/tree" -cpu cortex-a15 \
		-m 256M -display none >"$tmp/out" 2>&1
	fdtput -t s "$tmp/tree" /chosen bootargs "headless $one"
}

at() { echo "-device loader,file=$2,addr=$1,force-raw=on"; }

boot_tree() { # refused|defaults NAME PATTERN
	"$1" "arm: $2" "$3" --arch arm --mem 256M --kernel "$tmp/loader" \
		--qemu "$(at 0x44000000 build/arm/quire.bin)" \
		--qemu "$(at 0x46000000 "$tmp/tree")"
}

# Without a tree nothing says that the line is to be framed.
unframed_tree() { # NAME PATTERN
	vm --timeout 20 --arch arm --mem 256M --kernel "$tmp/loader" \
		--qemu "$(at 0x44000000 build/arm/quire.bin)" \
		--qemu "$(at 0x46000000 "$tmp/tree")"
	is "arm: $1: power-off with 125" "$status" 125
	has "arm: $1: says why" "$tmp/out" "^cannot boot: .*$2"
}

# A word of the tree's header is another.
spoiled_tree() { # NAME AT BYTES PATTERN
	fresh_tree
	printf "$3" | dd of="$tmp/tree" bs=1 seek="$2" conv=notrunc status=none
	unframed_tree "$1" "(no )?device tree: .*$4"
}

device_tree() {
	arm_loader 0x46000000
	fresh_tree
	boot_tree defaults "a tree of a foreign loader" "memory: 256 MiB"
	fdtput -r "$tmp/tree" /memory@40000000
	boot_tree refused "a tree without memory" "memory"
	fresh_tree
	fdtput -r "$tmp/tree" /intc@8000000
	boot_tree refused "a tree without interrupt controller" "interrupt"
	fresh_tree
	fdtput -r "$tmp/tree" /timer
	boot_tree refused "a tree without timer" "timer"
	fresh_tree
	fdtput -r "$tmp/tree" /pl011@9000000
	boot_tree refused "a tree without console" "console|UART|PL011"
	spoiled_tree "a tree without magic" 0 '\0\0\0\0' "what r2 points at"
	spoiled_tree "a tree without end" 4 '\377\377\377\377' "too large"
	spoiled_tree "a tree that begins behind itself" 8 '\177\377\377\360' "offsets"
	spoiled_tree "a tree with endless strings" 32 '\177\377\377\360' "offsets"
	spoiled_tree "a tree of a later version" 24 '\0\0\0\143' "version"
	fresh_tree
	dd if=/dev/zero of="$tmp/tree" bs=1 seek=60 count=3000 conv=notrunc status=none
	unframed_tree "a tree with a hole" "device tree"
	arm_loader 0
	unframed_tree "no tree" "device tree"
}

# ---- x86: a Multiboot loader that lies
x86_loader() { # EAX FLAGS
	entry=0x$(nm build/x86/quire.elf | sed -n 's/ [tT] _start$//p')
	cat >"$tmp/l.S" <<-END
	.long 0x1badb002, 0, -0x1badb002
	.globl _start
	_start:	mov \$$1, %eax
		mov \$info, %ebx
		mov \$$entry, %ecx
		jmp *%ecx
	line:	.asciz "headless $one"
		.balign 4
	info:	.long $2, 640, 64512, 0, line, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
		.long 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	END
	i686-linux-gnu-gcc -nostdlib -static -Wl,-Ttext=0x3000000 \
		-Wl,--build-id=none -o "$tmp/loader" "$tmp/l.S"
}

boot_info() { # refused|defaults NAME PATTERN EAX FLAGS
	x86_loader "$4" "$5"
	"$1" "x86: $2" "$3" --arch x86 --kernel "$tmp/loader" \
		--qemu "-device loader,file=build/x86/quire.elf"
}

multiboot() {
	boot_info defaults "mem_upper, but no memory map" "memory: 6[34] MiB" 0x2badb002 5
	boot_info refused "no memory information" "memory" 0x2badb002 4
	x86_loader 0x12345678 5
	vm --timeout 20 --arch x86 --kernel "$tmp/loader" \
		--qemu "-device loader,file=build/x86/quire.elf"
	is "x86: a loader that is not Multiboot: 125" "$status" 125
	cat "$tmp/err" >>"$tmp/out"
	has "x86: a loader that is not Multiboot: says why" "$tmp/out" \
		"cannot boot: .*[Mm]ultiboot"
}

for a in $arches; do
	command_line "$a"
	case $a in
	arm) device_tree ;;
	x86) multiboot ;;
	esac
done
done_testing
