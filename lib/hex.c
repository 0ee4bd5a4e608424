/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hex.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hex_read(const char *text, uint8_t *octets, size_t size, size_t *n)
{
	*n = 0;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	while (*text != '\0') {
		int high = digit(text[0]), low;

		if (strchr(":.- \t\n", *text) != NULL) {
			text++;
			continue;
		}
		low = high >= 0 ? digit(text[1]) : -1;
		if (low < 0)
			return -EINVAL;
		if (*n == size)
			return -E2BIG;
		octets[(*n)++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return 0;
}

char *
hex_write(const uint8_t *octets, size_t n, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[octets[i] >> 4];
		text[2 * i + 1] = digits[octets[i] & 15];
	}
	text[2 * n] = '\0';
	return text;
}
