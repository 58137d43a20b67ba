/*
 * file.h - system calls about names, directories and the console; as in
 * sys.h, C's -1 and errno around Linux's own interface.
 */
#pragma once

#include <asm/ioctls.h>
#include <asm/termios.h>
#include <linux/stat.h>
#include <linux/time.h>
#include "user/lib/sys.h"

typedef struct stat64 stat_t;

int stat(const char *path, stat_t *st);
int lstat(const char *path, stat_t *st);
int fstat(int fd, stat_t *st);
int mkdir(const char *path, int mode);
int rmdir(const char *path);
int rename(const char *from, const char *to);
int link(const char *from, const char *to);
int symlink(const char *target, const char *path);
int readlink(const char *path, char *buf, size_t size); /* adds a zero byte */
int chdir(const char *path);
int getcwd(char *buf, size_t size);
int ftruncate(int fd, unsigned long size);
int mount(const char *what, const char *where, const char *type, int flags);
int umount(const char *where);
int ioctl(int fd, unsigned long request, void *arg);
int isatty(int fd);
/* Reads a file, up to size - 1, with a zero byte behind it. => its length, or -1 */
int read_file(const char *path, char *buf, size_t size);
/* The terminal's foreground process group. */
int set_foreground(int fd, int pgrp);
int setpgid(int pid, int pgrp);
int setsid(void);

/* A directory's entries, one at a time. */
struct dir {
	int fd;
	int at, len;
	char buf[1024] __attribute__((aligned(8)));
};

int dir_open(struct dir *d, const char *path);
/* => the next name, or NULL at the end */
const char *dir_next(struct dir *d);
void dir_close(struct dir *d);
