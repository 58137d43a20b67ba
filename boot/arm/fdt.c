/*
 * fdt.c - a flattened device tree (Devicetree Specification 0.4, chapter 5).
 *
 *	header | /memreserve/ pairs | structure block | strings block
 *
 *	structure: BEGIN "name" PROP len,name,value ... BEGIN ... END END FINIS
 *
 * All numbers in it are big-endian. A node's properties come before its
 * children, so a node is complete, and visited, when the next BEGIN or END
 * comes; only the properties that board.c asks for are kept until then.
 *
 * Nothing in the tree is believed: every offset and length is checked against the block
 * it must stay in. What does not fit ends the walk with one line that says what.
 */
#include "fdt.h"
#include "mm/env.h"
#include "mm/memblock.h"

#define FDT_MAGIC   0xd00dfeed
#define FDT_VERSION 17 /* the header's fields we use */

enum { FDT_BEGIN = 1, FDT_END = 2, FDT_PROP = 3, FDT_NOP = 4, FDT_FINIS = 9 };

#define MAX_DEPTH   16
#define PATH_SIZE   256
#define MAX_RESERVE 64

#define PROP_NAME(id, name) name,
static const char *const prop_names[NR_PROPS] = { FDT_PROPS(PROP_NAME) };

static struct {
	const u8 *blob;
	u32 start, pos, end; /* structure block: offsets in blob */
	u32 strings, strings_size;
	char path[PATH_SIZE];
	struct level {	      /* the nodes we are in, the root first */
		u32 path_len; /* of the path up to its parent */
		u32 address_cells, size_cells; /* for its children */
	} level[MAX_DEPTH];
	u32 depth;
} fdt;

const char *fdt_error;

/* ---- numbers */

static u32 be32(const u8 *p)
{
	return __builtin_bswap32(*(const u32 *)(const void *)p);
}

u64 fdt_cells(const u8 *p, u32 cells)
{
	return cells == 2 ? (u64)be32(p) << 32 | be32(p + 4) : be32(p);
}

bool fdt_fail(const char *error)
{
	if (!fdt_error)
		fdt_error = error;
	return false;
}

/* ---- properties of a node */

bool fdt_has_string(const struct prop *prop, const char *s)
{
	u32 len = (u32)strlen(s) + 1;

	for (u32 i = 0; i + len <= prop->len; i++)
		if ((!i || !prop->data[i - 1]) &&
		    !memcmp(prop->data + i, s, len))
			return true;
	return false;
}

bool fdt_range(const struct node *node, u32 index, u64 *start, u64 *size)
{
	const struct prop *reg = &node->props[REG];
	u32 ac = node->address_cells, sc = node->size_cells;
	u32 bytes = (ac + sc) * 4;

	if (ac < 1 || ac > 2 || sc < 1 || sc > 2 ||
	    (u64)(index + 1) * bytes > reg->len)
		return false;
	*start = fdt_cells(reg->data + index * bytes, ac);
	*size = fdt_cells(reg->data + index * bytes + ac * 4, sc);
	return true;
}

/* ---- the walk */

/* The next `len` bytes of the structure block, padded to whole words. */
static const u8 *take(u32 len)
{
	const u8 *p = fdt.blob + fdt.pos;

	if (len > fdt.end - fdt.pos) {
		fdt_fail("device tree: the structure block ends too early");
		return NULL;
	}
	fdt.pos += min(ALIGN_UP(len, 4u), fdt.end - fdt.pos);
	return p;
}

static bool begin_node(struct node *node)
{
	const char *name = (const char *)fdt.blob + fdt.pos;
	u32 len = 0, path_len = (u32)strlen(fdt.path), depth = fdt.depth;

	while (len < fdt.end - fdt.pos && name[len])
		len++;
	if (!take(len + 1))
		return false;
	if (depth == MAX_DEPTH || path_len + len + 2 > PATH_SIZE)
		return fdt_fail("device tree: nested too deeply");
	*node = (struct node){ .path = fdt.path };
	/* What a parent does not say is 2 and 1 (2.3.5). */
	fdt.level[fdt.depth++] = (struct level){ path_len, 2, 1 };
	if (depth) {
		node->address_cells = fdt.level[depth - 1].address_cells;
		node->size_cells = fdt.level[depth - 1].size_cells;
		fdt.path[path_len] = '/';
		memcpy(fdt.path + path_len + 1, name, len + 1);
	}
	return true;
}

static bool end_node(void)
{
	if (!fdt.depth)
		return fdt_fail("device tree: a node ends that never began");
	fdt.depth--;
	fdt.path[fdt.level[fdt.depth].path_len] = '\0';
	return true;
}

static bool property(struct node *node)
{
	const u8 *head = take(8), *data;
	struct level *level;
	u32 len, name;

	if (!head)
		return false;
	len = be32(head);
	name = be32(head + 4);
	data = take(len);
	if (!data)
		return false;
	if (name >= fdt.strings_size || !fdt.depth)
		return fdt_fail("device tree: a property without name or node");
	for (u32 id = 0; id < NR_PROPS; id++)
		if (!strcmp((const char *)fdt.blob + fdt.strings + name,
			    prop_names[id]))
			node->props[id] = (struct prop){ data, len };
	level = &fdt.level[fdt.depth - 1];
	if (node->props[ADDRESS_CELLS].len == 4)
		level->address_cells = be32(node->props[ADDRESS_CELLS].data);
	if (node->props[SIZE_CELLS].len == 4)
		level->size_cells = be32(node->props[SIZE_CELLS].data);
	return true;
}

/* One token. `open`: the node's properties are being read. */
static bool step(u32 token, struct node *node, bool *open,
		 void (*visit)(const struct node *))
{
	bool properties = *open;

	if (token == FDT_NOP)
		return true;
	if (token == FDT_PROP && properties)
		return property(node);
	if (token != FDT_BEGIN && token != FDT_END)
		return fdt_fail("device tree: an unknown or misplaced token");
	*open = token == FDT_BEGIN;
	if (properties)
		visit(node);
	return *open ? begin_node(node) : end_node();
}

bool fdt_walk(void (*visit)(const struct node *))
{
	struct node node;
	bool open = false;
	const u8 *token;

	fdt.pos = fdt.start;
	fdt.depth = 0;
	fdt.path[0] = '\0';
	while ((token = take(4)) && be32(token) != FDT_FINIS)
		if (!step(be32(token), &node, &open, visit))
			return false;
	if (token && fdt.depth)
		fdt_fail("device tree: it ends inside a node");
	return !fdt_error;
}

/* ---- the header */

static bool in_blob(u32 start, u32 size, u32 total)
{
	return IS_ALIGNED(start, 4) && start <= total && size <= total - start;
}

static bool read_reserved(u32 pos, u32 total)
{
	for (u32 i = 0; i < MAX_RESERVE && in_blob(pos, 16, total);
	     i++, pos += 16) {
		u64 start = fdt_cells(fdt.blob + pos, 2);
		u64 size = fdt_cells(fdt.blob + pos + 8, 2);

		if (!size)
			return true;
		memblock_reserve(start, size);
	}
	return fdt_fail("device tree: no end of the reservations");
}

bool fdt_open(const void *blob, u32 max)
{
	const u8 *h = blob;
	u32 total = be32(h + 4), size = be32(h + 36);

	fdt.blob = blob;
	if (be32(h) != FDT_MAGIC)
		return fdt_fail("no device tree: what r2 points at is not one");
	if (be32(h + 20) < FDT_VERSION || be32(h + 24) > FDT_VERSION)
		return fdt_fail("device tree: a version we do not know");
	fdt.start = be32(h + 8);
	fdt.strings = be32(h + 12);
	fdt.strings_size = be32(h + 32);
	if (total > max)
		return fdt_fail("device tree: too large");
	/* The strings end with a zero, so that none runs on. */
	if (!in_blob(fdt.start, size, total) || !size || !fdt.strings_size ||
	    !in_blob(ALIGN_DOWN(fdt.strings, 4u), 0, total) ||
	    fdt.strings_size > total - fdt.strings ||
	    h[fdt.strings + fdt.strings_size - 1])
		return fdt_fail("device tree: the header's offsets are wrong");
	fdt.end = fdt.start + size;
	return read_reserved(be32(h + 16), total);
}
