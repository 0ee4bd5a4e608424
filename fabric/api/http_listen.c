/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/http_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fabric/config/config.h"
#include "fabric/config/listen.h"

#define BACKLOG 64

static socklen_t
fill_address(const struct listen *l, struct sockaddr_storage *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (l->ip.family == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(l->port);
		memcpy(&in->sin_addr, l->ip.octet, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(l->port);
	memcpy(&in6->sin6_addr, l->ip.octet, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

static int
listen_tcp(const struct listen *l)
{
	struct sockaddr_storage address;
	socklen_t size = fill_address(l, &address);
	int on = 1, rc;
	int fd = socket(address.ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	/* Closed connections of before do not keep the port. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (l->ip.family == 6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, size) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

/* The errors are those of the key. */
static int
listen_path(struct http_listen *h, const char *path, const char *key,
	    struct where at, struct faults *faults)
{
	static const char begin[] = "control socket: ";
	struct faults *own = faults_create();
	const char *why, *text;
	int rc;

	if (own == NULL)
		return -ENOMEM;
	rc = unixsock_listen(&h->path, path, 0660, (gid_t)-1, own);
	why = faults_first_error(own);
	text = why != NULL ? strstr(why, begin) : NULL;
	if (rc == -EADDRINUSE)
		faults_error(faults, at, NULL,
			     "%s: another process listens on %s", key, path);
	else if (rc != 0)
		faults_error(faults, at, NULL, "%s: %s", key,
			     text != NULL ? text + strlen(begin)
					  : strerror(-rc));
	faults_free(own);
	return rc;
}

const char *
http_listen_place(const struct config *c, enum http_site site)
{
	return site == HTTP_OWN ? c->fabric.metrics : c->fabric.public;
}

const char *
http_listen_key(enum http_site site)
{
	return site == HTTP_OWN ? "metrics" : "public";
}

int
http_listen_open(struct http_listen *h, const struct config *config,
		 enum http_site site, struct faults *faults)
{
	const struct config_fabric *c = &config->fabric;
	const char *place = http_listen_place(config, site);
	struct where at = config_place(
		c->at, c->line[site == HTTP_OWN ? CONFIG_FABRIC_metrics
						: CONFIG_FABRIC_public]);
	struct listen l;
	int rc = 0;

	*h = HTTP_LISTEN_NONE;
	if (place == NULL || listen_parse(place, &l) != 0)
		return 0;
	if (l.path != NULL) {
		rc = listen_path(h, l.path, http_listen_key(site), at, faults);
		h->fd = h->path.fd;
		return rc;
	}
	rc = listen_tcp(&l);
	if (rc >= 0) {
		h->fd = rc;
		return 0;
	}
	faults_error(faults, at, NULL, "%s: cannot listen on %s: %s",
		     http_listen_key(site), place, strerror(-rc));
	return rc;
}

void
http_listen_close(struct http_listen *h)
{
	if (h->path.path != NULL)
		unixsock_close(&h->path);
	else if (h->fd >= 0)
		close(h->fd);
	*h = HTTP_LISTEN_NONE;
}

static bool
tcp_of(const struct config *c, enum http_site site, struct listen *l)
{
	const char *place = http_listen_place(c, site);

	return place != NULL && listen_parse(place, l) == 0 && l->path == NULL;
}

bool
http_listen_collides(const struct config *a, enum http_site of_a,
		     const struct config *b, enum http_site of_b)
{
	struct listen one, other;

	return tcp_of(a, of_a, &one) && tcp_of(b, of_b, &other) &&
	       one.port == other.port;
}
