/*
 * vars.c - variables, and which of them programs get.
 *
 * A list of "NAME=value" in malloc()'s memory. The special ones, $? $$ $! $#
 * $0 to $9, are made when they are asked for.
 */
#include "user/sh/sh.h"

struct var {
	struct var *next;
	int exported;
	size_t name_len;
	char *text; /* "NAME=value" */
};

static struct var *vars;
static int shell_pid; /* $$ is the shell's in its subshells, too */
static char *no_args[] = { NULL };
char **positional = no_args;
int last_status, last_background;

size_t name_length(const char *s)
{
	size_t n = 0;

	while (s[n] == '_' || (s[n] | 32) - 'a' + 0u < 26u ||
	       (n && s[n] >= '0' && s[n] <= '9'))
		n++;
	return n;
}

size_t assignment(const char *s)
{
	size_t n = name_length(s);

	return s[n] == '=' ? n : 0;
}

static struct var *find(const char *name)
{
	size_t n = strlen(name);
	struct var *v;

	for (v = vars; v; v = v->next)
		if (v->name_len == n && !strncmp(v->text, name, n))
			return v;
	return NULL;
}

static const char *special(const char *name)
{
	static char buf[16];
	int n = 0;

	while (positional[n])
		n++;
	switch (*name) {
	case '?':
		snprintf(buf, sizeof(buf), "%d", last_status);
		return buf;
	case '$':
		snprintf(buf, sizeof(buf), "%d", shell_pid);
		return buf;
	case '!':
		snprintf(buf, sizeof(buf), "%d", last_background);
		return last_background ? buf : "";
	case '#':
		snprintf(buf, sizeof(buf), "%d", n ? n - 1 : 0);
		return buf;
	default:
		return *name - '0' < n ? positional[*name - '0'] : "";
	}
}

const char *var_get(const char *name)
{
	const struct var *v;

	if (*name && !name[1] && strchr("?$!#0123456789", *name))
		return special(name);
	v = find(name);
	return v ? v->text + v->name_len + 1 : "";
}

void var_set(const char *name, const char *value)
{
	size_t n = strlen(name);
	char *text = malloc(n + strlen(value) + 2);
	struct var *v = find(name);

	if (text && !v) {
		v = calloc(1, sizeof(*v));
		if (v) {
			v->next = vars;
			v->name_len = n;
			vars = v;
		}
	}
	if (!text || !v) {
		free(text);
		complain(name);
		return;
	}
	strcpy(text, name);
	text[n] = '=';
	strcpy(text + n + 1, value);
	free(v->text);
	v->text = text;
}

void var_export(const char *name)
{
	struct var *v = find(name);

	if (!v) {
		var_set(name, "");
		v = find(name);
	}
	if (v)
		v->exported = 1;
}

void var_unset(const char *name)
{
	struct var **p, *v = find(name);

	for (p = &vars; *p && *p != v; p = &(*p)->next)
		;
	if (!v)
		return;
	*p = v->next;
	free(v->text);
	free(v);
}

void vars_init(char **envp)
{
	char name[64];
	size_t n;

	shell_pid = getpid();
	for (; *envp; envp++) {
		n = assignment(*envp);
		if (!n || n >= sizeof(name))
			continue;
		memcpy(name, *envp, n);
		name[n] = 0;
		var_set(name, *envp + n + 1);
		var_export(name);
	}
	if (!*var_get("PATH"))
		var_set("PATH", "/bin");
}

char **vars_environ(void)
{
	const struct var *v;
	char **env;
	int n = 0;

	for (v = vars; v; v = v->next)
		n += v->exported;
	env = arena_alloc((size_t)(n + 1) * sizeof(*env));
	for (n = 0, v = vars; v; v = v->next)
		if (v->exported)
			env[n++] = v->text;
	env[n] = NULL;
	return env;
}
