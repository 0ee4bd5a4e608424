/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/prefix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
af_of(uint8_t family)
{
	return family == 4 ? AF_INET : AF_INET6;
}

static unsigned int
bits_of(uint8_t family)
{
	return family == 4 ? 32 : 128;
}

int
ipaddr_parse(const char *text, uint8_t family, struct ipaddr *addr)
{
	struct ipaddr a = { .family = family };

	if (inet_pton(af_of(family), text, a.octet) != 1)
		return -EINVAL;
	*addr = a;
	return 0;
}

static int
parse_length(const char *text, unsigned int max, uint8_t *length)
{
	unsigned int n = 0;

	if (*text == '\0' || (text[0] == '0' && text[1] != '\0'))
		return -EINVAL;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		n = n * 10 + (unsigned int)(*text - '0');
		if (n > max)
			return -EINVAL;
	}
	*length = (uint8_t)n;
	return 0;
}

/* Bit 'i' of the address, the first being the highest of the first octet. */
static bool
bit(const struct ipaddr *a, unsigned int i)
{
	return a->octet[i / 8] >> (7 - i % 8) & 1;
}

static bool
has_host_bits(const struct prefix *p)
{
	for (unsigned int i = p->length; i < bits_of(p->addr.family); i++)
		if (bit(&p->addr, i))
			return true;
	return false;
}

int
prefix_parse(const char *text, uint8_t family, struct prefix *prefix)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN];
	struct prefix p;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	if (ipaddr_parse(addr, family, &p.addr) != 0 ||
	    parse_length(slash + 1, bits_of(family), &p.length) != 0 ||
	    has_host_bits(&p))
		return -EINVAL;
	*prefix = p;
	return 0;
}

static void
clear_host_bits(struct prefix *p)
{
	for (unsigned int i = p->length; i < bits_of(p->addr.family); i++)
		p->addr.octet[i / 8] &= ~(0x80 >> i % 8);
}

/* "255.255.255.0", or "0.0.0.255" as in an access list of a router. */
static int
parse_netmask(const char *text, uint8_t *length)
{
	struct ipaddr mask;
	bool first;
	unsigned int n = 0;

	if (ipaddr_parse(text, 4, &mask) != 0)
		return -EINVAL;
	first = bit(&mask, 0);
	while (n < 32 && bit(&mask, n) == first)
		n++;
	for (unsigned int i = n; i < 32; i++)
		if (bit(&mask, i) == first)
			return -EINVAL;
	*length = (uint8_t)n;
	return 0;
}

int
prefix_guess(const char *text, uint8_t family, struct prefix *prefix)
{
	size_t n = strcspn(text, "/ \t");
	const char *rest = text + n + strspn(text + n, "/ \t");
	char addr[INET6_ADDRSTRLEN];
	struct prefix p;

	if (n >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (ipaddr_parse(addr, family, &p.addr) != 0 ||
	    (parse_length(rest, bits_of(family), &p.length) != 0 &&
	     (family != 4 || parse_netmask(rest, &p.length) != 0)))
		return -EINVAL;
	clear_host_bits(&p);
	*prefix = p;
	return 0;
}

char *
ipaddr_format(const struct ipaddr *addr, char text[PREFIX_TEXT_SIZE])
{
	inet_ntop(af_of(addr->family), addr->octet, text, PREFIX_TEXT_SIZE);
	return text;
}

char *
prefix_format(const struct prefix *p, char text[PREFIX_TEXT_SIZE])
{
	size_t n = strlen(ipaddr_format(&p->addr, text));

	snprintf(text + n, PREFIX_TEXT_SIZE - n, "/%u", p->length);
	return text;
}

bool
ipaddr_equal(const struct ipaddr *a, const struct ipaddr *b)
{
	return a->family == b->family &&
	       memcmp(a->octet, b->octet, bits_of(a->family) / 8) == 0;
}

bool
prefix_contains(const struct prefix *p, const struct ipaddr *addr)
{
	if (p->addr.family != addr->family)
		return false;
	for (unsigned int i = 0; i < p->length; i++)
		if (bit(&p->addr, i) != bit(addr, i))
			return false;
	return true;
}
