/* SPDX-License-Identifier: BSD-3-Clause */
/* http.h in a build without libmicrohttpd: 'metrics' and 'public' cannot be used. */
#include <errno.h>
#include <stdlib.h>

#include "fabric/api/answer.h"
#include "fabric/api/http.h"

#define FAULT                                                                  \
	"metrics, public: this ixfabricd was built without HTTP (meson "       \
	"-Dhttp=disabled)"

struct http {
	struct answers *answers;
};

int
http_prepare(struct http *h, const struct config *next, struct faults *faults)
{
	const struct config_fabric *c = &next->fabric;

	(void)h;
	if (c->metrics == NULL && c->public == NULL)
		return 0;
	faults_error(
		faults,
		config_place(
			c->at,
			c->line[c->metrics != NULL ? CONFIG_FABRIC_metrics
						   : CONFIG_FABRIC_public]),
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

void
http_add_faults(const struct http *h, json_t *problems)
{
	const struct config_fabric *c = &h->answers->fabric->config->fabric;

	if (c->metrics != NULL || c->public != NULL)
		json_array_append_new(problems, json_string(FAULT));
}

struct http *
http_create(struct answers *a, const struct ctl_ops *ops)
{
	struct http *h = calloc(1, sizeof(*h));

	(void)ops;
	if (h != NULL)
		h->answers = a;
	return h;
}

void
http_free(struct http *h)
{
	free(h);
}
