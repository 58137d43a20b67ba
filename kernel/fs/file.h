/*
 * file.h - open files, and the tables of descriptors.
 *
 *	struct thread -> struct files -> table: | 0 | 1 | 2 | . | 4 |
 *	                                          |   |   |       |
 *	                                        struct file: position, flags
 *	                                          |
 *	                                        struct dentry, struct inode
 *
 * dup() makes two descriptors share a struct file, and so a position; fork shares
 * them all.
 */
#pragma once

#include "kernel/fs/vfs.h"
#include "mm/mm.h"

struct file_ops;

struct file {
	u32 refs;
	u32 flags;   /* O_* */
	bool writer; /* it counts in inode->writers */
	u64 pos;
	const struct file_ops *ops;
	struct inode *inode;   /* the dentry's */
	struct dentry *dentry; /* a reference */
	u32 seen;	       /* mapping_error(): what it was told */
	void *private;	       /* the ops' own */
};

/* Where readdir puts its entries. => false: full, stop */
struct dir_sink {
	bool (*emit)(struct dir_sink *sink, const char *name, u32 len, u32 ino,
		     u32 mode, u64 next_pos);
};

/* Any may be NULL; buffers are the program's. All may sleep. */
struct file_ops {
	long (*read)(struct file *file, void *buf, u32 n, u64 *pos);
	long (*write)(struct file *file, const void *buf, u32 n, u64 *pos);
	bool from_kernel; /* write also takes the kernel's memory: for sendfile() */
	/* POLL* bits that hold now; who waits sleeps on poll_waiters */
	u32 (*poll)(struct file *file);
	long (*ioctl)(struct file *file, u32 cmd, vaddr_t arg);
	/* Says what mapping it would map. => 0 or -errno. NULL: an area with vm_ops, and
	 * with vm_flags (VM_PFNMAP, VM_DONTEXPAND); or, without those, -ENODEV */
	int (*mmap)(struct file *file, struct mmap_object *obj, u32 flags);
	const struct vm_ops *vm_ops;
	u32 vm_flags;
	/* Emits the names from file->pos on, and moves it; super->names is held. A name that
	 * is there all the time is seen once, whatever happens to others. => 0 or -errno */
	int (*readdir)(struct file *file, struct dir_sink *sink);
	int (*open)(struct file *file);
	void (*release)(struct file *file);
	int (*fsync)(struct file *file, u32 first, u32 end, bool datasync);
	bool stream;	/* has no position: lseek is ESPIPE */
	bool addresses; /* its positions: above 2 GiB lseek's are negative */
	bool start; /* is always at its start, wherever lseek is told to go */
};

struct fd {
	struct file *file; /* a reference, or NULL */
	bool cloexec;
};

struct files {
	u32 refs;
	u32 size;   /* of table */
	u32 lowest; /* below this no descriptor is free */
	struct fd *table;
	struct fd first[16]; /* the table, until it must grow */
};

struct files *files_create(void); /* => NULL: out of memory */
struct files *files_copy(struct files *files);
void files_put(struct files *files);
static inline struct files *files_get(struct files *files)
{
	files->refs++;
	return files;
}
int files_unshare(void); /* CLONE_FILES ends. => 0 or -ENOMEM */
void files_close_on_exec(struct files *files);

static inline struct file *file_get(struct file *file)
{
	file->refs++;
	return file;
}
void file_release(struct file *file); /* the last reference is gone */
static inline void file_put(struct file *file)
{
	if (!--file->refs)
		file_release(file);
}

static inline void scoped_file_put(struct file **file)
{
	if (*file)
		file_put(*file);
}
/* scoped_file *f = fd_get(fd): f, if it is not NULL, is put when its block is left. */
#define scoped_file __attribute__((cleanup(scoped_file_put))) struct file

/* What a descriptor of a table is. => no reference; NULL: not open */
static inline struct file *files_at(const struct files *files, int fd)
{
	return (u32)fd < files->size ? files->table[fd].file : NULL;
}
/* The current thread's open file. => a reference, or NULL: not open */
struct file *fd_get(int fd);
/* The same; NULL, too, for what O_PATH has only named. */
struct file *fd_get_open(int fd);
/* Finds the lowest free descriptor from `from` on, and makes the table large enough for
 * it. => the descriptor, which is not taken yet; -EMFILE, -ENOMEM */
int fd_find_room(u32 from);
/* Gives the file the lowest free descriptor from `from` on, taking the
 * caller's reference. => the descriptor; -EMFILE, -ENOMEM (the reference is dropped) */
int fd_install(struct file *file, u32 from, bool cloexec);
int fd_close(int fd);

/* A struct file without a descriptor; takes the dentry's reference. ops->open
 * has been called. => 0 or -errno, then the reference is dropped */
int file_open(struct dentry *dentry, u32 flags, struct file **file);
/* By name, for the kernel itself. */
int file_open_path(const char *path, u32 flags, struct file **file);
/* A file that has no name in any directory. => takes inode's reference */
int file_open_anon(const char *name, struct inode *inode, u32 flags,
		   const struct file_ops *ops, struct file **file);

/* It no longer counts as one that might write. */
void file_writer_put(struct file *file);
/* For execve(): nobody may write while it runs. => 0 or -ETXTBSY */
int file_deny_write(struct file *file);
void file_allow_write(struct file *file);
/* Reads into the kernel's memory. => bytes read, or -errno */
long file_read_kernel(struct file *file, void *buf, u32 n, u64 pos);
/* Writes at *pos, which moves, from the kernel's memory. => bytes or -errno */
long file_write_kernel(struct file *file, const void *buf, u32 n, u64 *pos);
/* How much of n bytes at pos the limits allow. => 0: none, and SIGXFSZ is sent */
u32 file_allowed(const struct file *file, u64 pos, u32 n);
/* What mmap() maps of an open file. => 0, -ENODEV, -EACCES */
int file_mmap(struct file *file, u32 prot, u32 flags, struct mmap_object *obj);

/* seal.c: what a memory file's seals allow. => 0 or -EPERM */
long seals_get(const struct file *file);
long seals_add(struct file *file, u32 seals);
int seal_check_size(const struct inode *inode, u64 size);
/* *n: bytes at pos, made fewer if not all may be written */
int seal_check_write(const struct inode *inode, u64 pos, u32 *n);
/* *may: VM_MAY*, made less if it may not be written later */
int seal_check_mmap(const struct inode *inode, u32 prot, u32 flags, u32 *may);

/* ---- lock.c: advisory locks on ranges of files */

struct lock {
	struct list_head list;
	u64 start, end;	   /* the last byte, inclusive */
	const void *owner; /* struct files, or struct file for flock */
	int type;	   /* F_RDLCK, F_WRLCK, F_UNLCK */
	int pid;
	bool flock;
};

/* A lock of somebody else that is in the way, or NULL. */
const struct lock *lock_conflict(struct inode *inode, const struct lock *want);
/* Locks or unlocks. => 0, -EAGAIN, -EDEADLK, -ENOMEM, or a signal's
 * error; may sleep */
int lock_set(struct inode *inode, const struct lock *want, bool wait);
/* Drops the record locks of an owner, or (NULL) the flock of a file. */
void locks_close(struct file *file, const struct files *owner);
/* Those that are left: set by a thread that waited when another one closed the file. */
void locks_free(struct inode *inode);
/* Every vm_ops of a file has these: an area holds a reference. */
void file_vma_open(struct vma *vma);
void file_vma_close(struct vma *vma);
extern const struct vm_ops file_vm_ops; /* through the page cache */
/* Of regular files in any file system, through inode->mapping; of directories in memory. */
extern const struct file_ops regular_ops, dir_file_ops, pipe_file_ops;
/* For file_ops of regular files and directories: data, then inode_ops->fsync. */
int regular_fsync(struct file *file, u32 first, u32 end, bool datasync);
/* file_ops->fsync, of bytes [start, end). => -EINVAL: there is none */
int file_sync(struct file *file, u64 start, u64 end, bool datasync);

/* pipe.c: both ends of a new pipe. => 0 or -errno */
int pipe_create(u32 flags, struct file **reader, struct file **writer);
/* Of a pipe's buffer, in bytes. => -EBADF: it is no pipe */
long pipe_size(const struct file *file);
/* => the size, which may be more; -EBUSY: what is in it has no place */
long pipe_resize(const struct file *file, u32 bytes);
#define PIPE_MAX_SIZE (1 * MiB) /* root may have more */

/* Whoever polls sleeps here; whoever changes what poll reports wakes them. */
extern struct waitq poll_waiters;
extern u32 nr_files;

/* ---- device.c: devices and their nodes in /dev */

void device_nodes_init(void); /* at boot */
/* At the end, for the audit: drivers give back their memory. => nothing is open */
void device_nodes_destroy(void);

/* Of kernel/dev: disks, physical memory, the examples. */
extern const struct file_ops blk_file_ops, mem_ops;
extern const struct file_ops demo_remap_ops, demo_fault_ops, demo_dma_ops;
/* mem.c: len bytes out of a page, or into it. */
void page_part(struct page *page, u32 offset, void *part, u32 len, bool write);
/* The program's bytes to pos, which moves, or from there: fn moves some, inside one page.
 * => how many, or the error of the first */
typedef int copy_part(void *arg, u64 pos, char *part, u32 len, bool write);
long copy_parts(char *buf, u32 n, u64 *pos, bool write, copy_part *fn,
		void *arg);
void demo_remap_init(void);
void demo_fault_init(void);
void demo_remap_destroy(void);
void demo_fault_destroy(void);

/* Where a file ends to whoever opened it without O_LARGEFILE. */
#define MAX_NON_LFS 0x7fffffffull

#define ACC_MODE(flags)	  (((flags) + 1) & 3) /* 1: read, 2: write */
#define FILE_READS(file)  (ACC_MODE((file)->flags) & 1)
#define FILE_WRITES(file) (ACC_MODE((file)->flags) & 2)
