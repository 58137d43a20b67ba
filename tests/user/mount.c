/*
 * mount.c - mount() and umount2(): what they refuse, what is busy, MNT_DETACH and MNT_EXPIRE,
 * remounting to read only; and names that many processes make at once.
 *
 * On Linux all of it happens in a mount namespace of its own.
 */
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <asm/statfs.h>
#include <linux/mount.h>

enum {
	MNT_FORCE = 1,
	MNT_DETACH = 2,
	MNT_EXPIRE = 4,
	UMOUNT_NOFOLLOW = 8,
};
#define DIR   "/tmp/mount-test"
#define RACE  "/tmp/mount-race"
#define TURNS 300

static long do_mount(const char *what, const char *type, long flags)
{
	return sys(__NR_mount, what, DIR, type, flags, NULL);
}

static long undo(long flags)
{
	return sys(__NR_umount2, DIR, flags);
}

static long create(const char *path)
{
	long fd = sys(__NR_open, path, O_CREAT | O_EXCL | O_RDWR, 0644);

	return fd;
}

static int exists(const char *path)
{
	return sys(__NR_access, path, 0) == 0;
}

static void refusals(void)
{
	is_raw(do_mount("none", "nofs", 0), ENODEV, "an unknown type");
	is_raw(do_mount("none", NULL, 0), EINVAL, "no type");
	is_raw(do_mount(DIR "/none", "ext2", 0), ENOENT, "no such disk");
	is_raw(do_mount(DIR, "ext2", 0), ENOTBLK, "a directory is no disk");
	is_raw(do_mount("/dev/null", "ext2", 0), ENOTBLK, "nor is /dev/null");
	is_raw(do_mount((void *)8, "tmpfs", 0), EFAULT, "no text");
	is_raw(sys(__NR_mount, "none", DIR "/none", "tmpfs", 0, NULL), ENOENT,
	       "nowhere");
	is_raw(do_mount("none", "tmpfs", MS_REMOUNT), EINVAL,
	       "nothing there to be changed");
	is_raw(undo(0), EINVAL, "nothing there to be taken away");
	is_raw(undo(16), EINVAL, "unknown flags");
	is_raw(sys(__NR_umount2, DIR "/none", 0), ENOENT, "no such place");
	sys(__NR_close, create(RACE));
	is_raw(sys(__NR_mount, "none", RACE, "tmpfs", 0, NULL), ENOTDIR,
	       "on a file");
	sys(__NR_unlink, RACE);
}

static void in_use(void)
{
	long fd;

	is_raw(do_mount("some", "tmpfs", 0), 0, "mount");
	fd = create(DIR "/file");
	is_raw(undo(0), EBUSY, "a file is open");
	is_raw(undo(MNT_EXPIRE), EBUSY, "for MNT_EXPIRE, too");
	sys(__NR_unlink, DIR "/file");
	is_raw(undo(0), EBUSY, "even without a name");
	sys(__NR_close, fd);
	fd = sys(__NR_open, DIR, O_RDWR | O_DIRECTORY | __O_TMPFILE, 0600);
	is_raw(undo(0), EBUSY, "or one that never had any");
	sys(__NR_close, fd);
	sys(__NR_chdir, DIR);
	is_raw(undo(0), EBUSY, "somebody is there");
	sys(__NR_chdir, "/");
	sys(__NR_mkdir, DIR "/sub", 0755);
	sys(__NR_mount, "none", DIR "/sub", "tmpfs", 0, NULL);
	is_raw(undo(0), EBUSY, "something is mounted in it");
	is_raw(sys(__NR_rmdir, DIR "/sub"), EBUSY, "where one is mounted");
	is_raw(sys(__NR_umount2, DIR "/sub", 0), 0, "the inner one");
	is_raw(undo(MNT_EXPIRE | MNT_FORCE), EINVAL, "MNT_EXPIRE, MNT_FORCE");
	is_raw(undo(MNT_EXPIRE), EAGAIN, "MNT_EXPIRE marks it");
	sys(__NR_access, DIR, 0);
	is_raw(undo(MNT_EXPIRE), EAGAIN, "which any use takes back");
	is_raw(undo(MNT_EXPIRE), 0, "and takes it away the next time");
	is_raw(undo(0), EINVAL, "it is gone");
	ok(!exists(DIR "/sub"), "so is what was in it");
}

static void read_only(void)
{
	long fd;

	do_mount("some", "tmpfs", 0);
	fd = create(DIR "/file");
	is_raw(do_mount(NULL, NULL, MS_REMOUNT | MS_RDONLY), EBUSY,
	       "a file is being written");
	sys(__NR_close, fd);
	is_raw(do_mount(NULL, NULL, MS_REMOUNT | MS_RDONLY), 0, "read only");
	is_raw(create(DIR "/other"), EROFS, "nothing is made");
	is_raw(create(DIR "/file"), EEXIST, "what is there is seen first");
	is_raw(sys(__NR_open, DIR "/file", O_WRONLY), EROFS, "written");
	is_raw(sys(__NR_unlink, DIR "/file"), EROFS, "removed");
	is_raw(sys(__NR_rename, DIR "/file", DIR "/b"), EROFS, "renamed");
	is_raw(sys(__NR_chmod, DIR "/file", 0), EROFS, "changed");
	is_raw(sys(__NR_truncate, DIR "/file", 1), EROFS, "cut");
	is_raw(sys(__NR_mkdir, DIR "/d", 0755), EROFS, "no directory");
	is_raw(sys(__NR_symlink, "x", DIR "/l"), EROFS, "no link");
	is_raw(do_mount(NULL, NULL, MS_REMOUNT), 0, "writable again");
	fd = create(DIR "/other");
	ok(fd >= 0, "and things are made");
	sys(__NR_close, fd);
	is_raw(undo(UMOUNT_NOFOLLOW), 0, "umount");
}

static void restricted(void)
{
	char *const none[] = { NULL };
	unsigned long flags = MS_NODEV | MS_NOEXEC | MS_NOSUID | MS_NOATIME;
	struct statfs64 st;
	void *map;
	long fd;

	do_mount("some", "tmpfs", flags);
	fd = sys(__NR_open, DIR "/file", O_CREAT | O_RDWR, 0755);
	sys(__NR_fstatfs64, fd, sizeof(st), &st);
	is_hex(st.f_flags & flags, flags, "statfs says how it is mounted");
	is_raw(sys(__NR_execve, DIR "/file", none, none), EACCES,
	       "MS_NOEXEC: no programs");
	qemu_differs(2, "has no executable pages");
	map = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	is_err(map, EPERM, "nor mappings of any");
	if (map != MAP_FAILED)
		munmap(map, 4096);
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	is_err(mprotect(map, 4096, PROT_READ | PROT_EXEC), EACCES, "nor later");
	munmap(map, 4096);
	sys(__NR_close, fd);
	is_raw(sys(__NR_mknod, DIR "/null", 020666, 0x103), 0, "/dev/null");
	is_raw(sys(__NR_open, DIR "/null", O_RDONLY), EACCES,
	       "MS_NODEV: not here");
	is_raw(do_mount(NULL, NULL, MS_REMOUNT), 0, "remounted");
	fd = sys(__NR_open, DIR "/null", O_RDONLY);
	ok(fd >= 0, "it is one");
	sys(__NR_close, fd);
	is_raw(undo(0), 0, "umount");
}

static void options(void)
{
	static char buf[4096];
	struct stat64 st;
	long fd, n = 0;

	is_raw(sys(__NR_mount, "some", DIR, "tmpfs", 0, "nonsense=1"), EINVAL,
	       "an option that nobody knows");
	is_raw(sys(__NR_mount, "some", DIR, "tmpfs", 0, "mode=0710,size=64k"),
	       0, "tmpfs' options");
	sys(__NR_stat64, DIR, &st);
	is_hex(st.st_mode & 07777, 0710, "the root's rights");
	fd = create(DIR "/file");
	while (sys(__NR_write, fd, buf, sizeof(buf)) == (long)sizeof(buf))
		n++;
	is_int(n, 16, "room for 16 pages");
	is_raw(sys(__NR_write, fd, buf, 1), ENOSPC, "not for a byte more");
	sys(__NR_close, fd);
	undo(0);
}

static void detached(void)
{
	char byte = 'x';
	long fd, dir;

	do_mount("some", "tmpfs", 0);
	sys(__NR_mkdir, DIR "/sub", 0755);
	sys(__NR_mount, "none", DIR "/sub", "tmpfs", 0, NULL);
	fd = create(DIR "/file");
	dir = sys(__NR_open, DIR, O_RDONLY | O_DIRECTORY, 0);
	is_raw(undo(MNT_DETACH), 0, "detached while it is in use");
	is_raw(undo(0), EINVAL, "nothing is mounted here now");
	ok(!exists(DIR "/file"), "its names are out of reach");
	is_int(sys(__NR_write, fd, &byte, 1), 1, "the open file is not");
	is_raw(sys(__NR_faccessat, dir, "file", 0), 0,
	       "nor what is below an open directory");
	is_raw(sys(__NR_faccessat, dir, "../file", 0), 0, "where .. ends");
	sys(__NR_close, fd);
	sys(__NR_close, dir);
}

/* ---- names that several make and take at once */

static int makes(void *arg)
{
	long fd;

	(void)arg;
	for (int i = 0; i < TURNS; i++) {
		fd = create(RACE "/same");
		if (fd >= 0) {
			sys(__NR_close, fd);
			if (sys(__NR_unlink, RACE "/same"))
				return 1;
		} else if (fd != -EEXIST) {
			return 2;
		}
	}
	return 0;
}

/* A name that is replaced all the time is always there. */
static int replaces(void *arg)
{
	(void)arg;
	for (int i = 0; i < TURNS; i++) {
		sys(__NR_close, create(RACE "/new"));
		if (sys(__NR_rename, RACE "/new", RACE "/there"))
			return 1;
	}
	return 0;
}

static int looks(void *arg)
{
	(void)arg;
	for (int i = 0; i < TURNS; i++)
		if (!exists(RACE "/there"))
			return 1;
	return 0;
}

/* A directory either goes, or something was made in it in time. */
static int fills(void *arg)
{
	long fd;

	(void)arg;
	for (int i = 0; i < TURNS; i++) {
		sys(__NR_mkdir, RACE "/dir", 0755);
		fd = create(RACE "/dir/file");
		if (fd < 0 && fd != -ENOENT && fd != -EEXIST)
			return 1;
		if (fd >= 0 && !exists(RACE "/dir/file"))
			return 2;
		sys(__NR_close, fd);
		sys(__NR_unlink, RACE "/dir/file");
	}
	return 0;
}

static int empties(void *arg)
{
	long err;

	(void)arg;
	for (int i = 0; i < TURNS; i++) {
		err = sys(__NR_rmdir, RACE "/dir");
		if (err && err != -ENOENT && err != -ENOTEMPTY)
			return 1;
	}
	return 0;
}

static void race(const char *name, int (*a)(void *), int (*b)(void *))
{
	int status = 0;
	long child = sys(__NR_fork);

	if (!child)
		sys(__NR_exit_group, b(NULL));
	is_int(a(NULL), 0, name);
	sys(__NR_wait4, child, &status, 0, NULL);
	is_exit(status, 0, "and the other");
}

static void races(void)
{
	sys(__NR_mkdir, RACE, 0755);
	sys(__NR_close, create(RACE "/there"));
	race("one of two makes a name", makes, makes);
	race("a name that is replaced is there", replaces, looks);
	race("rmdir and what is made in the directory", fills, empties);
	sys(__NR_unlink, RACE "/dir/file");
	sys(__NR_rmdir, RACE "/dir");
	sys(__NR_unlink, RACE "/there");
	is_raw(sys(__NR_rmdir, RACE), 0, "nothing is left");
}

int main(void)
{
	/* Where there are namespaces: not for the whole machine. */
	if (!sys(__NR_unshare, CLONE_NEWNS))
		sys(__NR_mount, "none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	sys(__NR_mkdir, DIR, 0755);
	if (do_mount("none", "tmpfs", 0) == -EPERM) {
		skip("mount()", "only root may");
	} else {
		undo(0);
		refusals();
		in_use();
		read_only();
		restricted();
		options();
		detached();
	}
	sys(__NR_rmdir, DIR);
	races();
	return done_testing();
}
