/*
 * sleep.c - waits for so many seconds; 0.25 is a quarter of one.
 */
#include "user/lib/text.h"

int main(int argc, char **argv)
{
	struct timespec ts = { 0, 0 };
	char *p;
	long unit = 100000000;

	if (argc != 2)
		usage("SECONDS");
	ts.tv_sec = (long)strtoul(argv[1], &p, 10);
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, unit /= 10)
			ts.tv_nsec += (*p - '0') * unit;
	if (*p || p == argv[1])
		return wrong("invalid time interval '%s'", argv[1]);
	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
	return 0;
}
