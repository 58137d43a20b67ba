/*
 * fail-nth-whole.h - the lines of fail-nth.c about whole files and trees: copying,
 * cutting, sealing, mounting, and what /proc tells of them.
 */

CALL(copy_range, __NR_copy_file_range, fd, 0, out, 0, 6000, 0)
CALL(splice_pipe, __NR_sendfile64, ends[1], fd, 0, 6000)

static void before_fd_and_pipe(void)
{
	before_fd();
	before_pipe();
}

static void after_fd_and_pipe(long result)
{
	after_fd(result);
	after_ends(result);
}

static void before_memfd(void)
{
	fd = (int)sys(__NR_memfd_create, "some", 2 /* MFD_ALLOW_SEALING */);
	write(fd, buf, 6000);
}

CALL(seal, __NR_fcntl64, fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW)
CALL(punch, __NR_fallocate, fd, 3 /* PUNCH_HOLE | KEEP_SIZE */, 100, 0, 5000, 0)
CALL(mount, __NR_mount, "none", "new", "tmpfs", 0, 0)

static void after_mount(long result)
{
	if (!RAW_FAILED(result))
		sys(__NR_umount2, "new", 0);
	after_new(result);
}

static void before_mount(void)
{
	before_dir();
	call_mount();
}

CALL(umount, __NR_umount2, "new", 0)

static void after_umount(long result)
{
	if (RAW_FAILED(result))
		sys(__NR_umount2, "new", 0);
	after_new(result);
}

CALL(statx, __NR_statx, -100, "/tmp/fail-nth/file", 0, 0x7ff, buf)
CALL(statfs, __NR_statfs64, "/tmp/fail-nth/file", 84, buf)
CALL(utimensat, __NR_utimensat, -100, "file", 0, 0)
CALL(renameat2, __NR_renameat2, -100, "file", -100, "new", 2)

static void after_exchange(long result)
{
	if (!RAW_FAILED(result))
		call_renameat2();
	after_new(result);
}

CALL(truncate, __NR_truncate, "file", 100)

static long call_readv(void)
{
	struct iovec v[100];

	for (int i = 0; i < 100; i++)
		v[i] = (struct iovec){ buf, 10 };
	return sys(__NR_readv, fd, v, 100);
}

static long call_proc_mounts(void)
{
	return read_proc("/proc/self/mounts");
}

static long call_proc_pagetable(void)
{
	return read_proc("/proc/self/pagetable");
}

static const struct line whole_lines[] = {
	{ "copy_file_range", before_sendfile, call_copy_range, after_sendfile,
	  0 },
	{ "sendfile to a pipe", before_fd_and_pipe, call_splice_pipe,
	  after_fd_and_pipe, 0 },
	{ "readv", before_fd, call_readv, after_fd, 0 },
	{ "truncate", before_fd, call_truncate, after_write, 0 },
	{ "punching a hole", before_memfd, call_punch, after_fd, 0 },
	{ "fcntl seals", before_memfd, call_seal, after_fd, 0 },
	{ "mount", before_dir, call_mount, after_mount, 0 },
	{ "umount2", before_mount, call_umount, after_umount, 0 },
	{ "statx", NULL, call_statx, NULL, 0 },
	{ "statfs64", NULL, call_statfs, NULL, 0 },
	{ "utimensat", NULL, call_utimensat, NULL, 0 },
	{ "renameat2, exchange", before_symlink, call_renameat2, after_exchange,
	  0 },
	{ "/proc/self/mounts", NULL, call_proc_mounts, NULL, 0 },
	{ "/proc/self/pagetable", NULL, call_proc_pagetable, NULL, 0 },
};
