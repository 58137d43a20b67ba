/*
 * random.c - random bytes for AT_RANDOM, getrandom() and /dev/random.
 *
 * A 32-byte state is stirred with the cycle counter at every call, and expanded by ChaCha's
 * block function (RFC 8439, 2.3); the first half of each block becomes the new
 * state, the second half is given out, so that what was given out does not tell the past.
 *
 * There is no real source of entropy in the machines Quire runs on: good enough for
 * hash seeds and tests, not for keys. Linux collects interrupts' jitter and the CPU's own sources.
 */
#include "kernel/random.h"
#include "kernel/sched.h"
#include "mm/uaccess.h"

#define ROUNDS 20

static u32 key[8];
static u32 counter;
static u8 pool[32]; /* the first `ready` bytes are unused */
static u32 ready;

static u32 rotl(u32 x, int n)
{
	return x << n | x >> (32 - n);
}

static void quarter(u32 *x, int a, int b, int c, int d)
{
	x[a] += x[b];
	x[d] = rotl(x[d] ^ x[a], 16);
	x[c] += x[d];
	x[b] = rotl(x[b] ^ x[c], 12);
	x[a] += x[b];
	x[d] = rotl(x[d] ^ x[a], 8);
	x[c] += x[d];
	x[b] = rotl(x[b] ^ x[c], 7);
}

static void block(u32 out[16])
{
	/* "expand 32-byte k" */
	u32 in[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };

	memcpy(in + 4, key, sizeof(key));
	in[12] = ++counter;
	in[13] = cycle_count();
	memcpy(out, in, sizeof(in));
	for (int i = 0; i < ROUNDS; i += 2) {
		for (int c = 0; c < 4; c++)
			quarter(out, c, 4 + c, 8 + c, 12 + c);
		for (int c = 0; c < 4; c++)
			quarter(out, c, 4 + (c + 1) % 4, 8 + (c + 2) % 4,
				12 + (c + 3) % 4);
	}
	for (int i = 0; i < 16; i++)
		out[i] += in[i];
}

void random_bytes(void *buf, u32 n)
{
	u8 *to = buf;

	while (n) {
		u32 part, out[16];

		if (!ready) { /* half of a block is the next key */
			block(out);
			memcpy(key, out, sizeof(key));
			memcpy(pool, out + 8, sizeof(pool));
			ready = sizeof(pool);
		}
		part = min(n, ready);
		ready -= part;
		memcpy(to, pool + ready, part);
		memset(pool + ready, 0, part); /* nobody gets it twice */
		to += part;
		n -= part;
	}
}

long random_to_user(void *buf, u32 n)
{
	u32 done = 0, left = 0;
	u8 bytes[64];

	while (done < n && !left && !(done && signal_pending())) {
		u32 part = min(n - done, (u32)sizeof(bytes));

		random_bytes(bytes, part);
		left = copy_to_user((u8 *)buf + done, bytes, part);
		done += part - left;
	}
	return done || !n ? (long)done : -EFAULT;
}
