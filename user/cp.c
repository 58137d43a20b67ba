/*
 * cp.c - copies files: cp FROM TO, cp FROM... FOLDER.
 *
 * By read() and write(). `rmw` shows how the same work goes through mmap.
 */
#include "user/lib/text.h"

#define USE "FROM TO | FROM... FOLDER"

int main(int argc, char **argv)
{
	(void)argc;
	options(&argv, "", USE);
	return from_to(argv, USE, copy_file);
}
