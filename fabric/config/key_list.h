/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_KEY_LIST_H
#define IXF_KEY_LIST_H

/*
 * Every key of the INI file, once.  TYPE_KEYS is the list of the sections [type]
 * (section_list.h), with a line for each key, in the order of the manual:
 *
 *   KEY(S, name, TYPE, default, min, max, when, sentence)
 *
 * TYPE is one of type_list.h.  'min' and 'max' are for numbers, and for the length
 * of a text.  'when' says when a change takes effect: LIVE, or RESTART of the
 * daemon.  A default of "" means that there is none, or that the sentence says
 * where it comes from.  The structs of config.h, parser, limits, defaults,
 * canonical print, ixfabric.ini(5), the commented example and the words for the
 * fuzzer come from here.
 *
 * The user passes the macro KEY, and S, which KEY gets back as its first argument.
 */

/* clang-format off */
#define FABRIC_KEYS(KEY, S) \
KEY(S, name, TEXT, "ixfabric", 1, 63, LIVE, \
	"Name of the exchange in status and telemetry.") \
KEY(S, include, FILES, "", 0, 0, LIVE, \
	"Further files, as a pattern relative to this one, read in C-locale order; they cannot include others.") \
KEY(S, workers, CORES, "auto", 0, 0, RESTART, \
	"Cores that forward frames, as 2-5 or 2,4; auto: all but the first. A core may be named twice for two workers.") \
KEY(S, idle, IDLE, "sleep", 0, 0, LIVE, \
	"What a worker does when nothing arrives: sleep (up to 50 microseconds at a time), or poll (all of the core, for benchmarks).") \
KEY(S, mac_table, COUNT, "16384", 64, 16777216, LIVE, \
	"Addresses that the MAC table of each LAN is sized for.") \
KEY(S, buffers, COUNT, "0", 0, 16777216, RESTART, \
	"Frame buffers; 0: as many as the queues of the devices need.") \
KEY(S, descriptors, COUNT, "1024", 32, 8192, RESTART, \
	"Entries of each receive and transmit queue, as near as the device allows.") \
KEY(S, burst, COUNT, "32", 1, 64, LIVE, \
	"Frames a worker takes from a queue at a time.") \
KEY(S, memory, COUNT, "0", 0, 1048576, RESTART, \
	"Megabytes of memory for DPDK; 0: as many as the buffers need.") \
KEY(S, socket, TEXT, "/run/ixfabric/ixfabric.sock", 1, 107, RESTART, \
	"Path of the control socket that ixctl talks to.") \
KEY(S, cull, SWITCH, "off", 0, 0, LIVE, \
	"Stop BGP between members on all ports, before a maintenance (RFC 8327).") \
KEY(S, flap_count, COUNT, "3", 0, 100, LIVE, \
	"A link that changes more often than this within flap_window is held down; 0: never.") \
KEY(S, flap_window, DURATION, "5s", 1, 3600, LIVE, \
	"The time in which changes of a link are counted.") \
KEY(S, flap_hold, DURATION, "10s", 1, 86400, LIVE, \
	"How long a link that flaps is held down.") \
KEY(S, state, TEXT, "/var/lib/ixfabric/sponge.json", 1, 180, RESTART, \
	"File in which what the sponges know survives a restart; written every 60 seconds, after orders of an operator, and at the end.") \
KEY(S, state_age, DURATION, "600s", 1, 31536000, LIVE, \
	"A state file older than this is not used.")

#define LAN_KEYS(KEY, S) \
KEY(S, vlan, COUNT, "0", 0, 4094, LIVE, \
	"VLAN number of the LAN in telemetry, unique; 0: none.") \
KEY(S, profile, PROFILE, "ixp-strict", 0, 0, LIVE, \
	"Which checks apply: ixp-strict, ixp-basic (needs no bindings) or open (a plain learning bridge for testbeds).") \
KEY(S, mtu, COUNT, "1500", 576, 9216, LIVE, \
	"Largest layer-2 payload in octets; under an ixp profile larger frames are refused.") \
KEY(S, ipv4, PREFIX4, "", 0, 0, LIVE, \
	"IPv4 prefix of the LAN; may be repeated, with another that does not overlap.") \
KEY(S, ipv6, PREFIX6, "", 0, 0, LIVE, \
	"IPv6 prefix of the LAN; may be repeated.") \
KEY(S, unknown_unicast, UNKNOWN, "auto", 0, 0, LIVE, \
	"Frames to an address the table does not know: drop, flood, limit (flood as many as storm_uucast allows), or auto (flood under open, drop otherwise).") \
KEY(S, mac_age, DURATION, "14400s", 1, 31536000, LIVE, \
	"A learned address that has not been heard for longer than this is forgotten.") \
KEY(S, mac_limit, LIMIT, "auto", 0, 65535, LIVE, \
	"Addresses a port may learn beyond its mac lines; auto: 8192 under open, none otherwise.") \
KEY(S, mac_sticky, SWITCH, "off", 0, 0, LIVE, \
	"Learned addresses neither age nor vanish with the link; only an operator clears them.") \
KEY(S, arp_mode, ARP_MODE, "auto", 0, 0, LIVE, \
	"What becomes of questions for an address, ARP requests and neighbour solicitations: flood (to all ports), unicast (to the port of its owner alone), proxy (answered by the fabric in place of its owner), or auto (unicast under an ixp profile if no IPv4 prefix is shorter than /16, flood otherwise).") \
KEY(S, unknown_arp, UNKNOWN_ARP, "flood", 0, 0, LIVE, \
	"Questions for an address that nobody is known to have, but for link-local IPv6 addresses: flood, or drop.") \
KEY(S, arp_dynamic, SWITCH, "off", 0, 0, LIVE, \
	"Take for known also an address that no port has by the configuration, for 600 seconds after a member was last heard with it.") \
KEY(S, garp, GARP, "allow", 0, 0, LIVE, \
	"Gratuitous ARP, and neighbour advertisements to all: allow, suppress (take note, and do not send on), or drop.") \
KEY(S, nd_unknown_opts, ND_OPTIONS, "discard", 0, 0, LIVE, \
	"Where arp_mode is proxy, solicitations and advertisements with options other than link-layer addresses and a nonce: forward, or discard.") \
KEY(S, sponge, SWITCH, "off", 0, 0, LIVE, \
	"Answer questions for dead addresses with sponge_mac, so that they cease; needs sponge_mac and a prefix.") \
KEY(S, sponge_mac, MAC, "", 0, 0, LIVE, \
	"Address that belongs to the fabric itself on this LAN; a member that sends from it is looped or forging.") \
KEY(S, sponge_ipv4, ADDRESS4, "", 0, 0, LIVE, \
	"Address of the sponge itself, which it probes from, one in each IPv4 prefix; in a prefix without one it is passive. May be repeated.") \
KEY(S, sponge_suppress, SWITCH, "on", 0, 0, LIVE, \
	"Do not send on the questions that the sponge answers.") \
KEY(S, sponge_profile, SPONGE_PROFILE, "normal", 0, 0, LIVE, \
	"What auto means for sponge_queuedepth and sponge_rate: normal, or queue_small for a LAN of less than 50 members.") \
KEY(S, sponge_queuedepth, LIMIT, "auto", 1, 100000, LIVE, \
	"Questions for an address, since it was last heard, before it can be suspected; auto: 1000, or 60 with queue_small.") \
KEY(S, sponge_rate, LIMIT, "auto", 1, 1000000, LIVE, \
	"Questions a minute; an address that is asked for more often than this is suspected. auto: 50, or 30 with queue_small.") \
KEY(S, sponge_pending, COUNT, "5", 0, 1000, LIVE, \
	"A suspected address gets one probe more than this, one a second; if it answers none it is dead.") \
KEY(S, sponge_proberate, COUNT, "100", 1, 10000, LIVE, \
	"Probes that the sponge may send a second.") \
KEY(S, sponge_flood_protection, PER_SECOND, "3", 0, 0, LIVE, \
	"Questions of one source for one address that follow faster than this many a second count as one; 0: all count.") \
KEY(S, sponge_init, SPONGE_INIT, "alive", 0, 0, LIVE, \
	"What addresses are at the start: alive, dead, pending (probed), or none (probed when asked for).") \
KEY(S, sponge_learning, DURATION, "5s", 0, 86400, LIVE, \
	"How long the sponge only listens at the start.") \
KEY(S, sponge_sweep, DURATION, "900s", 0, 31536000, LIVE, \
	"Time from one sweep, which probes the addresses that have been silent, to the next; 0s: no sweeps.") \
KEY(S, sponge_sweep_age, DURATION, "3600s", 0, 31536000, LIVE, \
	"A sweep probes an address whose state has not changed, and which was not probed, for this long.") \
KEY(S, sponge_sweep_at_start, SWITCH, "off", 0, 0, LIVE, \
	"Sweep as soon as sponge_learning is over.") \
KEY(S, sponge_sweep_skip_alive, SWITCH, "on", 0, 0, LIVE, \
	"A sweep leaves out addresses that are alive and whose MAC address is known.") \
KEY(S, sponge_passive, SWITCH, "off", 0, 0, LIVE, \
	"Send no probes: an address that is silent while it is suspected is dead.") \
KEY(S, sponge_static, SWITCH, "off", 0, 0, LIVE, \
	"Only an operator changes the state of an address.") \
KEY(S, sponge_dummy, SWITCH, "off", 0, 0, LIVE, \
	"Decide and log, but answer nobody.") \
KEY(S, sponge_gratuitous, SWITCH, "off", 0, 0, LIVE, \
	"Tell all members of an address that is dead by a gratuitous ARP.") \
KEY(S, sponge_network, SWITCH, "off", 0, 0, LIVE, \
	"Answer also for the first and the last address of an IPv4 prefix; questions for these are then not refused as arp_net_bcast.") \
KEY(S, sponge_arp_update, ARP_UPDATE, "all", 0, 0, LIVE, \
	"What a member is sent that still sends to sponge_mac what is for a living address: all, none, or some of reply, request and gratuitous ARP with commas between them; of an IPv6 address an advertisement, unless none.") \
KEY(S, sponge_linkdown, DURATION, "30s", 0, 86400, LIVE, \
	"The addresses of a port whose link has been down for this long are suspected; 0s: never.") \
KEY(S, sponge_link_local, SWITCH, "off", 0, 0, LIVE, \
	"Sponge link-local IPv6 addresses, too.") \
KEY(S, unassigned, UNASSIGNED, "normal", 0, 0, LIVE, \
	"An IPv4 address that no port has by the configuration: normal, or dead (for the sponge, until it is heard).") \
KEY(S, nd_unassigned, UNASSIGNED, "normal", 0, 0, LIVE, \
	"The same for IPv6 addresses.") \
KEY(S, nd_max_targets, COUNT, "4096", 64, 65536, LIVE, \
	"IPv6 addresses that the sponge keeps track of.") \
KEY(S, check, CHECKS, "", 0, 0, LIVE, \
	"A drop reason and what becomes of its frames: drop, log (count as would-drop, and forward), off, or shutdown (drop, and disable the port for shutdown_time); may be repeated.") \
KEY(S, violation, VIOLATION, "drop", 0, 0, LIVE, \
	"What becomes of frames from addresses that the port may not use (mac_lock, mac_limit, mac_conflict): drop, log-only (count as would-drop, and forward), or shutdown (drop, and disable the port for shutdown_time).") \
KEY(S, shutdown_time, SPAN, "300s", 0, 31536000, LIVE, \
	"How long a port stays disabled after a violation; 0s: until an operator enables it.") \
KEY(S, arp_pps, LIMIT, "20", 0, 1000000, LIVE, \
	"ARP frames a port may send a second; auto: 20.") \
KEY(S, arp_burst, LIMIT, "auto", 1, 1000000, LIVE, \
	"ARP frames a port may send at once after a silence; auto: as many as the LAN has ports, and 100 at least.") \
KEY(S, nd_pps, LIMIT, "20", 0, 1000000, LIVE, \
	"Neighbour discovery and MLD frames a port may send a second; auto: 20.") \
KEY(S, nd_burst, LIMIT, "auto", 1, 1000000, LIVE, \
	"Neighbour discovery and MLD frames a port may send at once after a silence; auto: as many as the LAN has ports, and 100 at least.") \
KEY(S, mld, MLD, "drop", 0, 0, LIVE, \
	"MLD reports and done messages: drop, or permit.") \
KEY(S, storm_bcast, RATE, "0.01%", 0, 0, LIVE, \
	"Broadcast a port may send: a part of the speed of its link (0.01%), bits a second on the wire (1M), frames a second (150pps), or off (no limit).") \
KEY(S, storm_mcast, RATE, "0.01%", 0, 0, LIVE, \
	"Multicast a port may send, as storm_bcast.") \
KEY(S, storm_uucast, RATE, "0.01%", 0, 0, LIVE, \
	"Frames to unknown addresses a port may send where unknown_unicast is limit, as storm_bcast.") \
KEY(S, acl, NAME, "", 0, 0, LIVE, \
	"ACL for what the ports of the LAN send.") \
KEY(S, acl_out, NAME, "", 0, 0, LIVE, \
	"ACL for what the ports of the LAN are sent.")

#define PORT_KEYS(KEY, S) \
KEY(S, device, TEXT, "", 1, 180, LIVE, \
	"PCI address, or DPDK vdev string such as net_af_packet0,iface=eth1.") \
KEY(S, parent, NAME, "", 0, 0, LIVE, \
	"Port whose device carries this one as tagged frames.") \
KEY(S, tag, COUNT, "0", 0, 4094, LIVE, \
	"VLAN tag (0x8100) of this port's frames on the device of its parent.") \
KEY(S, lan, NAME, "", 0, 0, LIVE, \
	"LAN the port belongs to; a port that only carries tagged ports has none.") \
KEY(S, description, TEXT, "", 0, 180, LIVE, \
	"The member's name, for people.") \
KEY(S, asn, COUNT, "0", 0, 4294967295, LIVE, \
	"The member's AS number; 0: none.") \
KEY(S, index, COUNT, "0", 0, 2147483647, LIVE, \
	"Interface number in telemetry, unique; 0: none.") \
KEY(S, mac, MACS, "", 0, 0, LIVE, \
	"Address the member may send from, the MAC lock; may be repeated.") \
KEY(S, ipv4, ADDRESS4, "", 0, 0, LIVE, \
	"IPv4 address of the member; may be repeated.") \
KEY(S, ipv6, ADDRESS6, "", 0, 0, LIVE, \
	"IPv6 address of the member; may be repeated.") \
KEY(S, status, STATUS, "connected", 0, 0, LIVE, \
	"connected, quarantine (reaches monitor ports only) or disabled.") \
KEY(S, monitor, SWITCH, "off", 0, 0, LIVE, \
	"Quarantined ports may exchange frames with this one.") \
KEY(S, isolate, NAME, "", 0, 0, LIVE, \
	"Isolation group; ports of the same group do not exchange frames.") \
KEY(S, allow_prio_tag, SWITCH, "off", 0, 0, LIVE, \
	"Take a frame with VLAN tag 0 as an untagged one; the tag is removed.") \
KEY(S, mac_limit, LIMIT, "", 0, 65535, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, mac_sticky, SWITCH, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, check, CHECKS, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, violation, VIOLATION, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, shutdown_time, SPAN, "", 0, 31536000, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, arp_pps, LIMIT, "", 0, 1000000, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, arp_burst, LIMIT, "", 1, 1000000, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, nd_pps, LIMIT, "", 0, 1000000, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, nd_burst, LIMIT, "", 1, 1000000, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, mld, MLD, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, storm_bcast, RATE, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, storm_mcast, RATE, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, storm_uucast, RATE, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, acl, NAME, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, acl_out, NAME, "", 0, 0, LIVE, \
	"As in the LAN, for this port.") \
KEY(S, rate_in, RATE, "off", 0, 0, LIVE, \
	"What the member may send: bits a second (1G), a part of the speed of the link (50%), frames a second (1000pps), or off. Octets are counted with the frame check sequence.") \
KEY(S, rate_out, RATE, "off", 0, 0, LIVE, \
	"What the member may be sent, as rate_in.") \
KEY(S, cull, SWITCH, "off", 0, 0, LIVE, \
	"Stop BGP between this member and the others, before a maintenance (RFC 8327).")

#define ACL_KEYS(KEY, S) \
KEY(S, rule, RULES, "", 0, 0, LIVE, \
	"permit, deny or count, and what a frame must be for it to apply; the first that permits or denies decides, and a frame that none decides about goes on.")

/* clang-format on */

#endif
