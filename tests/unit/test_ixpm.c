/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of an answer of IXP Manager: the ports, and why it is rejected. */
#include "apps/ixpm.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define LANS                                                                   \
	"[fabric]\nname = x\n[lan peering]\nvlan = 10\n[lan private]\n"        \
	"vlan = 20\n[lan untagged]\n"
#define XP3 "[port xp3]\ndevice = net_null0\n"

/* A row of the answer, with its quotes as '. */
#define BASE                                                                   \
	"'type':'edge','description':'ExampleNet','dot1q':false,"              \
	"'lagframing':false,"
#define END                                                                    \
	"'shutdown':false,'status':'connected','name':'xp3','speed':10000,"    \
	"'rate_limit':null,'autoneg':true"
#define VLANS(vlans) "'vlans':[" vlans "],"
#define V10(more)    "{'number':10,'macaddresses':[]" more "}"
#define ROW(text)    "{" text "}"
#define PLAIN        ROW(BASE VLANS(V10("")) END)
#define ANSWER(rows) "{'layer2interfaces':[" rows "]}"
#define NAMED(name)                                                            \
	ROW(BASE VLANS(V10("")) "'shutdown':false,'status':'connected',"       \
				"'name':'" name "','speed':1000")

/* A LAG of two links, before and behind its row; 'down': the second is shut down. */
#define LINK(name, down)                                                       \
	ROW("'type':'edge','description':'SampleISP','dot1q':false,"           \
	    "'lagframing':true,'lagindex':2," VLANS(V10(                       \
		    "")) "'shutdown':" down                                    \
			 ",'status':'connected','name':'" name                 \
			 "','speed':10000,'rate_limit':500,'lagmaster':false")
#define LAG_OF(dot1q, fast, links, one, two)                                   \
	ANSWER(LINK("xp5", one) "," ROW(                                       \
		"'type':'edge','description':'SampleISP','dot1q':" dot1q       \
		",'lagframing':true,'lagindex':2," VLANS(                      \
			V10("")) "'name':'Po2','lagmaster':true,'"             \
				 "fastlacp':" fast ",'lagmembers':[" links     \
				 "],'shutdown':false,'status':'"               \
				 "quarantine'") "," LINK("xp6", two))
#define LAG(fast, links, one) LAG_OF("false", fast, links, one, "false")
#define XP56                                                                   \
	"[port xp5]\ndevice = net_null5\n[port xp6]\ndevice = "                \
	"net_null6,copy=1\n"

static struct faults *faults;
static char *text;

static void
setup(void)
{
	faults = faults_create();
	ck_assert_ptr_nonnull(faults);
}

static void
teardown(void)
{
	faults_free(faults);
	free(text);
	text = NULL;
}

static json_t *
load(const char *quoted)
{
	char *copy = quoted != NULL ? strdup(quoted) : NULL;
	json_t *root;

	if (copy == NULL)
		return NULL;
	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	root = json_loads(copy, 0, NULL);
	ck_assert_msg(root != NULL, "no JSON: %s", copy);
	free(copy);
	return root;
}

struct given {
	const char *answer, *local, *members;
	bool partial;
};

static void
import(const struct given *g)
{
	json_t *answer = load(g->answer), *members = load(g->members);
	struct ixpm_sources s = {
		.file = "a.json",
		.answer = answer,
		.members_file = "m.json",
		.members = members,
		.local_file = "local",
		.local = g->local != NULL ? g->local : XP3,
		.partial = g->partial,
	};
	size_t size, ports;

	s.local_size = strlen(s.local);
	ck_assert_int_eq(ixpm_lans(LANS, strlen(LANS), &s.lan, &s.nlans), 0);
	ck_assert_int_eq(s.nlans, 2);
	text = ixpm_ports(&s, &size, &ports, faults);
	ck_assert_int_eq(text != NULL, faults_errors(faults) == 0);
	free(s.lan);
	json_decref(answer);
	json_decref(members);
}

/* What follows the comment at the head of the file. */
static const char *
body(void)
{
	const char *at = strstr(text, "\n\n");

	ck_assert_ptr_nonnull(at);
	return at + 2;
}

static const struct {
	struct given given;
	const char *error; /* a part of the first one */
} rejected[] = {
	{ { .answer = ANSWER("") }, "a.json: error: has no port" },
	{ { .answer = "[]" }, "there is no array \"layer2interfaces\"" },
	{ { .answer = "{'layer2interfaces':{}}" }, "there is no array" },
	{ { .answer = "{'message':'Unauthorized'}" },
	  "is no answer of IXP Manager" },
	{ { .answer = ANSWER("7") }, "[row 1]: is no object" },
	{ { .answer = ANSWER("{}") },
	  "\"name\" must be a text, and is missing" },
	{ { .answer = ANSWER("{'name':3}") },
	  "\"name\" must be a text, and is a number" },
	{ { .answer = ANSWER("{'name':'xp3'}") }, "\"type\" must be a text" },
	{ { .answer = ANSWER("{'name':'xp3','type':'reseller'}") },
	  "\"type\" is 'reseller', and must be edge or core" },
	{ { .answer = ANSWER(NAMED("Ethernet1/1")) },
	  "[port Ethernet1/1]: cannot be the name of a port" },
	{ { .answer = ANSWER(NAMED("")) }, "cannot be the name of a port" },
	{ { .answer = ANSWER(NAMED("xp3\\nstatus = up")) },
	  "cannot be the name" },
	{ { .answer = ANSWER(PLAIN "," PLAIN) },
	  "[port xp3]: has the name xp3, as [port xp3] has" },
	{ { .answer = ANSWER(ROW(BASE END)) }, "\"vlans\" must be an array" },
	{ { .answer = ANSWER(ROW(BASE VLANS("") END)) }, "has no VLAN" },
	{ { .answer = ANSWER(ROW(BASE VLANS("5") END)) },
	  "a row of \"vlans\" is no" },
	{ { .answer = ANSWER(ROW(BASE VLANS("{'number':'10'}") END)) },
	  "\"number\" must be a number, and is a text" },
	{ { .answer = ANSWER(ROW(BASE VLANS("{'macaddresses':[]}") END)) },
	  "\"number\" must be a number, and is missing" },
	{ { .answer = ANSWER(ROW(BASE VLANS("{'number':4095}") END)) },
	  "\"number\" is 4095, and must be 1 to 4094" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS("{'number':30,'macaddresses':[]}") END)) },
	  "is in VLAN 30, but no [lan NAME] of the configuration has vlan = "
	  "30" },
	{ { .answer = ANSWER(ROW(BASE VLANS(
		    V10("") ",{'number':20,'macaddresses':[]}") END)) },
	  "has 2 VLANs, but \"dot1q\" is false" },
	{ { .answer = ANSWER(
		    ROW("'type':'edge','description':'x','dot1q':true," VLANS(
			    V10("") "," V10("")) END)) },
	  "has VLAN 10 twice" },
	{ { .answer = ANSWER(ROW(BASE VLANS("{'number':10}") END)) },
	  "\"macaddresses\" must be an array, and is missing" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS("{'number':10,'macaddresses':[5]}") END)) },
	  "an address in \"macaddresses\" must be a text" },
	{ { .answer = ANSWER(ROW(
		    BASE VLANS("{'number':10,'macaddresses':['x']}") END)) },
	  "'x' in \"macaddresses\" is not the MAC address of a station" },
	{ { .answer = ANSWER(ROW(BASE VLANS("{'number':10,'macaddresses':["
					    "'01:00:5e:00:00:01']}") END)) },
	  "'01:00:5e:00:00:01' in \"macaddresses\" is not" },
	{ { .answer = ANSWER(ROW(BASE VLANS(
		    "{'number':10,'macaddresses':['02:00:00:00:00:01',"
		    "'0200.0000.0001']}") END)) },
	  "has the MAC address 02:00:00:00:00:01 in VLAN 10 twice" },
	{ { .answer = ANSWER(ROW(BASE VLANS(V10(",'ipaddresses':7")) END)) },
	  "\"ipaddresses\" must be an object, and is a number" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10(",'ipaddresses':{'ipv4':7}")) END)) },
	  "\"ipv4\" must be a text" },
	{ { .answer = ANSWER(ROW(BASE VLANS(
		    V10(",'ipaddresses':{'ipv6':'192.0.2.1'}")) END)) },
	  "\"ipv6\": '192.0.2.1' is not an address" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10(",'vlaninterfaceid':'31'")) END)) },
	  "\"vlaninterfaceid\" must be a number, and is a text" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10("")) "'name':'xp3','shutdown':'no',"
					    "'status':'connected'")) },
	  "\"shutdown\" must be true or false, and is a text" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10("")) "'name':'xp3','shutdown':false")) },
	  "\"status\" must be a text, and is missing" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10("")) "'name':'xp3','shutdown':false,"
					    "'status':'up'")) },
	  "\"status\" is 'up', and must be connected, quarantine" },
	{ { .answer = ANSWER(
		    ROW("'type':'edge','dot1q':false," VLANS(V10("")) END)) },
	  "\"description\" must be a text" },
	{ { .answer = ANSWER(ROW(
		    "'type':'edge','description':'x','dot1q':2," VLANS(V10(""))
			    END)) },
	  "\"dot1q\" must be true or false, and is a number" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10("")) "'name':'xp3','shutdown':false,"
					    "'status':'connected',"
					    "'speed':4000001")) },
	  "\"speed\" is 4000001, and must be 0 to 4000000" },
	{ { .answer = ANSWER(
		    ROW(BASE VLANS(V10("")) "'name':'xp3','shutdown':false,"
					    "'status':'connected',"
					    "'rate_limit':1.5")) },
	  "\"rate_limit\" must be a number, and is a fraction" },
	{ { .answer = ANSWER(ROW("'type':'core','name':'xp9','dot1q':true,"
				 "'vlans':[]")) },
	  "[port xp9]: ports to other switches (type core) are not supported: "
	  "a fabric is one switch (--partial leaves it out)" },
	{ { .answer = LAG("false", "'xp5','xp6'", "true"),
	    "[port xp5]\ndevice = net_null5\n" },
	  "[port Po2]: its link xp6 has no device: give it one in the file of "
	  "--local, under [port xp6] (--partial leaves it out)" },
	{ { .answer = LAG("false", "'xp5','xp6'", "true"),
	    XP56 "asn = 64500\n" },
	  "local:5: error: [xp6]: it is a link of the LAG Po2: only 'device' "
	  "can stand here, 'asn' under [port Po2]" },
	{ { .answer = LAG("false", "", "true"), XP56 },
	  "[port Po2]: \"lagmembers\" must be an array of names" },
	{ { .answer = LAG("false", "'xp5',7", "true"), XP56 },
	  "[port Po2]: a name in \"lagmembers\" must be a text" },
	{ { .answer = LAG("false", "1,2,3,4,5,6,7,8,9", "true"), XP56 },
	  "[port Po2]: it is a LAG of 9 links, and a port can have 8" },
	{ { .answer = LAG("false", "'xp5'", "true"), XP56 },
	  "[port Po2]: all its links are shut down" },
	{ { .answer = ANSWER(PLAIN), "" },
	  "[port xp3]: it has no device: give it one in the file of --local" },
	{ { .answer = ANSWER(PLAIN), XP3 "[lan peering]\nmtu = 9000\n" },
	  "local:3: error: [lan peering]: only sections [port NAME] can be" },
	{ { .answer = ANSWER(PLAIN), XP3 "what is this\n" },
	  "local:3: error:" },
	{ { .answer = ANSWER(PLAIN), XP3, "{'member':[]}" },
	  "m.json: error: is no IX-F member export: there is no array "
	  "\"member_list\"" },
	{ { .answer = ANSWER(ROW("'type':'core','name':'xp9','dot1q':true,"
				 "'vlans':[]")),
	    XP3,
	    NULL,
	    true },
	  "has no port" },
	{ { .answer = ANSWER(ROW(
		    "'type':'edge','description':'x','dot1q':true," VLANS(V10(
			    "")) "'shutdown':false,'status':'connected',"
				 "'name':'a234567890123456789012345678901'")),
	    "[port a234567890123456789012345678901]\ndevice = net_null0\n" },
	  "the name is too long for tagged ports" },
};

START_TEST(a_wrong_answer_is_rejected_with_its_reason)
{
	const char *first;

	import(&rejected[_i].given);
	ck_assert_ptr_null(text);
	first = faults_first_error(faults);
	ck_assert_msg(first != NULL && strstr(first, rejected[_i].error),
		      "not '%s', but '%s'", rejected[_i].error,
		      first != NULL ? first : "");
	ck_assert_int_eq(faults_errors(faults), 1);
}
END_TEST

#define TWO(a, b)                                                              \
	ANSWER(ROW(BASE VLANS(a) END) "," ROW(                                 \
		BASE VLANS(b) "'shutdown':false,'status':'connected',"         \
			      "'name':'xp4'"))
#define MACS(mac) "{'number':10,'macaddresses':['" mac "'],'ipaddresses':[]}"

START_TEST(an_address_belongs_to_one_port_of_a_vlan)
{
	import(&(struct given){ .answer = TWO(MACS("02:00:00:00:00:01"),
					      MACS("02:00:00:00:00:01")),
				XP3 "[port xp4]\ndevice = net_null1\n" });
	ck_assert_str_eq(faults_first_error(faults),
			 "a.json: error: [port xp4]: has the MAC address "
			 "02:00:00:00:00:01 in VLAN 10, as [port xp3] has");
}
END_TEST

START_TEST(an_address_may_be_in_two_vlans)
{
	import(&(struct given){
		.answer = TWO(
			MACS("02:00:00:00:00:01"),
			"{'number':20,'macaddresses':['02:00:00:00:00:01']}"),
		XP3 "[port xp4]\ndevice = net_null1\n" });
	ck_assert_msg(text != NULL, "%s", faults_first_error(faults));
}
END_TEST

START_TEST(an_untagged_port_is_one_section)
{
	import(&(struct given){
		.answer = ANSWER(ROW(
			BASE VLANS("{'number':10,'vlaninterfaceid':31,"
				   "'macaddresses':['02:00:5e:00:53:01',"
				   "'02-00-5E-00-53-02'],'ipaddresses':{"
				   "'ipv4':'192.0.2.11','ipv6':'2001:DB8::11'}"
				   "}") "'shutdown':false,'status':'connected',"
					"'name':'xp3','speed':10000,'rate_"
					"limit':500")) });
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(body(), "[port xp3]\n"
				 "device = net_null0\n"
				 "description = ExampleNet\n"
				 "speed = 10000\n"
				 "lan = peering\n"
				 "mac = 02:00:5e:00:53:01\n"
				 "mac = 02:00:5e:00:53:02\n"
				 "ipv4 = 192.0.2.11\n"
				 "ipv6 = 2001:db8::11\n"
				 "rate_in = 500M\n"
				 "rate_out = 500M\n"
				 "vli = 31\n");
}
END_TEST

START_TEST(a_port_with_tags_is_a_section_for_each_vlan)
{
	import(&(struct given){
		.answer = ANSWER(
			ROW("'type':'edge','description':'R','dot1q':1," VLANS(
				"{'number':20,'macaddresses':['02:00:00:00:00:"
				"02'],"
				"'vlaninterfaceid':5}," V10(
					",'vlaninterfaceid':null")) END)),
		XP3 "asn = 64500\n[port xp3.10]\nmac = 02:00:00:00:00:09\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(body(), "[port xp3]\n"
				 "device = net_null0\n"
				 "asn = 64500\n"
				 "description = R\n"
				 "speed = 10000\n"
				 "\n[port xp3.20]\n"
				 "parent = xp3\n"
				 "tag = 20\n"
				 "description = R\n"
				 "asn = 64500\n"
				 "lan = private\n"
				 "mac = 02:00:00:00:00:02\n"
				 "vli = 5\n"
				 "\n[port xp3.10]\n"
				 "mac = 02:00:00:00:00:09\n"
				 "parent = xp3\n"
				 "tag = 10\n"
				 "description = R\n"
				 "asn = 64500\n"
				 "lan = peering\n");
}
END_TEST

START_TEST(a_lag_is_one_port_with_the_devices_of_its_links)
{
	import(&(struct given){ .answer = LAG("true", "'xp5','xp6'", "false"),
				XP56 "[port Po2]\nasn = 64500\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(body(), "[port Po2]\n"
				 "asn = 64500\n"
				 "device = net_null5\n"
				 "device = net_null6,copy=1\n"
				 "lacp = active\n"
				 "lacp_timeout = fast\n"
				 "description = SampleISP\n"
				 "speed = 20000\n"
				 "lan = peering\n"
				 "status = quarantine\n"
				 "mac_limit = 0\n"
				 "rate_in = 1000M\n"
				 "rate_out = 1000M\n");
	ck_assert_int_eq(faults_warnings(faults), 0);
}
END_TEST

START_TEST(a_lag_with_tags_has_its_links_where_the_tags_are_carried)
{
	import(&(struct given){ .answer = LAG_OF("true", "false", "'xp5','xp6'",
						 "false", "false"),
				XP56 "[port Po2]\nasn = 64500\nlacp = off\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(body(), "[port Po2]\n"
					     "asn = 64500\n"
					     "lacp = off\n"
					     "device = net_null5\n"
					     "device = net_null6,copy=1\n"
					     "description = SampleISP\n"
					     "speed = 20000\n"
					     "\n[port Po2.10]\n"
					     "parent = Po2\n"
					     "tag = 10\n"));
}
END_TEST

START_TEST(a_link_that_is_shut_down_is_not_one)
{
	import(&(struct given){
		.answer = LAG_OF("false", "0", "'xp5','xp6'", "false", "true"),
		XP56 "[port Po2]\nasn = 64500\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(body(), "device = net_null5\n"
					     "lacp = active\n"
					     "description = SampleISP\n"
					     "speed = 10000\n"));
	ck_assert_ptr_null(strstr(body(), "net_null6"));
}
END_TEST

START_TEST(the_operator_can_give_the_devices_for_the_lag)
{
	import(&(struct given){ .answer = LAG("false", "'xp5','xp6'", "false"),
				"[port Po2]\nasn = 64500\ndevice = net_null7\n"
				"device = net_null8\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(body(), "[port Po2]\n"
					     "asn = 64500\n"
					     "device = net_null7\n"
					     "device = net_null8\n"
					     "lacp = active\n"
					     "description = SampleISP\n"
					     "speed = 20000\n"));
}
END_TEST

START_TEST(a_link_without_a_device_is_left_out_if_that_is_asked)
{
	import(&(struct given){
		.answer = LAG("false", "'xp5','xp6'", "false"),
		"[port xp5]\ndevice = net_null5\n[port Po2]\nasn = 64500\n",
		.partial = true });
	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(faults_warnings(faults), 1);
	ck_assert_ptr_nonnull(
		strstr(body(), "device = net_null5\nlacp = active\n"));
}
END_TEST

static const struct {
	const char *shutdown, *status, *want;
} states[] = {
	{ "false", "connected", "" },
	{ "false", "quarantine", "status = quarantine\n" },
	{ "true", "connected", "status = disabled\n" },
	{ "true", "disabled", "status = disabled\n" },
	{ "true", "notconnected", "status = disabled\n" },
	{ "false", "disabled", "status = disabled\n" },
	{ "1", "awaitingxconnect", "status = disabled\n" },
	{ "0", "connected", "" },
};

START_TEST(a_port_is_up_only_if_both_say_so)
{
	char answer[512], want[256];

	snprintf(answer, sizeof(answer),
		 ANSWER(ROW(BASE VLANS(V10("")) "'name':'xp3','shutdown':%s,"
						"'status':'%s'")),
		 states[_i].shutdown, states[_i].status);
	import(&(struct given){ .answer = answer });
	ck_assert_ptr_nonnull(text);
	snprintf(want, sizeof(want),
		 XP3 "description = ExampleNet\nlan = peering\n%s"
		     "mac_limit = 0\n",
		 states[_i].want);
	ck_assert_str_eq(body(), want);
}
END_TEST

START_TEST(what_cannot_be_done_is_left_out_if_that_is_asked)
{
	import(&(struct given){
		.answer = ANSWER(ROW(
			"'type':'core','name':'xp9','dot1q':true,"
			"'vlans':[]") "," PLAIN
				      "," NAMED("xp4") "," ROW(
					      "'type':'edge','name':'Po2','"
					      "lagmaster':true,"
					      "'lagframing':true,'lagmembers':["
					      "'xp5']") "," ROW("'type':'edge',"
								"'name':'xp5',"
								"'lagmaster':"
								"false,'"
								"lagframing':"
								"true")),
		XP3 "asn = 1\n",
		NULL,
		true });
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(strstr(text, "xp4"));
	ck_assert_ptr_null(strstr(text, "xp5"));
	ck_assert_ptr_null(strstr(text, "xp9"));
	ck_assert_int_eq(faults_warnings(faults), 3);
}
END_TEST

START_TEST(a_description_cannot_become_another_line)
{
	import(&(struct given){
		.answer = ANSWER(
			ROW("'type':'edge','description':' A;\\nlan = x\\u0001 "
			    "','dot1q':false," VLANS(V10("")) END)) });
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(text, "\ndescription = A, lan = x\n"));
}
END_TEST

START_TEST(a_long_description_is_cut_between_characters)
{
	char answer[1024], name[400] = "";

	while (strlen(name) < 200)
		strcat(name, "\xc3\xa4");
	snprintf(answer, sizeof(answer),
		 ANSWER(ROW("'type':'edge','description':'x%s','dot1q':"
			    "false," VLANS(V10("")) END)),
		 name);
	import(&(struct given){ .answer = answer, XP3 "asn = 1\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(faults_warnings(faults), 1);
	name[178] = '\0';
	ck_assert_ptr_nonnull(strstr(text, name));
	ck_assert_int_eq(strcspn(strstr(text, "x\xc3"), "\n"), 179);
}
END_TEST

#define MEMBERS                                                                \
	"{'member_list':[{'asnum':64500,'member_type':'other','url':"          \
	"'https://example.net/','contact_email':['noc@example.net'],"          \
	"'peering_policy':'open; mostly','connection_list':[{'vlan_list':["    \
	"{'ipv4':{'address':'192.0.2.11','as_macro':'AS-X',"                   \
	"'routeserver':true}}]}]}]}"

START_TEST(the_member_export_tells_the_as_number)
{
	import(&(struct given){
		.answer = ANSWER(ROW(BASE VLANS(
			V10(",'ipaddresses':{'ipv4':'192.0.2.11'}")) END)),
		XP3 "mac = 02:00:00:00:00:01\n",
		MEMBERS });
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull(strstr(text, "asn = 64500\n"
					   "member_type = other\n"
					   "url = https://example.net/\n"
					   "contact_email = noc@example.net\n"
					   "as_set = AS-X\n"
					   "route_server = on\n"));
	ck_assert_ptr_null(strstr(text, "peering_policy"));
	ck_assert_int_eq(faults_warnings(faults), 0);
}
END_TEST

START_TEST(without_as_numbers_there_is_a_warning)
{
	import(&(struct given){ .answer = ANSWER(PLAIN) });
	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(faults_warnings(faults), 1);
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0), "AS number"));
}
END_TEST

START_TEST(what_the_operator_gives_is_not_repeated)
{
	import(&(struct given){ .answer = ANSWER(PLAIN),
				XP3 "description = Mine\nstatus = disabled\n"
				    "[port gone]\ndevice = x\nasn = 1\n" });
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(body(), XP3 "description = Mine\nstatus = disabled\n"
				     "speed = 10000\nlan = peering\n"
				     "mac_limit = 0\n");
	ck_assert_ptr_nonnull(
		strstr(faults_text(faults, 1),
		       "IXP Manager has no port gone; the lines for it"));
}
END_TEST

/* Of 'was' ports 'is' are left. */
static bool
suspicious(unsigned int was, unsigned int is)
{
	char before[4096] = "", after[4096] = "";
	struct ixpm_change c;
	bool answer;

	for (unsigned int i = 0; i < was; i++) {
		char line[32];

		snprintf(line, sizeof(line), "[port p%u]\na = b\n", i);
		strcat(before, line);
		if (i < is)
			strcat(after, line);
	}
	ixpm_compare(before, strlen(before), after, strlen(after), &c);
	ck_assert_int_eq(c.was, was);
	ck_assert_int_eq(json_array_size(c.gone), was - is);
	ck_assert_int_eq(json_array_size(c.added), 0);
	answer = ixpm_is_suspicious(&c);
	ixpm_change_end(&c);
	return answer;
}

START_TEST(more_than_a_fifth_gone_is_suspicious)
{
	ck_assert(!suspicious(0, 0));
	ck_assert(!suspicious(5, 4));
	ck_assert(suspicious(5, 3));
	ck_assert(!suspicious(60, 48));
	ck_assert(suspicious(60, 47));
	ck_assert(suspicious(1, 0));
	ck_assert(suspicious(4, 3));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ixpm");
	TCase *t = tcase_create("ixpm");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_wrong_answer_is_rejected_with_its_reason, 0,
			    (int)(sizeof(rejected) / sizeof(rejected[0])));
	tcase_add_test(t, an_address_belongs_to_one_port_of_a_vlan);
	tcase_add_test(t, an_address_may_be_in_two_vlans);
	tcase_add_test(t, an_untagged_port_is_one_section);
	tcase_add_test(t, a_port_with_tags_is_a_section_for_each_vlan);
	tcase_add_test(t, a_lag_is_one_port_with_the_devices_of_its_links);
	tcase_add_test(
		t, a_lag_with_tags_has_its_links_where_the_tags_are_carried);
	tcase_add_test(t, a_link_that_is_shut_down_is_not_one);
	tcase_add_test(t, the_operator_can_give_the_devices_for_the_lag);
	tcase_add_test(t, a_link_without_a_device_is_left_out_if_that_is_asked);
	tcase_add_loop_test(t, a_port_is_up_only_if_both_say_so, 0,
			    (int)(sizeof(states) / sizeof(states[0])));
	tcase_add_test(t, what_cannot_be_done_is_left_out_if_that_is_asked);
	tcase_add_test(t, a_description_cannot_become_another_line);
	tcase_add_test(t, a_long_description_is_cut_between_characters);
	tcase_add_test(t, the_member_export_tells_the_as_number);
	tcase_add_test(t, without_as_numbers_there_is_a_warning);
	tcase_add_test(t, what_the_operator_gives_is_not_repeated);
	tcase_add_test(t, more_than_a_fifth_gone_is_suspicious);
	suite_add_tcase(s, t);
	return check_run(s);
}
