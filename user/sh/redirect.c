/*
 * redirect.c - < > >> and >&: descriptors that lead elsewhere.
 *
 * A child redirects for good. A builtin runs in the shell itself: then the
 * descriptors as they were are kept beyond 10, and put back.
 */
#include "user/sh/sh.h"

#define KEEP_FROM 10

static int keep(int fd, struct saved_fds *saved)
{
	if (!saved || saved->fd[fd])
		return 0;
	saved->fd[fd] = (int)sys(__NR_fcntl64, fd, F_DUPFD_CLOEXEC, KEEP_FROM);
	return 0;
}

static int one(const struct redirect *r, struct saved_fds *saved)
{
	const char *word = expand_one(r->word);
	int fd;

	keep(r->fd, saved);
	if (r->flags < 0) {
		if (*word == '-' && !word[1]) {
			close(r->fd);
			return 0;
		}
		if (word[0] < '0' || word[0] > '9' || word[1]) {
			errno = EBADF;
			return -complain(word);
		}
		if (dup2(*word - '0', r->fd) < 0)
			return -complain(word);
		return 0;
	}
	fd = open(word, r->flags, 0666);
	if (fd < 0)
		return -complain(word);
	if (fd != r->fd) {
		dup2(fd, r->fd);
		close(fd);
	}
	return 0;
}

int redirect(const struct redirect *r, struct saved_fds *saved)
{
	flush();
	if (saved)
		memset(saved, 0, sizeof(*saved));
	for (; r; r = r->next)
		if (one(r, saved) < 0)
			return -1;
	return 0;
}

void redirect_undo(struct saved_fds *saved)
{
	int fd;

	flush();
	for (fd = 0; fd < 10; fd++) {
		if (saved->fd[fd] > 0) {
			dup2(saved->fd[fd], fd);
			close(saved->fd[fd]);
		} else if (saved->fd[fd] < 0) {
			close(fd); /* it was closed before */
		}
	}
}
