/*
 * signal-fault.c - faults as signals: handlers that mend the mapping and
 * return, faults in unlucky circumstances, other processor exceptions.
 */
#include "user/lib/probe.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"
#include "user/lib/thread.h"

static volatile int count, code;
static volatile char *volatile page;
#define PAGE ((void *)(uintptr_t)page) /* for calls */
static volatile unsigned long addr, pc, where;

static void mend_protection(int signo, siginfo_t *info, void *context)
{
	(void)context;
	(void)signo;
	count++;
	code = info->si_code;
	addr = (unsigned long)info->si_addr;
	mprotect(PAGE, PAGE_SIZE, PROT_READ | PROT_WRITE);
}

static void mend_mapping(int signo, siginfo_t *info, void *context)
{
	(void)context;
	(void)signo;
	count++;
	code = info->si_code;
	mmap(PAGE, PAGE_SIZE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	page[8] = 'm';
}

static void mended_rights(void)
{
	sig_catch(SIGSEGV, mend_protection, SA_SIGINFO);
	page = map_anon(PAGE_SIZE);
	page[8] = 'o';
	mprotect(PAGE, PAGE_SIZE, PROT_READ);
	count = 0;
	page[9] = 'n';
	is_int(count, 1, "a handler runs once for the fault");
	is_int(page[9], 'n', "and the store is done again");
	is_int(code, SEGV_ACCERR, "si_code");
	is_hex(addr, (unsigned long)page + 9, "si_addr");
	is_int(page[8], 'o', "the page is as it was otherwise");
	mprotect(PAGE, PAGE_SIZE, PROT_NONE);
	is_int(page[8], 'o', "a load is done again, too");
	is_int(count, 2, "by one more run");
	munmap(PAGE, PAGE_SIZE);
}

static void mended_mapping(void)
{
	sig_catch(SIGSEGV, mend_mapping, SA_SIGINFO);
	page = hole(1);
	count = 0;
	is_int(page[8], 'm', "a handler maps what was missing");
	is_int(code, SEGV_MAPERR, "si_code");
	is_int(count, 1, "one run is enough");
	munmap(PAGE, PAGE_SIZE);
}

static void mended_one_by_one(void)
{
	char *p = hole(8);
	int i, sum = 0;

	sig_catch(SIGSEGV, mend_mapping, SA_SIGINFO);
	count = 0;
	for (i = 0; i < 8; i++) {
		page = p + i * 4096;
		sum += page[8];
	}
	is_int(sum, 8 * 'm', "a pager in a handler: eight pages");
	is_int(count, 8, "eight faults");
	munmap(p, 8 * PAGE_SIZE);
}

static int fault_with(unsigned long flags, sig_fn fn, sigmask blocked)
{
	sig_catch(SIGSEGV, fn, flags);
	sig_mask(SIG_BLOCK, blocked, NULL);
	page = hole(1);
	*page = 1;
	return 0;
}

static int blocked_fault(void *arg)
{
	(void)arg;
	return fault_with(SA_SIGINFO, mend_mapping, SIG(SIGSEGV));
}

static int ignored_fault(void *arg)
{
	(void)arg;
	return fault_with(0, SIG_FN_IGN, 0);
}

static int default_fault(void *arg)
{
	(void)arg;
	return fault_with(0, SIG_FN_DFL, 0);
}

static void fault_again(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	(void)context;
	*(page + 1) = 1;
}

static int double_fault(void *arg)
{
	(void)arg;
	return fault_with(SA_SIGINFO, fault_again, 0);
}

static int no_stack(void *arg)
{
	stack_t ss = { .ss_sp = hole(4), .ss_size = 4 * PAGE_SIZE };

	(void)arg;
	sigaltstack(&ss, NULL);
	return fault_with(SA_SIGINFO | SA_ONSTACK, mend_mapping, 0);
}

static void hopeless(void)
{
	is_killed(in_child(default_fault, NULL), SIGSEGV, "no handler: killed");
	is_killed(in_child(blocked_fault, NULL), SIGSEGV, "blocked: killed");
	is_killed(in_child(ignored_fault, NULL), SIGSEGV, "ignored: killed");
	is_killed(in_child(double_fault, NULL), SIGSEGV,
		  "a fault in the handler: killed");
	is_killed(in_child(no_stack, NULL), SIGSEGV,
		  "no stack for the handler: killed");
}

static void leave(int signo, siginfo_t *info, void *context)
{
	char here = 0;

	(void)signo;
	(void)context;
	where = (unsigned long)&here;
	_exit(info->si_code == SEGV_MAPERR && where - addr < 4 * PAGE_SIZE
		      ? 17
		      : 18);
}

static int eat_stack(int n)
{
	volatile char buf[512];

	buf[0] = (char)n;
	return n < 0 ? 0 : eat_stack(n + 1) + buf[0];
}

static int overflow(void *arg)
{
	stack_t ss = { .ss_sp = map_anon(4 * PAGE_SIZE),
		       .ss_size = 4 * PAGE_SIZE };

	(void)arg;
	addr = (unsigned long)ss.ss_sp;
	sigaltstack(&ss, NULL);
	sig_catch(SIGSEGV, leave, SA_SIGINFO | SA_ONSTACK);
	setrlimit(RLIMIT_STACK, 128 * 1024, 128 * 1024);
	return eat_stack(0);
}

static void on_context(int signo, siginfo_t *info, void *context)
{
	struct user_context *uc = context;

	(void)signo;
	count++;
	addr = (unsigned long)info->si_addr;
	pc = UC_PC(uc);
	code = info->si_code;
	where = UC_SP(uc);
	long_jump((jump_buf *)PAGE, 1);
}

/* Runs @bytes and catches @signo; => whether it came, the pc being at @at */
static int run_code_at(const void *bytes, size_t n, int signo, unsigned at)
{
	static jump_buf env;
	static char *p;

	p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(p, bytes, n);
	icache_sync(p, n);
	sig_catch(signo, on_context, SA_SIGINFO | SA_NODEFER);
	count = 0;
	page = (char *)&env;
	if (!set_jump(&env))
		((void (*)(void))(uintptr_t)p)();
	sig_catch(signo, SIG_FN_DFL, 0);
	munmap(p, PAGE_SIZE);
	return count && pc == (unsigned long)p + at;
}

static int run_code(const unsigned char *bytes, size_t n, int signo)
{
	return run_code_at(bytes, n, signo, 0);
}

static void undefined_instruction(void)
{
	static const unsigned char forbidden[] = CODE_FORBIDDEN;
	static const unsigned char bytes[] = CODE_UNDEFINED;

	ok(run_code(forbidden, sizeof(forbidden), SIGNAL_FORBIDDEN),
	   "what is not for programs is a signal");

	ok(run_code(bytes, sizeof(bytes), SIGILL),
	   "an undefined instruction is SIGILL, at its address");
	is_hex(addr, pc, "si_addr says so, too");
}

static void breakpoints(void)
{
	static const struct {
		char code[13];
		unsigned char at;
	} breakpoints[] = { CODE_BREAKPOINTS };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(breakpoints); i++)
		ok(run_code_at(breakpoints[i].code, 12, SIGTRAP,
			       breakpoints[i].at),
		   "breakpoint %u is SIGTRAP", i);
}

static void the_context(void)
{
	char here = 0;

	ok(where < (unsigned long)&here + PAGE_SIZE &&
		   where > (unsigned long)&here - PAGE_SIZE,
	   "the context has the stack pointer");
}

/* A handler that changes where the program goes on. */
static void skip_instruction(int signo, siginfo_t *info, void *context)
{
	struct user_context *uc = context;
	static const unsigned char undefined[] = CODE_UNDEFINED;

	(void)signo;
	(void)info;
	count++;
	UC_PC(uc) += sizeof(undefined);
}

static void changed_context(void)
{
	static const unsigned char bytes[] = CODE_UNDEFINED;
	char *p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memcpy(p, bytes, sizeof(bytes));
	put_code(p + sizeof(bytes));
	icache_sync(p, sizeof(bytes));
	sig_catch(SIGILL, skip_instruction, SA_SIGINFO);
	count = 0;
	is_int(((int (*)(void))(uintptr_t)p)(), 42,
	       "a handler may change the program counter");
	is_int(count, 1, "having run once");
	sig_catch(SIGILL, SIG_FN_DFL, 0);
	munmap(p, PAGE_SIZE);
}

int main(void)
{
	mended_rights();
	mended_mapping();
	mended_one_by_one();
	sig_catch(SIGSEGV, SIG_FN_DFL, 0);
	hopeless();
	qemu_differs(1, "qemu-user's stack does not shrink by a limit");
	is_exit(in_child(overflow, NULL), 17,
		"a stack overflow is caught on another stack");
	undefined_instruction();
	the_context();
	breakpoints();
	changed_context();
	return done_testing();
}
