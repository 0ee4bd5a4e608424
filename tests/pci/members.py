# SPDX-License-Identifier: BSD-3-Clause
"""The members at the far ends of cables: what they send each other, and what arrives."""
import os
import sys
import threading

from machine import HERE, Failure, patience

sys.path.insert(0, os.path.join(HERE, '..', 'data'))
from frames import BROADCAST, arp, ether, ipv4, udp

HEADER = 14

# What a sponge sends is for no test here.
FABRIC_MAC = '02:53:00:00:00:01'
FABRIC = bytes.fromhex(FABRIC_MAC.replace(':', ''))


def mac_of(nic):
    """Of the member at this NIC: not that of the NIC."""
    return f'02:00:00:00:00:{nic.number:02x}'


def ip_of(nic):
    return f'192.0.2.{nic.number}'


def frame(source, target, length, number=0, src=None):
    """UDP from one member to the other, of that length without FCS."""
    room = max(0, length - HEADER - 20 - 8)
    text = (b'frame %d ' % number).ljust(room, b'.')[:room]
    a, b = ip_of(source), ip_of(target)
    return ether(mac_of(target), src or mac_of(source), 0x0800,
                 ipv4(a, b, 17, udp(a, b, 1000 + number % 512, 2000, text)))


def request(nic, target='192.0.2.99'):
    """A broadcast ARP request."""
    return ether(BROADCAST, mac_of(nic), 0x0806,
                 arp(1, mac_of(nic), ip_of(nic), '00:00:00:00:00:00', target))


def receive(nic, seconds):
    """The next frame of another member, or None."""
    got = nic.receive(seconds)
    while got is not None and got[6:12] == FABRIC:
        got = nic.receive(seconds)
    return got


def expect(nic, want, seconds=20):
    """The next frame there is that one."""
    got = receive(nic, seconds * patience())
    if got is None:
        raise Failure(f'{nic.name}: no frame of {len(want)} octets')
    if got != want:
        raise Failure(f'{nic.name}: not that of {len(want)} octets: {len(got)}, {got[:60]!r}')


def crosses(source, target, lengths=(60,)):
    """Frames from one member to the other arrive as they were sent, in order."""
    for length in lengths:
        one = frame(source, target, length)
        source.send(one)
        expect(target, one)


def quiet(nics):
    """No frame is at any of them."""
    for nic in nics:
        got = receive(nic, 0.01)
        if got is not None:
            raise Failure(f'{nic.name}: a frame for no member there: {got[:60]!r}')


def drain(nic):
    """How many frames were sent to the NIC while nothing expected them."""
    frames = 0
    while receive(nic, 0.2) is not None:
        frames += 1
    return frames


class Traffic(threading.Thread):
    """One frame after the other from a member to another, and what became of them: the
    next when the last has arrived, or after a while."""

    def __init__(self, source, target, wait=20):
        super().__init__(daemon=True)
        self.source = source
        self.target = target
        self.wait = wait
        self.sent = self.lost = 0
        self.stop = threading.Event()

    def run(self):
        while not self.stop.is_set():
            one = frame(self.source, self.target, 100 + self.sent % 1400, self.sent)
            self.source.send(one)
            self.sent += 1
            if self.target.receive(self.wait * patience()) != one:
                self.lost += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.join()
