/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/ngread.h"

/*
 * The upper bits of the link type of a classic file give the length of the FCS, in
 * units of two octets.
 */
#define FCS_PRESENT          0x04000000
#define FCS_OCTETS(linktype) (((linktype) >> 28) * 2)

/* One of 'pcap' and 'ng' is set, or none if the file could not be opened. */
struct capture {
	FILE *file; /* NULL: pcap owns it */
	pcap_t *pcap;
	struct ngread *ng;
	uint32_t fcs; /* octets at the end of each frame of a classic file */
	uint64_t count;
	char why[PCAP_ERRBUF_SIZE + 256]; /* not empty: the end of reading */
	char error[PCAP_ERRBUF_SIZE + 320];
};

static void
open_pcap(struct capture *c)
{
	c->pcap = pcap_fopen_offline_with_tstamp_precision(
		c->file, PCAP_TSTAMP_PRECISION_NANO, c->why);
	if (c->pcap == NULL)
		return;
	c->file = NULL;
	c->why[0] = '\0';
	if (pcap_datalink(c->pcap) != DLT_EN10MB) {
		const char *name =
			pcap_datalink_val_to_name(pcap_datalink(c->pcap));

		snprintf(c->why, sizeof(c->why),
			 "link type %s (%d), only Ethernet can be read",
			 name != NULL ? name : "unknown",
			 pcap_datalink(c->pcap));
	}
	if ((uint32_t)pcap_datalink_ext(c->pcap) & FCS_PRESENT)
		c->fcs = FCS_OCTETS((uint32_t)pcap_datalink_ext(c->pcap));
}

/*
 * The first octet of pcapng differs from that of all other formats, in either
 * byte order.
 */
static void
open_either(struct capture *c)
{
	int first = getc(c->file);

	if (first == EOF) {
		snprintf(c->why, sizeof(c->why), "%s",
			 ferror(c->file) ? strerror(errno)
					 : "empty: not even a header");
		return;
	}
	ungetc(first, c->file);
	if (first != 0x0a) {
		open_pcap(c);
		return;
	}
	c->ng = ngread_create(c->file);
	if (c->ng == NULL)
		snprintf(c->why, sizeof(c->why), "%s", strerror(errno));
}

struct capture *
capture_open(FILE *f)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		fclose(f);
		errno = ENOMEM;
		return NULL;
	}
	c->file = f;
	open_either(c);
	return c;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	ngread_free(c->ng);
	if (c->pcap != NULL)
		pcap_close(c->pcap);
	if (c->file != NULL)
		fclose(c->file);
	free(c);
}

/*
 * With nanosecond precision tv_usec holds nanoseconds.  A wrong value must not
 * change the second.
 */
static uint64_t
time_of(const struct pcap_pkthdr *head)
{
	uint64_t part = (uint64_t)head->ts.tv_usec;

	if (part >= CLOCK_SECOND)
		part = CLOCK_SECOND - 1;
	return (uint64_t)(uint32_t)head->ts.tv_sec * CLOCK_SECOND + part;
}

static int
next_pcap(struct capture *c, struct capture_record *r)
{
	struct pcap_pkthdr *head;
	int rc = pcap_next_ex(c->pcap, &head, &r->frame);

	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1) {
		snprintf(c->why, sizeof(c->why), "%s", pcap_geterr(c->pcap));
		return -EBADMSG;
	}
	r->time = time_of(head);
	r->size = head->caplen;
	r->len = head->len > head->caplen ? head->len : head->caplen;
	r->bad = false;
	r->outbound = false;
	r->interface = NULL;
	if (c->fcs != 0 && r->len >= c->fcs) {
		r->len -= c->fcs;
		if (r->size > r->len)
			r->size = r->len;
	}
	return 1;
}

static int
next_ng(struct capture *c, struct capture_record *r)
{
	int rc = ngread_next(c->ng, r);

	if (rc < 0)
		snprintf(c->why, sizeof(c->why), "%s", ngread_error(c->ng));
	return rc;
}

int
capture_next(struct capture *c, struct capture_record *r)
{
	int rc = -EBADMSG;

	if (c->why[0] == '\0')
		rc = c->ng != NULL ? next_ng(c, r) : next_pcap(c, r);
	if (rc > 0)
		c->count++;
	if (rc < 0)
		snprintf(c->error, sizeof(c->error), "record %" PRIu64 ": %s",
			 c->count + 1, c->why);
	return rc;
}

uint64_t
capture_count(const struct capture *c)
{
	return c->count;
}

const char *
capture_error(const struct capture *c)
{
	return c->error;
}
