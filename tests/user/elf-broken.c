/*
 * elf-broken.c - programs that are none. This test copies its own file with
 * one field spoiled at a time, and executes the copy: an errno while the old
 * program still exists, a kill afterwards, never anything else. An unspoiled
 * copy runs and exits with 42.
 */
#include <linux/elf.h>
#include "user/lib/probe.h"
#include "user/lib/stdlib.h"
#include "user/lib/string.h"
#include "user/lib/tap.h"

#define COPY "/tmp/elf-broken.copy"

static char *file;
static size_t length;
static Elf32_Ehdr *eh;
static Elf32_Phdr *text; /* the segment with the code */

static int save(int mode)
{
	int fd = open(COPY, O_WRONLY | O_CREAT | O_TRUNC, mode);
	size_t done = 0;
	ssize_t n = 1;

	while (fd >= 0 && done < length && n > 0) {
		n = write(fd, file + done, length - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	return fd >= 0 && done == length;
}

static int exec_copy(void *arg)
{
	const char *argv[] = { COPY, "copy", NULL };

	(void)arg;
	execve(COPY, (char *const *)(uintptr_t)argv, environ);
	return errno;
}

static void load(const char *self)
{
	Elf32_Phdr *ph;
	int n;

	n = read_file(self, file, 60000);
	length = n > 0 ? (size_t)n : 0;
	eh = (Elf32_Ehdr *)(void *)file;
	ph = (Elf32_Phdr *)(void *)(file + eh->e_phoff);
	while (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
		ph++;
	text = ph;
}

/* The spoiled copy is refused with @err. */
static void refused(int err, const char *name)
{
	unlink(COPY);
	save(0755);
	is_exit(in_child(exec_copy, NULL), err, name);
}

/* The spoiled copy may be refused or killed, but it doesn't run. */
static void does_not_run(const char *name)
{
	int status;

	unlink(COPY);
	save(0755);
	status = in_child(exec_copy, NULL);
	ok(WIFSIGNALED(status) || WEXITSTATUS(status) == ENOEXEC ||
		   WEXITSTATUS(status) == EINVAL ||
		   WEXITSTATUS(status) == ENOMEM,
	   "%s: refused or killed", name);
}

static void headers(const char *self)
{
	load(self);
	file[1] = 'F';
	refused(ENOEXEC, "a wrong magic");
	load(self);
	length = 0;
	refused(ENOEXEC, "an empty file");
	load(self);
	length = 20;
	refused(ENOEXEC, "half a header");
	load(self);
	eh->e_machine = 8; /* EM_MIPS */
	refused(ENOEXEC, "another processor's");
	load(self);
	eh->e_type = ET_REL;
	refused(ENOEXEC, "an object file");
	load(self);
	eh->e_phentsize = 31;
	refused(ENOEXEC, "program headers of another size");
	load(self);
	eh->e_phnum = 0;
	refused(ENOEXEC, "no program headers");
	load(self);
	eh->e_phnum = 0xffff;
	refused(ENOEXEC, "far too many");
	load(self);
	eh->e_phoff = 0x7ffff000;
	refused(ENOEXEC, "program headers beyond the file");
	load(self);
	strcpy(file, "hello\n");
	length = 6;
	refused(ENOEXEC, "a text file");
}

static void segments(const char *self)
{
	load(self);
	text->p_vaddr = 0xd0000000;
	eh->e_entry = 0xd0000000;
	if (!under_64bit()) /* which has more room */
		does_not_run("text in the kernel");
	load(self);
	text->p_vaddr = 0xfffff000;
	text->p_memsz = text->p_filesz = 0x2000;
	does_not_run("text around the end of all addresses");
	load(self);
	text->p_memsz = 0xf0000000;
	if (!under_64bit())
		does_not_run("text larger than the address space");
	load(self);
	text->p_filesz = 0x7fffffff;
	does_not_run("more in the file than in memory");
	load(self);
	text->p_offset++;
	does_not_run("an offset that does not fit the address");
	load(self);
	eh->e_entry = 0x00000004;
	does_not_run("an entry at nowhere");
	load(self);
	text->p_flags = PF_R | PF_W;
	if (has_nx())
		does_not_run("text that may not be executed");
	load(self);
	length = sizeof(*eh) + 16;
	does_not_run("a file cut short");
}

static void rights(const char *self)
{
	load(self);
	unlink(COPY);
	save(0644);
	is_exit(in_child(exec_copy, NULL), EACCES, "a file without x");
	unlink(COPY);
	is_exit(in_child(exec_copy, NULL), ENOENT, "no file");
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "copy"))
		return 42;
	if (under_qemu()) {
		skip("execve", "the host does not know our programs");
		return done_testing();
	}
	file = malloc(60000);
	load(argv[0]);
	sys(__NR_mkdir, "/tmp", 0777);
	if (!save(0755)) {
		skip("broken programs", "no file can be written here");
		return done_testing();
	}
	is_exit(in_child(exec_copy, NULL), 42, "an unspoiled copy runs");
	headers(argv[0]);
	segments(argv[0]);
	rights(argv[0]);
	return done_testing();
}
