#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What guard says of more than one frame, and of frames that are long or cut:
limits by the second, storms, contracted rates.  (What it says of each frame by
itself is in every.py.)"""
import unittest

from harness import ReplayCase
from frames import BROADCAST, EPOCH, SECOND, ether, icmp6, write_pcap
from cases import (A, A4, A6, B, B4, B6, C, CONFIG, FAR6, GOOD, LLA, NS, ROUTER,
                   UNKNOWN, ask, bgp, bgp6, data6, lladdr, ns, six)

# As a network is that has no policy.
PLAIN = CONFIG.replace('ixp-strict', 'open')


class Guard(ReplayCase):
    def test_a_broadcast_reply_passes_once_in_ten_seconds(self):
        reply = ask(op=2, tpa=A4)
        result = self.play(CONFIG, [('a', reply)] * 21, SECOND)
        self.assertEqual(result.dropped('a'), {'arp_reply_bcast': 18})
        self.assertEqual([(time - EPOCH) // SECOND
                          for time, _, _ in result.left['b']], [0, 10, 20])

    def test_a_link_local_address_of_the_configuration_is_its_ports(self):
        config = CONFIG.replace('ipv6 = 2001:db8::b\n',
                                'ipv6 = 2001:db8::b\nipv6 = fe80::b\n', 1)
        self.assertNotEqual(config, CONFIG)
        r = self.play(config, [('a', data6('fe80::b', C)),
                               ('a', data6('fe80::b', B)),
                               ('b', data6('fe80::b', C, B))])
        self.assertEqual(r.dropped('a'), {'ip6_spoof': 1})
        self.assertEqual(r.dropped('b'), {})
        self.assertEqual((len(r.out('b')), len(r.out('c'))), (1, 1))

    def test_basic_lets_answer_for_free_addresses_only(self):
        config = CONFIG.replace('ixp-strict', 'ixp-basic')
        r = self.play(config, [('c', ask(B4, A4, C, dst=A, op=2)),
                               ('c', ask('192.0.2.200', A4, C, dst=A, op=2)),
                               ('c', ask(B4, A4, C, op=2)),
                               ('b', ask(B4, A4, B, dst=A, op=2))])
        self.assertEqual(r.dropped('c'), {'arp_spa_spoof': 2})
        self.assertEqual(r.dropped('b'), {})
        self.assertEqual(len(r.out('a')), 2)

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
                                'profile = open\nunknown_unicast = limit\n', 1)
        bcast = ether(BROADCAST, A, 0x0800)
        mcast = ether('01:00:5e:00:00:05', A, 0x0800)
        unknown = ether(UNKNOWN, A, 0x0800)
        r = self.limited(keys, [bcast, mcast, unknown, GOOD] * 200, 1, config)
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

    def test_the_least_limit_lets_a_large_frame_pass(self):
        config = PLAIN
        large = ether(BROADCAST, A, 0x0800, bytes(1500))
        r = self.limited('check = storm_bcast drop\nstorm_bcast = 8k\n',
                         [large] * 10, SECOND, config)
        self.assertEqual(r.dropped('a'), {'storm_bcast': 5})

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
        ra = six(long + icmp6(LLA, B6, 134, ROUTER), s=LLA, proto=60)
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
