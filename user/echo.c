/*
 * echo.c - writes its arguments, with a blank between them. -n: no newline.
 */
#include "user/lib/stdio.h"
#include "user/lib/string.h"

int main(int argc, char **argv)
{
	int i = 1, newline = 1;

	if (argc > 1 && !strcmp(argv[1], "-n")) {
		newline = 0;
		i++;
	}
	for (; i < argc; i++)
		printf("%s%s", argv[i], i + 1 < argc ? " " : "");
	if (newline)
		printf("\n");
	return 0;
}
