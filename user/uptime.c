/*
 * uptime.c - how long the machine has been up, and how busy it is.
 */
#include "user/lib/text.h"

int main(void)
{
	char *up = slurp("/proc/uptime"), *load = slurp("/proc/loadavg");
	unsigned long s;
	int i = 0;
	char *p;

	if (!up || !load)
		return complain("/proc");
	s = strtoul(up, NULL, 10);
	for (p = load; *p && i < 3; p++)
		i += *p == ' ';
	if (i == 3)
		p[-1] = 0;
	printf("up %lu:%02lu:%02lu, load %s\n", s / 3600, s / 60 % 60, s % 60,
	       load);
	return 0;
}
