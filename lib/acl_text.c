/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads and prints rules, and checks that their terms fit together. */
#include "lib/acl_text.h"

#include <errno.h>
#include <string.h>

#include "lib/acl_term.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/nearest.h"

#define BLANKS " \t"

enum proto {
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_ICMP6 = 58,
	PROTO_SCTP = 132,
};

/* The kinds of frames that a term can match. */
enum kind {
	KIND_IP = 1,
	KIND_IP6 = 2,
	KIND_ARP = 4,
	KIND_OTHER = 8,
	KIND_ANY = 15,
};

static const char *const actions[] = {
	[ACL_ACTION_PERMIT] = "permit",
	[ACL_ACTION_DENY] = "deny",
	[ACL_ACTION_COUNT] = "count",
};

#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

const char *
acl_action_name(enum acl_action action)
{
	return actions[action];
}

/* Terms without a value: names of ethertypes, and last "any". */
static const char *const short_words[] = { "ip", "ip6", "arp", "any" };

#define SHORT_WORDS (sizeof(short_words) / sizeof(short_words[0]))
#define ANY         (SHORT_WORDS - 1)

static int
read_action(const char *word, struct acl_rule *r, char *why)
{
	const char *near;

	if (word == NULL)
		return acl_wrong(why, "is empty: write permit, deny or count, "
				      "and the terms to match");
	for (unsigned int i = 0; i < ACTIONS; i++)
		if (strcmp(word, actions[i]) == 0) {
			r->action = (enum acl_action)i;
			return 0;
		}
	near = nearest_word(word, actions, ACTIONS);
	if (near == NULL)
		return acl_wrong(
			why, "'%s' is not an action: use permit, deny or count",
			word);
	return acl_wrong(why, "'%s' is not an action (did you mean '%s'?)",
			 word, near);
}

static int
no_such_term(const char *word, char *why)
{
	const char *known[ACL_TERM_KINDS + SHORT_WORDS], *near;

	for (unsigned int i = 0; i < ACL_TERM_KINDS; i++)
		known[i] = acl_term_kinds[i].word;
	for (unsigned int i = 0; i < SHORT_WORDS; i++)
		known[ACL_TERM_KINDS + i] = short_words[i];
	near = nearest_word(word, known, ACL_TERM_KINDS + SHORT_WORDS);
	if (near != NULL)
		return acl_wrong(why, "'%s' is not a term (did you mean '%s'?)",
				 word, near);
	acl_wrong(why, "'%s' is not a term: use", word);
	for (unsigned int i = 0; i < ACL_TERM_KINDS + SHORT_WORDS; i++)
		acl_append(why, " %s", known[i]);
	return -EINVAL;
}

/* For a name of an ethertype ("ip"), 'value' is the word itself. */
static int
read_term(const struct acl_term_kind *k, const char *value, struct acl_rule *r,
	  char *why)
{
	if (r->terms & k->bit)
		return acl_wrong(
			why, "'%s' is given twice: a rule has each term once",
			k->word);
	r->terms |= k->bit;
	if (k->usage == NULL)
		return 0;
	if (value == NULL)
		return acl_wrong(why, "'%s' needs a value: write %s", k->word,
				 k->usage);
	why[0] = '\0';
	if (k->read(k, value, r, why) == 0)
		return 0;
	if (why[0] == '\0')
		return acl_wrong(why, "'%s %s' is not readable: write %s",
				 k->word, value, k->usage);
	return -EINVAL;
}

static const struct acl_term_kind *
find_kind(const char *word)
{
	for (unsigned int i = 0; i < ACL_TERM_KINDS; i++)
		if (strcmp(word, acl_term_kinds[i].word) == 0)
			return &acl_term_kinds[i];
	return NULL;
}

static bool
is_ether(const char *word)
{
	for (unsigned int i = 0; i < ANY; i++)
		if (strcmp(word, short_words[i]) == 0)
			return true;
	return false;
}

/* Reads the words after the action. */
static int
read_terms(char **rest, struct acl_rule *r, char *why)
{
	unsigned int any = 0;
	char *word;
	int rc = 0;

	while (rc == 0 && (word = strtok_r(NULL, BLANKS, rest)) != NULL) {
		const struct acl_term_kind *k = find_kind(word);

		if (is_ether(word))
			rc = read_term(find_kind("ether"), word, r, why);
		else if (strcmp(word, short_words[ANY]) == 0)
			any++;
		else if (k == NULL)
			rc = no_such_term(word, why);
		else
			rc = read_term(k,
				       k->usage == NULL
					       ? NULL
					       : strtok_r(NULL, BLANKS, rest),
				       r, why);
	}
	if (rc == 0 && (any > 1 || (any == 1 && r->terms != 0)))
		return acl_wrong(why, "'any' matches every frame: leave out "
				      "'any' or the other terms");
	if (rc == 0 && any == 0 && r->terms == 0)
		return acl_wrong(
			why, "'%s' needs a term: '%s any' matches all frames",
			actions[r->action], actions[r->action]);
	return rc;
}

static unsigned int
kind_of_ether(uint16_t ether)
{
	switch (ether) {
	case FRAME_IPV4:
		return KIND_IP;
	case FRAME_IPV6:
		return KIND_IP6;
	case FRAME_ARP:
		return KIND_ARP;
	default:
		return KIND_OTHER;
	}
}

static unsigned int
kind_of_proto(uint8_t proto)
{
	switch (proto) {
	case PROTO_ICMP:
		return KIND_IP;
	case PROTO_ICMP6:
		return KIND_IP6;
	default:
		return ipv6_is_extension(proto) ? KIND_IP : KIND_IP | KIND_IP6;
	}
}

static unsigned int
kind_of_prefix(const struct prefix *p)
{
	return p->addr.family == 4 ? KIND_IP : KIND_IP6;
}

static unsigned int
kinds_of_term(const struct acl_rule *r, enum acl_term bit)
{
	switch (bit) {
	case ACL_TERM_SMAC:
	case ACL_TERM_DMAC:
	case ACL_TERM_VLAN:
		return KIND_ANY;
	case ACL_TERM_ETHER:
		return kind_of_ether(r->ether);
	case ACL_TERM_SRC:
		return kind_of_prefix(&r->src);
	case ACL_TERM_DST:
		return kind_of_prefix(&r->dst);
	case ACL_TERM_PROTO:
		return kind_of_proto(r->proto);
	default:
		return bit & ACL_TERMS_ARP ? KIND_ARP : KIND_IP | KIND_IP6;
	}
}

static const char *
kinds_text(unsigned int kinds)
{
	switch (kinds) {
	case KIND_IP:
		return "ip";
	case KIND_IP6:
		return "ip6";
	case KIND_ARP:
		return "arp";
	case KIND_OTHER:
		return "another ethertype";
	default:
		return "ip or ip6";
	}
}

/* A suggestion, for terms that are easily confused. */
static const char *
hint(const struct acl_rule *r, enum acl_term bit, unsigned int rest)
{
	if (bit == ACL_TERM_PROTO && r->proto == PROTO_ICMP && rest == KIND_IP6)
		return " (did you mean 'proto icmp6'?)";
	if (bit == ACL_TERM_PROTO && r->proto == PROTO_ICMP6 && rest == KIND_IP)
		return " (did you mean 'proto icmp'?)";
	if (bit == ACL_TERM_PROTO && rest == KIND_IP6)
		return " (in ip6 it is an extension header)";
	if (bit == ACL_TERM_SRC && rest == KIND_ARP)
		return " (did you mean 'spa'?)";
	if (bit == ACL_TERM_DST && rest == KIND_ARP)
		return " (did you mean 'tpa'?)";
	return "";
}

/*
 * The kinds of frames that all terms together match: at least one, or an error.
 */
static int
meet(const struct acl_rule *r, unsigned int *kinds, char *why)
{
	*kinds = KIND_ANY;
	for (unsigned int i = 0; i < ACL_TERM_KINDS; i++) {
		const struct acl_term_kind *k = &acl_term_kinds[i];
		unsigned int of_term = kinds_of_term(r, k->bit);

		if (!(r->terms & k->bit))
			continue;
		if ((*kinds & of_term) == 0)
			return acl_wrong(
				why,
				"'%s' matches only %s, and the rest of the "
				"rule only %s: no frame is both%s",
				k->word, kinds_text(of_term),
				kinds_text(*kinds), hint(r, k->bit, *kinds));
		*kinds &= of_term;
	}
	return 0;
}

static bool
has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
}

/* Checks the terms about the header after the IP header. */
static int
check_upper(const struct acl_rule *r, unsigned int kinds, char *why)
{
	const char *ports = r->terms & ACL_TERM_SPORT ? "sport" : "dport";
	const char *upper = r->terms & ACL_TERMS_PORT ? ports : "icmp";
	bool has_proto = r->terms & ACL_TERM_PROTO;
	char number[4];

	if (!(r->terms & (ACL_TERMS_PORT | ACL_TERMS_ICMP)))
		return 0;
	if (r->terms & ACL_TERM_FRAGMENT)
		return acl_wrong(why,
				 "'fragment' matches fragments that are not "
				 "the first, which have no '%s': leave one out",
				 upper);
	if (has_proto && (r->terms & ACL_TERMS_PORT) && !has_ports(r->proto))
		return acl_wrong(why,
				 "'%s' needs proto tcp, udp or sctp, not %s",
				 ports, acl_proto_name(r->proto, number));
	if (!(r->terms & ACL_TERMS_ICMP))
		return 0;
	if (r->terms & ACL_TERMS_PORT)
		return acl_wrong(why, "'icmp' has no '%s': leave one out",
				 ports);
	if (has_proto && r->proto != PROTO_ICMP && r->proto != PROTO_ICMP6)
		return acl_wrong(why,
				 "'icmp' needs proto icmp or icmp6, not %s",
				 acl_proto_name(r->proto, number));
	if (kinds != KIND_IP && kinds != KIND_IP6)
		return acl_wrong(why,
				 "'icmp' needs 'ip' or 'ip6': write 'ip icmp "
				 "%u' or 'ip6 icmp %u'",
				 r->icmp_type, r->icmp_type);
	return 0;
}

/* Adds the terms that are implied, as struct acl_rule needs them. */
static void
complete(struct acl_rule *r, unsigned int kinds)
{
	uint16_t ether = kinds == KIND_IP    ? FRAME_IPV4
			 : kinds == KIND_IP6 ? FRAME_IPV6
			 : kinds == KIND_ARP ? FRAME_ARP
					     : r->ether;

	if (ether != 0) {
		r->ether = ether;
		r->terms |= ACL_TERM_ETHER;
	}
	if (r->terms & ACL_TERMS_ICMP) {
		r->terms &= ~(uint32_t)ACL_TERM_PROTO;
		r->proto = 0;
	}
}

/* With the implied terms it must still fit into a line. */
static int
check_length(const struct acl_rule *r, char *why)
{
	char text[ACL_TEXT_SIZE];
	size_t n = strlen(acl_rule_format(r, text));

	if (n > ACL_RULE_MAX)
		return acl_wrong(why,
				 "too long: %zu octets in canonical form, at "
				 "most %d are allowed: split the rule",
				 n, ACL_RULE_MAX);
	return 0;
}

int
acl_rule_parse(const char *text, struct acl_rule *rule, char why[ACL_WHY_SIZE])
{
	struct acl_rule r = { .terms = 0 };
	char words[ACL_RULE_MAX + 1], *rest;
	unsigned int kinds;

	if (strlen(text) > ACL_RULE_MAX)
		return acl_wrong(why,
				 "too long: %zu octets, at most %d are allowed",
				 strlen(text), ACL_RULE_MAX);
	strcpy(words, text);
	if (read_action(strtok_r(words, BLANKS, &rest), &r, why) != 0 ||
	    read_terms(&rest, &r, why) != 0 || meet(&r, &kinds, why) != 0 ||
	    check_upper(&r, kinds, why) != 0)
		return -EINVAL;
	complete(&r, kinds);
	if (check_length(&r, why) != 0)
		return -EINVAL;
	*rule = r;
	return 0;
}

char *
acl_rule_format(const struct acl_rule *r, char text[ACL_TEXT_SIZE])
{
	text[0] = '\0';
	acl_append(text, "%s", actions[r->action]);
	if (r->terms == 0)
		acl_append(text, " any");
	for (unsigned int i = 0; i < ACL_TERM_KINDS; i++) {
		const struct acl_term_kind *k = &acl_term_kinds[i];
		const char *name = acl_ether_name(r->ether);

		if (!(r->terms & k->bit))
			continue;
		if (k->bit == ACL_TERM_ETHER && name != NULL) {
			acl_append(text, " %s", name);
			continue;
		}
		acl_append(text, " %s", k->word);
		if (k->print != NULL) {
			acl_append(text, " ");
			k->print(k, r, text);
		}
	}
	return text;
}

static bool
mac_equal(const struct acl_mac *a, const struct acl_mac *b)
{
	return a->mac == b->mac && a->mask == b->mask;
}

static bool
prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && ipaddr_equal(&a->addr, &b->addr);
}

static bool
ports_equal(const struct acl_ports *a, const struct acl_ports *b)
{
	return a->first == b->first && a->last == b->last;
}

bool
acl_rule_equal(const struct acl_rule *a, const struct acl_rule *b)
{
	return a->action == b->action && a->terms == b->terms &&
	       mac_equal(&a->smac, &b->smac) && mac_equal(&a->dmac, &b->dmac) &&
	       mac_equal(&a->sha, &b->sha) && mac_equal(&a->tha, &b->tha) &&
	       a->vlan == b->vlan && a->ether == b->ether && a->op == b->op &&
	       prefix_equal(&a->src, &b->src) &&
	       prefix_equal(&a->dst, &b->dst) &&
	       prefix_equal(&a->spa, &b->spa) &&
	       prefix_equal(&a->tpa, &b->tpa) &&
	       ports_equal(&a->sport, &b->sport) &&
	       ports_equal(&a->dport, &b->dport) && a->proto == b->proto &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code;
}
