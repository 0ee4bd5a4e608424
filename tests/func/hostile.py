# SPDX-License-Identifier: BSD-3-Clause
"""For hostile.sh: frames of a member by scapy, some of them nonsense, until it is
ended.  hostile.py IFACE"""
import random
import sys

from scapy.all import (ARP, ICMP, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA,
                       ICMPv6ND_Redirect, ICMPv6NDOptDstLLAddr,
                       ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr, IP, TCP,
                       UDP, Dot1Q, Ether, IPv6, IPv6ExtHdrDestOpt,
                       IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, Raw, conf,
                       fragment6, fuzz)

OWN = '02:00:00:00:00:05'


def lower():
    """The end of a packet for a victim."""
    return random.choice([
        lambda: ICMPv6ND_RA() / ICMPv6NDOptPrefixInfo(
            prefix='2001:db8:bad::', prefixlen=64) /
        ICMPv6NDOptSrcLLAddr(lladdr=OWN),
        lambda: ICMPv6ND_NA(tgt=address6(), R=1, S=0, O=1) /
        ICMPv6NDOptDstLLAddr(lladdr=OWN),
        lambda: ICMPv6ND_NS(tgt=address6()) / ICMPv6NDOptSrcLLAddr(lladdr=OWN),
        lambda: ICMPv6ND_Redirect(tgt=address6(), dst=address6()),
        lambda: TCP(sport=179, dport=179, flags='R'),
        lambda: UDP(sport=547, dport=546) / Raw(b'x' * 40),
    ])()


def address6():
    return random.choice(['2001:db8::%d', 'fe80::ff:fe00:%d', 'fe80::%d']) % \
        random.randint(1, 5)


def ipv6(victim):
    head = IPv6(src=address6(), dst=random.choice(
        ['2001:db8::%d' % victim, 'fe80::ff:fe00:%d' % victim, 'ff02::1']),
        hlim=random.choice([255, 255, 64, 1]))
    for _ in range(random.choice([0, 0, 1, 2, 9])):
        head = head / random.choice([IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop])()
    if random.random() < 0.2:
        packet = head / IPv6ExtHdrFragment() / lower() / Raw(b'y' * 200)
        return fragment6(packet, 100)
    packet = head / lower()
    if random.random() < 0.2:
        packet[IPv6].plen = random.choice([0, 8, 2000])
    return [packet]


def frames():
    victim = random.randint(1, 4)
    ether = Ether(src=OWN, dst=random.choice(
        ['02:00:00:00:00:0%d' % victim, 'ff:ff:ff:ff:ff:ff',
         '33:33:00:00:00:01', '33:33:ff:00:00:0%d' % victim]))
    if random.random() < 0.1:
        ether = ether / Dot1Q(vlan=random.choice([0, 1, 5]))
    kind = random.random()
    if kind < 0.5:
        return [ether / p for p in ipv6(victim)]
    if kind < 0.7:
        return [ether / ARP(op=random.choice([1, 2]),
                            hwsrc=OWN, psrc='192.0.2.%d' % random.randint(0, 5),
                            hwdst='02:00:00:00:00:0%d' % victim,
                            pdst='192.0.2.%d' % victim)]
    if kind < 0.9:
        return [ether / IP(src='192.0.2.%d' % random.randint(1, 5),
                           dst='192.0.2.%d' % victim,
                           proto=random.choice([1, 2, 6, 17, 88, 89, 112])) /
                random.choice([Raw(b'z' * 30), ICMP(type=5),
                               TCP(dport=179), UDP(dport=67)])]
    return [ether / fuzz(random.choice([IP, IPv6, ARP])())]


socket = conf.L2socket(iface=sys.argv[1])
while True:
    for frame in frames():
        try:
            socket.send(frame)
        except Exception:  # of fuzz(): not every packet can be built
            pass
