/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/listen.h"

#include <errno.h>
#include <string.h>

static int
parse_port(const char *text, uint16_t *port)
{
	size_t n = strspn(text, "0123456789");
	uint32_t value = 0;

	if (n == 0 || n > 5 || text[n] != '\0' || text[0] == '0')
		return -EINVAL;
	for (; *text != '\0'; text++)
		value = value * 10 + (uint32_t)(*text - '0');
	*port = (uint16_t)value;
	return value <= UINT16_MAX ? 0 : -EINVAL;
}

int
listen_parse(const char *text, struct listen *l)
{
	const char *colon = strrchr(text, ':');
	char ip[PREFIX_TEXT_SIZE];
	uint8_t family = 4;
	size_t n;

	memset(l, 0, sizeof(*l));
	if (text[0] == '/') {
		l->path = text;
		return strlen(text) <= LISTEN_PATH_MAX ? 0 : -EINVAL;
	}
	if (colon == NULL)
		return -EINVAL;
	n = (size_t)(colon - text);
	if (text[0] == '[' && n > 1 && colon[-1] == ']') {
		family = 6;
		text++;
		n -= 2;
	}
	if (n >= sizeof(ip))
		return -EINVAL;
	memcpy(ip, text, n);
	ip[n] = '\0';
	if (ipaddr_parse(ip, family, &l->ip) != 0)
		return -EINVAL;
	return parse_port(colon + 1, &l->port);
}

/* 0.0.0.0 or :: */
static bool
is_any(const struct ipaddr *ip)
{
	const struct ipaddr any = { .family = ip->family };

	return ipaddr_equal(ip, &any);
}

bool
listen_overlaps(const struct listen *a, const struct listen *b)
{
	if (a->path != NULL || b->path != NULL)
		return a->path != NULL && b->path != NULL &&
		       strcmp(a->path, b->path) == 0;
	/* A socket of IPv6 is for IPv6 alone. */
	return a->port == b->port && a->ip.family == b->ip.family &&
	       (is_any(&a->ip) || is_any(&b->ip) ||
		ipaddr_equal(&a->ip, &b->ip));
}
