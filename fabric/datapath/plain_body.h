/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAIN_BODY_H
#define IXF_PLAIN_BODY_H

struct plain_body;

/* The looks of stage plain for the widest instruction set: isa.h.  Any thread. */
const struct plain_body *plain_body(void);

#endif
