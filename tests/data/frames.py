# SPDX-License-Identifier: BSD-3-Clause
"""Ethernet frames and capture files, with the standard library only.

Times are in nanoseconds; nothing here looks at a clock or at chance, so what
is made from it is the same octets every time.
"""
import ipaddress
import struct

BROADCAST = 'ff:ff:ff:ff:ff:ff'
SECOND = 1_000_000_000
# 2026-01-01 00:00:00 UTC
EPOCH = 1_767_225_600 * SECOND


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def ether(dst, src, kind, payload=b'', tags=(), pad=60):
    """A frame; each tag is a VLAN number, or (type, number)."""
    head = mac(dst) + mac(src)
    for tag in tags:
        tag = tag if isinstance(tag, tuple) else (0x8100, tag)
        head += struct.pack('!HH', *tag)
    return (head + struct.pack('!H', kind) + payload).ljust(pad, b'\0')


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def arp(op, sha, spa, tha, tpa):
    return (struct.pack('!HHBBH', 1, 0x0800, 6, 4, op) +
            mac(sha) + ipaddress.IPv4Address(spa).packed +
            mac(tha) + ipaddress.IPv4Address(tpa).packed)


def ipv4(src, dst, proto, payload, ttl=64):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 0, 0x4000,
                       ttl, proto, 0, ipaddress.IPv4Address(src).packed,
                       ipaddress.IPv4Address(dst).packed)
    head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
    return head + payload


def ipv6(src, dst, proto, payload, hops=64):
    return struct.pack('!IHBB16s16s', 0x60000000, len(payload), proto, hops,
                       ipaddress.IPv6Address(src).packed,
                       ipaddress.IPv6Address(dst).packed) + payload


def pseudo(src, dst, proto, length):
    src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if src.version == 4:
        return src.packed + dst.packed + struct.pack('!BBH', 0, proto, length)
    return src.packed + dst.packed + struct.pack('!II', length, proto)


def put_checksum(src, dst, proto, data, at):
    got = checksum(pseudo(src, dst, proto, len(data)) + data)
    return data[:at] + struct.pack('!H', got) + data[at + 2:]


def tcp(src, dst, sport, dport, seq, ack, flags, payload=b''):
    data = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, 0x50, flags,
                       0xffff, 0, 0) + payload
    return put_checksum(src, dst, 6, data, 16)


def udp(src, dst, sport, dport, payload):
    data = struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload
    return put_checksum(src, dst, 17, data, 6)


def icmp6(src, dst, kind, body):
    return put_checksum(src, dst, 58, struct.pack('!BBH', kind, 0, 0) + body, 2)


def write_pcap(path, records):
    """Records: (time, frame) or (time, frame, length on the wire)."""
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
        for time, frame, *length in records:
            out.write(struct.pack('<IIII', time // SECOND, time % SECOND,
                                  len(frame), *(length or [len(frame)])))
            out.write(frame)


def option(code, value):
    return (struct.pack('<HH', code, len(value)) + value +
            b'\0' * (-len(value) % 4))


def block(kind, body):
    length = 12 + len(body)
    return struct.pack('<II', kind, length) + body + struct.pack('<I', length)


def write_pcapng(path, interfaces, records):
    """Records: (time, interface number, frame, epb_flags)."""
    with open(path, 'wb') as out:
        out.write(block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)))
        for name in interfaces:
            out.write(block(1, struct.pack('<HHI', 1, 0, 0) +
                            option(2, name.encode()) + option(9, b'\x09')))
        for time, interface, frame, flags in records:
            out.write(block(6, struct.pack('<IIIII', interface, time >> 32,
                                           time & 0xffffffff, len(frame),
                                           len(frame)) +
                            frame + b'\0' * (-len(frame) % 4) +
                            option(2, struct.pack('<I', flags))))


def read_pcap(path):
    """Yields (time, frame, length on the wire)."""
    with open(path, 'rb') as file:
        data = file.read()
    magic = data[:4].hex()
    order = '<' if magic in ('d4c3b2a1', '4d3cb2a1') else '>'
    unit = 1 if magic in ('4d3cb2a1', 'a1b23c4d') else 1000
    at = 24
    while at < len(data):
        second, part, size, length = struct.unpack_from(order + 'IIII', data, at)
        at += 16
        yield second * SECOND + part * unit, data[at:at + size], length
        at += size


def read_options(order, data):
    at, found = 0, {}
    while at + 4 <= len(data):
        code, size = struct.unpack_from(order + 'HH', data, at)
        if code == 0:
            break
        found[code] = data[at + 4:at + 4 + size]
        at += 4 + (size + 3) // 4 * 4
    return found


def read_pcapng(path):
    """Yields (time, interface, frame, length on the wire, options)."""
    with open(path, 'rb') as file:
        data = file.read()
    at, order, names, units = 0, '<', [], []
    while at < len(data):
        if data[at:at + 4] == b'\n\r\r\n':
            order = '<' if data[at + 8:at + 12] == b'\x4d\x3c\x2b\x1a' else '>'
            names, units = [], []
        kind, length = struct.unpack_from(order + 'II', data, at)
        body = data[at + 8:at + length - 4]
        if kind == 1:
            options = read_options(order, body[8:])
            names.append(options.get(2, b'').decode())
            power = options.get(9, b'\x06')[0]
            units.append(2 ** (power & 127) if power & 128 else 10 ** power)
        elif kind == 6:
            number, high, low, size, wire = struct.unpack_from(order + 'IIIII',
                                                               body)
            time = (high << 32 | low) * SECOND // units[number]
            yield (time, names[number], body[20:20 + size], wire,
                   read_options(order, body[20 + (size + 3) // 4 * 4:]))
        at += length
