#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a member may say: each reason of ARP, neighbour discovery, IP, ACLs and
limits with the frame that raises it, once and no other, nothing out; and a twin
that differs in just what the reason is about, and passes."""
import ipaddress
import struct
import unittest

from harness import ReplayCase
from frames import (BROADCAST, EPOCH, SECOND, arp, ether, icmp6, ipv4, ipv6,
                    mac, tcp, udp, write_pcap)

CONFIG = '''
[lan peering]
profile = ixp-strict
sponge_mac = 02:53:00:00:00:01
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
[port a]
device = net_null_a
lan = peering
mac = 02:00:00:00:00:0a
ipv4 = 192.0.2.10
ipv6 = 2001:db8::a
check = ip_header drop
acl = rules
[port b]
device = net_null_b
lan = peering
mac = 02:00:00:00:00:0b
ipv4 = 192.0.2.11
ipv6 = 2001:db8::b
[port m]
device = net_null_m
lan = peering
mac = 02:00:00:00:00:1a
mld = permit
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
[acl rules]
rule = permit ip proto 89 dst 198.51.100.1
rule = deny ip proto 50
'''
PLAIN = CONFIG.replace('ixp-strict', 'open').replace(
    'check = ip_header drop\n', '')
A, B, M = '02:00:00:00:00:0a', '02:00:00:00:00:0b', '02:00:00:00:00:1a'
C, D = '02:00:00:00:00:0c', '02:00:00:00:00:0d'
A4, B4, C4 = '192.0.2.10', '192.0.2.11', '192.0.2.12'
A6, B6, C6 = '2001:db8::a', '2001:db8::b', '2001:db8::c'
LLA, LLX = 'fe80::ff:fe00:a', 'fe80::1234'
FAR4, FAR6 = '203.0.113.9', '2001:db8:f00::9'
NODES, SOLICITED = '33:33:00:00:00:01', '33:33:ff:00:00:0b'
NODES6, SOLICITED6 = 'ff02::1', 'ff02::1:ff00:b'
NOBODY = '00:00:00:00:00:00'


def ask(spa=A4, tpa=B4, src=A, sha=A, dst=BROADCAST, op=1):
    return ether(dst, src, 0x0806, arp(op, sha, spa, NOBODY, tpa))


def broken_arp(at, value):
    frame = bytearray(ask())
    frame[at:at + len(value)] = value
    return bytes(frame)


def packed(address):
    return ipaddress.IPv6Address(address).packed


def lladdr(kind, address):
    return bytes([kind, 1]) + mac(address)


def six(payload, dst=B, src=A, s=FAR6, d=B6, proto=58, hops=255):
    return ether(dst, src, 0x86dd, ipv6(s, d, proto, payload, hops))


def ns(s=A6, d=SOLICITED6, target=B6, option=lladdr(1, A), dst=SOLICITED,
       src=A, hops=255, code=0, wrong=0, headers=None):
    message = bytearray(icmp6(s, d, 135, bytes(4) + packed(target) + option))
    if code:
        message = bytearray(icmp6_code(s, d, 135, code, bytes(4) +
                                       packed(target) + option))
    message[3] ^= wrong
    proto, payload = 58, bytes(message)
    for kind, header in reversed(headers or []):
        payload, proto = bytes([proto]) + header + payload, kind
    return ether(dst, src, 0x86dd, ipv6(s, d, proto, payload, hops))


def icmp6_code(s, d, kind, code, body):
    from frames import put_checksum
    return put_checksum(s, d, 58, struct.pack('!BBH', kind, code, 0) + body, 2)


def na(s=A6, d=NODES6, target=A6, option=lladdr(2, A), dst=NODES, src=A,
       flags=0x20):
    return ether(dst, src, 0x86dd, ipv6(s, d, 58, icmp6(
        s, d, 136, bytes([flags, 0, 0, 0]) + packed(target) + option), 255))


def nd(kind, body, s=LLA, d=NODES6, dst=NODES, hops=255):
    return ether(dst, A, 0x86dd, ipv6(s, d, 58, icmp6(s, d, kind, body), hops))


def mld(kind, d, body, src=A, alert=b'\x05\x02\0\0'):
    dst = '33:33:' + ':'.join(f'{o:02x}' for o in packed(d)[12:])
    hop = bytes([58, 0]) + alert + b'\x01\0'
    return ether(dst, src, 0x86dd,
                 ipv6(LLX, d, 0, hop + icmp6(LLX, d, kind, body), 1))


def four(s=FAR4, d='198.51.100.1', proto=6, payload=None, ttl=64, dst=B, src=A):
    if payload is None:
        payload = tcp(s, d, 40000, 443, 1, 1, 0x10)
    return ether(dst, src, 0x0800, ipv4(s, d, proto, payload, ttl))


def edited(frame, at, value):
    return frame[:at] + value + frame[at + len(value):]


GOOD, GOOD6 = four(), six(tcp(FAR6, B6, 40000, 443, 1, 1, 0x10), proto=6)
NS, NA = ns(), na()
RA = bytes([64, 0, 7, 8]) + bytes(8)
FRAGMENT = (44, bytes([0, 0, 0]) + bytes(4))
PAD = (60, bytes([0, 1, 4, 0, 0, 0, 0]))
REPORT = bytes(4) + bytes([4, 0, 0, 0]) + packed('ff02::1:ff00:a')


def bgp(s, d, dst, src, sport=40000, dport=179):
    return four(s, d, 6, tcp(s, d, sport, dport, 1, 1, 0x10), dst=dst, src=src)


def bgp6(s, d, dst, src):
    return six(tcp(s, d, 179, 40000, 1, 1, 0x10), dst, src, s, d, 6, 1)


# reason, port, frame, twin; the port that the drop is charged to, if another
CASES = [
    ('arp_malformed', 'a', broken_arp(14, b'\0\6'), ask()),
    ('arp_malformed', 'a', broken_arp(16, b'\x86\xdd'), ask()),
    ('arp_malformed', 'a', broken_arp(18, b'\x08'), ask()),
    ('arp_malformed', 'a', broken_arp(19, b'\x10'), ask()),
    ('arp_malformed', 'a', ask()[:41], ask()[:42]),
] + [
    ('arp_malformed', 'a', broken_arp(20, struct.pack('!H', op)), ask())
    for op in (0, 3, 4, 8, 9, 25, 65535)
] + [
    ('arp_sha_mismatch', 'a', ask(sha=B), ask()),
    ('arp_spa_spoof', 'a', ask(spa=B4), ask()),
    ('arp_spa_spoof', 'a', ask(spa='192.0.2.77'), ask(spa='0.0.0.0')),
    ('arp_spa_spoof', 'm', ask(spa=A4, src=M, sha=M),
     ask(spa='192.0.2.77', src=M, sha=M)),
    ('arp_off_net', 'a', ask(tpa='10.0.0.1'), ask()),
    ('arp_off_net', 'm', ask(spa='10.0.0.1', src=M, sha=M),
     ask(spa='192.0.2.78', src=M, sha=M)),
    ('arp_net_bcast', 'a', ask(tpa='192.0.2.0'), ask(tpa='192.0.2.1')),
    ('arp_net_bcast', 'a', ask(tpa='192.0.2.255'), ask(tpa='192.0.2.254')),
    ('ipv6_mcast_not_nd', 'a', six(udp(LLA, 'ff02::fb', 5353, 5353, b''), d=
                                   'ff02::fb', s=LLA, proto=17,
                                   dst='33:33:00:00:00:fb'), NS),
    ('ipv6_mcast_not_nd', 'a', ns(d=NODES6, dst=NODES), NS),
    ('ipv6_mcast_not_nd', 'a', ns(dst='33:33:ff:00:00:0c'), NS),
    ('ipv6_mcast_not_nd', 'a', na(d='ff02::2', dst='33:33:00:00:00:02'), NA),
    ('ipv6_mcast_not_nd', 'a', NS[:53], NS),
    ('nd_rs', 'a', nd(133, bytes(4), d='ff02::2', dst='33:33:00:00:00:02'), NS),
    ('nd_ra', 'a', nd(134, RA), NA),
    ('nd_ra', 'a', nd(134, RA, dst=B), NA),
    ('nd_ra', 'a', nd(134, RA, hops=64), NA),
    ('nd_ra', 'a', six(b'\x3a\0\1\4\0\0\0\0' + icmp6(LLA, NODES6, 134, RA),
                       NODES, s=LLA, d=NODES6, proto=60), NA),
    ('nd_ra', 'a', six((b'\x3c\0\1\4\0\0\0\0' * 3) + b'\x3a\0\1\4\0\0\0\0' +
                       icmp6(LLA, B6, 134, RA), s=LLA, proto=60), GOOD6),
    ('nd_ra', 'a', six(b'\x3c\0\1\4\0\0\0\0' * 9 + icmp6(LLA, B6, 134, RA),
                       s=LLA, proto=60), GOOD6),
    ('nd_redirect', 'a', nd(137, bytes(4) + packed(FAR6) * 2, d=B6, dst=B), NA),
    ('nd_hoplimit', 'a', ns(hops=254), NS),
    ('nd_hoplimit', 'a', ns(dst=B, d=B6, hops=64), ns(dst=B, d=B6)),
    ('nd_malformed', 'a', ns(code=1), NS),
    ('nd_malformed', 'a', ns(wrong=1), NS),
    ('nd_malformed', 'a', ns(option=b'\1\0' + bytes(6)), NS),
    ('nd_malformed', 'a', ns(target='ff02::5'), NS),
    ('nd_malformed', 'a', ns(s='::'), ns(s='::', option=b'')),
    ('nd_malformed', 'a', ns(option=lladdr(1, A) + lladdr(1, B)), NS),
    ('nd_malformed', 'a', na(flags=0x60), NA),
    ('nd_fragment', 'a', ns(headers=[FRAGMENT]), NS),
    ('nd_fragment', 'a', six(bytes([60, 0, 0, 1, 0, 0, 0, 1]) +
                             b'\x3a\1\1\4\0\0\0\0', NODES, s=LLA, d=NODES6,
                             proto=44), NS),
    ('nd_lladdr_mismatch', 'a', ns(option=lladdr(1, B)), ns(option=b'')),
    ('nd_lladdr_mismatch', 'a', na(option=lladdr(2, B)), na(option=b'')),
    ('nd_lladdr_mismatch', 'a', ns(option=lladdr(1, B), headers=[PAD]),
     ns(headers=[PAD])),
    ('nd_src_spoof', 'a', ns(s=B6), NS),
    ('nd_src_spoof', 'a', ns(s='fe80::b:b'), ns(s=LLX)),
    ('nd_src_spoof', 'm', ns(s=A6, src=M, option=b''),
     ns(s='2001:db8::77', src=M, option=b'')),
    ('nd_target_spoof', 'a', na(target=B6), NA),
    ('nd_target_spoof', 'a', na(target='2001:db8::77'), na(target=LLA)),
    ('nd_off_net', 'a', ns(target=FAR6), NS),
    ('nd_off_net', 'a', ns(target='2001:db8:0:1::b'), ns(target='fe80::b')),
    ('mld_query', 'a', mld(130, NODES6, bytes(20)), NS),
    ('mld', 'a', mld(143, 'ff02::16', REPORT), NS),
    ('mld', 'a', mld(131, 'ff02::1:ff00:a', bytes(4) +
                     packed('ff02::1:ff00:a')), NS),
    ('mld', 'm', mld(143, 'ff02::16', REPORT, M, b'\1\2\0\0'),
     mld(143, 'ff02::16', REPORT, M)),
    ('mld_query', 'm', mld(130, NODES6, bytes(20), M),
     mld(132, 'ff02::2', bytes(4) + packed('ff02::1:ff00:a'), M)),
    ('sponge_stray', 'a', four(dst='02:53:00:00:00:01'), GOOD),
    ('ip_header', 'a', edited(GOOD, 14, b'\x55'), GOOD),
    ('ip_header', 'a', edited(GOOD, 14, b'\x44'), GOOD),
    ('ip_header', 'a', edited(GOOD, 16, b'\xff\xff'), GOOD),
    ('ip_header', 'a', edited(GOOD6, 14, b'\x40'), GOOD6),
    ('ip4_spoof', 'a', four(s=B4), four(s=A4)),
    ('ip4_spoof', 'a', four(s='192.0.2.77'), four(s='192.0.3.77')),
    ('ip6_spoof', 'a', six(tcp(B6, FAR6, 1, 2, 1, 1, 0), s=B6, d=FAR6, proto=6),
     six(tcp(A6, FAR6, 1, 2, 1, 1, 0), s=A6, d=FAR6, proto=6)),
    ('ip4_directed_bcast', 'a', four(d='192.0.2.255'), four(d='192.0.2.254')),
    ('ip4_directed_bcast', 'a', four(d='255.255.255.255'), GOOD),
    ('icmp_redirect', 'a', four(proto=1, payload=b'\5' + bytes(7)),
     four(proto=1, payload=b'\x08' + bytes(7))),
    ('igp', 'a', four(proto=89, payload=bytes(24), ttl=1),
     four(proto=89, payload=bytes(24), ttl=2)),
    ('igp', 'a', four(d='224.0.0.5', proto=89, payload=bytes(24)), GOOD),
    ('igp', 'a', six(bytes(24), proto=89, hops=1), six(bytes(24), proto=89)),
] + [
    ('igp', 'a', four(proto=proto, payload=bytes(24), ttl=1), GOOD)
    for proto in (2, 88, 103, 112, 124)
] + [
    ('dhcp', 'a', four(A4, B4, 17, udp(A4, B4, 68, 67, bytes(240))),
     four(A4, B4, 17, udp(A4, B4, 69, 66, bytes(240)))),
    ('dhcp', 'a', six(udp(LLA, B6, 546, 547, b'\1\0\0\0'), s=LLA, proto=17),
     six(udp(FAR6, FAR6, 546, 547, b'\1\0\0\0'), d=FAR6, proto=17)),
    ('bgp_cull', 'c', bgp(C4, B4, B, C), four(C4, B4, dst=B, src=C)),
    ('bgp_cull', 'c', bgp(C4, B4, B, C, 179, 40000),
     bgp(FAR4, B4, B, C, 179, 40000)),
    ('bgp_cull', 'c', bgp6(C6, B6, B, C), bgp6(C6, FAR6, B, C)),
    ('egress_cull', 'b', bgp(B4, C4, C, B), bgp(B4, A4, A, B), 'c'),
    ('egress_cull', 'b', bgp6(B6, C6, C, B), bgp6(B6, A6, A, B), 'c'),
    ('acl', 'a', four(proto=50, payload=bytes(20)),
     four(proto=51, payload=bytes(20))),
    ('acl', 'a', four(d='198.51.100.2', proto=50, payload=bytes(20)),
     four(proto=89, payload=bytes(20))),
    ('egress_acl', 'b', four(proto=50, payload=bytes(20), dst=D, src=B),
     four(proto=51, payload=bytes(20), dst=D, src=B), 'd'),
]


class Guard(ReplayCase):
    def play(self, config, sent, gap=SECOND):
        """Sends (port, frame), one every 'gap', through one run."""
        self.write('x.ini', config)
        records = {}
        for i, (port, frame) in enumerate(sent):
            records.setdefault(port, []).append((EPOCH + i * gap, frame))
        arguments = ['-c', 'x.ini']
        for port, frames in records.items():
            write_pcap(self.path(port + '.in.pcap'), frames)
            arguments += ['-i', f'{port}={port}.in.pcap']
        return self.replay(*arguments)

    def test_each_reason_is_raised_and_its_twin_passes(self):
        sent = []
        for _, port, frame, twin, *_ in CASES:
            sent += [(port, frame), (port, frame), (port, twin)]
        # A link-local address is learned from the first that comes.
        sent.insert(0, ('a', ns(s=LLX)))
        result = self.play(CONFIG, sent)
        reason, copies = {}, {}
        for time, port, _, _, options in result.drops:
            i = (time - EPOCH) // SECOND - 1
            self.assertNotIn(i, reason)
            text = options[1].decode().split()
            reason[i] = (text[0].removeprefix('drop='),
                         text[1].removeprefix('port='))
        for left in result.left.values():
            for time, _, _ in left:
                i = (time - EPOCH) // SECOND - 1
                copies[i] = copies.get(i, 0) + 1
        for i, case in enumerate(CASES):
            charged = case[4] if len(case) > 4 else case[1]
            with self.subTest(reason=case[0], number=i,
                              frame=case[2][:80].hex()):
                for k in (0, 1):
                    self.assertEqual(reason.get(3 * i + k), (case[0], charged))
                    self.assertNotIn(3 * i + k, copies)
                self.assertNotIn(3 * i + 2, reason)
                self.assertIn(3 * i + 2, copies)

    def test_open_and_basic_leave_out_what_is_strict(self):
        strict = [case for case in CASES if case[0] in (
            'arp_spa_spoof', 'arp_off_net', 'arp_net_bcast', 'nd_src_spoof',
            'nd_target_spoof', 'nd_off_net', 'ip4_spoof', 'ip6_spoof',
            'ip4_directed_bcast', 'icmp_redirect', 'igp', 'dhcp')]
        self.assertGreater(len(strict), 20)
        for profile in ('ixp-basic', 'open'):
            config = CONFIG.replace('ixp-strict', profile)
            result = self.play(config, [case[1:3] for case in strict])
            self.assertEqual(result.drops, [], profile)

    def test_a_check_in_mode_log_counts_and_forwards(self):
        cases = [case for case in CASES if len(case) == 4 and
                 case[0] not in ('acl', 'sponge_stray')]
        names = sorted({case[0] for case in cases})
        config = CONFIG.replace(
            'profile = ixp-strict\n', 'profile = ixp-strict\n' +
            ''.join(f'check = {name} log\n' for name in names)).replace(
            'check = ip_header drop\n', '')
        result = self.play(config, [('a', ns(s=LLX))] +
                           [case[1:3] for case in cases], 10 * SECOND)
        self.assertEqual(result.drops, [])
        counted = {}
        for port in result.report['ports'].values():
            for name, n in port['would_drop'].items():
                counted[name] = counted.get(name, 0) + n
        for name in names:
            wanted = sum(case[0] == name for case in cases)
            self.assertGreaterEqual(counted[name], wanted, name)

    def test_a_broadcast_reply_passes_once_in_ten_seconds(self):
        reply = ask(op=2, tpa=A4)
        result = self.play(CONFIG, [('a', reply)] * 21, SECOND)
        self.assertEqual(result.dropped('a'), {'arp_reply_bcast': 18})
        self.assertEqual([(time - EPOCH) // SECOND
                          for time, _, _ in result.left['b']], [0, 10, 20])

    def limited(self, keys, frames, gap, config=CONFIG):
        config = config.replace('[port a]\n', '[port a]\n' + keys)
        return self.play(config, [('a', frame) for frame in frames], gap)

    def test_arp_is_limited_by_the_second(self):
        for n, passed in ((14, 14), (15, 15), (16, 15), (1000, 15)):
            with self.subTest(n=n):
                r = self.limited('arp_pps = 15\narp_burst = 15\n',
                                 [ask()] * n, 1)
                self.assertEqual(len(r.out('b')), passed)
                self.assertEqual(r.dropped('a').get('arp_rate', 0), n - passed)
        r = self.limited('arp_pps = 15\narp_burst = 15\n',
                         [ask()] * 4000, SECOND // 1000)
        self.assertEqual(len(r.out('b')), 15 + 3 * 15 + 14)

    def test_nd_is_limited_by_the_second(self):
        r = self.limited('nd_pps = 20\nnd_burst = 30\n', [NS] * 2000,
                         SECOND // 1000)
        self.assertEqual(len(r.out('b')), 30 + 20 + 19)
        self.assertEqual(r.dropped('a'), {'nd_rate': 2000 - 69})

    def test_answers_have_a_limit_of_their_own(self):
        reply = ask(op=2, dst=B)
        r = self.limited('arp_pps = 5\narp_burst = 5\n',
                         [ask(), reply] * 10, 1)
        self.assertEqual(r.dropped('a'), {'arp_rate': 10})

    def test_storms_are_limited_by_class(self):
        config = PLAIN
        keys = ''.join(f'check = storm_{c} drop\nstorm_{c} = 100pps\n'
                       for c in ('bcast', 'mcast', 'uucast'))
        config = config.replace('profile = open\n',
                                'profile = open\nunknown_unicast = limit\n')
        bcast = ether(BROADCAST, A, 0x0800)
        mcast = ether('01:00:5e:00:00:05', A, 0x0800)
        stranger = ether('02:00:00:00:77:77', A, 0x0800)
        r = self.limited(keys, [bcast, mcast, stranger, GOOD] * 200, 1, config)
        self.assertEqual(r.dropped('a'), {'storm_bcast': 100,
                                          'storm_mcast': 100,
                                          'storm_uucast': 100})

    def test_a_storm_limit_may_be_in_bits_on_the_wire(self):
        config = PLAIN
        bcast = ether(BROADCAST, A, 0x0800)
        r = self.limited('check = storm_bcast drop\n'
                         f'storm_bcast = {100 * 84 * 8}\n',
                         [bcast] * 300, 1, config)
        self.assertEqual(r.dropped('a'), {'storm_bcast': 200})

    def test_a_contracted_rate_holds_in_and_out(self):
        r = self.limited('rate_in = 100pps\n', [GOOD] * 1000, SECOND // 1000)
        self.assertEqual(r.dropped('a'), {'police_port': 1000 - 64 - 99})
        config = CONFIG.replace('[port b]\n', '[port b]\nrate_out = 100pps\n')
        r = self.limited('', [GOOD] * 1000, SECOND // 1000, config)
        self.assertEqual(r.report['ports']['b']['tx_dropped'],
                         {'egress_police': 1000 - 64 - 99})
        self.assertEqual(r.dropped('a'), {})

    def test_nothing_hides_behind_the_first_buffer(self):
        """A device hands over 2,048 octets in the first one."""
        config = CONFIG.replace('profile = ixp-strict\n',
                                'profile = ixp-strict\nmtu = 9000\n')
        long = bytes([58, 255, 1, 252]) + bytes(252)
        long += bytes([1, 252]) + bytes(252)
        long = long.ljust(2048, b'\0')
        ra = six(long + icmp6(LLA, B6, 134, RA), s=LLA, proto=60)
        talk = six(long[:1] + long[1:] + icmp6(FAR6, B6, 128, bytes(4)),
                   proto=60)
        option = lladdr(1, A) + bytes([200, 255]) + bytes(2038) + lladdr(1, B)
        r = self.play(config, [('a', ra), ('a', talk), ('a', ns(option=option)),
                               ('a', NS)])
        self.assertEqual(r.dropped('a'), {'nd_ra': 1, 'nd_malformed': 1})
        self.assertEqual(r.out('b'), [talk, NS])

    def test_a_capture_that_is_cut_is_judged_by_what_is_there(self):
        self.write('x.ini', CONFIG)
        write_pcap(self.path('a.pcap'), [(EPOCH, ask()[:30], 60),
                                         (EPOCH + SECOND, NS[:70], len(NS))])
        r = self.replay('-c', 'x.ini', '-i', 'a=a.pcap')
        self.assertEqual(r.dropped('a'), {})

    def test_a_culled_fabric_has_no_bgp_between_members(self):
        config = '[fabric]\ncull = on\n' + CONFIG
        r = self.play(config, [('a', bgp(A4, B4, B, A)),
                               ('a', bgp6(A6, B6, B, A)), ('a', GOOD)])
        self.assertEqual(r.dropped('a'), {'bgp_cull': 2})
        self.assertEqual(r.out('b'), [GOOD])


if __name__ == '__main__':
    unittest.main()
