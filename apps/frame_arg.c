/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/frame_arg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/ctl.h"
#include "lib/capture.h"
#include "lib/hex.h"

/* With "0x", since an argument cannot be an empty word. */
static int
set_frame(json_t *args, const uint8_t *octets, size_t n)
{
	char text[2 * CTL_FRAME_MAX + 3] = "0x";

	hex_write(octets, n, text + 2);
	return json_object_set_new(args, "frame", json_string(text)) == 0
		       ? 0
		       : -ENOMEM;
}

/* Cuts ":N" off and returns N; 1 if it is not there. */
static uint64_t
take_number(char *word)
{
	char *colon = strrchr(word, ':'), *end;
	uint64_t n;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9')
		return 1;
	errno = 0;
	n = strtoull(colon + 1, &end, 10);
	if (*end != '\0' || errno != 0)
		return 1;
	*colon = '\0';
	return n;
}

static int
set_record(json_t *args, const struct capture_record *r)
{
	uint32_t size = r->size < CTL_FRAME_MAX ? r->size : CTL_FRAME_MAX;

	if (r->len > size && json_object_get(args, "len") == NULL)
		json_object_set_new(args, "len", json_sprintf("%u", r->len));
	if (r->bad)
		json_object_set_new(args, "bad", json_true());
	return set_frame(args, r->frame, size);
}

/* As capture_next(), for record number 'n', from 1. */
static int
find_record(struct capture *c, uint64_t n, struct capture_record *r)
{
	int rc = 1;

	while (rc > 0 && capture_count(c) < n)
		rc = capture_next(c, r);
	return rc;
}

static int
read_record(json_t *args, const char *file, uint64_t n, char *why, size_t size)
{
	FILE *f = fopen(file, "re");
	struct capture *c = f != NULL ? capture_open(f) : NULL;
	struct capture_record r;
	int rc;

	if (c == NULL) {
		rc = -errno;
		snprintf(why, size,
			 "'%s' is neither octets in hex digits nor a capture: "
			 "%s",
			 file, strerror(errno));
		return rc;
	}
	rc = find_record(c, n, &r);
	if (rc < 0)
		snprintf(why, size, "%s: %s", file, capture_error(c));
	else if (rc == 0)
		snprintf(why, size, "%s: there is no frame %" PRIu64 " in it",
			 file, n);
	rc = rc > 0 ? set_record(args, &r) : rc < 0 ? rc : -ENOENT;
	capture_close(c);
	return rc;
}

int
frame_arg(json_t *args, char *why, size_t size)
{
	const char *given = json_string_value(json_object_get(args, "frame"));
	uint8_t octets[CTL_FRAME_MAX];
	size_t n;
	int rc = hex_read(given, octets, sizeof(octets), &n);
	uint64_t number;
	char *file;

	snprintf(why, size, "no memory");
	if (rc == 0)
		return set_frame(args, octets, n);
	if (rc == -E2BIG) {
		snprintf(why, size, "the frame has more than %u octets",
			 CTL_FRAME_MAX);
		return rc;
	}
	file = strdup(given);
	if (file == NULL)
		return -ENOMEM;
	number = take_number(file);
	if (number == 0)
		snprintf(why, size, "frames of a capture count from 1");
	rc = number != 0 ? read_record(args, file, number, why, size) : -EINVAL;
	free(file);
	return rc;
}
