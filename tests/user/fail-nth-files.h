/*
 * fail-nth-files.h - the lines of fail-nth.c about files, names, pipes, and
 * the calls that take lists from the program.
 */

static int fd, out, ends[2];
static char buf[16384];

static void make_file(void)
{
	fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0644);
	memset(buf, 'f', 6000);
	write(fd, buf, 6000);
	close(fd);
}

static void before_fd(void)
{
	fd = open("file", O_RDWR, 0);
}

static void before_new_fd(void)
{
	fd = open("new", O_RDWR | O_CREAT, 0644);
}

static void after_fd(long result)
{
	(void)result;
	close(fd);
}

static void after_result(long result)
{
	if (!RAW_FAILED(result))
		close((int)result);
	unlink("new");
}

/* As it was before line by line: the next line finds it so. */
static void after_write(long result)
{
	after_fd(result);
	unlink("new");
	make_file();
}

static void after_new(long result)
{
	(void)result;
	unlink("new");
	sys(__NR_rmdir, "new");
}

CALL(open, __NR_open, "file", O_RDWR)
CALL(create, __NR_open, "new", O_RDWR | O_CREAT | O_EXCL, 0644)

static long call_open_missing(void)
{
	return sys(__NR_open, "missing", O_RDWR) == -ENOMEM ? -ENOMEM : 0;
}

CALL(dup_far, __NR_dup2, fd, 900)

static void after_dup_far(long result)
{
	after_fd(result);
	close(900);
}

CALL(fcntl_dup, __NR_fcntl64, fd, F_DUPFD, 950)

static void after_fcntl_dup(long result)
{
	after_fd(result);
	close(950);
}

CALL(pipe, __NR_pipe2, ends, 0)

static void after_pipe(long result)
{
	if (RAW_FAILED(result))
		return;
	close(ends[0]);
	close(ends[1]);
}

static void before_pipe(void)
{
	sys(__NR_pipe2, ends, O_NONBLOCK);
}

static void before_full_pipe(void)
{
	before_pipe();
	write(ends[1], buf, 100);
}

static void after_ends(long result)
{
	(void)result;
	after_pipe(0);
}

static long call_write_pipe(void)
{
	long n = sys(__NR_write, ends[1], buf, 3 * PAGE_SIZE);
	struct pollfd in = { ends[0], POLLIN, 0 };

	if (RAW_FAILED(n) && poll(&in, 1, 0))
		return -EIO; /* there are bytes all the same */
	return n;
}

CALL(read_pipe, __NR_read, ends[0], buf, 100)
CALL(write_file, __NR_pwrite64, fd, buf, 100, 0, 0, 0)
CALL(write_new, __NR_write, fd, buf, 3 * PAGE_SIZE)

static long call_append(void)
{
	sys(__NR_lseek, fd, 1 << 20, 0);
	return sys(__NR_write, fd, buf, 100);
}

CALL(read_file, __NR_read, fd, buf, 6000)

static long call_writev(void)
{
	struct iovec v[100];

	for (int i = 0; i < 100; i++)
		v[i] = (struct iovec){ buf, 10 };
	return sys(__NR_writev, fd, v, 100);
}

CALL(sendfile, __NR_sendfile64, out, fd, 0, 6000)

static void before_sendfile(void)
{
	before_fd();
	out = open("new", O_RDWR | O_CREAT, 0644);
}

static void after_sendfile(long result)
{
	close(out);
	after_fd(result);
	unlink("new");
}

CALL(ftruncate, __NR_ftruncate, fd, 100000)
CALL(ftruncate_down, __NR_ftruncate, fd, 100)

/* Offset and length are of 64 bits, each. */
CALL(fallocate, __NR_fallocate, fd, 0, 0, 0, 10 * PAGE_SIZE, 0)

/* A file that has pages 2 and 5: those, and no others, stay. */
static void before_half(void)
{
	before_new_fd();
	sys(__NR_ftruncate, fd, 10 * PAGE_SIZE);
	for (long page = 2; page <= 5; page += 3) {
		lseek(fd, page * PAGE_SIZE, 0);
		write(fd, "x", 1);
	}
}

static long call_fallocate_half(void)
{
	stat_t before, st;
	long result;

	fstat(fd, &before);
	result = call_fallocate();
	fstat(fd, &st);
	if (RAW_FAILED(result) && st.st_blocks != before.st_blocks)
		return -EIO;
	return result;
}

CALL(mkdir, __NR_mkdir, "new", 0755)
CALL(mknod, __NR_mknod, "new", 0010644, 0)
CALL(link, __NR_link, "file", "new")
CALL(symlink, __NR_symlink, "file", "new")

static void before_symlink(void)
{
	sys(__NR_symlink, "file", "new");
}

CALL(readlink, __NR_readlink, "new", buf, 100)
CALL(open_symlink, __NR_open, "new", O_RDWR)
CALL(rename, __NR_rename, "file", "new")

static void after_rename(long result)
{
	if (!RAW_FAILED(result))
		sys(__NR_rename, "new", "file");
	after_new(result);
}

static void before_link(void)
{
	sys(__NR_link, "file", "new");
}

CALL(unlink, __NR_unlink, "new")

static void before_dir(void)
{
	sys(__NR_mkdir, "new", 0755);
}

CALL(rmdir, __NR_rmdir, "new")

static void before_open_dir(void)
{
	fd = open("/proc/self", O_RDONLY | O_DIRECTORY, 0);
}

CALL(getdents, __NR_getdents64, fd, buf, sizeof(buf))
CALL(getcwd, __NR_getcwd, buf, 200)
CALL(chdir, __NR_chdir, ".")
CALL(stat, __NR_stat64, "/proc/self/maps", buf)
CALL(memfd, __NR_memfd_create, "some", 0)

static long read_proc(const char *path)
{
	long in = sys(__NR_open, path, O_RDONLY), n;

	if (RAW_FAILED(in))
		return in;
	n = sys(__NR_read, in, buf, sizeof(buf));
	sys(__NR_close, in);
	return n;
}

static long call_proc_maps(void)
{
	return read_proc("/proc/self/maps");
}

static long call_proc_smaps(void)
{
	return read_proc("/proc/self/smaps");
}

static long call_proc_status(void)
{
	return read_proc("/proc/self/status");
}

static long call_proc_cmdline(void)
{
	return read_proc("/proc/self/cmdline");
}

CALL(proc_exe, __NR_readlink, "/proc/self/exe", buf, 200)

static long call_poll(void)
{
	static struct pollfd many[900];

	for (int i = 0; i < 900; i++)
		many[i] = (struct pollfd){ 0, 0, 0 };
	return sys(__NR_poll, many, 900, 0);
}

static long call_select(void)
{
	struct timespec none = { 0, 0 };
	static unsigned long set[32];

	return sys(__NR__newselect, 1000, set, set, set, &none);
}

CALL(flock, __NR_flock, fd, 2 | 4)

static long call_lock(void)
{
	struct flock64 lock = { .l_type = F_WRLCK, .l_start = 1, .l_len = 9 };

	return sys(__NR_fcntl64, fd, F_SETLK64, &lock);
}

static const struct line file_lines[] = {
	{ "open", NULL, call_open, after_result, 0 },
	{ "open creates", NULL, call_create, after_result, 0 },
	{ "open of nothing", NULL, call_open_missing, NULL, 0 },
	{ "dup2", before_fd, call_dup_far, after_dup_far, 0 },
	{ "fcntl dupfd", before_fd, call_fcntl_dup, after_fcntl_dup, 0 },
	{ "pipe2", NULL, call_pipe, after_pipe, ENFILE },
	{ "write to a pipe", before_pipe, call_write_pipe, after_ends, 0 },
	{ "read from a pipe", before_full_pipe, call_read_pipe, after_ends, 0 },
	{ "pwrite64", before_fd, call_write_file, after_write, 0 },
	{ "write", before_new_fd, call_write_new, after_write, 0 },
	{ "write far out", before_new_fd, call_append, after_write, 0 },
	{ "read", before_fd, call_read_file, after_fd, 0 },
	{ "writev", before_fd, call_writev, after_write, 0 },
	{ "sendfile", before_sendfile, call_sendfile, after_sendfile, 0 },
	{ "ftruncate", before_fd, call_ftruncate, after_write, 0 },
	{ "ftruncate down", before_fd, call_ftruncate_down, after_write, 0 },
	{ "fallocate", before_fd, call_fallocate, after_write, 0 },
	{ "fallocate, new", before_new_fd, call_fallocate, after_write, 0 },
	{ "fallocate, half", before_half, call_fallocate_half, after_write, 0 },
	{ "mkdir", NULL, call_mkdir, after_new, 0 },
	{ "mknod", NULL, call_mknod, after_new, 0 },
	{ "link", NULL, call_link, after_new, 0 },
	{ "symlink", NULL, call_symlink, after_new, 0 },
	{ "readlink", before_symlink, call_readlink, after_new, 0 },
	{ "open of a symlink", before_symlink, call_open_symlink, after_result,
	  0 },
	{ "rename", NULL, call_rename, after_rename, 0 },
	{ "rename over", before_symlink, call_rename, after_rename, 0 },
	{ "unlink", before_link, call_unlink, after_new, 0 },
	{ "rmdir", before_dir, call_rmdir, after_new, 0 },
	{ "getdents64", before_open_dir, call_getdents, after_fd, 0 },
	{ "getcwd", NULL, call_getcwd, NULL, 0 },
	{ "chdir", NULL, call_chdir, NULL, 0 },
	{ "stat64", NULL, call_stat, NULL, 0 },
	{ "memfd_create", NULL, call_memfd, after_result, 0 },
	{ "/proc/self/maps", NULL, call_proc_maps, NULL, 0 },
	{ "/proc/self/smaps", NULL, call_proc_smaps, NULL, 0 },
	{ "/proc/self/status", NULL, call_proc_status, NULL, 0 },
	{ "/proc/self/cmdline", NULL, call_proc_cmdline, NULL, 0 },
	{ "/proc/self/exe", NULL, call_proc_exe, NULL, 0 },
	{ "poll", NULL, call_poll, NULL, 0 },
	{ "select", NULL, call_select, NULL, 0 },
	{ "flock", before_fd, call_flock, after_fd, ENOLCK },
	{ "fcntl lock", before_fd, call_lock, after_fd, ENOLCK },
};
