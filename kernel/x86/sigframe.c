/*
 * sigframe.c - signal handlers on x86: the frame on the program's stack, and back.
 *
 *	higher   what the program had on its stack
 *	         struct sigframe, or rt_sigframe with SA_SIGINFO:
 *	           registers, FPU, mask; siginfo, alternate stack
 *	           the handler's arguments
 *	sp ->      its return address: SA_RESTORER's code, or `retcode` above
 *
 * The layout is Linux's interface (<asm/sigcontext.h>, <asm/ucontext.h>). The arguments
 * are on the stack and, for regparm functions, in eax, edx, ecx as well; sp is a multiple
 * of 16 above the return address (System V ABI, i386). The FPU's part is there twice, as
 * fnsave and as fxsave write it; x87's registers come back from the former, which is what
 * old programs change. Left out: xsave's state and with it uc_flags, which stays 0.
 */
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <asm/sigcontext.h>
#include <asm/unistd.h>

#include "traps_arch.h"

#define FPU_MAGIC_PLAIN 0xffff /* no fxsave part */
#define FPU_MAGIC_FXSR	0
#define FNSAVE_SIZE	offsetof(struct _fpstate_32, status)
#define FNSAVE_HEAD	offsetof(struct _fpstate_32, _st)
#define FXSAVE_OFFSET	offsetof(struct _fpstate_32, _fxsr_env)
#define FXSAVE_SIZE	(sizeof(struct _fpstate_32) - FXSAVE_OFFSET)
#define MXCSR_MASK	0xffbf /* bits that the first SSE had (SDM 1 11.6.6) */

/* What a handler's flags may not have, and what sigreturn may set: nothing of
 * privilege, and no debugging of the kernel's return (SDM 3A 2.3). */
#define EFLAGS_HANDLER_CLEAR (EFLAGS_DF | EFLAGS_RF | EFLAGS_TF)
#define EFLAGS_USER \
	(EFLAGS_ARITH | EFLAGS_DF | EFLAGS_RF | EFLAGS_TF | EFLAGS_AC)

struct ucontext {
	u32 flags, link;
	stack_t stack;
	struct sigcontext_32 regs;
	u64 mask;
};

struct sigframe {
	u32 return_address;
	u32 sig;
	struct sigcontext_32 regs;
	struct _fpstate_32 fpu;
	u32 extra_mask; /* signals from 33 on */
	u8 retcode[8];
};

struct rt_sigframe {
	u32 return_address;
	u32 sig, info_ptr, uc_ptr;
	siginfo_t info;
	struct ucontext uc;
	u8 retcode[8];
	struct _fpstate_32 fpu;
};

_Static_assert(FNSAVE_SIZE == 108 && FXSAVE_OFFSET == 112 &&
		       FXSAVE_SIZE == sizeof(struct fpu_state) &&
		       sizeof(struct sigcontext_32) == 88 &&
		       offsetof(struct ucontext, regs) == 20 &&
		       offsetof(struct rt_sigframe, uc) == 144,
	       "not Linux's layout");

/* pop %eax; mov $__NR_sigreturn, %eax; int $0x80 */
static const u8 retcode[8] = {
	0x58, 0xb8, __NR_sigreturn, 0, 0, 0, 0xcd, 0x80
};
/* mov $__NR_rt_sigreturn, %eax; int $0x80 */
static const u8 rt_retcode[8] = {
	0xb8, __NR_rt_sigreturn, 0, 0, 0, 0xcd, 0x80
};

/* ---- the FPU's two forms (SDM 1 8.1.10, 10.5.1) */

/* What fnsave has in two bits and fxsave, if it is empty or not, in one: the
 * kind of a number, by its exponent and significand. */
static u32 full_tag(const u32 *st)
{
	u32 exponent = st[2] & 0x7fff;

	if (exponent == 0x7fff)
		return 2; /* infinity, not a number */
	if (!exponent)
		return st[0] | st[1] ? 2 : 1; /* denormal; zero */
	return st[1] >> 31 ? 0 : 2;
}

static u32 full_tags(const struct fpu_state *fpu)
{
	u32 tags = 0, top = fpu->status >> 11 & 7;

	for (u32 i = 0; i < 8; i++) {
		u32 tag = fpu->tags & 1 << i ? full_tag(fpu->st[(i - top) & 7])
					     : 3;
		tags |= tag << 2 * i;
	}
	return tags;
}

static u16 short_tags(u32 tags)
{
	u32 v = 0;

	for (u32 i = 0; i < 8; i++)
		if ((tags >> 2 * i & 3) != 3)
			v |= 1u << i;
	return (u16)v;
}

static void fx_to_fnsave(struct _fpstate_32 *to, const struct fpu_state *fpu)
{
	to->cw = 0xffff0000 | fpu->control;
	to->sw = 0xffff0000 | fpu->status;
	to->status = fpu->status;
	to->tag = 0xffff0000 | full_tags(fpu);
	to->ipoff = fpu->ip;
	to->cssel = (fpu->cs & 0xffff) | (u32)fpu->opcode << 16;
	to->dataoff = fpu->data;
	to->datasel = fpu->ds | 0xffff0000;
	for (u32 i = 0; i < 8; i++)
		memcpy(&to->_st[i], fpu->st[i], sizeof(to->_st[i]));
}

static void fnsave_to_fx(struct fpu_state *fpu, const struct _fpstate_32 *from)
{
	fpu->control = (u16)from->cw;
	fpu->status = (u16)from->sw;
	fpu->tags = short_tags(from->tag);
	fpu->opcode = (u16)(from->cssel >> 16);
	fpu->ip = from->ipoff;
	fpu->cs = from->cssel & 0xffff;
	fpu->data = from->dataoff;
	fpu->ds = from->datasel & 0xffff;
	for (u32 i = 0; i < 8; i++)
		memcpy(fpu->st[i], &from->_st[i], sizeof(from->_st[i]));
}

static int save_fpu(struct _fpstate_32 *user)
{
	const struct fpu_state *fpu = &current->arch.fpu;
	struct _fpstate_32 head;

	user_regs_save(&current->arch);
	if (cpu_has_sse) {
		fx_to_fnsave(&head, fpu);
		head.magic = FPU_MAGIC_FXSR;
	} else {
		memcpy(&head, fpu, FNSAVE_SIZE);
		head.status = (u16)head.sw;
		head.magic = FPU_MAGIC_PLAIN;
	}
	if (copy_to_user(user, &head, FXSAVE_OFFSET))
		return -EFAULT;
	if (cpu_has_sse && copy_to_user(user->_fxsr_env, fpu, FXSAVE_SIZE))
		return -EFAULT;
	fpu_reset();
	return 0;
}

/* `at`: the user address; 0: the program has thrown it away. */
static int restore_fpu(u32 at)
{
	const struct _fpstate_32 *user = (const void *)(vaddr_t)at;
	struct fpu_state *fpu = &current->arch.fpu;
	struct _fpstate_32 head;

	if (!at) {
		fpu_reset();
		return 0;
	}
	if (copy_from_user(&head, user, FXSAVE_OFFSET))
		return -EFAULT;
	if (!cpu_has_sse) {
		memcpy(fpu, &head, FNSAVE_SIZE);
	} else {
		user_regs_save(&current->arch);
		if (head.magic == FPU_MAGIC_FXSR &&
		    copy_from_user(fpu, user->_fxsr_env, FXSAVE_SIZE))
			return -EFAULT;
		fnsave_to_fx(fpu, &head);
		fpu->mxcsr &= MXCSR_MASK;
	}
	fpu_load();
	return 0;
}

/* ---- to the handler */

/* Those that go over as they are: DO is given their 16-bit names. */
#define PLAIN_REGS(DO) \
	DO(di) DO(si) DO(bp) DO(sp) DO(bx) DO(dx) DO(cx) DO(ax) DO(ip)

static void get_regs(const struct regs *regs, struct sigcontext_32 *sc)
{
	struct thread_arch *arch = &current->arch;

	segments_save(arch);
	sc->gs = (u16)arch->gs;
	sc->fs = (u16)arch->fs;
	sc->es = (u16)regs->es;
	sc->ds = (u16)regs->ds;
#define GET(name) sc->name = regs->e##name;
	PLAIN_REGS(GET)
	sc->sp_at_signal = regs->esp;
	sc->trapno = arch->trap_no;
	sc->err = arch->error_code;
	sc->cs = (u16)regs->cs;
	sc->flags = regs->eflags;
	sc->ss = (u16)regs->ss;
	sc->cr2 = arch->cr2;
}

/* Where a frame of `size` bytes begins: a user address. => 0: the alternate
 * stack that the program is on already would overflow */
static u32 frame_at(u32 sp, const struct ksigaction *action, u32 size)
{
	u32 at = ALIGN_DOWN(handler_stack(sp, action) - size + 4, 16u) - 4;

	return on_altstack(sp) && !on_altstack(at) ? 0 : at;
}

static int put_frame(u32 at, const struct regs *regs, int sig,
		     const struct ksigaction *action, const siginfo_t *info,
		     u64 blocked)
{
	bool rt = action->flags & SA_SIGINFO;
	struct sigframe *old = (void *)at;
	struct rt_sigframe *new = (void *)at;
	u8 *code = rt ? new->retcode : old->retcode;
	struct _fpstate_32 *fpu = rt ? &new->fpu : &old->fpu;
	u32 head[] = { (u32)code, (u32)sig, (u32) & new->info,
		       (u32) & new->uc };
	u32 blocked_high = (u32)(blocked >> 32);
	struct ucontext uc = { .stack = altstack_get(regs->esp),
			       .mask = blocked };

	if (action->flags & SA_RESTORER)
		head[0] = action->restorer;
	get_regs(regs, &uc.regs);
	uc.regs.fpstate = (u32)fpu;
	uc.regs.oldmask = (u32)blocked;
	if (copy_to_user(code, rt ? rt_retcode : retcode, sizeof(retcode)))
		return -EFAULT;
	if (rt)
		return put_user(new, &head) ?: put_user(&new->info, info) ?:
			       put_user(&new->uc, &uc) ?: save_fpu(fpu);
	if (copy_to_user(old, head, 2 * sizeof(*head)))
		return -EFAULT;
	return put_user(&old->regs, &uc.regs) ?:
		       put_user(&old->extra_mask, &blocked_high) ?: save_fpu(fpu);
}

int sigframe_setup(struct regs *regs, int sig, const struct ksigaction *action,
		   const siginfo_t *info, u64 blocked)
{
	bool rt = action->flags & SA_SIGINFO;
	u32 size = rt ? sizeof(struct rt_sigframe) : sizeof(struct sigframe);
	u32 at = frame_at(regs->esp, action, size);
	const struct rt_sigframe *frame = (const void *)at;

	if (put_frame(at, regs, sig, action, info, blocked))
		return -EFAULT;
	regs->eax = (u32)sig;
	regs->edx = rt ? (u32)&frame->info : 0;
	regs->ecx = rt ? (u32)&frame->uc : 0;
	regs->ds = regs->es = regs->ss = SEL_USER_DS;
	regs->cs = SEL_USER_CS;
	regs->esp = at;
	regs->eip = action->handler;
	regs->eflags &= ~EFLAGS_HANDLER_CLEAR;
	return 0;
}

/* ---- and back */

/* Selectors of user privilege only; a bad one is found when it is loaded
 * (entry.S). */
static void put_regs(struct regs *regs, const struct sigcontext_32 *sc)
{
	struct thread_arch *arch = &current->arch;

	arch->gs = sc->gs;
	arch->fs = sc->fs;
	segments_load(arch);
	regs->es = sc->es;
	regs->ds = sc->ds;
#define PUT(name) regs->e##name = sc->name;
	PLAIN_REGS(PUT)
	regs->cs = sc->cs | 3;
	regs->ss = sc->ss | 3;
	regs->eflags =
		(regs->eflags & ~EFLAGS_USER) | (sc->flags & EFLAGS_USER);
}

static void restore(const struct sigcontext_32 *sc, u64 mask)
{
	signal_set_blocked(mask);
	put_regs(thread_regs(current), sc);
	if (restore_fpu(sc->fpstate))
		signal_fault(SIGSEGV, SI_KERNEL, 0);
}

/* Leaves as a trap would, not as a system call: what is in eax now is no
 * result that might ask for a restart. */
static noreturn void leave(void)
{
	irq_disable();
	enter_user(thread_regs(current));
}

/* `retcode` has popped the return address and the signal's number. */
long sys_sigreturn(void)
{
	const struct sigframe *user =
		(const void *)(vaddr_t)(thread_regs(current)->esp - 8);
	struct sigcontext_32 sc;
	u32 extra;

	if (copy_from_user(&sc, &user->regs, sizeof(sc)) ||
	    get_user_u32(&extra, &user->extra_mask))
		signal_fault(SIGSEGV, SI_KERNEL, 0);
	else
		restore(&sc, sc.oldmask | (u64)extra << 32);
	leave();
}

long sys_rt_sigreturn(void)
{
	const struct rt_sigframe *user =
		(const void *)(vaddr_t)(thread_regs(current)->esp - 4);
	struct ucontext uc;
	bool bad = copy_from_user(&uc, &user->uc, sizeof(uc));

	if (!bad)
		restore(&uc.regs, uc.mask);
	if (bad || sys_sigaltstack(&user->uc.stack, NULL) == -EFAULT)
		signal_fault(SIGSEGV, SI_KERNEL, 0);
	leave();
}
