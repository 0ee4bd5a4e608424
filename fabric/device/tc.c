/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Filters of tc(8) that drop all, by rtnetlink(7): the qdisc "clsact" and in its
 * hooks classic BPF programs of one instruction, which need no module of an action.
 * They stay out of the NIC (skip_hw): there they would drop what packet sockets are
 * to receive, too.
 */
#include "fabric/device/device_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_gact.h>

/* Of our filters: before any other. */
#define PRIORITY 1
#define HANDLE   1

#define REQUEST_SIZE 256

/* What comes in, and what the host sends. */
static const uint32_t hooks[2] = {
	TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
	TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS),
};

/* The filters of one interface. */
struct filters {
	bool drop[2]; /* one drops all, in the order of 'hooks' */
	bool others;  /* there are other filters */
};

static const struct sock_filter drop_all = { .code = BPF_RET | BPF_K,
					     .k = TC_ACT_SHOT };

/* Ours: the value of the program is the verdict. */
static bool
is_drop_program(const struct nlattr *options)
{
	const struct nlattr *flags = netlink_find(options, TCA_BPF_FLAGS);
	const uint16_t one = 1;

	return netlink_holds(netlink_find(options, TCA_BPF_OPS_LEN), &one,
			     sizeof(one)) &&
	       netlink_holds(netlink_find(options, TCA_BPF_OPS), &drop_all,
			     sizeof(drop_all)) &&
	       flags != NULL &&
	       (mnl_attr_get_u32(flags) & TCA_BPF_FLAG_ACT_DIRECT) != 0;
}

/* "matchall action drop", as an operator would have it. */
static bool
is_drop_action(const struct nlattr *options)
{
	const struct nlattr *actions = netlink_find(options, TCA_MATCHALL_ACT);
	const struct nlattr *first = netlink_find(actions, 1);
	const struct nlattr *parms = netlink_find(
		netlink_find(first, TCA_ACT_OPTIONS), TCA_GACT_PARMS);
	struct tc_gact gact;

	if (!netlink_holds(netlink_find(first, TCA_ACT_KIND), "gact",
			   sizeof("gact")) ||
	    parms == NULL || mnl_attr_get_payload_len(parms) < sizeof(gact))
		return false;
	memcpy(&gact, mnl_attr_get_payload(parms), sizeof(gact));
	return gact.action == TC_ACT_SHOT;
}

static bool
is_drop(const struct nlmsghdr *answer, const struct tcmsg *tc)
{
	const struct nlattr *a, *kind = NULL, *options = NULL;

	mnl_attr_for_each(a, answer, sizeof(*tc)) {
		if (mnl_attr_get_type(a) == TCA_KIND)
			kind = a;
		else if (mnl_attr_get_type(a) == TCA_OPTIONS)
			options = a;
	}
	if (TC_H_MIN(tc->tcm_info) != htons(ETH_P_ALL))
		return false;
	if (netlink_holds(kind, "bpf", sizeof("bpf")))
		return is_drop_program(options);
	return netlink_holds(kind, "matchall", sizeof("matchall")) &&
	       is_drop_action(options);
}

/* One filter of a dump, or the head of some, which has no handle. */
static int
take_filter(const struct nlmsghdr *answer, void *arg)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(answer);
	struct filters *filters = arg;

	if (answer->nlmsg_type != RTM_NEWTFILTER || tc->tcm_handle == 0)
		return MNL_CB_OK;
	if (is_drop(answer, tc))
		filters->drop[tc->tcm_parent == hooks[1]] = true;
	else
		filters->others = true;
	return MNL_CB_OK;
}

static struct nlmsghdr *
begin(char *buffer, uint16_t type, uint16_t flags, int index, uint32_t parent)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct tcmsg *tc;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	tc = mnl_nlmsg_put_extra_header(request, sizeof(*tc));
	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = index;
	tc->tcm_parent = parent;
	return request;
}

/* Flags of a request that adds something, if there is nothing, or removes it. */
static uint16_t
change_flags(bool add)
{
	return NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0);
}

static int
read_filters(int index, struct filters *filters)
{
	char buffer[REQUEST_SIZE];
	int ret = 0;

	memset(filters, 0, sizeof(*filters));
	for (int i = 0; i < 2 && ret == 0; i++)
		ret = netlink_ask(begin(buffer, RTM_GETTFILTER, NLM_F_DUMP,
					index, hooks[i]),
				  take_filter, filters);
	return ret;
}

/* -EEXIST: there is one, which may be "ingress", too. */
static int
change_qdisc(int index, bool add)
{
	char buffer[REQUEST_SIZE];
	struct nlmsghdr *request =
		begin(buffer, add ? RTM_NEWQDISC : RTM_DELQDISC,
		      change_flags(add), index, TC_H_CLSACT);
	struct tcmsg *tc = mnl_nlmsg_get_payload(request);

	tc->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	mnl_attr_put_strz(request, TCA_KIND, "clsact");
	return netlink_ask(request, NULL, NULL);
}

static int
change_filter(int index, uint32_t hook, bool add)
{
	char buffer[REQUEST_SIZE];
	struct nlmsghdr *request =
		begin(buffer, add ? RTM_NEWTFILTER : RTM_DELTFILTER,
		      change_flags(add), index, hook);
	struct tcmsg *tc = mnl_nlmsg_get_payload(request);
	struct nlattr *options;

	tc->tcm_handle = HANDLE;
	tc->tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_ALL));
	mnl_attr_put_strz(request, TCA_KIND, "bpf");
	options = mnl_attr_nest_start(request, TCA_OPTIONS);
	mnl_attr_put_u32(request, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	mnl_attr_put_u32(request, TCA_BPF_FLAGS_GEN, TCA_CLS_FLAGS_SKIP_HW);
	mnl_attr_put_u16(request, TCA_BPF_OPS_LEN, 1);
	mnl_attr_put(request, TCA_BPF_OPS, sizeof(drop_all), &drop_all);
	mnl_attr_nest_end(request, options);
	return netlink_ask(request, NULL, NULL);
}

int
tc_drops(const char *name, enum tc_drops *drops)
{
	int index = (int)if_nametoindex(name), ret;
	struct filters filters;

	if (index == 0)
		return -ENODEV;
	ret = read_filters(index, &filters);
	*drops = !filters.drop[0]  ? TC_DROPS_NONE
		 : filters.drop[1] ? TC_DROPS_BOTH
				   : TC_DROPS_IN;
	return ret;
}

static int
set_drops(int index, enum tc_drops drops)
{
	const bool wanted[2] = { drops != TC_DROPS_NONE,
				 drops == TC_DROPS_BOTH };
	struct filters old;
	int ret = read_filters(index, &old);
	/* Without a filter of ours, a qdisc that is there is not ours. */
	bool made = wanted[0] && !old.drop[0] && !old.drop[1];

	if (ret == 0 && made)
		ret = change_qdisc(index, true);
	if (ret != 0)
		return ret;
	for (int i = 0; i < 2 && ret == 0; i++)
		if (wanted[i] != old.drop[i])
			ret = change_filter(index, hooks[i], wanted[i]);
	/* The qdisc stays if another program has filters there by now. */
	if (ret != 0 ? made : !wanted[0] && !old.others)
		change_qdisc(index, false);
	return ret;
}

int
tc_set_drops(const char *name, enum tc_drops drops)
{
	int index = (int)if_nametoindex(name);
	int ret = index != 0 ? set_drops(index, drops) : -ENODEV;

	/* That is what the kernel says if it lacks the qdisc or the filter. */
	return ret == -ENOENT ? -EOPNOTSUPP : ret;
}
