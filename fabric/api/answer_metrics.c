/* SPDX-License-Identifier: BSD-3-Clause */
/* The answer to metrics: parts of the text, each in an object of its own. */
#include <stdlib.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/metrics.h"

#define PART_SIZE 65536

static enum ctl_verdict
begin(struct answers *a, struct ctl_request *rq)
{
	if (a->nscrapes == METRICS_MAX)
		return ctl_refuse(rq, "busy",
				  "%u clients are reading metrics already: try "
				  "again",
				  METRICS_MAX);
	rq->state = metrics_begin(a, arg_is_set(rq, "matrix"));
	if (rq->state == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	a->nscrapes++;
	return CTL_WAIT;
}

/* Of text, which is taken over. */
static json_t *
make_part(struct ctl_request *rq, char *text, size_t n)
{
	json_t *part;

	if (rq->plain) {
		rq->text = text;
		rq->ntext = n;
		return json_pack("{s:I}", "octets", (json_int_t)n);
	}
	part = json_pack("[{s:s%}]", "text", text, n);
	free(text);
	return part;
}

static enum ctl_verdict
next_part(struct ctl_request *rq, json_t **part)
{
	char *text = malloc(PART_SIZE);
	long n = text != NULL ? metrics_read(rq->state, text, PART_SIZE) : -1;

	if (n < 0)
		free(text);
	else
		*part = make_part(rq, text, (size_t)n);
	if (*part == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	return n > 0 ? CTL_MORE : CTL_END;
}

enum ctl_verdict
answer_metrics(struct answers *a, struct ctl_request *rq, json_t **part)
{
	rq->generation = 0; /* it goes on over an apply */
	if (rq->state == NULL && begin(a, rq) == CTL_ERROR)
		return CTL_ERROR;
	if (rq->place[0] == 0) {
		int rc = metrics_take(rq->state);

		if (rc < 0)
			return ctl_refuse(rq, "failed", "no memory");
		rq->place[0] = rc > 0;
		if (rc == 0)
			return CTL_WAIT;
	}
	return next_part(rq, part);
}

void
answer_metrics_end(struct answers *a, struct ctl_request *rq)
{
	if (rq->state == NULL)
		return;
	metrics_end(rq->state);
	rq->state = NULL;
	a->nscrapes--;
}
