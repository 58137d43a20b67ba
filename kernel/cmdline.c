/*
 * cmdline.c - the kernel's command line, word by word.
 *
 *	mem=64M lowmem=16M headless quiet selftest[=NAME] bench
 *	root=/dev/vda ro rw init=/PATH -- ARGUMENTS
 *
 * A word whose value makes no sense stops the machine before anything is built on
 * it; a word nobody knows is ignored, and kmain() says so.
 */
#include "kernel/cmdline.h"
#include "kernel/printk.h"

static char no_args[] = "";
struct cmdline cmdline = { .args = no_args };

bool parse_size(const char *s, u64 *size)
{
	u64 n = 0;
	u32 shift;
	char unit;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (u32)(*s - '0');
		if (n >> 40)
			return false;
	}
	unit = *s | 0x20; /* as a small letter */
	shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
	*size = n << shift;
	return !s[!!shift] && n;
}

static void parse_size_word(const char *word, const char *value, u64 *size)
{
	if (!parse_size(value, size))
		snprintf(cmdline.bad, sizeof(cmdline.bad),
			 "%s: not a size (like 64M, 1G or 4096K)", word);
}

char *value_of(char *word, const char *name)
{
	size_t n = strlen(name);

	return strncmp(word, name, n) || word[n] != '=' ? NULL : word + n + 1;
}

static void parse_word(char *word)
{
	char *value;
	size_t used;

	if ((value = value_of(word, "mem"))) {
		parse_size_word(word, value, &cmdline.mem);
	} else if ((value = value_of(word, "lowmem"))) {
		parse_size_word(word, value, &cmdline.lowmem);
	} else if (!strcmp(word, "headless")) {
		headless = true;
	} else if (!strcmp(word, "quiet")) {
		quiet = true;
	} else if (!strcmp(word, "selftest")) {
		cmdline.selftest = "";
	} else if ((value = value_of(word, "selftest"))) {
		cmdline.selftest = value;
	} else if (!strcmp(word, "bench")) {
		cmdline.bench = true;
	} else if ((value = value_of(word, "init"))) {
		cmdline.init = value;
	} else if ((value = value_of(word, "root"))) {
		cmdline.root = value;
	} else if (!strcmp(word, "ro") || !strcmp(word, "rw")) {
		cmdline.ro = word[1] == 'o';
	} else {
		used = strlen(cmdline.unknown);
		snprintf(cmdline.unknown + used, sizeof(cmdline.unknown) - used,
			 " %s", word);
	}
}

void cmdline_parse(char *line)
{
	while (*line) {
		char *word = line;

		while (*line && *line != ' ')
			line++;
		if (*line)
			*line++ = '\0';
		if (!strcmp(word, "--")) {
			cmdline.args = line;
			return;
		}
		if (*word)
			parse_word(word);
	}
}
