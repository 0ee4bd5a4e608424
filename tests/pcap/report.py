#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ixreplay --html: the numbers of the page are those of report.json, the same
capture gives the same octets, no text of a configuration or a frame becomes an
element, and a file that cannot be written is an error before the replay."""
import html.parser
import os
import random
import subprocess
import unittest

from harness import IXREPLAY, ReplayCase, patience
from frames import BROADCAST, EPOCH, SECOND, ether, ipv4, write_pcap

CONFIG = '''\
[lan peering]
profile = ixp-strict
[port a]
device = net_null_a
lan = peering
mac = 02:00:00:00:00:0a
description = %s
[port b]
device = net_null_b
lan = peering
mac = 02:00:00:00:00:0b
[port c]
device = net_null_c
lan = peering
mac = 02:00:00:00:00:0c
'''
A, B, C, NEW = (f'02:00:00:00:00:{x}' for x in ('0a', '0b', '0c', 'ee'))
HOSTILE = '"><script>alert(1)</script><b onload=\'x\' title="&amp;'
VOID = {'meta', 'br', 'link', 'img', 'input', 'hr'}
BINS = 120


def ip(dst, src, size=20):
    return ether(dst, src, 0x0800,
                 ipv4('203.0.113.9', '203.0.113.8', 17, bytes(size)))


class Page(html.parser.HTMLParser):
    """The tables of a page, by the id around them and their class, the tiles;
    and all elements with their attributes.  Each end tag has its begin."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.tables, self.tiles = [], [], {}, {}
        self.text, self.rows, self.name = '', None, None
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))
        if tag == 'table':
            ids = [a['id'] for _, a in self.open if 'id' in a]
            self.rows = []
            self.tables.setdefault((ids[-1], dict(attrs).get('class')),
                                   self.rows)
        if tag == 'tr':
            self.rows.append([])
        if tag in ('td', 'th', 'dt', 'dd', 'h3', 'title'):
            self.text = ''

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, tag
        if tag in ('td', 'th'):
            self.rows[-1].append(self.text)
        elif tag == 'dt':
            self.name = self.text
        elif tag == 'dd':
            self.tiles[self.name] = self.text

    def handle_data(self, data):
        self.text += data

    def table(self, part, kind=None):
        """Its rows without the head."""
        return self.tables[part, kind][1:]


class ReportCase(ReplayCase):
    def page(self, name='page.html'):
        with open(self.path(name), 'rb') as file:
            octets = file.read()
        text = octets.decode('utf-8')
        return Page(text), text, octets

    def mixed(self, number=500):
        """Frames of all fates, at times that repeat with each run."""
        chance = random.Random(13)
        return [chance.choice((
            ('a', ip(B, A)), ('a', ip(B, A)), ('a', ip(C, A, 900)),
            ('b', ip(A, B)), ('c', ip(BROADCAST, C)),
            ('a', ip(B, NEW)), ('b', ether(A, B, 0x8137, bytes(50)))))
            for _ in range(number)]


class Numbers(ReportCase):
    def setUp(self):
        super().setUp()
        self.result = self.replay(
            *self.record(CONFIG % 'Network A', self.mixed()),
            '--html', 'page.html')
        self.report = self.result.report
        self.shown, self.text, _ = self.page()

    def test_totals(self):
        ports = self.report['ports'].values()
        tiles = self.shown.tiles
        self.assertEqual(int(tiles['Frames received']),
                         self.report['frames']['read'])
        self.assertEqual(tiles['Time'], f'{self.report["seconds"]} s')
        for name, expected in (
                ('Forwarded to one port', sum(p['forwarded'] for p in ports)),
                ('Flooded', sum(p['flooded'] for p in ports)),
                ('Consumed', sum(p['consumed'] for p in ports)),
                ('Frames sent', sum(p['tx_frames'] for p in ports)),
                ('Dropped', sum(sum(p['dropped'].values()) for p in ports)),
                ('Dropped before sending',
                 sum(sum(p['tx_dropped'].values()) for p in ports))):
            self.assertEqual(int(tiles[name]), expected, name)

    def test_ports(self):
        rows = self.shown.table('ports')
        self.assertEqual(len(rows), len(self.report['ports']))
        for row, (name, p) in zip(rows, self.report['ports'].items()):
            self.assertEqual(row[0], name + ('Network A' if name == 'a'
                                             else ''))
            self.assertEqual(row[1], p['lan'])
            self.assertEqual(
                [int(x) for x in row[2:]],
                [p['rx_frames'], p['rx_bytes'], p['forwarded'], p['flooded'],
                 p['consumed'], sum(p['dropped'].values()), p['tx_frames'],
                 p['tx_bytes'], sum(p['tx_dropped'].values())])

    def test_drops(self):
        expected = {}
        for name, p in self.report['ports'].items():
            for side in 'dropped', 'tx_dropped':
                for reason, n in p[side].items():
                    expected.setdefault(reason, []).append([name, str(n), '0'])
        self.assertLessEqual({'mac_lock', 'ethertype'}, set(expected))
        self.assertEqual({part: rows[1:]
                          for (part, kind), rows in self.shown.tables.items()
                          if kind == 'reason'}, expected)

    def test_examples(self):
        """The first three of each reason, as in drops.pcapng.  record() sends
        the first frame at EPOCH."""
        first = {}
        for time, port, _, _, options in self.result.drops:
            words = dict(w.split('=', 1) for w in options[1].decode().split())
            first.setdefault(words['drop'], []).append(
                [port, words.get('holder', ''), words.get('rule', ''),
                 (time - EPOCH) / SECOND])
        for reason, rows in first.items():
            shown = self.shown.table(reason, 'examples')
            self.assertEqual([[r[1], r[4], r[5]] for r in shown],
                             [r[:3] for r in rows[:3]])
            for row, (*_, time) in zip(shown, rows):
                self.assertAlmostEqual(float(row[0]), time, 6)
        row = self.shown.table('mac_lock', 'examples')[0]
        self.assertEqual(row[2], str(len(ip(B, NEW))))
        self.assertTrue(row[3].startswith(f'{NEW} -> {B} 0x0800 '), row)

    def test_matrix(self):
        """A row sums up to what its port forwarded; none sends to itself."""
        names = self.shown.tables['matrix', 'heat'][0][1:]
        rows = self.shown.table('matrix', 'heat')
        self.assertEqual(names, ['a', 'b', 'c'])
        cells = {(row[0], to): int(n or 0)
                 for row in rows for to, n in zip(names, row[1:])}
        for name, p in self.report['ports'].items():
            self.assertEqual(sum(cells[name, to] for to in names),
                             p['forwarded'], name)
            self.assertEqual(cells[name, name], 0)
        sent = self.mixed()
        self.assertEqual(cells['a', 'c'], sent.count(('a', ip(C, A, 900))))
        self.assertEqual(cells['b', 'a'], sent.count(('b', ip(A, B))))

    def test_time(self):
        rows = self.shown.table('time')
        self.assertLessEqual(len(rows), BINS)
        self.assertGreater(len(rows), BINS // 3)
        self.assertEqual(sum(int(row[1]) for row in rows),
                         self.report['frames']['read'])
        self.assertEqual(sum(int(row[2]) for row in rows),
                         len(self.result.drops))
        bars = [a for tag, a in self.shown.elements if tag == 'rect']
        self.assertEqual(len(bars), 2 * len(rows))
        width = float(rows[1][0])
        for row in rows:  # one frame a millisecond from 0 on
            begin = float(row[0])
            self.assertEqual(int(row[1]), sum(
                begin - 1e-9 <= i / 1000 < begin + width - 1e-9
                for i in range(500)), row)

    def test_what_it_was(self):
        self.assertIn('>x.ini<', self.text)
        self.assertIn(f'>ixreplay {self.report["version"]}<', self.text)


class Safety(ReportCase):
    def check_safe(self, page, text):
        for tag, attributes in page.elements:
            self.assertNotIn(tag, ('script', 'link', 'img', 'iframe', 'object',
                                   'embed', 'base', 'form', 'b'))
            for name in attributes:
                self.assertFalse(name.startswith('on'), (tag, name))
                self.assertNotIn(name, ('src', 'href', 'srcset', 'action'))
        self.assertNotRegex(text, r'https?:|url\(|@import|//\w')

    def test_description_is_text(self):
        self.replay(*self.record(CONFIG % HOSTILE, self.mixed(20)),
                    '--html', 'page.html')
        page, text, _ = self.page()
        self.check_safe(page, text)
        self.assertEqual(page.table('ports')[0][0], 'a' + HOSTILE)

    def test_name_of_configuration_is_text(self):
        name = 'x<script>&".ini'
        self.write(name, CONFIG % 'A')
        self.pcap('a.pcap', [ip(B, A), ip(B, NEW)])
        self.replay('-c', name, '-i', 'a=a.pcap', '--html', 'page.html')
        page, text, _ = self.page()
        self.check_safe(page, text)
        self.assertIn('x&lt;script&gt;&amp;&quot;.ini', text)
        self.assertTrue(page.table('mac_lock', 'examples')[0][5]
                        .startswith(name + ':'))

    def test_frames_are_text(self):
        """Whatever is in them, also as addresses."""
        octets = (HOSTILE.encode() + b'\xff\0\x1b') * 20
        sent = [('a', octets[i:i + 60 + i]) for i in range(50)]
        sent += [('a', ether(B, NEW, 0x0800, octets))]
        self.replay(*self.record(CONFIG % 'A', sent), '--html', 'page.html')
        page, text, _ = self.page()
        self.check_safe(page, text)
        self.assertNotIn('alert', text)

    def test_port_of_a_capture_is_text(self):
        self.pcap('a.pcap', [ip(B, A)])
        result = self.run_raw('-i', '<b>=a.pcap', '--html', 'page.html', '-q')
        if result.code == 0:
            self.check_safe(*self.page()[:2])
        else:
            self.assertFalse(os.path.exists(self.path('page.html')))


class Files(ReportCase):
    def simple(self, *arguments, code=0):
        self.pcap('a.pcap', [ip(B, A), ip(A, B)])
        result = self.run_raw('-i', 'a=a.pcap', '-i', 'b=a.pcap', '-q',
                              *arguments)
        self.assertEqual(result.code, code, result.stderr)
        return result

    def names(self):
        return sorted(os.listdir(self.folder))

    def test_same_octets(self):
        pages = []
        for name in 'one.html', 'two.html':
            self.replay(*self.record(CONFIG % 'A', self.mixed()),
                        '--html', name, out=name + '.out')
            pages.append(self.page(name)[2])
        self.assertEqual(*pages)

    def test_other_outputs_are_the_same(self):
        """The matrix is on for the page, and changes nothing else."""
        arguments = self.record(CONFIG % 'A', self.mixed(50))
        first = self.replay(*arguments, '--json')
        second = self.replay(*arguments, '--json', '--html', 'page.html',
                             out='second')
        self.assertEqual(first.stdout, second.stdout)
        self.assertEqual(first.drops, second.drops)
        self.assertEqual(first.left, second.left)

    def test_without_write(self):
        self.simple('--html', 'page.html')
        self.assertEqual(self.names(), ['a.pcap', 'page.html'])

    def test_replaces_the_page_before(self):
        self.write('page.html', 'x' * 1000000)
        self.simple('--html', 'page.html')
        self.assertTrue(self.page()[1].endswith('</html>\n'))

    def test_no_frame(self):
        self.pcap('a.pcap', [])
        self.replay('-i', 'a=a.pcap', '--html', 'page.html')
        self.assertIn('There was no frame', self.page()[1])

    def test_uneven_times(self):
        """No frame is lost when columns become wider."""
        chance = random.Random(7)
        times = sorted(chance.randrange(5 * SECOND) for _ in range(999))
        write_pcap(self.path('a.pcap'),
                   [(EPOCH + t, ip(B, A)) for t in [0, *times]])
        self.replay('-i', 'a=a.pcap', '--html', 'page.html')
        rows = self.page()[0].table('time')
        self.assertEqual([int(row[1]) for row in rows],
                         [sum(i * SECOND // 20 <= t < (i + 1) * SECOND // 20
                              for t in [0, *times]) for i in range(100)])

    def test_years_have_room(self):
        write_pcap(self.path('a.pcap'),
                   [(EPOCH + i * 3600 * SECOND, ip(B, A))
                    for i in (0, 1, 24 * 365 * 3)])
        self.replay('-i', 'a=a.pcap', '--html', 'page.html')
        rows = self.page()[0].table('time')
        self.assertLessEqual(len(rows), BINS)
        self.assertEqual(sum(int(row[1]) for row in rows), 3)

    def test_many_ports(self):
        """The busiest have a row, all others one; nothing is lost."""
        macs = [f'02:00:00:00:01:{i:02x}' for i in range(50)]
        frames = [ip(BROADCAST, mac) for mac in macs]
        frames += [ip(macs[(i * 7 + j) % 50], macs[i])
                   for i in range(50) for j in range(1, 2 + i % 5)]
        self.pcap('lan.pcap', frames)
        result = self.replay('--split', 'mac', 'lan.pcap', '--html',
                             'page.html')
        shown = self.page()[0]
        names = shown.tables['matrix', 'heat'][0][1:]
        rows = shown.table('matrix', 'heat')
        self.assertEqual(len(rows), 33)
        self.assertEqual(names, [row[0] for row in rows])
        self.assertEqual(names[-1], 'others')
        expected = {}
        for i in range(50):
            for j in range(1, 2 + i % 5):
                pair = tuple(name if name in names else 'others' for name in (
                    'mac-' + macs[k].replace(':', '-')
                    for k in (i, (i * 7 + j) % 50)))
                if i != (i * 7 + j) % 50:
                    expected[pair] = expected.get(pair, 0) + 1
        self.assertEqual({(row[0], to): int(n) for row in rows
                          for to, n in zip(names, row[1:]) if n}, expected)
        self.assertEqual(sum(int(n or 0) for row in rows for n in row[1:]),
                         sum(p['forwarded']
                             for p in result.report['ports'].values()))

    def test_error_of_the_replay_is_shown(self):
        path = self.pcap('bad.pcap', [ip(B, A)] * 3)
        with open(path, 'r+b') as file:
            file.truncate(os.path.getsize(path) - 5)
        result = self.run_raw('-i', 'a=bad.pcap', '--html', 'page.html')
        self.assertEqual(result.code, 1)
        text = self.page()[1]
        self.assertIn('The replay ended early: bad.pcap', text)

    def check_refused(self, path, why, *arguments):
        before = self.names()
        result = self.simple('--html', path, *arguments, code=1)
        self.assertIn(f'{path}: error: {why}', result.stderr)
        self.assertEqual(self.names(), sorted({*before, 'a.pcap'}))

    def test_wrong_paths(self):
        os.mkdir(self.path('folder'))
        os.mkfifo(self.path('pipe'))
        missing = 'cannot be written: No such file or directory'
        self.check_refused('none/page.html', missing)
        self.check_refused('folder', 'cannot be written: Is a directory')
        self.check_refused('pipe', 'cannot be written: not a regular file')

    def test_no_file_of_the_replay_is_replaced(self):
        self.check_refused('a.pcap', 'is a capture to be read')
        self.pcap('c.html.new', [ip(A, C)])
        result = self.simple('-i', 'c=c.html.new', '--html', 'c.html', code=1)
        self.assertIn('c.html.new: error: is a capture to be read',
                      result.stderr)
        for name in 'report.json', 'drops.pcapng', 'b.pcap':
            result = self.simple('-w', 'out', '--html', 'out/' + name, code=1)
            self.assertIn(f'out/{name}: error: is a name of the files of -w',
                          result.stderr)
        self.write('x.ini', CONFIG % 'A')
        result = self.simple('-c', 'x.ini', '--html', 'x.ini', code=1)
        self.assertIn('x.ini: error: is the configuration', result.stderr)
        with open(self.path('x.ini'), encoding='utf-8') as file:
            self.assertEqual(file.read(), CONFIG % 'A')

    def test_beside_the_other_files(self):
        self.simple('-w', 'out', '--html', 'out/report.html')
        self.assertEqual(sorted(os.listdir(self.path('out'))),
                         ['a.pcap', 'b.pcap', 'drops.pcapng', 'report.html',
                          'report.json'])

    def test_link_is_not_followed(self):
        """The name of the temporary file may be another's link."""
        self.write('other', 'kept')
        os.symlink('other', self.path('page.html.new'))
        result = self.simple('--html', 'page.html', code=1)
        self.assertIn('page.html: error: cannot be written: ', result.stderr)
        with open(self.path('other'), encoding='utf-8') as file:
            self.assertEqual(file.read(), 'kept')

    def test_no_space(self):
        """The page before stays whole, and no temporary file is left."""
        self.write('page.html', 'before')
        self.pcap('a.pcap', [ip(B, A)])
        done = subprocess.run(
            ['sh', '-c', 'trap "" XFSZ; ulimit -f 4; exec "$@"', 'sh', IXREPLAY,
             '-i', 'a=a.pcap', '-q', '--html', 'page.html'], cwd=self.folder,
            stderr=subprocess.PIPE, timeout=patience(), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'page.html: error: cannot be written: File too large',
                      done.stderr)
        self.assertEqual(self.names(), ['a.pcap', 'page.html'])
        with open(self.path('page.html'), encoding='utf-8') as file:
            self.assertEqual(file.read(), 'before')

    def test_usage(self):
        for arguments in (('--html', '-'), ('--html', 'p', '--explain', '1'),
                          ('--html', 'p', '--html', 'q')):
            result = self.simple(*arguments, code=2)
            self.assertRegex(result.stderr, '^ixreplay: --html')


if __name__ == '__main__':
    unittest.main()
