#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Requests for addresses, and the sponge, by captures: where requests go, what the
fabric sends itself, and when; for ARP and for neighbour discovery.  (Each rule
alone, and what members can do at worst, is in tests/pipe/.)"""
import ipaddress
import itertools
import time
import unittest

from harness import ReplayCase, octets_of
from frames import (BROADCAST, EPOCH, SECOND, arp, ether, icmp6, ipv4, ipv6,
                    write_pcapng)

NONE, SPONGE = '00:00:00:00:00:00', '02:53:00:00:00:01'
NODES, ALL6 = '33:33:00:00:00:01', 'ff02::1'
OWN = {4: '192.0.2.250', 6: 'fe80::53:ff:fe00:1'}
ANY = {4: '0.0.0.0', 6: '::'}
FAR = {4: '198.51.100.9', 6: '2001:db8:f00::9'}
A, B, C, X = 1, 2, 3, 9  # X has no port
FAMILIES = 4, 6
ROUTER, SOLICITED, OVERRIDE = 0x80, 0x40, 0x20
SLLA, TLLA = 1, 2

LAN = '''
[lan peering]
profile = {profile}
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
sponge_mac = 02:53:00:00:00:01
sponge_ipv4 = 192.0.2.250
arp_pps = 1000
nd_pps = 1000
{keys}
'''
PORT = '''
[port {name}]
device = net_null_{name}
lan = peering
mac = 02:00:00:00:00:0{n}
ipv4 = 192.0.2.{n}
ipv6 = 2001:db8::{n}
'''
# PENDING after 10 requests at more than 50 a minute.
SMALL = 'sponge = on\nsponge_queuedepth = 10\n'
ATONCE = SMALL + 'sponge_learning = 0s\nsponge_sweep = 0s\n'


def lan(keys='', profile='ixp-strict'):
    return LAN.format(keys=keys, profile=profile) + ''.join(
        PORT.format(name=name, n=n) for name, n in zip('abc', (A, B, C)))


def mac(n):
    return f'02:00:00:00:00:0{n}'


def address(family, n):
    return f'192.0.2.{n}' if family == 4 else f'2001:db8::{n}'


def group(target):
    """The group of an IPv6 address, and its MAC address."""
    low = ipaddress.IPv6Address(target).packed[13:]
    return ('ff02::1:ff' + low.hex()[:2] + ':' + low.hex()[2:],
            '33:33:ff:' + low.hex(':'))


def nd(kind, flags, src, s, d, target, option=None, dst=None, about=None):
    option = bytes([option, 1]) + bytes.fromhex(
        (about or src).replace(':', '')) if option else b''
    body = bytes([flags, 0, 0, 0]) + ipaddress.IPv6Address(
        target).packed + option
    return ether(dst, src, 0x86dd, ipv6(s, d, 58, icmp6(s, d, kind, body), 255))


def request(family, source, target, src, dst=None):
    """ARP request or NS, to all or to one MAC address."""
    if family == 4:
        return ether(dst or BROADCAST, src, 0x0806,
                     arp(1, src, source, NONE, target))
    name, there = group(target)
    return nd(135, 0, src, source, name, target,
              SLLA if source != ANY[6] else None, dst or there)


def req(family, n, target):
    return request(family, address(family, n), target, mac(n))


def is_free(family, n, target):
    return request(family, ANY[family], target, mac(n))


def probe(family, target):
    return request(family, OWN[family], target, SPONGE)


def answer(family, target, owner, receiver, flags=ROUTER | SOLICITED):
    """The answer of 'owner', a MAC address, to a member."""
    there, to = mac(receiver), address(family, receiver)
    if family == 4:
        return ether(there, owner, 0x0806, arp(2, owner, target, there, to))
    return nd(136, flags, owner, target, to, target, TLLA, there)


def gratuitous(family, n):
    own = address(family, n)
    if family == 4:
        return ether(BROADCAST, mac(n), 0x0806, arp(1, mac(n), own, NONE, own))
    return nd(136, ROUTER | OVERRIDE, mac(n), own, ALL6, own, TLLA, NODES)


def data(family, n, source, target, dst):
    make = ipv4 if family == 4 else ipv6
    return ether(dst, mac(n), 0x0800 if family == 4 else 0x86dd,
                 make(source, target, 17, bytes(8)))


def to(frame, dst):
    return bytes.fromhex(dst.replace(':', '')) + frame[6:]


class NeighCase(ReplayCase):
    maxDiff = None

    def run_at(self, config, sent, **options):
        """Sends (seconds, port, frame), through one run."""
        self.write('x.ini', config)
        captures = {}
        for seconds, port, frame in sent:
            captures.setdefault(port, []).append(
                (EPOCH + round(seconds * SECOND), 0, frame, 0))
        arguments = ['-c', 'x.ini']
        for port, records in captures.items():
            write_pcapng(self.path(port + '.in.pcapng'), [port], records)
            arguments += ['-i', f'{port}={port}.in.pcapng']
        return self.replay(*arguments, **options)

    def what_left(self, result, since=0):
        """(seconds, port, frame) in the order of time, then of ports."""
        found = [((at - EPOCH) / SECOND, port, frame)
                 for port, frames in result.left.items()
                 for at, frame, _ in frames]
        return sorted(((at, port, frame.hex()) for at, port, frame in found
                       if at >= since), key=lambda x: x[:2])

    def expect(self, result, wanted, since=0):
        self.assertEqual(self.what_left(result, since),
                         [(at, port, frame.hex())
                          for at, port, frame in wanted])

    def events(self, result):
        return [event['text'].removeprefix('lan peering: ')
                for event in result.report['events']]

    def states(self, result):
        return {kind: n for kind, n in
                result.report['sponges']['peering']['addresses'].items() if n}


class Owners(NeighCase):
    def test_request_goes_to_the_owner_alone(self):
        for family in FAMILIES:
            b, x = address(family, B), address(family, X)
            sent = [(0, 'a', req(family, A, b)),
                    (1, 'a', is_free(family, A, b)),
                    (2, 'a', req(family, A, x)),
                    (3, 'b', answer(family, b, mac(B), A)),
                    (4, 'b', gratuitous(family, B))]
            known = [(0, 'b', to(sent[0][2], mac(B))),
                     (1, 'b', to(sent[1][2], mac(B)))]
            rest = [(3, 'a', sent[3][2]), (4, 'a', sent[4][2]),
                    (4, 'c', sent[4][2])]
            with self.subTest(family=family):
                r = self.run_at(lan(), sent)
                self.expect(r, known + [(2, 'b', sent[2][2]),
                                        (2, 'c', sent[2][2])] + rest)
                r = self.run_at(lan('unknown_arp = drop'), sent)
                self.expect(r, known + rest)
                self.assertEqual(r.dropped('a'), {'unknown_arp': 1})
                r = self.run_at(lan('arp_mode = flood'), sent)
                self.expect(r, [(at, port, frame) for at, _, frame in sent[:3]
                                for port in 'bc'] + rest)

    def test_the_fabric_answers_for_owners(self):
        for family in FAMILIES:
            b = address(family, B)
            unicast = request(family, address(family, A), b, mac(A), mac(B))
            r = self.run_at(lan('arp_mode = proxy'),
                            [(0, 'a', req(family, A, b)), (1, 'a', unicast),
                             (2, 'c', req(family, C, b))])
            flags = ROUTER | SOLICITED | OVERRIDE
            self.expect(r, [(0, 'a', answer(family, b, mac(B), A, flags)),
                            (1, 'b', unicast),
                            (2, 'c', answer(family, b, mac(B), C, flags))])
            self.assertEqual(r.dropped('a'), {'sponge_suppressed': 1})
            self.assertEqual(r.report['generated'], 2)

    def test_address_detection_is_answered_to_all_nodes(self):
        b = address(6, B)
        r = self.run_at(lan('arp_mode = proxy'), [(0, 'a', is_free(6, A, b))])
        self.expect(r, [(0, 'a', nd(136, ROUTER | OVERRIDE, mac(B), b, ALL6, b,
                                    TLLA, NODES))])

    def test_learned_owner_is_probed_and_dropped(self):
        config = lan('arp_dynamic = on', 'ixp-basic')
        for name, n in zip('abc', (A, B, C)):
            config = config.replace(f'ipv4 = 192.0.2.{n}\n', '').replace(
                f'ipv6 = 2001:db8::{n}\n', '')
        for family in FAMILIES:
            b = address(family, B)
            again = probe(family, b)
            q = req(family, A, b)
            r = self.run_at(config, [(0, 'b', gratuitous(family, B)), (1, 'a', q),
                                     (1000, 'c', req(family, C, b))])
            left = [x for x in self.what_left(r, 0.5) if x[1] != 'a']
            self.assertEqual(left, [
                (1, 'b', to(q, mac(B)).hex()), (200, 'b', again.hex()),
                (400, 'b', again.hex()), (600, 'b', again.hex()),
                (1000, 'b', req(family, C, b).hex())])


class Sponge(NeighCase):
    def often(self, family, n=10, gap=1.1):
        """Requests of a for the address of b."""
        return [(round(i * gap, 6), 'a',
                 req(family, A, address(family, B))) for i in range(n)]

    def test_ten_requests_at_the_rate_are_not_too_many(self):
        for family in FAMILIES:
            r = self.run_at(lan(ATONCE), self.often(family, gap=1.2) +
                            [(60, 'c', gratuitous(family, C))])
            self.assertEqual(r.report['sponges']['peering']['transitions'],
                             {'none': 0, 'alive': 256, 'pending': 0, 'dead': 0,
                              'static': 0})
            self.assertEqual(r.report['generated'], 0)
            # Nor are a hundred in a second, from one sender.
            r = self.run_at(lan(ATONCE), self.often(family, 100, 0.01) +
                            [(60, 'c', gratuitous(family, C))])
            self.assertEqual(r.report['generated'], 0)
            self.assertEqual(r.report['events'], [])

    def dead(self, family, more, keys='', profile='ixp-strict'):
        """b is dead after 16 seconds, then more is sent."""
        return self.run_at(lan(ATONCE + keys, profile),
                           self.often(family) + more)

    def test_dead_after_six_probes(self):
        for family in FAMILIES:
            b = address(family, B)
            r = self.dead(family, [(20, 'a', req(family, A, b)),
                                   (21, 'c', req(family, C, b))])
            self.expect(r, [(at, 'b', probe(family, b))
                            for at in (10, 11, 12, 13, 14, 15)] +
                        [(20, 'a', answer(family, b, SPONGE, A)),
                         (21, 'c', answer(family, b, SPONGE, C))], 9.99)
            self.assertEqual(r.dropped('a'), {'sponge_suppressed': 1})
            self.assertEqual(self.events(r), [
                f'pending: ip={b} state=0', f'sponging: ip={b} rate=54.5'])
            self.assertEqual([round(event['time'] - EPOCH / SECOND, 2)
                              for event in r.report['events']], [9.9, 16])
            self.assertEqual(self.states(r), {'alive': 255, 'dead': 1})

    def test_request_may_be_answered_and_forwarded(self):
        for family in FAMILIES:
            b = address(family, B)
            r = self.dead(family, [(20, 'a', req(family, A, b))],
                          'sponge_suppress = off\n')
            self.expect(r, [(20, 'a', answer(family, b, SPONGE, A)),
                            (20, 'b', to(req(family, A, b), mac(B)))], 16)
            self.assertEqual(r.dropped('a'), {})

    def test_signs_of_life(self):
        for family in FAMILIES:
            b, c = address(family, B), address(family, C)
            packet = data(family, B, b, c, mac(C))
            for sign in (packet, gratuitous(family, B), req(family, B, c)):
                r = self.dead(family, [(20, 'b', sign),
                                       (21, 'a', req(family, A, b))])
                self.assertEqual(self.events(r)[2:],
                                 [f'unsponging: ip={b} mac={mac(B)}'])
                self.expect(r, [(21, 'b', to(req(family, A, b), mac(B)))], 21)
            foreign = data(family, B, FAR[family], c, mac(C))
            r = self.dead(family, [(20, 'b', foreign),
                                   (21, 'a', req(family, A, b))])
            self.expect(r, [(21, 'a', answer(family, b, SPONGE, A))], 21)

    def test_address_detection_makes_it_pending(self):
        for family in FAMILIES:
            b = address(family, B)
            free = is_free(family, A, b)
            r = self.dead(family, [(20.5, 'a', free),
                                   (21.5, 'c', req(family, C, b))])
            self.expect(r, [(20.5, 'b', to(free, mac(B))),
                            (21, 'b', probe(family, b)),
                            (21.5, 'b', to(req(family, C, b), mac(B)))], 16)
            self.assertEqual(self.states(r), {'alive': 255, 'pending': 1})

    def test_the_ends_of_a_prefix(self):
        ends = ['192.0.2.0', '192.0.2.255']
        sent = [(i, 'a', req(4, A, end)) for i, end in enumerate(ends)]
        r = self.run_at(lan(ATONCE), sent)
        self.assertEqual(r.dropped('a'), {'arp_net_bcast': 2})
        r = self.run_at(lan(ATONCE, 'ixp-basic'), sent)
        self.expect(r, [(i, port, frame) for i, _, frame in sent
                        for port in 'bc'])
        sponge = r.report['sponges']['peering']
        self.assertEqual(sponge['sponge_alien'], 2)
        self.assertEqual(self.events(r), [
            f'ARP for network address: src.mac={mac(A)} arp.spa=192.0.2.1 '
            'arp.tpa=192.0.2.0', 'misplaced ARP: 1 more port=a'])
        # A static address is defended as well.
        sent.append((2, 'a', is_free(4, A, ends[1])))
        r = self.run_at(lan(ATONCE + 'sponge_network = on\n'), sent)
        self.expect(r, [(i, 'a', answer(4, end, SPONGE, A))
                        for i, end in enumerate(ends)] + [
            (2, 'a', ether(mac(A), SPONGE, 0x0806,
                           arp(2, SPONGE, ends[1], mac(A), '0.0.0.0')))])

    def updates(self, family):
        a, b = address(family, A), address(family, B)
        if family == 6:
            return [nd(136, ROUTER | OVERRIDE, SPONGE, b, a, b, TLLA, mac(A),
                       mac(B))]
        return [ether(mac(A), SPONGE, 0x0806, arp(op, mac(B), b, mac(A), tpa))
                for op, tpa in ((2, a), (1, a), (1, b))]

    def test_sender_to_the_sponge_gets_updates_once_a_second(self):
        for family in FAMILIES:
            stray = data(family, A, address(family, A), address(family, B),
                         SPONGE)
            r = self.dead(family, [(19, 'a', stray), (20, 'b', gratuitous(family, B)),
                                   (21, 'a', stray), (21.9, 'a', stray),
                                   (22, 'a', stray)])
            self.expect(r, [(at, 'a', frame) for at in (21, 22)
                            for frame in self.updates(family)], 21)
            self.assertEqual(r.dropped('a'), {'sponge_stray': 4})
            self.assertEqual(r.report['sponges']['peering']['sponge_updates'],
                             2 * len(self.updates(family)))

    def test_a_dead_ipv6_address_is_answered_for_as_rfc_4861_has_it(self):
        """A genuine answer replaces it, and it comes from the link itself."""
        r = self.dead(6, [(20, 'a', req(6, A, address(6, B)))])
        packet = r.out('a')[-1][14:]
        self.assertEqual(packet[7], 255)
        self.assertEqual(packet[40:42], b'\x88\0')
        self.assertEqual(packet[44], ROUTER | SOLICITED)
        self.assertEqual(packet[64:], b'\2\1\2\x53\0\0\0\1')

    def test_solicitation_through_a_router_is_no_request(self):
        q = bytearray(req(6, A, address(6, B)))
        q[21] = 64
        r = self.run_at(lan(ATONCE + 'sponge_flood_protection = 0\n'),
                        [(i, 'a', bytes(q)) for i in range(30)])
        self.assertEqual(r.dropped('a'), {'nd_hoplimit': 30})
        self.assertEqual(r.report['sponges']['peering']['nd_solicitations'], 0)
        self.assertEqual(self.states(r), {'alive': 256})

    def test_suppressed_request_can_be_explained(self):
        self.dead(4, [(20, 'a', req(4, A, address(4, B)))])
        r = self.run_raw('-c', 'x.ini', '-i', 'a=a.in.pcapng', '--explain',
                         '11', out='none')
        self.assertEqual(r.code, 0)
        self.assertIn('sponge_suppressed', r.stdout)


class LongTimes(NeighCase):
    """Timers of the sponge run in the time of the capture."""

    def test_a_sweep_comes_when_it_is_due(self):
        r = self.run_at(lan(SMALL), [(0, 'a', gratuitous(4, A)), (3, 'a', gratuitous(6, A)),
                                     (2000, 'c', req(4, C, address(4, A)))])
        probes = {frame: at for at, _, frame in self.what_left(r, 4)[:-2]}
        self.assertEqual(min(probes.values()), 905)
        # Addresses of ports wait for nothing; the others leave five a second.
        for family, n in itertools.product(FAMILIES, (B, C)):
            sent = probe(family, address(family, n)).hex()
            self.assertLess(probes.pop(sent), 905.1)
        times = sorted(probes.values())
        self.assertEqual(len(times), 250)
        self.assertGreaterEqual(min(b - a for a, b in zip(times, times[1:])),
                                0.2 - 1e-6)
        self.assertLess(times[-1], 905 + 250 / 5)
        # All but those of a, which was seen, and the sponge's own.
        self.assertEqual(r.report['sponges']['peering']['sponge_probes'],
                         254 - 2 + 2)

    def test_the_same_capture_gives_the_same_octets(self):
        """Also with a table whose slots depend on a secret."""
        config = lan(SMALL + 'nd_max_targets = 64\n')
        config += ''.join(f'ipv6 = 2001:db8::1:{i}\n' for i in range(20))
        sent = [(10 + i / 10, 'a', req(6, A, f'2001:db8::5:{i}'))
                for i in range(100)]
        sent += [(20 + i * 1.1, 'a', req(4, A, address(4, X)))
                 for i in range(10)]
        sent += [(7200, 'a', gratuitous(6, A))]
        for out in 'one', 'two':
            r = self.run_at(config, sent, out=out)
            self.assertGreater(r.report['generated'], 100)
        one, two = (octets_of(self.path(out)) for out in ('one', 'two'))
        self.assertEqual([name for name in one if one[name] != two[name]], [])

    def test_years_of_silence_cost_nothing(self):
        year = 365 * 24 * 3600
        begun = time.monotonic()
        r = self.run_at(lan(SMALL), [(i * year, 'a', gratuitous(4, A))
                                     for i in range(20)])
        self.assertLess(time.monotonic() - begun, 30)
        self.assertLess(r.report['generated'], 20 * 256 * 3 * 2)
        # Nor do frequent sweeps without requests.
        r = self.run_at(lan(SMALL + 'sponge_sweep = 1s\nsponge_sweep_age = 0s\n'
                            'sponge_proberate = 1\n'
                            'sponge_proberate_unassigned = 1\n'),
                        [(i * 3600, 'a', gratuitous(4, A)) for i in range(3)])
        # One a second for each family, and one for addresses that no port has.
        self.assertLessEqual(r.report['sponges']['peering']['sponge_probes'],
                             3 * 7200)


class Quiet(NeighCase):
    """What members hear of others' scans, and of their own start."""

    def test_a_sweep_is_heard_by_the_owners_alone(self):
        keys = ATONCE + 'unassigned = dead\nnd_unassigned = dead\n'
        for family in FAMILIES:
            swept = [address(family, B), address(family, C)] + [
                address(family, n) for n in range(10, 99) if n != 53]
            sent = [(0, 'a', gratuitous(family, A))] + [
                (i / 10, 'a', req(family, A, target))
                for i, target in enumerate(swept, 1)]
            r = self.run_at(lan(keys), sent)
            left = self.what_left(r)
            self.assertEqual([x for x in left if x[1] != 'a'], [
                (0, 'b', sent[0][2].hex()), (0, 'c', sent[0][2].hex()),
                (.1, 'b', to(sent[1][2], mac(B)).hex()),
                (.2, 'c', to(sent[2][2], mac(C)).hex())])
            unused = swept[2:]
            self.assertEqual([x[2] for x in left if x[1] == 'a'], [
                answer(family, target, SPONGE, A).hex()
                for target in unused])
            self.assertEqual(r.dropped('a'),
                             {'sponge_suppressed': len(unused)})

    def test_a_host_that_starts_hears_no_conflict(self):
        keys = ATONCE + ('sponge_init = dead\nsponge_gratuitous = on\n'
                         'sponge_pending = 0\n')
        for family in FAMILIES:
            c = address(family, C)
            sent = [(i * 2, 'c', is_free(family, C, c)) for i in range(3)]
            sent += [(6, 'c', gratuitous(family, C)),
                     (8, 'c', gratuitous(family, C)),
                     (12, 'a', req(family, A, c)),
                     (12.1, 'c', answer(family, c, mac(C), A))]
            r = self.run_at(lan(keys), sent)
            # Questions of the fabric, not from the address or from none.
            heard = {x[2] for x in self.what_left(r) if x[1] == 'c'}
            self.assertEqual(heard, {probe(family, c).hex(),
                                     to(sent[5][2], mac(C)).hex()})
            self.assertEqual(self.what_left(r, 12.1), [
                (12.1, 'a', sent[6][2].hex())])
            self.assertEqual(r.dropped('c'), {})


if __name__ == '__main__':
    unittest.main()
