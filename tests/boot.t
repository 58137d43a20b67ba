#!/bin/sh
# boot.t - both machines come up: with every size of memory, from every loader.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh

one=selftest=paging-data-is-writable # something short to run

up() { # NAME OPTION...
	name=$1
	shift
	vm -v --timeout 60 "$@"
	is "$name: comes up" "$status" 0
	[ "$status" -eq 0 ] || diag <"$tmp/err"
}

sizes() { # ARCH
	for mib in 16 17 32 64 100 128 256 512 896 1024 1500 2048 3072; do
		up "$1 $mib MiB" --arch "$1" --mem ${mib}M --append "$one"
		# The firmware of a PC keeps a little.
		found=$(sed -n 's/^memory: \([0-9]*\) MiB.*/\1/p' "$tmp/err")
		[ "$1" = x86 ] && [ "${found:-0}" -eq $((mib - 1)) ] && found=$mib
		is "$1 $mib MiB: all is found" "$found" "$mib"
	done
	up "$1 mem=20M of 64M" --arch "$1" --append "mem=20M $one"
	has "$1 mem=20M: the rest is not used" "$tmp/err" "^memory: (19|20) MiB"
	up "$1 lowmem=16M" --arch "$1" --append "lowmem=16M $one"
	has "$1 lowmem=16M: the rest is high" "$tmp/err" "HIGHMEM +49[0-9]{3} KiB"
	up "$1 3 GiB, lowmem=64M" --arch "$1" --mem 3G --append "lowmem=64M $one"
}

# The image finds out where it is: a loader of one instruction jumps to it.
arm_loaders() {
	up "arm loaded by QEMU" --arch arm --append "$one"
	for at in 0x40040000 0x40100000 0x43210000 0x47e00000; do
		printf '%s\n' .arm "ldr pc, =$at" .ltorg >"$tmp/l.S"
		arm-linux-gnueabihf-gcc -c -o "$tmp/l.o" "$tmp/l.S" &&
			arm-linux-gnueabihf-objcopy -O binary "$tmp/l.o" "$tmp/loader"
		up "arm loaded at $at" --arch arm --mem 256M --append "$one" \
			--kernel "$tmp/loader" --qemu \
			"-device loader,file=build/arm/quire.bin,addr=$at,force-raw=on"
	done
	is "arm: the header has zImage's magic" \
		"$(od -An -tx4 -j36 -N4 build/arm/quire.bin | tr -d ' ')" 016f2818
}

x86_loaders() {
	up "x86 loaded by QEMU" --arch x86 --append "$one"
	mkdir -p "$tmp/iso/boot/grub"
	cp build/x86/quire.elf build/x86/initramfs.cpio "$tmp/iso/boot"
	cat >"$tmp/iso/boot/grub/grub.cfg" <<-END
	set timeout=0
	menuentry Quire {
		multiboot /boot/quire.elf headless $one
		module /boot/initramfs.cpio
	}
	END
	grub-mkrescue -o "$tmp/test.iso" "$tmp/iso" >"$tmp/grub" 2>&1 || diag <"$tmp/grub"
	up "x86 loaded by GRUB" --arch x86 --kernel "$tmp/test.iso"
	# The ISO itself is for people: it stays up, and its lines are not framed.
	vm --arch x86 --kernel build/x86/quire.iso --timeout 10
	has "x86: build/x86/quire.iso comes up" "$tmp/out" "^up in "
}

for a in $arches; do
	sizes "$a"
	"${a}_loaders"
done
done_testing
