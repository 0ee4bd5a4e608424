/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/lacp_pdu.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

/* clang-format off */
/* Octets as figures 6-7 and 6-9 of IEEE 802.1AX draw them; what follows is 0. */
#define LACPDU                                                                 \
	"0101"                                                                 \
	"0114" "8001" "020000000a0b" "0102" "8003" "0405" "3d" "000000"        \
	"0214" "7fff" "0a0b0c0d0e0f" "1112" "1314" "1516" "c7" "000000"        \
	"0310" "1388" "000000000000000000000000"                               \
	"0000"
#define MARKER   "0201" "0110" "0405" "020000000a0b" "01020304" "0000" "0000"
#define RESPONSE "0201" "0210" "0405" "020000000a0b" "01020304" "0000" "0000"
/* clang-format on */

static const struct lacp_info actor = {
	.system = 0x020000000a0b,
	.system_priority = 0x8001,
	.key = 0x0102,
	.port_priority = 0x8003,
	.port = 0x0405,
	.state = 0x3d,
};
static const struct lacp_info partner = {
	.system = 0x0a0b0c0d0e0f,
	.system_priority = 0x7fff,
	.key = 0x1112,
	.port_priority = 0x1314,
	.port = 0x1516,
	.state = 0xc7,
};

static void
put(uint8_t octets[LACP_PDU_SIZE], const char *hex)
{
	memset(octets, 0, LACP_PDU_SIZE);
	for (size_t i = 0; hex[2 * i] != 0; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		octets[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

/* Reads 'size' octets, in memory of just that size; what is behind is 0. */
static enum lacp_result
read_sized(const uint8_t octets[LACP_PDU_SIZE], uint32_t size,
	   struct lacp_pdu *pdu)
{
	uint32_t n = size < LACP_PDU_SIZE ? size : LACP_PDU_SIZE;
	uint8_t *copy = calloc(1, size == 0 ? 1 : size);
	enum lacp_result result;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, octets, n);
	result = lacp_pdu_read(copy, size, pdu);
	free(copy);
	return result;
}

static void
check_info(const struct lacp_info *a, const struct lacp_info *b)
{
	ck_assert_uint_eq(a->system, b->system);
	ck_assert_uint_eq(a->system_priority, b->system_priority);
	ck_assert_uint_eq(a->key, b->key);
	ck_assert_uint_eq(a->port_priority, b->port_priority);
	ck_assert_uint_eq(a->port, b->port);
	ck_assert_uint_eq(a->state, b->state);
}

static void
check_none(const struct lacp_pdu *pdu)
{
	static const struct lacp_pdu none;

	check_info(&pdu->actor, &none.actor);
	check_info(&pdu->partner, &none.partner);
	ck_assert_uint_eq(pdu->marker.system, 0);
	ck_assert_uint_eq(pdu->marker.transaction, 0);
	ck_assert_uint_eq(pdu->marker.port, 0);
}

START_TEST(a_lacpdu_is_read_as_the_standard_draws_it)
{
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_pdu pdu;

	put(octets, LACPDU);
	ck_assert_int_eq(read_sized(octets, LACP_PDU_SIZE, &pdu), LACP_TAKEN);
	check_info(&pdu.actor, &actor);
	check_info(&pdu.partner, &partner);
	ck_assert_uint_eq(pdu.marker.system, 0);
}
END_TEST

START_TEST(a_lacpdu_is_written_as_the_standard_draws_it)
{
	uint8_t octets[LACP_PDU_SIZE], expected[LACP_PDU_SIZE];

	put(expected, LACPDU);
	memset(octets, 0xff, sizeof(octets));
	lacp_pdu_write(octets, &actor, &partner);
	ck_assert_mem_eq(octets, expected, sizeof(octets));
}
END_TEST

START_TEST(a_marker_is_read_and_its_response_written)
{
	uint8_t octets[LACP_PDU_SIZE], expected[LACP_PDU_SIZE];
	struct lacp_pdu pdu;

	put(octets, MARKER);
	ck_assert_int_eq(read_sized(octets, LACP_PDU_SIZE, &pdu), LACP_MARKER);
	ck_assert_uint_eq(pdu.marker.port, 0x0405);
	ck_assert_uint_eq(pdu.marker.system, 0x020000000a0b);
	ck_assert_uint_eq(pdu.marker.transaction, 0x01020304);
	ck_assert_uint_eq(pdu.actor.system, 0);
	put(expected, RESPONSE);
	memset(octets, 0xff, sizeof(octets));
	lacp_pdu_write_response(octets, &pdu.marker);
	ck_assert_mem_eq(octets, expected, sizeof(octets));
	ck_assert_int_eq(read_sized(octets, LACP_PDU_SIZE, &pdu),
			 LACP_MARKER_RESPONSE);
	ck_assert_uint_eq(pdu.marker.transaction, 0x01020304);
}
END_TEST

START_TEST(a_short_message_is_illegal_and_a_longer_one_is_not)
{
	static const struct {
		const char *hex;
		enum lacp_result whole;
	} messages[] = {
		{ LACPDU, LACP_TAKEN },
		{ MARKER, LACP_MARKER },
		{ RESPONSE, LACP_MARKER_RESPONSE },
	};
	uint8_t octets[LACP_PDU_SIZE];

	put(octets, messages[_i].hex);
	for (uint32_t size = 0; size <= 1600; size++) {
		struct lacp_pdu pdu;
		enum lacp_result result = read_sized(octets, size, &pdu);

		if (size >= LACP_PDU_SIZE) {
			ck_assert_int_eq(result, messages[_i].whole);
			continue;
		}
		ck_assert_int_eq(result, LACP_ILLEGAL);
		check_none(&pdu);
	}
}
END_TEST

/* IEEE 802.3, 57A.4. */
START_TEST(another_subtype_is_unknown_or_illegal)
{
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_pdu pdu;

	put(octets, LACPDU);
	for (int subtype = 0; subtype < 256; subtype++) {
		bool unknown = subtype >= 3 && subtype <= 10;

		if (subtype == 1 || subtype == 2)
			continue;
		octets[0] = (uint8_t)subtype;
		for (uint32_t size = 1; size <= LACP_PDU_SIZE; size++) {
			ck_assert_int_eq(read_sized(octets, size, &pdu),
					 unknown ? LACP_UNKNOWN : LACP_ILLEGAL);
			check_none(&pdu);
		}
	}
}
END_TEST

static bool
is_among(uint32_t at, const uint8_t *set, size_t n)
{
	return memchr(set, (int)at, n) != NULL;
}

/*
 * 6.4.12: version, TLV types, reserved octets and, since version 2 has a TLV in its
 * place, the terminator are not looked at; the lengths are.
 */
START_TEST(each_octet_of_a_lacpdu_is_checked_taken_or_ignored)
{
	static const uint8_t lengths[] = { 3, 23, 43 };
	static const uint8_t ignored[] = { 1,  2,  19, 20, 21, 22, 39, 40,
					   41, 42, 44, 45, 46, 47, 48, 49,
					   50, 51, 52, 53, 54, 55, 56, 57 };
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_pdu before, pdu;

	put(octets, LACPDU);
	read_sized(octets, LACP_PDU_SIZE, &before);
	for (uint32_t at = 1; at < LACP_PDU_SIZE; at++)
		for (unsigned int flip = 1; flip < 256; flip++) {
			enum lacp_result result;

			octets[at] ^= (uint8_t)flip;
			result = read_sized(octets, LACP_PDU_SIZE, &pdu);
			octets[at] ^= (uint8_t)flip;
			if (is_among(at, lengths, sizeof(lengths))) {
				ck_assert_int_eq(result, LACP_ILLEGAL);
				check_none(&pdu);
				continue;
			}
			ck_assert_int_eq(result, LACP_TAKEN);
			ck_assert_msg(
				(memcmp(&pdu, &before, sizeof(pdu)) == 0) ==
					(at >= 58 || is_among(at, ignored,
							      sizeof(ignored))),
				"octet %u", at);
		}
}
END_TEST

START_TEST(each_octet_of_a_marker_is_checked_taken_or_ignored)
{
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_pdu before, pdu;

	put(octets, MARKER);
	read_sized(octets, LACP_PDU_SIZE, &before);
	for (uint32_t at = 1; at < LACP_PDU_SIZE; at++)
		for (unsigned int flip = 1; flip < 256; flip++) {
			enum lacp_result result;
			bool response = at == 2 && (flip ^ 1) == 2;

			octets[at] ^= (uint8_t)flip;
			result = read_sized(octets, LACP_PDU_SIZE, &pdu);
			octets[at] ^= (uint8_t)flip;
			if (at == 2 || at == 3) {
				ck_assert_int_eq(result,
						 response ? LACP_MARKER_RESPONSE
							  : LACP_ILLEGAL);
				continue;
			}
			ck_assert_int_eq(result, LACP_MARKER);
			ck_assert_msg((memcmp(&pdu, &before, sizeof(pdu)) ==
				       0) == (at == 1 || at >= 16),
				      "octet %u", at);
		}
}
END_TEST

START_TEST(a_lacpdu_of_version_2_is_taken)
{
	static const uint8_t port_algorithm[] = { 4, 6, 0, 0x80, 0xc2, 0 };
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_pdu pdu;

	put(octets, LACPDU);
	octets[1] = 2;
	memcpy(octets + 58, port_algorithm, sizeof(port_algorithm));
	ck_assert_int_eq(read_sized(octets, LACP_PDU_SIZE, &pdu), LACP_TAKEN);
	check_info(&pdu.actor, &actor);
	check_info(&pdu.partner, &partner);
}
END_TEST

START_TEST(a_state_is_text_as_other_switches_print_it)
{
	static const struct {
		uint8_t state;
		const char *text;
	} states[] = {
		{ 0x00, "PLIs-" },     { 0x3d, "ALGs+CD" }, { 0x3f, "ASGs+CD" },
		{ 0x05, "ALGs-" },     { 0x0d, "ALGs+" },   { 0x1d, "ALGs+C" },
		{ 0x45, "ALGs-d" },    { 0x87, "ASGs-X" },  { 0x20, "PLIs-D" },
		{ 0xff, "ASGs+CDdX" }, { 0x01, "ALIs-" },   { 0x02, "PSIs-" },
		{ 0x04, "PLGs-" },     { 0x08, "PLIs+" },
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		char text[LACP_STATE_TEXT_SIZE];

		ck_assert_str_eq(lacp_state_text(states[i].state, text),
				 states[i].text);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lacp_pdu");
	TCase *tc = tcase_create("lacp_pdu");

	tcase_add_test(tc, a_lacpdu_is_read_as_the_standard_draws_it);
	tcase_add_test(tc, a_lacpdu_is_written_as_the_standard_draws_it);
	tcase_add_test(tc, a_marker_is_read_and_its_response_written);
	tcase_add_loop_test(
		tc, a_short_message_is_illegal_and_a_longer_one_is_not, 0, 3);
	tcase_add_test(tc, another_subtype_is_unknown_or_illegal);
	tcase_add_test(tc, each_octet_of_a_lacpdu_is_checked_taken_or_ignored);
	tcase_add_test(tc, each_octet_of_a_marker_is_checked_taken_or_ignored);
	tcase_add_test(tc, a_lacpdu_of_version_2_is_taken);
	tcase_add_test(tc, a_state_is_text_as_other_switches_print_it);
	suite_add_tcase(s, tc);
	return check_run(s);
}
