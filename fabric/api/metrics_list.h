/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every metric of `ixctl metrics` and GET /metrics, once:
 *
 *   METRIC(scope, name, type, labels, help, samples)
 *
 * scope    what there is one set of samples of: fabric, port, link, lan, worker, pool,
 *          mirror, pair; 'row' is the struct metrics_<scope> (metrics_impl.h) of one
 *          of these
 * name     without the "ixf_" in front
 * type     COUNTER: never falls, and its name ends in _total; GAUGE
 * labels   for the manual; no MAC or IP address is one, and no text that changes
 *          but in port_info
 * help     a sentence without a stop at its end, for the scrape and the manual
 * samples  SAMPLE(more, value) for each: labels beside those of the row, or "",
 *          and the value; or another statement of metrics_text.c
 *
 * Names and units are those of Prometheus: base units, without those of node_exporter
 * that differ.  The table of ixctl(1) comes from here, too.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
METRIC(fabric, build_info, GAUGE, "version, dpdk", "The versions of the daemon and of DPDK; always 1",
	SAMPLE(row->build, 1))
METRIC(fabric, start_time_seconds, GAUGE, "", "When the daemon started, in seconds since 1970",
	SAMPLE("", row->started_at))
METRIC(fabric, config_generation, GAUGE, "", "Number of the running configuration: one more with each apply, and after a restart as in its history",
	SAMPLE("", row->generation))
METRIC(fabric, config_last_apply_success, GAUGE, "", "1 if the last apply was carried out, 0 if it was rejected",
	SAMPLE("", row->apply_success))
METRIC(fabric, config_last_apply_timestamp_seconds, GAUGE, "", "When the running configuration was applied, in seconds since 1970",
	SAMPLE("", row->applied_at))
METRIC(fabric, config_confirm_pending, GAUGE, "", "1 while the running configuration waits to be confirmed, and else is rolled back",
	SAMPLE("", row->confirm_pending))
METRIC(fabric, config_rollbacks_total, COUNTER, "", "Times that a generation of the history was loaded again, by an operator or since another one was not confirmed",
	SAMPLE("", row->rollbacks))
METRIC(fabric, captures, GAUGE, "", "Captures of frames that run",
	SAMPLE("", row->captures))
METRIC(fabric, capture_packets_dropped_total, COUNTER, "", "Frames that captures have lost, since a ring or the buffer in front of a reader was full",
	SAMPLE("", row->capture_lost))
METRIC(fabric, sflow_datagrams_unsent_total, COUNTER, "", "Datagrams of sFlow that a collector was not sent, since it cannot be reached or the socket was full",
	SAMPLE("", row->sflow_unsent))
METRIC(fabric, monitors, GAUGE, "", "Clients of ixctl monitor",
	SAMPLE("", row->monitors))
METRIC(fabric, hook_runs_total, COUNTER, "", "Processes of the event hook that were started",
	SAMPLE("", row->hook_runs))
METRIC(fabric, hook_failures_total, COUNTER, "", "Of these, those that failed, were killed or could not be started",
	SAMPLE("", row->hook_failed))
METRIC(fabric, hook_lost_total, COUNTER, "", "Events that the event hook did not get, since the program was too slow",
	SAMPLE("", row->hook_lost))
METRIC(fabric, log_suppressed_total, COUNTER, "", "Lines about ports and LANs for which the log had no room",
	SAMPLE("", row->log_suppressed))

METRIC(port, port_info, GAUGE, "port, ifindex, asn, member, lan, driver", "The index (ifindex), the AS number, the description (member), the LAN and the driver of a port; always 1",
	SAMPLE(row->info, 1))
METRIC(port, port_admin_up, GAUGE, "port", "1 unless the configuration or an operator has taken the port out of service",
	SAMPLE("", row->admin_up))
METRIC(port, port_oper_up, GAUGE, "port", "1 if the port forwards: its device has link, and nothing blocks it",
	SAMPLE("", row->oper_up))
METRIC(port, port_speed_bytes, GAUGE, "port", "Speed of the link in octets per second; 0: no link, or not known",
	SAMPLE("", row->speed))
METRIC(port, port_link_changes_total, COUNTER, "port", "Times that the link of the device went down or came up",
	SAMPLE("", row->link_changes))
METRIC(port, port_receive_bytes_total, COUNTER, "port", "Octets received, without the frame check sequence",
	SAMPLE("", row->counted.rx_bytes))
METRIC(port, port_transmit_bytes_total, COUNTER, "port", "Octets sent, without the frame check sequence",
	SAMPLE("", row->counted.tx_bytes))
METRIC(port, port_receive_packets_total, COUNTER, "port, cast", "Frames received; multicast and broadcast are those that were admitted, unicast is all others",
	SAMPLE("cast=\"unicast\"", row->unicast)
	SAMPLE("cast=\"multicast\"", row->counted.rx_multicast)
	SAMPLE("cast=\"broadcast\"", row->counted.rx_broadcast))
METRIC(port, port_transmit_packets_total, COUNTER, "port", "Frames sent",
	SAMPLE("", row->counted.tx_frames))
METRIC(port, port_forwarded_packets_total, COUNTER, "port", "Received frames sent on to one port",
	SAMPLE("", row->counted.forwarded))
METRIC(port, port_flooded_packets_total, COUNTER, "port", "Received frames sent on to all other ports of the LAN",
	SAMPLE("", row->counted.flooded))
METRIC(port, port_flood_copies_total, COUNTER, "port", "Copies made of the flooded frames",
	SAMPLE("", row->counted.copies))
METRIC(port, port_consumed_packets_total, COUNTER, "port", "Received frames that were for the fabric itself",
	SAMPLE("", row->counted.consumed))
METRIC(port, port_generated_packets_total, COUNTER, "port", "Frames made by the fabric for the port",
	SAMPLE("", row->counted.generated))
METRIC(port, port_mirrored_packets_total, COUNTER, "port", "Copies of frames of other ports, made by a mirror for the port",
	SAMPLE("", row->counted.mirrored))
METRIC(port, port_drops_total, COUNTER, "port, direction, reason", "Dropped frames by drop reason; rx: charged to the port that received them, tx: to the port they were to leave by",
	DROPS())
METRIC(port, port_would_drop_total, COUNTER, "port", "Frames that a check in mode log let through",
	SAMPLE("", row->would_drop))
METRIC(port, port_hw_missed_total, COUNTER, "port", "Frames that the device had no descriptor for; they do not count as received",
	DEVICE(rx_missed))
METRIC(port, port_hw_errors_total, COUNTER, "port", "Frames that the device received with an error; they count as rx_error, too",
	DEVICE(rx_errors))
METRIC(port, port_hw_nombuf_total, COUNTER, "port", "Frames that the device had no buffer for",
	DEVICE(rx_no_mbuf))
METRIC(port, port_transmit_errors_total, COUNTER, "port", "Frames that the device failed to send",
	DEVICE(tx_errors))
METRIC(port, port_macs, GAUGE, "port", "MAC addresses of the port: configured and learned",
	SAMPLE("", row->macs))
METRIC(port, port_mac_limit, GAUGE, "port", "MAC addresses that the port may have: configured, and as many as it may learn",
	SAMPLE("", row->mac_limit))
METRIC(port, port_violations_total, COUNTER, "port, kind", "shutdown: times a check disabled the port; mac_refused: addresses that were not learned, since the port may not have them",
	SAMPLE("kind=\"shutdown\"", row->shutdowns)
	SAMPLE("kind=\"mac_refused\"", row->refused))
METRIC(port, port_punts_missed_total, COUNTER, "port", "ARP, ND and other messages for which the control thread had no room",
	SAMPLE("", row->counted.punt_full))
METRIC(port, port_learns_missed_total, COUNTER, "port", "New addresses for which the control thread had no room; they are reported again",
	SAMPLE("", row->counted.learn_missed))
METRIC(port, sflow_samples_total, COUNTER, "port", "Frames of the port that were sampled for sFlow and sent to collectors",
	SAMPLE("", row->sflow.samples))
METRIC(port, sflow_samples_dropped_total, COUNTER, "port", "Samples of the port that were lost: a ring was full, or the port came to another LAN",
	SAMPLE("", row->sflow.lost))
METRIC(port, acl_matches_total, COUNTER, "port, direction, acl, rule", "Frames that a rule of an access list decided or counted; in: sent by the port, out: to it; rules are numbered from 1",
	RULES())

METRIC(port, lag_links, GAUGE, "port", "Links of a LAG",
	LAG(links))
METRIC(port, lag_links_in_use, GAUGE, "port", "Of these, those in use",
	LAG(links_in_use))
METRIC(port, lag_min_links, GAUGE, "port", "Links of the LAG that must be in use for the port to be up",
	LAG(min_links))

METRIC(link, lag_link_in_use, GAUGE, "port, link", "1 if frames leave by the link of a LAG, which is named by its device",
	SAMPLE("", row->in_use))
METRIC(link, lag_link_state, GAUGE, "port, link, state", "Whether the link is in use, or why not, as ixctl lag show has it; always 1",
	SAMPLE(row->state, 1))
METRIC(link, lag_link_up, GAUGE, "port, link", "1 if the device of the link has link, and is not held down",
	SAMPLE("", row->up))
METRIC(link, lag_link_speed_bytes, GAUGE, "port, link", "Its speed in octets per second; 0: no link, or not known",
	SAMPLE("", row->speed))
METRIC(link, lag_link_changes_total, COUNTER, "port, link", "Times that it came into use or went out of it",
	SAMPLE("", row->changes))
METRIC(link, lag_link_receive_bytes_total, COUNTER, "port, link", "Octets received by the link, without the frame check sequence",
	SAMPLE("", row->counted.rx_bytes))
METRIC(link, lag_link_transmit_bytes_total, COUNTER, "port, link", "Octets sent by the link, without the frame check sequence",
	SAMPLE("", row->counted.tx_bytes))
METRIC(link, lag_link_receive_packets_total, COUNTER, "port, link", "Frames received by the link",
	SAMPLE("", row->counted.rx_frames))
METRIC(link, lag_link_transmit_packets_total, COUNTER, "port, link", "Frames sent by the link",
	SAMPLE("", row->counted.tx_frames))
METRIC(link, lag_link_receive_lacpdus_total, COUNTER, "port, link", "LACPDUs received",
	LACP(pdus_rx))
METRIC(link, lag_link_transmit_lacpdus_total, COUNTER, "port, link", "LACPDUs sent",
	LACP(pdus_tx))
METRIC(link, lag_link_illegal_lacpdus_total, COUNTER, "port, link", "Malformed LACPDUs, markers and marker responses received",
	LACP(illegal_rx))

METRIC(lan, fdb_entries, GAUGE, "domain, type", "MAC addresses in the table of a LAN: those of the configuration (static), and learned ones",
	SAMPLE("type=\"static\"", row->fixed)
	SAMPLE("type=\"learned\"", row->dynamic))
METRIC(lan, fdb_capacity, GAUGE, "domain", "MAC addresses that the table has room for",
	SAMPLE("", row->capacity))
METRIC(lan, fdb_learned_total, COUNTER, "domain", "MAC addresses learned",
	SAMPLE("", row->learned))
METRIC(lan, fdb_moved_total, COUNTER, "domain", "MAC addresses that moved to another port",
	SAMPLE("", row->moved))
METRIC(lan, fdb_aged_total, COUNTER, "domain", "MAC addresses that were removed because of their age",
	SAMPLE("", row->aged))
METRIC(lan, fdb_flushed_total, COUNTER, "domain", "MAC addresses that were removed for another reason: a link, an operator, an apply",
	SAMPLE("", row->flushed))
METRIC(lan, fdb_frozen_total, COUNTER, "domain", "Times that an address moved too often and was held at its port",
	SAMPLE("", row->frozen))
METRIC(lan, fdb_learn_failed_total, COUNTER, "domain, reason", "MAC addresses that were not learned: the limit of the port or the table was reached",
	SAMPLE("reason=\"limit\"", row->refused))
METRIC(lan, sponge_addresses, GAUGE, "domain, state", "IP addresses in each state of the sponge",
	SPONGE())
METRIC(lan, arp_requests_total, COUNTER, "domain", "ARP requests to all",
	NEIGH(arp_requests))
METRIC(lan, nd_solicitations_total, COUNTER, "domain", "Neighbour solicitations to a group",
	NEIGH(nd_solicitations))
METRIC(lan, sponge_replies_total, COUNTER, "domain", "Answers of the sponge for dead addresses",
	NEIGH(sponge_replies))
METRIC(lan, proxy_replies_total, COUNTER, "domain", "Answers of the fabric for the owners of addresses, with arp_mode = proxy",
	NEIGH(proxy_replies))
METRIC(lan, sponge_probes_total, COUNTER, "domain", "Probes of the sponge, to see whether an address is alive",
	NEIGH(sponge_probes))
METRIC(lan, sponge_updates_total, COUNTER, "domain", "Frames to members with the MAC address of an owner that is back",
	NEIGH(sponge_updates))
METRIC(lan, sponge_duplicates_total, COUNTER, "domain", "IP addresses that two members claim",
	NEIGH(sponge_duplicates))
METRIC(lan, sponge_refused_total, COUNTER, "domain", "IPv6 addresses for which the neighbour table had no room",
	NEIGH(sponge_refused))
METRIC(lan, sponge_unsent_total, COUNTER, "domain", "Frames of the fabric for which there was no room",
	NEIGH(sponge_unsent))

METRIC(worker, worker_cycles_total, COUNTER, "worker, state", "Cycles of the TSC; busy: in passes with frames",
	SAMPLE("state=\"busy\"", row->busy)
	SAMPLE("state=\"idle\"", row->idle))
METRIC(worker, worker_polls_total, COUNTER, "worker", "Times that the worker has looked at a receive queue",
	SAMPLE("", row->polls))
METRIC(worker, worker_empty_polls_total, COUNTER, "worker", "Of these, those that found no frame",
	SAMPLE("", row->empty_polls))
METRIC(worker, worker_packets_total, COUNTER, "worker", "Frames received by the worker",
	SAMPLE("", row->frames))

METRIC(pool, mempool_objects, GAUGE, "pool, state", "Buffers: frames (received), copies (of flooded frames), made (by the fabric), punts (of a worker)",
	SAMPLE("state=\"free\"", row->free)
	SAMPLE("state=\"used\"", row->used))

METRIC(mirror, mirror_taken_packets_total, COUNTER, "mirror, or port", "Frames that a mirror, or a port that listens, was to copy",
	SAMPLE("", row->counted.taken))
METRIC(mirror, mirror_filtered_packets_total, COUNTER, "mirror, or port", "Of these, frames that the filter did not take",
	SAMPLE("", row->counted.filtered))
METRIC(mirror, mirror_sent_packets_total, COUNTER, "mirror, or port", "Copies that left by the port, or are in the file",
	SAMPLE("", row->counted.sent))
METRIC(mirror, mirror_lost_packets_total, COUNTER, "mirror, or port, reason", "Copies that were lost; budget: over the rate; ring: that of a worker was full; egress: the port or the disk had no room",
	SAMPLE("reason=\"budget\"", row->counted.lost_budget)
	SAMPLE("reason=\"ring\"", row->counted.lost_ring)
	SAMPLE("reason=\"egress\"", row->counted.lost_egress))

METRIC(pair, matrix_packets_total, COUNTER, "from, to, protocol", "Frames that one port has sent to another since matrix = on, of IPv4, IPv6 and other; on request only",
	PAIR(row->counted.frames))
METRIC(pair, matrix_bytes_total, COUNTER, "from, to, protocol", "Octets of these frames, without the frame check sequence; on request only",
	PAIR(row->counted.octets))
/* clang-format on */
#undef METRIC
