/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/acl_naive.h"

#include <stdlib.h>
#include <string.h>

#include "lib/frame.h"

#define EXTENSIONS_MAX 8

struct packet {
	const uint8_t *p; /* after the type */
	uint32_t size; /* without the padding after the end of the IP packet */
	uint16_t type;
	bool is_whole;  /* the fixed header is complete and valid */
	bool later;     /* a fragment, not the first */
	int proto;      /* -1: not known */
	uint32_t upper; /* where its header begins */
};

static uint32_t
number(const uint8_t *p, unsigned int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v * 256 + *p++;
	return v;
}

static void
limit(struct packet *k, uint32_t end)
{
	if (end < k->size)
		k->size = end;
}

static void
dissect4(struct packet *k)
{
	uint32_t total, header;

	if (k->size < 20 || k->p[0] / 16 != 4 || k->p[0] % 16 < 5)
		return;
	total = number(k->p + 2, 2);
	header = k->p[0] % 16 * 4u;
	k->is_whole = true;
	k->later = number(k->p + 6, 2) % 0x2000 != 0;
	k->proto = k->p[9];
	k->upper = header;
	limit(k, total);
}

/* The headers that another one follows, in IPv6. */
static bool
is_extension(int proto)
{
	static const uint8_t known[] = { 0, 43, 44, 51, 60, 135, 139, 140 };

	return memchr(known, proto, sizeof(known)) != NULL;
}

static void
dissect6(struct packet *k)
{
	uint32_t at = 40;
	int next;

	if (k->size < 40 || k->p[0] / 16 != 6)
		return;
	k->is_whole = true;
	next = k->p[6];
	/* Hosts take a length of 0 before hop-by-hop options for all there is. */
	if (next != 0 || number(k->p + 4, 2) != 0)
		limit(k, 40 + number(k->p + 4, 2));
	for (unsigned int i = 0; is_extension(next); i++) {
		uint32_t size;

		if (i == EXTENSIONS_MAX || k->size - at < 8)
			return;
		size = next == 44   ? 8
		       : next == 51 ? 8 + k->p[at + 1] * 4u
				    : 8 + k->p[at + 1] * 8u;
		if (k->size - at < size)
			return;
		if (next == 44 && number(k->p + at + 2, 2) / 8 != 0)
			k->later = true;
		next = k->p[at];
		at += size;
		if (k->later)
			break;
	}
	k->upper = at;
	k->proto = is_extension(next) ? -1 : next;
}

static struct packet
dissect(const uint8_t *frame, uint32_t size)
{
	static const uint8_t arp[] = { 0, 1, 8, 0, 6, 4 };
	static const uint8_t arp6[] = { 0, 6, 8, 0, 6, 4 };
	struct packet k = { .p = frame + 14, .size = size - 14, .proto = -1 };

	k.type = (uint16_t)number(frame + 12, 2);
	if (k.type == 0x0800)
		dissect4(&k);
	else if (k.type == 0x86dd)
		dissect6(&k);
	else if (k.type == 0x0806)
		k.is_whole = k.size >= 28 && (memcmp(k.p, arp, 6) == 0 ||
					      memcmp(k.p, arp6, 6) == 0);
	return k;
}

/* Whether the first 'n' octets of the upper header are there. */
static bool
has_upper(const struct packet *k, uint32_t n)
{
	return k->is_whole && k->proto >= 0 && !k->later &&
	       k->size >= k->upper + n;
}

static bool
mac_fits(const struct acl_mac *m, const uint8_t *p)
{
	for (unsigned int i = 0; i < 48; i++) {
		bool wanted = m->mac >> (47 - i) & 1;
		bool minded = m->mask >> (47 - i) & 1;

		if (minded && wanted != (p[i / 8] >> (7 - i % 8) & 1))
			return false;
	}
	return true;
}

static bool
prefix_fits(const struct prefix *prefix, const uint8_t *p, uint8_t family)
{
	struct ipaddr a = { .family = family };

	memcpy(a.octet, p, family == 4 ? 4 : 16);
	return prefix_contains(prefix, &a);
}

static bool
ip_fits(const struct prefix *prefix, const struct packet *k, bool is_dst)
{
	if (!k->is_whole)
		return false;
	if (k->type == 0x0800)
		return prefix_fits(prefix, k->p + (is_dst ? 16 : 12), 4);
	return k->type == 0x86dd &&
	       prefix_fits(prefix, k->p + (is_dst ? 24 : 8), 6);
}

static bool
port_fits(const struct acl_ports *ports, const struct packet *k, bool is_dst)
{
	uint32_t port;

	if ((k->proto != 6 && k->proto != 17 && k->proto != 132) ||
	    !has_upper(k, 4))
		return false;
	port = number(k->p + k->upper + (is_dst ? 2 : 0), 2);
	return port >= ports->first && port <= ports->last;
}

static bool
icmp_fits(const struct acl_rule *r, const struct packet *k)
{
	if (k->proto != (k->type == 0x0800 ? 1 : 58) || !has_upper(k, 2))
		return false;
	return k->p[k->upper] == r->icmp_type &&
	       (!(r->terms & ACL_TERM_ICMP_CODE) ||
		k->p[k->upper + 1] == r->icmp_code);
}

static bool
arp_fits(const struct acl_rule *r, enum acl_term term, const struct packet *k)
{
	if (k->type != 0x0806 || !k->is_whole)
		return false;
	switch (term) {
	case ACL_TERM_OP:
		return number(k->p + 6, 2) == r->op;
	case ACL_TERM_SHA:
		return mac_fits(&r->sha, k->p + 8);
	case ACL_TERM_THA:
		return mac_fits(&r->tha, k->p + 18);
	case ACL_TERM_SPA:
		return prefix_fits(&r->spa, k->p + 14, 4);
	default:
		return prefix_fits(&r->tpa, k->p + 24, 4);
	}
}

static bool
term_fits(const struct acl_rule *r, enum acl_term term, const uint8_t *frame,
	  uint16_t vlan, const struct packet *k)
{
	switch (term) {
	case ACL_TERM_SMAC:
		return mac_fits(&r->smac, frame + 6);
	case ACL_TERM_DMAC:
		return mac_fits(&r->dmac, frame);
	case ACL_TERM_VLAN:
		return vlan == r->vlan;
	case ACL_TERM_ETHER:
		return k->type == r->ether;
	case ACL_TERM_SRC:
		return ip_fits(&r->src, k, false);
	case ACL_TERM_DST:
		return ip_fits(&r->dst, k, true);
	case ACL_TERM_PROTO:
		return k->is_whole && k->proto == r->proto;
	case ACL_TERM_SPORT:
		return port_fits(&r->sport, k, false);
	case ACL_TERM_DPORT:
		return port_fits(&r->dport, k, true);
	case ACL_TERM_ICMP_TYPE:
	case ACL_TERM_ICMP_CODE:
		return icmp_fits(r, k);
	case ACL_TERM_FRAGMENT:
		return k->is_whole && k->later;
	default:
		return arp_fits(r, term, k);
	}
}

bool
acl_naive_fits(const struct acl_rule *r, const uint8_t *frame, uint32_t size,
	       uint16_t vlan)
{
	struct packet k = dissect(frame, size);

	for (uint32_t term = 1; term <= ACL_TERM_TPA; term <<= 1)
		if ((r->terms & term) &&
		    !term_fits(r, (enum acl_term)term, frame, vlan, &k))
			return false;
	return true;
}

/* Rule by rule, with the counts of each. */
static enum acl_verdict
judge(const struct acl_rule *rules, unsigned int n, const uint8_t *frame,
      uint32_t size, uint16_t vlan, uint64_t *hits, unsigned int *rule)
{
	for (unsigned int i = 0; i < n; i++) {
		hits[i] = acl_naive_fits(&rules[i], frame, size, vlan);
		if (hits[i] == 0 || rules[i].action == ACL_ACTION_COUNT)
			continue;
		*rule = i;
		return rules[i].action == ACL_ACTION_PERMIT ? ACL_PERMIT
							    : ACL_DENY;
	}
	return ACL_NO_MATCH;
}

static bool
is_ip(const uint8_t *frame)
{
	uint64_t type = number(frame + 12, 2);

	return type == FRAME_IPV4 || type == FRAME_IPV6;
}

static uint64_t
mac_at(const uint8_t *p)
{
	return (uint64_t)number(p, 2) << 32 | number(p + 2, 4);
}

static bool
have_counts(const struct counter *hits, const uint64_t *wanted, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (counter_read(&hits[i]) != wanted[i])
			return false;
	return true;
}

/* The same of acl_permits(), for an untagged packet. */
static bool
permits_same(const struct acl *acl, const uint8_t *frame, uint32_t size,
	     bool permitted, uint64_t *wanted_hits)
{
	unsigned int n = acl_rules(acl);
	struct counter *hits = calloc(n + 1, sizeof(*hits));
	uint8_t *copy = malloc(size);
	bool same;

	if (hits == NULL || copy == NULL)
		abort();
	memcpy(copy, frame, size); /* a sanitizer sees what is behind its end */
	if (!permitted)
		memset(wanted_hits, 0, n * sizeof(*wanted_hits));
	same = acl_permits(acl, copy, size, hits) == permitted &&
	       have_counts(hits, wanted_hits, n) &&
	       acl_permits(acl, copy, size, NULL) == permitted;
	free(hits);
	free(copy);
	return same;
}

bool
acl_naive_agrees(const struct acl *acl, const struct acl_rule *rules,
		 const uint8_t *frame, uint32_t size, uint16_t vlan,
		 enum acl_verdict *verdict, unsigned int *rule)
{
	unsigned int n = acl_rules(acl), wanted = n, got = n;
	struct counter *hits = calloc(n + 1, sizeof(*hits));
	uint64_t *wanted_hits = calloc(n + 1, sizeof(*wanted_hits));
	struct acl_key key;
	bool same;

	if (hits == NULL || wanted_hits == NULL)
		abort();
	*verdict = judge(rules, n, frame, size, vlan, wanted_hits, &wanted);
	acl_key_read(&key, mac_at(frame + 6), mac_at(frame),
		     (uint16_t)number(frame + 12, 2), vlan, frame + 14,
		     size - 14);
	same = acl_judge(acl, &key, hits, &got) == *verdict && got == wanted;
	same = same && have_counts(hits, wanted_hits, n) &&
	       acl_judge(acl, &key, NULL, &got) == *verdict;
	if (vlan == 0 && size >= FRAME_MIN && is_ip(frame))
		same = same && permits_same(acl, frame, size,
					    *verdict != ACL_DENY, wanted_hits);
	free(hits);
	free(wanted_hits);
	*rule = wanted;
	return same;
}
