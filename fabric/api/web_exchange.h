/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WEB_EXCHANGE_H
#define IXF_WEB_EXCHANGE_H

#include "fabric/api/ctl.h"

struct answers;

/*
 * For the public page, the exchange as an answer (answer.h): an object with its name and
 * LANs in the first row, then a row for each port in service.  Control thread.
 */
enum ctl_verdict web_exchange(struct answers *, struct ctl_request *,
			      json_t **part);

#endif
