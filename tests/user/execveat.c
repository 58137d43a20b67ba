/*
 * execveat.c - a program by descriptor and name, by a descriptor alone, as a memfd;
 * and what it refuses.
 */
#include "user/lib/string.h"
#include "user/lib/tap.h"

#include <linux/memfd.h>

static char self[] = "/proc/self/exe", word[] = "child";
static char *argv_child[] = { self, word, NULL };
static int flags, fd;
static const char *path;

static int run(void *unused)
{
	(void)unused;
	return (int)-sys(__NR_execveat, fd, path, argv_child, environ, flags);
}

static int exec(int dirfd, const char *name, int how)
{
	fd = dirfd;
	path = name;
	flags = how;
	return in_child(run, NULL);
}

/* A copy of this program in an open file. */
static int copy_to(int to)
{
	static char buf[65536];
	int from = open(self, O_RDONLY, 0), n;

	while ((n = (int)read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			return -1;
	close(from);
	return to;
}

static void by_name(void)
{
	int dir, file = copy_to(open("/tmp/execveat.copy",
				     O_WRONLY | O_CREAT | O_TRUNC, 0755));

	close(file);
	dir = open("/tmp", O_RDONLY | O_DIRECTORY, 0);
	is_exit(exec(AT_FDCWD, "/tmp/execveat.copy", 0), 42,
		"an absolute name");
	is_exit(exec(-1, "/tmp/execveat.copy", 0), 42, "needs no directory");
	is_exit(exec(dir, "execveat.copy", 0), 42, "in a directory");
	is_exit(exec(dir, "nothing", 0), ENOENT, "not there");
	is_exit(exec(-1, "execveat.copy", 0), EBADF, "a bad descriptor");
	is_exit(exec(dir, "", 0), ENOENT, "no name");
	is_exit(exec(dir, "", AT_EMPTY_PATH), EACCES, "a directory itself");
	is_exit(exec(dir, "execveat.copy", 1), EINVAL, "an unknown flag");
	sys(__NR_symlink, "execveat.copy", "/tmp/execveat.link");
	is_exit(exec(dir, "execveat.link", 0), 42, "a link");
	is_exit(exec(dir, "execveat.link", AT_SYMLINK_NOFOLLOW), ELOOP,
		"not followed");
	unlink("/tmp/execveat.link");
	sys(__NR_chmod, "/tmp/execveat.copy", 0644);
	is_exit(exec(dir, "execveat.copy", 0), EACCES, "not executable");
	sys(__NR_chmod, "/tmp/execveat.copy", 0755);
	file = open("/tmp/execveat.copy", O_RDONLY, 0);
	unlink("/tmp/execveat.copy");
	is_exit(exec(file, "", AT_EMPTY_PATH), 42, "a file without a name");
	is_exit(exec(file, "x", AT_EMPTY_PATH), ENOTDIR, "is no directory");
	close(file);
	close(dir);
}

static void in_memory(void)
{
	int file = copy_to((int)sys(__NR_memfd_create, "program", 0));

	is_exit(exec(file, "", AT_EMPTY_PATH), 42,
		"a memfd, although it is open for writing");
	close(file);
}

int main(int argc, char *argv[])
{
	if (argc > 1 && !strcmp(argv[1], word))
		return 42;
	if (under_qemu()) {
		skip("execveat", "what is executed is qemu-user");
		return done_testing();
	}
	by_name();
	in_memory();
	return done_testing();
}
