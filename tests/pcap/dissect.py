# SPDX-License-Identifier: BSD-3-Clause
"""Frames as tshark sees them: the headers of the frame itself, and not of what
it may carry through a tunnel."""
import ipaddress
import shutil
import struct
import subprocess

from frames import EPOCH, write_pcap

TAGS = 0x8100, 0x88a8, 0x9100
# What the extension headers are called, and their fields: what is next, and how
# to come by their size.
EXTENSIONS = {
    0: ('ipv6.hopopts', 'ipv6.hopopts.nxt', 'ipv6.hopopts.len', 8, 1),
    43: ('ipv6.routing', 'ipv6.routing.nxt', 'ipv6.routing.len', 8, 1),
    44: ('ipv6.fraghdr', 'ipv6.fraghdr.nxt', None, 8, 1),
    51: ('ah', 'ah.next_header', 'ah.length', 4, 2),
    60: ('ipv6.dstopts', 'ipv6.dstopts.nxt', 'ipv6.dstopts.len', 8, 1),
    135: ('mipv6', 'mip6.proto', 'mip6.hlen', 8, 1),
    139: ('hip', 'hip.proto', 'hip.hdr_len', 8, 1),
    140: ('shim6', 'shim6.nxt', 'shim6.len', 8, 1),
}
FIELDS = [
    'frame.protocols', 'frame.len', 'frame.cap_len', 'eth.dst', 'eth.src',
    'eth.type', 'eth.len', 'eth.invalid_lentype', 'slow.subtype',
    'arp.hw.type', 'arp.proto.type', 'arp.hw.size', 'arp.proto.size',
    'arp.opcode', 'arp.src.hw_mac', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4',
    'ipv6.src', 'ipv6.dst', 'ipv6.plen', 'ipv6.hlim', 'ipv6.nxt',
    'ipv6.fraghdr.offset', 'ipv6.fraghdr.more', 'ipv6.opt.router_alert',
    'icmpv6.type', 'icmpv6.code', 'icmpv6.checksum', 'icmpv6.checksum.status',
    'icmpv6.nd.ns.target_address', 'icmpv6.nd.na.target_address',
    'icmpv6.nd.na.flag.s', 'icmpv6.opt.type', 'icmpv6.opt.length',
    'icmpv6.opt.linkaddr', 'icmpv6.mld.multicast_address',
    'ipv6.opt.mipv6.home_address',
] + [field for _, *fields, _, _ in EXTENSIONS.values() for field in fields
     if field]
# The first fragment of a packet is looked at by itself; and one ethertype would
# have another header of Ethernet before it.
OPTIONS = ['-n', '-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE',
           '--disable-protocol', 'cfp']


def is_there():
    return shutil.which('tshark') is not None


class Fields:
    """What tshark found in one frame: each field, outer ones first."""

    def __init__(self, line):
        self.value = dict(zip(FIELDS, line.split('\t')))

    def all(self, name):
        text = self.value[name]
        return text.split(',') if text else []

    def first(self, name, convert=str):
        values = self.all(name)
        return convert(values[0]) if values else None

    def number(self, name):
        return self.first(name, lambda text: int(text, 0))


class Arp:
    def __init__(self, f):
        self.op = f.number('arp.opcode')
        self.sha = f.first('arp.src.hw_mac')
        self.spa = f.first('arp.src.proto_ipv4', ipaddress.IPv4Address)
        self.tpa = f.first('arp.dst.proto_ipv4', ipaddress.IPv4Address)
        kind = [f.number(name) for name in (
            'arp.hw.type', 'arp.proto.type', 'arp.hw.size', 'arp.proto.size')]
        # Hosts also take the hardware type of other networks of IEEE 802.
        self.readable = kind in ([1, 0x0800, 6, 4], [6, 0x0800, 6, 4]) and \
            self.op in (1, 2) and self.tpa is not None
        self.good = self.readable and kind[0] == 1


class Ipv4:
    """Of this tshark shows nothing when its lengths are wrong."""

    def __init__(self, data):
        header = (data[0] & 15) * 4
        length, _, fragment, self.ttl, self.proto = struct.unpack_from(
            '!HHHBB', data, 2)
        self.src, self.dst = (ipaddress.IPv4Address(data[i:i + 4])
                              for i in (12, 16))
        first = fragment & 0x1fff == 0
        self.upper = data[header:length] if header >= 20 and first else b''


class Ipv6:
    """chain: whole (the upper header is there), none (there is none to come),
    later (it is in another fragment), long (behind more than eight headers), or
    cut.  doubtful: the options of an extension header do not fit it, and tshark
    went no further."""

    def __init__(self, f, data, wire):
        self.src = f.first('ipv6.src', ipaddress.IPv6Address)
        self.dst = f.first('ipv6.dst', ipaddress.IPv6Address)
        self.hops = f.number('ipv6.hlim')
        self.length = f.number('ipv6.plen')
        # Hosts take a length of 0 before hop-by-hop options for all there is.
        self.no_length = self.length == 0 and data[6] == 0 and \
            data[0] >> 4 == 6
        if self.no_length:
            self.length = wire - 40
        self.here = min(self.length, len(data) - 40)
        self.captured = not len(data) < min(40 + self.length, wire)
        self.fragment = self.more = self.doubtful = False
        self.home = f.first('ipv6.opt.mipv6.home_address',
                            ipaddress.IPv6Address)
        self.home_at = self.at_home(data)
        self.chain = self.walk(data) if self.no_length else self.follow(f)
        self.upper = data[40 + self.at:40 + self.here]
        if self.chain == 'whole' and len(self.upper) < self.least():
            self.chain = 'cut'
        # Hosts drop a packet whose options are longer than it is.
        if self.home_at is None or self.home_at >= self.at and \
                self.chain == 'cut':
            self.home = None
        self.icmp = None
        if self.no_length:
            self.icmp = self.upper[0] if self.chain == 'whole' and \
                self.proto == 58 else None
        elif self.chain == 'whole' and self.proto == 58:
            self.icmp = f.number('icmpv6.type')
            self.doubtful = self.icmp is None

    def at_home(self, data):
        """Where the option is, if it is as long as an address."""
        at = -1 if self.home is None else \
            data.find(b'\xc9\x10' + self.home.packed, 40)
        return at - 40 if at >= 40 else None

    def least(self):
        return {6: 20, 58: 4}.get(self.proto, 8)

    def walk(self, data):
        """The chain of a packet without a length, which tshark reads no
        further than its first header."""
        self.proto, self.at = 0, 0
        for _ in range(8):
            if self.proto not in EXTENSIONS:
                break
            header = data[40 + self.at:40 + self.here]
            *_, unit, more = EXTENSIONS[self.proto]
            size = 8 if self.proto == 44 else \
                (header[1] + more) * unit if len(header) >= 8 else 8
            if len(header) < size:
                return 'cut'
            if self.proto == 44:
                self.fragment, offset = True, header[2] << 8 | header[3]
                self.more = self.more or offset & 1 != 0
            self.at += size
            kind, self.proto = self.proto, header[0]
            if kind == 44 and offset >> 3 != 0:
                return 'later'
        if self.proto in EXTENSIONS:
            return 'long'
        return 'none' if self.proto == 59 else 'whole'

    def follow(self, f):
        """RFC 7112: the whole chain of headers, up to the upper one."""
        self.proto, self.at = f.number('ipv6.nxt'), 0
        used = {}
        for n in range(9):
            if self.proto not in EXTENSIONS:
                return 'none' if self.proto == 59 else 'whole'
            if n == 8:
                return 'long'
            kind, seen = self.proto, used.get(self.proto, 0)
            used[kind] = seen + 1
            _, following, length, unit, more = EXTENSIONS[kind]
            if self.here - self.at < 8:
                return 'cut'
            if len(f.all(following)) <= seen:
                self.doubtful = True
                return 'cut'
            units = int(f.all(length)[seen]) if length else 0
            size = (units + more) * unit
            if self.at + size > self.here:
                return 'cut'
            self.proto = int(f.all(following)[seen])
            self.at += size
            if kind == 44:
                self.fragment = True
                self.more = self.more or \
                    f.all('ipv6.fraghdr.more')[seen] in ('1', 'True')
                if int(f.all('ipv6.fraghdr.offset')[seen], 0) != 0:
                    return 'later'
        return 'long'

    def partial(self):
        """A part of the packet is elsewhere, and cannot be judged."""
        return self.more or not self.captured


class Frame:
    def __init__(self, line, octets, length):
        f = Fields(line)
        self.fields, self.octets, self.length = f, octets, length
        self.dst, self.src = f.first('eth.dst'), f.first('eth.src')
        self.kind = next((n for n in map(f.number, (
            'eth.type', 'eth.len', 'eth.invalid_lentype')) if n is not None),
            None)
        at = 14
        while len(octets) >= at and octets[at - 2:at] in (
                b'\x81\0', b'\x88\xa8', b'\x91\0'):
            at += 4
        self.runt = len(octets) < at
        self.arp = self.ip4 = self.ip6 = None
        data, wire = octets[14:], length - 14
        if self.runt:
            return
        if self.kind == 0x0806 and len(data) >= 28:
            self.arp = Arp(f)
        elif self.kind == 0x0800 and len(data) >= 20:
            self.ip4 = Ipv4(data)
        elif self.kind == 0x86dd and len(data) >= 40:
            self.ip6 = Ipv6(f, data, wire)
        # Too short for its kind, but long enough on the wire.
        self.cut = wire >= {0x0806: 28, 0x0800: 20}.get(self.kind, 40)


def with_version(octets):
    """A header of IPv6 of another version has a row of its own; to the others
    it is one as any, but tshark would not look at it."""
    if octets[12:14] != b'\x86\xdd' or len(octets) < 15:
        return octets
    return octets[:14] + bytes([0x60 | octets[14] & 15]) + octets[15:]


def dissect(records, folder):
    """Frames of (octets, length on the wire)."""
    path = folder + '/dissect.pcap'
    write_pcap(path, [(EPOCH + i, with_version(octets), length)
                      for i, (octets, length) in enumerate(records)])
    fields = [x for name in FIELDS for x in ('-e', name)]
    done = subprocess.run(['tshark', '-r', path, *OPTIONS, '-T', 'fields', '-E',
                           'occurrence=a', *fields],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True)
    lines = done.stdout.decode().split('\n')
    assert len(lines) == len(records) + 1
    return [Frame(line, *record) for line, record in zip(lines, records)]
