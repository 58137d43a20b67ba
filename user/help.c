/*
 * help.c - what to type first.
 */
#include "user/lib/text.h"

static const char text[] =
	"Quire shows how memory mapping works. Type these, one after the "
	"other:\n"
	"\n"
	"  lazy      a page comes when it is touched, not before\n"
	"  cow       fork() copies nothing until somebody writes\n"
	"  shared    one page in two processes\n"
	"  private   a file mapped privately: your changes stay yours\n"
	"  grow      the stack grows by itself, up to its guard gap\n"
	"  bus       what lies beyond the end of a mapped file\n"
	"  rmw       10,000 integers by read/write, and through mmap\n"
	"  devmap    device memory in a process, and its attributes\n"
	"\n"
	"Then look around:\n"
	"\n"
	"  pmap $$                     this shell's mappings (pmap -x $$: its "
	"pages)\n"
	"  cat /proc/self/maps         the same, as the kernel tells it\n"
	"  cat /proc/$$/pagetable      the page tables, as the MMU sees them\n"
	"  ps, top, free, vmstat       who has how much, and how many faults\n"
	"  mount /dev/vda /mnt         the disk: what is in it stays there\n"
	"\n"
	"Programs: cat cp dd echo free grep hexdump kill ln ls mkdir mount mv "
	"pmap ps\n"
	"  rm rmdir sh sleep stat top umount uptime vmstat wc poweroff\n"
	"The shell: a | b, < > >> 2>&1, a && b, &, jobs fg bg wait, kill %1, "
	"$x, $?,\n"
	"  x=1, $((x+1)), $(a), if for while, * and ?, Tab, arrow keys, "
	"Ctrl-C, Ctrl-Z.\n"
	"exit or poweroff ends the machine; Ctrl-A x ends QEMU at any time.\n";

int main(void)
{
	return write_full(1, text, sizeof(text) - 1) < 0;
}
