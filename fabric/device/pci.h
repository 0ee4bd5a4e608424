/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PCI_H
#define IXF_PCI_H

/*
 * What ethdevs do not say of PCI devices: that the kernel asks for one back, since it
 * is being taken out or unbound, and what the drivers of DPDK 22.11 do differently.
 * Control thread.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/queue.h>

#include <rte_ethdev.h>

/*
 * An open device; zero: none.  The kernel waits for as long as it is open: neither the
 * slot nor the command that unbinds it goes on before.
 */
struct pci_watch {
	LIST_ENTRY(pci_watch) link;
	const char *name;  /* its address; NULL: it is not watched */
	_Atomic bool gone; /* DPDK's interrupt thread writes, control reads */
};

/* Begins; 'name' stays as it is until pci_unwatch(), which may follow without it. */
void pci_watch(struct pci_watch *, const char *name);
void pci_unwatch(struct pci_watch *);

/* Whether the kernel has asked for it back: it is to be closed. */
bool pci_gone(const struct pci_watch *);

struct pci_driver {
	bool two_rings; /* each receive queue has two rings of buffers of that size */
	/*
	 * A frame must fit into one buffer: the driver does not tell the device that
	 * it may use several, and so that of QEMU cuts the frame and reports an error.
	 */
	bool whole;
};

struct pci_driver pci_driver(const struct rte_eth_dev_info *);

#endif
