/* SPDX-License-Identifier: BSD-3-Clause */
/* http.h in a build without libmicrohttpd: the key 'metrics' cannot be used. */
#include <errno.h>
#include <stdlib.h>

#include "fabric/api/answer.h"
#include "fabric/api/http.h"

#define FAULT                                                                  \
	"metrics: this ixfabricd was built without HTTP (meson "               \
	"-Dhttp=disabled)"

struct http {
	struct answers *answers;
};

int
http_prepare(struct http *h, const struct config *next, struct faults *faults)
{
	const struct config_fabric *c = &next->fabric;

	(void)h;
	if (c->metrics == NULL)
		return 0;
	faults_error(faults,
		     config_place(c->at, c->line[CONFIG_FABRIC_metrics]),
		     "fabric", FAULT);
	return -ENOTSUP;
}

void
http_keep(struct http *h)
{
	(void)h;
}

void
http_undo(struct http *h)
{
	(void)h;
}

bool
http_turn(struct http *h)
{
	(void)h;
	return false;
}

unsigned int
http_clients(const struct http *h)
{
	(void)h;
	return 0;
}

const char *
http_fault(const struct http *h)
{
	return h->answers->fabric->config->fabric.metrics != NULL ? FAULT
								  : NULL;
}

struct http *
http_create(struct answers *a)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h != NULL)
		h->answers = a;
	return h;
}

void
http_free(struct http *h)
{
	free(h);
}
