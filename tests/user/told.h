/*
 * told.h - what children tell a test through a pipe, a byte each: the signals that
 * reached them, and what they like.
 */
#include "user/lib/signal.h"
#include "user/lib/sys.h"

static int said[2];

static void tell_signal(int signo, siginfo_t *info, void *context)
{
	char c = (char)signo;

	(void)info, (void)context;
	write(said[1], &c, 1);
}

/* => the next byte; 0: nobody is left to write one */
static int heard(void)
{
	char c = 0;

	read(said[0], &c, 1);
	return c;
}
