/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EGRESS_LINK_H
#define IXF_EGRESS_LINK_H

/*
 * What the devices of an egress (view/egress.h) come to: their links and their
 * counters.  Control thread only.
 */

#include <stdbool.h>
#include <stdint.h>

struct device_rt;
struct device_stats;
struct egress;
struct fabric;

struct egress_link {
	bool up;             /* a frame can leave: link, and not held down */
	uint64_t held_until; /* ns: held down until then; 0: it is not */
	uint64_t since;      /* ns: last change of 'up' */
	uint32_t
		speed; /* Mbit/s, of the last link, or of all in use; 0: not known */
	uint32_t changes; /* of the link */
};

/* All zero when its devices have been freed. */
struct egress_link egress_link(const struct fabric *, const struct egress *);

/*
 * A device of an egress, 'i' being less than LAG_LINKS_MAX; NULL: it has none there,
 * or that has been freed.
 */
struct device_rt *egress_device_at(const struct fabric *, const struct egress *,
				   unsigned int i);

/* That of them which has this text; or NULL. */
struct device_rt *egress_find_device(const struct fabric *,
				     const struct egress *, const char *spec);

/* What its open devices have counted; false when none is open. */
bool egress_stats(struct fabric *, const struct egress *,
		  struct device_stats *);

#endif
