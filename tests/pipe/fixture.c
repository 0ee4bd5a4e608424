/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/fixture.h"

/* Seconds, for a test that runs in a process of its own. */
#define TIMEOUT 120

struct harness *h;
struct fabric *f;

void
begin_at(uint64_t now, const char *text)
{
	end();
	h = harness_create(text);
	f = harness_fabric(h);
	harness_at(h, now);
	harness_forget_events(h);
}

void
begin(const char *text)
{
	begin_at(START, text);
}

void
end(void)
{
	struct harness *ended = h;

	h = NULL;
	f = NULL;
	if (ended != NULL)
		harness_free(ended);
}

TCase *
fixture_case(Suite *s, const char *name, void (*setup)(void))
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, TIMEOUT);
	tcase_add_checked_fixture(tc, setup, end);
	suite_add_tcase(s, tc);
	return tc;
}

void
write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
}
