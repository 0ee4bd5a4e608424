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
	"Name of the exchange, which status and reports show.") \
KEY(S, include, FILES, "", 0, 0, LIVE, \
	"More files to read: a file or a pattern, relative to this file. The files of a pattern are read in the order of their names (C locale). An included file cannot include others.") \
KEY(S, workers, CORES, "auto", 0, 0, RESTART, \
	"CPU cores that forward frames, such as 2-5 or 2,4; auto: all cores but the first. A core that is listed twice runs two workers.") \
KEY(S, idle, IDLE, "sleep", 0, 0, LIVE, \
	"What a worker does when no frame arrives: sleep (until one arrives, if each of its devices can tell, at about 1 % of the core; otherwise up to 75 microseconds at a time, at 5 to 20 %; see RECEIVING), or poll (uses the whole core; for benchmarks).") \
KEY(S, mac_table, COUNT, "16384", 64, 16777216, LIVE, \
	"Number of MAC addresses that the MAC table of each LAN has room for.  It takes 32 to 64 octets of memory for each of them, on huge pages from 2 MB on, if there are any.") \
KEY(S, buffers, COUNT, "0", 0, 16777216, RESTART, \
	"Number of buffers for received frames; 0: as many as all queues of the devices can hold, and some more. With fewer, members whose queues stand still (PAUSE frames) can keep others from being received: that is a warning, and fewer than the receive queues take is an error.") \
KEY(S, descriptors, COUNT, "1024", 32, 8192, RESTART, \
	"Size of each receive and transmit queue in descriptors; the device may round it.") \
KEY(S, burst, COUNT, "64", 1, 64, LIVE, \
	"Largest number of frames that a worker takes from a queue at once.") \
KEY(S, memory, MEGABYTES, "0", 0, 1048576, RESTART, \
	"Memory for DPDK, such as 512M or 8G; 0: as much as the buffers need.") \
KEY(S, socket, TEXT, "/run/ixfabric/ixfabric.sock", 1, 107, RESTART, \
	"Path of the control socket, which ixctl connects to.") \
KEY(S, operators, TEXT, "ixfabric", 1, 32, RESTART, \
	"Group whose members may use all commands of ixctl, as root may: a name in /etc/group, or a number. The control socket belongs to this group.") \
KEY(S, readers, TEXT, "", 1, 32, RESTART, \
	"Group whose members may use the commands that change nothing, for monitoring. If it is given, every user of the machine can connect to the control socket, and the daemon goes by the groups that the kernel says the client has.") \
KEY(S, log, LOG, "auto", 0, 0, LIVE, \
	"Where the log goes: auto (to the journal, with fields, if standard error is the journal; otherwise to standard error), journal, syslog or stderr.") \
KEY(S, log_level, LOG_LEVEL, "info", 0, 0, LIVE, \
	"Least important lines in the log: error, warning, notice, info or debug. With debug at the start DPDK logs all that it can.") \
KEY(S, metrics, LISTEN, "", 0, 0, LIVE, \
	"Where GET /metrics is answered by HTTP, for Prometheus: address:port, such as 127.0.0.1:9477 or [::1]:9477, or the path of a UNIX socket. There is no password and no encryption: choose an address that members do not reach. Without the key it is not answered.") \
KEY(S, matrix, SWITCH, "off", 0, 0, LIVE, \
	"Count frames and octets from each port to each other, of IPv4, IPv6 and all else, for ixctl matrix show. It takes 48 octets of memory for each pair of ports and each worker: 48 MB a worker for 1000 ports.") \
KEY(S, status_page, SWITCH, "off", 0, 0, LIVE, \
	"Answer GET / where metrics says with a page for operators: ports, rates, drops with their last frames, sponge, workers, events. It has MAC and IP addresses of members, and no password.") \
KEY(S, public, LISTEN, "", 0, 0, LIVE, \
	"Where a page for members and the public is answered by HTTP, written like metrics: the policy in words, LANs with their prefixes, members with AS number, speed and whether they are up. Nothing of metrics or the status page is there. Put a proxy with TLS in front of it.") \
KEY(S, public_addresses, SWITCH, "off", 0, 0, LIVE, \
	"Show the mac, ipv4 and ipv6 lines of the members on the page of public, too.") \
KEY(S, cull, SWITCH, "off", 0, 0, LIVE, \
	"Drop BGP between members on all ports, before a maintenance (BGP session culling, RFC 8327).") \
KEY(S, flap_count, COUNT, "3", 0, 100, LIVE, \
	"A link that changes more than this number of times within flap_window is held down; 0: never.") \
KEY(S, flap_window, DURATION, "5s", 1, 3600, LIVE, \
	"Time over which the changes of a link are counted.") \
KEY(S, flap_hold, DURATION, "10s", 1, 86400, LIVE, \
	"How long a flapping link is held down.") \
KEY(S, lacp_system, MAC, "", 0, 0, LIVE, \
	"MAC address by which members know the fabric in LACP, and from which it sends LACPDUs. Without the key: one that is made of the machine's id (machine-id(5)).") \
KEY(S, lacp_priority, COUNT, "32768", 1, 65535, LIVE, \
	"Priority of the fabric in LACP; the side with the lower one decides where both cannot agree.") \
KEY(S, hook, PROGRAM, "", 1, 180, LIVE, \
	"Program that is run when something happens, with the events on its standard input, a JSON object a line: see *EVENT HOOK*. An absolute path, without arguments.") \
KEY(S, hook_events, EVENTS, "port,violation,config,fabric", 0, 0, LIVE, \
	"Which events the hook gets: groups as those of ixctl monitor, with commas between them, or all.") \
KEY(S, hook_time, DURATION, "30s", 1, 3600, LIVE, \
	"How long the hook may run; then it is killed.") \
KEY(S, state, TEXT, "/var/lib/ixfabric/sponge.json", 1, 180, RESTART, \
	"File that keeps the state of the sponges across a restart. It is written every 60 seconds, after a command that changes a sponge, and when the daemon stops.") \
KEY(S, state_age, DURATION, "600s", 1, 31536000, LIVE, \
	"Of a state file older than this only the static addresses are used.")

#define LAN_KEYS(KEY, S) \
KEY(S, vlan, COUNT, "0", 0, 4094, LIVE, \
	"VLAN number that identifies the LAN in status and reports; unique. It is not a tag on the wire. 0: none.") \
KEY(S, profile, PROFILE, "ixp-strict", 0, 0, LIVE, \
	"Set of checks: ixp-strict (the full policy; needs the ipv4 and ipv6 addresses of the members), ixp-basic (works without them; in ARP and neighbour discovery, but not in other packets, an address that the configuration gives to one port is dropped from any other) or open (no policy: a learning bridge, for testbeds).") \
KEY(S, mtu, COUNT, "1500", 576, 9216, LIVE, \
	"Largest layer-2 payload in octets. Under an ixp profile larger frames are dropped.") \
KEY(S, ipv4, PREFIX4, "", 0, 0, LIVE, \
	"IPv4 prefix of the LAN. May be repeated; the prefixes must not overlap.") \
KEY(S, ipv6, PREFIX6, "", 0, 0, LIVE, \
	"IPv6 prefix of the LAN. May be repeated.") \
KEY(S, unknown_unicast, UNKNOWN, "auto", 0, 0, LIVE, \
	"Unicast frames to a MAC address that is not in the table: drop, flood, limit (flood within storm_uucast), or auto (flood under open, drop otherwise).") \
KEY(S, mac_age, DURATION, "14400s", 1, 31536000, LIVE, \
	"A learned MAC address is removed when no frame from it was seen for this long.") \
KEY(S, mac_limit, LIMIT, "auto", 0, 16777216, LIVE, \
	"Number of MAC addresses that a port may learn in addition to its mac lines, up to all of mac_table, which the ports of a LAN share: a port that fills it keeps the others from learning, and frames to what they have not learned are flooded.  auto: 8192 under open, but at most half of mac_table; 0 otherwise.") \
KEY(S, mac_sticky, SWITCH, "off", 0, 0, LIVE, \
	"Keep learned MAC addresses: they do not age, and stay when the link goes down. Only an operator removes them.") \
KEY(S, arp_mode, ARP_MODE, "auto", 0, 0, LIVE, \
	"How ARP requests and neighbour solicitations are forwarded: flood (to all ports), unicast (only to the port that owns the address), proxy (the fabric answers for the owner), or auto (unicast under an ixp profile if no IPv4 prefix is shorter than /16, flood otherwise).") \
KEY(S, unknown_arp, UNKNOWN_ARP, "flood", 0, 0, LIVE, \
	"ARP requests and neighbour solicitations for an address whose owner is unknown: flood, or drop. Requests for link-local addresses are always flooded.") \
KEY(S, arp_dynamic, SWITCH, "off", 0, 0, LIVE, \
	"Learn the owner of an address that the configuration does not assign to a port. The owner is kept for 600 seconds after it was last seen.") \
KEY(S, garp, GARP, "allow", 0, 0, LIVE, \
	"Gratuitous ARP and unsolicited neighbour advertisements: allow, suppress (the fabric learns from them but does not forward them), or drop.") \
KEY(S, nd_unknown_opts, ND_OPTIONS, "discard", 0, 0, LIVE, \
	"With arp_mode = proxy, neighbour solicitations and advertisements that carry options other than link-layer addresses and a nonce: forward, or discard.") \
KEY(S, sponge, SWITCH, "off", 0, 0, LIVE, \
	"Answer ARP requests and neighbour solicitations for dead addresses with sponge_mac, so that members stop sending them. Needs sponge_mac and a prefix.") \
KEY(S, sponge_mac, MAC, "", 0, 0, LIVE, \
	"MAC address of the fabric itself on this LAN. A frame from a member with this source address is a loop or forged (drop reason mac_own).") \
KEY(S, sponge_ipv4, ADDRESS4, "", 0, 0, LIVE, \
	"IPv4 address from which the sponge sends its probes, one in each IPv4 prefix; no member may have it. In a prefix without one the sponge is passive. May be repeated.") \
KEY(S, sponge_suppress, SWITCH, "on", 0, 0, LIVE, \
	"Do not forward the requests that the sponge answers.") \
KEY(S, sponge_profile, SPONGE_PROFILE, "normal", 0, 0, LIVE, \
	"What auto means for sponge_queuedepth and sponge_rate: normal, or queue_small for a LAN with fewer than 50 members.") \
KEY(S, sponge_queuedepth, LIMIT, "auto", 1, 100000, LIVE, \
	"Number of requests for an address, since it was last seen, after which it can become pending; auto: 1000, or 60 with queue_small.") \
KEY(S, sponge_rate, LIMIT, "auto", 1, 1000000, LIVE, \
	"Requests per minute; an address that is requested more often than this can become pending. auto: 50, or 30 with queue_small.") \
KEY(S, sponge_pending, COUNT, "5", 0, 1000, LIVE, \
	"A pending address is probed once per second, this many times plus one. It is dead if it answers no probe.") \
KEY(S, sponge_proberate, COUNT, "100", 1, 10000, LIVE, \
	"Largest number of probes that the sponge sends per second to addresses of the configuration.") \
KEY(S, sponge_proberate_unassigned, COUNT, "5", 0, 1000, LIVE, \
	"Largest number of probes per second for addresses that no port has by the configuration, since all ports receive them. The ports that send requests for such addresses get equal shares. 0: none is probed. With unknown_arp = drop, unassigned = dead or nd_unassigned = dead such an address is not probed before it was first seen.") \
KEY(S, sponge_flood_protection, PER_SECOND, "3", 0, 0, LIVE, \
	"Requests from one source for the same address are counted at most this many times per second; 0: all are counted.") \
KEY(S, sponge_init, SPONGE_INIT, "alive", 0, 0, LIVE, \
	"State of the addresses at the start: alive, dead, pending (probed), or none (probed at the first request).") \
KEY(S, sponge_learning, DURATION, "5s", 0, 86400, LIVE, \
	"How long the sponge only watches at the start, before it changes the state of any address.") \
KEY(S, sponge_sweep, DURATION, "900s", 0, 31536000, LIVE, \
	"Time from one sweep to the next. A sweep probes the addresses that have been silent. 0s: no sweeps.") \
KEY(S, sponge_sweep_age, DURATION, "3600s", 0, 31536000, LIVE, \
	"A sweep probes an address only if its state has not changed, and it was not probed, for this long.") \
KEY(S, sponge_sweep_at_start, SWITCH, "off", 0, 0, LIVE, \
	"Sweep when sponge_learning is over.") \
KEY(S, sponge_sweep_skip_alive, SWITCH, "on", 0, 0, LIVE, \
	"Do not sweep addresses that are alive and whose MAC address is known.") \
KEY(S, sponge_passive, SWITCH, "off", 0, 0, LIVE, \
	"Send no probes. A pending address is dead if it stays silent.") \
KEY(S, sponge_static, SWITCH, "off", 0, 0, LIVE, \
	"Only an operator changes the state of an address.") \
KEY(S, sponge_dummy, SWITCH, "off", 0, 0, LIVE, \
	"Keep and log the states, but answer no request.") \
KEY(S, sponge_gratuitous, SWITCH, "off", 0, 0, LIVE, \
	"Announce an address that becomes dead to all members with a gratuitous ARP.") \
KEY(S, sponge_network, SWITCH, "off", 0, 0, LIVE, \
	"Answer also for the first and the last address of an IPv4 prefix. Requests for these are then not dropped as arp_net_bcast.") \
KEY(S, sponge_arp_update, ARP_UPDATE, "all", 0, 0, LIVE, \
	"What to send to a member that still uses sponge_mac for an address that is alive: all, none, or some of reply, request and gratuitous (kinds of ARP) with commas between them. For an IPv6 address it is a neighbour advertisement, or nothing with none.") \
KEY(S, sponge_linkdown, DURATION, "30s", 0, 86400, LIVE, \
	"The addresses of a port become pending when its link has been down for this long; 0s: never.") \
KEY(S, sponge_link_local, SWITCH, "off", 0, 0, LIVE, \
	"Sponge link-local IPv6 addresses as well.") \
KEY(S, unassigned, UNASSIGNED, "normal", 0, 0, LIVE, \
	"Initial state of IPv4 addresses that are not assigned to a port: normal, or dead (sponged until the address is first seen; it is not probed).") \
KEY(S, nd_unassigned, UNASSIGNED, "normal", 0, 0, LIVE, \
	"The same for IPv6 addresses of the prefixes; link-local addresses are never dead from the start.") \
KEY(S, nd_max_targets, COUNT, "4096", 64, 65536, LIVE, \
	"Largest number of IPv6 addresses that the sponge keeps track of.") \
KEY(S, check, CHECKS, "", 0, 0, LIVE, \
	"A drop reason, and what happens to its frames: drop, log (count them as would-drop, and forward them), off, or shutdown (drop them, and disable the port for shutdown_time). May be repeated.") \
KEY(S, violation, VIOLATION, "drop", 0, 0, LIVE, \
	"What happens to frames from a MAC address that the port may not use (mac_lock, mac_limit, mac_conflict): drop, log-only (count them as would-drop, and forward them), or shutdown (drop them, and disable the port for shutdown_time).") \
KEY(S, shutdown_time, SPAN, "300s", 0, 31536000, LIVE, \
	"How long a port stays disabled after a violation; 0s: until an operator enables it.") \
KEY(S, arp_pps, LIMIT, "20", 0, 1000000, LIVE, \
	"ARP frames per second that a port may send; auto: the default. Answers to the requests of others are not counted.") \
KEY(S, arp_burst, LIMIT, "auto", 1, 1000000, LIVE, \
	"ARP frames that a port may send at once after a pause; auto: as many as the LAN has ports, and at least 100.") \
KEY(S, nd_pps, LIMIT, "20", 0, 1000000, LIVE, \
	"Neighbour discovery and MLD frames per second that a port may send; auto: the default. Answers to the solicitations of others are not counted.") \
KEY(S, nd_burst, LIMIT, "auto", 1, 1000000, LIVE, \
	"Neighbour discovery and MLD frames that a port may send at once after a pause; auto: as many as the LAN has ports, and at least 100.") \
KEY(S, mld, MLD, "drop", 0, 0, LIVE, \
	"MLD reports and done messages: drop, or permit.") \
KEY(S, storm_bcast, RATE, "0.01%", 0, 0, LIVE, \
	"Broadcast that a port may send: a share of its link speed (0.01%), bits per second on the wire (1M), frames per second (150pps), or off (no limit).") \
KEY(S, storm_mcast, RATE, "0.01%", 0, 0, LIVE, \
	"Multicast that a port may send, written like storm_bcast.") \
KEY(S, storm_uucast, RATE, "0.01%", 0, 0, LIVE, \
	"Unknown unicast that a port may send with unknown_unicast = limit, written like storm_bcast.") \
KEY(S, acl, NAME, "", 0, 0, LIVE, \
	"ACL for the frames that the ports of the LAN send.") \
KEY(S, acl_out, NAME, "", 0, 0, LIVE, \
	"ACL for the frames that are sent to the ports of the LAN.")

#define PORT_KEYS(KEY, S) \
KEY(S, device, DEVICES, "", 1, 180, LIVE, \
	"PCI address, or DPDK vdev string such as net_af_packet0,iface=eth1. May be repeated, up to eight times: the port is a LAG then, and each device a link of it (see *LINK AGGREGATION*).") \
KEY(S, parent, NAME, "", 0, 0, LIVE, \
	"Port whose device carries the tagged frames of this port.") \
KEY(S, tag, COUNT, "0", 0, 4094, LIVE, \
	"VLAN tag (0x8100) of the frames of this port on the device of its parent.") \
KEY(S, lacp, LACP, "off", 0, 0, LIVE, \
	"Link aggregation control protocol (IEEE 802.1AX) on the devices of the port: active (the fabric begins), passive (the member has to), or off. With off and several devices the LAG is static: all links that are up are used. With active or passive a port with one device is a LAG of one link.") \
KEY(S, lacp_timeout, LACP_TIMEOUT, "slow", 0, 0, LIVE, \
	"How often the member is asked to send LACPDUs: slow (every 30 seconds; a link that has become silent is given up after 90 seconds), or fast (every second; given up after 3 seconds).") \
KEY(S, min_links, COUNT, "1", 1, 8, LIVE, \
	"Number of links of the LAG that must be in use; with fewer the port is down.") \
KEY(S, lacp_fallback, SWITCH, "off", 0, 0, LIVE, \
	"Use one link of the LAG, as if there were no LACP, when no LACPDU has come for 3 seconds, until one comes. Without it a member that does not speak LACP has no link.") \
KEY(S, lan, NAME, "", 0, 0, LIVE, \
	"LAN of the port. A port that only carries tagged ports has none.") \
KEY(S, description, TEXT, "", 0, 180, LIVE, \
	"Name of the member, for operators.") \
KEY(S, asn, ASN, "0", 0, 4294967295, LIVE, \
	"AS number of the member, such as 64500, AS64500 or 1.10 (asdot); 0: none.") \
KEY(S, speed, COUNT, "0", 0, 4000000, LIVE, \
	"Speed of the port in Mbit/s, as it was ordered, for exports; the link and limits do not depend on it. 0: exports show that of the link.") \
KEY(S, index, COUNT, "0", 0, 2147483647, LIVE, \
	"Number that identifies the port outside: ifIndex of SNMP and sFlow; unique. 0: one that the daemon gives to the name of the port, and keeps.") \
KEY(S, mac, MACS, "", 0, 0, LIVE, \
	"MAC address that the member may send from (MAC lock). May be repeated.") \
KEY(S, ipv4, ADDRESS4, "", 0, 0, LIVE, \
	"IPv4 address of the member. May be repeated.") \
KEY(S, ipv6, ADDRESS6, "", 0, 0, LIVE, \
	"IPv6 address of the member. May be repeated.") \
KEY(S, status, STATUS, "connected", 0, 0, LIVE, \
	"connected, quarantine (exchanges frames with monitor ports only) or disabled.") \
KEY(S, monitor, SWITCH, "off", 0, 0, LIVE, \
	"Ports in quarantine may exchange frames with this port.") \
KEY(S, listen, HEARS, "off", 0, 0, LIVE, \
	"What a port hears that may send nothing, for a monitor of the LAN: floods (what members send to all or to a group, ARP and neighbour discovery among it, wherever else that goes), drops (the same, and all frames that are dropped where they come in), or off (a port as any other). Ports in quarantine are heard, too.") \
KEY(S, isolate, NAME, "", 0, 0, LIVE, \
	"Isolation group. Ports of the same group do not exchange frames.") \
KEY(S, allow_prio_tag, SWITCH, "off", 0, 0, LIVE, \
	"Accept frames with VLAN tag 0 as untagged ones; the tag is removed.") \
KEY(S, mac_limit, LIMIT, "", 0, 16777216, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, mac_sticky, SWITCH, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, check, CHECKS, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, violation, VIOLATION, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, shutdown_time, SPAN, "", 0, 31536000, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, arp_pps, LIMIT, "", 0, 1000000, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, arp_burst, LIMIT, "", 1, 1000000, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, nd_pps, LIMIT, "", 0, 1000000, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, nd_burst, LIMIT, "", 1, 1000000, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, mld, MLD, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, storm_bcast, RATE, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, storm_mcast, RATE, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, storm_uucast, RATE, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, acl, NAME, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, acl_out, NAME, "", 0, 0, LIVE, \
	"Like the key of the LAN; it replaces the value of the LAN for this port.") \
KEY(S, rate_in, RATE, "off", 0, 0, LIVE, \
	"Limit for all frames that the member sends: bits per second (1G), a share of the link speed (50%), frames per second (1000pps), or off. The frame check sequence is counted.") \
KEY(S, rate_out, RATE, "off", 0, 0, LIVE, \
	"Limit for all frames that are sent to the member, written like rate_in.") \
KEY(S, cull, SWITCH, "off", 0, 0, LIVE, \
	"Drop BGP between this member and the others, before a maintenance (BGP session culling, RFC 8327).") \
KEY(S, sflow_rate, LIMIT, "", 0, 16777216, LIVE, \
	"Like the key rate of [sflow]; it replaces that value for this port.") \
KEY(S, vli, COUNT, "0", 0, 2147483647, LIVE, \
	"Number of the VLAN interface in IXP Manager, for ixctl export ixp-manager-macs; unique. 0: none.") \
KEY(S, ixf, SWITCH, "on", 0, 0, LIVE, \
	"Show the port in the IX-F member export.") \
KEY(S, member_type, MEMBER_TYPE, "peering", 0, 0, LIVE, \
	"What the member is, for the IX-F member export: peering, ixp (the exchange itself) or other.") \
KEY(S, url, URL, "", 1, 180, LIVE, \
	"Website of the member, for the IX-F member export.") \
KEY(S, contact_email, EMAIL, "", 3, 180, LIVE, \
	"Public address of the member's operators, for the IX-F member export.") \
KEY(S, peering_policy, TEXT, "", 1, 60, LIVE, \
	"Peering policy of the member, such as open, selective or closed, for the IX-F member export.") \
KEY(S, peering_policy_url, URL, "", 1, 180, LIVE, \
	"Where the member describes its peering policy, for the IX-F member export.") \
KEY(S, as_set, TEXT, "", 1, 180, LIVE, \
	"AS-SET or AS macro of the member, such as AS-EXAMPLE, for the IX-F member export.") \
KEY(S, route_server, SWITCH, "off", 0, 0, LIVE, \
	"The member has sessions with the route servers of the exchange, for the IX-F member export.") \
KEY(S, service, SERVICE, "none", 0, 0, LIVE, \
	"The port is that of a route-server or a route-collector of the exchange, for the IX-F member export.")

#define MIRROR_KEYS(KEY, S) \
KEY(S, port, NAMES, "", 0, 0, LIVE, \
	"Port whose frames are copied. May be repeated.") \
KEY(S, lan, NAMES, "", 0, 0, LIVE, \
	"LAN of whose ports the frames are copied. May be repeated.") \
KEY(S, direction, DIRECTION, "both", 0, 0, LIVE, \
	"Frames that are copied: rx (received by these ports, and not dropped), tx (sent by them), both, or none (those of drops alone). Of two ports of a mirror with both, a frame from one to the other is copied where it comes in and where it leaves.") \
KEY(S, drops, REASONS, "", 0, 0, LIVE, \
	"A drop reason: frames of these ports that are dropped for it are copied, too; or all. May be repeated.") \
KEY(S, filter, TEXT, "", 1, 180, LIVE, \
	"Of these frames, the ones that match an expression of pcap-filter(7), with numbers and addresses: no name is looked up.") \
KEY(S, to, NAME, "", 0, 0, LIVE, \
	"Port that the copies leave by. It has no LAN, carries no tagged ports, and is of no other mirror; what it receives is dropped (listen_only).") \
KEY(S, file, TEXT, "", 1, 64, LIVE, \
	"File for the copies (pcapng), in the folder mirrors beside the file state; a name without folders.") \
KEY(S, file_size, MEGABYTES, "100", 1, 1048576, LIVE, \
	"Size at which the file is closed and gets .1 behind its name, and another is begun.") \
KEY(S, files, COUNT, "10", 1, 1000, LIVE, \
	"Number of files that are kept: file_size times as many megabytes are used at most.") \
KEY(S, snap, COUNT, "0", 0, 16384, LIVE, \
	"Octets of a frame that are copied; 0: all, up to 16384.") \
KEY(S, rate, RATE, "1000000000", 0, 0, LIVE, \
	"Frames that are copied at most, before the filter: bits per second (1G, the default), frames per second (1000pps), or off. A copy costs the worker of the source some 60 cycles.")

#define ACL_KEYS(KEY, S) \
KEY(S, rule, RULES, "", 0, 0, LIVE, \
	"permit, deny or count, and the terms that a frame must match. The first permit or deny that matches decides; a frame that matches none is forwarded.")

#define IXF_KEYS(KEY, S) \
KEY(S, ixf_id, COUNT, "0", 0, 2147483647, LIVE, \
	"Number of the exchange in the IX-F database (IXPDB). Without it there is no export.") \
KEY(S, ixp_id, COUNT, "1", 1, 2147483647, LIVE, \
	"Number of this peering platform, if the exchange has several; with IXP Manager that of the infrastructure.") \
KEY(S, shortname, TEXT, "", 1, 60, LIVE, \
	"Short name of the exchange; without the key that in [fabric]. The long name is that in [fabric].") \
KEY(S, url, URL, "", 1, 180, LIVE, \
	"Website of the exchange.") \
KEY(S, stats_api, URL, "", 1, 180, LIVE, \
	"Where statistics of the traffic of the exchange can be read by programs.") \
KEY(S, country, COUNTRY, "", 0, 0, LIVE, \
	"Country of the exchange and of the switch: two letters, ISO 3166-1.") \
KEY(S, peeringdb_id, COUNT, "0", 0, 2147483647, LIVE, \
	"Number of the exchange in PeeringDB; 0: none.") \
KEY(S, support_email, EMAIL, "", 3, 180, LIVE, \
	"Address for support.") \
KEY(S, support_phone, TEXT, "", 1, 60, LIVE, \
	"Telephone number for support.") \
KEY(S, support_contact_hours, TEXT, "", 1, 60, LIVE, \
	"When support can be reached, such as 8x5 or 24x7.") \
KEY(S, emergency_email, EMAIL, "", 3, 180, LIVE, \
	"Address for emergencies.") \
KEY(S, emergency_phone, TEXT, "", 1, 60, LIVE, \
	"Telephone number for emergencies.") \
KEY(S, switch_id, COUNT, "1", 1, 2147483647, LIVE, \
	"Number of this fabric among the switches of the exchange.") \
KEY(S, switch_name, TEXT, "", 1, 63, LIVE, \
	"Name of this fabric among the switches; without the key that in [fabric].") \
KEY(S, colo, TEXT, "", 1, 120, LIVE, \
	"Name of the building where the fabric is.") \
KEY(S, city, TEXT, "", 1, 120, LIVE, \
	"City where the fabric is.") \
KEY(S, pdb_facility_id, COUNT, "0", 0, 2147483647, LIVE, \
	"Number of the building in PeeringDB; 0: none.")

#define SFLOW_KEYS(KEY, S) \
KEY(S, collector, COLLECTORS, "", 0, 0, LIVE, \
	"Where samples are sent: an IP address, and with : behind it a UDP port other than 6343, such as 192.0.2.9, 192.0.2.9:9995, 2001:db8::9 or [2001:db8::9]:9995. No name: the daemon asks no resolver. May be repeated; each collector gets all. Without the key there is no sampling.") \
KEY(S, agent, ADDRESS, "", 0, 0, LIVE, \
	"IP address by which collectors know the fabric, as IXP Manager and others have it for the switch. Without the key: the address of the machine from which the first collector is reached.") \
KEY(S, sub_agent, COUNT, "0", 0, 4294967295, LIVE, \
	"Number that tells several fabrics of one agent address apart.") \
KEY(S, rate, LIMIT, "auto", 0, 16777216, LIVE, \
	"One frame in so many that a member sends is a sample, on an average; 0: none. auto goes by the speed of the port: 1024 with 1G, 4096 with 10G, 8192 with 40G, 32768 with 100G, and otherwise 8192.") \
KEY(S, polling, DURATION, "30s", 0, 3600, LIVE, \
	"Time from one report of the counters of a port to the next; 0s: no counters.") \
KEY(S, header, COUNT, "128", 64, 256, LIVE, \
	"Octets of a sampled frame that are sent.") \
KEY(S, discards, SWITCH, "off", 0, 0, LIVE, \
	"Report dropped frames with their reasons, at most 100 a second, of which a port has no more than are left.")

/* clang-format on */

#endif
