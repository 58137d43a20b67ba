/*
 * fuzz-files.h - the calls that fuzz-files.c makes: number, what each argument
 * is, and what a result can be.
 */
#include <asm/ioctls.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/random.h>
#include <linux/stat.h>
#include "user/lib/sys.h"
#include "user_arch.h"

#ifndef __NR_fadvise64_64
#define __NR_fadvise64_64 __NR_arm_fadvise64_64
#endif
#ifndef __NR_sync_file_range
#define __NR_sync_file_range __NR_arm_sync_file_range
#endif

/* What an argument of a call is, most of the time. */
enum kind {
	PATH = 1, /* a name in the folder, or an address without one */
	DIRFD,	  /* AT_FDCWD, or any descriptor */
	FD,	  /* any */
	OWN,	  /* any but 0 to 5 */
	OFLAGS,	  /* open()'s */
	AT,	  /* AT_*, RENAME_*, or any few */
	MODE,	  /* of a file */
	NODE,	  /* mode of mknod(), with the type */
	DEV,	  /* and its number: what does no harm */
	ID,	  /* a user's or group's */
	SIZE,	  /* of a file, or a place in it: its low half */
	HIGH,	  /* its high half */
	ADDR,	  /* an address, hostile or not */
	WORDS,	  /* that of a structure: words of numbers and addresses */
	LEN,
	NUM,
	FLAGS, /* a few random bits */
	PROT,
	MAP,
	COMMAND, /* fcntl()'s */
	IOCTL,
	TYPE,  /* of a file system: a string */
	SHORT, /* a time, in milliseconds */
};

/* What a result can be. */
enum {
	DONE = 0, /* 0, or an error; 1 to 5: up to that argument */
	DESCRIPTOR = 6,
	SOME = 7, /* any number that is not negative */
	ANY = 8
};

static const struct call {
	long nr;
	unsigned char args[6];
	unsigned char result;
	unsigned char ours; /* only in our own kernel */
} calls[] = {
	{ __NR_open, { PATH, OFLAGS, MODE }, DESCRIPTOR, 0 },
	{ __NR_openat, { DIRFD, PATH, OFLAGS, MODE }, DESCRIPTOR, 0 },
	{ __NR_openat, { DIRFD, PATH, OFLAGS, MODE }, DESCRIPTOR, 0 },
	{ __NR_openat, { DIRFD, PATH, OFLAGS, MODE }, DESCRIPTOR, 0 },
	{ __NR_creat, { PATH, MODE }, DESCRIPTOR, 0 },
	{ __NR_close, { OWN }, DONE, 0 },
	{ __NR_close, { OWN }, DONE, 0 },
	{ __NR_close, { OWN }, DONE, 0 },
	{ __NR_close, { OWN }, DONE, 0 },
	{ __NR_close_range, { OWN, OWN, FLAGS }, DONE, 0 },
	{ __NR_dup3, { FD, OWN, OFLAGS }, DESCRIPTOR, 0 },
	{ __NR_memfd_create, { PATH, FLAGS }, DESCRIPTOR, 0 },
	/* names */
	{ __NR_mkdirat, { DIRFD, PATH, MODE }, DONE, 0 },
	{ __NR_mkdirat, { DIRFD, PATH, MODE }, DONE, 0 },
	{ __NR_mknodat, { DIRFD, PATH, NODE, DEV }, DONE, 0 },
	{ __NR_rmdir, { PATH }, DONE, 0 },
	{ __NR_unlinkat, { DIRFD, PATH, AT }, DONE, 0 },
	{ __NR_unlinkat, { DIRFD, PATH, AT }, DONE, 0 },
	{ __NR_linkat, { DIRFD, PATH, DIRFD, PATH, AT }, DONE, 0 },
	{ __NR_linkat, { DIRFD, PATH, DIRFD, PATH, AT }, DONE, 0 },
	{ __NR_symlinkat, { PATH, DIRFD, PATH }, DONE, 0 },
	{ __NR_readlinkat, { DIRFD, PATH, ADDR, LEN }, 3, 0 },
	{ __NR_renameat2, { DIRFD, PATH, DIRFD, PATH, AT }, DONE, 0 },
	{ __NR_renameat2, { DIRFD, PATH, DIRFD, PATH }, DONE, 0 },
	{ __NR_renameat2, { DIRFD, PATH, DIRFD, PATH }, DONE, 0 },
	{ __NR_getdents64, { FD, ADDR, LEN }, 2, 0 },
	{ __NR_chdir, { PATH }, DONE, 0 },
	{ __NR_fchdir, { FD }, DONE, 0 },
	{ __NR_getcwd, { ADDR, LEN }, 1, 0 },
	{ __NR_umask, { MODE }, SOME, 0 },
	/* what a file is */
	{ __NR_fchmod, { FD, MODE }, DONE, 0 },
	{ __NR_fchmodat, { DIRFD, PATH, MODE }, DONE, 0 },
	{ __NR_fchown32, { FD, ID, ID }, DONE, 0 },
	{ __NR_fchownat, { DIRFD, PATH, ID, ID, AT }, DONE, 0 },
	{ __NR_utimensat, { DIRFD, PATH, WORDS, AT }, DONE, 0 },
	{ __NR_futimesat, { DIRFD, PATH, WORDS }, DONE, 0 },
	{ __NR_faccessat, { DIRFD, PATH, FLAGS }, DONE, 0 },
	{ __NR_faccessat2, { DIRFD, PATH, FLAGS, AT }, DONE, 0 },
	{ __NR_stat64, { PATH, ADDR }, DONE, 0 },
	{ __NR_lstat64, { PATH, ADDR }, DONE, 0 },
	{ __NR_fstat64, { FD, ADDR }, DONE, 0 },
	{ __NR_fstatat64, { DIRFD, PATH, ADDR, AT }, DONE, 0 },
	{ __NR_statx, { DIRFD, PATH, AT, FLAGS, ADDR }, DONE, 0 },
	{ __NR_statfs64, { PATH, LEN, ADDR }, DONE, 0 },
	{ __NR_fstatfs64, { FD, LEN, ADDR }, DONE, 0 },
	{ __NR_setxattr, { PATH, PATH, ADDR, LEN, FLAGS }, DONE, 1 },
	{ __NR_getxattr, { PATH, PATH, ADDR, LEN }, 3, 0 },
	{ __NR_flistxattr, { FD, ADDR, LEN }, 2, 0 },
	/* size and contents */
	{ __NR_truncate64, { PATH, ARCH_PAIR SIZE, HIGH }, DONE, 0 },
	{ __NR_ftruncate64, { FD, ARCH_PAIR SIZE, HIGH }, DONE, 0 },
	{ __NR_ftruncate64, { FD, ARCH_PAIR SIZE, HIGH }, DONE, 0 },
	{ __NR_fallocate, { FD, FLAGS, SIZE, HIGH, SIZE, HIGH }, DONE, 0 },
	{ __NR_fallocate, { FD, FLAGS, SIZE, HIGH, SIZE, HIGH }, DONE, 0 },
	{ __NR_read, { FD, ADDR, LEN }, 2, 0 },
	{ __NR_read, { FD, ADDR, LEN }, 2, 0 },
	{ __NR_write, { FD, ADDR, LEN }, 2, 0 },
	{ __NR_write, { FD, ADDR, LEN }, 2, 0 },
	{ __NR_pread64, { FD, ADDR, LEN, ARCH_PAIR SIZE, HIGH }, 2, 0 },
	{ __NR_pwrite64, { FD, ADDR, LEN, ARCH_PAIR SIZE, HIGH }, 2, 0 },
	{ __NR_pwrite64, { FD, ADDR, LEN, ARCH_PAIR SIZE, HIGH }, 2, 0 },
	{ __NR_preadv, { FD, WORDS, NUM, SIZE, HIGH }, SOME, 0 },
	{ __NR_pwritev, { FD, WORDS, NUM, SIZE, HIGH }, SOME, 0 },
	{ __NR_pwritev2, { FD, WORDS, NUM, SIZE, HIGH, FLAGS }, SOME, 0 },
	{ __NR__llseek, { FD, HIGH, SIZE, ADDR, NUM }, DONE, 0 },
	{ __NR_lseek, { FD, SIZE, NUM }, ANY, 0 },
	{ __NR_copy_file_range, { FD, WORDS, FD, WORDS, LEN, 0 }, 4, 0 },
	{ __NR_sendfile64, { FD, FD, WORDS, LEN }, 3, 0 },
	{ __NR_splice, { FD, WORDS, FD, WORDS, LEN, FLAGS }, 4, 0 },
	{ __NR_tee, { FD, FD, LEN, FLAGS }, 2, 0 },
	{ __NR_vmsplice, { FD, WORDS, NUM, FLAGS }, SOME, 0 },
	/* to the disk */
	{ __NR_sync, { 0 }, DONE, 1 },
	{ __NR_syncfs, { FD }, DONE, 1 },
	{ __NR_fsync, { FD }, DONE, 0 },
	{ __NR_fdatasync, { FD }, DONE, 0 },
	{ __NR_sync_file_range,
	  { FD, SIZE, HIGH, SIZE, HIGH, FLAGS },
	  DONE,
	  0 },
	{ __NR_readahead, { FD, ARCH_PAIR SIZE, HIGH, LEN }, DONE, 0 },
	{ __NR_fadvise64_64, { FD, NUM, SIZE, HIGH, SIZE, NUM }, DONE, 0 },
	/* locks, and other commands */
	{ __NR_flock, { FD, FLAGS }, DONE, 0 },
	{ __NR_fcntl64, { FD, COMMAND, WORDS }, SOME, 0 },
	{ __NR_fcntl64, { FD, COMMAND, WORDS }, SOME, 0 },
	{ __NR_fcntl64, { FD, COMMAND, NUM }, SOME, 0 },
	{ __NR_ioctl, { FD, IOCTL, WORDS }, SOME, 1 },
	{ __NR_ioctl, { FD, IOCTL, NUM }, SOME, 1 },
	{ __NR__newselect, { NUM, WORDS, WORDS, WORDS, WORDS }, SOME, 0 },
	{ __NR_pselect6, { NUM, WORDS, WORDS, WORDS, WORDS, WORDS }, SOME, 0 },
	{ __NR_poll, { WORDS, NUM, SHORT }, SOME, 0 },
	{ __NR_ppoll, { WORDS, NUM, WORDS, WORDS, LEN }, SOME, 0 },
	{ __NR_epoll_create1, { FLAGS }, DESCRIPTOR, 0 },
	{ __NR_epoll_ctl, { FD, NUM, FD, WORDS }, DONE, 0 },
	{ __NR_inotify_init1, { FLAGS }, DESCRIPTOR, 0 },
	{ __NR_inotify_add_watch, { FD, PATH, FLAGS }, SOME, 0 },
	/* mounts */
	{ __NR_mount, { PATH, PATH, TYPE, FLAGS, ADDR }, DONE, 1 },
	{ __NR_mount, { PATH, PATH, TYPE, 0, 0 }, DONE, 1 },
	{ __NR_umount2, { PATH, FLAGS }, DONE, 1 },
	/* mappings of all these */
	{ __NR_mmap2, { ADDR, LEN, PROT, MAP, FD, NUM }, ANY, 0 },
	{ __NR_mmap2, { ADDR, LEN, PROT, MAP, FD, NUM }, ANY, 0 },
	{ __NR_mmap2, { ADDR, LEN, PROT, MAP, FD, NUM }, ANY, 0 },
	{ __NR_mprotect, { ADDR, LEN, PROT }, DONE, 0 },
	{ __NR_madvise, { ADDR, LEN, NUM }, DONE, 1 },
	{ __NR_msync, { ADDR, LEN, FLAGS }, DONE, 0 },
	{ __NR_mincore, { ADDR, LEN, ADDR }, DONE, 0 },
	{ __NR_mlock, { ADDR, LEN }, DONE, 1 },
};

static const int commands[] = {
	F_DUPFD,     F_GETFD,	   F_SETFD,	 F_GETFL,	  F_SETFL,
	F_GETLK,     F_SETLK,	   F_SETLKW,	 F_GETLK64,	  F_SETLK64,
	F_SETLKW64,  F_OFD_GETLK,  F_OFD_SETLK,	 F_OFD_SETLKW,	  F_ADD_SEALS,
	F_GET_SEALS, F_SETPIPE_SZ, F_GETPIPE_SZ, F_DUPFD_CLOEXEC, 12345,
};

static const unsigned int ioctls[] = {
	TCGETS,		 TCSETS,     TCSETSW,	   TCSETSF,
	TIOCGWINSZ,	 TIOCSWINSZ, TIOCGPGRP,	   TIOCSPGRP,
	TIOCSCTTY,	 TIOCNOTTY,  TIOCGSID,	   FIONREAD,
	FIONBIO,	 FIOCLEX,    TCFLSH,	   TCSBRK,
	TIOCOUTQ,	 BLKGETSIZE, BLKGETSIZE64, BLKSSZGET,
	BLKFLSBUF,	 BLKROGET,   BLKRRPART,	   FS_IOC_GETFLAGS,
	FS_IOC_SETFLAGS, FIGETBSZ,   RNDGETENTCNT, RNDADDENTROPY,
	RNDADDTOENTCNT,	 0,
};

static const char *const knobs[] = {
	"proc/sys/vm/overcommit_memory",
	"proc/sys/vm/max_map_count",
	"proc/sys/vm/legacy_va_layout",
	"proc/sys/vm/drop_caches",
	"proc/sys/vm/dirty_ratio",
	"proc/sys/vm/dirty_background_ratio",
	"proc/sys/vm/dirty_expire_centisecs",
	"proc/sys/vm/dirty_writeback_centisecs",
	"proc/self/fail-nth",
	"proc/self/oom_score_adj",
	"proc/self/mem",
	"proc/self/comm",
};
