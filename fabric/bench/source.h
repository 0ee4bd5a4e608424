/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SOURCE_H
#define IXF_SOURCE_H

/*
 * A source and a sink of frames in the place of net_null devices, so that a program
 * on DPDK can be measured without a NIC: this one (ixbench), and others, into which
 * tests/bench/compare loads the same code.  Frames are made by the receive function
 * of a port and checked by its transmit function, so on the core that is measured.
 *
 * How it comes into a program.  source_hook.c stands in front of rte_eth_dev_start():
 * when a net_null device has started, its entry in rte_eth_fp_ops[], the public
 * table by which rte_eth_rx_burst() finds a driver, gets the functions and queues
 * of this file.  Callbacks (rte_eth_add_rx_callback()) would need no such entry,
 * but run behind the driver: the queues of net_null share cache lines and each call
 * adds to an atomic counter there, so that two workers on queues of one port would
 * measure that driver.  Queues of this file share no line that is written.
 * What the driver of a NIC does for a frame is done here, too: a buffer is taken
 * from the pool of the queue, 32 octets of its descriptor are written, and a frame
 * that was sent is given back as a driver without MBUF_FAST_FREE does.  What there
 * is not: descriptors, doorbells, DMA, a NIC's misses of the cache.
 *
 * Frames.  Port p of the source is the net_null device that was started as number p.
 * The octets of an address say which port has it, 02, p and a row of p in four
 * octets (multiplied by an odd number, so that rows are spread), so the sink
 * checks each frame without a table.  All buffers are filled once with transit
 * packets: UDP over IPv4 between addresses outside the LAN, or, every third buffer,
 * over IPv6; the plain source writes the 12 octets of the addresses only.
 * Random numbers are xorshift64, and a row or a port is drawn from them by
 * a multiplication and a shift; there is no division.
 *
 * Functions.  The plain source gives as many frames as it is asked for, the plain
 * sink takes all and looks at the destination.  A port of which more is asked (struct
 * source_port, struct sink_port) has other, slower functions, chosen by
 * source_start(): a rate, a queue that overflows, listed addresses, a time stamp in
 * each frame; a link that drains the transmit queue, a histogram of latency,
 * counts by the port that a frame came in by.
 *
 * To build a test on it (throughput, loss, latency, learning, fairness):
 *
 *   source_set()          which frames, of which size; while stopped
 *   source_port_set(p, …) rate, depth, list, stamp of the source of a port
 *   sink_port_set(p, …)   rate, depth, latency, origins of the sink of a port
 *   source_start()        …and let the time pass, calling fabric_turn()
 *   source_stop()         no more frames; measure_settle() waits for the last ones
 *   source_count(p, …)    sums, never reset: take differences
 *
 * measure_run() (measure.h) is one such test: all ports at full speed.
 * All functions but the workers' own are control's, of one thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/bench/source_queue.h"

struct rte_mempool;

/* Sums over the queues of a port. */
struct source_counts {
	uint64_t sent;    /* frames that were given to the program */
	uint64_t missed;  /* due, but the receive queue was full */
	uint64_t no_mbuf; /* not made: the pool was empty */

	uint64_t received; /* frames that the program sent to this port */
	uint64_t bad;      /* of these, to an address of another port */
	uint64_t groups;   /* of these, broadcast and multicast */
	uint64_t refused; /* times that a frame found the transmit queue full */
	/* Received, and octets of these without FCS, if sink_port.origins. */
	uint64_t from[SOURCE_PORTS], octets[SOURCE_PORTS];
};

/* The least number of cycles that belongs to a bucket. */
uint64_t source_bucket_cycles(unsigned int bucket);

/* Adds the latencies at the sink of 'port' to bucket[SOURCE_BUCKETS]. */
void source_latency(unsigned int port, uint64_t *bucket);

/* Ports that have started, and attached themselves. */
unsigned int source_ports(void);

/* Address number 'row' of a port; its rows are 0 to source_rows() - 1. */
uint64_t source_mac(unsigned int port, uint32_t row);
uint32_t source_rows(const struct source_traffic *, unsigned int port);

/*
 * Sets what is sent, and fills the buffers of all queues: some time for many.
 * While stopped.  Returns false if the buffers are too small for the frames.
 */
bool source_set(const struct source_traffic *);

/* NULL: the plain source, or sink.  While stopped. */
void source_port_set(unsigned int port, const struct source_port *);
/* False: no memory. */
bool sink_port_set(unsigned int port, const struct sink_port *);

/* Each port sends from each of its addresses in turn, to be learned. */
void source_teach(void);

void source_start(void);
void source_stop(void);

/*
 * Whether each queue has been asked some times since the source stopped: then the
 * program has been round all queues, and what it had taken it has sent.
 */
bool source_is_idle(void);

void source_count(unsigned int port, struct source_counts *);

/*
 * Windows are recorded, from the first one on, or not any more.  At most
 * 'room' a core, as set by source_windows_room(), before the source starts.
 */
bool source_windows_room(unsigned int room);
void source_record(bool on);

/* Whether each thread that has made frames has recorded a window. */
bool source_has_windows(void);

/* Of lcore 'core' (RTE_MAX_LCORE: threads without one), once not recorded. */
const struct source_window *source_windows(unsigned int core, unsigned int *n);

/*
 * For source_hook.c: a device has got a receive queue with that pool, has started,
 * will stop.  Others than net_null are left alone.
 */
void source_note_pool(uint16_t ethdev, uint16_t queue, struct rte_mempool *);
void source_attach(uint16_t ethdev);
void source_detach(uint16_t ethdev);

#endif
