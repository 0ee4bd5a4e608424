#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A storm of questions for dead addresses, and what of it a bystander hears: a
member who asks for nobody.

Each of 500 members has sessions with 16 neighbours who are gone, 200 in all, and
as routers do goes on trying: every 120 seconds (the ConnectRetryTime of RFC
4271), give or take a quarter, three ARP requests a second apart.  That is a
question a second for each dead address, and 200 a second on the LAN.  Ten
minutes of it are a capture, which is repeated for 160.

It is replayed through four exchanges that differ in a few lines:

  flood        as a plain switch does it; twenty minutes of it are enough
  sponge       sponge = on, with the limits of queue_small; the rest as above
  unassigned   besides, an address that no port has is dead when three probes
               have not been answered
  nobody       no sponge: what no port has is asked of nobody

Run by itself it prints what the bystander received."""
import json
import os
import random
import struct
import unittest

from harness import ReplayCase
from frames import BROADCAST, EPOCH, SECOND, arp, ether

MEMBERS, DEAD, NEIGHBOURS = 500, 200, 16
RETRY, TRIES = 120, 3
MINUTES, ROUNDS, FLOOD_ROUNDS = 10, 16, 2
# Sanitizers take their time, and are not after the figures.
EVERY = int(os.environ.get('ORACLE_EVERY', '1'))

LAN = '''
[lan peering]
profile = ixp-strict
ipv4 = 10.0.0.0/22
sponge_mac = 02:53:00:00:00:01
sponge_ipv4 = 10.0.3.250
'''
QUIET = 'sponge = on\nsponge_profile = queue_small\n'
EXCHANGES = {
    'flood': 'arp_mode = flood\n',
    'sponge': 'arp_mode = flood\n' + QUIET,
    'unassigned': 'arp_mode = flood\n' + QUIET + 'unassigned = dead\n',
    'nobody': 'arp_mode = unicast\nunknown_arp = drop\n',
}


def mac(n):
    return f'02:00:00:00:{n >> 8:02x}:{n & 255:02x}'


def address(n):
    return f'10.0.{n >> 8}.{n & 255}'


def port(name, n):
    return (f'[port {name}]\ndevice = net_null_{name}\nlan = peering\n'
            f'mac = {mac(n)}\nipv4 = {address(n)}\n')


PORTS = ''.join(port(f'm{n}', n) for n in range(1, MEMBERS + 1))
PORTS += port('bystander', MEMBERS + 1)


def question(member, dead):
    return ether(BROADCAST, mac(member), 0x0806,
                 arp(1, mac(member), address(member), '00:00:00:00:00:00',
                     address(600 + dead)))


def storm():
    """(ns, frame) of a round, in the order of time."""
    chance = random.Random(1)
    asked = []
    for member in range(1, MEMBERS + 1):
        for i in range(NEIGHBOURS):
            frame = question(member, (member * NEIGHBOURS + i) % DEAD)
            at = chance.uniform(0, RETRY)
            while at < MINUTES * 60 - TRIES:
                asked += [(int((at + k) * SECOND), frame)
                          for k in range(TRIES)]
                at += chance.uniform(0.75, 1.25) * RETRY
    return sorted(asked)


def write(path, frames):
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
        for at, frame in frames:
            at += EPOCH
            out.write(struct.pack('<IIII', at // SECOND, at % SECOND,
                                  len(frame), len(frame)) + frame)


class Storm(ReplayCase):
    def through(self, exchange):
        rounds = FLOOD_ROUNDS if exchange == 'flood' else ROUNDS
        self.write('x.ini', LAN + EXCHANGES[exchange] + PORTS)
        run = self.run_raw('-c', 'x.ini', '--split', 'mac', 'storm.pcap',
                           '--loop', str(max(rounds // EVERY, 1)), '--json')
        self.assertEqual(run.code, 0, run.stderr)
        return json.loads(run.stdout)

    def test_a_bystander_hears_no_more_of_it(self):
        write(self.path('storm.pcap'), storm())
        reports = {name: self.through(name) for name in EXCHANGES}
        asked = {name: r['frames']['read'] for name, r in reports.items()}
        heard = {name: r['ports']['bystander']['tx_frames']
                 for name, r in reports.items()}
        print(f'{"exchange":12}{"minutes":>9}{"asked":>10}{"heard":>10}')
        for name, r in reports.items():
            print(f'{name:12}{r["seconds"] / 60:9.0f}{asked[name]:10}'
                  f'{heard[name]:10}{100 * heard[name] / asked[name]:9.3f} %')
        self.assertEqual(heard['flood'], asked['flood'])
        self.assertEqual(heard['nobody'], 0)
        if EVERY == 1:
            self.assertLessEqual(heard['sponge'], asked['sponge'] // 100)
        self.assertLess(heard['unassigned'], heard['sponge'])
        for name in 'sponge', 'unassigned':
            sponge = reports[name]['sponges']['peering']
            self.assertEqual(sponge['addresses']['dead'], DEAD)
            # Who asked was answered, but for the first of them.
            self.assertEqual(sponge['sponge_replies'],
                             sponge['sponge_suppressed'])
            self.assertEqual(heard[name], asked[name] -
                             sponge['sponge_replies'] +
                             sponge['sponge_probes'])


if __name__ == '__main__':
    unittest.main()
