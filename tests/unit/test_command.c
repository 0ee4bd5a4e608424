/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/command.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static struct faults *faults;
static json_t *args;

static void
setup(void)
{
	faults = faults_create();
	ck_assert_ptr_nonnull(faults);
	args = NULL;
}

static void
teardown(void)
{
	json_decref(args);
	faults_free(faults);
}

/* The words of a line, cut in place. */
static unsigned int
split(char *line, char *word[16])
{
	unsigned int n = 0;

	for (char *w = strtok(line, " "); w != NULL; w = strtok(NULL, " "))
		word[n++] = w;
	return n;
}

static const struct command *
parse(const char *line)
{
	char copy[256], *word[16];

	strcpy(copy, line);
	json_decref(args);
	return command_parse(split(copy, word), word, &args, faults);
}

static const struct {
	const char *line, *name, *args;
} good[] = {
	{ "status", "status", "{}" },
	{ "status show", "status", "{}" },
	{ "port", "port show", "{}" },
	{ "port show", "port show", "{}" },
	{ "port swp1", "port show", "{\"port\": \"swp1\"}" },
	{ "port show swp1", "port show", "{\"port\": \"swp1\"}" },
	{ "port drops swp1", "port drops", "{\"port\": \"swp1\"}" },
	{ "port show down", "port show", "{\"state\": \"down\"}" },
	{ "port err-disabled lan x", "port show",
	  "{\"state\": \"err-disabled\", \"lan\": \"x\"}" },
	{ "port show swp1 up", "port show",
	  "{\"port\": \"swp1\", \"state\": \"up\"}" },
	{ "port drops swp1 --all", "port drops",
	  "{\"port\": \"swp1\", \"all\": true}" },
	{ "port show --sort rx", "port show", "{\"sort\": \"rx\"}" },
	{ "port show --sort=rx --frames", "port show",
	  "{\"sort\": \"rx\", \"frames\": true}" },
	{ "port stats --rate=5 swp1", "port stats",
	  "{\"rate\": \"5\", \"port\": \"swp1\"}" },
	{ "policy show lan peering", "policy show", "{\"lan\": \"peering\"}" },
	{ "fdb port swp1", "fdb show", "{\"port\": \"swp1\"}" },
	{ "fdb show type sticky lan a port b", "fdb show",
	  "{\"type\": \"sticky\", \"lan\": \"a\", \"port\": \"b\"}" },
	{ "fdb flush all", "fdb flush", "{\"all\": true}" },
	{ "fdb flush mac 02:00:00:00:00:01", "fdb flush",
	  "{\"mac\": \"02:00:00:00:00:01\"}" },
	{ "monitor", "monitor", "{}" },
	{ "monitor port", "monitor", "{\"ports\": true}" },
	{ "monitor port swp1", "monitor", "{\"port\": \"swp1\"}" },
	{ "monitor port fdb", "monitor", "{\"ports\": true, \"fdb\": true}" },
	{ "monitor fdb port lan a", "monitor",
	  "{\"fdb\": true, \"ports\": true, \"lan\": \"a\"}" },
	{ "monitor port port swp1", "monitor",
	  "{\"ports\": true, \"port\": \"swp1\"}" },
	{ "config check a.ini", "config check", "{\"file\": \"a.ini\"}" },
	{ "config apply", "config apply", "{}" },
	{ "config apply --force a.ini", "config apply",
	  "{\"file\": \"a.ini\", \"force\": true}" },
	{ "port dwon", "port show", "{\"port\": \"dwon\"}" },
	{ "config show --defaults file", "config show",
	  "{\"which\": \"file\", \"defaults\": true}" },
	{ "config running", "config show", "{\"which\": \"running\"}" },
	{ "capture start filter arp dir rx write -", "capture start",
	  "{\"filter\": \"arp\", \"dir\": \"rx\", \"write\": \"-\"}" },
	{ "version", "version", "{}" },
	{ "sponge", "sponge show", "{}" },
	{ "sponge dead", "sponge show", "{\"which\": \"dead\"}" },
	{ "sponge show 192.0.2.9 lan l", "sponge show",
	  "{\"which\": \"192.0.2.9\", \"lan\": \"l\"}" },
	{ "sponge clear all", "sponge clear", "{\"address\": \"all\"}" },
	{ "sponge clear-arp 192.0.2.9", "sponge clear-arp",
	  "{\"address\": \"192.0.2.9\"}" },
	{ "sponge set static 192.0.2.9 force lan l", "sponge set",
	  "{\"what\": \"static\", \"value\": \"192.0.2.9\", "
	  "\"force\": true, \"lan\": \"l\"}" },
	{ "sponge set pending 192.0.2.9 3", "sponge set",
	  "{\"what\": \"pending\", \"value\": \"192.0.2.9\", "
	  "\"more\": \"3\"}" },
	{ "sponge inform 192.0.2.1 about 192.0.2.9", "sponge inform",
	  "{\"receiver\": \"192.0.2.1\", \"about\": \"192.0.2.9\"}" },
	{ "sponge inform about 192.0.2.9 192.0.2.1", "sponge inform",
	  "{\"receiver\": \"192.0.2.1\", \"about\": \"192.0.2.9\"}" },
	{ "arp top", "arp top", "{}" },
	{ "neigh", "neigh show", "{}" },
	{ "neigh fe80::2", "neigh show", "{\"which\": \"fe80::2\"}" },
	{ "neigh show lan l as64500", "neigh show",
	  "{\"which\": \"as64500\", \"lan\": \"l\"}" },
};

START_TEST(words_make_a_request)
{
	const struct command *c = parse(good[_i].line);
	json_t *want = json_loads(good[_i].args, 0, NULL);

	ck_assert_msg(c != NULL, "%s: %s", good[_i].line,
		      faults_text(faults, 0));
	ck_assert_str_eq(c->name, good[_i].name);
	ck_assert_msg(json_equal(args, want), "%s", good[_i].line);
	ck_assert_uint_eq(faults_errors(faults), 0);
	json_decref(want);
}
END_TEST

static const struct {
	const char *line, *why;
} bad[] = {
	{ "", "a command is missing" },
	{ "prot show", "did you mean 'port'?" },
	{ "status extra", "unexpected 'extra'" },
	{ "port show swp1 swp2", "unexpected 'swp2'" },
	{ "port dwon swp1",
	  "unknown command 'port dwon' (did you mean 'down'?)" },
	{ "config aply a.ini", "did you mean 'apply'?" },
	{ "config diff a b", "unexpected 'b'" },
	{ "port show --defaults", "unexpected '--defaults'" },
	{ "show port", "did you mean 'port show'?" },
	{ "drops port as64500", "did you mean 'port drops'?" },
	{ "port show --sort", "a word is missing after 'sort'" },
	{ "port show --sort=", "unexpected '--sort='" },
	{ "port show --sorted=rx", "unexpected '--sorted=rx'" },
	{ "port drops --all=yes", "unexpected '--all=yes'" },
	{ "fdb show swp1", "unexpected 'swp1'" },
	{ "fdb show port", "a word is missing after 'port'" },
	{ "fdb show port a port b", "given twice: 'port'" },
	{ "fdb show type dynamic", "unexpected 'dynamic'" },
	{ "fdb show type learned|static", "unexpected 'learned|static'" },
	{ "fdb show type learn", "unexpected 'learn'" },
	{ "fdb flush", "exactly one" },
	{ "fdb flush port a all", "exactly one" },
	{ "config check", "missing: 'FILE'" },
	{ "capture start filter", "a word is missing after 'filter'" },
	{ "capture start dir in", "unexpected 'in'" },
	{ "capture", "a verb is missing after 'capture'" },
	{ "capture stop", "missing: 'all|ID'" },
	{ "monitor port port", "given twice: 'port'" },
	{ "monitor ports", "unexpected 'ports'" },
	{ "monitor port swp1 swp2", "unexpected 'swp2'" },
	{ "config check a b", "unexpected 'b'" },
	{ "config show candidate", "unexpected 'candidate'" },
	{ "config show --default", "unexpected '--default'" },
	{ "version now", "unexpected 'now'" },
	{ "sponge set state 192.0.2.9", "unexpected 'state'" },
	{ "sponge set dead", "missing: 'IP|VALUE'" },
	{ "sponge inform 192.0.2.1", "missing: 'about'" },
	{ "sponge inform about 192.0.2.1", "missing: 'IP'" },
	{ "sponge inform 192.0.2.1 about", "a word is missing after 'about'" },
	{ "sponge clear", "missing: 'all|IP'" },
	{ "arp", "a verb is missing after 'arp'" },
};

START_TEST(any_other_words_are_an_error_that_names_them)
{
	ck_assert_ptr_null(parse(bad[_i].line));
	ck_assert_ptr_null(args);
	ck_assert_uint_eq(faults_errors(faults), 1);
	ck_assert_msg(strstr(faults_text(faults, 0), bad[_i].why) != NULL,
		      "'%s' says: %s", bad[_i].line, faults_text(faults, 0));
}
END_TEST

static const struct {
	const char *name, *args;
	bool fits;
} requests[] = {
	{ "port show", "{}", true },
	{ "port show", "{\"port\": \"a\"}", true },
	{ "port show", "{\"port\": 1}", false },
	{ "port show", "{\"port\": \"\"}", false },
	{ "port show", "{\"port\": \"a\\u0000b\"}", false },
	{ "port show", "{\"mac\": \"a\"}", false },
	{ "port show", "{\"lan\": \"a\", \"state\": \"up\"}", true },
	{ "port show", "{\"state\": \"upp\"}", false },
	{ "port drops", "{\"all\": true}", false },
	{ "port show", "[]", false },
	{ "config apply", "{\"file\": [], \"force\": true}", true },
	{ "config apply", "{\"file\": {}}", false },
	{ "port show", "{\"port\": []}", false },
	{ "fdb flush", "{\"all\": true}", true },
	{ "fdb flush", "{\"all\": false}", false },
	{ "fdb flush", "{\"all\": \"yes\"}", false },
	{ "fdb flush", "{\"all\": true, \"port\": \"a\"}", false },
	{ "fdb flush", "{}", false },
	{ "fdb show", "{\"type\": \"static\"}", true },
	{ "fdb show", "{\"type\": \"mine\"}", false },
	{ "config check", "{}", false },
	{ "sponge show", "{\"which\": \"all\"}", true },
	{ "sponge show", "{\"which\": \"anything else\"}", true },
	{ "sponge inform", "{\"receiver\": \"a\", \"about\": \"b\"}", true },
	{ "sponge inform", "{\"receiver\": \"a\"}", false },
	{ "sponge inform", "{\"receiver\": \"a\", \"about\": true}", false },
	{ "sponge set", "{\"what\": \"dead\", \"value\": \"x\"}", true },
	{ "sponge set", "{\"what\": \"IP\", \"value\": \"x\"}", false },
	{ "neigh show", "{\"which\": \"02:00:00:00:00:01\"}", true },
	{ "neigh show", "{\"which\": true}", false },
};

START_TEST(the_daemon_checks_again)
{
	json_t *a = json_loads(requests[_i].args, JSON_ALLOW_NUL, NULL);

	ck_assert_ptr_nonnull(a);
	ck_assert_msg(command_check(command_find(requests[_i].name), a,
				    faults) == requests[_i].fits,
		      "%s %s", requests[_i].name, requests[_i].args);
	ck_assert_uint_eq(faults_errors(faults), !requests[_i].fits);
	json_decref(a);
}
END_TEST

START_TEST(a_request_without_arguments_needs_none)
{
	ck_assert(command_check(command_find("status"), NULL, faults));
	ck_assert(!command_check(command_find("fdb flush"), NULL, faults));
}
END_TEST

START_TEST(what_is_for_ixctl_alone_is_not_in_the_request)
{
	const struct command *c = parse("port drops swp1 --all --sort=rate");
	json_t *local,
		*want = json_pack("{s:b, s:s}", "all", true, "sort", "rate");

	ck_assert_ptr_nonnull(c);
	ck_assert(!command_check(c, args, faults));
	local = command_take_local(c, args);
	ck_assert(json_equal(local, want));
	ck_assert_uint_eq(json_object_size(args), 1);
	ck_assert(command_check(c, args, faults));
	ck_assert(command_has(c, "lan"));
	ck_assert(!command_has(c, "mac"));
	json_decref(local);
	json_decref(want);
}
END_TEST

START_TEST(every_command_has_a_name_of_its_own)
{
	for (unsigned int i = 0; i < COMMAND_N; i++) {
		const struct command *c = command_get(i);

		ck_assert_ptr_eq(command_find(c->name), c);
		ck_assert_uint_eq(command_id(c), i);
		ck_assert_msg(c->sentence[0] != '\0', "%s", c->name);
	}
	ck_assert_ptr_null(command_find("port"));
	ck_assert_ptr_null(command_find(""));
}
END_TEST

START_TEST(a_usage_shows_what_is_needed_and_what_is_not)
{
	static const struct {
		const char *name, *usage;
	} cases[] = {
		{ "status", "status" },
		{ "port up", "port up PORT" },
		{ "port drops",
		  "port drops [PORT] [lan LAN] [--all] [--sort COLUMN]" },
		{ "config check", "config check FILE" },
		{ "config show", "config show [running|file] [--defaults]" },
		{ "fdb flush",
		  "fdb flush {port PORT | mac MAC | lan LAN | all}" },
		{ "sponge clear", "sponge clear all|IP [lan LAN]" },
		{ "sponge inform", "sponge inform IP about IP [lan LAN]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *usage = command_usage(command_find(cases[i].name));

		ck_assert_str_eq(usage, cases[i].usage);
		free(usage);
	}
}
END_TEST

static const struct {
	const char *words[5];
	const char *offers, *what;
} completions[] = {
	{ { "" },
	  "status\ncheck\nport\nlag\nfabric\nfdb\nneigh\nacl\npolicy\nsponge\na"
	  "rp\ne"
	  "xplain\nselftest\nworker\nmatrix\nmirror\nmetrics\ncapture\nsflow\nm"
	  "onitor\n"
	  "config\nimport\nexport\nreport\ndoctor\nsupport-dump\nupgrade-"
	  "check\nwatch\nhelp\nversion\n",
	  NULL },
	{ { "p" }, "port\npolicy\n", NULL },
	{ { "x" }, "", NULL },
	{ { "port", "s" }, "show\nstats\n", "PORT" },
	{ { "port", "drops", "" }, "lan\n--all\n--sort\n", "PORT" },
	{ { "port", "show", "d" }, "down\ndisabled\n", "PORT" },
	{ { "port", "show", "--sort", "" }, "", "COLUMN" },
	{ { "fdb", "show", "l" }, "lan\n", NULL },
	{ { "fdb", "show", "port", "" }, "", "PORT" },
	{ { "fdb", "show", "type", "" }, "learned\nstatic\nsticky\n", NULL },
	{ { "fdb", "flush", "a" }, "all\n", NULL },
	{ { "config", "show", "-" }, "--defaults\n", NULL },
	{ { "config", "show", "f" }, "file\n", NULL },
	{ { "config", "check", "" }, "", "FILE" },
	{ { "config", "show", "" }, "running\nfile\n--defaults\n", NULL },
	{ { "sponge", "show", "" },
	  "all\nnone\nalive\npending\ndead\nstatic\nlan\n",
	  "IP" },
	{ { "sponge", "show", "lan", "" }, "", "LAN" },
	{ { "sponge", "clear", "a" }, "all\n", "IP" },
	{ { "sponge", "inform", "a", "ab" }, "about\n", "IP" },
	{ { "sponge", "clear" }, "clear\nclear-arp\n", "IP" },
	{ { "capture", "start", "dir", "" }, "rx\ntx\ndrop\n", NULL },
	{ { "capture", "start", "reason", "" }, "", "REASON" },
	{ { "capture", "start", "se" }, "seconds\n", NULL },
	{ { "capture", "stop", "" }, "all\n", "ID" },
	{ { "monitor", "p" }, "port\n", NULL },
	{ { "monitor", "port", "" }, "", "PORT" },
	{ { "monitor", "fdb", "l" }, "lan\n", NULL },
};

START_TEST(completion_offers_what_could_come_next)
{
	char *word[5], *text = NULL;
	size_t size;
	unsigned int n = 0;
	FILE *out = open_memstream(&text, &size);
	const char *what;

	for (; n < 5 && completions[_i].words[n] != NULL; n++)
		word[n] = strdup(completions[_i].words[n]);
	what = command_complete(n, word, out);
	fclose(out);
	ck_assert_str_eq(text, completions[_i].offers);
	ck_assert_pstr_eq(what, completions[_i].what);
	while (n > 0)
		free(word[--n]);
	free(text);
}
END_TEST

/* Whether 'word' is in a list with spaces around each. */
static bool
is_in(const char *list, const char *word)
{
	char name[64];

	snprintf(name, sizeof(name), " %s ", word);
	return strstr(list, name) != NULL;
}

START_TEST(readers_may_use_what_shows_and_not_what_changes)
{
	static const char shows[] =
		" show list stats drops log top diff history ";
	static const char changes[] =
		" up down cull flush set clear clear-arp probe inform apply "
		"start stop confirm rollback ";
	unsigned int n = 0;

	for (unsigned int i = 0; i < COMMAND_N; i++) {
		const struct command *c = command_get(i);

		if (c->side != COMMAND_DAEMON)
			continue;
		if (is_in(shows, c->verb))
			ck_assert_msg(command_reads(c), "%s", c->name);
		if (is_in(changes, c->verb))
			ck_assert_msg(!command_reads(c), "%s", c->name);
		n += is_in(shows, c->verb) || is_in(changes, c->verb);
	}
	ck_assert_uint_ge(n, 20);
	ck_assert(command_reads(command_get(COMMAND_status)));
	ck_assert(!command_reads(command_get(COMMAND_port_record)));
}
END_TEST

START_TEST(the_daemon_has_names_of_ports_and_lans)
{
	const struct command_names *n = command_names("PORT");

	ck_assert_int_eq(n->id, COMMAND_port_show);
	ck_assert_ptr_null(n->list);
	ck_assert_str_eq(n->key, "port");
	n = command_names("LAN");
	ck_assert_int_eq(n->id, COMMAND_status);
	ck_assert_str_eq(n->list, "lans");
	ck_assert_ptr_null(command_names("FILE"));
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

int
main(void)
{
	Suite *s = suite_create("command");
	TCase *tc = tcase_create("command");

	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, words_make_a_request, good);
	LOOP(tc, any_other_words_are_an_error_that_names_them, bad);
	LOOP(tc, the_daemon_checks_again, requests);
	tcase_add_test(tc, a_request_without_arguments_needs_none);
	tcase_add_test(tc, what_is_for_ixctl_alone_is_not_in_the_request);
	tcase_add_test(tc, every_command_has_a_name_of_its_own);
	tcase_add_test(tc, a_usage_shows_what_is_needed_and_what_is_not);
	LOOP(tc, completion_offers_what_could_come_next, completions);
	tcase_add_test(tc, readers_may_use_what_shows_and_not_what_changes);
	tcase_add_test(tc, the_daemon_has_names_of_ports_and_lans);
	suite_add_tcase(s, tc);
	return check_run(s);
}
