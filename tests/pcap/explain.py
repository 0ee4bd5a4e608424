#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Which line of the configuration decided: in the comment of each refused
frame."""
import os
import unittest

from harness import ReplayCase
from frames import BROADCAST, arp, ether, ipv4, ipv6

# Lines are counted below, so each stands for itself.
CONFIG = '''\
[lan peering]
profile = ixp-strict
ipv4 = 192.0.2.0/24
check = igp drop
mtu = 1500
acl_out = out
[port a]
device = net_null_a
lan = peering
mac = 02:00:00:00:00:0a
ipv4 = 192.0.2.10
check = llc_snap drop
acl = in
arp_pps = 1
arp_burst = 1
[port b]
device = net_null_b
lan = peering
mac = 02:00:00:00:00:0b
[port c]
device = net_null_c
lan = peering
mac = 02:00:00:00:00:0c
status = disabled
[port d]
device = net_null_d
lan = peering
mac = 02:00:00:00:00:0d
cull = on
rate_out = 0%
[acl in]
rule = permit ip proto 17
rule = deny ip proto 50
[acl out]
rule = count any
rule = deny ip proto 51
'''
A, B, C, D = (f'02:00:00:00:00:0{x}' for x in 'abcd')
NEW = '02:00:00:00:00:ee'
FAR = '203.0.113.9'


def ip(proto, dst=B, src=A, s=FAR, d='203.0.113.8', **how):
    return ether(dst, src, 0x0800, ipv4(s, d, proto, bytes(20), **how))


def ask(spa, tpa, src=A):
    return ether(BROADCAST, src, 0x0806,
                 arp(1, src, spa, '00:00:00:00:00:00', tpa))


# Port, frame, reason, port charged, line; in one run, a second apart.
ROWS = [
    ('a', ip(6, src=NEW), 'mac_lock', 'a', 10),
    ('a', ether(B, A, 100), 'llc_snap', 'a', 12),
    ('a', ether(B, A, 0x8137), 'ethertype', 'a', 2),
    ('a', ether(B, A, 0x0800, bytes(1501)), 'oversize', 'a', 5),
    ('a', ask('192.0.2.11', '192.0.2.12'), 'arp_spa_spoof', 'a', 11),
    ('a', ask('192.0.2.10', '198.51.100.1'), 'arp_off_net', 'a', 3),
    ('a', ask('192.0.2.10', '192.0.2.255'), 'arp_net_bcast', 'a', 3),
    ('a', ip(89, ttl=1), 'igp', 'a', 4),
    ('a', ip(50), 'acl', 'a', 33),
    ('a', ip(51), 'egress_acl', 'b', 36),
    ('a', ip(6, dst=D), 'egress_police', 'd', 30),
    ('a', ether(B, A, 0x86dd, ipv6('2001:db8::1', '2001:db8::2', 58,
                                   bytes([134]) + bytes(15))),
     'nd_ra', 'a', 2),
    ('a', ip(6, dst=NEW), 'unknown_unicast', 'a', None),
    ('a', ip(6, dst=A), 'smac_eq_dmac', 'a', 2),
    ('a', b'\0' * 13, 'runt', 'a', None),
    ('a', ether('01:80:c2:00:00:00', A, 38), 'stp_bpdu', 'a', None),
    ('a', ether(B, A, 0x0800, tags=(5,)), 'tag_not_allowed', 'a', 8),
    ('b', ether(B, '00:00:00:00:00:00', 0x0800), 'smac_zero', 'b', None),
    ('b', ip(6, src=A), 'mac_lock', 'b', 19),
    ('c', ip(6, src=C), 'port_disabled', 'c', 24),
]


class Comments(ReplayCase):
    def comments(self, result):
        return [options[1].decode() for _, _, _, _, options in result.drops]

    def test_a_comment_names_the_line_that_decided(self):
        result = self.play(CONFIG, [(port, frame)
                                    for port, frame, *_ in ROWS])
        self.assertEqual(self.comments(result), [
            f'drop={reason} port={charged}' +
            (f' rule=x.ini:{line}' if line else '')
            for _, _, reason, charged, line in ROWS])

    def test_the_line_is_one_of_the_file_that_has_it(self):
        os.mkdir(self.path('conf.d'))
        self.write('conf.d/a.ini', CONFIG)
        self.write('y.ini', '[fabric]\ninclude = conf.d/*.ini\n')
        self.pcap('a.pcap', [ip(50)])
        result = self.replay('-c', 'y.ini', '-i', 'a=a.pcap')
        self.assertEqual(self.comments(result),
                         ['drop=acl port=a rule=conf.d/a.ini:33'])

    def test_of_a_long_path_the_end_is_kept(self):
        folder = '/'.join(['d' * 40] * 6)
        os.makedirs(self.path(folder))
        self.write(folder + '/x.ini', CONFIG)
        self.pcap('a.pcap', [ip(50)])
        result = self.replay('-c', folder + '/x.ini', '-i', 'a=a.pcap')
        kept = (folder + '/x.ini')[-150:]
        self.assertEqual(self.comments(result),
                         [f'drop=acl port=a rule=...{kept}:33'])

    def test_what_the_replay_made_has_no_line(self):
        """A port made for a source has lines behind the end of the file."""
        self.write('x.ini', '[lan l]\nprofile = ixp-basic\n')
        self.pcap('l.pcap', [ether(B, A, 0x0800, tags=(5,)),
                             ether(B, A, 0x8137)])
        result = self.replay('-c', 'x.ini', '--split', 'mac', 'l.pcap')
        port = 'mac-02-00-00-00-00-0a'
        self.assertEqual(self.comments(result), [
            f'drop=tag_not_allowed port={port}',
            f'drop=mac_lock port={port} rule=x.ini:2'])
        result = self.replay('-i', 'a=l.pcap', out='open')
        self.assertEqual(self.comments(result), [])

    def test_without_a_configuration_there_is_no_line(self):
        self.pcap('a.pcap', [ether(B, '00:00:00:00:00:00', 0x0800),
                             b'\0' * 9])
        result = self.replay('-i', 'a=a.pcap')
        self.assertEqual(self.comments(result), ['drop=smac_zero port=a',
                                                 'drop=runt port=a'])


if __name__ == '__main__':
    unittest.main()
