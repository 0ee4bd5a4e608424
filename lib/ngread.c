/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/ngread.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/pcapng.h"
#include "lib/plural.h"

#define INTERFACES_MAX 65536
#define NAME_MAX_      255
/* A frame and some comments; blocks of other types may be longer. */
#define BLOCK_MAX 4194304

/*
 * Link errors in epb_flags, except a wrong gap, which leaves the frame whole.
 */
#define ERROR_FLAGS 0xf7000000

/* The octets of the FCS in epb_flags; 0: those of if_fcslen. */
#define FCS_FLAGS(flags) ((flags) >> 5 & 0xf)

/* From here on the number of a link type is that of libpcap, too. */
#define SHARED_LINKTYPES 104

struct interface {
	char *name; /* NULL: it has none */
	char *flaw; /* why no frame of it can be read; NULL: there is nothing */
	uint16_t linktype;
	uint32_t snaplen; /* 0: no limit */
	uint64_t units;   /* of a timestamp, in a second */
	int64_t offset;   /* seconds to add to a timestamp */
	uint32_t fcs;     /* octets at the end of each frame */
};

struct ngread {
	FILE *file;
	bool big; /* the byte order of this section */
	bool begun;
	struct interface *interface;
	uint32_t ninterfaces;
	uint64_t last; /* time, for a simple packet block, which has none */

	uint8_t *body; /* of the block, without its lengths and its type */
	uint32_t n;    /* octets of the body */
	uint32_t room;

	char error[512];
};

/* The fields that all three types of packet block have. */
struct packet {
	uint32_t interface;
	uint64_t timestamp;
	uint32_t size, len;
	uint32_t data, options; /* where they begin in the body */
};

static int __attribute__((format(printf, 2, 3)))
fail(struct ngread *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->error, sizeof(r->error), fmt, ap);
	va_end(ap);
	return -EBADMSG;
}

static uint16_t
get16(const struct ngread *r, const uint8_t *p)
{
	return r->big ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
}

static uint32_t
get32(const struct ngread *r, const uint8_t *p)
{
	uint32_t low = get16(r, p + (r->big ? 2 : 0));

	return (uint32_t)get16(r, p + (r->big ? 0 : 2)) << 16 | low;
}

/* An option of 64 bits.  A timestamp has its upper half first. */
static uint64_t
get64(const struct ngread *r, const uint8_t *p)
{
	uint64_t low = get32(r, p + (r->big ? 4 : 0));

	return (uint64_t)get32(r, p + (r->big ? 0 : 4)) << 32 | low;
}

static uint64_t
get_time(const struct ngread *r, const uint8_t *p)
{
	return (uint64_t)get32(r, p) << 32 | get32(r, p + 4);
}

static int
take(struct ngread *r, void *to, size_t n)
{
	if (n == 0 || fread_unlocked(to, 1, n, r->file) == n)
		return 0;
	if (ferror(r->file))
		return fail(r, "cannot be read: %s", strerror(errno));
	return fail(r, "the file ends within a block");
}

static int
skip(struct ngread *r, uint32_t n)
{
	uint8_t waste[4096];
	int rc = 0;

	while (n > 0 && rc == 0) {
		uint32_t part = n < sizeof(waste) ? n : sizeof(waste);

		rc = take(r, waste, part);
		n -= part;
	}
	return rc;
}

static void
forget_interfaces(struct ngread *r)
{
	for (uint32_t i = 0; i < r->ninterfaces; i++) {
		free(r->interface[i].name);
		free(r->interface[i].flaw);
	}
	free(r->interface);
	r->interface = NULL;
	r->ninterfaces = 0;
}

struct ngread *
ngread_create(FILE *f)
{
	struct ngread *r = calloc(1, sizeof(*r));

	if (r != NULL)
		r->file = f;
	return r;
}

void
ngread_free(struct ngread *r)
{
	if (r == NULL)
		return;
	forget_interfaces(r);
	free(r->body);
	free(r);
}

/*
 * Finds the option at or after '*at'; false at the end of the options.  '*n' is
 * its length.
 */
static int
next_option(struct ngread *r, uint32_t *at, uint16_t *code, const uint8_t **p,
	    uint16_t *n)
{
	if (r->n - *at < 4)
		return 0;
	*code = get16(r, r->body + *at);
	*n = get16(r, r->body + *at + 2);
	*p = r->body + *at + 4;
	if (*code == PCAPNG_END)
		return 0;
	if (((uint32_t)*n + 3) / 4 * 4 > r->n - *at - 4)
		return fail(r, "an option of %u octets runs past its block",
			    (unsigned int)*n);
	*at += 4 + ((uint32_t)*n + 3) / 4 * 4;
	return 1;
}

/*
 * Notes what is wrong with an interface: a capture may have some that are not used.
 * The first flaw counts.
 */
static int __attribute__((format(printf, 3, 4)))
mark(struct ngread *r, struct interface *i, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (i->flaw != NULL)
		return 0;
	va_start(ap, fmt);
	n = vasprintf(&i->flaw, fmt, ap);
	va_end(ap);
	if (n >= 0)
		return 0;
	i->flaw = NULL;
	return fail(r, "%s", strerror(ENOMEM));
}

static int
set_name(struct ngread *r, struct interface *i, const uint8_t *p, uint16_t n)
{
	if (n > NAME_MAX_)
		return mark(r, i, "has a name of %u octets, %d at most",
			    (unsigned int)n, NAME_MAX_);
	free(i->name);
	i->name = strndup((const char *)p, n);
	return i->name != NULL ? 0 : fail(r, "%s", strerror(errno));
}

/* if_tsresol: a negative power of ten, or of two if the upper bit is set. */
static int
set_resolution(struct ngread *r, struct interface *i, uint8_t v)
{
	unsigned int power = v & 0x7f;

	if (power > (v & 0x80 ? 63 : 19))
		return mark(r, i, "has a timestamp resolution of %s^-%u",
			    v & 0x80 ? "2" : "10", power);
	i->units = 1;
	while (power-- > 0)
		i->units *= v & 0x80 ? 2 : 10;
	return 0;
}

/*
 * if_fcslen: in bits by the draft, but most programs write and read octets.  No FCS is
 * so long that the two could be mistaken.
 */
static uint32_t
fcs_octets(uint8_t v)
{
	return v < 16 ? v : v / 8;
}

/* The options that are used, and their lengths; 0: any. */
static const struct {
	uint16_t code, n;
	const char *name;
} options[] = {
	{ PCAPNG_IF_NAME, 0, "if_name" },
	{ PCAPNG_IF_TSRESOL, 1, "if_tsresol" },
	{ PCAPNG_IF_FCSLEN, 1, "if_fcslen" },
	{ PCAPNG_IF_TSOFFSET, 8, "if_tsoffset" },
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

static int
set_option(struct ngread *r, struct interface *i, uint16_t code,
	   const uint8_t *p, uint16_t n)
{
	for (size_t o = 0; o < NOPTIONS; o++)
		if (options[o].code == code && options[o].n != 0 &&
		    options[o].n != n)
			return mark(r, i,
				    "has an option %s of %u octet%s, not %u",
				    options[o].name, (unsigned int)n, plural(n),
				    (unsigned int)options[o].n);
	if (code == PCAPNG_IF_NAME)
		return set_name(r, i, p, n);
	if (code == PCAPNG_IF_TSRESOL)
		return set_resolution(r, i, p[0]);
	if (code == PCAPNG_IF_FCSLEN)
		i->fcs = fcs_octets(p[0]);
	else if (code == PCAPNG_IF_TSOFFSET)
		i->offset = (int64_t)get64(r, p);
	return 0;
}

static int
add_interface(struct ngread *r)
{
	struct interface *all, *i;
	uint32_t at = 8;
	uint16_t code, n;
	const uint8_t *p;
	int rc;

	if (r->n < 8)
		return fail(r, "an interface block of %u octets", r->n);
	if (r->ninterfaces == INTERFACES_MAX)
		return fail(r, "more than %d interfaces", INTERFACES_MAX);
	all = reallocarray(r->interface, r->ninterfaces + 1, sizeof(*all));
	if (all == NULL)
		return fail(r, "%s", strerror(errno));
	r->interface = all;
	i = &all[r->ninterfaces++];
	*i = (struct interface){ .linktype = get16(r, r->body),
				 .snaplen = get32(r, r->body + 4),
				 .units = 1000000 };
	while ((rc = next_option(r, &at, &code, &p, &n)) > 0) {
		rc = set_option(r, i, code, p, n);
		if (rc < 0)
			return rc;
	}
	return rc;
}

/* Reads the length of a block again, at its end. */
static int
take_length(struct ngread *r, uint32_t length)
{
	uint8_t again[4] = { 0 };

	if (take(r, again, 4) < 0)
		return -EBADMSG;
	if (get32(r, again) != length)
		return fail(r, "a block begins with the length %u and ends %u",
			    length, get32(r, again));
	return 0;
}

/* Reads the rest of a block: its body, and its length again. */
static int
take_body(struct ngread *r, uint32_t n, uint32_t length)
{
	if (n > BLOCK_MAX)
		return fail(r, "a block of %u octets, %d at most", length,
			    BLOCK_MAX);
	if (n > r->room) {
		free(r->body);
		r->room = 0;
		r->body = malloc(n);
		if (r->body == NULL)
			return fail(r, "%s", strerror(errno));
		r->room = n;
	}
	r->n = n;
	return take(r, r->body, n) < 0 ? -EBADMSG : take_length(r, length);
}

static int
skip_body(struct ngread *r, uint32_t n, uint32_t length)
{
	return skip(r, n) < 0 ? -EBADMSG : take_length(r, length);
}

/* Reads the rest of a section header, of which 'head' was read. */
static int
begin_section(struct ngread *r, const uint8_t head[8])
{
	static const uint8_t little[] = { 0x4d, 0x3c, 0x2b, 0x1a };
	static const uint8_t big[] = { 0x1a, 0x2b, 0x3c, 0x4d };
	uint8_t magic[4], version[4];
	uint32_t length;

	if (take(r, magic, 4) < 0)
		return -EBADMSG;
	r->big = memcmp(magic, big, 4) == 0;
	if (!r->big && memcmp(magic, little, 4) != 0)
		return fail(r, "not a pcapng section: no byte-order magic");
	length = get32(r, head + 4);
	if (length < 28 || length % 4 != 0)
		return fail(r, "a section header of %u octets", length);
	if (take(r, version, 4) < 0)
		return -EBADMSG;
	if (get16(r, version) != 1)
		return fail(r, "pcapng version %u.%u, 1.0 can be read",
			    get16(r, version), get16(r, version + 2));
	forget_interfaces(r);
	r->begun = true;
	return skip_body(r, length - 20, length);
}

/*
 * Reads the next block.  Returns 1 and its type, with its body if it is used; 0
 * at the end.
 */
static int
next_block(struct ngread *r, uint32_t *type)
{
	uint8_t head[8];
	uint32_t length;
	size_t got = fread_unlocked(head, 1, sizeof(head), r->file);
	int rc;

	if (got == 0 && !ferror(r->file))
		return 0;
	if (got != sizeof(head))
		return fail(r, "%s",
			    ferror(r->file) ? strerror(errno)
					    : "the file ends within a block");
	*type = get32(r, head);
	if (*type == PCAPNG_SECTION) {
		rc = begin_section(r, head);
		return rc < 0 ? rc : 1;
	}
	if (!r->begun)
		return fail(r, "neither pcap nor pcapng");
	length = get32(r, head + 4);
	if (length < 12 || length % 4 != 0)
		return fail(r, "a block of %u octets", length);
	if (*type == PCAPNG_INTERFACE || *type == PCAPNG_PACKET ||
	    *type == PCAPNG_SIMPLE_PACKET || *type == PCAPNG_ENHANCED_PACKET)
		rc = take_body(r, length - 12, length);
	else
		rc = skip_body(r, length - 12, length);
	return rc < 0 ? rc : 1;
}

static int
parse_simple(struct ngread *r, struct packet *p)
{
	if (r->n < 4)
		return fail(r, "a packet block of %u octets", r->n);
	p->interface = 0;
	p->timestamp = 0;
	p->len = get32(r, r->body);
	p->data = 4;
	p->size = p->len < r->n - 4 ? p->len : r->n - 4;
	p->options = r->n;
	if (r->ninterfaces > 0 && r->interface[0].snaplen != 0 &&
	    p->size > r->interface[0].snaplen)
		p->size = r->interface[0].snaplen;
	return 0;
}

static int
parse_packet(struct ngread *r, uint32_t type, struct packet *p)
{
	if (type == PCAPNG_SIMPLE_PACKET)
		return parse_simple(r, p);
	if (r->n < 20)
		return fail(r, "a packet block of %u octets", r->n);
	p->interface =
		type == PCAPNG_PACKET ? get16(r, r->body) : get32(r, r->body);
	p->timestamp = get_time(r, r->body + 4);
	p->size = get32(r, r->body + 12);
	p->len = get32(r, r->body + 16);
	p->data = 20;
	if (p->size > r->n - 20)
		return fail(r, "a frame of %u octets in a block with %u left",
			    p->size, r->n - 20);
	/* The padding fits: the body is a multiple of four. */
	p->options = 20 + (p->size + 3) / 4 * 4;
	return 0;
}

static int
set_time(struct ngread *r, const struct interface *i, uint64_t timestamp,
	 struct capture_record *to)
{
	__int128 ns = (__int128)(timestamp / i->units) + i->offset;
	uint64_t part = timestamp % i->units;

	ns = ns * CLOCK_SECOND +
	     (uint64_t)((unsigned __int128)part * CLOCK_SECOND / i->units);
	if (ns < 0 || ns > CAPTURE_TIME_MAX)
		return fail(r, "a time before 1970 or after 2262");
	to->time = (uint64_t)ns;
	r->last = to->time;
	return 0;
}

/* Only the flags are used; they are 0 if there are none. */
static int
read_flags(struct ngread *r, uint32_t at, uint32_t *flags)
{
	uint16_t code, n;
	const uint8_t *p;
	int rc;

	*flags = 0;
	while ((rc = next_option(r, &at, &code, &p, &n)) > 0) {
		if (code != PCAPNG_FLAGS)
			continue;
		if (n != 4)
			return fail(r, "flags of %u octet%s, not 4",
				    (unsigned int)n, plural(n));
		*flags = get32(r, p);
	}
	return rc;
}

static void
cut_fcs(struct capture_record *to, uint32_t fcs)
{
	if (to->len < fcs)
		return;
	to->len -= fcs;
	if (to->size > to->len)
		to->size = to->len;
}

static int
set_frame(struct ngread *r, const struct interface *i, const struct packet *p,
	  struct capture_record *to)
{
	uint32_t flags;
	int rc = read_flags(r, p->options, &flags);

	to->frame = r->body + p->data;
	to->size = p->size;
	to->len = p->len > p->size ? p->len : p->size;
	to->interface = i->name;
	to->bad = (flags & ERROR_FLAGS) != 0;
	to->outbound = (flags & 3) == PCAPNG_OUTBOUND;
	cut_fcs(to, FCS_FLAGS(flags) != 0 ? FCS_FLAGS(flags) : i->fcs);
	return rc;
}

/* "LINUX_SLL (113)", or "113". */
static void
format_linktype(uint16_t linktype, char text[64])
{
	const char *name = NULL;

	if (linktype >= SHARED_LINKTYPES)
		name = pcap_datalink_val_to_name(linktype);
	if (name != NULL)
		snprintf(text, 64, "%.40s (%u)", name, linktype);
	else
		snprintf(text, 64, "%u", linktype);
}

/* Only Ethernet is read, and only what has no flaw. */
static int
check_interface(struct ngread *r, uint32_t number)
{
	const struct interface *i = &r->interface[number];
	const char *name = i->name != NULL ? i->name : "";
	const char *lead = i->name != NULL ? " " : "";
	char linktype[64];

	format_linktype(i->linktype, linktype);
	if (i->linktype != PCAPNG_ETHERNET)
		return fail(r,
			    "link type %s of interface %u%s%s, only Ethernet "
			    "can be read",
			    linktype, number, lead, name);
	if (i->flaw != NULL)
		return fail(r, "interface %u%s%s %s", number, lead, name,
			    i->flaw);
	return 0;
}

static int
read_packet(struct ngread *r, uint32_t type, struct capture_record *to)
{
	const struct interface *i;
	struct packet p = { 0 };
	int rc = parse_packet(r, type, &p);

	if (rc < 0)
		return rc;
	if (p.interface >= r->ninterfaces)
		return fail(r, "a frame of interface %u, and %u are known",
			    p.interface, r->ninterfaces);
	rc = check_interface(r, p.interface);
	if (rc < 0)
		return rc;
	if (p.size > CAPTURE_SIZE_MAX)
		return fail(r, "a frame of %u octets, %d at most", p.size,
			    CAPTURE_SIZE_MAX);
	i = &r->interface[p.interface];
	rc = set_frame(r, i, &p, to);
	to->time = r->last;
	if (rc == 0 && type != PCAPNG_SIMPLE_PACKET)
		rc = set_time(r, i, p.timestamp, to);
	return rc < 0 ? rc : 1;
}

int
ngread_next(struct ngread *r, struct capture_record *to)
{
	uint32_t type = 0;
	int rc;

	while ((rc = next_block(r, &type)) > 0) {
		if (type == PCAPNG_INTERFACE)
			rc = add_interface(r);
		else if (type == PCAPNG_PACKET ||
			 type == PCAPNG_SIMPLE_PACKET ||
			 type == PCAPNG_ENHANCED_PACKET)
			return read_packet(r, type, to);
		if (rc < 0)
			return rc;
	}
	return rc;
}

const char *
ngread_error(const struct ngread *r)
{
	return r->error;
}
