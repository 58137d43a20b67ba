/*
 * edit.c - a line from the console, with editing and history.
 *
 * While a line is typed the terminal is in raw mode: every key comes at once,
 * not echoed, and Ctrl-C is a byte like others. What is seen is drawn here:
 *
 *	quire:/# ls /t_mp	|text ... at ... len|; the cursor stands on `at`
 *
 * A key in the middle draws the line from there on; a line longer than the
 * screen shows the part around the cursor. Keys: arrows, Home, End, Delete,
 * Backspace, Tab (completes names), and Ctrl- A E B F P N D H K U W L C.
 */
#include "user/sh/sh.h"

#define LINE_MAX 4096
#define HISTORY	 64u

int interactive;
static char line[LINE_MAX];
static int len, at; /* of the line: length, cursor */
static int first;   /* the first byte that is shown */
static int width;   /* what fits beside the prompt */
static const char *prompt_text;

static char *history[HISTORY];
static unsigned int nr_history; /* grows only */
static unsigned int shown;	/* which is on the screen; nr_history: none */

/* ---- the terminal */

static struct termios cooked;

static void set_raw(int on)
{
	static int known;
	struct termios raw;

	if (!known) {
		ioctl(0, TCGETS, &cooked);
		known = 1;
	}
	raw = cooked;
	if (on)
		raw.c_lflag &= ~(unsigned int)(ICANON | ECHO | ISIG | IEXTEN);
	ioctl(0, TCSETS, &raw);
}

static void set_width(void)
{
	struct winsize size;
	int columns = 80;

	if (!ioctl(0, TIOCGWINSZ, &size) && size.ws_col)
		columns = size.ws_col;
	width = columns - (int)strlen(prompt_text) - 1;
	if (width < 8)
		width = 8;
}

/* ---- drawing */

static void draw(void)
{
	int shown_len;

	if (at < first || at - first >= width)
		first = at < width ? 0 : at - width / 2;
	shown_len = len - first < width ? len - first : width;
	printf("\r%s", prompt_text);
	line[len] = 0;
	flush();
	write_full(1, line + first, (size_t)shown_len);
	printf("\033[K");
	if (shown_len > at - first)
		printf("\033[%dD", shown_len - (at - first));
	flush();
}

static void insert(const char *s, int n)
{
	if (len + n >= LINE_MAX) {
		write_full(1, "\a", 1);
		return;
	}
	memmove(line + at + n, line + at, (size_t)(len - at));
	memcpy(line + at, s, (size_t)n);
	len += n;
	at += n;
	if (at == len && len - first < width) {
		flush();
		write_full(1, s, (size_t)n); /* the usual case */
	} else {
		draw();
	}
}

/* Removes [from, to) and puts the cursor there. */
static void cut(int from, int to)
{
	if (from < 0 || to > len || from >= to)
		return;
	memmove(line + from, line + to, (size_t)(len - to));
	len -= to - from;
	at = from;
	draw();
}

static void move(int to)
{
	if (to >= 0 && to <= len && to != at) {
		at = to;
		draw();
	}
}

/* ---- history */

static void remember(void)
{
	char **slot = &history[nr_history % HISTORY];
	const char *last =
		nr_history ? history[(nr_history - 1) % HISTORY] : NULL;

	line[len] = 0;
	if (!len || (last && !strcmp(last, line)))
		return;
	free(*slot);
	*slot = malloc((size_t)len + 1);
	if (*slot) {
		strcpy(*slot, line);
		nr_history++;
	}
}

static void recall(unsigned int which)
{
	if (which > nr_history || which + HISTORY < nr_history)
		return;
	shown = which;
	len = 0;
	if (which < nr_history) {
		strcpy(line, history[which % HISTORY]);
		len = (int)strlen(line);
	}
	at = len;
	first = 0;
	draw();
}

void history_show(void)
{
	unsigned int i = nr_history > HISTORY ? nr_history - HISTORY : 0;

	for (; i < nr_history; i++)
		printf("%4u  %s\n", i + 1, history[i % HISTORY]);
}

/* ---- Tab */

struct guess {
	const char *stem;
	int n;		  /* candidates */
	char common[256]; /* what all of them begin with */
	int folder;	  /* the only one is a folder */
	int list;	  /* write them */
};

static void consider(struct guess *g, const char *path, const char *name)
{
	char full[512];
	stat_t st;
	size_t i;

	if (strncmp(name, g->stem, strlen(g->stem)) ||
	    (*name == '.' && !*g->stem))
		return;
	if (g->list)
		printf("%s  ", name);
	if (!g->n++) {
		snprintf(g->common, sizeof(g->common), "%s", name);
		g->folder =
			!stat(path_join(full, sizeof(full), path, name), &st) &&
			S_ISDIR(st.st_mode);
		return;
	}
	for (i = 0; g->common[i] && g->common[i] == name[i]; i++)
		;
	g->common[i] = 0;
}

/* Looks for names that begin as @word does; the first word of a line is a program. */
static void guess(struct guess *g, const char *word, int is_first)
{
	const char *slash = NULL, *s, *e;
	static char folder[512];
	static struct dir d;

	for (s = word; *s; s++)
		slash = *s == '/' ? s : slash;
	g->stem = slash ? slash + 1 : word;
	g->n = 0;
	snprintf(folder, sizeof(folder), "%s", word);
	folder[g->stem - word] = 0;
	s = slash ? folder : is_first ? "/bin" : ".";
	if (dir_open(&d, s) < 0)
		return;
	while ((e = dir_next(&d)) != NULL)
		consider(g, s, e);
	dir_close(&d);
}

/* Completes the word before the cursor, or shows what it could become. */
static void complete(void)
{
	struct guess g = { .list = 0 };
	int start = at, more;
	char word[512];

	while (start && !strchr(" \t|;&<>()\"'=", line[start - 1]))
		start--;
	if (at - start >= (int)sizeof(word))
		return;
	memcpy(word, line + start, (size_t)(at - start));
	word[at - start] = 0;
	guess(&g, word, !start);
	if (!g.n)
		return;
	more = (int)(strlen(g.common) - strlen(g.stem));
	if (more > 0)
		insert(g.common + strlen(g.stem), more);
	if (g.n == 1)
		insert(g.folder ? "/" : " ", 1);
	if (g.n == 1 || more > 0)
		return;
	g.list = 1;
	printf("\n");
	guess(&g, word, !start);
	printf("\n");
	draw();
}

/* ---- keys */

enum {
	KEY_UP = 256,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_NONE
};

static int get_byte(void)
{
	unsigned char c;
	ssize_t r;

	flush();
	do
		r = read(0, &c, 1);
	while (r < 0 && errno == EINTR);
	return r <= 0 ? -1 : c;
}

/* Esc [ A, Esc O A, Esc [ 3 ~ and their kind */
static int get_key(void)
{
	int number = 0, c = get_byte();

	if (c != 27)
		return c;
	c = get_byte();
	if (c != '[' && c != 'O')
		return KEY_NONE;
	for (c = get_byte(); (c >= '0' && c <= '9') || c == ';'; c = get_byte())
		number = c == ';' ? 0 : number * 10 + c - '0';
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case '~':
		return number == 3		    ? KEY_DELETE
		       : number == 1 || number == 7 ? KEY_HOME
		       : number == 4 || number == 8 ? KEY_END
						    : KEY_NONE;
	default:
		return KEY_NONE;
	}
}

#define CTRL(c) ((c)-64)

static void kill_word(void)
{
	int from = at;

	while (from && line[from - 1] == ' ')
		from--;
	while (from && line[from - 1] != ' ')
		from--;
	cut(from, at);
}

static void edit_key(int key)
{
	char c = (char)key;

	switch (key) {
	case KEY_UP:
	case CTRL('P'):
		recall(shown - 1);
		break;
	case KEY_DOWN:
	case CTRL('N'):
		recall(shown + 1);
		break;
	case KEY_LEFT:
	case CTRL('B'):
		move(at - 1);
		break;
	case KEY_RIGHT:
	case CTRL('F'):
		move(at + 1);
		break;
	case KEY_HOME:
	case CTRL('A'):
		move(0);
		break;
	case KEY_END:
	case CTRL('E'):
		move(len);
		break;
	case KEY_DELETE:
	case CTRL('D'):
		cut(at, at + 1);
		break;
	case 127:
	case CTRL('H'):
		cut(at - 1, at);
		break;
	case CTRL('K'):
		cut(at, len);
		break;
	case CTRL('U'):
		cut(0, at);
		break;
	case CTRL('W'):
		kill_word();
		break;
	case CTRL('L'):
		printf("\033[H\033[J");
		draw();
		break;
	case '\t':
		complete();
		break;
	default:
		if (key >= 32 && key < 256)
			insert(&c, 1);
	}
}

/* => 1: there is a line; 0: the end */
static int edit(void)
{
	int key;

	for (;;) {
		key = get_key();
		if (key < 0 || (key == CTRL('D') && !len))
			return 0;
		if (key == '\r' || key == '\n')
			return 1;
		if (key == CTRL('C')) {
			printf("^C");
			len = at = 0;
			interrupted = 1;
			return 1;
		}
		edit_key(key);
	}
}

static char *read_plain(void)
{
	ssize_t r = 0;
	char c;

	for (len = 0; (r = read(0, &c, 1)) > 0 && c != '\n';)
		if (len < LINE_MAX - 1)
			line[len++] = c;
	line[len] = 0;
	return r <= 0 && !len ? NULL : line;
}

char *read_line(const char *prompt)
{
	int more;

	if (!interactive)
		return read_plain();
	prompt_text = prompt;
	len = at = first = 0;
	shown = nr_history;
	set_raw(1);
	set_width();
	printf("%s", prompt);
	more = edit();
	move(len);
	flush();
	set_raw(0); /* before the newline: who sees it may press Ctrl-C */
	printf("\n");
	flush();
	line[len] = 0;
	if (more)
		remember();
	return more ? line : NULL;
}
