/* SPDX-License-Identifier: BSD-3-Clause */
/* What ixfabric-snmp makes of an answer, and shows in the order of SNMP. */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/snmp_data.h"
#include "apps/snmp_mib.h"
#include "lib/clock.h"
#include "tests/check_run.h"

#define NOW (1000 * CLOCK_SECOND)

static struct snmp_ports *ports;
static struct snmp_macs *macs;
static struct snmp_data d;

static void
setup(void)
{
	ports = calloc(1, sizeof(*ports));
	macs = calloc(1, sizeof(*macs));
	ck_assert(ports != NULL && macs != NULL);
	d = (struct snmp_data){ .serial = "S",
				.agent_since = 900 * CLOCK_SECOND };
}

static void
teardown(void)
{
	snmp_ports_free(ports);
	snmp_macs_free(macs);
}

/* The text has ' for ". */
static json_t *
json_of(const char *text)
{
	char copy[4096];
	json_t *json;

	ck_assert_uint_lt(strlen(text), sizeof(copy));
	strcpy(copy, text);
	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	json = json_loads(copy, JSON_DECODE_ANY, NULL);
	ck_assert_ptr_nonnull(json);
	return json;
}

static int
add_ports(const char *text)
{
	json_t *json = json_of(text);
	int rc = snmp_ports_add(ports, json, NOW);

	json_decref(json);
	return rc;
}

static int
add_macs(const char *text)
{
	json_t *json = json_of(text);
	int rc = snmp_macs_add(macs, json);

	json_decref(json);
	return rc;
}

static void
end(void)
{
	ck_assert_int_eq(snmp_ports_end(ports, NULL), 0);
	ck_assert_int_eq(snmp_macs_end(macs), 0);
	d.ports = ports;
	d.macs = macs;
}

/* "1.3.6" as numbers. */
static size_t
oid_of(const char *text, uint32_t *id)
{
	size_t n = 0;
	char *at = (char *)(uintptr_t)text;

	for (; *at != '\0'; at += *at == '.')
		id[n++] = (uint32_t)strtoul(at, &at, 10);
	return n;
}

static const char *
value_text(const struct snmp_value *v)
{
	static char text[3 * SNMP_OCTETS_MAX];

	if (v->type == SNMP_OCTETS)
		snprintf(text, sizeof(text), "%.*s", (int)v->n, v->octets);
	else
		snprintf(text, sizeof(text), "%" PRIu64, v->number);
	return text;
}

/* The value, or what is missing. */
static const char *
get(const char *name)
{
	static struct snmp_value v;
	uint32_t id[64];
	size_t n = oid_of(name, id);

	switch (snmp_mib_get(&d, id, n, &v)) {
	case SNMP_FOUND:
		return value_text(&v);
	case SNMP_NO_OBJECT:
		return "no object";
	default:
		return "no instance";
	}
}

#define IF   "1.3.6.1.2.1.2.2.1."
#define IF_X "1.3.6.1.2.1.31.1.1.1."
#define TP   "1.3.6.1.2.1.17.4.3.1."
#define Q    "1.3.6.1.2.1.17.7.1."

#define TWO                                                                    \
	"[{'port': 'b', 'index': 10002, 'number': 2, 'lan': 'l', 'vlan': 10,"  \
	" 'mtu': 1500, 'speed_mbit': 100000, 'admin_up': true,"                \
	" 'oper_up': false, 'tag': 10, 'in_octets': 5000000000,"               \
	" 'link_seconds': 7, 'counting_seconds': 60},"                         \
	" {'port': 'a', 'index': 7, 'number': 1, 'lan': 'l', 'vlan': 10,"      \
	" 'description': 'Alice', 'admin_up': true, 'oper_up': true,"          \
	" 'speed_mbit': 1000, 'counting_seconds': 5000}]"

#define AGG      "1.2.840.10006.300.43.1.1.1.1."
#define AGG_PORT "1.2.840.10006.300.43.1.2.1.1."
#define AGG_STAT "1.2.840.10006.300.43.1.2.2.1."
#define LINK_OF(name, index, attached, partner)                                \
	"{'name': '" name "', 'index': " index ", 'oper_up': true,"            \
	" 'speed_mbit': 10000, 'in_octets': 64, 'in_use': false, 'lacp': {"    \
	" 'actor': {'system': '02:00:00:00:00:aa', 'system_priority': 1000,"   \
	" 'key': 3, 'port': 9, 'port_priority': 7, 'state_bits': 61},"         \
	" 'partner': {'system': '" partner "', 'system_priority': 100,"        \
	" 'key': 12, 'port': 77, 'port_priority': 5, 'state_bits': 5},"        \
	" 'attached': " attached ", 'pdus_rx': 41, 'markers_rx': 2,"           \
	" 'illegal_rx': 1, 'pdus_tx': 42, 'responses_tx': 3}}"
#define LAG                                                                    \
	"[{'port': 'c', 'index': 20, 'links': [" LINK_OF(                      \
		"c/net_null1", "22", "false",                                  \
		"00:1c:73:00:00:02") ", " LINK_OF("c/0000:01:00.0", "21",      \
						  "true",                      \
						  "00:1c:73:00:00:01") "]}]"

/* Octets in hexadecimal digits. */
static const char *
hex_of(const char *name)
{
	static char text[64];
	struct snmp_value v;
	uint32_t id[64];
	size_t n = oid_of(name, id);

	ck_assert_int_eq(snmp_mib_get(&d, id, n, &v), SNMP_FOUND);
	ck_assert_int_eq(v.type, SNMP_OCTETS);
	for (size_t i = 0; i < v.n && i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", v.octets[i]);
	return text;
}

START_TEST(a_lag_and_its_links_are_interfaces)
{
	ck_assert_int_eq(add_ports(TWO), 0);
	ck_assert_int_eq(add_ports(LAG), 0);
	end();
	ck_assert_str_eq(get("1.3.6.1.2.1.2.1.0"), "5");
	ck_assert_str_eq(get(IF "3.20"), "161");
	ck_assert_str_eq(get(IF "3.21"), "6");
	ck_assert_str_eq(get(IF "3.7"), "6");
	ck_assert_str_eq(get(IF_X "1.21"), "c/0000:01:00.0");
	ck_assert_str_eq(get(IF_X "6.22"), "64");
	ck_assert_str_eq(get(IF_X "15.22"), "10000");
	ck_assert_str_eq(get(IF_X "17.20"), "2");
	ck_assert_str_eq(get(IF_X "17.21"), "1");
	/* No bridge ports. */
	ck_assert_str_eq(get("1.3.6.1.2.1.17.1.2.0"), "2");
}
END_TEST

START_TEST(links_are_attached_to_their_lag)
{
	ck_assert_int_eq(add_ports(TWO), 0);
	ck_assert_int_eq(add_ports(LAG), 0);
	end();
	ck_assert_str_eq(get(AGG_PORT "12.21"), "20");
	ck_assert_str_eq(get(AGG_PORT "13.21"), "20");
	ck_assert_str_eq(get(AGG_PORT "24.21"), "1");
	ck_assert_str_eq(get(AGG_PORT "12.22"), "20");
	ck_assert_str_eq(get(AGG_PORT "13.22"), "0");
	ck_assert_str_eq(get(AGG_PORT "13.7"), "no instance");
	ck_assert_str_eq(get(AGG_PORT "13.20"), "no instance");
	ck_assert_str_eq(get(AGG_PORT "2.21"), "1000");
	ck_assert_str_eq(get(AGG_PORT "17.21"), "77");
	ck_assert_str_eq(get(AGG_PORT "19.21"), "5");
	/* Activity, aggregation, sync ...: the first bit is the highest. */
	ck_assert_str_eq(hex_of(AGG_PORT "21.21"), "bc");
	ck_assert_str_eq(hex_of(AGG_PORT "20.21"), "a0");
	ck_assert_str_eq(hex_of(AGG_PORT "23.21"), "a0");
	ck_assert_str_eq(hex_of(AGG_PORT "9.22"), "001c73000002");
	ck_assert_str_eq(get(AGG_STAT "1.21"), "41");
	ck_assert_str_eq(get(AGG_STAT "2.21"), "2");
	ck_assert_str_eq(get(AGG_STAT "5.21"), "1");
	ck_assert_str_eq(get(AGG_STAT "6.21"), "42");
	ck_assert_str_eq(get(AGG_STAT "8.21"), "3");
	ck_assert_str_eq(get(AGG "3.20"), "1000");
	ck_assert_str_eq(hex_of(AGG "4.20"), "0200000000aa");
	/* That of a link which is attached. */
	ck_assert_str_eq(hex_of(AGG "8.20"), "001c73000001");
	ck_assert_str_eq(get(AGG "3.7"), "no instance");
}
END_TEST

START_TEST(a_link_without_lacp_is_attached_while_it_is_used)
{
	ck_assert_int_eq(
		add_ports("[{'port': 'c', 'index': 20, 'links': ["
			  "{'name': 'c/x', 'index': 22, 'in_use': true,"
			  " 'lacp': null}, {'name': 'c/y',"
			  " 'index': 21, 'in_use': false},"
			  " {'name': 'c/z', 'index': 0}, 7]}]"),
		0);
	end();
	ck_assert_uint_eq(ports->nlinks, 2);
	ck_assert_str_eq(get(AGG_PORT "13.22"), "20");
	ck_assert_str_eq(get(AGG_PORT "13.21"), "0");
	ck_assert_str_eq(get(AGG_PORT "2.21"), "0");
}
END_TEST

START_TEST(values_are_those_of_the_rows)
{
	ck_assert_int_eq(add_ports(TWO), 0);
	end();
	ck_assert_str_eq(get("1.3.6.1.2.1.2.1.0"), "2");
	ck_assert_str_eq(get(IF "2.7"), "a");
	ck_assert_str_eq(get(IF "3.7"), "6");
	ck_assert_str_eq(get(IF "5.7"), "1000000000");
	ck_assert_str_eq(get(IF "5.10002"), "4294967295");
	ck_assert_str_eq(get(IF "7.10002"), "1");
	ck_assert_str_eq(get(IF "8.10002"), "2");
	ck_assert_str_eq(get(IF "10.10002"), "705032704"); /* modulo 2^32 */
	ck_assert_str_eq(get(IF_X "6.10002"), "5000000000");
	ck_assert_str_eq(get(IF_X "15.10002"), "100000");
	ck_assert_str_eq(get(IF_X "17.10002"), "2"); /* on a tag */
	ck_assert_str_eq(get(IF_X "18.7"), "Alice");
	ck_assert_str_eq(get(IF_X "18.10002"), "");
	/* 100 s after sysUpTime was 0. */
	ck_assert_str_eq(get(IF "9.10002"), "9300");
	ck_assert_str_eq(get(IF_X "19.10002"), "4000");
	ck_assert_str_eq(get(IF_X "19.7"), "0");
	ck_assert_str_eq(get("1.3.6.1.2.1.47.1.1.1.1.11.1"), "S");
}
END_TEST

START_TEST(what_is_not_there_is_named)
{
	ck_assert_int_eq(add_ports(TWO), 0);
	end();
	ck_assert_str_eq(get(IF "2.8"), "no instance");
	ck_assert_str_eq(get(IF "2"), "no instance");
	ck_assert_str_eq(get(IF "2.7.1"), "no instance");
	ck_assert_str_eq(get(IF "21.7"), "no object");
	ck_assert_str_eq(get("1.3"), "no object");
	d.ports = NULL;
	ck_assert_str_eq(get(IF "2.7"), "no instance");
	ck_assert_str_eq(get("1.3.6.1.2.1.2.1.0"), "no instance");
}
END_TEST

/* Walks a subtree; returns how many there were. */
static unsigned int
walk(const struct snmp_oid *within)
{
	struct snmp_oid name = *within, next;
	unsigned int n = 0;
	struct snmp_value v;

	while (snmp_mib_next(&d, name.id, name.n, within, &next, &v)) {
		struct snmp_value again;
		size_t common = name.n < next.n ? name.n : next.n;
		size_t i = 0;

		while (i < common && name.id[i] == next.id[i])
			i++;
		ck_assert(i == name.n || name.id[i] < next.id[i]);
		ck_assert_int_eq(snmp_mib_get(&d, next.id, next.n, &again),
				 SNMP_FOUND);
		ck_assert_str_eq(value_text(&v), value_text(&again));
		ck_assert_uint_lt(++n, 1000);
		name = next;
	}
	return n;
}

START_TEST(a_walk_is_in_order_and_has_every_object)
{
	static const struct {
		const char *first;
		unsigned int n;
	} subtrees[] = {
		{ "1.2.840.10006.300.43.1", 10 + 2 * (23 + 8) },
		{ "1.3.6.1.2.1.2.1", 1 },
		{ "1.3.6.1.2.1.2.2", 5 * 20 },
		{ "1.3.6.1.2.1.17",
		  2 + 2 * 5 + 2 * 3 + 5 + 1 + 3 * 2 + 1 + 5 + 5 + 2 },
		{ "1.3.6.1.2.1.31.1.1.1", 5 * 19 },
		{ "1.3.6.1.2.1.47.1.1.1.1", 15 },
	};
	const struct snmp_oid *within;
	size_t i = 0;

	ck_assert_int_eq(add_ports(TWO), 0);
	ck_assert_int_eq(add_ports(LAG), 0);
	ck_assert_int_eq(
		add_macs("[{'mac': '02:00:00:00:00:02', 'index': 7,"
			 "  'vlan': 10, 'type': 'learned'},"
			 " {'mac': '02:00:00:00:00:01', 'index': 10002,"
			 "  'vlan': 10, 'type': 'static'},"
			 " {'mac': '02:00:00:00:00:01', 'index': 7,"
			 "  'vlan': 9, 'type': 'learned'}]"),
		0);
	end();
	for (; (within = snmp_mib_subtree(i)) != NULL; i++) {
		uint32_t id[64];

		ck_assert_uint_eq(within->n, oid_of(subtrees[i].first, id));
		ck_assert_int_eq(memcmp(id, within->id, within->n * 4), 0);
		ck_assert_uint_eq(walk(within), subtrees[i].n);
	}
	ck_assert_uint_eq(i, 6);
}
END_TEST

START_TEST(the_port_of_an_address_is_found_as_ixp_manager_does)
{
	ck_assert_int_eq(add_ports(TWO), 0);
	ck_assert_int_eq(
		add_macs("[{'mac': '02:00:00:00:00:02', 'index': 10002,"
			 "  'vlan': 10, 'type': 'learned'},"
			 " {'mac': '02:00:00:00:00:03', 'index': 99,"
			 "  'vlan': 10, 'type': 'static'}]"),
		0);
	end();
	ck_assert_str_eq(get(Q "4.2.1.3.0.10"), "10");
	ck_assert_str_eq(get(Q "2.2.1.2.10.2.0.0.0.0.2"), "2");
	ck_assert_str_eq(get("1.3.6.1.2.1.17.1.4.1.2.2"), "10002");
	ck_assert_str_eq(get(Q "2.2.1.3.10.2.0.0.0.0.2"), "3");
	ck_assert_str_eq(get(TP "2.2.0.0.0.0.2"), "2");
	/* Its port is not known. */
	ck_assert_str_eq(get(Q "2.2.1.2.10.2.0.0.0.0.3"), "0");
	ck_assert_str_eq(get(Q "2.2.1.3.10.2.0.0.0.0.3"), "5");
	ck_assert_str_eq(get(Q "2.1.1.2.10"), "1");
	ck_assert_str_eq(get(Q "4.3.1.1.10"), "l");
}
END_TEST

START_TEST(an_address_in_two_lans_is_once_in_the_table_without_vlan)
{
	ck_assert_int_eq(add_ports(TWO), 0);
	ck_assert_int_eq(add_macs("[{'mac': '02:00:00:00:00:02', 'index': 7,"
				  "  'vlan': 20},"
				  " {'mac': '02:00:00:00:00:02',"
				  "  'index': 10002, 'vlan': 10}]"),
			 0);
	end();
	ck_assert_uint_eq(macs->n, 2);
	ck_assert_uint_eq(macs->nplain, 1);
	ck_assert_str_eq(get(TP "2.2.0.0.0.0.2"), "2"); /* of VLAN 10 */
}
END_TEST

START_TEST(rows_that_are_not_as_they_should_be_are_left_out)
{
	ck_assert_int_eq(
		add_ports(
			"[1, null, [], {}, 'x', {'port': 'a'},"
			" {'index': 7}, {'port': 'a', 'index': -7},"
			" {'port': 'a', 'index': 2147483648},"
			" {'port': 'a', 'index': 1.5},"
			" {'port': 7, 'index': 7}, {'port': '', 'index': 7}]"),
		0);
	ck_assert_int_eq(add_macs("[1, null, [], {}, {'mac': 7}, {'mac': 'x'},"
				  " {'mac': ''}, {'vlan': 1}]"),
			 0);
	end();
	ck_assert_uint_eq(ports->n, 0);
	ck_assert_uint_eq(macs->n, 0);
	ck_assert_int_eq(add_ports("{}"), -EPROTO);
	ck_assert_int_eq(add_ports("null"), -EPROTO);
	ck_assert_int_eq(add_macs("7"), -EPROTO);
}
END_TEST

START_TEST(values_out_of_range_are_zero_and_texts_are_cut)
{
	char long_name[300], text[1024];

	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	snprintf(text, sizeof(text),
		 "[{'port': '%s', 'index': 2147483647, 'number': 65536,"
		 " 'lan': 'l', 'vlan': 4095, 'description': '%s', 'mtu': -1,"
		 " 'speed_mbit': 4294967296, 'in_octets': -5,"
		 " 'counting_seconds': 9223372036854775807,"
		 " 'link_seconds': 'x', 'admin_up': 1}]",
		 long_name, long_name);
	ck_assert_int_eq(add_ports(text), 0);
	end();
	ck_assert_uint_eq(ports->n, 1);
	ck_assert_uint_eq(ports->nbridge, 0);
	ck_assert_uint_eq(ports->nvlans, 0);
	ck_assert_uint_eq(strlen(get(IF "2.2147483647")), SNMP_LINK_SIZE - 1);
	ck_assert_uint_eq(strlen(get(IF_X "18.2147483647")), 255);
	ck_assert_str_eq(get(IF "4.2147483647"), "0");
	ck_assert_str_eq(get(IF "7.2147483647"), "2");
	ck_assert_str_eq(get(IF_X "15.2147483647"), "0");
	ck_assert_str_eq(get(IF_X "6.2147483647"), "0");
}
END_TEST

START_TEST(two_rows_with_one_index_are_one)
{
	ck_assert_int_eq(add_ports("[{'port': 'a', 'index': 7, 'number': 1,"
				   "  'lan': 'l'},"
				   " {'port': 'b', 'index': 7, 'number': 1,"
				   "  'lan': 'l'}]"),
			 0);
	end();
	ck_assert_uint_eq(ports->n, 1);
	ck_assert_uint_eq(ports->nbridge, 1);
}
END_TEST

START_TEST(an_answer_without_end_is_given_up)
{
	int rc = 0;

	for (unsigned int i = 0; rc == 0 && i <= SNMP_PORTS_MAX; i++) {
		char text[64];

		snprintf(text, sizeof(text), "[{'port': 'p', 'index': %u}]",
			 i + 1);
		rc = add_ports(text);
	}
	ck_assert_int_eq(rc, -EPROTO);
	ck_assert_uint_eq(ports->n, SNMP_PORTS_MAX);
}
END_TEST

/* The row of port a with these seconds, after the ports of now. */
static void
later(const char *row)
{
	struct snmp_ports *before = ports;

	ports = calloc(1, sizeof(*ports));
	ck_assert_int_eq(add_ports(row), 0);
	ck_assert_int_eq(snmp_ports_end(ports, before), 0);
	snmp_ports_free(before);
	d.ports = ports;
}

START_TEST(a_time_changes_only_with_what_it_is_about)
{
	ck_assert_int_eq(
		add_ports("[{'port': 'a', 'index': 7,"
			  " 'counting_seconds': 60, 'link_seconds': 60}]"),
		0);
	end();
	ck_assert_str_eq(get(IF_X "19.7"), "4000");
	/* The answer came a second later. */
	later("[{'port': 'a', 'index': 7, 'counting_seconds': 59,"
	      " 'link_seconds': 59}]");
	ck_assert_str_eq(get(IF_X "19.7"), "4000");
	ck_assert_str_eq(get(IF "9.7"), "4000");
	/* A restart. */
	later("[{'port': 'a', 'index': 7, 'counting_seconds': 5,"
	      " 'link_seconds': 59}]");
	ck_assert_str_eq(get(IF_X "19.7"), "9500");
	ck_assert_str_eq(get(IF "9.7"), "4000");
	/* A link that has just changed. */
	later("[{'port': 'a', 'index': 7, 'counting_seconds': 5,"
	      " 'link_seconds': 58, 'oper_up': true}]");
	ck_assert_str_eq(get(IF "9.7"), "4200");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("snmp");
	TCase *tc = tcase_create("snmp");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, values_are_those_of_the_rows);
	tcase_add_test(tc, a_lag_and_its_links_are_interfaces);
	tcase_add_test(tc, links_are_attached_to_their_lag);
	tcase_add_test(tc, a_link_without_lacp_is_attached_while_it_is_used);
	tcase_add_test(tc, what_is_not_there_is_named);
	tcase_add_test(tc, a_walk_is_in_order_and_has_every_object);
	tcase_add_test(tc, the_port_of_an_address_is_found_as_ixp_manager_does);
	tcase_add_test(
		tc, an_address_in_two_lans_is_once_in_the_table_without_vlan);
	tcase_add_test(tc, rows_that_are_not_as_they_should_be_are_left_out);
	tcase_add_test(tc, values_out_of_range_are_zero_and_texts_are_cut);
	tcase_add_test(tc, two_rows_with_one_index_are_one);
	tcase_add_test(tc, an_answer_without_end_is_given_up);
	tcase_add_test(tc, a_time_changes_only_with_what_it_is_about);
	suite_add_tcase(s, tc);
	return check_run(s);
}
