/*
 * names.c - the names of errors and signals, for messages.
 */
#include "user/lib/stdio.h"

#define E(n) [n] = #n
static const char *const errnos[] = {
	[0] = "success", E(EPERM),  E(ENOENT),	  E(ESRCH),	   E(EINTR),
	E(EIO),		 E(ENXIO),  E(E2BIG),	  E(ENOEXEC),	   E(EBADF),
	E(ECHILD),	 E(EAGAIN), E(ENOMEM),	  E(EACCES),	   E(EFAULT),
	E(EBUSY),	 E(EEXIST), E(ENODEV),	  E(ENOTDIR),	   E(EISDIR),
	E(EINVAL),	 E(ENFILE), E(EMFILE),	  E(ENOTTY),	   E(ETXTBSY),
	E(EFBIG),	 E(ENOSPC), E(ESPIPE),	  E(EROFS),	   E(EPIPE),
	E(EDOM),	 E(ERANGE), E(EDEADLK),	  E(ENAMETOOLONG), E(ENOSYS),
	E(ENOTEMPTY),	 E(ELOOP),  E(EOVERFLOW), E(EOPNOTSUPP),   E(ETIMEDOUT),
};

static const char *const signals[] = {
	[0] = "no signal", E(SIGHUP),	 E(SIGINT),   E(SIGQUIT), E(SIGILL),
	E(SIGTRAP),	   E(SIGABRT),	 E(SIGBUS),   E(SIGFPE),  E(SIGKILL),
	E(SIGUSR1),	   E(SIGSEGV),	 E(SIGUSR2),  E(SIGPIPE), E(SIGALRM),
	E(SIGTERM),	   E(SIGCHLD),	 E(SIGCONT),  E(SIGSTOP), E(SIGTSTP),
	E(SIGTTIN),	   E(SIGTTOU),	 E(SIGURG),   E(SIGXCPU), E(SIGXFSZ),
	E(SIGVTALRM),	   E(SIGPROF),	 E(SIGWINCH), E(SIGIO),	  E(SIGPWR),
	E(SIGSYS),	   E(SIGSTKFLT),
};

static const char *name(const char *const *v, size_t n, int i, const char *kind)
{
	static char buf[24];

	if (i >= 0 && (size_t)i < n && v[i])
		return v[i];
	snprintf(buf, sizeof(buf), "%s %d", kind, i);
	return buf;
}

const char *errno_name(int err)
{
	return name(errnos, ARRAY_SIZE(errnos), err, "error");
}

const char *signal_name(int signo)
{
	return name(signals, ARRAY_SIZE(signals), signo, "signal");
}
