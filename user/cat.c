/*
 * cat.c - writes files, or its input, to its output.
 */
#include "user/lib/text.h"

static char buf[16384];

static int copy(int fd, const char *name)
{
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write_full(1, buf, (size_t)n) < 0)
			return complain("write error");
	return n < 0 ? complain(name) : 0;
}

static int cat(const char *name)
{
	int bad, fd = strcmp(name, "-") ? open(name, O_RDONLY, 0) : 0;

	if (fd < 0)
		return complain(name);
	bad = copy(fd, name);
	if (fd)
		close(fd);
	return bad;
}

int main(int argc, char **argv)
{
	(void)argc;
	options(&argv, "", "[FILE...]");
	return *argv ? for_each(argv, cat) : copy(0, "-");
}
