/*
 * sys_name.c - what the machine is called: uname() and the calls that change it.
 *
 * It says Linux, since it is Linux's interface that a program finds here. Linux keeps the
 * names in a namespace, which a container can have for itself; here there is one.
 */
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "mm/uaccess.h"

#include <asm/errno.h>
#include <linux/utsname.h>

static struct new_utsname names = {
	.sysname = "Linux",
	.nodename = "quire",
	.release = "6.1.0-quire",
	.version = "#1 Quire",
	.machine = UTS_MACHINE,
	.domainname = "(none)",
};

SYSCALL(newuname, (struct new_utsname * to), put_user(to, &names))

/* Both names are __NEW_UTS_LEN bytes and a 0. */
static long set_name(char *name, const char *from, int len)
{
	char new[__NEW_UTS_LEN + 1] = "";

	if (current->process->euid)
		return -EPERM;
	if (len < 0 || len > __NEW_UTS_LEN)
		return -EINVAL;
	if (copy_from_user(new, from, (u32)len))
		return -EFAULT;
	memcpy(name, new, sizeof(new));
	return 0;
}

SYSCALL(sethostname, (const char *name, int len),
	set_name(names.nodename, name, len))
SYSCALL(setdomainname, (const char *name, int len),
	set_name(names.domainname, name, len))
