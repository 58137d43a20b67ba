/*
 * chroot.c - another directory for "/": paths, "..", getcwd(), and who inherits it.
 */
#include "user/lib/string.h"
#include "user/lib/sys.h"
#include "user/lib/tap.h"

#include <asm/unistd.h>

#define DIR "/tmp/chroot-test"

static int exists(const char *path)
{
	long fd = sys(__NR_open, path, O_RDONLY);

	if (fd >= 0)
		sys(__NR_close, fd);
	return fd >= 0;
}

static int cwd_is(const char *want)
{
	char buf[64];

	return sys(__NR_getcwd, buf, sizeof(buf)) > 0 && !strcmp(buf, want);
}

static int sees_inside(void *arg)
{
	(void)arg;
	return exists("/inside") ? 0 : 1;
}

/* => 0, or which of them failed */
static int moves_in(void *arg)
{
	(void)arg;
	if (sys(__NR_chroot, DIR) || sys(__NR_chdir, "/"))
		return 1;
	if (!exists("/inside") || exists(DIR))
		return 2;
	if (!exists("../../inside") || !exists("/../inside"))
		return 3;
	if (!cwd_is("/"))
		return 4;
	if (sys(__NR_chdir, "/sub") || !cwd_is("/sub"))
		return 5;
	if (!exists("/link"))
		return 6;
	return in_child(sees_inside, NULL);
}

static int as_nobody(void *arg)
{
	(void)arg;
	sys(__NR_setresuid32, 1000, 1000, 1000);
	return sys(__NR_chroot, "/") == -EPERM ? 0 : 1;
}

int main(void)
{
	sys(__NR_mkdir, DIR, 0755);
	sys(__NR_mkdir, DIR "/sub", 0755);
	sys(__NR_close, sys(__NR_creat, DIR "/inside", 0644));
	sys(__NR_symlink, "/inside", DIR "/link");
	if (sys(__NR_chroot, "/") == -EPERM) {
		skip("chroot()", "only root may");
		return done_testing();
	}
	is_exit(in_child(moves_in, NULL), 0, "a child has another root");
	ok(exists(DIR), "its parent has not");
	is_raw(sys(__NR_chroot, DIR "/inside"), ENOTDIR, "a file is no root");
	is_raw(sys(__NR_chroot, DIR "/none"), ENOENT, "nor is nothing");
	is_exit(in_child(as_nobody, NULL), 0, "only root may");
	sys(__NR_unlink, DIR "/link");
	sys(__NR_unlink, DIR "/inside");
	sys(__NR_rmdir, DIR "/sub");
	sys(__NR_rmdir, DIR);
	return done_testing();
}
