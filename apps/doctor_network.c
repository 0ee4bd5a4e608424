/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether this machine has a way to where the daemon is to send. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/doctor_impl.h"

/* A UDP socket that is connected sends nothing, and needs a route.  0, or errno. */
static int
find_route(const struct config_collector *c)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(c->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(c->port) };
	bool four = c->ip.family == 4;
	int fd =
		socket(four ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return errno;
	memcpy(&in.sin_addr, c->ip.octet, sizeof(in.sin_addr));
	memcpy(&in6.sin6_addr, c->ip.octet, sizeof(in6.sin6_addr));
	rc = four ? connect(fd, (struct sockaddr *)&in, sizeof(in))
		  : connect(fd, (struct sockaddr *)&in6, sizeof(in6));
	rc = rc == 0 ? 0 : errno;
	close(fd);
	return rc;
}

void
doctor_network(struct doctor *d)
{
	const struct config_collectors *list =
		d->config != NULL ? &d->config->sflow.collector : NULL;

	for (unsigned int i = 0; list != NULL && i < list->n; i++) {
		char text[CONFIG_COLLECTOR_SIZE], ip[PREFIX_TEXT_SIZE];
		int error = find_route(&list->value[i]);

		config_collector_format(&list->value[i], text);
		if (error == 0) {
			doctor_find(d, "sflow", DOCTOR_OK,
				    "there is a route to collector %s", text);
			continue;
		}
		doctor_find(d, "sflow", DOCTOR_HINT, "collector %s: %s", text,
			    strerror(error));
		doctor_fix(d, "ip route get %s",
			   ipaddr_format(&list->value[i].ip, ip));
	}
}
