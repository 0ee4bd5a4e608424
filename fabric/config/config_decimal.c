/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

#include <inttypes.h>

/* Appends the digits at '*text' to 'n', and moves '*text' behind them. */
static uint64_t
read_digits(const char **text, uint64_t n, unsigned int *ndigits)
{
	for (*ndigits = 0; **text >= '0' && **text <= '9'; ++*text) {
		++*ndigits;
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(**text - '0'), &n))
			n = UINT64_MAX;
	}
	return n;
}

int
config_decimal_parse(const char **text, unsigned int places, uint64_t *value)
{
	unsigned int ndigits, nplaces = 0;
	uint64_t n = read_digits(text, 0, &ndigits);

	if (ndigits == 0)
		return -EINVAL;
	if (places != 0 && **text == '.') {
		++*text;
		n = read_digits(text, n, &nplaces);
		if (nplaces == 0 || nplaces > places)
			return -EINVAL;
	}
	for (; nplaces < places; nplaces++)
		if (__builtin_mul_overflow(n, 10, &n))
			n = UINT64_MAX;
	*value = n;
	return 0;
}

void
config_decimal_print(uint64_t value, unsigned int places, FILE *out)
{
	uint64_t unit = 1, part;

	for (unsigned int i = 0; i < places; i++)
		unit *= 10;
	fprintf(out, "%" PRIu64, value / unit);
	part = value % unit;
	if (part == 0)
		return;
	for (; part % 10 == 0; part /= 10)
		places--;
	fprintf(out, ".%0*" PRIu64, (int)places, part);
}
