# SPDX-License-Identifier: BSD-3-Clause
"""Runs ixreplay on captures made here, and checks after every run what must
always hold: each frame that came in is accounted for once, and the counters
agree with the files."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'data'))
from frames import (EPOCH, SECOND, read_pcap, read_pcapng, write_pcap,
                    write_pcapng)

IXREPLAY = os.environ.get('IXREPLAY', 'ixreplay')
TIMEOUT = 120  # seconds, on a machine that does nothing else


def patience():
    """Seconds to wait for a run, which shares the processors with others."""
    return TIMEOUT * max(1, os.getloadavg()[0] / os.cpu_count())


class Result:
    """What a run left behind."""

    def __init__(self, folder, done):
        self.code = done.returncode
        self.stdout = done.stdout
        self.stderr = done.stderr
        self.report = None
        self.left, self.drops = {}, []
        path = os.path.join(folder, 'report.json')
        if os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                self.report = json.load(file)
            for port in self.report['ports']:
                self.left[port] = list(read_pcap(
                    os.path.join(folder, port + '.pcap')))
            self.drops = list(read_pcapng(os.path.join(folder,
                                                       'drops.pcapng')))

    def port(self, name):
        return self.report['ports'][name]

    def dropped(self, name):
        return self.port(name)['dropped']

    def fates(self, gap=SECOND // 1000):
        """Of what play() sent, by number: the (reason, port charged) of each
        drop, and how many copies left."""
        refused, copies = {}, {}
        for time, port, _, _, options in self.drops:
            reason = options[1].decode().split()[0].removeprefix('drop=')
            refused.setdefault((time - EPOCH) // gap, []).append((reason, port))
        for left in self.left.values():
            for time, _, _ in left:
                number = (time - EPOCH) // gap
                copies[number] = copies.get(number, 0) + 1
        return refused, copies

    def out(self, name):
        """The frames that left by a port."""
        return [frame for _, frame, _ in self.left[name]]


class ReplayCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='ixreplay-')
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as out:
            out.write(text)
        return self.path(name)

    def pcap(self, name, frames, start=EPOCH, step=SECOND // 1000):
        """A capture of frames, one a millisecond."""
        write_pcap(self.path(name), [(start + i * step, frame)
                                     for i, frame in enumerate(frames)])
        return self.path(name)

    def run_raw(self, *arguments, stdin=None, out='out'):
        """Runs it as it is; relative names are in the folder."""
        done = subprocess.run([IXREPLAY, *arguments], cwd=self.folder,
                              input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=patience(),
                              check=False)
        done.stdout = done.stdout.decode()
        done.stderr = done.stderr.decode()
        self.assertNotIn('Sanitizer', done.stderr)
        self.assertNotIn('runtime error', done.stderr)
        result = Result(self.path(out), done)
        if result.report is not None:
            self.check_accounts(result)
        return result

    def replay(self, *arguments, code=0, **options):
        result = self.run_raw(*arguments, '-w', options.get('out', 'out'),
                              **options)
        self.assertEqual(result.code, code, result.stderr)
        return result

    def record(self, config, sent, gap=SECOND // 1000):
        """Writes the captures of a run in which (port, frame), or (port,
        frame, epb_flags), come one after a gap; returns its arguments."""
        self.write('x.ini', config)
        captures = {}
        for i, (port, frame, *flags) in enumerate(sent):
            captures.setdefault(port, []).append(
                (EPOCH + i * gap, 0, frame, *(flags or [0])))
        arguments = ['-c', 'x.ini']
        for port, records in captures.items():
            write_pcapng(self.path(port + '.in.pcapng'), [port], records)
            arguments += ['-i', f'{port}={port}.in.pcapng']
        return arguments

    def play(self, config, sent, gap=SECOND // 1000, **options):
        """Sends them through one run."""
        return self.replay(*self.record(config, sent, gap), **options)

    def check_accounts(self, result):
        decided = sent = read = 0
        for name, port in result.report['ports'].items():
            self.assertEqual(port['rx_frames'],
                             port['forwarded'] + port['flooded'] +
                             port['consumed'] + sum(port['dropped'].values()),
                             name)
            self.assertEqual(port['tx_frames'], len(result.left[name]), name)
            self.assertEqual(port['tx_bytes'],
                             sum(size for _, _, size in result.left[name]),
                             name)
            decided += port['forwarded'] + port['copies']
            sent += port['tx_frames'] + sum(port['tx_dropped'].values())
            read += port['rx_frames']
        self.assertEqual(decided + result.report['generated'] +
                         result.report['mirrored'], sent)
        self.assertEqual(read, result.report['frames']['read'])
        self.check_drops(result)

    def check_drops(self, result):
        """Each refused frame is in drops.pcapng, by port and reason."""
        found = {}
        for _, port, _, _, options in result.drops:
            words = dict(word.split('=', 1)
                         for word in options[1].decode().split())
            self.assertEqual(words['port'], port)
            key = port, words['drop']
            found[key] = found.get(key, 0) + 1
        expected = {(name, reason): n
                for name, port in result.report['ports'].items()
                for side in ('dropped', 'tx_dropped')
                for reason, n in port[side].items()}
        self.assertEqual(found, expected)


def octets_of(folder):
    """The contents of every file in a folder."""
    contents = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), 'rb') as file:
            contents[name] = file.read()
    return contents
