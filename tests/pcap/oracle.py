#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An oracle: tshark says what each frame is, the policy written down a second
time in policy.py says what is to become of it, and so it does, frame by frame;
for captures of real and of broken traffic from a folder of them, each through a
LAN of its own, and for what cases.py has, with an octet of each changed."""
import os
import sys
import tempfile
import unittest

from harness import HERE, ReplayCase, octets_of
import dissect
from frames import EPOCH, put_checksum, read_pcap, read_pcapng, write_pcap
from cases import (A, A2, A4, A6, B, B4, B6, C, CALM, CASES, D, H, M, MUTE, NS,
                   ask, ns)
from policy import Port, group

FOLDER = os.path.join(HERE, '..', '..', '..', 'shared', 'pcaps', 'tcpdump')
STEP = 10 * 10**6  # ns from frame to frame: more than the limits let through
NETS = '192.0.2.0/24', '2001:db8::/64'
CHANGES = 0x01, 0x80
SPEAKERS = A, A2, B, C, D, H, M, MUTE, CALM


def read_any(path):
    with open(path, 'rb') as file:
        ng = file.read(4) == b'\n\r\r\n'
    if ng:
        return [(frame, size) for _, _, frame, size, _ in read_pcapng(path)]
    return [(frame, max(size, len(frame)))
            for _, frame, size in read_pcap(path)]


def sources(records):
    found = {frame[6:12].hex(':') for frame, _ in records if len(frame) >= 14}
    return sorted(m for m in found if not group(m) and
                  m != '00:00:00:00:00:00')


def repaired(frame):
    """With a right checksum, if it is ICMPv6 behind no other header."""
    message = bytearray(frame[54:54 + int.from_bytes(frame[18:20], 'big')])
    if frame[12:14] != b'\x86\xdd' or frame[20:21] != b'\x3a' or \
            len(message) < 4:
        return frame
    message[2:4] = bytes(2)
    right = put_checksum(frame[22:38], frame[38:54], 58, bytes(message), 2)
    return frame[:54] + right + frame[54 + len(right):]


# Instrumented programs are slow, and see in some of the mutants what they would
# see in all.
EVERY = int(os.environ.get('ORACLE_EVERY', 1))


def mutants():
    """All frames of the cases, and each with one octet changed, but for most of
    its addresses and what is deep in the payload, and for those cut short."""
    whole = dict.fromkeys(frame for case in CASES
                          for frame in (case.frame, case.twin[1]))
    made = dict(whole)
    for frame in whole:
        if len(frame) < 60:
            continue
        for at in (5, *range(11, min(len(frame), 100))):
            for change in CHANGES:
                octet = bytes([frame[at] ^ change])
                mutant = frame[:at] + octet + frame[at + 1:]
                made[mutant] = made[repaired(mutant)] = None
    return [(frame, len(frame)) for frame in made]


class Oracle(ReplayCase):
    maxDiff = None

    captures, frames = None, None  # {name: records}, {name: Frames}

    @classmethod
    def dissect(cls, captures):
        """tshark reads them all, and once for all tests."""
        if cls.captures is not None:
            return
        records = [record for found in captures.values() for record in found]
        with tempfile.TemporaryDirectory(prefix='oracle-') as folder:
            frames = iter(dissect.dissect(records, folder))
        cls.captures = captures
        cls.frames = {name: [next(frames) for _ in found]
                      for name, found in captures.items()}

    def setUp(self):
        super().setUp()
        self.dissect(self.make())
        for name, records in self.captures.items():
            write_pcap(self.path(name), [
                (EPOCH + i * STEP, *record)
                for i, record in enumerate(records)])

    def config(self, i, port):
        text = f'[lan l{i}]\nprofile = {port.profile}\n' + \
            ('mac_limit = 1000\n' if port.learned is not None else '') + \
            ''.join(f'ipv{net.version} = {net}\n' for net in port.nets)
        for side, macs, addresses in (('c', port.macs, port.own),
                                      ('s', (), port.foreign)):
            text += f'[port {side}{i}]\ndevice = net_null_{side}{i}\n' \
                f'lan = l{i}\n' + \
                ''.join(f'mac = {m}\n' for m in sorted(macs)) + \
                ''.join(f'ipv{a.version} = {a}\n' for a in addresses)
        return text

    def play_all(self, make_port, again=False):
        """Each capture into a port that make_port() makes for its records."""
        text, inputs, expected = '[fabric]\nmac_table = 4096\n', [], []
        for i, name in enumerate(self.captures):
            port = make_port(self.captures[name])
            text += self.config(i, port)
            inputs += ['-i', f'c{i}={name}']
            expected.append([port.fate(frame, EPOCH + n * STEP)
                             for n, frame in enumerate(self.frames[name])])
        self.write('x.ini', text)
        result = self.replay('-c', 'x.ini', *inputs, '-q')
        found = self.found(result, [len(fates) for fates in expected])
        self.compare(expected, found)
        for i, fates in enumerate(found):
            self.assertEqual(len(result.left[f's{i}']), fates.count(None))
        if again:
            self.replay('-c', 'x.ini', *inputs, '-q', out='again')
            self.assertEqual(octets_of(self.path('out')),
                             octets_of(self.path('again')))

    def found(self, result, sizes):
        fates = [[None] * size for size in sizes]
        for time, port, _, _, options in result.drops:
            fates[int(port[1:])][(time - EPOCH) // STEP] = \
                options[1].decode().split()[0].removeprefix('drop=')
        return fates

    def compare(self, expected, found):
        wrong, doubtful, total = [], 0, 0
        for i, name in enumerate(self.captures):
            for n, frame in enumerate(self.frames[name]):
                total += 1
                if frame.ip6 is not None and frame.ip6.doubtful:
                    doubtful += 1
                elif found[i][n] != expected[i][n]:
                    wrong.append(f'{name}:{n}: {found[i][n]}, not '
                                 f'{expected[i][n]}: {frame.octets[:100].hex()}')
        self.assertEqual(wrong[:20], [], f'{len(wrong)} of {total} frames')
        self.assertLess(doubtful * 500, total)


class Captures(Oracle):
    """Of the folder."""

    def make(self):
        if not os.path.isdir(FOLDER):
            self.skipTest('no captures in ../shared/pcaps/tcpdump')
        return {name: read_any(os.path.join(FOLDER, name))
                for name in sorted(os.listdir(FOLDER))}

    def test_open(self):
        self.play_all(lambda records: Port('open', learns=True))

    def test_ixp_basic(self):
        self.play_all(lambda records: Port('ixp-basic'), again=True)

    def test_ixp_basic_that_learns(self):
        self.play_all(lambda records: Port('ixp-basic', learns=True))

    def test_ixp_basic_with_the_addresses_that_speak(self):
        self.play_all(lambda records: Port('ixp-basic', sources(records)))

    def test_ixp_strict(self):
        self.play_all(lambda records: Port(
            'ixp-strict', sources(records), nets=NETS, own=(A4, A6),
            foreign=(B4, B6)))


class Mutants(Oracle):
    """Of what cases.py has."""

    def make(self):
        records = mutants()[::EVERY]
        arp_nd = [ask(), ask(op=2, dst=B), NS, ns(dst=B, d=B6)]
        # Few enough at a time for the bursts that the limits allow; and more.
        return {'arp_nd': [(frame, len(frame)) for frame in arp_nd * 1000],
                **{f'm{i}': records[i:i + 90]
                   for i in range(0, len(records), 90)}}

    def test_ixp_basic(self):
        self.play_all(lambda records: Port('ixp-basic', SPEAKERS))

    def test_ixp_strict(self):
        self.play_all(lambda records: Port(
            'ixp-strict', SPEAKERS, nets=NETS, own=(A4, A6),
            foreign=(B4, B6)))


if __name__ == '__main__':
    if not dissect.is_there():
        print('skipped: no tshark')
        sys.exit(77)
    unittest.main()
