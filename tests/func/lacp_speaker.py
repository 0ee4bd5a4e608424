# SPDX-License-Identifier: BSD-3-Clause
"""A member that speaks LACP (IEEE 802.1AX-2020, clause 6), written from the standard for the
tests, so that it makes no mistake in common with lib/lacp.  It sees its LAG as a member
does: by the LACPDUs of the fabric alone.

It does what a partner needs: sends LACPDUs each second and when something changes, gives
a link up 3 s after the last one (short timeout), sends frames only by links on which both
sides are in sync and collect, and takes a link for another LAG if the system or the key
of its partner differs.  Its clock is an argument.
"""
import struct

SLOW_PROTOCOLS = bytes.fromhex('0180c2000002')
SLOW_TYPE = b'\x88\x09'
SIZE = 110            # octets behind the Ethernet header, of a LACPDU and of a marker

ACTIVITY, TIMEOUT, AGGREGATION, SYNC, COLLECTING, DISTRIBUTING, DEFAULTED, EXPIRED = (
    1 << bit for bit in range(8))
JOINED = SYNC | COLLECTING

FAST_PERIODIC = 1.0   # seconds (6.4.4)
SHORT_TIMEOUT = 3.0


class Info:
    """What a LACPDU says of one side (6.4.2.3)."""

    FORMAT = struct.Struct('!H6sHHHB3x')

    def __init__(self, system, key, port, state=0, system_priority=32768,
                 port_priority=32768):
        self.system_priority = system_priority
        self.system = system
        self.key = key
        self.port_priority = port_priority
        self.port = port
        self.state = state

    def packed(self):
        return self.FORMAT.pack(self.system_priority, self.system, self.key,
                                self.port_priority, self.port, self.state)

    @classmethod
    def unpack(cls, octets):
        priority, system, key, port_priority, port, state = cls.FORMAT.unpack(octets)
        return cls(system, key, port, state, priority, port_priority)

    def names(self):
        """Without the state."""
        return (self.system_priority, self.system, self.key, self.port_priority, self.port)

    def __repr__(self):
        letters = ''.join(letter if self.state >> bit & 1 else '-'
                          for bit, letter in enumerate('ASGYCDFX'))
        return f'{self.system.hex(":")} key {self.key} port {self.port} {letters}'


NONE = Info(bytes(6), 0, 0, 0, 0, 0)


def lacpdu(actor, partner, version=1, actor_tlv=(1, 20), partner_tlv=(2, 20),
           collector_tlv=(3, 16), end=(0, 0)):
    """The octets behind the Ethernet header; a test gives other types and lengths."""
    return (struct.pack('!BBBB', 1, version, *actor_tlv) + actor.packed() +
            bytes(partner_tlv) + partner.packed() +
            bytes(collector_tlv) + bytes(14) + bytes(end)).ljust(SIZE, b'\0')


def parse(payload):
    """Actor and partner of a LACPDU.  ValueError: the fabric must send no such frame."""
    if len(payload) != SIZE or payload[0] != 1 or payload[1] != 1:
        raise ValueError('no LACPDU of version 1')
    if (payload[2:4] != b'\x01\x14' or payload[22:24] != b'\x02\x14' or
            payload[42:44] != b'\x03\x10' or any(payload[58:])):
        raise ValueError('TLVs')
    return Info.unpack(payload[4:22]), Info.unpack(payload[24:42])


def marker(system, port, transaction, tlv=1):
    """A marker, or with tlv=2 the response to it (6.5.3.2)."""
    return struct.pack('!BBBBH6sI2x', 2, 1, tlv, 16, port, system, transaction).ljust(
        SIZE, b'\0')


def slow_frame(source, payload):
    return SLOW_PROTOCOLS + source + SLOW_TYPE + payload


class Link:
    """One cable of a speaker."""

    def __init__(self, speaker, wire, number, source):
        self.speaker = speaker
        self.wire = wire          # has send(frame)
        self.source = source      # MAC address of the NIC, not of the member
        self.info = Info(speaker.system, speaker.key, number)
        self.partner = None
        self.heard = 0.0          # time of the last LACPDU
        self.due = 0.0            # of the next one
        self.silent = False       # a test: nothing gets through, in either direction
        self.last = b''           # the last LACPDU of the fabric, a whole frame
        self.work_out()

    def joined(self):
        """In sync with the LAG of its speaker."""
        return self.partner is not None and self.speaker.has(self.partner)

    def usable(self):
        """The partner takes what is sent here."""
        return self.joined() and self.partner.state & JOINED == JOINED

    def fabric_uses(self):
        """The partner says that it sends frames here."""
        return self.joined() and bool(self.partner.state & DISTRIBUTING)

    def work_out(self):
        """Returns whether the own state has changed."""
        state = ACTIVITY | TIMEOUT | AGGREGATION
        if self.joined():
            state |= SYNC
            if self.partner.state & SYNC:
                state |= COLLECTING
            if self.usable():
                state |= DISTRIBUTING
        elif self.partner is None:
            state |= DEFAULTED
        changed = state != self.info.state
        self.info.state = state
        return changed

    def receive(self, frame, now):
        """A LACPDU.  Answers if the fabric knows less of this side than it should."""
        actor, seen = parse(frame[14:])
        self.last, self.partner, self.heard = frame, actor, now
        changed = self.work_out()
        right = ACTIVITY | TIMEOUT | AGGREGATION | SYNC
        if (changed or seen.names() != self.info.names() or
                (seen.state ^ self.info.state) & right):
            self.send(now)

    def run(self, now):
        if self.partner is not None and now - self.heard > SHORT_TIMEOUT:
            self.partner = None
            self.work_out()
            self.send(now)
        elif now >= self.due:
            self.send(now)

    def send(self, now):
        self.due = now + FAST_PERIODIC
        if not self.silent:
            self.wire.send(slow_frame(self.source, lacpdu(self.info, self.partner or NONE)))


class Speaker:
    """The LAG of a member: the links that have the partner that its first one has."""

    def __init__(self, system, key):
        self.system = system
        self.key = key
        self.links = []

    def has(self, partner):
        """Whether that is the partner of the LAG."""
        first = next(link.partner for link in self.links if link.partner is not None)
        return (partner.system, partner.key) == (first.system, first.key)

    def add(self, wire, source):
        self.links.append(Link(self, wire, len(self.links) + 1, source))
        return self.links[-1]
