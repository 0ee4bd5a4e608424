# SPDX-License-Identifier: BSD-3-Clause
"""For lag.sh: members on raw sockets, all in one loop.

  lag.py prepare FOLDER              makes cables and the configurations
  lag.py run FOLDER IXCTL LOAD       the test, with a daemon on FOLDER/first.ini
"""
import collections
import json
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data'))
from frames import ether, ipv4, mac
from lacp_speaker import (AGGREGATION, COLLECTING, DISTRIBUTING, SLOW_PROTOCOLS, SYNC, Info,
                          Speaker, lacpdu, marker, slow_frame)

SYSTEM = '02:1a:c0:00:00:01'

# A LAN of each profile; 'tX' are devices that net_tap makes, the others ends of cables.
FABRIC = f'''
[fabric]
socket = %(folder)s/ixfabric.sock
state = %(folder)s/state/sponge.json
workers = 0
lacp_system = {SYSTEM}
flap_count = 0
[lan basic]
profile = ixp-basic
[lan open]
profile = open
[lan strict]
profile = ixp-strict
'''
FAST = 'lacp_timeout = fast\n'
PORTS = {
    'a': ('basic', ('a0', 'a1'), 'lacp = active\n' + FAST),
    'b': ('basic', ('b0',), ''),
    'c': ('basic', ('c0',), 'lacp = active\n' + FAST),
    'd': ('basic', ('d0',), ''),
    'e': ('open', ('e0', 'e1'), 'lacp = passive\n' + FAST),
    'f': ('open', ('f0',), ''),
    'g': ('strict', ('g0',), ''),
    's': ('open', ('s0', 's1'), ''),
    't': (None, ('t0', 't1'), 'lacp = active\n' + FAST),
}
# Tagged ports of the LAG t.
TAGGED = {'u': ('basic', 101), 'v': ('strict', 102)}
MORE = ('a2',)                # a link that is added to a

SOL_PACKET, IGNORE_OUTGOING, AUXDATA, TAG_VALID = 263, 23, 8, 0x10
MAGIC = b'numbered'
FLOWS = 16
RATE = 400                    # frames a second of a stream


def address(port):
    """Of the member's router."""
    return f'02:00:00:00:00:{ord(port):02x}'


def device(name):
    """Of the fabric."""
    driver = 'net_tap' if name[0] == 't' else 'net_af_packet'
    return f'{driver}{ord(name[0]) * 10 + int(name[1])}'


def configuration(folder, links):
    """With these devices, by port."""
    text = FABRIC % {'folder': folder}
    for port, (lan, _, keys) in PORTS.items():
        text += f'\n[port {port}]\n'
        for name in links[port]:
            text += f'device = {device(name)},iface={name if name[0] == "t" else "p" + name}\n'
        text += keys
        if lan:
            text += f'lan = {lan}\nmac = {address(port)}\n'
    for port, (lan, tag) in TAGGED.items():
        text += (f'\n[port {port}]\nparent = t\ntag = {tag}\nlan = {lan}\n'
                 f'mac = {address(port)}\n')
    return text


def ip(*words):
    subprocess.run(['ip', *words], check=True)


def no_ipv6(name):
    with open(f'/proc/sys/net/ipv6/conf/{name}/disable_ipv6', 'w', encoding='ascii') as file:
        file.write('1')


def prepare(folder):
    no_ipv6('default')
    names = [name for _, links, _ in PORTS.values() for name in links] + list(MORE)
    for name in names:
        if name[0] != 't':
            ip('link', 'add', 'p' + name, 'type', 'veth', 'peer', 'name', name)
            ip('link', 'set', 'p' + name, 'up')
            ip('link', 'set', name, 'arp', 'off', 'up')
    links = {port: list(row[1]) for port, row in PORTS.items()}
    for name, of_a in (('first', ['a0', 'a1']), ('more', ['a0', 'a1', 'a2']),
                       ('fewer', ['a1', 'a2'])):
        with open(f'{folder}/{name}.ini', 'w', encoding='ascii') as file:
            file.write(configuration(folder, links | {'a': of_a}))


class Failure(Exception):
    """What the test expected did not happen."""


class Wire:
    """The member's end of a cable."""

    def __init__(self, name):
        self.name = name
        self.link = None         # of a speaker
        self.responses = []      # to markers
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
        self.socket.setsockopt(SOL_PACKET, AUXDATA, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.socket.bind((name, 3))
        self.socket.setblocking(False)

    def fileno(self):
        return self.socket.fileno()

    def send(self, frame):
        try:
            self.socket.send(frame)
        except OSError:          # the link is down
            pass

    def receive(self):
        """The next frame, with its tag; or None."""
        try:
            frame, extra, _, _ = self.socket.recvmsg(65536, 64)
        except OSError:
            return None
        for _, kind, data in extra:
            if kind == AUXDATA:
                status, _, _, _, _, tci, tpid = struct.unpack('IIIHHHH', data[:20])
                if status & TAG_VALID:
                    frame = frame[:12] + struct.pack('!HH', tpid or 0x8100, tci) + frame[12:]
        return frame


class Member:
    """Of a port: where its frames leave, and what came in."""

    def __init__(self, port, wires, speaker=None, tag=None):
        self.port = port
        self.wires = wires
        self.speaker = speaker
        self.tags = [tag] if tag else []

    def wire(self, flow):
        """That a flow leaves by, or None."""
        if self.speaker is None:
            return self.wires[flow % len(self.wires)]
        usable = [link.wire for link in self.speaker.links
                  if link.usable() and not link.silent]
        return usable[flow % len(usable)] if usable else None


class Stream:
    """Numbered frames of several flows, which take turns, from one member to another."""

    count = 0

    def __init__(self, source, target, rate):
        self.rate = rate
        Stream.count += 1
        self.id = Stream.count
        self.source, self.target = source, target
        self.heads = [self.head(flow) for flow in range(FLOWS)]
        self.sent = []           # when, by number, and by which wire
        self.by = []
        self.seen = {}           # by number: the wire
        self.last = [-1] * FLOWS
        self.repeated = self.late = 0
        self.next = None

    def head(self, flow):
        one = ipv4(f'203.0.113.{1 + flow}', '203.0.113.200', 253, MAGIC + bytes(18))
        return ether(address(self.target.port), address(self.source.port), 0x0800, one,
                     tags=self.source.tags, pad=0)[:-18]

    def tick(self, now):
        self.next = self.next or now
        # What a pause of this process has left out is not sent in a burst.
        self.next = max(self.next, now - 0.01)
        while self.next <= now:
            self.next += 1 / self.rate
            number = len(self.sent)
            wire = self.source.wire(number % FLOWS)
            self.sent.append(now)
            self.by.append(wire and wire.name)
            if wire:
                wire.send(self.heads[number % FLOWS] +
                          struct.pack('!HI12x', self.id, number))

    def note(self, number, wire):
        if number in self.seen:
            self.repeated += 1
            return
        self.seen[number] = wire.name
        if number < self.last[number % FLOWS]:
            self.late += 1
        self.last[number % FLOWS] = max(number, self.last[number % FLOWS])

    def arrived(self):
        """The last frame of each flow, so that any other is here or lost."""
        return all(number in self.seen for number in range(len(self.sent))[-FLOWS:])

    def lost(self):
        return [number for number in range(len(self.sent)) if number not in self.seen]

    def outage(self):
        """The longest time for which all frames of a flow were lost, in seconds."""
        longest = 0.0
        for flow in range(FLOWS):
            begin = None
            for number in range(flow, len(self.sent), FLOWS):
                if number not in self.seen:
                    begin = self.sent[number] if begin is None else begin
                elif begin is not None:
                    longest = max(longest, self.sent[number] - begin)
                    begin = None
        return longest

    def __repr__(self):
        lost = self.lost()
        return (f'{self.source.port} to {self.target.port}: {len(self.sent)} sent, '
                f'{len(lost)} lost ({lost[:3]}...{lost[-3:]}), {self.repeated} repeated, '
                f'{self.late} late, by {dict(collections.Counter(self.seen.values()))}')


class Attack:
    """Frames again and again, by one wire."""

    def __init__(self, wire, frames, rate):
        self.wire, self.frames, self.rate = wire, frames, rate
        self.sent = 0
        self.begin = None

    def tick(self, now):
        self.begin = self.begin or now
        for _ in range(min(50, int((now - self.begin) * self.rate) - self.sent)):
            self.wire.send(self.frames[self.sent % len(self.frames)])
            self.sent += 1

    def reasons(self):
        """For which a port without LACP drops them: a marker is none."""
        return collections.Counter(
            'lacp_unexpected' if self.frames[number % len(self.frames)][14] == 1 else
            'll_reserved' for number in range(self.sent))


class Lab:
    def __init__(self, folder, ixctl, load):
        self.folder, self.ixctl, self.load = folder, ixctl, load
        self.wires = {}
        self.members = {}
        self.tickers = []
        self.streams = {}
        self.stall = 0.0         # how long this process did not run, at most
        self.latest = time.monotonic()
        for port, (_, links, _) in PORTS.items():
            self.join(port, links)
        for port, (_, tag) in TAGGED.items():
            t = self.members['t']
            self.members[port] = Member(port, t.wires, t.speaker, tag)

    def join(self, port, links):
        speaker = None
        if 'lacp' in PORTS[port][2]:
            speaker = Speaker(mac('02:5e:00:00:00:%02x' % ord(port)), ord(port))
        self.members[port] = Member(port, [], speaker)
        for name in links:
            self.connect(port, name)

    def connect(self, port, name):
        wire = self.wires[name] = Wire(name)
        member = self.members[port]
        member.wires.append(wire)
        if member.speaker:
            # Not the address of the router, to which the port is locked.
            wire.link = member.speaker.add(wire, mac(
                f'02:5e:00:00:{ord(name[0]):02x}:{ord(name[1]):02x}'))
        return wire

    def links(self, port):
        return self.members[port].speaker.links

    def take(self, wire, frame, now):
        link = wire.link
        if frame[:6] == SLOW_PROTOCOLS:
            if link is None or frame[6:12] != mac(SYSTEM) or frame[12:14] != b'\x88\x09':
                raise Failure(f'{wire.name}: a LACPDU of another: {frame.hex()}')
            if frame[14] == 2:
                wire.responses.append(frame)
            elif not link.silent:
                self.lacpdu(wire, frame, now)
        elif link is None or not link.silent:
            self.data(wire, frame)

    def lacpdu(self, wire, frame, now):
        try:
            wire.link.receive(frame, now)
        except ValueError as error:
            raise Failure(f'{wire.name}: {error}: {frame.hex()}') from None
        if wire.link.partner.system != mac(SYSTEM):
            raise Failure(f'{wire.name}: the fabric is {wire.link.partner}')

    def data(self, wire, frame):
        at = 34 + (4 if frame[12:14] == b'\x81\x00' else 0)
        stream = None
        if frame[at:at + 8] == MAGIC:
            stream, number = struct.unpack('!HI', frame[at + 8:at + 14])
            stream = self.streams.get(stream)
        if (stream is None or wire not in stream.target.wires or
                (at == 38) != bool(stream.target.tags)):
            raise Failure(f'{wire.name}: a frame that is not for it: {frame.hex()}')
        stream.note(number, wire)

    def turn(self):
        readable, _, _ = select.select(self.wires.values(), [], [], 0.001)
        now = time.monotonic()
        self.stall = max(self.stall, now - self.latest)
        self.latest = now
        for wire in readable:
            while (frame := wire.receive()) is not None:
                self.take(wire, frame, now)
        for wire in self.wires.values():
            if wire.link:
                wire.link.run(now)
        for ticker in self.tickers:
            ticker.tick(now)

    def until(self, seconds, what, condition):
        """A deadline costs time only if the test fails."""
        deadline = time.monotonic() + 6 * self.load * seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Failure(f'{what()}' if callable(what) else what)
            self.turn()

    def during(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def ctl(self, *words):
        """Runs ixctl, while the members go on."""
        with open(f'{self.folder}/answer', 'w+', encoding='utf-8') as file:
            with subprocess.Popen([self.ixctl, '-s', f'{self.folder}/ixfabric.sock', '-j',
                                   *words], stdout=file, stderr=file) as process:
                self.until(20, f'ixctl {words}', lambda: process.poll() is not None)
                file.seek(0)
                text = file.read()
                if process.returncode:
                    raise Failure(f'ixctl {words}: {text}')
                return json.loads(text) if text.startswith(('{', '[')) else None

    def drops(self, port):
        return collections.Counter({row['reason']: row['frames'] for row in
                                    self.ctl('port', 'drops', port) if row['frames']})

    def lag(self, port):
        return self.ctl('lag', 'show', port)[0]

    def illegal(self, port):
        """Of each link."""
        return [link['lacp']['illegal_rx'] for link in self.lag(port)['links']]

    def begin(self, *pairs, rate=RATE):
        """Streams between these, both ways."""
        streams = [Stream(self.members[x], self.members[y], rate)
                   for pair in pairs for x, y in (pair, reversed(pair))]
        self.streams |= {stream.id: stream for stream in streams}
        self.tickers += streams
        return streams

    def end(self, streams):
        self.tickers = [t for t in self.tickers if t not in streams]
        for stream in streams:
            self.until(2, lambda stream=stream: f'the last frames are lost: {stream}',
                       stream.arrived)
            if stream.repeated or stream.late:
                raise Failure(f'{stream}')

    def unharmed(self, streams):
        self.end(streams)
        for stream in streams:
            if stream.lost() or not stream.sent:
                raise Failure(f'frames were lost: {stream}')

    def wait_links(self, port, used):
        """Those of these names are used by the fabric, and no others."""
        def state():
            return {link.wire.name: link.partner for link in self.links(port)}

        self.until(10, lambda: f'{port} does not use {used} alone: {state()}', lambda: [
            link.wire.name for link in self.links(port)
            if link.usable() and link.fabric_uses()] == used)

    def up(self, port):
        return self.ctl('port', 'show', port)[0]['state'] == 'up'


def come_up(lab):
    """Of an active port the fabric begins, of a passive one the member."""
    lab.early = {}
    for port in 'acet':
        lab.until(5, f'no LACPDU for {port}', lambda port=port: lab.links(port)[0].last)
        lab.early[port] = slow_frame(lab.links(port)[0].source, lacpdu(
            lab.links(port)[0].info, lab.links(port)[0].partner))
    for port in 'acet':
        lab.wait_links(port, list(PORTS[port][1]))
    for port in 'abcdefgstuv':
        lab.until(10, f'{port} is not up', lambda port=port: lab.up(port))
    keys = {port: {link.partner.key for link in lab.links(port)} for port in 'acet'}
    if sorted(map(len, keys.values())) != [1] * 4 or len(set().union(*keys.values())) != 4:
        raise Failure(f'keys of LAGs: {keys}')


def cross(lab):
    """Every frame once and in order; a LAG gets its flows by both links."""
    streams = lab.begin('ab', 'cu', 'ef', 'gv', 'sf')
    lab.during(0.3)
    lab.unharmed(streams)
    for stream in streams:
        if len(set(stream.seen.values())) != len(stream.target.wires):
            raise Failure(f'not by each link: {stream}')


def forged(actor, partner, state):
    """A LACPDU of another member."""
    one = Info(actor.system, actor.key, actor.port, state, actor.system_priority)
    return lacpdu(one, partner)


def hostile(lab):
    """What does not obey the standard, and what pretends to be another member, from ports
    with LACP and without, in each profile.  Frames of all, by name of what they are."""
    victim, own = lab.links('a')[0], lab.links('c')[0]
    good = lacpdu(own.info, own.partner)
    joined = AGGREGATION | SYNC | COLLECTING | DISTRIBUTING | 3
    chance = random.Random(14)
    bodies = [lacpdu(own.info, own.partner, version=0),
              lacpdu(own.info, own.partner, actor_tlv=(1, 19)),
              lacpdu(own.info, own.partner, actor_tlv=(1, 255)),
              lacpdu(own.info, own.partner, partner_tlv=(1, 20)),
              lacpdu(own.info, own.partner, partner_tlv=(2, 0)),
              lacpdu(own.info, own.partner, collector_tlv=(3, 15)),
              lacpdu(own.info, own.partner, end=(1, 20)),
              good[:46], good[:109], good + bytes(1390),
              b'\1' + chance.randbytes(109), b'\1\1' + chance.randbytes(108),
              b'\2' + chance.randbytes(109),
              # In sync, not in sync, and alone, in the name of a.
              forged(victim.info, victim.partner, joined),
              forged(victim.info, victim.partner, AGGREGATION | 3),
              forged(victim.info, victim.partner, 3),
              forged(victim.info, own.partner, joined),
              # The fabric is its own partner.
              own.last[14:], victim.last[14:],
              forged(own.partner, victim.partner, joined),
              marker(victim.info.system, victim.info.port, 7, tlv=2)]
    frames = [slow_frame(source, body) for body in bodies
              for source in (own.source, victim.source, mac(SYSTEM))]
    return frames + list(lab.early.values()) + [own.last, victim.last]


def attacked(lab):
    """Nothing of it leaves the port, and no other LAG loses a frame."""
    frames = hostile(lab)
    before = {port: lab.drops(port) for port in 'cdfgs'}
    streams = lab.begin('ab', 'ef', 'gv')
    tagged = [frame[:12] + b'\x81\x00\x00\x65' + frame[12:] for frame in frames]
    attacks = {name: Attack(lab.wires[name], tagged if name == 't0' else frames, 1500)
               for name in ('c0', 'd0', 'f0', 'g0', 's1', 't0')}
    lab.tickers += attacks.values()
    lab.during(1.0)
    lab.tickers = [t for t in lab.tickers if t not in attacks.values()]
    lab.unharmed(streams)
    for name in ('d0', 'f0', 'g0', 's1'):
        port, want = name[0], attacks[name].reasons()
        lab.until(5, lambda port=port, want=want: f'{port}: {lab.drops(port)}, not {want}',
                  lambda port=port, want=want: lab.drops(port) - before[port] == want)
    if not (lab.drops('c') - before['c'])['lacp_rate']:
        raise Failure(f'c: no limit: {lab.drops("c")}')
    for port in 'ae':
        lab.wait_links(port, list(PORTS[port][1]))
    if not lab.illegal('c')[0] or lab.illegal('a') != [0, 0]:
        raise Failure(f'illegal LACPDUs: c {lab.illegal("c")}, a {lab.illegal("a")}')


def marked(lab):
    """The response to a marker is the marker with another type, by the same link."""
    for wire in lab.wires.values():
        wire.responses.clear()
    wire = lab.wires['a1']
    wire.send(slow_frame(wire.link.source, marker(wire.link.info.system, 2, 0x12345678)))
    lab.until(5, 'no response to a marker', lambda: wire.responses)
    want = marker(wire.link.info.system, 2, 0x12345678, tlv=2)
    if [frame[14:] for frame in wire.responses] != [want]:
        raise Failure(f'responses to a marker: {wire.responses}')
    others = [other.name for other in lab.wires.values()
              if other.responses and other is not wire]
    if others:
        raise Failure(f'the response is also at {others}')


def swap(lab, one, other):
    """The cables are put in each other's place, at the members."""
    x, y = lab.wires[one], lab.wires[other]
    x.link, y.link = y.link, x.link
    x.link.wire, y.link.wire = x, y


def swapped(lab):
    """A link that is in two LAGs is in none."""
    swap(lab, 't1', 'c0')
    lab.wait_links('t', ['t0'])
    lab.wait_links('c', [])
    lab.until(10, lambda: f'links of t: {lab.lag("t")}', lambda: [
        link['state'] for link in lab.lag('t')['links']] == ['in_use', 'other_partner'])


def swapped_back(lab):
    """A link would have joined within the 2 s that it waits for others."""
    if lab.wires['t1'].link.partner.state & SYNC:
        raise Failure(f't takes a link of c: {lab.lag("t")}')
    swap(lab, 't1', 'c0')


def changed(lab):
    """A link is added to a LAG while it runs; a link of another is silent, and cables of
    others are swapped meanwhile."""
    added = lab.begin('ab')
    broken = lab.begin('ef')
    lab.connect('a', 'a2')
    lab.ctl('config', 'apply', f'{lab.folder}/more.ini')
    lab.during(0.1)
    lab.stall = 0.0
    lab.wires['e1'].link.silent = True
    swapped(lab)
    lab.wait_links('a', ['a0', 'a1', 'a2'])
    lab.unharmed(added)
    lab.until(10, lambda: f'{lab.links("e")} do not fail over',
              lambda: not lab.lag('e')['links'][1]['in_use'])
    lab.during(0.1)
    lab.end(broken)
    limit = 3 + 0.1 * lab.load + lab.stall
    to_e = broken[0] if broken[0].target.port == 'e' else broken[1]
    print(f'a link is silent: no frame for {to_e.outage():.2f} s')
    if not 1 < to_e.outage() <= limit:
        raise Failure(f'silence: {to_e.outage():.3f} s, limit {limit:.3f} s: {to_e}')
    lab.wires['e1'].link.silent = False
    swapped_back(lab)


def fewer(lab):
    """A link is taken out: what goes by the others is not lost."""
    streams = to_b, to_a = lab.begin('ab')
    lab.during(0.2)
    lab.ctl('config', 'apply', f'{lab.folder}/fewer.ini')
    lab.during(0.1)
    left = lab.members['a'].speaker.links.pop(0)
    left.wire.link = None
    lab.during(0.1)
    lab.end(streams)
    if to_a.lost():
        raise Failure(f'frames to the LAG were lost: {to_a}')
    if any(to_b.by[number] != 'a0' for number in to_b.lost()):
        raise Failure(f'frames by other links were lost: {to_b}')
    lab.wait_links('a', ['a1', 'a2'])


def outage_of_link_down(lab):
    """Of frames to a when the link a2 goes down, in seconds, and the limit."""
    streams = _, to_a = lab.begin('ab', rate=4 * RATE)
    lab.during(0.2)
    lab.stall = 0.0
    ip('link', 'set', 'a2', 'down')
    lab.links('a')[1].partner = None
    lab.until(10, 'a link that is down stays in use',
              lambda: not lab.lag('a')['links'][-1]['in_use'])
    lab.during(0.1)
    lab.end(streams)
    ip('link', 'set', 'a2', 'up')
    print(f'a link is down: no frame for {1000 * to_a.outage():.0f} ms')
    return to_a.outage(), 0.05 * lab.load + lab.stall


def pulled(lab):
    """A link goes down: the others have its flows at once.  On a machine that others use
    control may not run for a while: a fabric that is slow is so each time."""
    for _ in range(4):
        outage, limit = outage_of_link_down(lab)
        if outage <= limit:
            break
        lab.wait_links('a', ['a1', 'a2'])
    else:
        raise Failure(f'link down: {outage:.3f} s, limit {limit:.3f} s')
    # What was done in its place, or by itself, has harmed the LAG of a member alone.
    for port in 'cet':
        lab.wait_links(port, list(PORTS[port][1]))


def run(folder, ixctl, load):
    for name in PORTS['t'][1]:
        no_ipv6(name)
        ip('link', 'set', name, 'arp', 'off', 'up')
    lab = Lab(folder, ixctl, int(load))
    for step in (come_up, cross, attacked, marked, changed, fewer, pulled):
        begin = time.monotonic()
        try:
            step(lab)
        except Failure as failure:
            sys.exit(f'FAILED: {step.__name__}: {failure}')
        print(f'{time.monotonic() - begin:5.1f} s  {step.__name__}', flush=True)


if __name__ == '__main__':
    {'prepare': prepare, 'run': run}[sys.argv[1]](*sys.argv[2:])
