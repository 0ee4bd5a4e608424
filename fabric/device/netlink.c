/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

/* The kernel fills one at a time; what libmnl advises is 8192. */
#define ANSWER_SIZE 32768

static struct mnl_socket *
open_socket(void)
{
	const struct timeval patience = { .tv_sec = 1 };
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int error;

	if (s == NULL)
		return NULL;
	/* The kernel answers at once; control never waits for what is lost. */
	setsockopt(mnl_socket_get_fd(s), SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) == 0)
		return s;
	error = errno;
	mnl_socket_close(s);
	errno = error;
	return NULL;
}

static int
ask(struct mnl_socket *s, struct nlmsghdr *request, mnl_cb_t take, void *arg)
{
	unsigned int port = mnl_socket_get_portid(s);
	char answer[ANSWER_SIZE];
	int ret = MNL_CB_OK;

	if (mnl_socket_sendto(s, request, request->nlmsg_len) < 0)
		return -errno;
	while (ret > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(s, answer, sizeof(answer));

		if (n < 0)
			return -errno;
		ret = mnl_cb_run(answer, (size_t)n, request->nlmsg_seq, port,
				 take, arg);
	}
	return ret < 0 ? -errno : 0;
}

int
netlink_ask(struct nlmsghdr *request, mnl_cb_t take, void *arg)
{
	struct mnl_socket *s = open_socket();
	int ret;

	if (s == NULL)
		return -errno;
	request->nlmsg_seq = 1;
	ret = ask(s, request, take, arg);
	mnl_socket_close(s);
	return ret;
}

const struct nlattr *
netlink_find(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	if (nest == NULL)
		return NULL;
	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == type)
			return a;
	}
	return NULL;
}

bool
netlink_holds(const struct nlattr *a, const void *value, size_t size)
{
	return a != NULL && mnl_attr_get_payload_len(a) >= size &&
	       memcmp(mnl_attr_get_payload(a), value, size) == 0;
}

/* Of the interface with that index: one that stands on it. */
struct upper {
	int index;
	bool found;
	char name[IFNAMSIZ];
};

struct link_attrs {
	int lower, master;
	bool elsewhere; /* 'lower' is of another network namespace */
	const struct nlattr *name, *info;
};

static void
read_link(const struct nlmsghdr *answer, struct link_attrs *l)
{
	const struct nlattr *a;

	memset(l, 0, sizeof(*l));
	mnl_attr_for_each(a, answer, sizeof(struct ifinfomsg)) {
		uint16_t type = mnl_attr_get_type(a);

		if (type == IFLA_LINK)
			l->lower = (int)mnl_attr_get_u32(a);
		else if (type == IFLA_LINK_NETNSID)
			l->elsewhere = true;
		else if (type == IFLA_MASTER)
			l->master = (int)mnl_attr_get_u32(a);
		else if (type == IFLA_IFNAME)
			l->name = a;
		else if (type == IFLA_LINKINFO)
			l->info = a;
	}
}

static int
take_link(const struct nlmsghdr *answer, void *arg)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(answer);
	struct upper *upper = arg;
	struct link_attrs l;

	read_link(answer, &l);
	if (link->ifi_index == upper->index && l.master != 0) {
		char name[IFNAMSIZ] = "";

		if_indextoname((unsigned int)l.master, name);
		snprintf(upper->name, IFNAMSIZ, "%s", name);
		upper->found = true;
	}
	/* The other end of a veth pair stands beside it. */
	if (l.lower == upper->index && !l.elsewhere && l.name != NULL &&
	    link->ifi_index != upper->index &&
	    !netlink_holds(netlink_find(l.info, IFLA_INFO_KIND), "veth",
			   sizeof("veth"))) {
		snprintf(upper->name, IFNAMSIZ, "%s", mnl_attr_get_str(l.name));
		upper->found = true;
	}
	return MNL_CB_OK;
}

bool
netif_upper(const char *name, char upper[IFNAMSIZ])
{
	char buffer[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct upper u = { .index = (int)if_nametoindex(name) };
	struct ifinfomsg *link;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	if (netlink_ask(request, take_link, &u) != 0 || !u.found)
		return false;
	memcpy(upper, u.name, IFNAMSIZ);
	return true;
}
