/*
 * asm.h - what the assembly of both machines has in common.
 *
 * A function: FUNC() tells the linker and the debugger its name, END() its size.
 *
 *	FUNC(clear_page):
 *		...
 *	END(clear_page)
 *
 * An access to the program's memory: `user` lists the instruction in .ex_table with the
 * place to go on at when it faults (mm/uaccess.h).
 */
#pragma once

/* clang-format off */
#define FUNC(name) .globl name; .type name, %function; name
#define END(name)  .size name, . - name

	.macro	user fixup, insn:vararg
100:	\insn
	.pushsection .ex_table, "a"
	.long	100b, \fixup
	.popsection
	.endm
