#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A port with several links: flows are spread over them and keep their order,
a frame for all leaves once, and what LACP there is in a capture goes nowhere."""
import random
import unittest

from harness import ReplayCase
from frames import BROADCAST, ether, ipv4, ipv6, tcp, udp

A, B = '02:00:00:00:00:0a', '02:00:00:00:00:0b'
SLOW = '01:80:c2:00:00:02'
FLOWS = 1000


def config(links, keys=''):
    return ('[lan l]\nprofile = open\n'
            '[port a]\ndevice = net_ring0\nlan = l\n'
            f'[port b]\nlan = l\n{keys}' +
            ''.join(f'device = net_ring{i + 1}\n' for i in range(links)))


def flow(i, src=A, dst=B, number=0):
    """A frame of flow i: addresses and ports of its own."""
    draw = random.Random(i)
    sport, dport = draw.randrange(1024, 65536), draw.randrange(1, 1024)
    payload = b'%08d' % number
    if draw.random() < 0.5:
        ends = (f'10.{i % 256}.{i // 256}.{draw.randrange(256)}',
                f'192.0.2.{draw.randrange(256)}')
        kind, packet = 0x0800, ipv4
    else:
        ends = f'2001:db8::{draw.randrange(65536):x}', f'2001:db8:1::{i:x}'
        kind, packet = 0x86dd, ipv6
    if draw.random() < 0.5:
        proto, segment = 6, tcp(*ends, sport, dport, 1, 1, 0x10, payload)
    else:
        proto, segment = 17, udp(*ends, sport, dport, payload)
    return ether(dst, src, kind, packet(*ends, proto, segment))


class Lag(ReplayCase):
    def links(self, result, port='b'):
        links = result.report['ports'][port]['links']
        self.assertEqual(sum(l['tx_frames'] for l in links.values()),
                         result.report['ports'][port]['tx_frames'])
        return links

    def test_flows_are_spread_evenly(self):
        for n in 2, 3, 4, 8:
            with self.subTest(links=n):
                result = self.play(config(n), [('b', flow(0, B, A))] + [
                    ('a', flow(i)) for i in range(FLOWS)], out=f'out{n}')
                sent = [l['tx_frames'] for l in self.links(result).values()]
                self.assertEqual(len(sent), n)
                # Random flows: three standard deviations and a half.
                slack = 3.5 * (FLOWS / n * (1 - 1 / n)) ** 0.5
                for frames in sent:
                    self.assertLess(abs(frames - FLOWS / n), slack, sent)

    def test_a_flow_keeps_its_link_and_its_order(self):
        frames = [flow(7, number=i) for i in range(50)]
        result = self.play(config(4), [('b', flow(0, B, A))] +
                           [('a', frame) for frame in frames])
        self.assertEqual(result.out('b'), frames)
        self.assertEqual(sorted(l['tx_frames']
                                for l in self.links(result).values()),
                         [0, 0, 0, 50])

    def test_a_frame_for_all_leaves_once(self):
        frame = ether(BROADCAST, A, 0x0806, b'x' * 50)
        result = self.play(config(3), [('a', frame)])
        self.assertEqual(result.out('b'), [frame])
        back = ether(BROADCAST, B, 0x0806, b'x' * 50)
        result = self.play(config(3), [('b', back)], out='back')
        self.assertEqual(result.out('a'), [back])
        self.assertEqual(result.out('b'), [])

    def test_lacp_of_a_capture_goes_nowhere(self):
        lacp = ether(SLOW, A, 0x8809, b'\1\1' + bytes(108))
        result = self.play(config(2, 'lacp = active\n'),
                           [('a', lacp), ('b', lacp)])
        ports = result.report['ports']
        self.assertEqual(ports['a']['dropped'], {'lacp_unexpected': 1})
        self.assertEqual(ports['b']['consumed'], 1)
        self.assertEqual(result.out('a') + result.out('b'), [])

    def test_other_ports_have_no_links(self):
        result = self.play(config(2), [('a', flow(1))])
        self.assertNotIn('links', result.report['ports']['a'])


if __name__ == '__main__':
    unittest.main()
