/*
 * fuzz-image.c - uses file systems that somebody has damaged (tests/fuzz-image), one
 * after the other: whatever a call answers is right, as long as it answers.
 *
 *	fuzz-image FOLDER DEVICE...
 *
 * Each is mounted on FOLDER, or refused; the tree is walked, everything read; then
 * files are written, mapped, cut, renamed, linked and removed, directories made and
 * removed. Walks are limited: a directory may contain itself.
 */
#include "user/lib/file.h"
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/text.h"

#define DEPTH 5
#define NAMES 150

static int calls, failed, budget; /* of names */
static char buf[16384];

/* Counts a call and what it answered. => it */
static long done(long result)
{
	calls++;
	if (RAW_FAILED(result))
		failed++;
	return result;
}

#define call(...) done(sys(__VA_ARGS__))

static void read_at(int fd, uint64_t at)
{
	uint64_t pos;

	call(__NR__llseek, fd, (long)(at >> 32), (long)at, &pos, 0);
	call(__NR_read, fd, buf, sizeof(buf));
}

static void map(int fd, uint64_t size, int prot)
{
	char *p = mmap(NULL, P(16), prot, MAP_SHARED, fd, 0);
	int i;

	if (p == MAP_FAILED)
		return;
	for (i = 0; i < 16; i++)
		probe(p + P(i), prot & PROT_WRITE ? WRITE : READ);
	call(__NR_msync, p, P(16), MS_SYNC);
	munmap(p, P(16));
	if (size < P(17) || size > 1ULL << 43)
		return;
	p = (char *)sys(__NR_mmap2, 0, P(1), prot, MAP_SHARED, fd,
			(long)((size - 1) / P(1)));
	if (RAW_FAILED(p))
		return;
	probe(p, prot & PROT_WRITE ? WRITE : READ);
	munmap(p, P(1));
}

static void read_file_at(const char *path, uint64_t size)
{
	int fd =
		(int)call(__NR_open, path, O_RDONLY | O_NONBLOCK | O_LARGEFILE);
	uint64_t at;

	if (fd < 0)
		return;
	for (at = 0; at < 6 * sizeof(buf); at += sizeof(buf))
		read_at(fd, at);
	for (at = 1 << 18; at && at < size;
	     at <<= 3) /* each kind of indirection */
		read_at(fd, at);
	read_at(fd, size - 100);
	map(fd, size, PROT_READ);
	close(fd);
}

static void change_file(const char *path, uint64_t size)
{
	int fd = (int)call(__NR_open, path, O_RDWR | O_NONBLOCK | O_LARGEFILE);
	uint64_t pos;

	if (fd < 0)
		return;
	memset(buf, 'w', sizeof(buf));
	call(__NR_write, fd, buf, 5000);
	map(fd, size, PROT_READ | PROT_WRITE);
	call(__NR__llseek, fd, 0, 0, &pos, 2);
	call(__NR_write, fd, buf, sizeof(buf));
	call(__NR__llseek, fd, 0, 300 << 10, &pos, 0);
	call(__NR_write, fd, buf, 100);
	call(__NR_fsync, fd);
	call(__NR_ftruncate, fd, (long)(size / 2));
	call(__NR_ftruncate, fd, 0x7fffffff);
	call(__NR_write, fd, buf, 100);
	call(__NR_ftruncate, fd, 10);
	close(fd);
}

/* What can be done to one name, by its number; some of them go. */
static void change_name(const char *path, const char *dir, int n)
{
	char other[300];

	snprintf(other, sizeof(other), "%s/new-%d", dir, n);
	switch (n % 5) {
	case 0:
		call(__NR_rename, path, other);
		break;
	case 1:
		call(__NR_link, path, other);
		call(__NR_unlink, path);
		break;
	case 2:
		call(__NR_unlink, path);
		break;
	case 3:
		call(__NR_mkdir, other, 0755);
		call(__NR_rename, path, other);
		break;
	default:
		call(__NR_symlink, path, other);
		call(__NR_chmod, path, 0600);
	}
}

static void walk(const char *path, int depth, int change)
{
	struct dir *d = malloc(sizeof(*d));
	char *below = malloc(300);
	const char *name;
	int n;

	if (dir_open(d, path) < 0)
		goto out;
	for (n = 0; n < NAMES && budget > 0 && (name = dir_next(d)); n++) {
		stat_t st = { 0 };

		budget--;
		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		snprintf(below, 300, "%s/%s", path, name);
		call(__NR_lstat64, below, &st);
		if ((st.st_mode & S_IFMT) == S_IFDIR && depth < DEPTH)
			walk(below, depth + 1, change);
		else if ((st.st_mode & S_IFMT) == S_IFLNK)
			call(__NR_readlink, below, buf, sizeof(buf));
		else if ((st.st_mode & S_IFMT) == S_IFREG && !change)
			read_file_at(below, (uint64_t)st.st_size);
		else if ((st.st_mode & S_IFMT) == S_IFREG && n % 3)
			change_file(below, (uint64_t)st.st_size);
		if (change)
			change_name(below, path, n);
		if (change && (st.st_mode & S_IFMT) == S_IFDIR)
			call(__NR_rmdir, below);
	}
	dir_close(d);
out:
	free(below);
	free(d);
}

static void create(const char *folder)
{
	char path[300];
	int i, fd;

	for (i = 0; i < 30; i++) {
		snprintf(path, sizeof(path), "%s/created-%d", folder, i);
		fd = (int)call(__NR_open, path, O_RDWR | O_CREAT | O_EXCL,
			       0600);
		if (fd < 0)
			continue;
		call(__NR_write, fd, buf, sizeof(buf));
		close(fd);
	}
}

static void use(const char *folder)
{
	struct {
		char room[128];
	} st;

	budget = 600;
	call(__NR_statfs64, folder, 84, &st);
	walk(folder, 0, 0);
	budget = 600;
	walk(folder, 0, 1);
	create(folder);
	call(__NR_sync);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3)
		usage("FOLDER DEVICE...");
	mkdir(argv[1], 0755);
	for (i = 2; i < argc; i++) {
		calls = failed = 0;
		printf("%s ", argv[i]);
		flush();
		if (mount(argv[i], argv[1], "ext2", 0) < 0) {
			printf("refused: %s\n", strerror(errno));
			continue;
		}
		use(argv[1]);
		if (umount(argv[1]) < 0)
			printf("umount: %s, ", strerror(errno));
		printf("%d calls, %d failed\n", calls, failed);
	}
	printf("all\n");
	return 0;
}
