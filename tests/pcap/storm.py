#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A storm of requests for dead addresses, and how many of them a bystander gets: a
member that sends none.

Each of 500 members has sessions with 16 neighbours that are gone, 200 in all, and
like a router it retries: every 120 seconds (the ConnectRetryTime of RFC 4271),
plus or minus a quarter, three ARP requests a second apart.  That is one request a
second for each dead address, and 200 a second on the LAN.  A capture has ten
minutes of it, and is repeated for 160.

It is replayed through four exchanges that differ in a few lines:

  flood        like a plain switch; twenty minutes of it are enough
  sponge       sponge = on, with the limits of queue_small; the rest as above
  unassigned   also, an address that no port has is dead from the start
  dropped      no sponge: requests for addresses that no port has are dropped

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
# Sanitizers are slow, and need no figures.
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
    'dropped': 'arp_mode = unicast\nunknown_arp = drop\n',
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


def request(member, dead):
    return ether(BROADCAST, mac(member), 0x0806,
                 arp(1, mac(member), address(member), '00:00:00:00:00:00',
                     address(600 + dead)))


def storm():
    """(ns, frame) of a round, sorted by time."""
    chance = random.Random(1)
    requests = []
    for member in range(1, MEMBERS + 1):
        for i in range(NEIGHBOURS):
            frame = request(member, (member * NEIGHBOURS + i) % DEAD)
            at = chance.uniform(0, RETRY)
            while at < MINUTES * 60 - TRIES:
                requests += [(int((at + k) * SECOND), frame)
                          for k in range(TRIES)]
                at += chance.uniform(0.75, 1.25) * RETRY
    return sorted(requests)


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

    def test_bystander_gets_no_requests_for_dead_addresses(self):
        write(self.path('storm.pcap'), storm())
        reports = {name: self.through(name) for name in EXCHANGES}
        requests = {name: r['frames']['read'] for name, r in reports.items()}
        received = {name: r['ports']['bystander']['tx_frames']
                 for name, r in reports.items()}
        print(f'{"exchange":12}{"minutes":>9}{"requests":>10}{"received":>10}')
        for name, r in reports.items():
            print(f'{name:12}{r["seconds"] / 60:9.0f}{requests[name]:10}'
                  f'{received[name]:10}{100 * received[name] / requests[name]:9.3f} %')
        self.assertEqual(received['flood'], requests['flood'])
        self.assertEqual(received['dropped'], 0)
        if EVERY == 1:
            # Five probes a second take four minutes to find 200 dead.
            self.assertLessEqual(received['sponge'],
                                 requests['sponge'] * 3 // 100)
        self.assertLess(received['unassigned'], received['sponge'])
        # All that no port has, and the sponge has not itself.
        for name, dead in (('sponge', DEAD),
                           ('unassigned', 1022 - MEMBERS - 2)):
            sponge = reports[name]['sponges']['peering']
            self.assertEqual(sponge['addresses']['dead'], dead)
            # Suppressed requests were answered.
            self.assertEqual(sponge['sponge_replies'],
                             sponge['sponge_suppressed'])
            self.assertEqual(received[name], requests[name] -
                             sponge['sponge_replies'] +
                             sponge['sponge_probes'])


if __name__ == '__main__':
    unittest.main()
