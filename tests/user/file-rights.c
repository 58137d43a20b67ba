/*
 * file-rights.c - whose a file is, and what that allows: set-id bits, times, groups. Root asks,
 * then somebody else, in a child.
 */
#include "user/lib/tap.h"

#include <linux/auxvec.h>
#include <linux/prctl.h>
#include <linux/stat.h>

#define CWD	   AT_FDCWD
#define SOMEBODY   1000
#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

static int mode_of(const char *path)
{
	struct stat64 st;
	long err = sys(__NR_stat64, path, &st);

	return err ? (int)err : (int)st.st_mode & 07777;
}

static void make(const char *path, int mode, int owner)
{
	sys(__NR_close, sys(__NR_open, path, O_CREAT | O_RDWR, 0600));
	sys(__NR_chown32, path, owner, owner);
	sys(__NR_chmod, path, mode);
}

/* Runs fn as somebody. => what it returns */
static int as_somebody(int (*fn)(void))
{
	int pid = fork(), status;

	if (!pid) {
		sys(__NR_setresgid32, SOMEBODY, SOMEBODY, SOMEBODY);
		sys(__NR_setresuid32, SOMEBODY, SOMEBODY, SOMEBODY);
		_exit(fn());
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int write_own(void)
{
	return (int)sys(__NR_write, sys(__NR_open, "own", O_WRONLY, 0), "x", 1);
}

static int cut_own(void)
{
	return (int)-sys(__NR_truncate, "own", 9);
}

static int give_own(void)
{
	return (int)-sys(__NR_chown32, "own", SOMEBODY, SOMEBODY);
}

static int give_away(void)
{
	return (int)-sys(__NR_chown32, "own", 0, -1);
}

static int make_in_group(void)
{
	return sys(__NR_open, "group/x", O_CREAT | O_WRONLY, 02777) < 0;
}

static void set_id_bits(void)
{
	make("own", 06777, SOMEBODY);
	is_int(as_somebody(write_own), 1, "who writes to a file");
	is_hex((unsigned)mode_of("own"), 0777, "takes both set-id bits away");
	sys(__NR_chmod, "own", 06767);
	is_int(as_somebody(cut_own), 0, "who cuts it, too");
	is_hex((unsigned)mode_of("own"), 02767, "if the group may execute it");
	sys(__NR_chmod, "own", 06777);
	is_int(as_somebody(give_own), 0, "who changes its group to his own");
	is_hex((unsigned)mode_of("own"), 0777, "also");
	sys(__NR_chmod, "own", 06777);
	is_int(as_somebody(give_away), EPERM, "but nobody gives it away");
	is_hex((unsigned)mode_of("own"), 06777, "so nothing changed");
	sys(__NR_mkdir, "group", 0777);
	sys(__NR_chown32, "group", 0, 5);
	sys(__NR_chmod, "group", 02777);
	is_int(as_somebody(make_in_group), 0,
	       "a file of its directory's group");
	is_hex((unsigned)mode_of("group/x"), 0755,
	       "has its set-id bit only from the group's own");
	sys(__NR_unlink, "group/x");
	sys(__NR_rmdir, "group");
}

/* ---- what is asked for a file of root that all may write, and one they may not */

static int set_times(const char *path, long a, long ans, long m, long mns)
{
	long t[] = { a, ans, m, mns };

	return (int)-sys(__NR_utimensat, CWD, path, t, 0);
}

static int all_now(void)
{
	return set_times("all", 0, UTIME_NOW, 0, UTIME_NOW);
}

static int all_one_now(void)
{
	return set_times("all", 0, UTIME_NOW, 0, UTIME_OMIT);
}

static int root_now(void)
{
	return set_times("root", 0, UTIME_NOW, 0, UTIME_NOW);
}

static int root_null(void)
{
	return (int)-sys(__NR_utimensat, CWD, "root", NULL, 0);
}

static int root_then(void)
{
	return set_times("root", 1, 0, 1, 0);
}

static int root_owner(void)
{
	return (int)-sys(__NR_chown32, "root", -1, -1);
}

static void times(void)
{
	make("all", 0666, 0);
	make("root", 0644, 0);
	is_int(as_somebody(all_now), 0,
	       "who may write may set both times: now");
	is_int(as_somebody(all_one_now), EPERM, "not one of them");
	is_int(as_somebody(root_now), EACCES, "who may not, neither");
	is_int(as_somebody(root_null), EACCES, "by whatever name");
	is_int(as_somebody(root_then), EPERM, "nor to then");
	is_int(as_somebody(root_owner), 0, "the owner stays: all may say that");
	qemu_differs(1, "looks at the name");
	is_int(set_times("nothing", 0, UTIME_OMIT, 0, UTIME_OMIT), 0,
	       "both times as they are: no look at what it is");
	is_int(set_times("all", 0, UTIME_OMIT, 0, -1), EINVAL, "a bad time");
}

/* ---- supplementary groups */

static int read_shared(void)
{
	return sys(__NR_open, "shared", O_RDONLY) < 0;
}

static int write_shared(void)
{
	return (int)-sys(__NR_open, "shared", O_WRONLY);
}

static int share_own(void)
{
	return (int)-sys(__NR_chown32, "own", -1, 24);
}

static int leave(void)
{
	return (int)-sys(__NR_setgroups32, 0, NULL);
}

static void groups(void)
{
	unsigned want[] = { 7, 24, 99 }, got[4];

	make("shared", 0640, 24);
	sys(__NR_chown32, "shared", 0, 24);
	make("own", 0600, SOMEBODY);
	is_int(as_somebody(read_shared), 1, "a file of a group");
	is_raw(sys(__NR_setgroups32, 3, want), 0, "setgroups");
	is_int(sys(__NR_getgroups32, 0, NULL), 3, "getgroups: how many");
	is_int(sys(__NR_getgroups32, 4, got), 3, "which");
	ok(got[0] == 7 && got[1] == 24 && got[2] == 99, "these");
	is_raw(sys(__NR_getgroups32, 2, got), EINVAL, "more than room");
	is_raw(sys(__NR_setgroups32, 65537, want), EINVAL, "too many");
	is_raw(sys(__NR_setgroups32, 3, 16), EFAULT, "nowhere");
	is_int(as_somebody(read_shared), 0, "who is in it reads the file");
	is_int(as_somebody(write_shared), EACCES, "as the group may");
	is_int(as_somebody(share_own), 0, "and shares his own");
	is_int(as_somebody(leave), EPERM, "but does not leave");
	is_raw(sys(__NR_setgroups32, 0, NULL), 0, "root does");
	is_int(as_somebody(read_shared), 1, "and then it is closed again");
	sys(__NR_unlink, "shared");
}

/* ---- programs with set-id bits */

/* This program, to be run as somebody else. */
static void copy_self(const char *path)
{
	static char buf[4096];
	long from = sys(__NR_open, "/proc/self/exe", O_RDONLY),
	     to = sys(__NR_open, path, O_CREAT | O_WRONLY, 0755), n;

	while ((n = sys(__NR_read, from, buf, sizeof(buf))) > 0)
		sys(__NR_write, to, buf, n);
	sys(__NR_close, from);
	sys(__NR_close, to);
}

static int dumpable(void)
{
	return sys(__NR_prctl, PR_GET_DUMPABLE) == 1;
}

/* => of what it became: 1: root by euid, and by the saved id; 2: of group 24; 4: AT_SECURE;
 * 16: not dumpable */
static int who(void)
{
	unsigned r, e, s, group;

	sys(__NR_getresuid32, &r, &e, &s);
	group = (unsigned)sys(__NR_getegid32);
	return (!e && !s) + 2 * (group == 24) + 4 * !!auxval(AT_SECURE) +
	       8 * (r != SOMEBODY) + 16 * !dumpable();
}

static int run_program(void)
{
	char name[] = "program", what[] = "who";
	char *const argv[] = { name, what, NULL };
	char *const none[] = { NULL };

	return execve("program", argv, none);
}

static int run_without_new_rights(void)
{
	sys(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return run_program();
}

static void programs(void)
{
	copy_self("program");
	qemu_differs(5, "does not run what Linux cannot");
	is_int(as_somebody(run_program), 0, "a program runs as who runs it");
	sys(__NR_chmod, "program", 04755);
	is_int(as_somebody(run_program), 21, "or as its owner");
	is_int(as_somebody(run_without_new_rights), 0,
	       "but not with PR_SET_NO_NEW_PRIVS");
	sys(__NR_chown32, "program", 1, 24);
	sys(__NR_chmod, "program", 02755);
	is_int(as_somebody(run_program), 22, "or its group");
	sys(__NR_chmod, "program", 02745);
	is_int(as_somebody(run_program), 0, "if that may execute it");
	sys(__NR_unlink, "program");
}

/* May anybody see its memory, if only in a file after its end? */
static void dumps(void)
{
	is_int(dumpable(), 1, "PR_GET_DUMPABLE: yes");
	is_int(as_somebody(dumpable), 0, "not after a change of who it is");
	is_raw(sys(__NR_prctl, PR_SET_DUMPABLE, 2), EINVAL, "yes or no");
	is_raw(sys(__NR_prctl, PR_SET_DUMPABLE, 0), 0, "no");
	is_int(dumpable(), 0, "not any more");
	is_raw(sys(__NR_prctl, PR_SET_DUMPABLE, 1), 0, "and again");
}

int main(int argc, char **argv)
{
	const char *dir = scratch("rights");

	(void)argv;
	if (argc > 1)
		return who();
	sys(__NR_mkdir, dir, 0755);
	sys(__NR_chdir, dir);
	sys(__NR_umask, 022);
	set_id_bits();
	times();
	groups();
	programs();
	dumps();
	sys(__NR_unlink, "own");
	sys(__NR_unlink, "all");
	sys(__NR_unlink, "root");
	sys(__NR_chdir, "/");
	is_raw(sys(__NR_rmdir, dir), 0, "all gone");
	return done_testing();
}
