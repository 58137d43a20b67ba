#!/bin/sh
# runner.t - tests/vm's own behaviour, with kernels of a few instructions: what
# is output and what is not, and that each way to fail has words of its own.
cd "$(dirname "$0")/.." || exit
. tests/tap.sh
plan 38

# fake ARCH MESSAGE END: a kernel that sends MESSAGE, then END: exit (status 0),
# fail (status 1), reset (a triple fault), stop (for ever).
fake() {
	printf '%s' "$2" >"$tmp/message"
	"fake_$1" "$3" >"$tmp/fake.S"
}

fake_x86() {
	cat <<-END
	.long 0x1badb002, 0, -0x1badb002
	.globl _start
	_start:	mov \$message, %esi
	next:	lodsb
		test %al, %al
		jz end
		mov %al, %bl
	full:	mov \$0x3fd, %dx
		inb %dx, %al
		test \$0x20, %al
		jz full
		mov %bl, %al
		mov \$0x3f8, %dx
		outb %al, %dx
		jmp next
	end:	mov \$0xf4, %edx
	END
	case $1 in
	exit) echo "xor %eax, %eax; outl %eax, %dx" ;;
	fail) echo "mov \$1, %eax; outl %eax, %dx" ;;
	reset) echo "lidt zero; ud2" ;;
	esac
	echo "stop: jmp stop"
	echo "zero: .long 0, 0"
	echo "message: .incbin \"$tmp/message\"; .byte 0"
}

fake_arm() {
	cat <<-END
	.arm
	.globl _start
	_start:	ldr r1, =0x09000000
		adr r2, message
	next:	ldrb r0, [r2], #1
		cmp r0, #0
		strne r0, [r1]
		bne next
		mov r0, #0x20
		adr r1, block
	END
	case $1 in
	exit) echo "svc 0x123456; block: .long 0x20026, 0" ;;
	fail) echo "svc 0x123456; block: .long 0x20026, 1" ;;
	reset) echo "ldr r0, =0x84000009; hvc #0; block: .long 0" ;;
	stop) echo "block:" ;;
	esac
	echo "stop: b stop"
	echo ".ltorg"
	echo "message: .incbin \"$tmp/message\"; .byte 0"
}

assemble() {
	case $1 in
	x86)
		i686-linux-gnu-gcc -nostdlib -static -Wl,-Ttext=0x100000 \
			-Wl,--build-id=none -o "$tmp/kernel" "$tmp/fake.S" ;;
	arm)
		arm-linux-gnueabihf-gcc -mcpu=cortex-a15 -nostdlib -static \
			-Wl,-Ttext=0x40010000 -Wl,--build-id=none \
			-o "$tmp/kernel" "$tmp/fake.S" ;;
	esac
}

# fake_vm ARCH MESSAGE END [OPTION...]: sets status, $tmp/out, $tmp/err
fake_vm() {
	arch=$1
	fake "$1" "$2" "$3"
	shift 3
	assemble "$arch" || bail_out "cannot assemble"
	tests/vm --arch "$arch" --kernel "$tmp/kernel" --timeout 20 "$@" \
		</dev/null >"$tmp/out" 2>"$tmp/err"
	status=$?
}

nl='
'
rs=$(printf '\036')
for a in arm x86; do
	fake_vm $a "${rs}hello$nl$(printf 'one\ntw')${rs}note${nl}o$nl${rs}exit 0$nl" exit
	is "$a: the program's status" "$status" 0
	is "$a: the program's bytes and no others" "$(cat "$tmp/out")" "one${nl}two"
	is "$a: nothing on standard error" "$(cat "$tmp/err")" ""

	fake_vm $a "${rs}hello$nl${rs}exit 139$nl" fail -v
	is "$a: death by a signal is 128+N" "$status" 139
	has "$a: -v shows the kernel's messages" "$tmp/err" "^hello"

	fake_vm $a "${rs}panic: mm/x.c:1: $nl${rs}backtrace$nl" fail
	is "$a: a panic is 125" "$status" 125
	has "$a: a panic is called so" "$tmp/err" "kernel panic: mm/x.c:1"
	has "$a: all of its report is shown" "$tmp/err" "^backtrace"

	fake_vm $a "${rs}cannot boot: no RAM$nl" fail
	is "$a: a refusal to boot is 125" "$status" 125
	has "$a: and says why" "$tmp/err" "cannot boot: no RAM"

	fake_vm $a "some text" reset
	is "$a: a reset is 125" "$status" 125
	case $a in
	arm) has "$a: it is called a reset" "$tmp/err" "was reset" ;;
	x86) has "$a: it is called a triple fault" "$tmp/err" "triple fault" ;;
	esac

	fake_vm $a "" stop --timeout 2
	is "$a: silence is 125" "$status" 125
	has "$a: it is called silence" "$tmp/err" "silence"

	fake_vm $a "some text" stop --timeout 2
	is "$a: out of time is 124" "$status" 124
	has "$a: it is called a time-out" "$tmp/err" "time-out after 2 seconds"
	is "$a: what came before it is there" "$(cat "$tmp/out")" "some text"
done

fake_vm x86 "" stop --qemu "-no-such-option"
is "QEMU that does not start is 125" "$status" 125
has "with QEMU's own words" "$tmp/err" "QEMU failed to start: .*no-such-option"

fake_vm x86 "" stop -- /bin/x "$(head -c 1100 /dev/zero | tr '\0' a)"
has "too long a command line is refused" "$tmp/err" "command line would have"

tests/vm --arch x86 --kernel "$tmp/none" >"$tmp/out" 2>"$tmp/err" </dev/null
has "a kernel that is not there" "$tmp/err" "run make first"
