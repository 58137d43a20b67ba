/*
 * cat.c - writes files, or its input, to its output.
 */
#include "user/lib/stdio.h"
#include "user/lib/sys.h"

static char buf[4096];

static int copy(int fd, const char *name)
{
	ssize_t n, done, r;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		for (done = 0; done < n; done += r) {
			r = write(1, buf + done, (size_t)(n - done));
			if (r < 0)
				return 1;
		}
	}
	if (n < 0)
		dprintf(2, "cat: %s: %s\n", name, errno_name(errno));
	return n < 0;
}

int main(int argc, char **argv)
{
	int i, fd, bad = 0;

	if (argc < 2)
		return copy(0, "input");
	for (i = 1; i < argc; i++) {
		fd = open(argv[i], O_RDONLY, 0);
		if (fd < 0) {
			dprintf(2, "cat: %s: %s\n", argv[i], errno_name(errno));
			bad = 1;
			continue;
		}
		bad |= copy(fd, argv[i]);
		close(fd);
	}
	return bad;
}
