/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* So that the reading is not optimised away. */
static volatile uint8_t sum;

/* Reads any octets as a capture; every octet of every frame is looked at. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture_record r;
	struct capture *c;
	FILE *f;

	if (size == 0)
		return 0;
	f = fmemopen((void *)data, size, "r");
	c = f != NULL ? capture_open(f) : NULL;
	if (c == NULL)
		return 0;
	while (capture_next(c, &r) > 0) {
		if (r.size > r.len || r.time > CAPTURE_TIME_MAX)
			abort();
		for (uint32_t i = 0; i < r.size; i++)
			sum ^= r.frame[i];
		for (const char *p = r.interface; p != NULL && *p != '\0'; p++)
			sum ^= (uint8_t)*p;
	}
	capture_close(c);
	return 0;
}
