/*
 * cp.c - copies files: cp FROM TO, cp FROM... FOLDER.
 *
 * By read() and write(). `rmw` shows how the same work goes through mmap.
 */
#include "user/lib/text.h"

int main(int argc, char **argv)
{
	return each_goes_to(argc, argv, copy_file);
}
