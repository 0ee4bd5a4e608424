/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether a kernel reads more in a frame than the fabric does.
 *
 *   kernel SEED PACKETS POLICY ARP-MODE
 *
 * POLICY: basic, strict, or a kind of strict: loose, in which one member has no
 * addresses by the configuration; bare, in which the LAN has no prefixes; mld, in
 * which reports of multicast listeners are permitted.
 *
 * Hostile frames (frames.h) go through a fabric in step, and what leaves at the
 * port of the victim goes into a real kernel (victim.h).  What that takes from
 * them must be what the policy allows (judge.h): a frame that is read more
 * generously by a host than by the fabric is found by what it does.
 *
 * All frames go into a second kernel without a fabric before it: what these do
 * there is counted, for if that were nothing, nothing would have been tested.
 *
 * The first finding of each kind is shown with the frames that led to it; exit 1.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"
#include "fabric/lockstep.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/compose.h"
#include "lib/frame.h"
#include "tests/kernel/frames.h"
#include "tests/kernel/join.h"
#include "tests/kernel/judge.h"
#include "tests/kernel/members.h"
#include "tests/kernel/victim.h"

#define RECENT   8 /* frames to show: fragments that belong together */
#define PREFIXES "ipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
#define STEP     (CLOCK_SECOND / 10)

struct shown {
	uint8_t from;
	uint32_t size;
	uint8_t octets[FRAME_MAX];
};

static struct fabric *fabric;
static uint64_t now = CLOCK_SECOND;
static uint16_t ids[MEMBERS];
static struct victim *guarded, *bare;
static enum policy policy;
static uint8_t sender; /* of the frame that is being judged */

/* What left for the victim; of it the last are in 'recent', in a ring. */
static struct shown recent[RECENT];
static unsigned long left, fed;

static unsigned long
	found[WRONGS];             /* the kernel behind the fabric, how often */
static unsigned long hurt[WRONGS]; /* the one without */
static unsigned long reasons[DROP_N];
static unsigned long reports; /* of multicast listeners, behind the fabric */

static void
note_sent(void *arg, uint64_t at, uint16_t port, const void *frame,
	  uint32_t size, uint32_t len)
{
	struct shown *s = &recent[left % RECENT];

	(void)arg, (void)at, (void)len;
	if (port != ids[MEMBER_VICTIM] || size > FRAME_MAX)
		return;
	s->from = sender;
	s->size = size;
	memcpy(s->octets, frame, size);
	left++;
}

static void
note_dropped(void *arg, uint16_t port, enum drop why, struct where line,
	     const char *holder, const void *frame, uint32_t size, uint32_t len)
{
	(void)arg, (void)port, (void)line, (void)holder, (void)frame,
		(void)size, (void)len;
	reasons[why]++;
}

/* The LAN, without the limits that most frames would be over. */
static FILE *
make_config(const char *arp_mode)
{
	FILE *f = tmpfile();

	if (f == NULL)
		err(1, "a temporary file");
	fprintf(f,
		"[fabric]\nflap_count = 0\n"
		"[lan peering]\nprofile = %s\narp_mode = %s\n%s%s"
		"arp_pps = 1000000\narp_burst = 1000000\n"
		"nd_pps = 1000000\nnd_burst = 1000000\n"
		"storm_bcast = off\nstorm_mcast = off\nstorm_uucast = off\n"
		"[acl rules]\nrule = deny proto udp dport %d\n",
		policy == POLICY_BASIC ? "ixp-basic" : "ixp-strict", arp_mode,
		policy == POLICY_BARE ? "" : PREFIXES,
		policy == POLICY_MLD ? "mld = permit\n" : "", ACL_PORT);
	for (int m = MEMBER_NONE + 1; m < MEMBERS; m++) {
		fprintf(f,
			"[port m%d]\ndevice = net_null_m%d\nlan = peering\n"
			"mac = 02:00:00:00:00:0%d\n",
			m, m, m);
		if (m != MEMBER_PLAIN || policy != POLICY_LOOSE)
			fprintf(f, "ipv4 = 192.0.2.%d\nipv6 = 2001:db8::%d\n",
				m, m);
		if (m == MEMBER_OTHER || m == MEMBER_CULLED)
			fprintf(f, "ipv6 = fe80::%d\n", m);
		if (m == MEMBER_CULLED)
			fputs("cull = on\nallow_prio_tag = on\nacl = rules\n",
			      f);
	}
	rewind(f);
	return f;
}

static void
start(const char *arp_mode)
{
	static const struct lockstep_ops ops = {
		.sent = note_sent,
		.dropped = note_dropped,
	};
	struct faults *faults = faults_create();
	FILE *in = make_config(arp_mode);
	struct config *c = config_read_stream("kernel.ini", in, faults);

	if (c != NULL)
		fabric = lockstep_create(c, &ops, NULL, faults);
	faults_print(faults, stderr);
	if (fabric == NULL)
		exit(1);
	faults_free(faults);
	fclose(in);
	for (unsigned int m = MEMBER_NONE + 1; m < MEMBERS; m++) {
		char name[] = { 'm', (char)('0' + m), '\0' };

		ids[m] = fabric_port_id(fabric, name);
	}
}

static void
enter(uint8_t from, const uint8_t *frame, uint32_t size)
{
	now += STEP;
	sender = from;
	lockstep_frame(fabric, ids[from], frame, size, size, false, now);
}

/* Each member asks for the victim, and so has its link-local address fe80::N. */
static void
introduce(uint8_t member)
{
	uint8_t src[16] = { 0xfe, 0x80, [15] = member };
	static const uint8_t dst[16] = { 0xff, 2, [11] = 1,     0xff,
					 0,    0, MEMBER_VICTIM };
	static const uint8_t target[16] = { 0x20, 1, 0x0d,
					    0xb8, [15] = MEMBER_VICTIM };
	static const uint8_t ns[8] = { 135 };
	const uint8_t slla[8] = { 1, 1, 2, [7] = member };
	struct compose c;
	const uint8_t *ip;

	compose_ether(&c, UINT64_C(0x3333ff000000) | MEMBER_VICTIM,
		      MEMBER_MAC | member, FRAME_IPV6);
	ip = compose_ipv6(&c, 58, 255, src, dst, 32);
	compose_put(&c, ns, sizeof(ns));
	compose_put(&c, target, sizeof(target));
	compose_put(&c, slla, sizeof(slla));
	compose_icmp6_sum(&c, ip, 32);
	enter(member, c.octet, c.size);
}

static void
print_octets(const char *what, const uint8_t *p, uint32_t n)
{
	printf("%s", what);
	for (uint32_t i = 0; i < n; i++)
		printf("%02x", p[i]);
	putchar('\n');
}

static void
print_taken(const struct taken *t)
{
	int family = t->six ? AF_INET6 : AF_INET;
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];

	inet_ntop(family, t->address, a, sizeof(a));
	inet_ntop(family, t->dst, b, sizeof(b));
	if (t->kind == TAKEN_NEIGHBOUR)
		printf("taken: neighbour %s at %012jx\n", a, (uintmax_t)t->mac);
	if (t->kind == TAKEN_ROUTE)
		printf("taken: message %u of netlink\n", t->proto);
	if (t->kind != TAKEN_PACKET)
		return;
	printf("taken: protocol %u from %s to %s, hop limit %u\n", t->proto, a,
	       b, t->hops);
	print_octets("data: ", t->data,
		     t->size < sizeof(t->data) ? t->size : sizeof(t->data));
}

static void
print_finding(const struct taken *t, enum wrong w, unsigned long number)
{
	printf("FAILED: at packet %lu of member %u the kernel has taken %s\n",
	       number, sender, wrong_text(w));
	print_taken(t);
	puts("forwarded to it before, the newest last:");
	for (unsigned long i = fed > RECENT ? fed - RECENT : 0; i < fed; i++) {
		const struct shown *s = &recent[i % RECENT];

		printf("m%u ", s->from);
		print_octets("", s->octets, s->size);
	}
}

/* Feeds the kernel a frame, and judges what it takes. */
static void
feed_guarded(const uint8_t *frame, uint32_t size, unsigned long number)
{
	struct taken t;

	victim_feed(guarded, frame, size);
	while (victim_took(guarded, &t)) {
		enum wrong w = judge(&t, sender, policy);

		reports += judge_is_mld_report(&t);
		if (w != WRONG_NOTHING && found[w]++ == 0)
			print_finding(&t, w, number);
	}
}

/* Feeds it what has left of a packet; fragments also as older kernels see them. */
static void
feed_what_left(unsigned long number, struct join *joined)
{
	while (fed < left) {
		const struct shown *s = &recent[fed++ % RECENT];

		feed_guarded(s->octets, s->size, number);
		join_add(joined, s->octets, s->size);
	}
}

static void
feed_bare(uint8_t from, const uint8_t *frame, uint32_t size)
{
	struct taken t;

	victim_feed(bare, frame, size);
	while (victim_took(bare, &t))
		hurt[judge(&t, from, policy)]++;
}

static void
run(unsigned long packets)
{
	static struct frames f;
	static struct join joined;
	uint8_t whole[JOIN_MAX];

	for (unsigned long i = 0; i < packets; i++) {
		uint32_t size;

		frames_draw(&f);
		memset(&joined, 0, sizeof(joined));
		for (unsigned int j = 0; j < f.n; j++) {
			enter(f.from, f.frame[j].octets, f.frame[j].size);
			feed_bare(f.from, f.frame[j].octets, f.frame[j].size);
			feed_what_left(i, &joined);
		}
		size = join_frame(&joined, whole);
		if (size != 0)
			feed_guarded(whole, size, i);
	}
}

/* What the frames would have done, and why they did not. */
static bool
report(void)
{
	bool all = true, none = true;

	printf("forwarded to the victim: %lu\n"
	       "taken without a fabric, and behind it:\n",
	       left);
	for (enum wrong w = WRONG_NOTHING + 1; w < WRONGS; w++) {
		printf("%8lu %8lu %s\n", hurt[w], found[w], wrong_text(w));
		all = all && (hurt[w] > 0 || policy != POLICY_STRICT);
		none = none && found[w] == 0;
	}
	puts("refused:");
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (reasons[why] > 0)
			printf("%8lu %s\n", reasons[why], drop_name(why));
	if (policy == POLICY_MLD)
		printf("%8lu reports of multicast listeners passed\n", reports);
	all = all && (reports > 0 || policy != POLICY_MLD);
	if (!all)
		puts("FAILED: what was not taken even so, was not tested");
	return all && none;
}

static enum policy
read_policy(const char *name)
{
	static const char *const names[] = {
		[POLICY_BASIC] = "basic", [POLICY_STRICT] = "strict",
		[POLICY_LOOSE] = "loose", [POLICY_BARE] = "bare",
		[POLICY_MLD] = "mld",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return (enum policy)i;
	errx(2, "no policy '%s'", name);
}

int
main(int argc, char **argv)
{
	unsigned long packets;

	if (argc != 5)
		errx(2, "usage: kernel SEED PACKETS POLICY ARP-MODE");
	packets = strtoul(argv[2], NULL, 0);
	printf("seed %s, %lu packets, %s, arp_mode %s\n", argv[1], packets,
	       argv[3], argv[4]);
	fflush(stdout);
	policy = read_policy(argv[3]);
	bare = victim_create();
	guarded = victim_create();
	start(argv[4]);
	for (uint8_t m = MEMBER_NONE + 1; m < MEMBERS; m++)
		introduce(m);
	fed = left;
	frames_seed(strtoull(argv[1], NULL, 0));
	run(packets);
	lockstep_free(fabric);
	return report() ? 0 : 1;
}
