/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to explain and selftest: frames that are tried, not sent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/trial/explain.h"
#include "fabric/trial/selftest.h"
#include "fabric/trial/trial.h"
#include "lib/hex.h"

/* The frame of a request; 'octets' has room for it.  CTL_END or CTL_ERROR. */
static enum ctl_verdict
read_frame(struct ctl_request *rq, uint8_t *octets, struct trial_input *in)
{
	const char *len = arg_text(rq, "len");
	size_t size;
	char *end;
	int rc = hex_read(arg_text(rq, "frame"), octets, CTL_FRAME_MAX, &size);

	if (rc == -E2BIG)
		return ctl_refuse(rq, "frame",
				  "the frame has more than %u octets",
				  CTL_FRAME_MAX);
	if (rc != 0)
		return ctl_refuse(rq, "frame",
				  "the frame must be octets in hex digits");
	*in = (struct trial_input){ .octets = octets,
				    .size = (uint32_t)size,
				    .len = (uint32_t)size };
	in->bad = arg_is_set(rq, "bad");
	if (len == NULL)
		return CTL_END;
	in->len = (uint32_t)strtoul(len, &end, 10);
	if (len[0] < '0' || len[0] > '9' || *end != '\0' || strlen(len) > 6 ||
	    in->len < size)
		return ctl_refuse(rq, "frame",
				  "len %.16s: must be a number, at least %zu, "
				  "the octets of the frame",
				  len, size);
	return CTL_END;
}

/* CTL_END: frames can be tried; CTL_WAIT, or CTL_ERROR. */
static enum ctl_verdict
prepare(struct answers *a, struct ctl_request *rq)
{
	int rc = trial_prepare(a->fabric);

	if (rc < 0)
		return ctl_refuse(rq, "failed", "no memory to try frames");
	return rc == 0 ? CTL_WAIT : CTL_END;
}

enum ctl_verdict
answer_explain(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config_port *c = arg_port(a->fabric, rq);
	uint8_t octets[CTL_FRAME_MAX];
	struct trial_input in;
	enum ctl_verdict v;
	int error;

	if (c == NULL || read_frame(rq, octets, &in) == CTL_ERROR)
		return CTL_ERROR;
	v = prepare(a, rq);
	if (v != CTL_END)
		return v;
	*part = explain(a->fabric, runtime_port(a->fabric, c->id)->id, &in,
			&error);
	if (*part == NULL)
		return ctl_refuse(rq, "failed", "the frame cannot be tried: %s",
				  strerror(-error));
	return CTL_END;
}

enum ctl_verdict
answer_selftest(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct selftest t = { rq->place[0], rq->place[1], rq->state };
	const struct config_port *only = NULL;
	enum ctl_verdict v;
	bool more;

	if (arg_text(rq, "port") != NULL) {
		only = arg_port(a->fabric, rq);
		if (only == NULL)
			return CTL_ERROR;
	}
	v = prepare(a, rq);
	if (v != CTL_END)
		return v;
	*part = json_array();
	more = selftest_part(a->fabric, only, &t, *part);
	rq->place[0] = t.port;
	rq->place[1] = t.step;
	rq->state = t.state;
	return more ? CTL_MORE : CTL_END;
}
