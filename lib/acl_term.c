/* SPDX-License-Identifier: BSD-3-Clause */
/* The terms of a rule: how each value is read and printed. */
#include "lib/acl_term.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/mac.h"
#include "lib/nearest.h"

#define MAC_BITS 48

struct name {
	const char *word;
	uint16_t number;
};

static const struct name protos[] = {
	{ "icmp", 1 },   { "igmp", 2 },  { "tcp", 6 },   { "udp", 17 },
	{ "gre", 47 },   { "esp", 50 },  { "ah", 51 },   { "icmp6", 58 },
	{ "eigrp", 88 }, { "ospf", 89 }, { "pim", 103 }, { "vrrp", 112 },
	{ "sctp", 132 },
};

static const struct name ethers[] = {
	{ "ip", FRAME_IPV4 },
	{ "ip6", FRAME_IPV6 },
	{ "arp", FRAME_ARP },
};

static const struct name ops[] = {
	{ "request", 1 },
	{ "reply", 2 },
};

#define NAMES(list)   list, sizeof(list) / sizeof(list[0])
#define NAMES_MAX     (sizeof(protos) / sizeof(protos[0]))
#define MEMBER(r, at) ((void *)((char *)(r) + (at)))
#define VALUE(r, at)  ((const void *)((const char *)(r) + (at)))

int
acl_wrong(char why[ACL_WHY_SIZE], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, ACL_WHY_SIZE, fmt, args);
	va_end(args);
	return -EINVAL;
}

void
acl_append(char text[ACL_TEXT_SIZE], const char *fmt, ...)
{
	size_t n = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + n, ACL_TEXT_SIZE - n, fmt, args);
	va_end(args);
}

/* Decimal without leading zeros, or hexadecimal behind 0x. */
static bool
read_number(const char *text, uint16_t max, uint16_t *number)
{
	bool is_hex = text[0] == '0' && text[1] == 'x';
	const char *digits = is_hex ? "0123456789abcdef" : "0123456789";
	uint32_t n = 0;

	text += is_hex ? 2 : 0;
	if (*text == '\0' || (!is_hex && text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text != '\0'; text++) {
		char lower = *text >= 'A' && *text <= 'F' ? *text + 32 : *text;
		const char *digit = strchr(digits, lower);

		if (digit == NULL)
			return false;
		n = n * (is_hex ? 16 : 10) + (uint32_t)(digit - digits);
		if (n > max)
			return false;
	}
	*number = (uint16_t)n;
	return true;
}

/*
 * Copies what is before 'mark' to 'head', and sets '*rest' to what is after it;
 * NULL: there is no mark.  False: 'head' of 'size' is too small.
 */
static bool
split(const char *value, char mark, char *head, size_t size, const char **rest)
{
	const char *end = strchrnul(value, mark);

	*rest = *end != '\0' ? end + 1 : NULL;
	return (size_t)snprintf(head, size, "%.*s", (int)(end - value), value) <
	       size;
}

static bool
find_name(const struct name *names, size_t n, const char *word,
	  uint16_t *number)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i].word, word) == 0) {
			*number = names[i].number;
			return true;
		}
	return false;
}

static const char *
name_of(const struct name *names, size_t n, uint16_t number)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].number == number)
			return names[i].word;
	return NULL;
}

/* Names the nearest word, if there is one. */
static int
no_such_name(const struct name *names, size_t n, const char *word, char *why)
{
	const char *known[NAMES_MAX], *near;

	for (size_t i = 0; i < n; i++)
		known[i] = names[i].word;
	near = nearest_word(word, known, n);
	if (near == NULL)
		return -EINVAL;
	return acl_wrong(why, "'%s' is unknown (did you mean '%s'?)", word,
			 near);
}

const char *
acl_proto_name(uint8_t proto, char number[4])
{
	const char *name = name_of(NAMES(protos), proto);

	snprintf(number, 4, "%u", proto);
	return name != NULL ? name : number;
}

const char *
acl_ether_name(uint16_t ether)
{
	return name_of(NAMES(ethers), ether);
}

static uint64_t
leading_bits(unsigned int n)
{
	return MAC_BROADCAST & ~(MAC_BROADCAST >> n);
}

/* An address, or the number of leading bits. */
static int
read_mask(const char *text, uint64_t *mask)
{
	uint16_t bits;

	if (strlen(text) > 2)
		return mac_parse(text, mask);
	if (!read_number(text, MAC_BITS, &bits))
		return -EINVAL;
	*mask = leading_bits(bits);
	return 0;
}

static void
print_mac_value(const struct acl_mac *m, char text[ACL_TEXT_SIZE])
{
	char mac[MAC_TEXT_SIZE], mask[MAC_TEXT_SIZE];
	unsigned int bits = (unsigned int)__builtin_popcountll(m->mask);

	acl_append(text, "%s", mac_format(m->mac, mac));
	if (m->mask != leading_bits(bits))
		acl_append(text, "/%s", mac_format(m->mask, mask));
	else if (bits != MAC_BITS)
		acl_append(text, "/%u", bits);
}

static int
read_mac(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	 char *why)
{
	struct acl_mac m = { .mask = MAC_BROADCAST };
	char mac[MAC_TEXT_SIZE], meant[ACL_TEXT_SIZE] = "";
	const char *mask;

	if (!split(value, '/', mac, sizeof(mac), &mask) ||
	    mac_parse(mac, &m.mac) != 0 ||
	    (mask != NULL && read_mask(mask, &m.mask) != 0))
		return -EINVAL;
	if ((m.mac & ~m.mask) != 0) {
		m.mac &= m.mask;
		print_mac_value(&m, meant);
		return acl_wrong(why,
				 "'%s %s' has bits outside its mask: write %s",
				 k->word, value, meant);
	}
	*(struct acl_mac *)MEMBER(r, k->member) = m;
	return 0;
}

static void
print_mac(const struct acl_term_kind *k, const struct acl_rule *r,
	  char text[ACL_TEXT_SIZE])
{
	print_mac_value(VALUE(r, k->member), text);
}

static int
read_vlan(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	  char *why)
{
	(void)k, (void)why;
	return read_number(value, 4094, &r->vlan) ? 0 : -EINVAL;
}

static void
print_vlan(const struct acl_term_kind *k, const struct acl_rule *r,
	   char text[ACL_TEXT_SIZE])
{
	(void)k;
	acl_append(text, "%u", r->vlan);
}

static int
read_ether(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	   char *why)
{
	(void)k;
	if (find_name(NAMES(ethers), value, &r->ether))
		return 0;
	if (!read_number(value, UINT16_MAX, &r->ether))
		return no_such_name(NAMES(ethers), value, why);
	if (r->ether <= FRAME_LENGTH_MAX)
		return acl_wrong(
			why,
			"'ether %s' is a length: a type is 0x0600 to 0xffff",
			value);
	return 0;
}

static void
print_ether(const struct acl_term_kind *k, const struct acl_rule *r,
	    char text[ACL_TEXT_SIZE])
{
	(void)k;
	acl_append(text, "0x%04x", r->ether);
}

static unsigned int
address_bits(const struct prefix *p)
{
	return p->addr.family == 4 ? 32 : 128;
}

static void
clear_host_bits(struct prefix *p)
{
	for (unsigned int i = p->length; i < address_bits(p); i++)
		p->addr.octet[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
}

/* An address, or a prefix.  With a colon it is IPv6. */
static int
read_prefix(const struct acl_term_kind *k, const char *value,
	    struct acl_rule *r, char *why)
{
	struct prefix p, meant;
	char text[PREFIX_TEXT_SIZE];
	const char *bits;
	uint16_t length;

	if (!split(value, '/', text, sizeof(text), &bits) ||
	    ipaddr_parse(text, strchr(text, ':') == NULL ? 4 : 6, &p.addr) != 0)
		return -EINVAL;
	length = (uint16_t)address_bits(&p);
	if (bits != NULL && !read_number(bits, length, &length))
		return -EINVAL;
	p.length = (uint8_t)length;
	meant = p;
	clear_host_bits(&meant);
	if (!ipaddr_equal(&meant.addr, &p.addr))
		return acl_wrong(why,
				 "'%s %s' has bits set after its prefix "
				 "length: write %s",
				 k->word, value, prefix_format(&meant, text));
	*(struct prefix *)MEMBER(r, k->member) = p;
	return 0;
}

static int
read_prefix4(const struct acl_term_kind *k, const char *value,
	     struct acl_rule *r, char *why)
{
	if (strchr(value, ':') != NULL)
		return acl_wrong(why, "'%s %s' is IPv6, but ARP has only IPv4",
				 k->word, value);
	return read_prefix(k, value, r, why);
}

static void
print_prefix(const struct acl_term_kind *k, const struct acl_rule *r,
	     char text[ACL_TEXT_SIZE])
{
	const struct prefix *p = VALUE(r, k->member);
	char value[PREFIX_TEXT_SIZE];

	acl_append(text, "%s",
		   p->length == address_bits(p) ? ipaddr_format(&p->addr, value)
						: prefix_format(p, value));
}

static int
read_proto(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	   char *why)
{
	uint16_t n;

	(void)k;
	if (!find_name(NAMES(protos), value, &n) &&
	    !read_number(value, UINT8_MAX, &n))
		return no_such_name(NAMES(protos), value, why);
	r->proto = (uint8_t)n;
	return 0;
}

static void
print_proto(const struct acl_term_kind *k, const struct acl_rule *r,
	    char text[ACL_TEXT_SIZE])
{
	char number[4];

	(void)k;
	acl_append(text, "%s", acl_proto_name(r->proto, number));
}

static int
read_ports(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	   char *why)
{
	struct acl_ports *ports = MEMBER(r, k->member);
	char first[8];
	const char *last;

	if (!split(value, '-', first, sizeof(first), &last) ||
	    !read_number(first, UINT16_MAX, &ports->first) ||
	    !read_number(last != NULL ? last : first, UINT16_MAX, &ports->last))
		return -EINVAL;
	if (ports->first > ports->last)
		return acl_wrong(why,
				 "'%s %s' ends before it begins: write %u-%u",
				 k->word, value, ports->last, ports->first);
	return 0;
}

static void
print_ports(const struct acl_term_kind *k, const struct acl_rule *r,
	    char text[ACL_TEXT_SIZE])
{
	const struct acl_ports *ports = VALUE(r, k->member);

	acl_append(text, "%u", ports->first);
	if (ports->first != ports->last)
		acl_append(text, "-%u", ports->last);
}

static int
read_icmp(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	  char *why)
{
	uint16_t number;
	char type[4];
	const char *code;

	(void)k, (void)why;
	if (!split(value, '/', type, sizeof(type), &code) ||
	    !read_number(type, UINT8_MAX, &number))
		return -EINVAL;
	r->icmp_type = (uint8_t)number;
	if (code == NULL)
		return 0;
	if (!read_number(code, UINT8_MAX, &number))
		return -EINVAL;
	r->icmp_code = (uint8_t)number;
	r->terms |= ACL_TERM_ICMP_CODE;
	return 0;
}

static void
print_icmp(const struct acl_term_kind *k, const struct acl_rule *r,
	   char text[ACL_TEXT_SIZE])
{
	(void)k;
	acl_append(text, "%u", r->icmp_type);
	if (r->terms & ACL_TERM_ICMP_CODE)
		acl_append(text, "/%u", r->icmp_code);
}

static int
read_op(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	char *why)
{
	(void)k;
	if (find_name(NAMES(ops), value, &r->op) ||
	    read_number(value, UINT16_MAX, &r->op))
		return 0;
	return no_such_name(NAMES(ops), value, why);
}

static void
print_op(const struct acl_term_kind *k, const struct acl_rule *r,
	 char text[ACL_TEXT_SIZE])
{
	const char *name = name_of(NAMES(ops), r->op);

	(void)k;
	if (name != NULL)
		acl_append(text, "%s", name);
	else
		acl_append(text, "%u", r->op);
}

#define MAC_USAGE    "MAC, MAC/MASK or MAC/BITS"
#define PREFIX_USAGE "an address or ADDRESS/LENGTH"
#define AT(member)   offsetof(struct acl_rule, member)

/* clang-format off */
const struct acl_term_kind acl_term_kinds[ACL_TERM_KINDS] = {
	{ ACL_TERM_SMAC, "smac", MAC_USAGE, AT(smac), read_mac, print_mac },
	{ ACL_TERM_DMAC, "dmac", MAC_USAGE, AT(dmac), read_mac, print_mac },
	{ ACL_TERM_VLAN, "vlan", "0 to 4094", 0, read_vlan, print_vlan },
	{ ACL_TERM_ETHER, "ether", "ip, ip6, arp or 0x0600 to 0xffff", 0,
	  read_ether, print_ether },
	{ ACL_TERM_SRC, "src", PREFIX_USAGE, AT(src), read_prefix,
	  print_prefix },
	{ ACL_TERM_DST, "dst", PREFIX_USAGE, AT(dst), read_prefix,
	  print_prefix },
	{ ACL_TERM_PROTO, "proto", "a protocol by its name or 0 to 255", 0,
	  read_proto, print_proto },
	{ ACL_TERM_SPORT, "sport", "PORT or FIRST-LAST, 0 to 65535",
	  AT(sport), read_ports, print_ports },
	{ ACL_TERM_DPORT, "dport", "PORT or FIRST-LAST, 0 to 65535",
	  AT(dport), read_ports, print_ports },
	{ ACL_TERM_ICMP_TYPE, "icmp", "TYPE or TYPE/CODE, 0 to 255", 0,
	  read_icmp, print_icmp },
	{ ACL_TERM_FRAGMENT, "fragment", NULL, 0, NULL, NULL },
	{ ACL_TERM_OP, "op", "request, reply or 0 to 65535", 0, read_op,
	  print_op },
	{ ACL_TERM_SHA, "sha", MAC_USAGE, AT(sha), read_mac, print_mac },
	{ ACL_TERM_THA, "tha", MAC_USAGE, AT(tha), read_mac, print_mac },
	{ ACL_TERM_SPA, "spa", PREFIX_USAGE, AT(spa), read_prefix4,
	  print_prefix },
	{ ACL_TERM_TPA, "tpa", PREFIX_USAGE, AT(tpa), read_prefix4,
	  print_prefix },
};
/* clang-format on */
