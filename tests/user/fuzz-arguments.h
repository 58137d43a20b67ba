/*
 * fuzz-arguments.h - what fuzz-files.c passes to the calls of fuzz-files.h: names that
 * meet, descriptors, flags, sizes, structures; and the usual hostile numbers.
 */
#define SET_ASIDE 6 /* descriptors below it stay what they are */

static int in_guest; /* our own kernel, not other people's Linux */
static unsigned long words[6][24]; /* structures, made anew for each call */

static char *long_name(char *to, size_t n, const char *what)
{
	size_t i, len = strlen(what);

	for (i = 0; i < n; i++)
		to[i] = what[i % len];
	to[n] = '\0';
	return to;
}

/* One of many names, so that folders have several blocks. */
static char *numbered(char *to, uint32_t n)
{
	long_name(to, 20 + n % 180, "number-");
	to[0] = (char)('A' + n % 26);
	to[1] = (char)('0' + n / 26 % 8);
	return to;
}

/* Few, so that calls meet at them; and some of /proc. */
/* clang-format off */
static const char *const few_names[] = {
	"a", "b", "c", "d", "d", "e", "a", "b", "d/a", "d/b", "d/c", "d/e",
	"d/e/a", "d/e/f", "e/a", "e/d", "l", "l/a", "l/../b", "d/l", ".",
	"..", "", "a/", "d/", "d/..", "/", "/a", "./d/.//e/../b",
	"../../d/a", "null", "zero", "full", "random", "a b\n\377", "t",
	"t/a", "t/d/b",
};

static const char *const proc_names[] = {
	"proc", "/proc/self/mem", "/proc/self/maps", "/proc/self/pagemap",
	"/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1",
	"/proc/self/cwd/a", "/proc/self/smaps", "/proc/meminfo",
	"/proc/mounts", "/proc/self/environ", "/proc/self/task",
	"/proc/kpageflags", "/proc/self/status",
	"/proc/self/exe", "/proc/none",
};
/* clang-format on */

static unsigned long path(int which)
{
	static char made_up[2][4200];

	switch (random() % 16) {
	case 0:
		return address();
	case 1:
		return (unsigned long)long_name(made_up[which],
						random() % 2 ? 255 : 256, "x");
	case 2:
		return (unsigned long)long_name(made_up[which],
						4090 + random() % 8, "./d/../");
	case 3:
		return (unsigned long)
			proc_names[random() % ARRAY_SIZE(proc_names)];
	case 4:
	case 5:
		return (unsigned long)numbered(made_up[which], random() % 200);
	default:
		return (unsigned long)
			few_names[random() % ARRAY_SIZE(few_names)];
	}
}

static unsigned long descriptor(int least)
{
	if (least < SET_ASIDE && random() % 32 == 0)
		return hostile();
	return least + random() % (random() % 4 ? 20 - least : 32 - least);
}

static unsigned long open_flags(void)
{
	static const int some[] = {
		O_CREAT,    O_EXCL,  O_TRUNC,	O_APPEND,  O_DIRECTORY,
		O_NOFOLLOW, O_PATH,  O_TMPFILE, O_DIRECT,  O_SYNC,
		O_CREAT,    O_CREAT, O_CLOEXEC, O_NOATIME,
	};
	unsigned long flags = random() % 8 ? O_RDWR : random() % 4;

	if (random() % 16)
		flags |= O_NONBLOCK;
	while (random() % 2)
		flags |= (unsigned long)some[random() % ARRAY_SIZE(some)];
	return random() % 64 ? flags : flags | random();
}

static unsigned long at_flags(void)
{
	static const int some[] = { AT_SYMLINK_NOFOLLOW, AT_REMOVEDIR,
				    AT_SYMLINK_FOLLOW,	 AT_EMPTY_PATH,
				    AT_EACCESS,		 RENAME_NOREPLACE,
				    RENAME_EXCHANGE,	 RENAME_WHITEOUT };
	unsigned long flags = 0;

	while (random() % 2)
		flags |= (unsigned long)some[random() % ARRAY_SIZE(some)];
	return random() % 32 ? flags : bits();
}

/* Pages' edges, blocks' edges, and the limits of indirect blocks. */
static unsigned long size(void)
{
	static const unsigned long edges[] = {
		0,	12 * 1024, 12 * 4096, 268 * 1024,
		140000, 1 << 20,   65804288,  0x7ffff000,
	};

	switch (random() % 8) {
	case 0:
		return hostile();
	case 1:
	case 2:
		return edges[random() % ARRAY_SIZE(edges)] + random() % 3 - 1;
	case 3:
		return random() % 100000;
	default:
		return random() % 40 * 1024;
	}
}

static unsigned long length(void)
{
	switch (random() % 16) {
	case 0:
		return in_guest ? hostile() : 0;
	case 1:
	case 2:
		return random() % 100;
	default:
		return (1 + random() % 16) * PAGE_SIZE;
	}
}

static unsigned long number(void)
{
	return random() % 4 ? random() % 32 : hostile();
}

static unsigned long structure(int which)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words[0]); i++)
		words[which][i] = random() % 3	 ? random() % 4
				  : random() % 4 ? number()
						 : address();
	if (random() % 2) /* an iovec, or nearly */
		for (i = 0; i < ARRAY_SIZE(words[0]); i += 2) {
			words[which][i] = address();
			words[which][i + 1] = length();
		}
	return random() % 16  ? (unsigned long)words[which]
	       : random() % 2 ? 0
			      : address();
}

static unsigned long node(void)
{
	static const int types[] = { 0, S_IFREG, S_IFIFO, S_IFSOCK, S_IFDIR };
	unsigned long type = types[random() % ARRAY_SIZE(types)];

	return (in_guest && random() % 2 ? S_IFCHR : type) | 0600;
}

static unsigned long map_flags(void)
{
	unsigned long flags = MAP_SHARED + random() % 2;

	if (random() % 2)
		flags |= MAP_FIXED;
	if (in_guest && random() % 8 == 0)
		flags |= MAP_POPULATE;
	return flags;
}

static unsigned long type_of_fs(void)
{
	static const char *const types[] = { "tmpfs", "tmpfs", "ramfs",	 "proc",
					     "ext2",  "",      "nothing" };

	return (unsigned long)types[random() % ARRAY_SIZE(types)];
}

static unsigned long about_names(int kind, int which)
{
	static const unsigned long devices[] = { 0,	0x103, 0x105,
						 0x107, 0x108, 0xffff };

	switch (kind) {
	case PATH:
		return path(which > 1);
	case DIRFD:
		return random() % 2 ? AT_FDCWD : descriptor(0);
	case OFLAGS:
		return open_flags();
	case AT:
		return at_flags();
	case MODE:
		return random() % 8 ? 0777 & ~(random() & 0111) : number();
	case NODE:
		return node();
	case DEV:
		return devices[random() % ARRAY_SIZE(devices)];
	case ID:
		return random() % 2 ? random() % 3 - 1 : number();
	default:
		return type_of_fs();
	}
}

static unsigned long argument(int kind, int which)
{
	switch (kind) {
	case FD:
		return descriptor(0);
	case OWN:
		return descriptor(SET_ASIDE);
	case SIZE:
		return size();
	case HIGH:
		return random() % 16 ? 0 : hostile();
	case ADDR:
		return address();
	case WORDS:
		return structure(which);
	case LEN:
		return length();
	case NUM:
		return number();
	case FLAGS:
		return bits();
	case PROT:
		return random() % 4;
	case MAP:
		return map_flags();
	case COMMAND:
		return (unsigned long)commands[random() % ARRAY_SIZE(commands)];
	case IOCTL:
		return ioctls[random() % ARRAY_SIZE(ioctls)];
	case SHORT:
		return random() % 3;
	default:
		return about_names(kind, which);
	}
}
