/*
 * file.c - open files and descriptor tables, and regular files' operations.
 *
 * Called by the file system calls (kernel/sys_*.c), by fork, exec and exit, and through
 * file_vm_ops by the fault handler. The layering of a read():
 *
 *	sys_read -> fd_get -> file->ops->read -> mapping_read (mm/filemap.c)
 *	                      (here, pipe.c, device.c, ...)
 *
 * A table begins inside struct files and moves out when it grows; it never
 * shrinks. `lowest` is a hint that makes "the lowest free one" cheap.
 */
#include "kernel/fs/file.h"
#include "kernel/process.h"
#include "mm/slab.h"

#include <linux/mman.h>
#include <linux/mount.h>

#define FILES_MAX 65536u /* in the whole system: ENFILE */
#define TABLE_MAX 65536u

u32 nr_files;
struct waitq poll_waiters = WAITQ_INIT(poll_waiters);

/* ---- tables */

struct files *files_create(void)
{
	struct files *files = kzalloc(sizeof(*files));

	if (!files)
		return NULL;
	files->refs = 1;
	files->size = ARRAY_SIZE(files->first);
	files->table = files->first;
	return files;
}

static int grow_table(struct files *files, u32 fd)
{
	u32 size = files->size;
	struct fd *table;

	while (size <= fd)
		size *= 2;
	table = kzalloc(size * sizeof(*table));
	if (!table)
		return -ENOMEM;
	memcpy(table, files->table, files->size * sizeof(*table));
	if (files->table != files->first)
		kfree(files->table);
	files->table = table;
	files->size = size;
	return 0;
}

struct files *files_copy(struct files *files)
{
	scoped_mem struct files *copy = files_create();

	if (!copy ||
	    (files->size > copy->size && grow_table(copy, files->size - 1)))
		return NULL;
	copy->lowest = files->lowest;
	for (u32 i = 0; i < files->size; i++) {
		copy->table[i] = files->table[i];
		if (copy->table[i].file)
			file_get(copy->table[i].file);
	}
	return scoped_keep(&copy);
}

void files_put(struct files *files)
{
	if (--files->refs)
		return;
	for (u32 i = 0; i < files->size; i++)
		if (files->table[i].file) {
			locks_close(files->table[i].file, files);
			file_put(files->table[i].file);
		}
	if (files->table != files->first)
		kfree(files->table);
	kfree(files);
}

int files_unshare(void)
{
	struct files *copy;

	if (current->files->refs == 1)
		return 0;
	copy = files_copy(current->files);
	if (!copy)
		return -ENOMEM;
	files_put(current->files);
	current->files = copy;
	return 0;
}

void files_close_on_exec(struct files *files)
{
	for (u32 i = 0; i < files->size; i++)
		if (files->table[i].file && files->table[i].cloexec)
			fd_close((int)i);
}

struct file *fd_get(int fd)
{
	struct file *file = files_at(current->files, fd);

	return file ? file_get(file) : NULL;
}

struct file *fd_get_open(int fd)
{
	struct file *file = files_at(current->files, fd);

	return file && !(file->flags & O_PATH) ? file_get(file) : NULL;
}

int fd_find_room(u32 from)
{
	struct files *files = current->files;
	u32 limit = current->process->limits[RLIMIT_NOFILE].rlim_cur;
	u32 fd = max(from, files->lowest);

	while (fd < files->size && files->table[fd].file)
		fd++;
	if (fd >= min(limit, TABLE_MAX))
		return -EMFILE;
	return fd < files->size ? (int)fd : grow_table(files, fd) ?: (int)fd;
}

int fd_install(struct file *file, u32 from, bool cloexec)
{
	struct files *files = current->files;
	int fd = fd_find_room(from);

	if (fd < 0) {
		file_put(file);
		return fd;
	}
	files->table[fd] = (struct fd){ file, cloexec };
	if (from <= files->lowest)
		files->lowest = (u32)fd + 1;
	return fd;
}

int fd_close(int fd)
{
	struct files *files = current->files;
	struct file *file = files_at(files, fd);

	if (!file)
		return -EBADF;
	files->table[fd] = (struct fd){ 0 };
	files->lowest = min(files->lowest, (u32)fd);
	locks_close(file, files);
	file_put(file);
	return 0;
}

/* ---- open files */

/* Counts who writes, against who executes. */
static int writer_get(struct file *file)
{
	struct inode *inode = file->inode;

	if (!(ACC_MODE(file->flags) & 2) || !S_ISREG(inode->mode))
		return 0;
	if (inode->writers < 0)
		return -ETXTBSY;
	inode->writers++;
	inode->super->writers++;
	file->writer = true;
	return 0;
}

void file_writer_put(struct file *file)
{
	if (file->writer) {
		file->inode->writers--;
		file->inode->super->writers--;
	}
	file->writer = false;
}

int file_deny_write(struct file *file)
{
	if (file->inode->writers > 0)
		return -ETXTBSY;
	file->inode->writers--;
	return 0;
}

void file_allow_write(struct file *file)
{
	file->inode->writers++;
}

/* => takes the dentry's reference */
static int open_with(struct dentry *dentry, u32 flags,
		     const struct file_ops *ops, struct file **result)
{
	scoped_mem struct file *file = kzalloc(sizeof(*file));
	scoped_dentry *held = dentry;
	int err;

	if (!ops)
		return -ENXIO;
	if (nr_files >= FILES_MAX)
		return -ENFILE;
	if (!file)
		return -ENOMEM;
	file->refs = 1;
	file->flags = flags;
	file->ops = ops;
	file->dentry = dentry;
	file->inode = dentry->inode;
	err = writer_get(file);
	if (!err && ops->open)
		err = ops->open(file);
	if (err) {
		file_writer_put(file);
		return err;
	}
	file->flags &= ~(u32)O_NOCTTY; /* open() alone needed it */
	nr_files++;
	*result = scoped_keep(&file);
	scoped_keep(&held);
	return 0;
}

static const struct file_ops no_ops;

int file_open(struct dentry *dentry, u32 flags, struct file **file)
{
	const struct file_ops *ops = dentry->inode->fops;

	if (flags & O_PATH || S_ISLNK(dentry->inode->mode))
		ops = &no_ops;
	return open_with(dentry, flags, ops, file);
}

int file_open_path(const char *path, u32 flags, struct file **file)
{
	struct dentry *dentry;
	int err = path_lookup(AT_FDCWD, path, LOOKUP_FOLLOW, &dentry);

	return err ? err : file_open(dentry, flags, file);
}

int file_open_anon(const char *name, struct inode *inode, u32 flags,
		   const struct file_ops *ops, struct file **file)
{
	struct dentry *dentry = dentry_alloc(NULL, name, strlen(name), inode);

	if (dentry)
		return open_with(dentry, flags, ops, file);
	inode_put(inode);
	return -ENOMEM;
}

void file_release(struct file *file)
{
	locks_close(file, NULL);
	if (file->ops->release)
		file->ops->release(file);
	file_writer_put(file);
	dentry_put(file->dentry);
	nr_files--;
	kfree(file);
	mount_reap();
}

long file_read_kernel(struct file *file, void *buf, u32 n, u64 pos)
{
	return S_ISREG(file->inode->mode)
		       ? mapping_read(&file->inode->mapping, buf, n, pos)
		       : -ENOEXEC;
}

/* ---- mapping a file */

void file_vma_open(struct vma *vma)
{
	file_get(vma->file);
}

void file_vma_close(struct vma *vma)
{
	file_put(vma->file);
}

/* A page is written for the first time since it was last clean. */
static int file_page_mkwrite(struct vma *vma, struct page *page)
{
	inode_written(vma->file->inode);
	return filemap_page_mkwrite(vma, page);
}

const struct vm_ops file_vm_ops = {
	.open = file_vma_open,
	.close = file_vma_close,
	.fault = filemap_fault,
	.page_mkwrite = file_page_mkwrite,
};

int file_mmap(struct file *file, u32 prot, u32 flags, struct mmap_object *obj)
{
	u32 type = flags & MAP_TYPE;
	int err;

	if (file->flags & O_PATH)
		return -EBADF;
	if (!FILE_READS(file))
		return -EACCES;
	*obj = (struct mmap_object){ 0 };
	obj->may = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	if (file->inode->super->flags & MS_NOEXEC) {
		if (prot & PROT_EXEC)
			return -EPERM;
		obj->may &= ~(u32)VM_MAYEXEC;
	}
	if (type != MAP_PRIVATE && !FILE_WRITES(file)) {
		if (prot & PROT_WRITE)
			return -EACCES;
		obj->may &= ~(u32)VM_MAYWRITE;
	}
	if (!file->ops->mmap && !file->ops->vm_ops)
		return -ENODEV;
	err = seal_check_mmap(file->inode, prot, flags, &obj->may);
	if (err || file->ops->mmap)
		return err ?: file->ops->mmap(file, obj, flags);
	obj->file = file;
	obj->ops = file->ops->vm_ops;
	obj->may |= file->ops->vm_flags;
	return 0;
}
