/*
 * sys_file.h - the system calls about files. Pointers are the program's; 64-bit
 * arguments come as two words, the low one first.
 */
#ifndef KERNEL_SYS_FILE_H
#define KERNEL_SYS_FILE_H

#include "mm/types.h"

struct iovec;
struct pollfd;
struct stat64;
struct statfs64;
struct statx;

/* ---- sys_file.c: bytes of files */
long sys_openat(int dirfd, const char *upath, u32 flags, u32 mode);
long sys_open(const char *path, u32 flags, u32 mode);
long sys_creat(const char *path, u32 mode);
long sys_close(int fd);
long sys_close_range(u32 first, u32 last, u32 flags);
long sys_read(int fd, void *buf, u32 n);
long sys_write(int fd, const void *buf, u32 n);
long sys_pread64(int fd, void *buf, u32 n, u32 lo, u32 hi);
long sys_pwrite64(int fd, const void *buf, u32 n, u32 lo, u32 hi);
long sys_readv(int fd, const struct iovec *iov, u32 n);
long sys_writev(int fd, const struct iovec *iov, u32 n);
long sys_preadv(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi);
long sys_pwritev(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi);
long sys_lseek(int fd, long offset, u32 whence);
long sys__llseek(int fd, u32 hi, u32 lo, u64 *result, u32 whence);
long sys_ftruncate64(int fd, u32 lo, u32 hi);
long sys_ftruncate(int fd, long size);
long sys_truncate64(const char *path, u32 lo, u32 hi);
long sys_truncate(const char *path, long size);
long sys_fallocate(int fd, u32 mode, u32 start_lo, u32 start_hi, u32 len_lo,
		   u32 len_hi);
long sys_fsync(int fd);
long sys_fdatasync(int fd);
long sys_sync(void);
long sys_memfd_create(const char *uname, u32 flags);

long sys_sendfile64(int out_fd, int in_fd, u64 *upos, u32 n);
long sys_sendfile(int out_fd, int in_fd, s32 *upos, u32 n);
long sys_preadv2(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi,
		 u32 flags);
long sys_pwritev2(int fd, const struct iovec *iov, u32 n, u32 lo, u32 hi,
		  u32 flags);
long sys_copy_file_range(int in_fd, u64 *in_upos, int out_fd, u64 *out_upos,
			 u32 n, u32 flags);

/* ---- sys_sync.c: writing back, hints */
long sys_fadvise64_64(int fd, u32 lo, u32 hi, u32 len_lo, u32 len_hi,
		      u32 advice);
long sys_fadvise64(int fd, u32 lo, u32 hi, u32 len, u32 advice);
long sys_readahead(int fd, u32 lo, u32 hi, u32 count);
long sys_sync_file_range(int fd, u32 lo, u32 hi, u32 n_lo, u32 n_hi, u32 flags);
long sys_syncfs(int fd);

/* ---- sys_fd.c: descriptors */
long sys_dup(int fd);
long sys_dup3(int fd, int to, u32 flags);
long sys_dup2(int fd, int to);
long sys_pipe2(int *fds, u32 flags);
long sys_pipe(int *fds);
long sys_flock(int fd, u32 op);
long sys_fcntl64(int fd, u32 cmd, u32 arg);
long sys_ioctl(int fd, u32 cmd, u32 arg);

/* ---- sys_poll.c: waiting for several */
long sys_poll(struct pollfd *fds, u32 n, int timeout_ms);
long sys_ppoll(struct pollfd *fds, u32 n, const void *timeout, const void *mask,
	       u32 size);
long sys_ppoll_time64(struct pollfd *fds, u32 n, const void *timeout,
		      const void *mask, u32 size);
long sys__newselect(u32 n, void *in, void *out, void *except, s32 *timeout);
long sys_pselect6(u32 n, void *in, void *out, void *except, const void *timeout,
		  const u32 *sigmask);
long sys_pselect6_time64(u32 n, void *in, void *out, void *except,
			 const void *timeout, const u32 *sigmask);

/* ---- sys_stat.c: what is known of a file */
long sys_fstatat64(int dirfd, const char *path, struct stat64 *st, u32 flags);
long sys_stat64(const char *path, struct stat64 *st);
long sys_lstat64(const char *path, struct stat64 *st);
long sys_fstat64(int fd, struct stat64 *st);
long sys_statx(int dirfd, const char *path, u32 flags, u32 mask,
	       struct statx *st);
long sys_faccessat2(int dirfd, const char *path, u32 mode, u32 flags);
long sys_faccessat(int dirfd, const char *path, u32 mode);
long sys_access(const char *path, u32 mode);
long sys_fchmodat(int dirfd, const char *path, u32 mode);
long sys_chmod(const char *path, u32 mode);
long sys_fchmod(int fd, u32 mode);
long sys_fchownat(int dirfd, const char *path, u32 uid, u32 gid, u32 flags);
long sys_chown32(const char *path, u32 uid, u32 gid);
long sys_lchown32(const char *path, u32 uid, u32 gid);
long sys_fchown32(int fd, u32 uid, u32 gid);
long sys_umask(u32 mask);
long sys_utimensat(int dirfd, const char *path, const void *times, u32 flags);
long sys_utimensat_time64(int dirfd, const char *path, const void *times,
			  u32 flags);
long sys_statfs64(const char *path, u32 size, struct statfs64 *to);
long sys_fstatfs64(int fd, u32 size, struct statfs64 *to);

/* ---- sys_dir.c: names */
long sys_mknodat(int dirfd, const char *upath, u32 mode, u32 dev);
long sys_mknod(const char *path, u32 mode, u32 dev);
long sys_mkdirat(int dirfd, const char *upath, u32 mode);
long sys_mkdir(const char *path, u32 mode);
long sys_symlinkat(const char *uto, int dirfd, const char *upath);
long sys_symlink(const char *to, const char *path);
long sys_linkat(int from_fd, const char *from, int to_fd, const char *to,
		u32 flags);
long sys_link(const char *from, const char *to);
long sys_unlinkat(int dirfd, const char *upath, u32 flags);
long sys_unlink(const char *path);
long sys_rmdir(const char *path);
long sys_renameat2(int from_fd, const char *from, int to_fd, const char *to,
		   u32 flags);
long sys_renameat(int from_fd, const char *from, int to_fd, const char *to);
long sys_rename(const char *from, const char *to);
long sys_getdents64(int fd, void *to, u32 n);
long sys_readlinkat(int dirfd, const char *upath, char *to, u32 n);
long sys_readlink(const char *path, char *to, u32 n);
long sys_getcwd(char *to, u32 n);
long sys_chdir(const char *upath);
long sys_fchdir(int fd);
long sys_chroot(const char *upath);
long sys_mount(const char *source, const char *upath, const char *utype,
	       u32 flags, const void *data);
long sys_umount2(const char *upath, u32 flags);

#endif
