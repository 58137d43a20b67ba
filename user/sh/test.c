/*
 * test.c - test and [: conditions for if and while.
 *
 *	-e -f -d -s FILE	is there, a file, a folder, not empty
 *	-n -z TEXT		not empty, empty
 *	A = B, A != B		texts
 *	A -eq -ne -lt -le -gt -ge B	numbers
 *	! CONDITION		the opposite
 */
#include "user/sh/sh.h"

static int file_test(char what, const char *path)
{
	stat_t st;

	if (stat(path, &st) < 0)
		return 0;
	switch (what) {
	case 'f':
		return S_ISREG(st.st_mode);
	case 'd':
		return S_ISDIR(st.st_mode);
	case 's':
		return st.st_size != 0;
	default:
		return 1;
	}
}

/* => 1, 0, or -1: no such condition */
static int unary(const char *op, const char *arg)
{
	if (op[0] != '-' || !op[1] || op[2] || !strchr("efdsnz", op[1]))
		return -1;
	if (op[1] == 'n')
		return *arg != 0;
	if (op[1] == 'z')
		return *arg == 0;
	return file_test(op[1], arg);
}

static int binary(const char *a, const char *op, const char *b)
{
	static const char *const names[] = { "-eq", "-ne", "-lt",
					     "-le", "-gt", "-ge" };
	size_t i;
	int x, y;

	if (!strcmp(op, "=") || !strcmp(op, "=="))
		return !strcmp(a, b);
	if (!strcmp(op, "!="))
		return strcmp(a, b) != 0;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(op, names[i]))
			break;
	if (i == ARRAY_SIZE(names))
		return -1;
	if (!parse_number("test", a, &x) || !parse_number("test", b, &y))
		return -2;
	return (int[]){ x == y, x != y, x<y, x <= y, x> y, x >= y }[i];
}

static int condition(int n, char **v)
{
	int r;

	if (n && !strcmp(v[0], "!")) {
		r = condition(n - 1, v + 1);
		return r < 0 ? r : !r;
	}
	switch (n) {
	case 0:
		return 0;
	case 1:
		return *v[0] != 0;
	case 2:
		return unary(v[0], v[1]);
	case 3:
		return binary(v[0], v[1], v[2]);
	default:
		return -1;
	}
}

int test_builtin(int argc, char **argv)
{
	int r, n = argc - 1;

	if (*argv[0] == '[' && (!n || strcmp(argv[n--], "]")))
		return misused("[", "] is missing", "");
	r = condition(n, argv + 1);
	if (r >= 0)
		return !r;
	return r == -2 ? 2 : misused(argv[0], "not a condition", "");
}
