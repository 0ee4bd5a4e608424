/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/pcapng.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX 255

/* A block that is being made, without the octets of a frame. */
struct block {
	unsigned int n;
	uint8_t octet[1024];
};

static void
put16(struct block *b, uint16_t v)
{
	b->octet[b->n++] = v & 0xff;
	b->octet[b->n++] = v >> 8;
}

static void
put32(struct block *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

/* Only timestamps have the upper half first. */
static void
put_time(struct block *b, uint64_t v)
{
	put32(b, v >> 32);
	put32(b, v & UINT32_MAX);
}

static void
pad(struct block *b)
{
	while (b->n % 4 != 0)
		b->octet[b->n++] = 0;
}

static void
put_option(struct block *b, uint16_t code, const void *value, size_t n)
{
	put16(b, code);
	put16(b, n);
	memcpy(b->octet + b->n, value, n);
	b->n += n;
	pad(b);
}

static void
put_text(struct block *b, uint16_t code, const char *text)
{
	if (text != NULL && text[0] != '\0')
		put_option(b, code, text, strnlen(text, TEXT_MAX));
}

static void
put_option64(struct block *b, uint16_t code, uint64_t v)
{
	put16(b, code);
	put16(b, 8);
	put32(b, v & UINT32_MAX);
	put32(b, v >> 32);
}

static void
begin(struct block *b, enum pcapng_block type)
{
	b->n = 0;
	put32(b, type);
	put32(b, 0); /* the length, filled in later */
}

static void
set_length(struct block *b, uint32_t len)
{
	struct block at = { .n = 0 };

	put32(&at, len);
	memcpy(b->octet + 4, at.octet, 4);
}

static int
put(FILE *f, const void *octets, size_t n)
{
	if (fwrite_unlocked(octets, 1, n, f) != n)
		return errno != 0 ? -errno : -EIO;
	return 0;
}

/* Ends the options and the block, and writes it. */
static int
end(FILE *f, struct block *b)
{
	put32(b, PCAPNG_END);
	set_length(b, b->n + 4);
	put32(b, b->n + 4);
	return put(f, b->octet, b->n);
}

int
pcapng_section(FILE *f, const char *application)
{
	struct block b;

	begin(&b, PCAPNG_SECTION);
	put32(&b, PCAPNG_MAGIC);
	put16(&b, 1); /* version 1.0 */
	put16(&b, 0);
	put32(&b, UINT32_MAX); /* the length of the section: unknown */
	put32(&b, UINT32_MAX);
	put_text(&b, 4, application);
	return end(f, &b);
}

int
pcapng_interface(FILE *f, const char *name, const char *description,
		 uint32_t snaplen)
{
	struct block b;

	begin(&b, PCAPNG_INTERFACE);
	put16(&b, PCAPNG_ETHERNET);
	put16(&b, 0);
	put32(&b, snaplen);
	put_text(&b, PCAPNG_IF_NAME, name);
	put_text(&b, PCAPNG_IF_DESCRIPTION, description);
	put_option(&b, PCAPNG_IF_TSRESOL, "\x09", 1);
	return end(f, &b);
}

static void
put_packet_options(struct block *b, const struct pcapng_packet *p)
{
	put16(b, PCAPNG_FLAGS);
	put16(b, 4);
	put32(b, p->direction);
	if (p->drops != 0)
		put_option64(b, PCAPNG_DROPCOUNT, p->drops);
	put_text(b, PCAPNG_COMMENT, p->comment);
	put32(b, PCAPNG_END);
}

int
pcapng_packet(FILE *f, const struct pcapng_packet *p)
{
	uint32_t size = p->size < PCAPNG_SNAPLEN ? p->size : PCAPNG_SNAPLEN;
	uint32_t padding = -size % 4, len;
	struct block head, tail = { .n = 0 };
	int rc;

	begin(&head, PCAPNG_ENHANCED_PACKET);
	put32(&head, p->interface);
	put_time(&head, p->time);
	put32(&head, size);
	put32(&head, p->len);

	put_packet_options(&tail, p);
	len = head.n + size + padding + tail.n + 4;
	put32(&tail, len);
	set_length(&head, len);

	rc = put(f, head.octet, head.n);
	if (rc == 0)
		rc = put(f, p->frame, size);
	if (rc == 0)
		rc = put(f, "\0\0\0", padding);
	if (rc == 0)
		rc = put(f, tail.octet, tail.n);
	return rc;
}

int
pcapng_statistics(FILE *f, uint32_t interface, uint64_t time, uint64_t received)
{
	struct block b;

	begin(&b, PCAPNG_STATISTICS);
	put32(&b, interface);
	put_time(&b, time);
	put_option64(&b, PCAPNG_ISB_IFRECV, received);
	return end(f, &b);
}
