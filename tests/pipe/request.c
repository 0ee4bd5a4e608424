/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/request.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <rte_common.h>

#include "fabric/api/command.h"
#include "lib/faults.h"
#include "tests/check_run.h"

void
request_begin(struct request *q, struct answers *answers, const char *name,
	      const char *args)
{
	struct faults *faults = faults_create();

	memset(q, 0, sizeof(*q));
	q->answers = answers;
	q->args = json_loads(args, 0, NULL);
	q->rq.command = command_find(name);
	q->rq.args = q->args;
	q->verdict = CTL_MORE;
	ck_assert_msg(command_check(q->rq.command, q->args, faults), "%s: %s",
		      name, faults_text(faults, 0));
	faults_free(faults);
}

void
request_more(struct request *q)
{
	json_t *part = NULL;

	q->verdict = answers_ops.answer(q->answers, &q->rq, &part);
	q->parts++;
	if (q->verdict == CTL_ERROR || q->verdict == CTL_WAIT) {
		ck_assert_ptr_null(part);
		return;
	}
	ck_assert_ptr_nonnull(part);
	if (q->result == NULL) {
		q->result = part;
		return;
	}
	ck_assert_int_eq(json_array_extend(q->result, part), 0);
	json_decref(part);
}

void
request_end(struct request *q)
{
	answers_ops.done(q->answers, &q->rq);
	json_decref(q->rq.details);
	json_decref(q->result);
	json_decref(q->args);
}

void
request_ask(struct request *q, struct answers *answers, const char *name,
	    const char *args)
{
	request_begin(q, answers, name, args);
	while (q->verdict == CTL_MORE)
		request_more(q);
}

int
request_reload(struct answers *a, struct faults **faults)
{
	faults_free(*faults);
	answers_reload(a);
	do
		answers_turn(a);
	while (!answers_reloaded(a, faults));
	if (*faults == NULL)
		*faults = faults_create();
	return *faults != NULL && faults_errors(*faults) == 0 ? 0 : -1;
}

const json_t *
request_at(const json_t *rows, size_t i, const char *key)
{
	const json_t *value = json_object_get(json_array_get(rows, i), key);

	ck_assert_msg(value != NULL, "no %s in row %zu", key, i);
	return value;
}

/* Room for 'more' octets behind 'n', and a 0: what has much gets much more at once. */
static char *
grown(char *got, size_t n, size_t more)
{
	size_t room = rte_align64pow2(n + more + 1);

	if (got == NULL || room != rte_align64pow2(n + 1))
		got = realloc(got, room);
	ck_assert_ptr_nonnull(got);
	return got;
}

bool
request_receive(int fd, char **got, size_t *n)
{
	static char octets[65536];
	ssize_t more;

	while ((more = recv(fd, octets, sizeof(octets), MSG_DONTWAIT)) > 0) {
		*got = grown(*got, *n, (size_t)more);
		memcpy(*got + *n, octets, (size_t)more);
		*n += (size_t)more;
		(*got)[*n] = '\0';
	}
	return more == 0;
}
