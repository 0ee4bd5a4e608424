# SPDX-License-Identifier: BSD-3-Clause
"""The policy of a peering LAN, written down a second time: what objects to a
frame, in order, by what a dissector says of it."""
import ipaddress

from dissect import TAGS

BROADCAST = 'ff:ff:ff:ff:ff:ff'
VENDOR = {'01:00:0c:cc:cc:cc', '01:00:0c:00:00:00', '01:00:0c:cd:cd:cd',
          '01:e0:52:cc:cc:cc'}
LINK_TYPES = {0x9000, 0x88cc, 0x888e, 0x8902, *range(0x6001, 0x6008), 0x8102,
              0x8103, 0x8899, 0x88bf, 0x8918, 0x9003, 0x9998, 0x999a}
LINK_GROUPS = {'01:00:81:00:01:00', '01:00:81:00:01:01', '01:0f:e2:00:00:07',
               'cf:00:00:00:00:00'}
ROUTING = {2, 88, 89, 103, 112, 124}
ND, MLD = range(133, 138), {130, 131, 132, 143}
# Octets of a message before its options.
ND_SIZES = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
ALL_NODES = ipaddress.IPv6Address('ff02::1')
ALL_ROUTERS = ipaddress.IPv6Address('ff02::2')
LINK_LOCAL4 = ipaddress.IPv4Network('169.254.0.0/16')
MAPPED = ipaddress.IPv6Network('::ffff:0:0/96')
ECHO = 3785  # BFD, RFC 5881
SOLICITED = ipaddress.IPv6Network('ff02::1:ff00:0/104')
LINK_LOCAL = ipaddress.IPv6Network('fe80::/10')
NOBODY6 = ipaddress.IPv6Address('::')
NOBODY4 = ipaddress.IPv4Address('0.0.0.0')
BROADCAST4 = ipaddress.IPv4Address('255.255.255.255')
STRICT = {'arp_off_net', 'arp_net_bcast', 'arp_reply_bcast', 'nd_off_net',
          'ip4_spoof', 'ip6_spoof', 'ip4_directed_bcast', 'icmp_redirect',
          'igp', 'dhcp'}
IN_OPEN = {'runt', 'smac_multicast', 'smac_zero', 'stp_bpdu', 'lacp_unexpected',
           'll_reserved', 'hairpin'}


class Pace:
    """So many at once, and one more each 'gap' ns."""

    def __init__(self, gap, burst):
        self.gap, self.most, self.paid = gap, gap * burst, 0

    def exceeded(self, now):
        paid = max(self.paid, now) + self.gap
        if paid - now > self.most:
            return True
        self.paid = paid
        return False


class Port:
    """One with its LAN.  macs: its addresses, learned: others it has been
    learned with, or None if it may not be; nets and own: the prefixes of the LAN
    and the port's addresses in them; foreign: those of other ports."""

    def __init__(self, profile, macs=(), learns=False, nets=(), own=(),
                 foreign=()):
        self.profile, self.macs = profile, set(macs)
        self.learned = set() if learns else None
        self.nets = [ipaddress.ip_network(net) for net in nets]
        self.own = {ipaddress.ip_address(a) for a in own}
        self.foreign = {ipaddress.ip_address(a) for a in foreign}
        self.link_local = {}  # the link-local address of each MAC address
        self.arp, self.arp_one, self.nd, self.nd_one = (
            Pace(10**9 // 20, 100) for _ in range(4))
        self.replies = Pace(10 * 10**9, 1)

    def knows(self, mac):
        return mac in self.macs or mac in (self.learned or ())

    def in_lan(self, address):
        return any(address in net for net in self.nets)

    def is_own(self, address, src):
        """Whether it may use an address, which none of another port's is."""
        if address in self.foreign or address in self.own:
            return address in self.own
        if self.profile == 'ixp-basic':
            return True
        if address in LINK_LOCAL if address.version == 6 else False:
            return self.is_own_link_local(address, src)
        return not any(a.version == address.version for a in self.own)

    def is_own_link_local(self, address, src):
        """That made of the MAC address, or the first seen with it, of sixteen
        MAC addresses."""
        m = bytes.fromhex(src.replace(':', ''))
        eui = bytes([m[0] ^ 2]) + m[1:3] + b'\xff\xfe' + m[3:]
        iid = address.packed[8:]
        if iid == eui:
            return True
        if src not in self.link_local and len(self.link_local) == 16:
            return False
        return self.link_local.setdefault(src, iid) == iid

    def fate(self, f, now):
        """The first reason that the profile knows, or None: it leaves."""
        for reason in objections(self, f, now):
            if reason in STRICT and self.profile != 'ixp-strict':
                continue
            if reason not in IN_OPEN and self.profile == 'open':
                continue
            # PVST+ has a group that any bridge forwards.
            if self.profile == 'open' and reason == 'stp_bpdu' and \
                    f.dst == '01:00:0c:cc:cc:cd':
                continue
            return reason
        return None


def group(mac):
    return int(mac[:2], 16) & 1


def objections(port, f, now):
    """What is counted is counted when it is asked for, so a check that stops asking
    has not used up what comes later."""
    if f.runt:
        yield 'runt'
        return
    yield from frame_rows(f)
    yield from link_rows(f)
    yield from mac_rows(port, f)
    if port.profile != 'open':
        if f.kind == 0x0806:
            yield from arp_rows(port, f, now)
        if f.kind == 0x86dd:
            yield from ipv6_rows(port, f, now)
        elif f.dst.startswith('33:33:'):
            yield 'ipv6_mcast_not_nd'
        if f.ip4:
            yield from ipv4_rows(port, f)
    yield from forward_rows(port, f)


def frame_rows(f):
    if f.length > 1514:
        yield 'oversize'
    if group(f.src):
        yield 'smac_multicast'
    if f.src == '00:00:00:00:00:00':
        yield 'smac_zero'
    if f.src == f.dst:
        yield 'smac_eq_dmac'
    if f.kind in TAGS:
        yield 'tag_not_allowed'


def link_rows(f):
    if f.dst[:16] == '01:80:c2:00:00:0':
        slow = f.dst[-1] == '2' and f.kind == 0x8809
        if f.dst[-1] == '0':
            yield 'stp_bpdu'
        yield 'lacp_unexpected' if slow and \
            f.fields.number('slow.subtype') == 1 else 'll_reserved'
    if f.dst == '01:00:0c:cc:cc:cd':
        yield 'stp_bpdu'
    if f.dst[:16] == '01:80:c2:00:00:2':
        yield 'll_gmrp'
    if f.dst in VENDOR or f.dst[:15] == '00:e0:2b:00:00:':
        yield 'vendor_l2'
    if f.kind in LINK_TYPES or f.dst in LINK_GROUPS:
        yield 'loop_keepalive'


def mac_rows(port, f):
    if f.src not in port.macs and port.learned is None:
        yield 'mac_lock'
    if f.kind < 0x0600:
        yield 'llc_snap'
    if f.kind not in (0x0800, 0x0806, 0x86dd):
        yield 'ethertype'
    if f.dst == BROADCAST:
        if f.kind != 0x0806:
            yield 'bcast_not_arp'
    elif f.dst[:8] == '01:00:5e':
        yield 'ipv4_mcast'
    elif group(f.dst) and f.dst[:5] != '33:33':
        yield 'l2_mcast_other'


def ends(net):
    """The network and broadcast address, where there are such."""
    return {net[0], net[-1]} if net.version == 4 and net.prefixlen < 31 else ()


def arp_rows(port, f, now):
    a = f.arp
    if a is not None and not a.good or a is None and not f.cut:
        yield 'arp_malformed'
    if a is not None and a.readable:
        yield from arp_address_rows(port, f, a, now)
    if (port.arp if group(f.dst) else port.arp_one).exceeded(now):
        yield 'arp_rate'


def arp_address_rows(port, f, a, now):
    probe = int(a.spa) == 0
    if a.sha != f.src:
        yield 'arp_sha_mismatch'
    if not probe and not port.is_own(a.spa, f.src):
        yield 'arp_spa_spoof'
    answers_probe = a.op == 2 and int(a.tpa) == 0
    if any(net.version == 4 for net in port.nets) and not (
            (port.in_lan(a.tpa) or answers_probe) and
            (probe or port.in_lan(a.spa))):
        yield 'arp_off_net'
    if any(a.tpa in ends(net) for net in port.nets):
        yield 'arp_net_bcast'
    if port.profile == 'ixp-strict' and a.op == 2 and f.dst == BROADCAST and \
            port.replies.exceeded(now):
        yield 'arp_reply_bcast'


def could_hide_nd(port, ip):
    if not ip.fragment or ip.chain not in ('cut', 'long'):
        return False
    return ip.src in LINK_LOCAL or ip.src == NOBODY6 or \
        ip.dst in LINK_LOCAL or ip.dst.is_multicast or \
        port.in_lan(ip.dst) or all(net.version == 4 for net in port.nets)


def may_go_to_group(port, f, ip):
    mac = '33:33:' + ':'.join(f'{o:02x}' for o in ip.dst.packed[12:])
    fits = f.dst == mac or not group(f.dst)
    if ip.icmp == 135:
        return fits and ip.dst in SOLICITED
    if ip.icmp == 136:
        return fits and ip.dst in (ALL_NODES, ALL_ROUTERS)
    return ip.icmp in ND or ip.icmp in MLD or could_hide_nd(port, ip)


def ipv6_rows(port, f, now):
    ip, to_group = f.ip6, f.dst.startswith('33:33:')
    if to_group and (ip is None or not may_go_to_group(port, f, ip)):
        yield 'ipv6_mcast_not_nd'
    if ip is None:
        return
    if ip.icmp == 133:
        yield 'nd_rs'
    if ip.icmp == 134 or ip.chain == 'long':
        yield 'nd_ra'
    if ip.icmp == 137:
        yield 'nd_redirect'
    if ip.no_length:
        yield 'nd_malformed'
    if could_hide_nd(port, ip):
        yield 'nd_fragment'
    if ip.icmp in ND:
        yield from nd_rows(port, f, ip)
    if ip.icmp == 130:
        yield 'mld_query'
    if ip.icmp in MLD - {130}:
        yield 'mld'
    if (ip.icmp in ND or ip.icmp in MLD) and \
            (port.nd if to_group else port.nd_one).exceeded(now):
        yield 'nd_rate'
    if port.profile == 'ixp-strict':
        yield from ipv6_strict_rows(port, f, ip)
    if not group(f.dst) and ip.dst.is_multicast and \
            not may_go_to_group(port, f, ip):
        yield 'ipv6_mcast_not_nd'


class Message:
    """Neighbour discovery: NS and NA, whose rows those of the other kinds,
    which none of the profiles here lets pass, go before."""

    def __init__(self, f, ip):
        fields, self.ip, self.kind = f.fields, ip, ip.icmp
        self.code = fields.number('icmpv6.code')
        self.checksum_is_bad = fields.number('icmpv6.checksum.status') == 0
        self.solicited = fields.first('icmpv6.nd.na.flag.s') in ('1', 'True')
        self.target = fields.first(
            'icmpv6.nd.ns.target_address' if self.kind == 135 else
            'icmpv6.nd.na.target_address', ipaddress.IPv6Address)
        self.kinds = [int(x) for x in fields.all('icmpv6.opt.type')]
        self.lengths = [int(x) for x in fields.all('icmpv6.opt.length')]
        self.macs = fields.all('icmpv6.opt.linkaddr')

    def short(self):
        ip = self.ip
        return not ip.partial() and (len(ip.upper) < ND_SIZES[self.kind] or
                                     ip.here < ip.length)

    def options_are_bad(self):
        """RFC 4861, 4.6: none of length 0, and none past the end; and all of a
        kind say the same."""
        left = len(self.ip.upper) - ND_SIZES[self.kind]
        for length in self.lengths:
            if length == 0 and left >= 2:
                return True
            left -= 8 * length
        if left != 0 and not self.ip.partial():
            return True
        if any(n != 1 for kind, n in zip(self.kinds, self.lengths)
               if kind in (1, 2)):
            return True
        return any(len(self.addresses(kind)) > 1 for kind in (1, 2))

    def addresses(self, kind):
        named = [k for k, n in zip(self.kinds, self.lengths)
                 if k in (1, 2) and n == 1]
        return {mac for k, mac in zip(named, self.macs) if k == kind}

    def sent_wrong(self):
        ip = self.ip
        if ip.src.is_multicast or \
                self.target is not None and self.target.is_multicast:
            return True
        if self.kind == 135 and ip.src == NOBODY6:
            return ip.dst not in SOLICITED or 1 in self.kinds
        return self.kind == 136 and (
            ip.src == NOBODY6 or ip.dst.is_multicast and self.solicited)


def nd_rows(port, f, ip):
    if ip.hops != 255:
        yield 'nd_hoplimit'
    m = Message(f, ip)
    if m.code != 0 or m.short() or m.options_are_bad() or m.sent_wrong() or \
            m.checksum_is_bad and not ip.partial():
        yield 'nd_malformed'
    if ip.fragment:
        yield 'nd_fragment'
    if (m.addresses(1) | m.addresses(2)) - {f.src}:
        yield 'nd_lladdr_mismatch'
    if m.kind == 135 and ip.src != NOBODY6 and not port.is_own(ip.src, f.src):
        yield 'nd_src_spoof'
    if m.target is None:
        return
    if m.kind == 136 and not port.is_own(m.target, f.src):
        yield 'nd_target_spoof'
    if any(net.version == 6 for net in port.nets) and \
            m.target not in LINK_LOCAL and not port.in_lan(m.target):
        yield 'nd_off_net'
    if m.kind == 135 and ip.dst in SOLICITED and \
            m.target.packed[13:] != ip.dst.packed[13:]:
        yield 'ipv6_mcast_not_nd'


def ports(upper):
    return {int.from_bytes(upper[i:i + 2], 'big') for i in (0, 2)} \
        if len(upper) >= 4 else set()


def on_link(port, address):
    return address in LINK_LOCAL or port.in_lan(address)


def goes_home(port, f, address, echo):
    """None of the addresses of another port is known to be behind the MAC
    address: its list is empty."""
    return echo and address not in port.foreign and address not in LINK_LOCAL


def is_echo(ip):
    return ip.proto == 17 and ip.src == ip.dst and \
        ip.upper[2:4] == ECHO.to_bytes(2, 'big')


def is_spoof6(port, f, address, echo):
    if address.is_multicast or address.is_loopback:
        return True
    if address in MAPPED:
        return port.in_lan(address.ipv4_mapped) and \
            not port.is_own(address.ipv4_mapped, f.src)
    return on_link(port, address) and not port.is_own(address, f.src) and \
        not goes_home(port, f, address, echo)


def ipv6_strict_rows(port, f, ip):
    if is_spoof6(port, f, ip.src, ip.chain == 'whole' and is_echo(ip)) or \
            ip.home is not None and is_spoof6(port, f, ip.home, False):
        yield 'ip6_spoof'
    if ip.proto in ROUTING and (
            ip.hops == 1 or ip.dst.is_multicast or
            on_link(port, ip.src) and on_link(port, ip.dst)):
        yield 'igp'
    if ip.chain != 'whole':
        return
    if ip.proto == 17 and ports(ip.upper) & {546, 547} and (
            on_link(port, ip.src) or on_link(port, ip.dst)):
        yield 'dhcp'


def ipv4_rows(port, f):
    ip = f.ip4
    if port.profile == 'ixp-strict':
        yield from ipv4_strict_rows(port, f, ip)
    if not group(f.dst) and ip.dst.is_multicast:
        yield 'ipv4_mcast'


def on_link4(port, address):
    return address in LINK_LOCAL4 or port.in_lan(address)


def is_broadcast4(port, address):
    return address == BROADCAST4 or \
        any(address in ends(net) for net in port.nets)


def ipv4_strict_rows(port, f, ip):
    if ip.src.is_multicast or is_broadcast4(port, ip.src) or \
            port.in_lan(ip.src) and not port.is_own(ip.src, f.src) and \
            not goes_home(port, f, ip.src, is_echo(ip)):
        yield 'ip4_spoof'
    if not group(f.dst) and is_broadcast4(port, ip.dst):
        yield 'ip4_directed_bcast'
    if ip.proto == 1 and ip.upper[:1] == b'\5':
        yield 'icmp_redirect'
    if ip.proto in ROUTING and (
            ip.ttl == 1 or ip.dst.is_multicast or on_link4(port, ip.dst) and
            (ip.proto == 2 or on_link4(port, ip.src))):
        yield 'igp'
    if ip.proto == 17 and ports(ip.upper) & {67, 68} and (
            port.in_lan(ip.src) or port.in_lan(ip.dst) or
            ip.dst == NOBODY4):
        yield 'dhcp'


def forward_rows(port, f):
    """The other port of the LAN has no address.  One is known from the next
    frame on, but its own sender's is behind the port it came in by."""
    hairpin = not group(f.dst) and (port.knows(f.dst) or f.dst == f.src)
    if port.learned is not None:
        port.learned.add(f.src)
    if hairpin:
        yield 'hairpin'
    if not group(f.dst):
        yield 'unknown_unicast'
