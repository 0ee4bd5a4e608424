#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ixreplay as its manual page describes it: order, time, splitting, limits,
what it writes and how it fails."""
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import unittest

from harness import (HERE, IXREPLAY, TIMEOUT, ReplayCase, Result,
                     octets_of)
from frames import (BROADCAST, EPOCH, SECOND, arp, block, ether, option,
                    read_pcap, write_pcap, write_pcapng)

CONFIG = '''
[lan peering]
profile = {profile}
[port a]
device = net_null_a
lan = peering
mac = 02:00:00:00:00:0a
[port b]
device = net_null_b
lan = peering
mac = 02:00:00:00:00:0b
'''
A, B, C = '02:00:00:00:00:0a', '02:00:00:00:00:0b', '02:00:00:00:00:0c'


def numbered(dst, src, number):
    return ether(dst, src, 0x0800, b'\x45' + bytes(19) +
                 number.to_bytes(4, 'big'))


def number_of(frame):
    return int.from_bytes(frame[34:38], 'big')


class Order(ReplayCase):
    def test_files_are_merged_by_time_then_by_their_order(self):
        # c receives what a and b send, in the order in which it was sent.
        write_pcap(self.path('a'), [(EPOCH + t, numbered(C, A, n))
                                    for n, t in ((0, 1), (1, 5), (2, 5))])
        write_pcap(self.path('b'), [(EPOCH + t, numbered(C, B, n))
                                    for n, t in ((10, 2), (11, 5), (12, 9))])
        r = self.replay('-i', 'b=b', '-i', 'a=a', '-i', 'c=/dev/null', code=1)
        self.assertIn('/dev/null: error: record 1: empty', r.stderr)
        write_pcap(self.path('c'), [])
        r = self.replay('-i', 'b=b', '-i', 'a=a', '-i', 'c=c')
        self.assertEqual([number_of(f) for f in r.out('c')],
                         [0, 10, 11, 1, 2, 12])
        self.assertEqual([t - EPOCH for t, _, _ in r.left['c']],
                         [1, 2, 5, 5, 5, 9])

    def test_two_files_enter_at_one_port(self):
        self.pcap('1', [numbered(B, A, 1), numbered(B, A, 3)], step=20)
        self.pcap('2', [numbered(B, A, 2)], EPOCH + 10)
        self.pcap('none', [])
        r = self.replay('-i', 'a=1', '-i', 'b=none', '-i', 'a=2')
        self.assertEqual([number_of(f) for f in r.out('b')], [1, 2, 3])
        self.assertEqual(r.port('a')['rx_frames'], 3)

    def test_time_never_goes_back(self):
        write_pcap(self.path('a'), [(EPOCH + 100, numbered(B, A, 1)),
                                    (EPOCH + 50, numbered(B, A, 2)),
                                    (EPOCH + 200, numbered(B, A, 3))])
        self.pcap('none', [])
        r = self.replay('-i', 'a=a', '-i', 'b=none')
        self.assertEqual([t - EPOCH for t, _, _ in r.left['b']],
                         [100, 100, 200])
        self.assertEqual(r.report['frames']['backwards'], 1)

    def test_each_frame_sees_the_effect_of_all_before_it(self):
        self.pcap('a', [numbered(BROADCAST, A, 1)])
        self.pcap('b', [numbered(A, B, 2)], EPOCH + 1)
        self.pcap('none', [])
        r = self.replay('-i', 'a=a', '-i', 'b=b', '-i', 'c=none')
        self.assertEqual([number_of(f) for f in r.out('a')], [2])
        self.assertEqual([number_of(f) for f in r.out('c')], [1])
        self.assertEqual(r.report['macs'], [
            {'lan': 'lan', 'mac': A, 'port': 'a', 'type': 'learned'},
            {'lan': 'lan', 'mac': B, 'port': 'b', 'type': 'learned'}])

    def test_a_flood_of_addresses_at_one_instant_is_learned_whole(self):
        sources = [f'02:00:00:01:{n >> 8:02x}:{n & 255:02x}'
                   for n in range(3000)]
        self.pcap('a', [numbered(BROADCAST, x, 0) for x in sources], step=0)
        self.pcap('b', [numbered(x, B, 1) for x in sources], step=0)
        self.pcap('none', [])
        r = self.replay('-i', 'a=a', '-i', 'b=b', '-i', 'c=none')
        self.assertEqual(r.port('b')['forwarded'], 3000)
        self.assertEqual(len(r.report['macs']), 3001)

    def test_addresses_age_by_the_time_of_the_captures(self):
        self.write('x.ini', '[lan l]\nprofile = open\nmac_age = 10s\n' +
                   ''.join(f'[port {p}]\ndevice = net_null_{p}\nlan = l\n'
                           for p in 'abc'))
        self.pcap('a', [numbered(BROADCAST, A, 0)])
        # A year and a day later is as cheap as a second.
        write_pcap(self.path('b'), [
            (EPOCH + s * SECOND, numbered(A, B, s))
            for s in (9, 12, 366 * 86400)])
        r = self.replay('-c', 'x.ini', '-i', 'a=a', '-i', 'b=b')
        self.assertEqual([number_of(f) for f in r.out('c')],
                         [0, 12, 366 * 86400])


class Sponges(ReplayCase):
    SPONGE = (CONFIG.format(profile='open').replace('profile = open', """\
profile = open
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
sponge = on
sponge_mac = 02:53:00:00:00:01
sponge_ipv4 = 192.0.2.250
sponge_learning = 0s
sponge_sweep = 0s
sponge_queuedepth = 3
sponge_flood_protection = 0"""))

    def ask_for_a_dead_one(self):
        """Three requests are too many, six probes are not answered, and the sponge
        answers the next request."""
        request = ether(BROADCAST, A, 0x0806,
                         arp(1, A, '192.0.2.1', '00:00:00:00:00:00',
                             '192.0.2.9'))
        write_pcap(self.path('a'), [(EPOCH + t * SECOND, request)
                                    for t in (0, 1, 2, 20)])

    def test_what_a_sponge_did_is_reported(self):
        self.write('x.ini', self.SPONGE)
        self.ask_for_a_dead_one()
        r = self.replay('-c', 'x.ini', '-i', 'a=a')
        sponge = r.report['sponges']['peering']
        self.assertEqual(sponge['arp_requests'], 4)
        self.assertEqual(sponge['sponge_replies'], 1)
        self.assertEqual(sponge['sponge_probes'], 6)
        self.assertEqual(sponge['sponge_suppressed'], 1)
        self.assertEqual(sponge['addresses'], {
            'none': 0, 'alive': 252, 'pending': 0, 'dead': 1, 'static': 0})
        self.assertEqual(sponge['transitions']['dead'], 1)
        self.assertIn('\nLAN      REPLIES  PROBES  UPDATES  SUPPRESSED  ALIVE  '
                      'PENDING  DEAD  STATIC  UNKNOWN\npeering        1       '
                      '6        0           1    252        0     1       0   '
                      '     0\n', r.stdout)
        self.replay('-c', 'x.ini', '-i', 'a=a', out='again')
        self.assertEqual(octets_of(self.path('out')),
                         octets_of(self.path('again')))

    def test_without_a_sponge_there_is_no_word_of_one(self):
        self.write('x.ini', CONFIG.format(profile='open'))
        self.ask_for_a_dead_one()
        r = self.replay('-c', 'x.ini', '-i', 'a=a')
        self.assertNotIn('sponges', r.report)
        self.assertNotIn('REPLIES', r.stdout)


class Events(ReplayCase):
    LOCKED = CONFIG.format(profile='ixp-basic')

    def events(self, *arguments):
        self.pcap('none', [])
        r = self.replay('-c', 'x.ini', *arguments)
        for event in r.report['events']:
            event['time'] = round(event['time'] - EPOCH / SECOND, 3)
        return r, r.report['events']

    def test_a_violation_is_logged_once_and_then_counted(self):
        self.write('x.ini', self.LOCKED)
        self.pcap('a', [numbered(B, C, n) for n in range(1000)],
                  step=SECOND // 50)
        r, events = self.events('-i', 'a=a')
        self.assertEqual(r.dropped('a'), {'mac_lock': 1000})
        self.assertEqual([(e['time'], e['level']) for e in events],
                         [(0, 'warning'), (15, 'warning')] +
                         [(19.98, 'warning')])
        self.assertEqual(
            events[0]['text'], f'port a: mac_lock: {C} -> {B} 0x0800 IPv4 '
            '0.0.0.0 > 0.0.0.0 protocol 0')
        held = [int(e['text'].rsplit('suppressed ', 1)[1])
                for e in events[1:]]
        self.assertEqual(held, [749, 250])
        self.assertEqual(r.report['events_left_out'], 0)

    def test_frames_that_nothing_objects_to_make_no_event(self):
        self.write('x.ini', self.LOCKED)
        self.pcap('a', [numbered(B, A, n) for n in range(10)])
        self.assertEqual(self.events('-i', 'a=a')[1], [])

    def test_a_shutdown_ends_on_the_clock_of_the_capture(self):
        self.write('x.ini', self.LOCKED + 'violation = shutdown\n'
                   'shutdown_time = 30s\n')
        write_pcap(self.path('b'), [
            (EPOCH + t, numbered(A, src, 0)) for t, src in
            ((0, B), (1, C), (2, B), (30 * SECOND, B),
             (30 * SECOND + 1, B), (90 * SECOND, B))])
        r, events = self.events('-i', 'b=b')
        self.assertEqual(r.dropped('b'), {'mac_lock': 1, 'port_disabled': 2})
        self.assertEqual(r.port('b')['forwarded'], 3)
        self.assertEqual([(e['time'], e['level']) for e in events],
                         [(0, 'critical'), (0, 'warning'), (30, 'notice')])
        self.assertIn('port b: disabled for 30 s by mac_lock: ',
                      events[0]['text'])

    def test_of_many_events_the_last_are_kept(self):
        # Every 16 seconds a first one again.
        self.write('x.ini', self.LOCKED)
        self.pcap('a', [numbered(B, C, n) for n in range(1200)],
                  step=16 * SECOND)
        r, events = self.events('-i', 'a=a')
        self.assertEqual(len(events), 1000)
        self.assertEqual(r.report['events_left_out'], 200)
        self.assertEqual(events[0]['time'], 200 * 16)

    def test_the_ports_of_a_loop_are_named(self):
        self.write('x.ini', self.LOCKED)
        self.pcap('a', [numbered(A, B, 1)])
        events = self.events('-i', 'a=a')[1]
        self.assertEqual(events[0]['text'], "loop: port a: frames from port "
                         f"b's address {B} came in")
        self.assertEqual(events[0]['level'], 'critical')


class Rounds(ReplayCase):
    def setUp(self):
        super().setUp()
        self.pcap('a', [numbered(B, A, n) for n in range(3)], step=10)
        self.pcap('none', [])

    def times(self, result):
        return [t - EPOCH for t, _, _ in result.left['b']]

    def test_a_loop_goes_on_where_the_last_one_ended(self):
        r = self.replay('-i', 'a=a', '-i', 'b=none', '--loop', '3')
        self.assertEqual(self.times(r), [0, 10, 20, 20, 30, 40, 40, 50, 60])
        self.assertEqual([number_of(f) for f in r.out('b')], [0, 1, 2] * 3)
        self.assertEqual(r.report['seconds'], 6e-08)

    def test_a_limit_counts_all_frames(self):
        r = self.replay('-i', 'a=a', '-i', 'b=none', '--loop', '3', '--limit',
                        '4')
        self.assertEqual(self.times(r), [0, 10, 20, 20])
        self.assertEqual(r.report['frames']['read'], 4)

    def test_standard_input_can_be_looped(self):
        with open(self.path('a'), 'rb') as file:
            data = file.read()
        r = self.replay('-i', 'a=-', '-i', 'b=none', '--loop', '2', stdin=data)
        self.assertEqual(self.times(r), [0, 10, 20, 20, 30, 40])

    def test_an_empty_loop_ends(self):
        r = self.replay('-i', 'b=none', '--loop', '1000000000')
        self.assertEqual(r.report['frames']['read'], 0)


class Split(ReplayCase):
    def test_by_mac_each_source_has_its_port(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        self.pcap('lan', [numbered(B, A, 1), numbered(A, B, 2),
                          numbered(A, C, 3), numbered(B, A, 4)])
        with open(self.path('lan'), 'rb') as file:
            data = file.read()
        for name, stdin in (('lan', None), ('-', data)):
            r = self.replay('-c', 'x.ini', '--split', 'mac', name, stdin=stdin)
            self.assertEqual(list(r.report['ports']),
                             ['a', 'b', 'mac-02-00-00-00-00-0c'])
            self.assertEqual([number_of(f) for f in r.out('b')], [1, 4])
            self.assertEqual([number_of(f) for f in r.out('a')], [2])
            self.assertEqual(r.dropped('mac-02-00-00-00-00-0c'),
                             {'mac_lock': 1})

    def test_by_mac_without_a_configuration(self):
        self.pcap('lan', [numbered(BROADCAST, A, 1), numbered(A, B, 2)])
        r = self.replay('--split', 'mac', 'lan')
        self.assertEqual(len(r.report['ports']), 2)
        self.assertEqual([number_of(f) for f in
                          r.out('mac-02-00-00-00-00-0a')], [2])
        self.assertEqual([number_of(f) for f in
                          r.out('mac-02-00-00-00-00-0b')], [1])

    def test_by_mac_a_tagged_port_gets_its_tag(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic') +
                   '[port trunk]\ndevice = net_null_t\n'
                   '[port t]\nparent = trunk\ntag = 7\nlan = peering\n'
                   f'mac = {C}\n')
        self.pcap('lan', [numbered(B, C, 1), numbered(C, B, 2)])
        r = self.replay('-c', 'x.ini', '--split', 'mac', 'lan')
        self.assertEqual([number_of(f) for f in r.out('b')], [1])
        self.assertEqual([number_of(f[:12] + f[16:]) for f in r.out('t')], [2])
        self.assertEqual(r.out('t')[0][12:16].hex(), '81000007')
        self.assertEqual(r.port('t')['rx_frames'], 1)

    def test_by_mac_more_sources_than_ports_is_an_error(self):
        self.pcap('lan', [numbered(B, f'02:00:00:01:{n >> 8:02x}:{n & 255:02x}',
                                   n) for n in range(4097)])
        r = self.run_raw('--split', 'mac', 'lan')
        self.assertEqual(r.code, 1)
        self.assertIn('lan: error: record 4096: one port too many', r.stderr)
        r = self.replay('--split', 'mac', 'lan', '--limit', '100')
        self.assertEqual(len(r.report['ports']), 100)

    def test_by_interface_each_name_is_a_port(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        write_pcapng(self.path('in'), ['b', 'a'],
                     [(EPOCH, 1, numbered(B, A, 1), 0),
                      (EPOCH, 0, numbered(A, B, 2), 1),
                      (EPOCH, 0, numbered(A, B, 3), 2)])
        for config in ([], ['-c', 'x.ini']):
            r = self.replay(*config, '--split', 'interface', 'in')
            self.assertEqual([number_of(f) for f in r.out('b')], [1])
            self.assertEqual([number_of(f) for f in r.out('a')], [2])
            # What was sent by an interface did not come in by it.
            self.assertEqual(r.report['frames'],
                             {'read': 2, 'truncated': 0, 'outbound': 1,
                              'backwards': 0})

    def test_by_interface_an_unknown_one_is_an_error(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        write_pcapng(self.path('in'), ['a', 'eth9'],
                     [(EPOCH, 0, numbered(B, A, 1), 0),
                      (EPOCH, 1, numbered(A, B, 2), 0)])
        r = self.replay('-c', 'x.ini', '--split', 'interface', 'in', code=1)
        self.assertIn("in: error: record 2: interface 'eth9' is no port in "
                      "x.ini", r.stderr)
        self.assertEqual(r.report['frames']['read'], 1)
        self.pcap('classic', [numbered(B, A, 1)])
        r = self.replay('--split', 'interface', 'classic', code=1)
        self.assertIn('its interface has no name', r.stderr)
        write_pcapng(self.path('in'), ['not a name'],
                     [(EPOCH, 0, numbered(B, A, 1), 0)])
        r = self.run_raw('--split', 'interface', 'in')
        self.assertEqual(r.code, 1)
        self.assertIn("interface 'not a name' cannot be the name", r.stderr)


class Records(ReplayCase):
    def test_a_cut_record_is_judged_by_its_original_length(self):
        self.write('x.ini', CONFIG.format(profile='ixp-basic'))
        frame = numbered(B, A, 1)[:40]
        write_pcap(self.path('a'), [(EPOCH, frame, 1514), (EPOCH, frame, 1515),
                                    (EPOCH, numbered(B, A, 2))])
        r = self.replay('-c', 'x.ini', '-i', 'a=a')
        self.assertEqual(r.report['frames']['truncated'], 2)
        self.assertEqual(r.dropped('a'), {'oversize': 1})
        self.assertEqual(r.port('a')['rx_bytes'], 1514 + 1515 + 60)
        self.assertEqual(r.left['b'], [(EPOCH, frame, 1514),
                                       (EPOCH, numbered(B, A, 2), 60)])

    def test_every_port_has_a_file_with_what_left_by_it(self):
        self.write('x.ini', CONFIG.format(profile='open') +
                   '[port down]\ndevice = net_null_d\nlan = peering\n'
                   'status = disabled\n')
        self.pcap('a', [numbered(B, A, 1)], EPOCH + 7)
        r = self.replay('-c', 'x.ini', '-i', 'a=a')
        self.assertEqual(sorted(os.listdir(self.path('out'))),
                         ['a.pcap', 'b.pcap', 'down.pcap', 'drops.pcapng',
                          'report.json'])
        self.assertEqual(r.left, {'a': [], 'down': [],
                                  'b': [(EPOCH + 7, numbered(B, A, 1), 60)]})

    def test_more_ports_than_a_process_has_files_at_first(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.pcap('a', [numbered(BROADCAST, A, 1)])
        self.pcap('none', [])
        inputs = [x for n in range(150) for x in ('-i', f'p{n}=none')]
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
        try:
            r = self.replay('-i', 'a=a', *inputs)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.assertEqual(r.port('a')['copies'], 150)

    def test_jumbo_frames_pass_whole(self):
        jumbo = ether(B, A, 0x0800, bytes(range(256)) * 300)
        self.pcap('a', [numbered(BROADCAST, A, 0), jumbo])
        self.pcap('b', [numbered(A, B, 1), ether(BROADCAST, B, 0x0800, jumbo)])
        self.pcap('none', [])
        r = self.replay('-i', 'a=a', '-i', 'b=b', '-i', 'c=none')
        self.assertEqual(r.out('b')[1], jumbo)
        self.assertEqual(len(r.out('c')[-1]), len(jumbo) + 14)


class Sameness(ReplayCase):
    def test_two_runs_write_the_same_octets(self):
        subprocess.run([sys.executable,
                        os.path.join(HERE, '..', 'data', 'make-captures'),
                        self.path('s')], check=True)
        ports = ('rs1', 'as64500', 'as64501', 'as64502', 'as64666')
        inputs = [x for p in ports for x in ('-i', f'{p}=s/{p}.pcap')]
        for arguments in (inputs, ['--split', 'mac', 's/lan.pcap']):
            for out in ('one', 'two'):
                self.replay('-c', 's/sample.ini', *arguments, out=out)
            one = octets_of(self.path('one'))
            self.assertEqual(one, octets_of(self.path('two')))
            for name in os.listdir(self.path('one')):
                os.remove(self.path(os.path.join('one', name)))

    def test_the_sample_exchange_comes_out_as_ever(self):
        subprocess.run([sys.executable,
                        os.path.join(HERE, '..', 'data', 'make-captures'),
                        self.path('s')], check=True)
        ports = ('rs1', 'as64500', 'as64501', 'as64502', 'as64666')
        inputs = [x for p in ports for x in ('-i', f'{p}=s/{p}.pcap')]
        r = self.replay('-c', 's/sample.ini', *inputs)
        for port in ports[:4]:
            self.assertEqual(r.dropped(port), {}, port)
        self.assertEqual(r.dropped('as64666'), {
            'runt': 1, 'oversize': 1, 'smac_multicast': 1, 'smac_zero': 1,
            'smac_eq_dmac': 1, 'tag_not_allowed': 1, 'lacp_unexpected': 1,
            'stp_bpdu': 2, 'll_reserved': 1, 'll_gmrp': 1, 'vendor_l2': 1,
            'loop_keepalive': 1, 'mac_lock': 2, 'llc_snap': 1, 'ethertype': 1,
            'bcast_not_arp': 1, 'ipv4_mcast': 1, 'l2_mcast_other': 1,
            'nd_ra': 1, 'unknown_unicast': 1})
        self.assertEqual(r.port('as64500')['lan'], 'peering')
        self.assertIsNone(r.port('reseller1')['lan'])

    def test_json_prints_the_report(self):
        self.pcap('a', [numbered(B, A, 1)])
        r = self.replay('-i', 'a=a', '--json')
        self.assertEqual(json.loads(r.stdout), r.report)
        r = self.replay('-i', 'a=a')
        self.assertIn('no frame was dropped', r.stdout)
        self.assertEqual(self.replay('-i', 'a=a', '-q').stdout, '')


class Failures(ReplayCase):
    def fails(self, code, text, *arguments, **options):
        r = self.run_raw(*arguments, **options)
        self.assertEqual(r.code, code, r.stderr)
        self.assertIn(text, r.stderr)
        return r

    def test_wrong_options_print_the_usage(self):
        self.pcap('a', [])
        for text, *arguments in (
                ('no capture',),
                ('PORT=FILE is expected', '-i', 'a'),
                ('PORT=FILE is expected', '-i', '=a'),
                ('PORT=FILE is expected', '-i', 'a='),
                ('what is that', '-i', 'a=a', 'b'),
                ('mac or interface', '--split', 'port', 'a'),
                ('goes with one FILE', '--split', 'mac'),
                ('goes with one FILE', '--split', 'mac', 'a', 'b'),
                ('exclude each other', '--split', 'mac', '-i', 'a=a'),
                ('a number from 1', '-i', 'a=a', '--loop', '0'),
                ('a number from 1', '-i', 'a=a', '--loop', '-1'),
                ('a number from 1', '-i', 'a=a', '--limit', '1x'),
                ('standard input', '-i', 'a=-', '-i', 'b=-'),
                ('unrecognized option', '--what')):
            with self.subTest(arguments=arguments):
                r = self.fails(2, text, *arguments)
                self.assertIn('usage: ixreplay', r.stderr)
        self.assertIn('usage: ixreplay', self.run_raw('--help').stdout)
        self.assertIn('ixreplay ', self.run_raw('--version').stdout)

    def test_all_faults_of_a_configuration_are_printed(self):
        self.pcap('a', [])
        self.write('x.ini', '[lan l]\nmtuu = 3\n[port a]\nlan = m\n')
        r = self.fails(4, 'x.ini:2: error', '-c', 'x.ini', '-i', 'a=a', '-w',
                       'out')
        self.assertIn('x.ini:4: error', r.stderr)
        self.assertFalse(os.path.exists(self.path('out')))
        self.fails(4, 'none.ini: error: cannot be read', '-c', 'none.ini',
                   '-i', 'a=a')
        # The ports that --split makes do not hide a fault, nor move it.
        self.fails(4, 'x.ini:2: error', '-c', 'x.ini', '--split', 'mac', 'a')

    def test_an_unknown_port_is_reported_with_the_nearest_name(self):
        self.pcap('a', [])
        self.write('x.ini', CONFIG.format(profile='open').replace(
            '[port a]', '[port as64500]'))
        self.fails(1, "no [port as64501] for -i as64501=FILE (did you mean "
                   "'as64500'?)", '-c', 'x.ini', '-i', 'as64501=a')
        self.fails(1, 'cannot be the name of a port', '-i', 'a b=a')

    def test_a_bad_capture_ends_it_and_what_was_written_is_whole(self):
        good = numbered(B, A, 1)
        self.pcap('none', [])
        self.pcap('cut', [good] * 3)
        os.truncate(self.path('cut'), os.path.getsize(self.path('cut')) - 1)
        r = self.replay('-i', 'a=cut', '-i', 'b=none', code=1)
        self.assertIn('cut: error: record 3: truncated', r.stderr)
        self.assertEqual(r.out('b'), [good] * 2)
        self.assertIn('record 3', r.report['error'])

        write_pcapng(self.path('ng'), ['eth0'], [(EPOCH, 0, good, 0)])
        with open(self.path('ng'), 'ab') as out:
            out.write(block(6, bytes(4)))
        r = self.replay('-i', 'a=ng', '-i', 'b=none', code=1)
        self.assertIn('ng: error: record 2: a packet block of 4', r.stderr)
        self.assertEqual(r.out('b'), [good])

        r = self.fails(1, 'record 3: truncated', '--split', 'mac', 'cut')
        self.fails(1, 'nowhere: error: cannot be opened', '-i', 'a=nowhere')
        self.fails(1, 'empty', '-i', 'a=/dev/null')
        self.fails(1, 'standard input: error: record 1: unknown file format',
                   '-i', 'a=-', stdin=b'[port a]\nlan = x\n' * 9)

    def test_other_link_types_are_refused(self):
        self.pcap('a', [numbered(B, A, 1)])
        with open(self.path('a'), 'r+b') as file:
            file.seek(20)
            file.write(b'\x71\0\0\0')
        self.fails(1, 'a: error: record 1: link type LINUX_SLL', '-i', 'a=a')
        with open(self.path('ng'), 'wb') as out:
            out.write(block(0x0a0d0d0a, bytes.fromhex('4d3c2b1a01000000') +
                            b'\xff' * 8))
            out.write(block(1, b'\x71\0\0\0\0\0\0\0' + option(2, b'x')))
            out.write(block(6, bytes(20)))
        self.fails(1, 'ng: error: record 1: link type LINUX_SLL (113) of interface 0', '-i', 'a=ng')

    def test_a_file_that_cannot_be_written_is_reported(self):
        self.pcap('a', [numbered(B, A, 1)] * 1000)
        self.pcap('none', [])
        self.write('file', '')
        self.fails(1, 'file/out: error: cannot be created: ', '-i', 'a=a', '-w',
                   'file/out')
        self.fails(1, 'cannot be written: ', '-i', 'a=a', '-w', 'file')
        os.mkdir(self.path('full'))
        os.symlink('/dev/full', self.path('full/b.pcap'))
        r = self.fails(1, 'full/b.pcap: error: cannot be written: No space',
                       '-i', 'a=a', '-i', 'b=none', '-w', 'full')
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([IXREPLAY, '-i', 'a=a'], cwd=self.folder,
                                  stdout=full, stderr=subprocess.PIPE,
                                  check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'No space', done.stderr)
        self.assertNotEqual(r.stdout, '')

    def test_an_interrupt_completes_what_was_written(self):
        self.pcap('a', [numbered(B, A, 1)] * 20000, step=1)
        self.pcap('none', [])
        with open(self.path('a'), 'rb') as file:
            data = file.read()
        with subprocess.Popen([IXREPLAY, '-i', 'a=-', '-i', 'b=none', '-w',
                               'out'], cwd=self.folder, stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as running:
            # More than the pipe takes: when it is written, it is being read.
            running.stdin.write(data)
            running.stdin.flush()
            running.send_signal(signal.SIGINT)
            running.wait(TIMEOUT)
            printed = running.stderr.read().decode()
        self.assertEqual(running.returncode, 1, printed)
        self.assertRegex(printed, 'interrupted after|Interrupted')
        running.stdout = running.stderr = b''
        self.check_accounts(Result(self.path('out'), running))

    def test_a_capture_is_not_written_over(self):
        self.pcap('a.pcap', [numbered(B, A, 1)])
        before = octets_of(self.folder)
        self.fails(1, 'a.pcap: error: is a capture to be read', '-i',
                   'a=a.pcap', '-w', '.')
        self.assertEqual(octets_of(self.folder)['a.pcap'], before['a.pcap'])
        # Over an older result it goes.
        self.replay('-i', 'a=a.pcap')
        self.replay('-i', 'a=a.pcap')
        self.assertEqual(len(list(read_pcap(self.path('out/a.pcap')))), 0)

    def test_no_file_that_is_read_is_written_over(self):
        """By a link of either kind, as the report, as the configuration, or by
        the shell: nothing at all is written then."""
        self.pcap('a', [numbered(B, A, 1)])
        self.write('x.ini', '[fabric]\ninclude = more.ini\n')
        self.write('more.ini', CONFIG.format(profile='open'))
        for name, link, target, why in (
                ('b.pcap', os.symlink, 'a', 'is a capture to be read'),
                ('b.pcap', os.link, 'a', 'is a capture to be read'),
                ('drops.pcapng', os.link, 'a', 'is a capture to be read'),
                ('report.json', os.link, 'a', 'is a capture to be read'),
                ('report.json', os.symlink, 'x.ini', 'is the configuration'),
                ('a.pcap', os.link, 'more.ini', 'is the configuration')):
            out = f'{name}-{link.__name__}-{target}'
            os.mkdir(self.path(out))
            self.write(out + '/a.pcap', 'older')
            if name == 'a.pcap':
                os.remove(self.path(out + '/a.pcap'))
            link(self.path(target), self.path(f'{out}/{name}'))
            before = octets_of(self.path(out))
            self.fails(1, f'{name}: error: {why}', '-c', 'x.ini', '-i', 'a=a',
                       '-w', out)
            self.assertEqual(octets_of(self.path(out)), before)
        with open(self.path('a'), 'ab') as out:
            done = subprocess.run([IXREPLAY, '-i', 'a=a'], cwd=self.folder,
                                  stdout=out, stderr=subprocess.PIPE,
                                  check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'standard output is a capture', done.stderr)
        self.assertEqual(len(list(read_pcap(self.path('a')))), 1)

    def test_two_results_are_not_one_file(self):
        self.pcap('a', [numbered(B, A, 1)])
        os.mkdir(self.path('out'))
        self.write('out/a.pcap', 'older')
        os.link(self.path('out/a.pcap'), self.path('out/b.pcap'))
        self.fails(1, 'b.pcap: error: is the same file as another', '-i',
                   'a=a', '-i', 'b=a', '-w', 'out')
        os.remove(self.path('out/b.pcap'))
        self.replay('-i', 'a=a', '-i', 'b=a')

    def test_a_capture_may_be_packed(self):
        frames = [numbered(B, A, n) for n in range(100)]
        self.pcap('a', frames)
        with open(self.path('a'), 'rb') as file:
            plain = file.read()
        packed = gzip.compress(plain)
        # Also in two parts, as gzip appends to a file.
        parts = gzip.compress(plain[:1000]) + gzip.compress(plain[1000:])
        for data in packed, parts:
            with open(self.path('a.gz'), 'wb') as out:
                out.write(data)
            for arguments, stdin in ((['a=a.gz'], None), (['a=-'], data),
                                     (['a=a.gz', '--loop', '3'], None),
                                     (['a=-', '--loop', '3'], data)):
                r = self.replay('-i', *arguments, '-i', 'b=a', stdin=stdin)
                rounds = 3 if '--loop' in arguments else 1
                self.assertEqual(r.port('a')['rx_frames'], 100 * rounds)
        r = self.replay('--split', 'mac', 'a.gz')
        self.assertEqual(r.report['frames']['read'], 100)

    def test_a_damaged_packed_capture_is_an_error(self):
        self.pcap('a', [numbered(B, A, n) for n in range(2000)])
        self.pcap('none', [])
        with open(self.path('a'), 'rb') as file:
            packed = gzip.compress(file.read())
        changed = bytearray(packed)
        changed[-6] ^= 1
        for data, why in ((packed[:-1], 'gzip: unexpected end of file'),
                          (packed[:len(packed) // 2],
                           'gzip: unexpected end of file'),
                          (bytes(changed), 'gzip: incorrect data check')):
            with open(self.path('bad.gz'), 'wb') as out:
                out.write(data)
            r = self.fails(1, why, '-i', 'a=bad.gz', '-i', 'b=none', '-w',
                           'out')
            self.assertIn('bad.gz: error: record ', r.stderr)
            # What came before is complete.
            self.assertEqual(len(r.out('b')), r.port('a')['rx_frames'])

    def test_other_packings_are_named_with_what_unpacks_them(self):
        for name, head in (('zstd', b'\x28\xb5\x2f\xfd'), ('xz', b'\xfd7zXZ\0'),
                           ('bzip2', b'BZh91'), ('lz4', b'\x04\x22\x4d\x18')):
            with open(self.path('x'), 'wb') as out:
                out.write(head + bytes(50))
            self.fails(1, f'x: error: is packed by {name}: ', '-i', 'a=x')
            self.fails(1, f'is packed by {name}: ', '-i', 'a=-',
                       stdin=head + bytes(50))

    def test_no_option_and_no_port_is_lost(self):
        """Of an option given twice all but the last value would be."""
        self.pcap('a', [numbered(B, A, 1)])
        for option, value in (('-c', 'x'), ('-w', 'x'), ('--limit', '1'),
                              ('--loop', '1'), ('--explain', '1')):
            self.fails(2, ' is given twice', option, value, option, value, '-i',
                       'a=a')
        self.fails(2, '--split is given twice', '--split', 'mac', '--split',
                   'interface', 'a')
        ports = [word for n in range(4095) for word in ('-i', f'p{n}=a')]
        self.run_raw(*ports, '-i', 'p7=a', '-q')
        r = self.fails(1, "-i: 'more' is one port too many: there can be 4095",
                       *ports, '-i', 'more=a', '-i', 'evenmore=a', '-q')
        self.assertEqual(r.stderr.count('too many'), 1)


if __name__ == '__main__':
    unittest.main()
