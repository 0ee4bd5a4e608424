/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OBJECT_H
#define IXF_OBJECT_H

/*
 * Freeing the objects of runtime.h.  No worker uses them any more; NULL is
 * allowed.  Control thread.
 */

struct acl_rt;
struct device_rt;
struct fabric;
struct lan_rt;
struct port_rt;

void object_free_acl(struct acl_rt *);

/* The others also give their id back. */
void object_free_lan(struct fabric *, struct lan_rt *);
void object_free_port(struct fabric *, struct port_rt *);

/* It has been closed. */
void object_free_device(struct fabric *, struct device_rt *);

#endif
