#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Each drop reason that a frame can raise by itself: the frame in, that reason
and no other once for each of them, nothing out; and a twin that differs in just
what the reason is about, and passes."""
import unittest

from harness import ReplayCase
from frames import BROADCAST, EPOCH, arp, ether, write_pcap, write_pcapng

CONFIG = '''
[lan peering]
profile = {profile}
sponge_mac = 02:53:00:00:00:01
[port a]
device = net_null_a
lan = peering
mac = 02:00:00:00:00:0a
mac = 02:00:00:00:00:aa
[port b]
device = net_null_b
lan = peering
mac = 02:00:00:00:00:0b
monitor = on
[port learner]
device = net_null_learner
lan = peering
mac_limit = 1
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
'''
A, A2, B = '02:00:00:00:00:0a', '02:00:00:00:00:aa', '02:00:00:00:00:0b'
T, OFF, JAIL = '02:00:00:00:00:1a', '02:00:00:00:00:0f', '02:00:00:00:00:1b'
I1, I2 = '02:00:00:00:00:11', '02:00:00:00:00:12'
IP = 0x0800
PAYLOAD = b'\x45' + bytes(45)


def ip(dst=B, src=A, kind=IP, payload=PAYLOAD, tags=(), pad=60):
    return ether(dst, src, kind, payload, tags, pad)


GOOD = ip()
TAGGED = ip(src=T, tags=[101])
SLOW, STP = '01:80:c2:00:00:02', '01:80:c2:00:00:00'
ARP = ip(BROADCAST, kind=0x0806,
         payload=arp(1, A, '0.0.0.0', '00:00:00:00:00:00', '192.0.2.2'))

# reason, port, frame, twin: a frame, or a port and a frame
CASES = [
    ('port_disabled', 'off', ip(src=OFF), ('a', GOOD)),
    ('runt', 'a', GOOD[:13], GOOD[:14]),
    ('runt', 'a', b'', GOOD),
    ('runt', 'trunk', TAGGED[:17], TAGGED[:18]),
    ('runt', 'trunk', ip(src=T, tags=[101, 5])[:21], TAGGED),
    ('oversize', 'a', ip(payload=bytes(1501)), ip(payload=bytes(1500))),
    ('oversize', 'trunk', ip(src=T, tags=[101], payload=bytes(1501)),
     ip(src=T, tags=[101], payload=bytes(1500))),
    ('smac_multicast', 'a', ip(src='03:00:00:00:00:0a'), GOOD),
    ('smac_multicast', 'a', ip(src=BROADCAST), GOOD),
    ('smac_zero', 'a', ip(src='00:00:00:00:00:00'), GOOD),
    ('smac_eq_dmac', 'a', ip(dst=A), GOOD),
    ('mac_own', 'a', ip(src='02:53:00:00:00:01'), GOOD),
    ('untagged_not_allowed', 'trunk', ip(src=T), TAGGED),
    ('tag_not_allowed', 'a', ip(tags=[101]), GOOD),
    ('tag_not_allowed', 'a', ip(tags=[0]), GOOD),
    ('tag_not_allowed', 'trunk', ip(src=T, tags=[(0x88a8, 101)]), TAGGED),
    ('vlan_unknown', 'trunk', ip(src=T, tags=[102]), TAGGED),
    ('double_tag', 'trunk', ip(src=T, tags=[101, 5]), TAGGED),
    ('double_tag', 'trunk', ip(src=T, tags=[101, (0x88a8, 5)]), TAGGED),
    ('double_tag', 'trunk', ip(src=T, tags=[101, (0x9100, 5)]), TAGGED),
    ('quarantine_isolated', 'jail', ip(A, JAIL), ip(B, JAIL)),
    ('quarantine_isolated', 'a', ip(JAIL, A), ('b', ip(JAIL, B))),
    ('lacp_unexpected', 'a', ip(SLOW, kind=0x8809, payload=b'\1\1'), GOOD),
    ('stp_bpdu', 'a', ip(STP, kind=38, payload=b'\x42\x42\3'), GOOD),
    ('stp_bpdu', 'a', ip('01:00:0c:cc:cc:cd', kind=50), GOOD),
    ('ll_reserved', 'a', ip(SLOW, kind=0x8809, payload=b'\2\1'), GOOD),
    ('ll_reserved', 'a', ip(SLOW), GOOD),
] + [
    ('ll_reserved', 'a', ip(f'01:80:c2:00:00:0{n:x}'), GOOD)
    for n in range(1, 16) if n != 2
] + [
    ('ll_gmrp', 'a', ip(f'01:80:c2:00:00:2{n:x}'), GOOD) for n in (0, 1, 15)
] + [
    ('vendor_l2', 'a', ip(dst), GOOD)
    for dst in ('01:00:0c:cc:cc:cc', '01:00:0c:cd:cd:cd', '01:e0:52:cc:cc:cc',
                '01:00:0c:00:00:00')
] + [
    ('loop_keepalive', 'a', ip(kind=kind), GOOD)
    for kind in (0x9000, 0x6001, 0x6007, 0x88cc, 0x888e, 0x8902)
] + [
    ('vendor_l2', 'a', ip('00:e0:2b:00:00:05', kind=50), GOOD),
    ('mac_lock', 'a', ip(src='02:00:00:00:0b:ad'), ip(src=A2)),
    ('mac_lock', 'a', ip(src=I1), ('i1', ip(src=I1))),
    ('mac_conflict', 'learner', ip(src=A), ip(src='02:00:00:00:00:99')),
    ('llc_snap', 'a', ip(kind=0x05ff), GOOD),
    ('llc_snap', 'a', ip(kind=0), GOOD),
    ('ethertype', 'a', ip(kind=0x0600), GOOD),
    ('ethertype', 'a', ip(kind=0x8137), ip(kind=0x86dd)),
    ('bcast_not_arp', 'a', ip(BROADCAST), ARP),
    ('ipv4_mcast', 'a', ip('01:00:5e:00:00:05'), GOOD),
    ('l2_mcast_other', 'a', ip('09:00:09:00:00:01'), GOOD),
    ('unknown_unicast', 'a', ip('02:00:00:00:77:77'), GOOD),
    ('unknown_unicast', 'a', ip(OFF), GOOD),
    ('hairpin', 'a', ip(A2), GOOD),
    ('isolated', 'i1', ip(I2, I1), ip(B, I1)),
]

PVST = '01000ccccccd'

# What the profile open refuses too.
IN_OPEN = {'port_disabled', 'rx_error', 'runt', 'smac_multicast', 'smac_zero',
           'untagged_not_allowed', 'vlan_unknown', 'quarantine_isolated',
           'lacp_unexpected', 'stp_bpdu', 'll_reserved', 'unknown_unicast',
           'hairpin', 'isolated'}


def refused_in_open(reason, port, frame):
    """A device without tagged ports is transparent, and PVST+ a group."""
    if reason == 'tag_not_allowed':
        return port == 'trunk'
    return reason in IN_OPEN and frame[:6].hex() != PVST


class Reasons(ReplayCase):
    def play(self, profile, sent):
        """Sends (port, frame), one a millisecond, through one run."""
        self.write('x.ini', CONFIG.format(profile=profile))
        records = {}
        for i, (port, frame) in enumerate(sent):
            records.setdefault(port, []).append((EPOCH + i * 10**6, frame))
        arguments = ['-c', 'x.ini']
        for port, frames in records.items():
            write_pcap(self.path(port + '.in.pcap'), frames)
            arguments += ['-i', f'{port}={port}.in.pcap']
        return self.replay(*arguments)

    def what_happened(self, result, n):
        """For each frame sent: its reason, or how many copies left."""
        reason, copies = [None] * n, [0] * n
        for time, _, frame, size, options in result.drops:
            i = (time - EPOCH) // 10**6
            self.assertIsNone(reason[i])
            self.assertEqual(size, len(frame))
            self.assertEqual(options[2], b'\1\0\0\0')
            reason[i] = options[1].decode().split()[0].removeprefix('drop=')
        for left in result.left.values():
            for time, _, _ in left:
                copies[(time - EPOCH) // 10**6] += 1
        return reason, copies

    def test_each_reason_is_raised_and_its_twin_passes(self):
        sent = []
        for _, port, frame, twin in CASES:
            twin = twin if isinstance(twin, tuple) else (port, twin)
            sent += [(port, frame), (port, frame), twin]
        result = self.play('ixp-basic', sent)
        reason, copies = self.what_happened(result, len(sent))
        refused = {time: frame for time, _, frame, _, _ in result.drops}
        for i, case in enumerate(CASES):
            with self.subTest(reason=case[0], port=case[1],
                              frame=case[2][:32].hex()):
                self.assertEqual(reason[3 * i:3 * i + 3],
                                 [case[0], case[0], None])
                self.assertEqual(copies[3 * i:3 * i + 2], [0, 0])
                self.assertGreater(copies[3 * i + 2], 0)
                self.assertEqual(refused[EPOCH + 3 * i * 10**6], case[2])

    def test_the_profile_open_refuses_what_no_bridge_forwards(self):
        cases = [case for case in CASES
                 if case[0] != 'unknown_unicast' and
                 case[1] != 'learner']
        result = self.play('open', [case[1:3] for case in cases])
        reason, copies = self.what_happened(result, len(cases))
        for i, case in enumerate(cases):
            with self.subTest(reason=case[0], frame=case[2][:32].hex()):
                if refused_in_open(*case[:3]):
                    self.assertEqual((reason[i], copies[i]), (case[0], 0))
                elif case[0] == 'smac_eq_dmac':
                    self.assertEqual(reason[i], 'hairpin')
                else:
                    self.assertIsNone(reason[i])
                    self.assertGreater(copies[i], 0)

    def test_rx_error_is_what_the_interface_said(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        write_pcapng(self.path('a.pcapng'), ['eth0'],
                     [(EPOCH, 0, GOOD, 1 << 24), (EPOCH, 0, GOOD, 1)])
        r = self.replay('-c', 'x.ini', '-i', 'a=a.pcapng')
        self.assertEqual(r.dropped('a'), {'rx_error': 1})
        self.assertEqual(len(r.drops), 1)
        self.assertEqual(r.out('b'), [GOOD])

    def test_mac_limit_is_for_the_second_address(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        first, second = ip(src='02:00:00:00:01:01'), ip(src='02:00:00:00:01:02')
        self.pcap('in.pcap', [first, second, first, second])
        r = self.replay('-c', 'x.ini', '-i', 'learner=in.pcap')
        self.assertEqual(r.dropped('learner'), {'mac_limit': 2})
        self.assertEqual(r.out('b'), [first, first])

    def test_a_tag_is_taken_off_and_put_on(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        self.pcap('t.pcap', [ip(src=T, tags=[101], pad=64)])
        self.pcap('b.pcap', [ip(dst=T, src=B)])
        r = self.replay('-c', 'x.ini', '-i', 't=t.pcap', '-i', 'b=b.pcap')
        self.assertEqual(r.out('b'), [ip(src=T)])
        self.assertEqual(r.out('t'), [ip(T, B, tags=[101], pad=64)])


if __name__ == '__main__':
    unittest.main()
