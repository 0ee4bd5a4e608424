/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/prefix.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "tests/check_run.h"

static const struct {
	uint8_t family;
	const char *text;
	const char *printed; /* NULL: rejected */
} addresses[] = {
	{ 4, "192.0.2.10", "192.0.2.10" },
	{ 4, "0.0.0.0", "0.0.0.0" },
	{ 4, "255.255.255.255", "255.255.255.255" },
	{ 4, "192.0.2.256", NULL },
	{ 4, "192.0.2", NULL },
	{ 4, "192.0.02.1", NULL },
	{ 4, "192.0.2.10/24", NULL },
	{ 4, " 192.0.2.10", NULL },
	{ 4, "192.0.2.10 ", NULL },
	{ 4, "2001:db8::1", NULL },
	{ 4, "", NULL },
	{ 6, "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ 6, "::", "::" },
	{ 6, "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ 6, "fe80::1%eth0", NULL },
	{ 6, "2001:db8::1::2", NULL },
	{ 6, "2001:db8::12345", NULL },
	{ 6, "192.0.2.10", NULL },
	{ 6, "", NULL },
};

START_TEST(an_address_is_read_and_printed_in_its_short_form)
{
	struct ipaddr a = { .family = 0 };
	char text[PREFIX_TEXT_SIZE];
	int rc = ipaddr_parse(addresses[_i].text, addresses[_i].family, &a);

	ck_assert_msg(rc == (addresses[_i].printed == NULL ? -EINVAL : 0),
		      "'%s': %d", addresses[_i].text, rc);
	if (rc != 0)
		ck_assert_uint_eq(a.family, 0);
	else
		ck_assert_str_eq(ipaddr_format(&a, text),
				 addresses[_i].printed);
}
END_TEST

static const struct {
	uint8_t family;
	const char *text;
	const char *printed; /* NULL: rejected */
} prefixes[] = {
	{ 4, "192.0.2.0/24", "192.0.2.0/24" },
	{ 4, "0.0.0.0/0", "0.0.0.0/0" },
	{ 4, "192.0.2.7/32", "192.0.2.7/32" },
	{ 4, "192.0.2.128/25", "192.0.2.128/25" },
	{ 4, "192.0.2.1/24", NULL },
	{ 4, "192.0.2.128/24", NULL },
	{ 4, "192.0.2.0/33", NULL },
	{ 4, "192.0.2.0/", NULL },
	{ 4, "192.0.2.0/-1", NULL },
	{ 4, "192.0.2.0/024", NULL },
	{ 4, "192.0.2.0/24x", NULL },
	{ 4, "192.0.2.0/4294967320", NULL },
	{ 4, "192.0.2.0", NULL },
	{ 4, "/24", NULL },
	{ 4, "2001:db8::/32", NULL },
	{ 6, "2001:db8:ffff::/64", "2001:db8:ffff::/64" },
	{ 6, "::/0", "::/0" },
	{ 6, "2001:db8::1/128", "2001:db8::1/128" },
	{ 6, "2001:db8::1/127", NULL },
	{ 6, "2001:db8::/129", NULL },
	{ 6, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/64",
	  NULL },
};

START_TEST(a_prefix_has_a_length_and_no_host_bits)
{
	struct prefix p = { .length = 255 };
	char text[PREFIX_TEXT_SIZE];
	int rc = prefix_parse(prefixes[_i].text, prefixes[_i].family, &p);

	ck_assert_msg(rc == (prefixes[_i].printed == NULL ? -EINVAL : 0),
		      "'%s': %d", prefixes[_i].text, rc);
	if (rc != 0)
		ck_assert_uint_eq(p.length, 255);
	else
		ck_assert_str_eq(prefix_format(&p, text), prefixes[_i].printed);
}
END_TEST

static const struct {
	uint8_t prefix_family;
	const char *prefix;
	uint8_t family;
	const char *address;
	bool inside;
} places[] = {
	{ 4, "192.0.2.0/24", 4, "192.0.2.0", true },
	{ 4, "192.0.2.0/24", 4, "192.0.2.255", true },
	{ 4, "192.0.2.0/24", 4, "192.0.3.0", false },
	{ 4, "192.0.2.0/24", 4, "192.0.1.255", false },
	{ 4, "192.0.2.0/25", 4, "192.0.2.128", false },
	{ 4, "192.0.2.4/30", 4, "192.0.2.7", true },
	{ 4, "192.0.2.4/30", 4, "192.0.2.8", false },
	{ 4, "0.0.0.0/0", 4, "203.0.113.9", true },
	{ 4, "0.0.0.0/0", 6, "::", false },
	{ 6, "2001:db8::/32", 6, "2001:db8:ffff::1", true },
	{ 6, "2001:db8::/32", 6, "2001:db9::1", false },
	{ 6, "2001:db8::1/128", 6, "2001:db8::1", true },
	{ 6, "2001:db8::1/128", 6, "2001:db8::2", false },
};

static const struct {
	uint8_t family;
	const char *text;
	const char *meant; /* NULL: cannot be guessed */
} guesses[] = {
	{ 4, "192.0.2.1/24", "192.0.2.0/24" },
	{ 4, "192.0.2.255/25", "192.0.2.128/25" },
	{ 4, "192.0.2.1/0", "0.0.0.0/0" },
	{ 4, "192.0.2.1/32", "192.0.2.1/32" },
	{ 4, "192.0.2.0/255.255.254.0", "192.0.2.0/23" },
	{ 4, "192.0.2.0 255.255.255.255", "192.0.2.0/32" },
	{ 4, "192.0.2.9  0.0.0.255", "192.0.2.0/24" },
	{ 4, "192.0.2.9/255.0.255.0", NULL },
	{ 4, "192.0.2.9/33", NULL },
	{ 4, "192.0.2.9", NULL },
	{ 4, "192.0.2.0/24, 192.0.3.0/24", NULL },
	{ 6, "2001:db8::1/64", "2001:db8::/64" },
	{ 6, "2001:db8::ffff/127", "2001:db8::fffe/127" },
	{ 6, "2001:db8::/255.255.255.0", NULL },
	{ 6, "192.0.2.1/24", NULL },
};

START_TEST(what_is_no_prefix_may_mean_one)
{
	struct prefix p = { .length = 7 };
	char text[PREFIX_TEXT_SIZE];
	int rc = prefix_guess(guesses[_i].text, guesses[_i].family, &p);

	ck_assert_msg(rc == (guesses[_i].meant == NULL ? -EINVAL : 0),
		      "'%s': %d", guesses[_i].text, rc);
	if (rc != 0)
		ck_assert_uint_eq(p.length, 7);
	else
		ck_assert_str_eq(prefix_format(&p, text), guesses[_i].meant);
}
END_TEST

START_TEST(a_prefix_contains_what_begins_like_it)
{
	struct prefix p;
	struct ipaddr a;

	ck_assert_int_eq(
		prefix_parse(places[_i].prefix, places[_i].prefix_family, &p),
		0);
	ck_assert_int_eq(
		ipaddr_parse(places[_i].address, places[_i].family, &a), 0);
	ck_assert_msg(prefix_contains(&p, &a) == places[_i].inside, "%s in %s",
		      places[_i].address, places[_i].prefix);
}
END_TEST

START_TEST(addresses_are_equal_within_one_family_only)
{
	struct ipaddr a, b, c, six;

	ipaddr_parse("192.0.2.1", 4, &a);
	ipaddr_parse("192.0.2.1", 4, &b);
	ipaddr_parse("192.0.2.2", 4, &c);
	ipaddr_parse("c000:0201::", 6, &six);
	ck_assert(ipaddr_equal(&a, &b));
	ck_assert(!ipaddr_equal(&a, &c));
	ck_assert(!ipaddr_equal(&a, &six));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("prefix");
	TCase *tc = tcase_create("prefix");

	tcase_add_loop_test(tc,
			    an_address_is_read_and_printed_in_its_short_form, 0,
			    sizeof(addresses) / sizeof(addresses[0]));
	tcase_add_loop_test(tc, a_prefix_has_a_length_and_no_host_bits, 0,
			    sizeof(prefixes) / sizeof(prefixes[0]));
	tcase_add_loop_test(tc, what_is_no_prefix_may_mean_one, 0,
			    sizeof(guesses) / sizeof(guesses[0]));
	tcase_add_loop_test(tc, a_prefix_contains_what_begins_like_it, 0,
			    sizeof(places) / sizeof(places[0]));
	tcase_add_test(tc, addresses_are_equal_within_one_family_only);
	suite_add_tcase(s, tc);
	return check_run(s);
}
