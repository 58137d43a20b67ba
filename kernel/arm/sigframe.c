/*
 * sigframe.c - signal handlers on ARM: the frame on the program's stack, and back.
 *
 *	higher   what the program had on its stack
 *	         regspace: VFP's and NEON's registers     struct sigframe
 *	         mask, r0-r15, cpsr, alternate stack
 *	sp ->    siginfo, with SA_SIGINFO only            struct rt_sigframe
 *
 * The layout is Linux's interface (<asm/sigcontext.h>, <asm/ucontext.h>). Frames begin at
 * a multiple of 8. A handler returns through SA_RESTORER's code or, without, the code at
 * the end of the vectors' page (entry.S). Left out: iWMMXt, FDPIC, code on the stack.
 */
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <asm/sigcontext.h>

#include "traps_arch.h"

#define VFP_MAGIC  0x56465001
#define FPEXC_EN   (1u << 30)
#define FPSCR_VECT 0x00370000u /* length and stride of short vectors */

/* Linux's marks: uc_flags of a frame without siginfo; trap_no after any fault. */
#define OLD_FRAME_MARK 0x5ac3c35a
#define TRAP_NO_FAULT  14

struct vfp_sigframe {
	u32 magic, size;
	u64 fpregs[32];
	u32 fpscr, pad;
	u32 fpexc, fpinst, fpinst2, pad2;
	u32 end[2]; /* no more blocks */
};
#define VFP_SIZE offsetof(struct vfp_sigframe, end)

struct ucontext_head {
	u32 flags, link;
	stack_t stack;
	struct sigcontext regs;
	u64 mask;
};

struct ucontext {
	struct ucontext_head head;
	u32 unused[30];
	union {
		struct vfp_sigframe vfp;
		u32 words[128];
	} regspace __attribute__((aligned(8)));
};

struct sigframe {
	struct ucontext uc;
	u32 retcode[4]; /* not used: see above */
};

struct rt_sigframe {
	siginfo_t info;
	struct sigframe sig;
};

_Static_assert(VFP_SIZE == 288 && offsetof(struct ucontext_head, regs) == 20 &&
		       offsetof(struct ucontext_head, mask) == 104 &&
		       offsetof(struct ucontext, regspace) == 232 &&
		       sizeof(siginfo_t) == 128 &&
		       sizeof(struct rt_sigframe) == 888,
	       "not Linux's layout");

/* ---- to the handler */

static void get_regs(const struct regs *regs, struct sigcontext *sc)
{
	sc->trap_no = current->arch.fault_status ? TRAP_NO_FAULT : 0;
	sc->error_code = current->arch.fault_status;
	sc->fault_address = current->arch.fault_addr;
	memcpy(&sc->arm_r0, regs->r, sizeof(regs->r));
	sc->arm_sp = regs->sp;
	sc->arm_lr = regs->lr;
	sc->arm_pc = regs->pc;
	sc->arm_cpsr = regs->cpsr;
}

static int save_fpu(struct ucontext *uc)
{
	struct thread_arch *arch = &current->arch;
	struct vfp_sigframe vfp = { .magic = VFP_MAGIC,
				    .size = VFP_SIZE,
				    .fpexc = FPEXC_EN };

	user_regs_save(arch);
	memcpy(vfp.fpregs, arch->fpregs, sizeof(vfp.fpregs));
	vfp.fpscr = arch->fpscr;
	if (put_user(&uc->regspace.vfp, &vfp))
		return -EFAULT;
	/* C expects scalar arithmetic. */
	if (arch->fpscr & FPSCR_VECT) {
		arch->fpscr &= ~FPSCR_VECT;
		user_regs_load(arch);
	}
	return 0;
}

static int save_context(const struct regs *regs, struct ucontext *uc,
			u64 blocked, bool rt)
{
	struct ucontext_head head = {
		.flags = rt ? 0 : OLD_FRAME_MARK,
		.mask = blocked,
	};

	if (rt)
		head.stack = altstack_get(regs->sp);
	get_regs(regs, &head.regs);
	head.regs.oldmask = (u32)blocked;
	return put_user(&uc->head, &head) ?: save_fpu(uc);
}

static u32 return_address(const struct ksigaction *action)
{
	if (action->flags & SA_RESTORER)
		return action->restorer;
	return VECTORS_VIRT + (action->flags & SA_SIGINFO ? RT_SIGRETURN_OFFSET
							  : SIGRETURN_OFFSET);
}

int sigframe_setup(struct regs *regs, int sig, const struct ksigaction *action,
		   const siginfo_t *info, u64 blocked)
{
	bool rt = action->flags & SA_SIGINFO;
	u32 size = rt ? sizeof(struct rt_sigframe) : sizeof(struct sigframe);
	u32 sp = ALIGN_DOWN(handler_stack(regs->sp, action) - size, 8u);
	struct rt_sigframe *frame = (void *)sp;
	struct ucontext *uc = rt ? &frame->sig.uc : (void *)sp;

	if (rt && copy_to_user(&frame->info, info, sizeof(*info)))
		return -EFAULT;
	if (save_context(regs, uc, blocked, rt))
		return -EFAULT;
	regs->r[0] = (u32)sig;
	if (rt) {
		regs->r[1] = (u32)&frame->info;
		regs->r[2] = (u32)uc;
	}
	regs->sp = sp;
	regs->lr = return_address(action);
	regs->pc = action->handler & ~1u;
	regs->cpsr = MODE_USR | (action->handler & 1 ? PSR_T : 0);
	return 0;
}

/* ---- and back */

/* What a program may choose; anything but user mode, interrupts on, is a bad frame. */
static int put_psr(struct regs *regs, u32 cpsr)
{
	u32 keep = PSR_FLAGS | PSR_E | PSR_T;

	if ((cpsr & PSR_MODE) != MODE_USR || cpsr & PSR_IRQ_OFF)
		return -EINVAL;
	if (cpsr & PSR_T)
		keep |= PSR_IT;
	regs->cpsr = (cpsr & keep) | MODE_USR;
	regs->pc &= cpsr & PSR_T ? ~1u : ~3u;
	return 0;
}

static int put_regs(struct regs *regs, const struct sigcontext *sc)
{
	memcpy(regs->r, &sc->arm_r0, sizeof(regs->r));
	regs->sp = sc->arm_sp;
	regs->lr = sc->arm_lr;
	regs->pc = sc->arm_pc;
	return put_psr(regs, sc->arm_cpsr);
}

static int restore_fpu(const struct ucontext *uc)
{
	struct vfp_sigframe vfp;

	if (copy_from_user(&vfp, &uc->regspace.vfp, VFP_SIZE))
		return -EFAULT;
	if (vfp.magic != VFP_MAGIC || vfp.size != VFP_SIZE)
		return -EINVAL;
	user_regs_save(&current->arch); /* the thread registers stay */
	memcpy(current->arch.fpregs, vfp.fpregs, sizeof(vfp.fpregs));
	current->arch.fpscr = vfp.fpscr;
	user_regs_load(&current->arch);
	return 0;
}

static int restore_context(struct regs *regs, const struct ucontext *uc)
{
	struct ucontext_head head;

	if ((vaddr_t)uc & 7 || copy_from_user(&head, &uc->head, sizeof(head)) ||
	    restore_fpu(uc))
		return -EFAULT;
	signal_set_blocked(head.mask);
	return put_regs(regs, &head.regs);
}

/* Leaves as a trap would, not as a system call: what is in r0 now is no result that
 * might ask for a restart. */
static noreturn long sigreturn(bool rt)
{
	struct regs *regs = thread_regs(current);
	const struct rt_sigframe *frame = (const void *)regs->sp;
	const struct ucontext *uc = rt ? &frame->sig.uc : (const void *)frame;

	if (restore_context(regs, uc) ||
	    (rt && sys_sigaltstack(&uc->head.stack, NULL) == -EFAULT))
		signal_fault(SIGSEGV, SI_KERNEL, 0);
	irq_disable();
	enter_user(regs);
}

SYSCALL(sigreturn, (void), sigreturn(false))
SYSCALL(rt_sigreturn, (void), sigreturn(true))
