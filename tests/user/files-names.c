/*
 * files-names.c - paths and directories: errors, links, rename, unlink.
 */
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/fs.h>

#define CWD AT_FDCWD

static long mkfile(const char *path, const char *text)
{
	long fd = sys(__NR_openat, CWD, path, O_CREAT | O_TRUNC | O_RDWR, 0644);

	if (fd >= 0) {
		sys(__NR_write, fd, text, strlen(text));
		sys(__NR_close, fd);
	}
	return fd;
}

static long size_of(const char *path)
{
	struct stat64 st;
	long err = sys(__NR_stat64, path, &st);

	return err ? err : (long)st.st_size;
}

static long nlink_of(const char *path)
{
	struct stat64 st;
	long err = sys(__NR_lstat64, path, &st);

	return err ? err : (long)st.st_nlink;
}

static void walk_errors(void)
{
	static char longname[4200], path[4200];

	is_raw(size_of(""), ENOENT, "an empty path");
	is_raw(size_of("no"), ENOENT, "a name that is not there");
	is_raw(sys(__NR_readlink, "", path, 9), ENOENT, "nor a link");
	is_raw(sys(__NR_open, "/proc/x", O_CREAT | O_RDWR, 0600), ENOENT,
	       "nor anything that /proc does not make");
	is_raw(sys(__NR_open, "file/", O_CREAT | O_RDWR, 0600), EISDIR,
	       "a file is made without a slash");
	is_raw(sys(__NR_open, "dir/", O_CREAT | O_EXCL, 0600), EISDIR,
	       "or not at all");
	is_raw(sys(__NR_open, "new", O_CREAT | O_DIRECTORY, 0600), EINVAL,
	       "nor as a directory");
	is_raw(size_of("file/x"), ENOTDIR, "a file as a directory");
	is_raw(size_of("file/"), ENOTDIR, "a slash after a file");
	is_raw(size_of("no/x"), ENOENT, "a directory that is not there");
	is_int(size_of("./dir/../file"), 5, "dots in the middle");
	is_int(size_of("dir//..///file"), 5, "several slashes");
	memset(longname, 'n', 256);
	is_raw(size_of(longname), ENAMETOOLONG, "a name of 256 bytes");
	longname[255] = 0;
	is_raw(size_of(longname), ENOENT, "one of 255 may be");
	for (int i = 0; i < 4098; i += 2)
		memcpy(path + i, "./", 2);
	is_raw(size_of(path), ENAMETOOLONG, "a path of 4098 bytes");
	is_raw(sys(__NR_stat64, 8, path), EFAULT, "a path that is not there");
	is_raw(sys(__NR_openat, 99, "x", 0, 0), EBADF, "a closed dirfd");
	is_int(size_of("/../../.."), size_of("/"), "nothing is above the root");
}

static void symlinks(void)
{
	char buf[100];

	is_raw(sys(__NR_symlink, "file", "link"), 0, "symlink");
	is_int(size_of("link"), 5, "a link is followed");
	is_int(sys(__NR_readlink, "link", buf, 100), 4, "readlink");
	ok(!memcmp(buf, "file", 4), "it says what was said");
	is_int(sys(__NR_readlink, "link", buf, 2), 2, "readlink cuts");
	is_raw(sys(__NR_readlink, "file", buf, 100), EINVAL, "not a link");
	is_raw(sys(__NR_readlink, "link", buf, 0), EINVAL, "no room at all");
	is_raw(sys(__NR_symlink, "x", "link"), EEXIST, "the name is taken");
	is_raw(sys(__NR_symlink, "", "e"), ENOENT, "a link to nothing");
	sys(__NR_symlink, "loop2", "loop1");
	sys(__NR_symlink, "loop1", "loop2");
	is_raw(size_of("loop1"), ELOOP, "links in a circle");
	is_raw(sys(__NR_open, "link", O_RDONLY | O_NOFOLLOW, 0), ELOOP,
	       "O_NOFOLLOW");
	sys(__NR_symlink, "dangling-to", "dangling");
	is_raw(sys(__NR_open, "dangling", O_RDONLY, 0), ENOENT,
	       "a link to a name that is not there");
	is_raw(sys(__NR_open, "dangling", O_CREAT | O_EXCL | O_RDWR, 0600),
	       EEXIST, "O_EXCL does not follow");
	ok(mkfile("dangling", "1234567") >= 0, "O_CREAT makes what it names");
	is_int(size_of("dangling-to"), 7, "there");
	is_raw(sys(__NR_unlink, "dangling"), 0, "unlink takes the link");
	is_int(size_of("dangling-to"), 7, "not the file");
	sys(__NR_unlink, "dangling-to");
	sys(__NR_unlink, "loop1");
	sys(__NR_unlink, "loop2");
}

/* 40 links, each to the next: as many as there may be. */
static void chain(void)
{
	char from[] = "chain00", to[] = "file";
	const char *next = to;
	char names[2][8];

	for (int i = 0; i < 41; i++) {
		from[5] = (char)('0' + i / 10);
		from[6] = (char)('0' + i % 10);
		sys(__NR_symlink, next, from);
		memcpy(names[i % 2], from, 8);
		next = names[i % 2];
	}
	is_int(size_of("chain39"), 5, "a chain of 40 links");
	is_raw(size_of("chain40"), ELOOP, "one of 41");
	for (int i = 0; i < 41; i++) {
		from[5] = (char)('0' + i / 10);
		from[6] = (char)('0' + i % 10);
		sys(__NR_unlink, from);
	}
	is_raw(sys(__NR_open, "file", O_TMPFILE | O_RDWR, 0600), ENOTDIR,
	       "O_TMPFILE in a file");
	sys(__NR_symlink, "dir", "link");
	is_raw(sys(__NR_open, "link", O_NOFOLLOW | O_DIRECTORY, 0), ENOTDIR,
	       "a link is not a directory");
	is_raw(sys(__NR_open, "link", O_NOFOLLOW, 0), ELOOP, "nor a file");
	sys(__NR_unlink, "link");
}

static void hard_links(void)
{
	is_raw(sys(__NR_link, "file", "hard"), 0, "link");
	is_int(nlink_of("file"), 2, "two names");
	is_raw(sys(__NR_link, "file", "hard"), EEXIST, "the name is taken");
	is_raw(sys(__NR_link, "dir", "hard2"), EPERM, "not a directory's");
	is_raw(sys(__NR_link, "no", "hard2"), ENOENT, "not of nothing");
	is_raw(sys(__NR_link, "file",
		   getenv("TMPDIR") ? "/dev/shm/names" : "/tmp/names"),
	       EXDEV, "not elsewhere");
	is_raw(sys(__NR_rename, "file", "hard"), 0, "rename to itself");
	is_int(nlink_of("file"), 2, "does nothing");
	is_raw(sys(__NR_unlink, "hard"), 0, "unlink");
	is_int(nlink_of("file"), 1, "one name");
}

static void directories(void)
{
	is_int(nlink_of("dir"), 2, "an empty directory has two links");
	is_raw(sys(__NR_mkdir, "dir/sub", 0755), 0, "mkdir");
	is_int(nlink_of("dir"), 3, "three with one in it");
	is_raw(sys(__NR_mkdir, "dir", 0755), EEXIST, "mkdir again");
	is_raw(sys(__NR_mkdir, "file/x", 0755), ENOTDIR, "mkdir in a file");
	is_raw(sys(__NR_mkdir, "dir/slash/", 0755), 0, "mkdir with a slash");
	is_raw(sys(__NR_rmdir, "dir/slash/"), 0, "rmdir with a slash");
	is_raw(sys(__NR_rmdir, "dir"), ENOTEMPTY, "rmdir of a full one");
	is_raw(sys(__NR_rmdir, "file"), ENOTDIR, "rmdir of a file");
	is_raw(sys(__NR_rmdir, "dir/."), EINVAL, "rmdir of .");
	is_raw(sys(__NR_rmdir, "dir/sub/.."), ENOTEMPTY, "rmdir of ..");
	is_raw(sys(__NR_rmdir, "/"), EBUSY, "rmdir of /");
	is_raw(sys(__NR_unlink, "dir"), EISDIR, "unlink of a directory");
	is_raw(sys(__NR_open, "dir", O_RDWR, 0), EISDIR, "write to one");
	is_raw(sys(__NR_open, "file", O_DIRECTORY, 0), ENOTDIR,
	       "O_DIRECTORY on a file");
	is_raw(sys(__NR_open, "new/", O_CREAT | O_RDWR, 0600), EISDIR,
	       "O_CREAT with a slash");
}

static void renames(void)
{
	long err;

	mkfile("a", "a");
	mkfile("b", "bb");
	is_raw(sys(__NR_rename, "a", "b"), 0, "rename over a file");
	is_int(size_of("b"), 1, "the new one is there");
	is_raw(size_of("a"), ENOENT, "the old name is not");
	is_raw(sys(__NR_rename, "b", "dir"), EISDIR, "a file over a directory");
	is_raw(sys(__NR_rename, "b", "dir/"), ENOTDIR, "with a slash");
	is_raw(sys(__NR_rename, "b", "file/"), ENOTDIR, "or over a file");
	is_raw(sys(__NR_rename, "dir", "b"), ENOTDIR, "the reverse");
	is_raw(sys(__NR_rename, "dir", "dir/sub/x"), EINVAL, "into itself");
	is_raw(sys(__NR_rename, "dir/sub", "dir"), ENOTEMPTY,
	       "over its parent");
	is_raw(sys(__NR_rename, "dir/sub", "sub"), 0, "a directory moves");
	is_int(nlink_of("dir"), 2, "its old parent has a link less");
	is_raw(sys(__NR_rename, "no", "x"), ENOENT, "nothing to rename");
	is_raw(sys(__NR_rename, "b", "no/x"), ENOENT, "nowhere to go");
	is_raw(sys(__NR_rename, ".", "x"), EBUSY, "rename of .");
	mkfile("c", "ccc");
	is_raw(sys(__NR_renameat2, CWD, "b", CWD, "c", RENAME_NOREPLACE),
	       EEXIST, "RENAME_NOREPLACE");
	is_raw(sys(__NR_renameat2, CWD, "b", CWD, "c/", RENAME_EXCHANGE),
	       ENOTDIR, "an exchange: neither may be a directory by a slash");
	err = sys(__NR_renameat2, CWD, "b", CWD, "c", RENAME_EXCHANGE);
	if (err == -EINVAL && getenv("TMPDIR")) {
		skip("RENAME_EXCHANGE", "ext2 does not");
	} else {
		is_raw(err, 0, "RENAME_EXCHANGE");
		is_int(size_of("b") * 10 + size_of("c"), 31,
		       "has exchanged them");
	}
	is_raw(sys(__NR_renameat2, CWD, "b", CWD, "c", 3), EINVAL, "both");
}

static int move_as_user(void *unused)
{
	(void)unused;
	sys(__NR_setresuid32, 1000, 1000, 1000);
	return (int)-sys(__NR_rename, "from/moves", "to/moves");
}

/* A directory that moves has another "..", so it must be writable, too. */
static void moves(void)
{
	static const char *const names[] = { "from", "to", "from/moves" };

	for (int i = 0; i < 3; i++) {
		sys(__NR_mkdir, names[i], 0755);
		sys(__NR_chown32, names[i], 1000, 1000);
	}
	sys(__NR_chmod, names[2], 0555);
	is_exit(in_child(move_as_user, NULL), EACCES, "one's own, read-only");
	sys(__NR_chmod, names[2], 0755);
	is_exit(in_child(move_as_user, NULL), 0, "or not");
	sys(__NR_rmdir, "to/moves");
	sys(__NR_rmdir, names[1]);
	is_raw(sys(__NR_rmdir, names[0]), 0, "gone");
}

/* A file without a name gets one, once, unless O_EXCL forbids it. */
static void unnamed(void)
{
	char path[] = "/proc/self/fd/0";
	long fd = sys(__NR_open, "dir", O_TMPFILE | O_RDWR, 0600);

	ok(fd >= 0 && fd < 10, "O_TMPFILE");
	path[14] = (char)('0' + fd);
	sys(__NR_write, fd, "123", 3);
	is_raw(sys(__NR_linkat, CWD, path, CWD, "named", AT_SYMLINK_FOLLOW), 0,
	       "linkat gives it a name");
	is_int(size_of("named") * 10 + nlink_of("named"), 31, "one");
	is_raw(sys(__NR_unlink, "named"), 0, "which goes");
	is_raw(sys(__NR_linkat, CWD, path, CWD, "named", AT_SYMLINK_FOLLOW),
	       ENOENT, "for ever");
	sys(__NR_close, fd);
	sys(__NR_open, "dir", O_TMPFILE | O_RDWR | O_EXCL, 0600);
	is_raw(sys(__NR_linkat, CWD, path, CWD, "named", AT_SYMLINK_FOLLOW),
	       ENOENT, "O_EXCL: never");
	sys(__NR_close, fd);
}

struct dirent64 {
	unsigned long long ino, off;
	unsigned short reclen;
	unsigned char type;
	char name[];
} __attribute__((packed));

static void listing(void)
{
	char buf[120], names[400] = "";
	long fd = sys(__NR_open, "list", O_RDONLY | O_DIRECTORY, 0), n;

	is_raw(sys(__NR_getdents64, fd, buf, 10), EINVAL, "too small a buffer");
	while ((n = sys(__NR_getdents64, fd, buf, sizeof(buf))) > 0)
		for (long i = 0; i < n;) {
			struct dirent64 *d = (void *)(buf + i);

			if (d->name[0] != '.')
				names[strlen(names)] = d->name[0];
			i += d->reclen;
		}
	is_int(n, 0, "getdents64 comes to an end");
	is_int((long)strlen(names), 8, "every name, once");
	is_raw(sys(__NR_getdents64, 1 + fd, buf, 100), EBADF, "closed");
	sys(__NR_close, fd);
}

static void working_directory(void)
{
	char buf[64];
	long fd = sys(__NR_open, ".", O_RDONLY, 0), gone;

	is_raw(sys(__NR_chdir, "sub"), 0, "chdir");
	ok(sys(__NR_getcwd, buf, 64) > 4, "getcwd");
	ok(!strcmp(buf + strlen(buf) - 4, "/sub"), "ends in the name: %s", buf);
	is_raw(sys(__NR_getcwd, buf, 3), ERANGE, "getcwd without room");
	is_raw(sys(__NR_rmdir, "../sub"), 0, "it can be removed");
	is_raw(sys(__NR_getcwd, buf, 64), ENOENT, "then getcwd fails");
	is_raw(sys(__NR_open, "x", O_CREAT | O_RDWR, 0600), ENOENT,
	       "nothing can be made in it");
	gone = sys(__NR_open, ".", O_RDONLY, 0);
	is_raw(sys(__NR_getdents64, gone, buf, 64), ENOENT, "or listed");
	sys(__NR_close, gone);
	is_raw(sys(__NR_fchdir, fd), 0, "fchdir");
	is_raw(sys(__NR_chdir, "file"), ENOTDIR, "chdir to a file");
	sys(__NR_close, fd);
}

int main(void)
{
	char name[] = "list/a";
	const char *dir = scratch("names");

	sys(__NR_mkdir, dir, 0755);
	sys(__NR_chdir, dir);
	mkfile("file", "12345");
	sys(__NR_mkdir, "dir", 0755);
	sys(__NR_mkdir, "list", 0755);
	for (; name[5] < 'i'; name[5]++)
		mkfile(name, "");
	walk_errors();
	symlinks();
	chain();
	hard_links();
	directories();
	renames();
	moves();
	unnamed();
	listing();
	working_directory();
	for (name[5] = 'a'; name[5] < 'i'; name[5]++)
		sys(__NR_unlink, name);
	sys(__NR_unlink, "b");
	sys(__NR_unlink, "c");
	sys(__NR_unlink, "file");
	sys(__NR_unlink, "link");
	sys(__NR_rmdir, "dir");
	is_raw(sys(__NR_rmdir, "list"), 0, "empty again");
	sys(__NR_chdir, "/");
	is_raw(sys(__NR_rmdir, dir), 0, "all gone");
	return done_testing();
}
