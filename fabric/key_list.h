/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every key of the INI file, once:
 *
 *   KEY(section, name, TYPE, default, min, max, when, sentence)
 *
 * TYPE is one of those in config_key.h; min and max are for
 * numbers (and lengths of text).  'when' says when a change takes effect: LIVE,
 * or RESTART of the daemon.  A default of "" means that there is none, or that
 * the sentence says where it comes from.  The structs of config.h, parser,
 * limits, defaults, canonical print, ixfabric.ini(5) and the check of the
 * commented example all come from here.
 *
 * Included more than once, on purpose without a guard.  Whoever includes this
 * defines KEY_FABRIC, KEY_LAN and KEY_PORT, or KEY for all three.
 */
#ifdef KEY
#define KEY_FABRIC(...) KEY(fabric, __VA_ARGS__)
#define KEY_LAN(...)    KEY(lan, __VA_ARGS__)
#define KEY_PORT(...)   KEY(port, __VA_ARGS__)
#endif
#ifndef KEY_FABRIC
#define KEY_FABRIC(...)
#endif
#ifndef KEY_LAN
#define KEY_LAN(...)
#endif
#ifndef KEY_PORT
#define KEY_PORT(...)
#endif

/* clang-format off */
KEY_FABRIC(name, TEXT, "ixfabric", 1, 63, LIVE,
	"Name of the exchange in status and telemetry.")
KEY_FABRIC(include, FILES, "", 0, 0, LIVE,
	"Further files, as a pattern relative to this one, read in C-locale order; they cannot include others.")
KEY_FABRIC(workers, CORES, "auto", 0, 0, RESTART,
	"Cores that forward frames, as 2-5 or 2,4; auto: all but the first. A core may be named twice for two workers.")
KEY_FABRIC(idle, IDLE, "sleep", 0, 0, LIVE,
	"What a worker does when nothing arrives: sleep (up to 50 microseconds at a time), or poll (all of the core, for benchmarks).")
KEY_FABRIC(mac_table, COUNT, "16384", 64, 16777216, LIVE,
	"Addresses that the MAC table of each LAN is sized for.")
KEY_FABRIC(buffers, COUNT, "0", 0, 16777216, RESTART,
	"Frame buffers; 0: as many as the queues of the devices need.")
KEY_FABRIC(descriptors, COUNT, "1024", 32, 8192, RESTART,
	"Entries of each receive and transmit queue, as near as the device allows.")
KEY_FABRIC(burst, COUNT, "32", 1, 64, LIVE,
	"Frames a worker takes from a queue at a time.")
KEY_FABRIC(memory, COUNT, "0", 0, 1048576, RESTART,
	"Megabytes of memory for DPDK; 0: as many as the buffers need.")
KEY_FABRIC(socket, TEXT, "/run/ixfabric/ixfabric.sock", 1, 107, RESTART,
	"Path of the control socket that ixctl talks to.")

KEY_LAN(vlan, COUNT, "0", 0, 4094, LIVE,
	"VLAN number of the LAN in telemetry, unique; 0: none.")
KEY_LAN(profile, PROFILE, "ixp-strict", 0, 0, LIVE,
	"Which checks apply: ixp-strict, ixp-basic (needs no bindings) or open (a plain learning bridge for testbeds).")
KEY_LAN(mtu, COUNT, "1500", 576, 9216, LIVE,
	"Largest layer-2 payload in octets; under an ixp profile larger frames are refused.")
KEY_LAN(ipv4, PREFIX4, "", 0, 0, LIVE,
	"IPv4 prefix of the LAN; may be repeated.")
KEY_LAN(ipv6, PREFIX6, "", 0, 0, LIVE,
	"IPv6 prefix of the LAN; may be repeated.")
KEY_LAN(unknown_unicast, UNKNOWN, "auto", 0, 0, LIVE,
	"Frames to an address the table does not know: drop, flood, or auto (flood under open, drop otherwise).")
KEY_LAN(mac_age, DURATION, "14400s", 1, 31536000, LIVE,
	"A learned address that has not been heard for longer than this is forgotten.")
KEY_LAN(mac_limit, LIMIT, "auto", 0, 65535, LIVE,
	"Addresses a port may learn beyond its mac lines; auto: 8192 under open, none otherwise.")
KEY_LAN(mac_sticky, SWITCH, "off", 0, 0, LIVE,
	"Learned addresses neither age nor vanish with the link; only an operator clears them.")
KEY_LAN(sponge_mac, MAC, "", 0, 0, LIVE,
	"Address that belongs to the fabric itself on this LAN; a member that sends from it is looped or forging.")

KEY_PORT(device, TEXT, "", 1, 180, LIVE,
	"PCI address, or DPDK vdev string such as net_af_packet0,iface=eth1.")
KEY_PORT(parent, NAME, "", 0, 0, LIVE,
	"Port whose device carries this one as tagged frames.")
KEY_PORT(tag, COUNT, "0", 0, 4094, LIVE,
	"VLAN tag (0x8100) of this port's frames on the device of its parent.")
KEY_PORT(lan, NAME, "", 0, 0, LIVE,
	"LAN the port belongs to; a port that only carries tagged ports has none.")
KEY_PORT(description, TEXT, "", 0, 180, LIVE,
	"The member's name, for people.")
KEY_PORT(asn, COUNT, "0", 0, 4294967295, LIVE,
	"The member's AS number; 0: none.")
KEY_PORT(index, COUNT, "0", 0, 2147483647, LIVE,
	"Interface number in telemetry, unique; 0: none.")
KEY_PORT(mac, MACS, "", 0, 0, LIVE,
	"Address the member may send from, the MAC lock; may be repeated.")
KEY_PORT(ipv4, ADDRESS4, "", 0, 0, LIVE,
	"IPv4 address of the member; may be repeated.")
KEY_PORT(ipv6, ADDRESS6, "", 0, 0, LIVE,
	"IPv6 address of the member; may be repeated.")
KEY_PORT(status, STATUS, "connected", 0, 0, LIVE,
	"connected, quarantine (reaches monitor ports only) or disabled.")
KEY_PORT(monitor, SWITCH, "off", 0, 0, LIVE,
	"Quarantined ports may exchange frames with this one.")
KEY_PORT(isolate, NAME, "", 0, 0, LIVE,
	"Isolation group; ports of the same group do not exchange frames.")
KEY_PORT(allow_prio_tag, SWITCH, "off", 0, 0, LIVE,
	"Take a frame with VLAN tag 0 as an untagged one; the tag is removed.")
KEY_PORT(mac_limit, LIMIT, "", 0, 65535, LIVE,
	"As in the LAN, for this port.")
KEY_PORT(mac_sticky, SWITCH, "", 0, 0, LIVE,
	"As in the LAN, for this port.")
/* clang-format on */

#undef KEY
#undef KEY_FABRIC
#undef KEY_LAN
#undef KEY_PORT
