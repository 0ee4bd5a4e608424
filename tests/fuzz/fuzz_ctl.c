/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fabric/api/command.h"
#include "fabric/api/ctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define TURNS_MAX 100000

static unsigned int asked, finished;

/* Three parts for every table, and each argument is looked at. */
static enum ctl_verdict
answer(void *arg, struct ctl_request *rq, json_t **part)
{
	(void)arg;
	asked += rq->place[0] == 0;
	if (rq->command == command_get(COMMAND_config_apply))
		return ctl_refuse(
			rq, "config", "%.100s",
			json_string_value(json_object_get(rq->args, "file"))
				?: "");
	*part = json_pack("[O?]", rq->args);
	return rq->place[0]++ < 2 ? CTL_MORE : CTL_END;
}

static void
done(void *arg, struct ctl_request *rq)
{
	(void)arg;
	(void)rq;
	finished++;
}

static const struct ctl_ops ops = { answer, done };

/* Every line of an answer is an object with an "ok".  False: closed. */
static bool
drain(int fd, char *line, size_t size, size_t *used)
{
	ssize_t n = recv(fd, line + *used, size - *used, MSG_DONTWAIT);
	char *end;

	if (n == 0 || (n < 0 && errno != EAGAIN))
		return false;
	*used += n > 0 ? (size_t)n : 0;
	while ((end = memchr(line, '\n', *used)) != NULL) {
		size_t length = (size_t)(end - line);
		json_t *root = json_loadb(line, length, 0, NULL);

		if (!json_is_boolean(json_object_get(root, "ok")))
			abort();
		json_decref(root);
		*used -= length + 1;
		memmove(line, end + 1, *used);
	}
	if (*used == size)
		abort();
	return true;
}

static void
send_octets(struct ctl *ctl, int fd, const uint8_t *data, size_t size)
{
	static char line[1 << 20];
	size_t used = 0;
	bool sent_all = false;

	for (unsigned int turn = 0; turn < TURNS_MAX; turn++) {
		ssize_t n = send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
		if (size == 0 && !sent_all)
			sent_all = shutdown(fd, SHUT_WR) == 0;
		ctl_turn(ctl, 1);
		if (!drain(fd, line, sizeof(line), &used))
			return;
	}
	abort(); /* it neither answers nor lets go */
}

/* Any octets as what a client of the control socket sends. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctl *ctl = ctl_create();
	int fd[2];

	if (ctl == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, fd) != 0)
		abort();
	asked = finished = 0;
	ctl_serve(ctl, &ops, NULL);
	ctl_attach(ctl, fd[1], 0, RIGHT_COMMAND, 1);
	send_octets(ctl, fd[0], data, size);
	close(fd[0]);
	ctl_close(ctl);
	if (asked != finished)
		abort();
	return 0;
}
