# SPDX-License-Identifier: BSD-3-Clause
"""Members with LAGs of the bonding and the team driver of Linux, by LACP, and the daemon
between them, all in one machine: cables that are pulled, become silent or are swapped, and
members that begin anew.  usage: lag.py BUILD LAB"""
import glob
import json
import os
import re
import sys
import time

from machine import HERE, Failure, Machine, kernel_of, patience, wait_for

# Milliseconds without a frame, by the clock of the machine, that these may take at most.  The
# processors of the machine are threads of a host that may be busy: patience() times as long.
LINK_DOWN = 50
SILENCE = 3100

SYSTEM = '02:1a:c0:00:00:01'

CONFIGURATION = '''
[fabric]
socket = /run/test/ixfabric.sock
state = /run/test/state/sponge.json
workers = 1
flap_count = 0
lacp_system = ''' + SYSTEM + '''
[lan peering]
profile = open
'''

# By member: the letters of its cables, and its keys.
PORTS = {1: ('a', ''),
         2: ('ab', 'lacp = active\nlacp_timeout = fast\n'),
         3: ('ab', 'lacp = passive\nlacp_timeout = fast\n'),
         4: ('ab', 'lacp = active\n'),
         5: ('a', 'lacp = active\nlacp_timeout = fast\n'),
         6: ('ab', '')}
FLOWS = 16

# Each after those that it needs, with its parameters.
MODULES = {'veth': '', 'tls': '', 'bonding': 'max_bonds=0', 'team': '',
           'team_mode_loadbalance': '', 'sch_ingress': '', 'cls_matchall': '',
           'act_gact': ''}


def configuration(more=()):
    """With more keys, by member."""
    text = CONFIGURATION
    for n, (letters, keys) in PORTS.items():
        text += f'[port m{n}]\nlan = peering\nmac = 02:00:00:00:00:0{n}\n'
        text += ''.join(f'device = net_af_packet{n}{end},iface=p{n}{end}\n'
                        for end in letters)
        text += keys + dict(more).get(n, '')
    return text


class Lab:
    """The machine with the daemon and the members in it."""

    def __init__(self, machine, build, folder):
        self.m = machine
        self.build = build
        self.folder = folder

    def enter(self):
        self.m.shell(f'build={self.build}; . {HERE}/_lag.sh')
        for name, parameters in MODULES.items():
            path, = glob.glob(f'{kernel_of(self.folder)[1]}/**/{name}.ko', recursive=True)
            self.m.shell(f'insmod {path} {parameters}', 60)

    def ctl(self, words):
        return json.loads(self.m.shell(f'ctl -j {words}', 60))

    def links(self, n):
        """The links of a member's port by their letters, as lag show has them."""
        lag, = self.ctl(f'lag show m{n}')
        return dict(zip(PORTS[n][0], lag['links']))

    def in_use(self, n):
        """The letters of those that are used."""
        return ''.join(end for end, link in self.links(n).items() if link['in_use'])

    def state(self, n):
        return self.ctl(f'port show m{n}')[0]['state']

    def bond_uses(self, n, system=SYSTEM):
        """The letters of the links that the bonding driver has joined with this partner."""
        text = self.m.shell(f'in_host {n} cat /proc/net/bonding/lan0')
        head, *slaves = text.split('Slave Interface: eth')
        active = re.search(r'Aggregator ID: (\d+)', head)
        partner = re.search(r'Partner Mac Address: (\S+)', head)
        if not active or partner[1] != system:
            return ''
        # Of a port that collects and distributes with a partner that does, too.
        return ''.join(s[0] for s in slaves
                       if f'Aggregator ID: {active[1]}\n' in s and
                       all(int(state) & 0x3c == 0x3c
                           for state in re.findall(r'port state: (\d+)', s)))

    def bond_has(self, n):
        """The letters of those that are up."""
        text = self.m.shell(f'in_host {n} cat /proc/net/bonding/lan0')
        return ''.join(re.findall(r'Slave Interface: eth(.)\nMII Status: up', text))

    def team_uses(self, n):
        ports = json.loads(self.m.shell(f'teamctl {n} state dump'))['ports']
        return ''.join(sorted(
            name[3:] for name, port in ports.items()
            if port['runner']['selected'] and port['runner']['state'] == 'current' and
            port['runner']['partner_lacpdu_info']['system'] == SYSTEM and
            port['runner']['partner_lacpdu_info']['state'] & 0x3c == 0x3c))

    def member_uses(self, n):
        if n == 6:  # without LACP
            return self.bond_has(n)
        return self.team_uses(n) if n == 3 else self.bond_uses(n)

    def wait_links(self, n, letters, seconds=30):
        """Both sides use these."""
        found = []

        def reached():
            found[:] = [self.in_use(n), self.member_uses(n)]
            return found == [letters, letters]
        try:
            wait_for(seconds, f'm{n} and the member use {letters}', reached)
        except Failure as failure:
            raise Failure(f'{failure}, but {found}: {self.links(n)}') from None

    def apply(self, more=()):
        self.m.put_text('ixfabric.ini', configuration(more))
        self.m.shell('ctl config apply /mnt/ixfabric.ini', 60)


class Result:
    """What arrived at one end of numbered frames."""

    def __init__(self, line, rate):
        got = {name: int(number) for name, number in re.findall(r'(\w+)=(\d+)', line)}
        self.received, self.sent = got['received'], got['sent']
        self.lost = self.sent - self.received
        self.repeated, self.late = got['repeated'], got['late']
        # For how long no frame of a flow came, in ms.
        self.outage = got['longest'] * FLOWS * 1000 / rate
        self.line = line


class Traffic:
    """Numbered frames both ways while the block runs."""

    def __init__(self, lab, a, b, rate=2000):
        self.lab, self.a, self.b, self.rate = lab, a, b, rate
        self.at = {}

    def __enter__(self):
        self.lab.m.shell(f'traffic {self.a} {self.b} {self.rate}', 60)
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            return
        lines = self.lab.m.shell(f'traffic_ends {self.a} {self.b}', 60).splitlines()
        for n, line in zip((self.a, self.b), lines):
            print(f'         at member {n}: {line}', flush=True)
            self.at[n] = Result(line, self.rate)
            if self.at[n].repeated:
                raise Failure(f'member {n} got frames twice: {line}')

    def unharmed(self):
        for n, got in self.at.items():
            if got.received == 0 or got.lost or got.late:
                raise Failure(f'at member {n}: {got.line}')

    def interrupted(self, n, limit):
        """Frames to this member were lost for that long, in ms, at most."""
        got = self.at[n]
        print(f'         no frame to member {n} for {got.outage:.0f} ms')
        if got.outage > limit * patience():
            raise Failure(f'no frame for {got.outage:.0f} ms: {got.line}')


def wire(lab):
    """Without the fabric: a LAG of two cables between two members."""
    lab.m.shell('space 8 && space 9 && for end in a b; do '
                'ip link add eth$end netns h8 type veth peer name eth$end netns h9; done && '
                'bond 8 mode 802.3ad lacp_rate fast && bond 9 mode 802.3ad lacp_rate fast', 60)
    wait_for(30, 'two members aggregate', lambda: all(
        lab.bond_uses(n, f'02:00:00:00:00:0{17 - n}') == 'ab' for n in (8, 9)))
    with Traffic(lab, 8, 9) as traffic:
        time.sleep(1)
    traffic.unharmed()
    lab.m.shell('ip netns del h8; ip netns del h9')


def start(lab):
    lab.m.shell('plain 1 && member 2 a b && member 3 a b && member 4 a b && member 5 a && '
                'member 6 a b', 60)
    lab.m.put_text('ixfabric.ini', configuration())
    lab.m.shell('cp /mnt/ixfabric.ini $ini && fabric_start', 60)


def comes_up(lab):
    """Links are used only when both sides have agreed."""
    for n in (2, 3, 4, 5):
        if lab.in_use(n) or lab.state(n) != 'down':
            raise Failure(f'm{n} is used without a partner: {lab.links(n)}')
    lab.m.shell('bond 2 mode 802.3ad lacp_rate fast && team 3 && '
                'bond 4 mode 802.3ad lacp_rate slow && '
                'bond 5 mode 802.3ad lacp_rate fast && bond 6 mode balance-xor', 60)
    for n in (2, 3, 4, 5):
        lab.wait_links(n, PORTS[n][0])
    wait_for(30, 'the static LAG is up', lambda: lab.in_use(6) == 'ab')
    for n in PORTS:
        if lab.state(n) != 'up':
            raise Failure(f'm{n} is {lab.state(n)}')


def sent_by(lab, n):
    """Frames that each cable has brought to the member."""
    return [int(lab.m.shell(f'cat /sys/class/net/p{n}{end}/statistics/tx_packets'))
            for end in PORTS[n][0]]


def crosses(lab):
    """Every frame once, in order, by both links."""
    before = {n: sent_by(lab, n) for n in PORTS}
    for a, b in ((1, 2), (3, 4), (5, 6)):
        with Traffic(lab, a, b) as traffic:
            time.sleep(1)
        traffic.unharmed()
    for n, old in before.items():
        got = [now - was for now, was in zip(sent_by(lab, n), old)]
        if min(got) * 16 < sum(got):
            raise Failure(f'member {n} got frames by one link: {got}')


def broadcast(lab, source):
    """Reaches every other member once, and does not come back by the other link."""
    names = ' '.join(map(str, PORTS))
    lab.m.shell(f'for n in {names}; do in_host_start $n $build/tests/func/numbered receive '
                'lan0 300 > $run/got$n; eval receiver$n=$!; '
                'wait_for 20 grep -q ready $run/got$n; done', 60)
    lab.m.shell(f'flow {source} ff:ff:ff:ff:ff:ff 200; sleep 0.5; '
                f'kill $sender{source}; wait $sender{source}')
    sent, = re.findall(r'sent=(\d+)', lab.m.shell(f'cat $run/sent{source}'))
    for n in PORTS:
        line = lab.m.shell(f'kill $receiver{n}; wait $receiver{n}; tail -n 1 $run/got{n}', 60)
        want = 0 if n == source else int(sent)
        if f'received={want} lost=0 repeated=0 late=0' not in line:
            raise Failure(f'{sent} broadcasts of member {source}, at member {n}: {line}')


def pulled(lab, n):
    """A link goes down: its flows leave by the other one.  It comes back."""
    with Traffic(lab, 1, n) as traffic:
        time.sleep(0.5)
        lab.m.shell(f'ip -n h{n} link set etha down')
        lab.wait_links(n, 'b')
        time.sleep(0.5)
    traffic.interrupted(n, LINK_DOWN)
    with Traffic(lab, 1, n) as traffic:
        lab.m.shell(f'ip -n h{n} link set etha up')
        lab.wait_links(n, 'ab')
    if traffic.at[n].lost:
        raise Failure(f'a link that comes up loses frames: {traffic.at[n].line}')


def silent(lab, n):
    """The carrier stays, but nothing gets through, in both directions."""
    with Traffic(lab, 1, n) as traffic:
        time.sleep(0.5)
        lab.m.shell(f'silent {n} a')
        lab.wait_links(n, 'b')
        time.sleep(0.5)
    traffic.interrupted(n, SILENCE)
    if traffic.at[n].lost == 0:
        raise Failure('no frame was lost: the link was not silent')
    # A driver without a partner looks for one each 30 s.
    lab.m.shell(f'no_longer_silent {n} a')
    lab.wait_links(n, 'ab', 60)


def restarted(lab, n):
    """The member's driver begins anew, beside others that lose nothing."""
    others = [other for other in (2, 3) if other != n]
    with Traffic(lab, 4, *others) as traffic:
        if n == 3:
            lab.m.shell(f'team_end {n}', 60)
            wait_for(30, f'm{n} is down', lambda: lab.state(n) == 'down')
            lab.m.shell(f'team {n}', 60)
        else:
            lab.m.shell(f'ip -n h{n} link del lan0')
            wait_for(30, f'm{n} is down', lambda: lab.state(n) == 'down')
            lab.m.shell(f'bond {n} mode 802.3ad lacp_rate fast', 60)
        lab.wait_links(n, 'ab')
    traffic.unharmed()
    with Traffic(lab, 1, n) as traffic:
        time.sleep(0.5)
    traffic.unharmed()


def swapped(lab):
    """A cable of member 2 is put in the place of one of member 4, and the other way
    round."""
    with Traffic(lab, 1, 3) as traffic:
        lab.m.shell('swap 2 4 b', 60)
        lab.wait_links(2, 'a')
        lab.wait_links(4, 'a')
        wait_for(60, 'the status names both', lambda: all(
            any(f'port m{n}: link ' in p and 'is not that of the LAG' in p
                for p in problems(lab)) for n in (2, 4)))
        print('        ', problems(lab))
        with Traffic(lab, 2, 4) as between:
            time.sleep(1)
        between.unharmed()
        lab.m.shell('swap 2 4 b', 60)
        lab.wait_links(2, 'ab')
        lab.wait_links(4, 'ab')
    traffic.unharmed()
    wait_for(30, 'no problem is left', lambda: not problems(lab))


def problems(lab):
    _, text = lab.m.run('ctl -j status', 60)
    return json.loads(text)['problems']


def too_few(lab):
    """With min_links = 2, a LAG of which one link is left is down."""
    lab.apply({2: 'min_links = 2\n'})
    lab.wait_links(2, 'ab')
    lab.m.shell('ip -n h2 link set etha down')
    wait_for(30, 'm2 is down', lambda: lab.state(2) == 'down')
    lab.m.shell('ip -n h2 link set etha up')
    wait_for(30, 'm2 is up', lambda: lab.state(2) == 'up')
    lab.apply()
    lab.wait_links(2, 'ab')


def ends(lab):
    """The members are told: they do not wait for a timeout."""
    lab.m.shell('fabric_stop', 60)


def run(build, folder):
    kernel, _ = kernel_of(folder)
    machine = Machine([], kernel, os.path.join(folder, '_init.sh.initrd'), options=[
        '-virtfs', 'local,path=/,mount_tag=root,security_model=none,readonly=on,'
        'multidevs=remap'])
    with machine as m:
        lab = Lab(m, build, folder)
        m.put('shell.sh', os.path.join(HERE, '_shell.sh'))
        m.put_text('pages', '100')
        step('boot', m.wait_until_up, 120)
        step('modules', lab.enter)
        try:
            step('two members aggregate', wire, lab)
            step('start', start, lab)
            step('LAGs come up', comes_up, lab)
            step('frames cross', crosses, lab)
            for n in (1, 2, 3):
                step(f'broadcast of member {n}', broadcast, lab, n)
            for n in (2, 3, 4, 6):
                step(f'a cable of member {n} is pulled', pulled, lab, n)
            for n in (2, 3):
                step(f'a cable of member {n} is silent', silent, lab, n)
                step(f'member {n} begins anew', restarted, lab, n)
            step('cables are swapped', swapped, lab)
            step('too few links', too_few, lab)
            step('end', ends, lab)
        except Failure:
            if os.path.exists(os.path.join(m.share, 'log')):
                print('--- log:', lab.m.shell('tail -n 60 /mnt/log'), sep='\n')
            raise


def step(name, function, *args):
    begin = time.monotonic()
    function(*args)
    print(f'{time.monotonic() - begin:6.1f} s  {name}', flush=True)


if __name__ == '__main__':
    run(sys.argv[1], sys.argv[2])
