#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Captures of real and of broken traffic, from a folder of them, each through a
LAN of its own: every frame meets the fate that the policy, written down here a
second time, has for it; every frame is accounted for; two runs write the same.
"""
import os
import struct
import sys
import unittest

from harness import HERE, ReplayCase, octets_of
from frames import SECOND, read_pcap, read_pcapng

FOLDER = os.path.join(HERE, '..', '..', '..', 'shared', 'pcaps', 'tcpdump')

# The rows of the policy from 27 on have an oracle of their own, oracle.py.
LATER = ('arp_malformed', 'arp_sha_mismatch', 'arp_rate', 'ipv6_mcast_not_nd',
         'nd_rs', 'nd_ra', 'nd_redirect', 'nd_hoplimit', 'nd_malformed',
         'nd_fragment', 'nd_lladdr_mismatch', 'mld_query', 'mld', 'nd_rate',
         'storm_bcast', 'storm_mcast')

MAC_AGE = 14400
TAGS = (0x8100, 0x88a8, 0x9100)
VENDOR = {bytes.fromhex(x) for x in ('01000ccccccc', '01000c000000',
                                     '01000ccdcdcd', '01e052cccccc')}
LINK_TYPES = {0x9000, 0x88cc, 0x888e, 0x8902, *range(0x6001, 0x6008)}


def is_runt(frame):
    at = 14
    while len(frame) >= at and struct.unpack_from('!H', frame, at - 2)[0] in TAGS:
        at += 4
    return len(frame) < at


def reserved(dst, kind, frame):
    if dst[5] == 0:
        return 'stp_bpdu'
    if dst[5] == 2 and kind == 0x8809 and frame[14:15] == b'\1':
        return 'lacp_unexpected'
    return 'll_reserved'


def refused_everywhere(dst, src, kind, frame):
    if src[0] & 1:
        return 'smac_multicast'
    if src == bytes(6):
        return 'smac_zero'
    if dst[:5] == b'\x01\x80\xc2\0\0' and dst[5] < 16:
        return reserved(dst, kind, frame)
    return None


def refused_by_ixp(dst, src, kind, frame, length, known):
    if length > 1514:
        return 'oversize'
    if src[0] & 1:
        return 'smac_multicast'
    if src == bytes(6):
        return 'smac_zero'
    if src == dst:
        return 'smac_eq_dmac'
    if kind in TAGS:
        return 'tag_not_allowed'
    if dst[:5] == b'\x01\x80\xc2\0\0' and dst[5] < 16:
        return reserved(dst, kind, frame)
    if dst == b'\x01\0\x0c\xcc\xcc\xcd':
        return 'stp_bpdu'
    if dst[:5] == b'\x01\x80\xc2\0\0' and 0x20 <= dst[5] < 0x30:
        return 'll_gmrp'
    if dst in VENDOR or dst[:5] == b'\x00\xe0\x2b\0\0':
        return 'vendor_l2'
    if kind in LINK_TYPES:
        return 'loop_keepalive'
    if known is None:
        return 'mac_lock'
    if kind < 0x0600:
        return 'llc_snap'
    if kind not in (0x0800, 0x0806, 0x86dd):
        return 'ethertype'
    if dst == b'\xff' * 6:
        return None if kind == 0x0806 else 'bcast_not_arp'
    if dst[:3] == b'\1\0\x5e':
        return 'ipv4_mcast'
    if dst[0] & 1 and dst[:2] != b'\x33\x33':
        return 'l2_mcast_other'
    return None


def fate(profile, known, now, frame, length):
    """A reason, or 'passed'.  known: when each address learned was last heard;
    None: none may be learned."""
    if is_runt(frame):
        return 'runt'
    dst, src = frame[:6], frame[6:12]
    kind = struct.unpack_from('!H', frame, 12)[0]
    if profile == 'open':
        why = refused_everywhere(dst, src, kind, frame)
    else:
        why = refused_by_ixp(dst, src, kind, frame, length, known)
    if why is not None:
        return why
    # An address is known from the next frame on; but its own sender's is behind
    # the port it came in by, as any bridge knows that learns before it looks.
    hairpin = not dst[0] & 1 and (dst in known or dst == src)
    known[src] = now
    if hairpin:
        return 'hairpin'
    if dst[0] & 1:
        return 'passed'
    return 'passed' if profile == 'open' else 'unknown_unicast'


def read_any(path):
    with open(path, 'rb') as file:
        ng = file.read(4) == b'\n\r\r\n'
    if ng:
        return [(time, frame, size)
                for time, _, frame, size, _ in read_pcapng(path)]
    return [(time, frame, max(size, len(frame)))
            for time, frame, size in read_pcap(path)]


class Corpus(ReplayCase):
    maxDiff = None

    def expect(self, profile, path, learns):
        known, found, now = {} if learns else None, {}, 0
        for time, frame, length in read_any(path):
            now = max(now, time // SECOND)
            for address, seen in list((known or {}).items()):
                if now - seen > MAC_AGE:
                    del known[address]
            why = fate(profile, known, now, frame, length)
            found[why] = found.get(why, 0) + 1
        found.pop('passed', None)
        return found

    def play(self, profile, learns):
        names = sorted(os.listdir(FOLDER))
        text, inputs = '[fabric]\nmac_table = 256\n', []
        for i, name in enumerate(names):
            text += (f'[lan l{i}]\nprofile = {profile}\n' +
                     ('mac_limit = 1000\n' if learns else '') +
                     ''.join(f'check = {why} off\n' for why in LATER) +
                     f'[port c{i}]\ndevice = net_null_c{i}\nlan = l{i}\n'
                     f'[port s{i}]\ndevice = net_null_s{i}\nlan = l{i}\n')
            inputs += ['-i', f'c{i}={os.path.join(FOLDER, name)}']
        self.write('x.ini', text)
        result = self.replay('-c', 'x.ini', *inputs, '-q')
        for i, name in enumerate(names):
            with self.subTest(capture=name):
                path = os.path.join(FOLDER, name)
                self.assertEqual(result.dropped(f'c{i}'),
                                 self.expect(profile, path, learns))
                passed = result.port(f'c{i}')
                self.assertEqual(passed['forwarded'] + passed['flooded'],
                                 len(result.left[f's{i}']))
        again = self.replay('-c', 'x.ini', *inputs, '-q', out='again')
        self.assertEqual(again.code, 0)
        self.assertEqual(octets_of(self.path('out')),
                         octets_of(self.path('again')))

    def test_open(self):
        self.play('open', True)

    def test_ixp_basic(self):
        self.play('ixp-basic', False)

    def test_ixp_basic_that_learns(self):
        self.play('ixp-basic', True)


if __name__ == '__main__':
    if not os.path.isdir(FOLDER):
        print('skipped: no captures in ../shared/pcaps/tcpdump')
        sys.exit(77)
    unittest.main()
