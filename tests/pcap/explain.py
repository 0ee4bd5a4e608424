#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The line of the configuration that decided: in the comment of each dropped
frame, and in the explanation of a frame, which changes nothing."""
import ipaddress
import json
import os
import unittest

from harness import ReplayCase
from frames import BROADCAST, arp, ether, icmp6, ipv4, ipv6

# The tests below name lines of it by number.
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
NEAR = ipaddress.ip_address('fe80::2')
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

    def test_a_long_path_keeps_its_end(self):
        folder = '/'.join(['d' * 40] * 6)
        os.makedirs(self.path(folder))
        self.write(folder + '/x.ini', CONFIG)
        self.pcap('a.pcap', [ip(50)])
        result = self.replay('-c', folder + '/x.ini', '-i', 'a=a.pcap')
        kept = (folder + '/x.ini')[-150:]
        self.assertEqual(self.comments(result),
                         [f'drop=acl port=a rule=...{kept}:33'])

    def test_a_port_that_the_replay_made_has_no_line(self):
        """Its lines would be behind the end of the file."""
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


MODES = CONFIG.replace('check = llc_snap drop', 'check = llc_snap log').replace(
    'check = igp drop', 'check = igp log')
STAGES = ['parse', 'admit', 'guard', 'learn', 'neigh', 'forward',
          'send']


class Explanations(ReplayCase):
    def explain(self, config, sent, number=None, code=0, more=('--json',)):
        """Of the frame with that number, the last one if there is none."""
        done = self.run_raw(*self.record(config, sent), '--explain',
                            str(number or len(sent)), *more)
        self.assertEqual(done.code, code, done.stderr)
        return json.loads(done.stdout) if '--json' in more else done.stdout

    def comments_of(self, config, sent):
        return [options[1].decode() for _, _, _, _, options in
                self.play(config, sent).drops]

    def stages(self, whole):
        return list(dict.fromkeys(row['stage'] for row in whole['stages']))

    def test_each_reason_has_its_line(self):
        for port, frame, reason, charged, line in ROWS:
            with self.subTest(reason=reason, port=port):
                whole = self.explain(CONFIG, [(port, frame)])
                self.assertEqual(whole['verdict'], 'refused')
                self.assertEqual(whole['reason'], reason)
                self.assertEqual(whole['charged'], charged)
                self.assertEqual(whole['line'], line)
                self.assertEqual(whole['file'], 'x.ini' if line else None)
                self.assertEqual(whole['leaves'], [])
                text = whole['stages'][-1]['text']
                self.assertIn(f'{reason}: {whole["meaning"]}', text)
                self.assertEqual(text.endswith(f'; x.ini:{line}'),
                                 line is not None, text)
                self.assertEqual(self.stages(whole),
                                 STAGES[:len(self.stages(whole))])

    def test_the_port_that_has_the_address_is_named(self):
        config = CONFIG.replace('ipv4 = 192.0.2.0/24', 'ipv4 = 192.0.2.0/24\n'
                                'ipv6 = 2001:db8::/64').replace(
            f'mac = {B}', f'mac = {B}\nipv4 = 192.0.2.11')
        whole = self.explain(config, [('a', ask('192.0.2.11', '192.0.2.12'))])
        self.assertEqual([whole[key] for key in (
            'reason', 'holder', 'holder_how', 'line')],
            ['arp_spa_spoof', 'b', 'configured', 21])
        self.assertIn('; the address is that of port b; x.ini:21',
                      whole['stages'][-1]['text'])
        # So it is in the comment of the capture.
        self.assertEqual(self.comments_of(config, [
            ('a', ask('192.0.2.11', '192.0.2.12')),
            ('a', ask('192.0.2.13', '192.0.2.12'))]), [
            'drop=arp_spa_spoof port=a holder=b rule=x.ini:21',
            'drop=arp_spa_spoof port=a rule=x.ini:12'])
        # One that no port has: the line is that of the port itself.
        whole = self.explain(config, [('a', ask('192.0.2.13', '192.0.2.12'))])
        self.assertEqual([whole[key] for key in (
            'reason', 'holder', 'holder_how', 'line')],
            ['arp_spa_spoof', None, None, 12])

        def announce(src):
            body = bytes([0x20, 0, 0, 0]) + NEAR.packed + bytes([2, 1]) + \
                bytes.fromhex(src.replace(':', ''))
            return ether('33:33:00:00:00:01', src, 0x86dd, ipv6(
                str(NEAR), 'ff02::1', 58,
                icmp6(str(NEAR), 'ff02::1', 136, body), 255))
        whole = self.explain(config, [('b', announce(B)), ('a', announce(A))])
        self.assertEqual([whole[key] for key in (
            'reason', 'holder', 'holder_how', 'file', 'line')],
            ['nd_target_spoof', 'b', 'link-local', None, None])
        self.assertTrue(whole['stages'][-1]['text'].endswith(
            '; the address is that of port b, link-local, first seen there'))
        self.assertEqual(self.comments_of(config, [
            ('b', announce(B)), ('a', announce(A))])[-1],
            'drop=nd_target_spoof port=a holder=b')

    def test_the_rule_of_an_acl_is_shown(self):
        whole = self.explain(CONFIG, [('a', ip(50))])
        self.assertEqual(whole['rule'], 'deny ip proto esp')
        self.assertEqual(self.stages(whole), STAGES[:3])
        whole = self.explain(CONFIG, [('a', ip(51))])
        self.assertEqual(whole['rule'], 'deny ip proto ah')
        self.assertEqual(self.stages(whole), STAGES)
        whole = self.explain(CONFIG, [('a', ip(17))])
        self.assertEqual(whole['verdict'], 'forwarded')
        self.assertIsNone(whole['rule'])
        self.assertTrue(whole['stages'][2]['text'].endswith(
            'ACL in permits it: permit ip proto udp; x.ini:32'))
        whole = self.explain(CONFIG, [('a', ip(6))])
        self.assertIn('no rule of ACL in decides', whole['stages'][2]['text'])

    def test_a_frame_that_passes_has_all_stages(self):
        text = self.explain(CONFIG, [('b', ip(6, src=B, dst=A))], more=())
        self.assertEqual(text.splitlines(), [
            'parse    untagged, 02:00:00:00:00:0b -> 02:00:00:00:00:0a 0x0800 '
            'IPv4 203.0.113.9 > 203.0.113.8 TCP 0 > 0, 60 octets',
            'admit    admitted; 02:00:00:00:00:0b is in the MAC list of b; '
            'x.ini:19',
            'guard    passed; no check drops it, no limit is used up',
            'learn    nothing new',
            'neigh    nothing to decide',
            'forward  02:00:00:00:00:0a is on a (static)',
            'send     leaves by a untagged',
            'verdict  forwarded'])

    def test_a_flood_has_its_copies_and_drops(self):
        frame = ask('192.0.2.10', '192.0.2.11')
        whole = self.explain(CONFIG, [('a', frame)])
        self.assertEqual(whole['verdict'], 'flooded')
        self.assertEqual([row['port'] for row in whole['leaves']], ['b'])
        self.assertEqual(whole['leaves'][0], {'port': 'b', 'link': None,
                                              'tag': None, 'len': 60})
        self.assertEqual([(row['port'], row['reason'], row['line'])
                          for row in whole['objections']],
                         [('d', 'egress_police', 30)])
        self.assertIn('broadcast: flooded to 2 ports',
                      [row['text'] for row in whole['stages']])

    def test_checks_in_mode_log_are_listed(self):
        whole = self.explain(MODES, [('a', ether(B, A, 100))])
        self.assertEqual([(row['reason'], row['would'], row['line'])
                          for row in whole['objections']],
                         [('llc_snap', True, 12), ('ethertype', False, 2)])
        self.assertEqual(whole['reason'], 'ethertype')
        whole = self.explain(MODES, [('a', ip(89, ttl=1))])
        self.assertEqual(whole['verdict'], 'forwarded')
        self.assertEqual([(row['reason'], row['would'])
                          for row in whole['objections']], [('igp', True)])
        self.assertIn('only counted (mode log): igp',
                      ' '.join(row['text'] for row in whole['stages']))

    def test_the_decision_of_a_violation_has_no_line(self):
        config = ('[lan l]\n[port a]\ndevice = net_null_a\nlan = l\n'
                  f'mac = {A}\nstatus = connected\n'
                  'check = ethertype shutdown\n'
                  '[port b]\ndevice = net_null_b\nlan = l\n'
                  'status = quarantine\n')
        sent = [('a', ether(B, A, 0x8137)), ('a', ip(6))]
        whole = self.explain(config, sent, 1)
        self.assertIn(', which disables the port; x.ini:7',
                      whole['stages'][-1]['text'])
        whole = self.explain(config, sent)
        self.assertEqual((whole['reason'], whole['line']),
                         ('port_disabled', None))
        flood = [('a', ask('192.0.2.1', '192.0.2.2'))]
        whole = self.explain(config, flood)
        self.assertEqual((whole['reason'], whole['line']),
                         ('quarantine_isolated', None))

    def test_a_limit_is_as_used_at_that_time(self):
        frame = ask('192.0.2.10', '192.0.2.11')
        whole = self.explain(CONFIG, [('a', frame)])
        self.assertEqual(whole['verdict'], 'flooded')
        whole = self.explain(CONFIG, [('a', frame), ('a', frame)])
        self.assertEqual(whole['reason'], 'arp_rate')
        self.assertEqual(whole['line'], 14)

    def test_a_tag_decides_the_port(self):
        config = ('[lan l]\nprofile = ixp-basic\n'
                  '[port r]\ndevice = net_null_r\n'
                  '[port t]\nparent = r\ntag = 101\nlan = l\n'
                  f'mac = {A}\n[port u]\nparent = r\ntag = 102\nlan = l\n'
                  f'mac = {B}\n')
        frame = ether(B, A, 0x0800, tags=(101,))
        whole = self.explain(config, [('r', frame)])
        self.assertEqual((whole['port'], whole['in']), ('r', 't'))
        self.assertEqual(whole['leaves'], [{'port': 'u', 'link': None,
                                            'tag': 102, 'len': 64}])
        self.assertTrue(whole['stages'][0]['text'].startswith(
            'tag 101, which is port t, '))
        whole = self.explain(config, [('t', ether(B, A, 0x0800))])
        self.assertEqual((whole['in'], whole['reason']),
                         ('r', 'untagged_not_allowed'))
        self.assertEqual(whole['line'], None)

    def test_frames_before_have_had_their_effect(self):
        config = '[lan l]\nprofile = open\n' + ''.join(
            f'[port {p}]\ndevice = net_null_{p}\nlan = l\n' for p in 'ab')
        sent = [('a', ip(6)), ('b', ip(6, src=B, dst=A))]
        whole = self.explain(config, sent)
        self.assertEqual(whole['verdict'], 'forwarded')
        self.assertIn(f'{A} is on a (learned)',
                      [row['text'] for row in whole['stages']])
        self.assertIn('the source would be learned on b',
                      [row['text'] for row in whole['stages']])
        whole = self.explain(config, sent, 1)
        self.assertEqual(whole['verdict'], 'flooded')

    def test_the_frame_itself_changes_nothing(self):
        sent = [(port, frame) for port, frame, *_ in ROWS]
        run = self.record(CONFIG, sent)
        for number in range(2, len(sent) + 1, 3):
            self.replay(*run, '--explain', str(number), out='explained')
            self.replay(*run, '--limit', str(number - 1), out='cut')
            for name in os.listdir(self.path('cut')):
                with open(self.path('cut/' + name), 'rb') as one, \
                        open(self.path('explained/' + name), 'rb') as other:
                    self.assertEqual(one.read(), other.read(), name)

    def test_an_unknown_frame_number_is_an_error(self):
        self.explain(CONFIG, [('a', ip(17))], 1)
        done = self.run_raw('-c', 'x.ini', '-i', 'a=a.in.pcapng', '--explain',
                            '2')
        self.assertEqual(done.code, 1)
        self.assertIn('there is no frame 2, but 1 in all', done.stderr)
        self.assertEqual(done.stdout, '')
        for number in ('0', '-1', 'x', '1x'):
            done = self.run_raw('-i', 'a=a.in.pcapng', '--explain', number)
            self.assertEqual(done.code, 2)


if __name__ == '__main__':
    unittest.main()
