/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What others give and read, through a running fabric: an exchange of 60 members as IXP
 * Manager has it is imported, applied, and exported again.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/export_ixf.h"
#include "apps/export_macs.h"
#include "apps/ixpm.h"
#include "apps/render.h"
#include "fabric/api/command.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define MAIN                                                                   \
	"[fabric]\nname = EX-IX\n[ixf]\nixf_id = 9999\n"                       \
	"[lan peering]\nvlan = 10\nipv4 = 192.0.2.0/24\n"                      \
	"ipv6 = 2001:db8::/64\n[lan private]\nvlan = 20\n"
#define FIRST "[port first]\ndevice = net_null99\nlan = peering\n"

/* The output of tests/data/make-exchange. */
static char *
made(const char *what)
{
	const char *source = getenv("IXF_SOURCE");
	char command[512], *text = NULL;
	size_t size = 0;
	FILE *in;

	snprintf(command, sizeof(command),
		 "python3 -B '%s/tests/data/make-exchange' %s",
		 source != NULL ? source : ".", what);
	in = popen(command, "r");
	ck_assert_ptr_nonnull(in);
	ck_assert_int_gt(getdelim(&text, &size, '\0', in), 0);
	ck_assert_int_eq(pclose(in), 0);
	return text;
}

static json_t *
made_json(const char *what)
{
	char *text = made(what);
	json_t *root = json_loads(text, 0, NULL);

	ck_assert_ptr_nonnull(root);
	free(text);
	return root;
}

static char *
imported(const json_t *members)
{
	json_t *answer = made_json("ports");
	struct faults *faults = faults_create();
	char *local = made("local"), *text;
	struct ixpm_sources s = { .file = "ports",
				  .answer = answer,
				  .members_file = "members",
				  .members = members,
				  .local_file = "local",
				  .local = local,
				  .local_size = strlen(local) };
	size_t size, ports;

	ck_assert_int_eq(ixpm_lans(MAIN, strlen(MAIN), &s.lan, &s.nlans), 0);
	text = ixpm_ports(&s, &size, &ports, faults);
	ck_assert_msg(text != NULL, "%s", faults_first_error(faults));
	ck_assert_int_eq(ports, 63);
	free(s.lan);
	free(local);
	json_decref(answer);
	faults_free(faults);
	return text;
}

/* 64 devices are more than DPDK opens, as an order would say; here they are memory. */
static void
apply(const char *ports)
{
	char *text;

	ck_assert_int_gt(asprintf(&text, MAIN FIRST "%s", ports), 0);
	harness_apply(h, text);
	free(text);
}

/* What runs, as ixctl export reads it. */
static struct config *
running(struct answers *answers, struct faults *faults)
{
	struct config *c;
	struct request q;
	struct render *r;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	request_ask(&q, answers, "config show", "{}");
	r = render_create(command_get(COMMAND_config_show), NULL, out);
	render_part(r, q.result);
	render_end(r);
	fclose(out);
	request_end(&q);
	out = fmemopen(text, size, "r");
	c = config_read_stream("running", out, faults);
	fclose(out);
	free(text);
	ck_assert_msg(c != NULL, "%s", faults_first_error(faults));
	return c;
}

static int
by_asn(const void *a, const void *b)
{
	json_int_t x = json_integer_value(
		json_object_get(*(json_t *const *)a, "asnum"));
	json_int_t y = json_integer_value(
		json_object_get(*(json_t *const *)b, "asnum"));

	return (x > y) - (x < y);
}

static void
expect_members(const json_t *export, const json_t *members)
{
	const json_t *got = json_object_get(export, "member_list");
	const json_t *want = json_object_get(members, "member_list");
	json_t *sorted[61];

	ck_assert_int_eq(json_array_size(want), 61);
	ck_assert_int_eq(json_array_size(got), 61);
	for (size_t i = 0; i < 61; i++)
		sorted[i] = json_array_get(want, i);
	qsort(sorted, 61, sizeof(sorted[0]), by_asn);
	for (size_t i = 0; i < 61; i++) {
		char *text = json_dumps(json_array_get(got, i), JSON_COMPACT);

		ck_assert_msg(json_equal(json_array_get(got, i), sorted[i]),
			      "another member: %s", text);
		free(text);
	}
}

START_TEST(members_of_ixp_manager_come_back_from_what_runs)
{
	char path[] = "/tmp/ixf-outside-XXXXXX";
	struct faults *faults = faults_create();
	json_t *members = made_json("members"), *export;
	struct answers *answers;
	struct config *c;
	struct request q;
	char *ports;

	begin(MAIN FIRST);
	close(mkstemp(path));
	write_file(path, MAIN FIRST);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
	ports = imported(members);
	apply(ports);
	c = running(answers, faults);
	request_ask(&q, answers, "port show", "{}");
	export = export_ixf(c, q.result, 0, faults);
	ck_assert_msg(export != NULL, "%s", faults_first_error(faults));
	expect_members(export, members);
	ck_assert_str_eq(
		json_string_value(json_object_get(export, "timestamp")),
		"1970-01-01T00:00:00Z");
	json_decref(export);
	request_end(&q);
	config_free(c);
	answers_free(answers);
	unlink(path);
	free(ports);
	json_decref(members);
	faults_free(faults);
}
END_TEST

static void
expect_json(const json_t *got, const char *want)
{
	char *text = json_dumps(got, JSON_COMPACT);

	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(only_addresses_that_were_seen_are_exported_as_learned)
{
	static const char text[] =
		"[ixf]\nixp_id = 3\n[lan l]\nvlan = 10\nprofile = open\n"
		"[lan m]\nprofile = open\n"
		"[port a]\ndevice = net_null0\nlan = l\nvli = 31\n"
		"mac = 02:00:00:00:00:01\n"
		"[port b]\ndevice = net_null1\nlan = l\n"
		"[port c]\ndevice = net_null2\nlan = m\nvli = 33\n";
	json_t *rows = json_loads("[{\"mac\":\"02:00:00:00:00:01\",\"port\":"
				  "\"a\",\"age_seconds\":null},"
				  "{\"mac\":\"02:00:00:00:00:02\",\"port\":"
				  "\"a\",\"age_seconds\":5},"
				  "{\"mac\":\"02:00:00:00:00:03\",\"port\":"
				  "\"b\",\"age_seconds\":5},"
				  "{\"mac\":\"02:00:00:00:00:04\",\"port\":"
				  "\"c\",\"age_seconds\":5},"
				  "{\"mac\":\"02:00:00:00:00:05\",\"port\":"
				  "\"gone\",\"age_seconds\":5}]",
				  0, NULL);
	struct faults *faults = faults_create();
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct config *c = config_read_stream("text", in, faults);
	json_t *learned, *configured;

	fclose(in);
	ck_assert_msg(c != NULL, "%s", faults_first_error(faults));
	learned = export_macs(c, rows, faults);
	configured = export_macs(c, NULL, faults);
	expect_json(learned, "{\"3\":{\"10\":{\"020000000002\":31}}}");
	expect_json(configured, "{\"3\":{\"10\":{\"020000000001\":31}}}");
	ck_assert_int_eq(faults_warnings(faults), 2);
	json_decref(learned);
	json_decref(configured);
	json_decref(rows);
	config_free(c);
	faults_free(faults);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("outside");
	TCase *t = fixture_case(s, "outside", NULL);

	tcase_add_test(t, members_of_ixp_manager_come_back_from_what_runs);
	tcase_add_test(t,
		       only_addresses_that_were_seen_are_exported_as_learned);
	return check_run(s);
}
