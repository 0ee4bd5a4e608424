/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STAGE_SEND_H
#define IXF_STAGE_SEND_H

/* Sending what control has made, beside stage_send().  On the worker. */

struct view;
struct worker;

/* Moves frames that control wants sent from w->outgoing into the tx buffers. */
void worker_send_made(struct worker *, const struct view *);

#endif
