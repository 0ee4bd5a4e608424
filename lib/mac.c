/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mac.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The notation has a separator 'sep' after every 'group' digits. */
static int
parse_grouped(const char *s, char sep, unsigned int group, uint64_t *mac)
{
	uint64_t n = 0;

	for (unsigned int digit = 0; digit < 12; digit++, s++) {
		if (digit != 0 && digit % group == 0 && *s++ != sep)
			return -EINVAL;
		if (hex_digit(*s) < 0)
			return -EINVAL;
		n = n << 4 | (uint64_t)hex_digit(*s);
	}
	if (*s != '\0')
		return -EINVAL;
	*mac = n;
	return 0;
}

int
mac_parse(const char *text, uint64_t *mac)
{
	switch (strlen(text)) {
	case 12:
		return parse_grouped(text, '\0', 12, mac);
	case 13:
		return parse_grouped(text, '-', 6, mac);
	case 14:
		return parse_grouped(text, text[4] == '-' ? '-' : '.', 4, mac);
	case 17:
		return parse_grouped(text, text[2] == '-' ? '-' : ':', 2, mac);
	default:
		return -EINVAL;
	}
}

char *
mac_format(uint64_t mac, char text[MAC_TEXT_SIZE])
{
	snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x",
		 (unsigned int)(mac >> 40 & 0xff),
		 (unsigned int)(mac >> 32 & 0xff),
		 (unsigned int)(mac >> 24 & 0xff),
		 (unsigned int)(mac >> 16 & 0xff),
		 (unsigned int)(mac >> 8 & 0xff), (unsigned int)(mac & 0xff));
	return text;
}
