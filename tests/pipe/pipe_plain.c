/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A frame is plain only if the stages would let it pass to the same port: random
 * frames, under random configurations over the keys that concern forwarding, with
 * links that come and go, have the same fates without stage plain and with each of
 * its bodies, and the bodies find the same frames.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/override.h"
#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_body.h"
#include "fabric/datapath/worker.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "lib/isa.h"
#include "tests/check_run.h"
#include "tests/pipe/fates.h"

#define PORTS   6
#define BURSTS  100
#define LEN_MAX 1600
#define FILL    50 /* addresses of no port of the test */
#define ROUNDS  160

/* As random32(), but each run starts from a seed of its own. */
static uint64_t state;

static uint32_t
draw(uint32_t n)
{
	state = state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(state >> 33) % n;
}

#define N(list)    ((uint32_t)(sizeof(list) / sizeof((list)[0])))
#define PICK(list) (list)[draw(N(list))]

static const char *const lan_lines[] = {
	"unknown_unicast = flood",
	"mtu = 600",
	"mac_limit = 3",
	"mac_age = 2s",
	"violation = shutdown",
	"shutdown_time = 1s",
	"acl = some",
	"acl_out = some",
	"sponge_mac = 02:00:00:00:00:ee",
	"mld = permit",
	"check = ip_header drop",
};
static const char *const port_lines[] = {
	"status = quarantine",  "status = disabled",   "monitor = on",
	"isolate = a",          "allow_prio_tag = on", "mac_limit = 2",
	"check = mac_lock log", "acl = some",          "acl_out = some",
	"rate_in = 200k",

	"rate_out = 200k",      "cull = on",           "violation = shutdown",
};

static const char *const checks[] = { "mac_lock",  "oversize",     "ip4_spoof",
				      "ip6_spoof", "mac_conflict", "vendor_l2",
				      "ethertype", "smac_eq_dmac" };

/*
 * A configuration has some of the lines, and each of its ports or LANs some of
 * these: what acts on several ports at once meets itself.
 */
static unsigned int theme_lan, theme_port;

static void
draw_theme(void)
{
	theme_lan = 1u << draw(N(lan_lines)) | 1u << draw(N(lan_lines));
	theme_port = 1u << draw(N(port_lines)) | 1u << draw(N(port_lines)) |
		     1u << draw(N(port_lines));
}

static void
add_lines(FILE *f, const char *const *line, unsigned int n, unsigned int theme)
{
	const char *last = "";

	for (unsigned int i = 0; i < n; i++) {
		if (!(theme >> i & 1) || draw(2) != 0 ||
		    strncmp(last, line[i], strcspn(line[i], " ")) == 0)
			continue;
		fprintf(f, "%s\n", line[i]);
		last = line[i];
	}
}

/* Port 5 is tagged, on the device of port 4. */
static void
add_port(FILE *f, unsigned int i)
{
	fprintf(f, "[port p%u]\nlan = l%u\n", i, i == 3 ? 1 : 0);
	if (i == 5)
		fprintf(f, "parent = p4\ntag = 7\n");
	else
		fprintf(f, "device = net_null%u\n", i);
	if (draw(4) != 0)
		fprintf(f, "mac = 02:00:00:00:00:%02x\n", i);
	if (draw(2) == 0)
		fprintf(f, "ipv4 = 192.0.2.%u\n", i + 1);
	if (draw(2) == 0)
		fprintf(f, "ipv6 = 2001:db8:f::%u\n", i + 1);
	add_lines(f, port_lines, N(port_lines), theme_port);
}

static void
add_checks(FILE *f)
{
	static const char *const mode[] = { "off", "log" };

	for (unsigned int i = 0; i < N(checks); i++)
		if (draw(20) == 0)
			fprintf(f, "check = %s %s\n", checks[i], PICK(mode));
}

static void
write_config(FILE *f)
{
	static const char *const profile[] = { "open", "ixp-basic",
					       "ixp-strict" };

	fprintf(f, "[fabric]\nflap_count = 0\nmac_table = 64\nmatrix = on\n"
		   "[acl some]\nrule = deny proto udp dport 53\n"
		   "rule = count proto tcp dport 443\n"
		   "rule = count src 2000::/3\n"
		   "rule = deny src 203.0.0.0/8 dst 203.0.0.3\n");
	/* So many that one word does not have them all. */
	for (unsigned int i = draw(2) * 100; i > 0; i--)
		fprintf(f, "rule = deny src 203.0.2.0/24 proto tcp dport %u\n",
			400 + i);
	fprintf(f, "%s", draw(2) == 0 ? "" : "rule = permit any\n");
	for (unsigned int i = 0; i < 2; i++) {
		fprintf(f, "[lan l%u]\nprofile = %s\n", i, PICK(profile));
		if (draw(2) == 0)
			fprintf(f, "ipv4 = 192.0.2.0/24\n"
				   "ipv6 = 2001:db8:f::/64\n");
		add_lines(f, lan_lines, N(lan_lines), theme_lan);
		add_checks(f);
	}
	for (unsigned int i = 0; i < PORTS; i++)
		add_port(f, i);
}

static uint64_t
draw_mac(void)
{
	static const uint64_t odd[] = {
		0,
		UINT64_C(0xffffffffffff),
		UINT64_C(0x0180c2000000),
		UINT64_C(0x01005e000005),
		UINT64_C(0x333300000001),
		UINT64_C(0x00e02b000001),
		UINT64_C(0x0200000000ee),
	};

	if (draw(20) == 0)
		return PICK(odd);
	return UINT64_C(0x020000000000) + draw(PORTS);
}

static void
draw_ipv4(uint8_t *ip, uint32_t size)
{
	static const uint8_t first[] = { 0, 10, 127, 192, 198, 223, 224, 255 };
	static const uint8_t start[] = { 0x46, 0x35, 0x44, 0x65 };
	static const uint8_t protocol[] = { 1, 2, 6, 17, 47, 58, 89, 112, 255 };

	ip[0] = draw(10) == 0 ? PICK(start) : 0x45;
	frame_write16(ip + 2, (uint16_t)(size - draw(30) / 29));
	frame_write16(ip + 6, draw(20) == 0 ? 0x2000 : 0x4000);
	ip[8] = draw(20) == 0 ? 1 : 64;
	ip[9] = draw(8) == 0 ? PICK(protocol) : 6;
	for (unsigned int i = 12; i < 20; i += 4) {
		static const uint8_t here[] = { 192, 0, 2 };

		ip[i] = draw(8) == 0 ? PICK(first) : 203;
		if (draw(3) == 0)
			memcpy(ip + i, here, sizeof(here));
		ip[i + 3] = (uint8_t)(1 + draw(PORTS));
	}
	frame_write16(ip + 22, draw(4) == 0 ? 179 : 443);
}

static void
draw_ipv6(uint8_t *ip, uint32_t size)
{
	static const uint8_t first[] = { 0, 0xfc, 0xfd, 0xfe, 0xff, 0x20 };
	static const uint8_t next[] = { 0, 6, 17, 43, 44, 58, 59, 60, 89, 112 };

	ip[0] = 0x60;
	frame_write16(ip + 4, (uint16_t)(size - 40));
	ip[6] = draw(8) == 0 ? PICK(next) : 6;
	ip[7] = draw(20) == 0 ? 255 : 64;
	for (unsigned int i = 8; i < 40; i += 16) {
		static const uint8_t here[] = { 0x20, 1, 0x0d, 0xb8, 0, 0xf };

		ip[i] = draw(8) == 0 ? PICK(first) : 0x24;
		ip[i + 1] = draw(2) == 0 ? 0x80 : 1;
		if (draw(3) == 0)
			memcpy(ip + i, here, sizeof(here));
		ip[i + 15] = (uint8_t)(1 + draw(PORTS));
	}
}

/*
 * A frame into 'port', in most cases from its own address, in one of 'others' from
 * another; 0: never.  Returns its size.
 */
static uint32_t
draw_frame(uint8_t *f, uint16_t port, uint32_t others)
{
	static const uint16_t odd[] = { 0x0806, 0x8100, 0x88a8,
					0x9000, 46,     0x88cc };
	static const uint32_t lens[] = { 14,  33,  53,   59,   61,
					 600, 614, 1514, 1515, 1518 };
	uint32_t size = draw(8) == 0 ? PICK(lens) : 60 + draw(100);
	uint64_t own = UINT64_C(0x020000000000) + port;
	uint64_t dst = draw_mac(), src = own;
	uint16_t type = draw(20) == 0  ? PICK(odd)
			: draw(3) == 0 ? 0x86dd
				       : 0x0800;

	if (others != 0 && draw(others) == 0)
		src = draw_mac();
	memset(f, 0, LEN_MAX);
	for (unsigned int k = 0; k < 6; k++) {
		f[k] = (uint8_t)(dst >> (40 - 8 * k));
		f[6 + k] = (uint8_t)(src >> (40 - 8 * k));
	}
	frame_write16(f + 12, type);
	if (type == 0x0800)
		draw_ipv4(f + 14, size - 14);
	else if (type == 0x86dd)
		draw_ipv6(f + 14, size - 14);
	else
		frame_write16(f + 14, (uint16_t)draw(8));
	return size;
}

struct run {
	struct fates fates;
	uint64_t plain; /* frames */
	uint64_t sets;  /* of all bursts, which of their frames */
};

/* What an operator, or a cable, does. */
static void
disturb(struct fabric *f)
{
	struct port_rt *p = f->port[draw(PORTS)];

	if (draw(20) == 0)
		lockstep_link(f, p->id, draw(4) != 0);
	if (draw(40) == 0)
		override_cull(f, p, draw(4) == 0);
	if (draw(40) == 0)
		override_down(f, p, draw(8) == 0);
}

static void
one_burst(struct fabric *f, struct run *r, uint64_t now)
{
	static uint8_t frame[BURST_MAX][LEN_MAX];
	uint16_t port = (uint16_t)draw(5);
	const void *at[BURST_MAX];
	uint32_t len[BURST_MAX];
	unsigned int n = 1 + draw(BURST_MAX);
	uint32_t others = draw(3) == 0 ? 0 : 6;

	for (unsigned int i = 0; i < n; i++) {
		len[i] = draw_frame(frame[i], port, others);
		at[i] = frame[i];
	}
	f->worker[0]->rx->plain = 0;
	lockstep_burst(f, port, n, at, len, now);
	r->plain += (uint64_t)__builtin_popcountll(f->worker[0]->rx->plain);
	r->sets = r->sets * UINT64_C(0x100000001b3) ^ f->worker[0]->rx->plain;
}

/* So that some addresses of the ports find no place where they belong. */
static void
fill_tables(const struct fabric *f)
{
	for (unsigned int i = 0; i < f->config->nlans; i++)
		for (unsigned int k = 0; k < FILL; k++)
			mactab_set(f->lan[i]->macs,
				   UINT64_C(0x0a0000000000) + k, 0,
				   MACTAB_STATIC, 0);
}

/* All that is drawn depends on 'seed' alone. */
static struct run *
run(unsigned int seed, const char *text, const struct plain_body *body)
{
	struct run *r = calloc(1, sizeof(*r));
	struct fabric *f = fates_create(text, &r->fates);
	uint64_t now = 0;

	fill_tables(f);
	state = seed;
	r->fates.ordered = true;
	f->worker[0]->plain = body;
	for (unsigned int i = 0; i < BURSTS; i++) {
		now += draw(CLOCK_SECOND / 5);
		disturb(f);
		one_burst(f, r, now);
	}
	fates_note_addresses(f, &r->fates);
	fates_end(f, &r->fates);
	return r;
}

static char *
draw_config(unsigned int seed)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	state = ~(uint64_t)seed;
	draw_theme();
	write_config(f);
	fclose(f);
	return text;
}

static uint64_t
compare(unsigned int seed, const char *text, enum isa isa)
{
	struct run *off = run(seed, text, NULL), *scalar, *on;
	uint64_t plain;

	isa_limit(ISA_SCALAR);
	scalar = run(seed, text, plain_body());
	isa_limit(isa);
	on = run(seed, text, plain_body());
	isa_limit(ISA_AVX512);
	plain = on->plain;
	fates_are_same(&on->fates, &off->fates);
	ck_assert_uint_eq(on->sets, scalar->sets);
	ck_assert_uint_eq(off->plain, 0);
	free(off);
	free(scalar);
	free(on);
	return plain;
}

/* _i: an instruction set; one that the processor lacks is the next narrower. */
START_TEST(plain_frames_fare_as_the_stages_say)
{
	uint64_t plain = 0;

	for (unsigned int seed = 1; seed <= CHECK_ROUNDS(ROUNDS); seed++) {
		char *text = draw_config(seed);

		plain += compare(seed, text, (enum isa)_i);
		free(text);
	}
	/* Or nothing was tried. */
	ck_assert_uint_gt(plain, CHECK_ROUNDS(ROUNDS) * BURSTS / 16);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("plain");
	TCase *tc = tcase_create("plain");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, plain_frames_fare_as_the_stages_say, ISA_SCALAR,
			    ISA_AVX512 + 1);
	suite_add_tcase(s, tc);
	return check_run(s);
}
