#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every drop reason: its frames alone, each dropped once, for that reason, and
none leaves; their valid twins, which all leave; all of these interleaved over
the ports of one exchange; and the same with each check in mode log."""
import unittest
from collections import Counter

from harness import ReplayCase, octets_of
from cases import (B, CASES, CONFIG, OUT_OF_REACH, PVST, T, ask, ip,
                   read_reasons)

REASONS = read_reasons()
LINK_PROTOCOLS = {0x9000, 0x88cc, 0x888e, 0x8902, *range(0x6001, 0x6008),
                  0x8102, 0x8103, 0x8899, 0x88bf, 0x8918, 0x9003, 0x9998,
                  0x999a}
# Under ixp-basic only about the addresses of other ports.
NARROW = ('arp_spa_spoof', 'nd_src_spoof', 'nd_target_spoof')
TIMES = 3  # that each frame is sent
LOOSE = 'arp_pps = 1000\nnd_pps = 1000\narp_burst = 1000\nnd_burst = 1000\n'
# The limits of ARP and ND have tests of their own.
CONFIG = CONFIG.replace('profile = ixp-strict\n',
                        'profile = ixp-strict\n' + LOOSE)


def frames_of(case):
    return [(case.port, case.frame, case.flags)] * TIMES


def first(cases):
    """The frames to send before those of the cases, each once."""
    return list(dict.fromkeys(case.before for case in cases if case.before))


def interleaved(cases):
    """(case, or None for a twin; frame): frames and twins of all cases, from
    one port after the other."""
    queues = {}
    for case in cases:
        for sent in frames_of(case):
            queues.setdefault(case.port, []).append((case, sent))
        queues.setdefault(case.twin[0], []).append((None, case.twin))
    order = []
    while queues:
        for port in list(queues):
            order.append(queues[port].pop(0))
            if not queues[port]:
                del queues[port]
    return order


def sums(counters, key):
    """{port: {reason: n}} of a report, without the empty."""
    return {name: dict(port[key]) for name, port in counters.items()
            if port[key]}


def plain(counters):
    return {port: dict(counts) for port, counts in counters.items()}


class Every(ReplayCase):
    maxDiff = None

    def test_each_reason_has_a_case_or_is_out_of_reach(self):
        self.assertGreater(len(REASONS), 60)
        raised = {case.reason for case in CASES}
        self.assertEqual(raised & set(OUT_OF_REACH), set())
        self.assertEqual(raised | set(OUT_OF_REACH), set(REASONS))

    def test_frames_of_one_reason_are_dropped_for_it_and_none_leaves(self):
        for reason in sorted({case.reason for case in CASES}):
            cases = [case for case in CASES if case.reason == reason]
            before = first(cases)
            sent = before + [x for case in cases for x in frames_of(case)]
            with self.subTest(reason=reason):
                result = self.play(CONFIG, sent)
                dropped, copies = result.fates()
                for i, case in enumerate(c for c in cases
                                         for _ in range(TIMES)):
                    self.assertEqual(dropped.get(len(before) + i),
                                     [(reason, case.charged)],
                                     case.frame[:80].hex())
                self.assertEqual([frame for _, _, frame, _, _ in result.drops],
                                 [x[1] for x in sent[len(before):]])
                self.assertEqual(set(copies), set(range(len(before))))

    def test_the_twins_all_leave(self):
        sent = first(CASES) + [case.twin for case in CASES] * TIMES
        result = self.play(CONFIG, sent)
        self.assertEqual(result.drops, [])
        self.assertEqual(set(result.fates()[1]), set(range(len(sent))))

    def check_sums(self, result, order, skipped):
        wanted = {}
        for case, _ in order:
            if case is not None:
                wanted.setdefault(case.charged, Counter())[case.reason] += 1
        found = sums(result.report['ports'], 'dropped')
        for port, reasons in sums(result.report['ports'],
                                  'tx_dropped').items():
            found.setdefault(port, {}).update(reasons)
        self.assertEqual(found, plain(wanted))
        dropped, copies = result.fates()
        for i, (case, (_, frame, *_)) in enumerate(order, skipped):
            with self.subTest(number=i, frame=frame[:80].hex()):
                if case is None:
                    self.assertNotIn(i, dropped)
                    self.assertGreater(copies.get(i, 0), 0)
                else:
                    self.assertEqual(dropped.get(i),
                                     [(case.reason, case.charged)])
                    self.assertNotIn(i, copies)

    def test_all_reasons_at_once_give_the_same_sums(self):
        before, order = first(CASES), interleaved(CASES)
        self.assertGreater(len({port for _, (port, *_) in order}), 8)
        sent = before + [x for _, x in order]
        result = self.play(CONFIG, sent, out='one')
        self.check_sums(result, order, len(before))
        self.play(CONFIG, sent, out='two')
        self.assertEqual(octets_of(self.path('one')),
                         octets_of(self.path('two')))

    def log_config(self):
        lines = ''.join(f'check = {name} log\n' for name, reason in
                        REASONS.items()
                        if reason.kind == 'CHECK' and name != 'ip_header')
        return CONFIG.replace('ip_header drop', 'ip_header log').replace(
            LOOSE, LOOSE + lines).replace(
            '[lan limited]\n', '[lan limited]\n' + lines)

    def test_in_mode_log_every_check_counts_and_only_rules_drop(self):
        before, order = first(CASES), interleaved(CASES)
        result = self.play(self.log_config(), before + [x for _, x in order])
        dropped, copies = result.fates()
        wanted = {}
        for i, (case, (_, frame, *_)) in enumerate(order, len(before)):
            last = []
            if case is not None:
                if REASONS[case.reason].kind == 'CHECK':
                    counts = wanted.setdefault(case.port, Counter())
                    counts.update((case.reason,) + case.also)
                    last = [(case.then, case.port)] if case.then else []
                else:
                    last = [(case.reason, case.charged)]
            with self.subTest(number=i, frame=frame[:80].hex()):
                self.assertEqual(dropped.get(i, []), last)
                self.assertEqual(i in copies, not last)
        self.assertEqual(sums(result.report['ports'], 'would_drop'),
                         plain(wanted))

    def test_a_check_that_is_off_neither_counts_nor_drops(self):
        config = self.log_config().replace(' log\n', ' off\n')
        cases = [case for case in CASES
                 if REASONS[case.reason].kind == 'CHECK' and not case.then]
        result = self.play(config, [x for case in cases
                                    for x in frames_of(case)])
        self.assertEqual(result.drops, [])
        self.assertEqual(sums(result.report['ports'], 'would_drop'), {})


class Profiles(ReplayCase):
    def drops_in(self, profile, cases):
        # A check that a port sets itself holds in any profile.
        config = CONFIG.replace('ixp-strict', profile).replace(
            '[lan limited]\n', f'[lan limited]\nprofile = {profile}\n')
        sent = [x for case in cases for x in frames_of(case)[:1]]
        return self.play(config, first(cases) + sent).fates()[0]

    def check(self, profile, cases, applies):
        """The first reason of a frame that applies drops it."""
        skipped = len(first(cases))
        dropped = self.drops_in(profile, cases)
        for i, case in enumerate(cases, skipped):
            why = next((reason for reason in
                        (case.reason, *case.also, case.then)
                        if reason and applies(reason, case)), None)
            charged = case.charged if why == case.reason else case.port
            with self.subTest(reason=case.reason, frame=case.frame[:80].hex()):
                self.assertEqual(dropped.get(i), why and [(why, charged)])

    def test_basic_leaves_out_what_is_strict(self):
        # The first frame of one address too many is learned, not dropped.
        self.check('ixp-basic', [case for case in CASES
                                 if case.reason != 'mac_limit'],
                   lambda reason, case:
                   REASONS[reason].profiles != 'STRICT' and
                   not (case.free and reason in NARROW))

    def test_open_drops_what_no_bridge_forwards(self):
        self.check('open', [case for case in CASES if case.reason not in
                            ('mac_limit', 'unknown_unicast') and
                            case.port not in ('u', 'young')], self.is_in_open)

    def is_in_open(self, reason, case):
        """A device without tagged ports forwards tags, PVST+ is multicast like
        other, and frames to unknown addresses are flooded."""
        if reason == 'tag_not_allowed':
            return case.port == 'trunk'
        if reason == 'stp_bpdu' and case.frame[:6].hex(':') == PVST:
            return False
        return reason == 'ip_header' or (REASONS[reason].profiles == 'ALL' and
                                         reason != 'unknown_unicast')


class Types(ReplayCase):
    def test_three_of_all_ethertypes_pass(self):
        wanted = Counter()
        for kind in range(0x600, 0x10000):
            link = kind in LINK_PROTOCOLS
            wanted['tag_not_allowed' if kind in (0x8100, 0x88a8, 0x9100) else
                   'loop_keepalive' if link else 'ethertype'] += 1
        wanted['ethertype'] -= 3
        request = ask(dst=B)[14:]
        result = self.play(CONFIG, [('a', ip(kind=kind, payload=request))
                                    for kind in range(0x600, 0x10000)])
        self.assertEqual(result.dropped('a'), dict(wanted))

class Tags(ReplayCase):
    def test_a_tag_is_taken_off_and_put_on(self):
        r = self.play(CONFIG, [('t', ip(src=T, tags=[101], pad=64)),
                               ('b', ip(dst=T, src=B))])
        self.assertEqual(r.out('b'), [ip(src=T)])
        self.assertEqual(r.out('t'), [ip(T, B, tags=[101], pad=64)])


if __name__ == '__main__':
    unittest.main()
