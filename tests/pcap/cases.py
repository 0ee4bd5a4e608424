# SPDX-License-Identifier: BSD-3-Clause
"""An exchange, and for each drop reason frames that raise it, and no other, at
one of its ports; each has a twin that differs only in what the reason is about,
and passes."""
import ipaddress
import os
import re
import struct
from dataclasses import dataclass

from harness import HERE
from frames import (BROADCAST, arp, ether, icmp6, ipv4, ipv6, mac,
                    put_checksum, tcp, udp)

CONFIG = '''
[lan peering]
profile = ixp-strict
sponge_mac = 02:53:00:00:00:01
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
arp_mode = flood
[port a]
device = net_null_a
lan = peering
mac = 02:00:00:00:00:0a
mac = 02:00:00:00:00:aa
ipv4 = 192.0.2.10
ipv6 = 2001:db8::a
acl = rules
[port b]
device = net_null_b
lan = peering
mac = 02:00:00:00:00:0b
ipv4 = 192.0.2.11
ipv6 = 2001:db8::b
monitor = on
[port c]
device = net_null_c
lan = peering
mac = 02:00:00:00:00:0c
ipv4 = 192.0.2.12
ipv6 = 2001:db8::c
cull = on
[port d]
device = net_null_d
lan = peering
mac = 02:00:00:00:00:0d
acl_out = rules
[port h]
device = net_null_h
lan = peering
mac = 02:00:00:00:00:17
check = ip_header drop
[port m]
device = net_null_m
lan = peering
mac = 02:00:00:00:00:18
mld = permit
[port trunk]
device = net_null_trunk
[port t]
parent = trunk
tag = 101
lan = peering
mac = 02:00:00:00:00:1a
[port off]
device = net_null_off
lan = peering
mac = 02:00:00:00:00:0f
status = disabled
[port jail]
device = net_null_jail
lan = peering
mac = 02:00:00:00:00:1b
status = quarantine
[port i1]
device = net_null_i1
lan = peering
mac = 02:00:00:00:00:11
isolate = group
[port i2]
device = net_null_i2
lan = peering
mac = 02:00:00:00:00:12
isolate = group
[port full]
device = net_null_full
lan = peering
mac_limit = 1
[port young]
device = net_null_young
lan = peering
mac_limit = 10
[port mute]
device = net_null_mute
lan = peering
mac = 02:00:00:00:00:13
arp_pps = 0
nd_pps = 0
[port calm]
device = net_null_calm
lan = peering
mac = 02:00:00:00:00:14
storm_bcast = 0pps
[port still]
device = net_null_still
lan = peering
mac = 02:00:00:00:00:16
storm_mcast = 0pps
[port spent]
device = net_null_spent
lan = peering
mac = 02:00:00:00:00:15
rate_in = 0pps
acl = rules
[lan limited]
unknown_unicast = limit
[port u]
device = net_null_u
lan = limited
mac = 02:00:00:00:01:01
storm_uucast = 0pps
isolate = group
[port v]
device = net_null_v
lan = limited
mac = 02:00:00:00:01:02
[port w]
device = net_null_w
lan = limited
mac = 02:00:00:00:01:03
rate_out = 0pps
isolate = group
[port gone]
device = net_null_gone
lan = limited
mac = 02:00:00:00:01:04
status = disabled
[lan deaf]
profile = open
[port ear]
device = net_null_ear
lan = deaf
listen = floods
[lan quiet]
profile = ixp-strict
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
arp_mode = proxy
unknown_arp = drop
garp = suppress
[port q]
device = net_null_q
lan = quiet
mac = 02:00:00:00:02:01
ipv4 = 192.0.2.21
ipv6 = 2001:db8::21
[port r]
device = net_null_r
lan = quiet
mac = 02:00:00:00:02:02
ipv4 = 192.0.2.22
ipv6 = 2001:db8::22
[lan silent]
profile = ixp-strict
garp = drop
[port s]
device = net_null_s
lan = silent
mac = 02:00:00:00:03:01
[port x]
device = net_null_x
lan = silent
mac = 02:00:00:00:03:02
[acl rules]
rule = permit ip proto 89 dst 198.51.100.1
rule = deny ip proto 50
'''
A, A2, B = '02:00:00:00:00:0a', '02:00:00:00:00:aa', '02:00:00:00:00:0b'
C, D, H = '02:00:00:00:00:0c', '02:00:00:00:00:0d', '02:00:00:00:00:17'
M, T, OFF = '02:00:00:00:00:18', '02:00:00:00:00:1a', '02:00:00:00:00:0f'
JAIL, I1, I2 = '02:00:00:00:00:1b', '02:00:00:00:00:11', '02:00:00:00:00:12'
MUTE, CALM = '02:00:00:00:00:13', '02:00:00:00:00:14'
STILL = '02:00:00:00:00:16'
SPENT, SPONGE = '02:00:00:00:00:15', '02:53:00:00:00:01'
U, V, W = '02:00:00:00:01:01', '02:00:00:00:01:02', '02:00:00:00:01:03'
GONE = '02:00:00:00:01:04'
Q, R, S = '02:00:00:00:02:01', '02:00:00:00:02:02', '02:00:00:00:03:01'
NEW, NEXT, YOUNG = '02:00:00:00:0b:01', '02:00:00:00:0b:02', '02:00:00:00:0b:03'
UNLISTED, UNKNOWN = '02:00:00:00:0b:ad', '02:00:00:00:77:77'
NO_MAC = '00:00:00:00:00:00'
SLOW, STP, PVST = '01:80:c2:00:00:02', '01:80:c2:00:00:00', '01:00:0c:cc:cc:cd'
NODES, SOLICITED = '33:33:00:00:00:01', '33:33:ff:00:00:0b'
A4, B4, C4 = '192.0.2.10', '192.0.2.11', '192.0.2.12'
A6, B6, C6 = '2001:db8::a', '2001:db8::b', '2001:db8::c'
LLA, LLB, LLX = 'fe80::ff:fe00:a', 'fe80::ff:fe00:b', 'fe80::1234'
Q4, R4, Q6, R6 = '192.0.2.21', '192.0.2.22', '2001:db8::21', '2001:db8::22'
FAR4, FAR6 = '203.0.113.9', '2001:db8:f00::9'
NODES6, SOLICITED6 = 'ff02::1', 'ff02::1:ff00:b'
IP, ARP, IPV6 = 0x0800, 0x0806, 0x86dd
CRC_ERROR = 1 << 24  # of epb_flags


def ip(dst=B, src=A, kind=IP, payload=b'\x45' + bytes(45), tags=(), pad=60):
    return ether(dst, src, kind, payload, tags, pad)


def ask(spa=A4, tpa=B4, src=A, sha=None, dst=BROADCAST, op=1):
    return ether(dst, src, ARP, arp(op, sha or src, spa, NO_MAC, tpa))


def edited(frame, at, value):
    return frame[:at] + value + frame[at + len(value):]


def packed(address):
    return ipaddress.IPv6Address(address).packed


def lladdr(kind, address):
    return bytes([kind, 1]) + mac(address)


def six(payload, dst=B, src=A, s=FAR6, d=B6, proto=58, hops=255):
    return ether(dst, src, IPV6, ipv6(s, d, proto, payload, hops))


def behind(headers, proto, payload):
    """The next header and the payload.  A header is its type and its octets but
    the first, which is the type of the header behind it."""
    for kind, header in reversed(headers):
        payload, proto = bytes([proto]) + header + payload, kind
    return proto, payload


def ns(s=A6, d=SOLICITED6, target=B6, option=None, dst=SOLICITED, src=A,
       hops=255, code=0, wrong=0, headers=()):
    option = lladdr(1, src) if option is None else option
    message = bytearray(put_checksum(s, d, 58, bytes([135, code]) + bytes(6) +
                                     packed(target) + option, 2))
    message[3] ^= wrong
    proto, payload = behind(headers, 58, bytes(message))
    return six(payload, dst, src, s, d, proto, hops)


def na(s=A6, d=NODES6, target=A6, option=lladdr(2, A), dst=NODES, src=A,
       flags=0x20, headers=()):
    proto, payload = behind(headers, 58, icmp6(
        s, d, 136, bytes([flags, 0, 0, 0]) + packed(target) + option))
    return six(payload, dst, src, s, d, proto)


def nd(kind, body, s=LLA, d=NODES6, dst=NODES, hops=255, headers=()):
    proto, payload = behind(headers, 58, icmp6(s, d, kind, body))
    return six(payload, dst, A, s, d, proto, hops)


def own_link_local(src):
    """That made of the MAC address, which is 02:00:00:00:00:xx."""
    return 'fe80::ff:fe00:' + src[-2:]


def mld(kind, d, body, src=A, alert=b'\x05\x02\0\0', hops=1):
    dst = '33:33:' + ':'.join(f'{o:02x}' for o in packed(d)[12:])
    s = own_link_local(src)
    proto, payload = behind([(0, b'\0' + alert + b'\x01\0')], 58,
                            icmp6(s, d, kind, body))
    return six(payload, dst, src, s, d, proto, hops)


def four(s=FAR4, d='198.51.100.1', proto=6, payload=None, ttl=64, dst=B, src=A):
    if payload is None:
        payload = tcp(s, d, 40000, 443, 1, 1, 0x10)
    return ether(dst, src, IP, ipv4(s, d, proto, payload, ttl))


def other(proto, ttl=64, d='198.51.100.1', dst=B, src=A):
    return four(d=d, proto=proto, payload=bytes(24), ttl=ttl, dst=dst, src=src)


def bgp(s, d, dst, src, sport=40000, dport=179):
    return four(s, d, 6, tcp(s, d, sport, dport, 1, 1, 0x10), dst=dst, src=src)


def bgp6(s, d, dst, src):
    return six(tcp(s, d, 179, 40000, 1, 1, 0x10), dst, src, s, d, 6, 1)


def ask4dhcp(s, d, sport, dport):
    return four(s, d, 17, udp(s, d, sport, dport, bytes(240)))


def ask6dhcp(s, d):
    return six(udp(s, d, 546, 547, b'\1\0\0\0'), s=s, d=d, proto=17)


@dataclass
class Case:
    reason: str
    port: str
    frame: bytes
    twin: object        # a frame, or a port and a frame
    charged: str = ''   # the port, if another
    before: tuple = ()  # a port and a frame that passes, sent first
    flags: int = 0      # epb_flags of the frame
    also: tuple = ()    # reasons that count it, too, in mode log
    then: str = ''      # the rule that drops it in mode log
    free: bool = False  # of an address that is free to the port in ixp-basic

    def __post_init__(self):
        self.charged = self.charged or self.port
        if isinstance(self.twin, bytes):
            self.twin = self.port, self.twin


def data6(s, dst, src=A):
    return six(tcp(s, FAR6, 1, 2, 1, 1, 0), dst, src, s, FAR6, 6)


def echo4(s, dst, port=3785, d=None):
    """BFD echo, RFC 5881: from its sender to its sender."""
    return four(s, d or s, 17, udp(s, d or s, 49152, port, bytes(8)), dst=dst)


def echo6(s, dst):
    return six(udp(s, s, 49152, 3785, bytes(8)), dst, s=s, d=s, proto=17)


def homed(home, dst):
    """With the home address option of mobile IPv6."""
    options = 60, bytes([2, 1, 2, 0, 0, 201, 16]) + packed(home)
    proto, payload = behind([options], 6, tcp(FAR6, B6, 1, 2, 1, 1, 0))
    return six(payload, dst, proto=proto)


def endless(frame):
    """Without a payload length."""
    return edited(frame, 18, bytes(2))


GOOD, GOOD6 = four(), six(tcp(FAR6, B6, 40000, 443, 1, 1, 0x10), proto=6)
TAGGED = ip(src=T, tags=[101])
NS, NA = ns(), na()
MUTE_NS = ns(FAR6, src=MUTE)
ROUTER = bytes([64, 0, 7, 8]) + bytes(8)
FRAGMENT = 44, bytes(3) + bytes(4)
# A first fragment, with an extension header that continues in the next.
HEADLESS = bytes([60, 0, 0, 1, 0, 0, 0, 1]) + b'\x3a\1\1\4\0\0\0\0'
PAD = 60, bytes([0, 1, 4, 0, 0, 0, 0])
HOPS = 0, PAD[1]
B_MAC = mac(B)
ROUTING = 2, 88, 89, 103, 112, 124
LISTENER = bytes(4) + packed('ff02::1:ff00:a')
REPORT = bytes(4) + bytes([4, 0, 0, 0]) + packed('ff02::1:ff00:a')
REPLY = ask(op=2, tpa=A4)
HEARD = 'a', ns(s=LLX)

LINK = [
    Case('port_disabled', 'off', ip(src=OFF), ('a', GOOD)),
    Case('listen_only', 'ear', ip(src=OFF), ('a', GOOD)),
    Case('rx_error', 'a', GOOD, GOOD, flags=CRC_ERROR),
    Case('rx_error', 't', TAGGED, TAGGED, 'trunk', flags=CRC_ERROR),
    Case('runt', 'a', GOOD[:13], GOOD[:14]),
    Case('runt', 'a', b'', GOOD),
    Case('runt', 'trunk', TAGGED[:17], ('t', TAGGED[:18])),
    Case('runt', 'trunk', ip(src=T, tags=[101, 5])[:21], ('t', TAGGED)),
    Case('oversize', 'a', ip(payload=bytes(1501)), ip(payload=bytes(1500))),
    Case('oversize', 't', ip(src=T, tags=[101], payload=bytes(1501)),
         ip(src=T, tags=[101], payload=bytes(1500))),
    Case('smac_multicast', 'a', ip(src='03:00:00:00:00:0a'), GOOD,
         also=('mac_lock',)),
    Case('smac_multicast', 'a', ip(src=BROADCAST), GOOD, also=('mac_lock',)),
    Case('smac_zero', 'a', ip(src=NO_MAC), GOOD, also=('mac_lock',)),
    Case('smac_eq_dmac', 'a', ip(dst=A), GOOD, then='hairpin'),
    Case('mac_own', 'a', ip(src=SPONGE), GOOD, also=('mac_lock',)),
    Case('untagged_not_allowed', 'trunk', ip(src=T), ('t', TAGGED)),
    Case('tag_not_allowed', 'a', ip(tags=[101]), GOOD),
    Case('tag_not_allowed', 'a', ip(tags=[0]), GOOD),
    Case('tag_not_allowed', 'trunk', ip(src=T, tags=[(0x88a8, 101)]),
         ('t', TAGGED)),
    Case('tag_not_allowed', 'trunk', ip(src=T, tags=[(0x9100, 101)]),
         ('t', TAGGED)),
    Case('vlan_unknown', 'trunk', ip(src=T, tags=[102]), ('t', TAGGED)),
    Case('vlan_unknown', 'trunk', ip(src=T, tags=[0]), ('t', TAGGED)),
] + [
    Case('double_tag', 't', ip(src=T, tags=[101, (kind, 5)]), TAGGED,
         also=('ethertype',))
    for kind in (0x8100, 0x88a8, 0x9100)
] + [
    Case('quarantine_isolated', 'jail', ip(A, JAIL), ip(B, JAIL)),
    Case('quarantine_isolated', 'a', ip(JAIL, A), ('b', ip(JAIL, B))),
    Case('lacp_unexpected', 'a', ip(SLOW, kind=0x8809, payload=b'\1\1'), GOOD),
    Case('stp_bpdu', 'a', ip(STP, kind=38, payload=b'\x42\x42\3'), GOOD),
    Case('stp_bpdu', 'a', ip(PVST, kind=50), GOOD),
    Case('stp_bpdu', 't', ip(STP, T, kind=38, tags=[101]), TAGGED),
    Case('ll_reserved', 'a', ip(SLOW, kind=0x8809, payload=b'\2\1'), GOOD),
    Case('ll_reserved', 'a', ip(SLOW), GOOD),
] + [
    Case('ll_reserved', 'a', ip(f'01:80:c2:00:00:0{n:x}'), GOOD)
    for n in range(1, 16) if n != 2
] + [
    Case('ll_gmrp', 'a', ip(f'01:80:c2:00:00:2{n:x}'), GOOD,
         also=('l2_mcast_other',))
    for n in (0, 1, 15)
] + [
    Case('vendor_l2', 'a', ip(dst), GOOD, also=('l2_mcast_other',))
    for dst in ('01:00:0c:cc:cc:cc', '01:00:0c:cd:cd:cd', '01:e0:52:cc:cc:cc',
                '01:00:0c:00:00:00')
] + [
    Case('vendor_l2', 'a', ip(f'00:e0:2b:00:00:{n:02x}', kind=50), GOOD,
         also=('llc_snap', 'ethertype'), then='unknown_unicast')
    for n in (0, 5, 255)
] + [
    Case('loop_keepalive', 'a', ip(kind=kind), GOOD, also=('ethertype',))
    for kind in (0x9000, 0x6001, 0x6007, 0x88cc, 0x888e, 0x8902, 0x8102,
                 0x8103, 0x8899, 0x88bf, 0x8918, 0x9003, 0x9998, 0x999a)
] + [
    Case('loop_keepalive', 'a', ip(dst, kind=kind), GOOD,
         also=(*(('llc_snap',) if kind < 0x600 else ()), 'ethertype',
               'l2_mcast_other'))
    for dst, kind in (('01:00:81:00:01:00', 50), ('01:00:81:00:01:01', 50),
                      ('01:0f:e2:00:00:07', 0x8100 + 9),
                      ('cf:00:00:00:00:00', 0x9000))
] + [
    Case('mac_lock', 'a', ip(src=UNLISTED), ip(src=A2)),
    Case('mac_lock', 'a', ip(src=I1), ('i1', ip(src=I1)),
         also=('mac_conflict',)),
    Case('mac_limit', 'full', ip(src=NEXT), ip(src=NEW),
         before=('full', ip(src=NEW))),
    Case('mac_conflict', 'young', ip(src=A), ip(src=YOUNG)),
] + [
    Case('llc_snap', 'a', ip(kind=kind), GOOD, also=('ethertype',))
    for kind in (0, 1, 0x2e, 0x05dc, 0x05dd, 0x05ff)
] + [
    Case('ethertype', 'a', ip(kind=0x0600), GOOD),
    Case('ethertype', 'a', ip(kind=0x8137), ip(kind=IPV6)),
    Case('bcast_not_arp', 'a', ip(BROADCAST), ask()),
    Case('bcast_not_arp', 'a', ip(BROADCAST, kind=IPV6), ask()),
    Case('bcast_not_arp', 'a', four(dst=BROADCAST, d='255.255.255.255'),
         ask()),
    Case('ipv4_mcast', 'a', ip('01:00:5e:00:00:05'), GOOD),
] + [
    Case('ipv4_mcast', 'a', four(d=d, proto=17, payload=udp(FAR4, d, n, n, b'')),
         GOOD) for d, n in (('224.0.0.9', 520), ('224.0.0.2', 646),
                            ('224.0.0.251', 5353), ('239.255.255.250', 1900))
] + [
    Case('l2_mcast_other', 'a', ip('09:00:09:00:00:01'), GOOD),
]

NEIGHBOURS = [
    Case('arp_malformed', 'a', edited(ask(spa=B4), 14, b'\0\6'), ask(),
         also=('arp_spa_spoof',)),
    Case('arp_malformed', 'a', edited(ask(sha=B), 14, b'\0\6'), ask(),
         also=('arp_sha_mismatch',)),
] + [
    Case('arp_malformed', 'a', edited(ask(), at, value), ask())
    for at, value in ((14, b'\0\6'), (14, b'\0\7'), (16, b'\x86\xdd'), (18, b'\x08'),
                      (19, b'\x10'))
] + [
    Case('arp_malformed', 'a', edited(ask(), 20, struct.pack('!H', op)), ask())
    for op in (0, 3, 4, 8, 9, 25, 65535)
] + [
    Case('arp_malformed', 'a', ask()[:size], ask()[:42])
    for size in range(14, 42)
] + [
    Case('arp_sha_mismatch', 'a', ask(sha=B), ask() + bytes(1400)),
    Case('arp_spa_spoof', 'a', ask(spa=B4), ask()),
    Case('arp_spa_spoof', 'a', ask(spa='192.0.2.77'), ask(spa='0.0.0.0'),
         free=True),
    Case('arp_spa_spoof', 'm', ask(A4, src=M), ask('192.0.2.77', src=M)),
    Case('arp_off_net', 'a', ask(tpa='10.0.0.1'), ask()),
    Case('arp_off_net', 'a', ask(tpa='0.0.0.0'),
         ask(tpa='0.0.0.0', op=2, dst=B)),
    Case('arp_off_net', 'm', ask('10.0.0.1', src=M),
         ask('192.0.2.78', src=M)),
    Case('arp_net_bcast', 'a', ask(tpa='192.0.2.0'), ask(tpa='192.0.2.1')),
    Case('arp_net_bcast', 'a', ask(tpa='192.0.2.255'), ask(tpa='192.0.2.254')),
    Case('arp_reply_bcast', 'a', REPLY, ask(op=2, dst=B), before=('a', REPLY)),
    Case('arp_rate', 'mute', ask('192.0.2.77', src=MUTE), ip(src=MUTE)),
    Case('arp_rate', 'mute', ask('192.0.2.77', src=MUTE, dst=B),
         ip(src=MUTE)),
    Case('ipv6_mcast_not_nd', 'a',
         six(udp(LLA, 'ff02::fb', 5353, 5353, b''), '33:33:00:00:00:fb', s=LLA,
             d='ff02::fb', proto=17), NS),
    Case('ipv6_mcast_not_nd', 'a', ns(d=NODES6, dst=NODES), NS),
    Case('ipv6_mcast_not_nd', 'a', ns(dst='33:33:ff:00:00:0c'), NS),
    Case('ipv6_mcast_not_nd', 'a', na(d='ff02::2'), na(
        d='ff02::2', dst='33:33:00:00:00:02')),
    Case('ipv6_mcast_not_nd', 'a', na(d='ff02::3', dst='33:33:00:00:00:03'),
         na(d='ff02::2', dst='33:33:00:00:00:02', flags=0)),
    # To the group of another target, and to one in a frame to one address.
    Case('ipv6_mcast_not_nd', 'a', ns(target=C6), NS),
    Case('ipv6_mcast_not_nd', 'a', ns(target='fe80::c'), ns(target='fe80::b')),
    Case('ipv6_mcast_not_nd', 'a', ns(dst=B, target=C6), ns(dst=B)),
    Case('ipv6_mcast_not_nd', 'a', na(d='ff02::3', dst=B), na(dst=B)),
    Case('ipv6_mcast_not_nd', 'a',
         six(udp(LLA, 'ff02::9', 521, 521, b''), s=LLA, d='ff02::9', proto=17),
         six(udp(LLA, 'fe80::b', 521, 521, b''), s=LLA, d='fe80::b',
             proto=17)),
    Case('ipv6_mcast_not_nd', 'a', six(tcp(FAR6, 'ff05::1', 1, 2, 1, 1, 0),
                                       d='ff05::1', proto=6), GOOD6),
    Case('ipv6_mcast_not_nd', 'a', four(dst=NODES), GOOD),
    Case('ipv6_mcast_not_nd', 'a', ask(dst=NODES), ask()),
    Case('ipv6_mcast_not_nd', 'a', six(HEADLESS, NODES, d=FAR6, proto=44),
         six(HEADLESS, d=FAR6, proto=44)),
] + [
    Case('ipv6_mcast_not_nd', 'a', NS[:size], NS) for size in range(14, 58)
] + [
    Case('nd_malformed', 'a', NS[:size], NS) for size in range(58, 86)
] + [
    Case('nd_rs', 'a', nd(133, bytes(4), d='ff02::2', dst='33:33:00:00:00:02'),
         NS),
    Case('nd_rs', 'a', nd(133, bytes(4), d=B6, dst=B), NS),
    Case('nd_ra', 'a', nd(134, ROUTER), NA),
    Case('nd_ra', 'a', nd(134, ROUTER, dst=B), NA),
    Case('nd_ra', 'a', nd(134, ROUTER, hops=64), NA, also=('nd_hoplimit',)),
    Case('nd_ra', 'a', nd(134, ROUTER, headers=[PAD]), NA),
    Case('nd_ra', 'a', nd(134, ROUTER, d=B6, dst=B, headers=[PAD] * 4),
         nd(128, bytes(4), d=B6, dst=B, headers=[PAD] * 4)),
    Case('nd_ra', 'a', nd(134, ROUTER, d=B6, dst=B, headers=[PAD] * 9),
         nd(128, bytes(4), d=B6, dst=B, headers=[PAD] * 8)),
    Case('nd_ra', 'a', nd(128, bytes(4), d=B6, dst=B, headers=[PAD] * 9),
         GOOD6),
    Case('nd_redirect', 'a', nd(137, bytes(4) + packed(FAR6) * 2, d=B6, dst=B),
         NA),
    Case('nd_hoplimit', 'a', ns(hops=254), ns(headers=[(0, PAD[1])])),
    Case('nd_hoplimit', 'a', ns(hops=1), NS),
    Case('nd_hoplimit', 'a', ns(hops=0), NS),
    Case('nd_hoplimit', 'a', ns(dst=B, d=B6, hops=64), ns(dst=B, d=B6)),
    Case('nd_malformed', 'a', ns(code=1), NS),
    # Hosts read what we would not without a payload length.
    Case('nd_malformed', 'a', endless(ns(headers=[HOPS])), ns(headers=[HOPS])),
    Case('nd_malformed', 'a', endless(ns(d=B6, dst=B, headers=[HOPS, PAD])),
         ns(d=B6, dst=B, headers=[HOPS, PAD])),
    Case('nd_malformed', 'a', endless(nd(128, bytes(4), s=FAR6, d=B6, dst=B,
                                         headers=[HOPS])),
         nd(128, bytes(4), s=FAR6, d=B6, dst=B, headers=[HOPS])),
    Case('nd_malformed', 'a', endless(na(s=B6, d=A6, target=B6, dst=C,
                                         headers=[HOPS])), NA,
         also=('nd_target_spoof', 'ip6_spoof')),
    Case('nd_ra', 'a', endless(nd(134, ROUTER, d=B6, dst=B, headers=[HOPS])),
         NA, also=('nd_malformed',)),
    Case('nd_malformed', 'a', ns(wrong=1), NS),
    Case('nd_malformed', 'a', ns(option=b'\1\0' + bytes(6)), NS),
    Case('nd_malformed', 'a', ns(option=b'\1\2' + bytes(6)), NS),
    Case('nd_malformed', 'a', endless(ns(code=1, headers=[HOPS])), NS),
    Case('nd_malformed', 'a', ns(target='ff02::5'), NS, also=('nd_off_net', 'ipv6_mcast_not_nd')),
    Case('nd_malformed', 'a', ns(s='::'), ns(s='::', option=b'')),
    Case('nd_malformed', 'a', ns(option=lladdr(1, A) + lladdr(1, B)), NS),
    Case('nd_malformed', 'a', na(flags=0x60), NA),
    Case('nd_malformed', 'a', na(d=B6, dst=B, option=b'')[:77],
         na(d=B6, dst=B, option=b'')),
    Case('nd_fragment', 'a', ns(headers=[FRAGMENT]), NS),
    Case('nd_fragment', 'a', six(HEADLESS, NODES, s=LLA, d=NODES6, proto=44),
         NS),
    Case('nd_fragment', 'a', six(HEADLESS, s=LLA, d='fe80::b', proto=44), NS),
    Case('nd_fragment', 'a', six(HEADLESS, s=LLA, proto=44),
         six(HEADLESS, s=A6, d=FAR6, proto=44)),
    Case('nd_fragment', 'a', six(HEADLESS, s=FAR6, proto=44),
         six(HEADLESS, s=FAR6, d=FAR6, proto=44)),
    Case('nd_fragment', 'a', six(HEADLESS, s='::', proto=44),
         six(HEADLESS, s=A6, d=FAR6, proto=44)),
    Case('nd_fragment', 'a', six(HEADLESS, s=A6, proto=44, hops=64),
         six(HEADLESS, s=A6, d=FAR6, proto=44, hops=64)),
    # The first eight octets of TCP.
    Case('nd_fragment', 'a', six(bytes([6, 0, 0, 1, 0, 0, 0, 1]) + bytes(8),
                                 s=A6, proto=44),
         six(bytes([6, 0, 0, 1, 0, 0, 0, 1]) + bytes(24), s=A6, proto=44)),
    Case('nd_lladdr_mismatch', 'a', ns(option=lladdr(1, B)), ns(option=b'')),
    Case('nd_lladdr_mismatch', 'a', na(option=lladdr(2, B)), na(option=b'')),
    Case('nd_lladdr_mismatch', 'a', ns(option=lladdr(1, B), headers=[PAD]),
         ns(headers=[PAD])),
    Case('nd_src_spoof', 'a', ns(s=B6), NS, also=('ip6_spoof',)),
    Case('nd_src_spoof', 'a', ns(s='fe80::b:b'), ns(s=LLX), before=HEARD,
         also=('ip6_spoof',), free=True),
    Case('nd_src_spoof', 'b', ns(s=LLX, src=B), ns(s=B6, src=B),
         before=HEARD, also=('ip6_spoof',), free=True),
    Case('nd_src_spoof', 'b', ns(s=LLA, src=B), ns(s=B6, src=B),
         also=('ip6_spoof',), free=True),
    Case('nd_src_spoof', 'm', ns(s=A6, src=M), ns(s='2001:db8::77', src=M),
         also=('ip6_spoof',)),
    Case('nd_target_spoof', 'a', na(target=B6), NA),
    Case('nd_target_spoof', 'a', na(target='2001:db8::77'), na(target=LLA),
         free=True),
    Case('nd_off_net', 'a', ns(target=FAR6), NS,
         also=('ipv6_mcast_not_nd',)),
    Case('nd_off_net', 'a', ns(target='2001:db8:0:1::b'),
         ns(target='fe80::b')),
    Case('mld_query', 'a', mld(130, NODES6, bytes(20)), NS),
    Case('mld_query', 'm', mld(130, NODES6, bytes(20), M),
         mld(132, 'ff02::2', LISTENER, M)),
    Case('mld', 'a', mld(143, 'ff02::16', REPORT), NS),
    Case('mld', 'a', mld(131, 'ff02::1:ff00:a', LISTENER), NS),
    Case('mld', 'a', mld(132, 'ff02::2', LISTENER), NS),
    Case('mld', 'm', mld(143, 'ff02::16', REPORT, M, b'\1\2\0\0'),
         mld(143, 'ff02::16', REPORT, M)),
    Case('mld', 'm', B_MAC + mld(143, 'ff02::16', REPORT, M)[6:],
         mld(143, 'ff02::16', REPORT, M)),
    Case('mld', 'm', mld(143, 'ff02::16', REPORT, M, hops=2),
         mld(131, 'ff02::1:ff00:a', LISTENER, M)),
    Case('nd_rate', 'mute', MUTE_NS, ip(src=MUTE)),
    Case('nd_rate', 'mute', ns(FAR6, B6, dst=B, src=MUTE), ip(src=MUTE)),
    Case('sponge_stray', 'a', four(dst=SPONGE), GOOD,
         then='unknown_unicast'),
    Case('sponge_stray', 'a', four(s=B4, dst=SPONGE), GOOD, also=('ip4_spoof',),
         then='unknown_unicast'),
    Case('sponge_stray', 'a', six(tcp(B6, FAR6, 1, 2, 1, 1, 0), SPONGE, s=B6,
                                  d=FAR6, proto=6), GOOD, also=('ip6_spoof',),
         then='unknown_unicast'),
    Case('sponge_stray', 'a', ask(dst=SPONGE), GOOD, then='unknown_unicast'),
]

TRANSIT = [
    Case('ip_header', 'h', edited(four(src=H), at, value), four(src=H))
    for at, value in ((14, b'\x55'), (14, b'\x44'), (16, b'\xff\xff'))
] + [
    Case('ip_header', 'h', edited(six(bytes(60), src=H, proto=6), 14, b'\x40'),
         six(bytes(60), src=H, proto=6)),
    # A router may return to a member what that has sent it.
    Case('ip4_spoof', 'a', four(s=B4, dst=C), four(s=B4)),
    Case('ip4_spoof', 'a', four(s=B4, dst=C), four(s=A4)),
    Case('ip4_spoof', 'a', four(s='192.0.2.77'), four(s='192.0.3.77')),
    Case('ip4_spoof', 'a', echo4(B4, C), echo4(B4, B)),
    Case('ip4_spoof', 'a', echo4('192.0.2.77', B, port=3784),
         echo4('192.0.2.77', B)),
    Case('ip4_spoof', 'a', echo4('192.0.2.77', B, d='192.0.2.78'),
         echo4(A4, B)),
    # The port has no addresses.
    Case('ip4_spoof', 'm', four(s='192.0.2.255', src=M),
         four(s='192.0.2.254', src=M)),
    Case('ip4_spoof', 'm', four(s='192.0.2.0', src=M),
         four(s='192.0.2.1', src=M)),
    Case('ip4_spoof', 'm', four(s='255.255.255.255', src=M),
         four(s='223.255.255.255', src=M)),
    Case('ip4_spoof', 'm', four(s='239.255.255.250', src=M),
         four(s='223.255.255.250', src=M)),
    Case('ip6_spoof', 'm', data6('ff02::1', B, M),
         data6('2001:db8:ff02::1', B, M)),
    Case('ip6_spoof', 'm', data6('ff0e::1', B, M),
         data6('fd0e::1', B, M)),
    Case('ip6_spoof', 'm', data6('::1', B, M), data6('::2', B, M)),
    Case('ip6_spoof', 'a', data6(B6, C), data6(A6, C)),
    Case('ip6_spoof', 'a', data6(B6, C), data6(B6, B)),
    Case('ip6_spoof', 'a', data6(LLB, C), data6(LLA, C)),
    Case('ip6_spoof', 'a', data6(LLB, C), data6(LLB, B)),
    Case('ip6_spoof', 'a', data6('fe80::b:b', C), data6(LLX, C),
         before=HEARD),
    Case('ip6_spoof', 'b', data6(LLX, C, B), data6(LLX, A, B), before=HEARD),
    # An interface identifier of 0 is not that of a free place.
    Case('ip6_spoof', 'a', data6('fe80::', B), data6(LLX, B), before=HEARD),
    Case('ip6_spoof', 'a', echo6(B6, C), echo6(B6, B)),
    Case('ip6_spoof', 'a', echo6(LLB, C), echo6(LLB, B)),
    Case('ip6_spoof', 'a', data6('::ffff:192.0.2.11', B),
         data6('::ffff:192.0.2.10', B)),
    Case('ip6_spoof', 'a', homed(B6, C), homed(A6, C)),
    Case('ip6_spoof', 'a', homed(LLB, C), homed(FAR6, C)),
    Case('ip4_directed_bcast', 'a', four(d='192.0.2.255'),
         four(d='192.0.2.254')),
    Case('ip4_directed_bcast', 'a', four(d='192.0.2.0'), four(d='192.0.3.0')),
    Case('ip4_directed_bcast', 'a', four(d='255.255.255.255'), GOOD),
    Case('icmp_redirect', 'a', four(proto=1, payload=b'\5' + bytes(7)),
         four(proto=1, payload=b'\x08' + bytes(7))),
    Case('igp', 'a', other(89, 1), other(89, 2)),
    Case('igp', 'a', other(89, d='224.0.0.5'), GOOD, also=('ipv4_mcast',)),
    Case('igp', 'a', six(bytes(24), proto=89, d='ff02::5'), GOOD6,
         also=('ipv6_mcast_not_nd',)),
    Case('igp', 'a', six(bytes(24), proto=89, hops=1),
         six(bytes(24), proto=89)),
    Case('igp', 'a', four(A4, '169.254.0.1', 112, bytes(24), 255),
         four(A4, '169.253.0.1', 112, bytes(24), 255)),
    Case('igp', 'a', four(FAR4, B4, 2, bytes(8)), four(FAR4, B4, 89, bytes(8))),
] + [
    Case('igp', 'a', other(proto, 1), GOOD) for proto in ROUTING
] + [
    Case('igp', 'a', four(A4, B4, proto, bytes(24), ttl),
         four(A4, FAR4, proto, bytes(24), ttl))
    for proto in ROUTING for ttl in (2, 64, 255)
] + [
    Case('igp', 'a', six(upper, s=s, d=d, proto=proto, hops=hops),
         six(upper, s=A6, d=FAR6, proto=proto, hops=hops))
    for proto in ROUTING for hops in (64, 255)
    for s, d, upper in ((A6, B6, bytes(24)), (LLA, 'fe80::b', bytes(4)))
] + [
    Case('dhcp', 'a', ask4dhcp(A4, B4, 68, 67), ask4dhcp(A4, B4, 69, 66)),
    Case('dhcp', 'a', ask4dhcp(FAR4, B4, 67, 67),
         ask4dhcp(FAR4, '198.51.100.1', 67, 67)),
    Case('dhcp', 'a', ask4dhcp('0.0.0.0', '0.0.0.0', 68, 67),
         ask4dhcp('0.0.0.0', '0.0.0.0', 69, 66)),
    Case('dhcp', 'a', ask6dhcp(LLA, B6), ask6dhcp(FAR6, FAR6)),
    Case('dhcp', 'a', ask6dhcp(FAR6, LLA), ask6dhcp(FAR6, FAR6)),
    Case('bgp_cull', 'c', bgp(C4, B4, B, C), four(C4, B4, src=C)),
    Case('bgp_cull', 'c', bgp(C4, B4, B, C, 179, 40000),
         bgp(FAR4, B4, B, C, 179, 40000)),
    Case('bgp_cull', 'c', bgp6(C6, B6, B, C), bgp6(C6, FAR6, B, C)),
    Case('acl', 'a', other(50), other(51)),
    Case('acl', 'a', other(50, d='198.51.100.2'), other(89)),
    Case('police_port', 'spent', ip(src=SPENT), ('b', ip(SPENT, B))),
]

def ns_q(option=b'', d=R6, dst=R, target=R6, s=Q6):
    return ns(s, d, target, lladdr(1, Q) + option, dst, Q)


def na_q(option=b'', d=R6, dst=R):
    return na(Q6, d, Q6, lladdr(2, Q) + option, dst, Q)


ODD = bytes([25, 1]) + bytes(6)
TO_77 = {'d': 'ff02::1:ff00:77', 'dst': '33:33:ff:00:00:77'}
ASK_R = ask(Q4, R4, Q, dst=R)

REQUESTS = [
    Case('nd_unknown_opts', 'q', ns_q(ODD), ns_q()),
    Case('nd_unknown_opts', 'q', ns_q(ODD, 'ff02::1:ff00:22',
                                      '33:33:ff:00:00:22'), ns_q()),
    Case('nd_unknown_opts', 'q', ns_q(lladdr(2, Q)), ns_q(lladdr(1, Q))),
    Case('nd_unknown_opts', 'q', na_q(ODD), na_q()),
    Case('garp', 's', ask('192.0.2.9', '192.0.2.9', S),
         ask('192.0.2.9', '192.0.2.8', S)),
    Case('garp', 's', na(FAR6, target=FAR6, option=lladdr(2, S), src=S),
         na(FAR6, B6, FAR6, lladdr(2, S), '02:00:00:00:03:02', S)),
    Case('garp_suppressed', 'q', ask(Q4, Q4, Q), ask(Q4, R4, Q, dst=R, op=2)),
    Case('garp_suppressed', 'q', ask(Q4, Q4, Q), ask(Q4, Q4, Q, dst=R)),
    Case('garp_suppressed', 'q', na_q(d=NODES6, dst=NODES), na_q()),
    Case('unknown_arp', 'q', ask(Q4, '192.0.2.77', Q),
         ask(Q4, '192.0.2.77', Q, dst=R)),
    Case('unknown_arp', 'q', ask('0.0.0.0', '192.0.2.77', Q), ASK_R),
    Case('unknown_arp', 'q', ns_q(target='2001:db8::77', **TO_77),
         ns_q(target='fe80::77', **TO_77)),
]

WAY_OUT = [
    Case('storm_bcast', 'calm', ask('192.0.2.77', src=CALM),
         ns(FAR6, src=CALM)),
    Case('storm_mcast', 'still', ns(FAR6, src=STILL),
         ask('192.0.2.77', src=STILL)),
    Case('storm_uucast', 'u', ip(UNKNOWN, U), ip(V, U)),
    Case('unknown_unicast', 'a', ip(UNKNOWN), GOOD),
    Case('unknown_unicast', 'a', ip(OFF), GOOD),
    Case('unknown_unicast', 'v', ip(GONE, V), ip(U, V)),
    Case('hairpin', 'a', ip(A2), GOOD),
    Case('isolated', 'i1', ip(I2, I1), ip(B, I1)),
    Case('egress_cull', 'b', bgp(B4, C4, C, B), bgp(B4, A4, A, B), 'c'),
    Case('egress_cull', 'b', bgp6(B6, C6, C, B), bgp6(B6, A6, A, B), 'c'),
    Case('egress_acl', 'b', other(50, dst=D, src=B), other(51, dst=D, src=B),
         'd'),
    Case('egress_police', 'v', ip(W, V), ip(U, V), 'w'),
]

# Frames with more than one reason: the first in the order of checks counts.
ORDER = [
    Case('port_disabled', 'off', GOOD[:13], ('a', GOOD)),
    Case('oversize', 'a', ip(src=BROADCAST, payload=bytes(1501)), GOOD,
         also=('smac_multicast', 'mac_lock')),
    Case('smac_multicast', 'a', ip(BROADCAST, BROADCAST), GOOD,
         also=('smac_eq_dmac', 'mac_lock', 'bcast_not_arp')),
    Case('smac_zero', 'a', ip(NO_MAC, NO_MAC), GOOD,
         also=('smac_eq_dmac', 'mac_lock'), then='hairpin'),
    Case('smac_eq_dmac', 'a', ip(SPONGE, SPONGE), GOOD,
         also=('mac_own', 'mac_lock', 'sponge_stray'), then='hairpin'),
    Case('mac_own', 'a', ip(src=SPONGE, tags=[101]), GOOD,
         then='tag_not_allowed'),
    Case('tag_not_allowed', 'a', ip(STP, tags=[101]), GOOD, then='stp_bpdu'),
    Case('double_tag', 't', ip(STP, T, tags=[101, 5]), TAGGED, then='stp_bpdu'),
    Case('ll_gmrp', 'a', ip('01:80:c2:00:00:21', kind=0x88cc), GOOD,
         also=('loop_keepalive', 'ethertype', 'l2_mcast_other')),
    Case('vendor_l2', 'a', ip('01:00:0c:cc:cc:cc', kind=0x9000), GOOD,
         also=('loop_keepalive', 'ethertype', 'l2_mcast_other')),
    Case('loop_keepalive', 'a', ip(src=UNLISTED, kind=0x9000), GOOD,
         also=('mac_lock', 'ethertype')),
    Case('mac_lock', 'a', ip(src=UNLISTED, kind=0), GOOD,
         also=('llc_snap', 'ethertype')),
    Case('mac_limit', 'full', ip(src=A), ip(src=NEW), before=('full',
                                                              ip(src=NEW)),
         also=('mac_conflict',)),
    Case('mac_conflict', 'young', ip(src=A, kind=0), ip(src=YOUNG),
         also=('llc_snap', 'ethertype')),
    Case('llc_snap', 'a', ip(BROADCAST, kind=46), GOOD,
         also=('ethertype', 'bcast_not_arp')),
    Case('ethertype', 'a', ip('01:00:5e:00:00:05', kind=0x8137), GOOD,
         also=('ipv4_mcast',)),
    Case('arp_sha_mismatch', 'a', ask(B4, sha=B), ask(),
         also=('arp_spa_spoof',)),
    Case('arp_spa_spoof', 'a', ask('10.0.0.1'), ask(), also=('arp_off_net',),
         free=True),
    Case('arp_off_net', 'm', ask('10.0.0.1', '192.0.2.255', M), ask('0.0.0.0',
                                                                    src=M),
         also=('arp_net_bcast',)),
    Case('arp_net_bcast', 'a', ask(op=2, tpa='192.0.2.255'), ask(),
         before=('a', REPLY), also=('arp_reply_bcast',)),
    Case('arp_rate', 'mute', ask('0.0.0.0', src=MUTE, dst=NODES), ip(src=MUTE),
         also=('ipv6_mcast_not_nd',)),
    Case('nd_redirect', 'a', nd(137, bytes(4) + packed(FAR6) * 2, d=B6, dst=B,
                                hops=64), NS, also=('nd_hoplimit',)),
    Case('nd_hoplimit', 'a', ns(hops=1, code=1), NS, also=('nd_malformed',)),
    Case('nd_malformed', 'a', ns(code=1, headers=[FRAGMENT]), NS,
         also=('nd_fragment',)),
    Case('nd_fragment', 'a', ns(option=lladdr(1, B), headers=[FRAGMENT]), NS,
         also=('nd_lladdr_mismatch',)),
    Case('nd_lladdr_mismatch', 'a', ns(s=B6, option=lladdr(1, B)), NS,
         also=('nd_src_spoof', 'ip6_spoof')),
    Case('nd_src_spoof', 'a', ns(s=B6, target=FAR6), NS,
         also=('nd_off_net', 'ipv6_mcast_not_nd', 'ip6_spoof')),
    Case('nd_target_spoof', 'a', na(target=FAR6), NA, also=('nd_off_net',),
         free=True),
    Case('nd_off_net', 'mute', ns(FAR6, target=FAR6, src=MUTE), ip(src=MUTE),
         also=('ipv6_mcast_not_nd', 'nd_rate')),
    Case('mld', 'mute', mld(143, 'ff02::16', REPORT, MUTE), ip(src=MUTE),
         also=('nd_rate',)),
    Case('ip_header', 'h', edited(four(B4, dst=C, src=H), 14, b'\x55'), four(src=H),
         also=('ip4_spoof',)),
    Case('ip4_spoof', 'a', four(B4, '255.255.255.255', dst=C), GOOD,
         also=('ip4_directed_bcast',)),
    Case('ip4_spoof', 'a', four(B4, proto=50, payload=bytes(24), dst=C), GOOD,
         then='acl'),
    Case('ip4_directed_bcast', 'a', four(d='192.0.2.255', proto=1,
                                         payload=b'\5' + bytes(7)), GOOD,
         also=('icmp_redirect',)),
    Case('ip4_directed_bcast', 'a', other(89, 1, '192.0.2.255'), GOOD,
         also=('igp',)),
    Case('acl', 'spent', other(50, src=SPENT), ('a', GOOD)),
    Case('police_port', 'spent', ip(UNKNOWN, SPENT),
         ('b', ip(SPENT, B)), then='unknown_unicast'),
]

CASES = LINK + NEIGHBOURS + TRANSIT + REQUESTS + WAY_OUT + ORDER

# Reasons that no frame alone raises, and why.
OUT_OF_REACH = {
    'lag_link': 'no LACP runs: every link of a LAG is in use',
    'lacp_rate': 'no LACP runs',
    'sponge_suppressed': 'the answer of the fabric leaves: see neigh.py',
    'egress_vlan': 'the table of a LAN names no port of another',
    'egress_ll': 'such frames are always dropped when they come in',
    'tx_full': 'files have no queues',
    'no_mbuf': 'one frame at a time needs few buffers',
    'tx_down': 'the links of files do not go down',
}


@dataclass
class Reason:
    """A line of drop_list.h."""
    side: str
    profiles: str
    kind: str


def read_reasons():
    path = os.path.join(HERE, '..', '..', 'fabric', 'view', 'drop_list.h')
    with open(path, encoding='utf-8') as file:
        return {name: Reason(*rest) for name, *rest in re.findall(
            r'^DROP\((\w+), (\w+), (\w+), (\w+),', file.read(), re.MULTILINE)}
