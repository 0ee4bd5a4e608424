# SPDX-License-Identifier: BSD-3-Clause
"""The package in a Debian of its own: ixfabric.service as systemd starts it, with all that
it forbids, on NICs behind vfio-pci; its watchdog, restarts, rights, and power cuts.
usage: service.py LAB, or: service.py configuration"""
import json
import os
import re
import sys
import threading
import time

from machine import Failure, Machine, Nic, kernel_of, patience, wait_for
from members import FABRIC_MAC, crosses, drain, frame, ip_of, quiet, request

E1, V1, V2, N1, N2 = NICS = [Nic('e1', 'e1000e', 1), Nic('v1', 'vmxnet3', 2),
                             Nic('v2', 'vmxnet3', 3), Nic('n1', 'virtio-net-pci', 4),
                             Nic('n2', 'virtio-net-pci', 5)]

# Addresses that an operator makes static before a power cut.
STATIC = 51

STATE = '/var/lib/ixfabric/sponge.json'

# Addresses are learned, so that a restart can lose them.
CONFIGURATION = '''
[fabric]
workers = 1,2
[lan peering]
profile = open
ipv4 = 192.0.2.0/24
sponge = on
sponge_mac = ''' + FABRIC_MAC + '''
''' + ''.join(f'''
[port {nic.name}]
device = 0000:{nic.number:02x}:00.0
lan = peering
ipv4 = {ip_of(nic)}
''' for nic in NICS)


class Lab:
    """The machine and the service in it."""

    def __init__(self, machine):
        self.m = machine

    def ctl(self, words):
        return json.loads(self.m.shell(f'ixctl -j {words}', 60))

    def show(self, names):
        """Properties of the unit."""
        lines = self.m.shell(f'systemctl show ixfabric -p {names}').splitlines()
        return dict(line.split('=', 1) for line in lines)

    def ready(self, seconds=120):
        wait_for(seconds, 'the service is active', lambda: self.show('ActiveState') ==
                 {'ActiveState': 'active'})
        for nic in NICS:
            wait_for(60, f'{nic.name} is up', lambda nic=nic: self.ctl(
                f'port show {nic.name}')[0]['state'] == 'up')

    def journal(self):
        return self.m.shell('journalctl -u ixfabric -b --no-pager -n 60 -o short-monotonic')


def learn():
    """Each member is seen once."""
    for nic in NICS:
        nic.send(request(nic, ip_of(nic)))
    time.sleep(1)
    for nic in NICS:
        drain(nic)


def healthy(lab):
    problems = lab.ctl('status')['problems']
    if problems:
        raise Failure(f'degraded: {problems}')


def installed(lab):
    """What systemd runs is what the package says, as the user that it made."""
    unit = lab.show('User,Type,WatchdogUSec,NRestarts,MainPID,Result')
    pid = unit.pop('MainPID')
    if unit != {'User': 'ixfabric', 'Type': 'notify', 'WatchdogUSec': '15s',
                'NRestarts': '0', 'Result': 'success'}:
        raise Failure(f'{unit}')
    user = lab.m.shell(f'ps -o user= -p {pid}').strip()
    if user != 'ixfabric':
        raise Failure(f'it runs as {user}')
    status = lab.m.shell(f'cat /proc/{pid}/status')
    for want in ('NoNewPrivs:\t1', 'Seccomp:\t2'):
        if want not in status:
            raise Failure(f'not {want!r}: {status}')
    exposure = lab.m.shell('systemd-analyze security ixfabric --no-pager | tail -n 1', 60)
    found = re.search(r': (\d+\.\d+) ', exposure)
    print('        ', exposure)
    if not found or float(found[1]) > 3.0:
        raise Failure(exposure)
    healthy(lab)
    if 'does not start' in lab.journal() or 'huge pages (' in lab.journal():
        raise Failure(lab.journal())


def forwards():
    order = NICS + NICS[:1]
    for source, target in zip(order, order[1:]):
        crosses(source, target, [60, 600, 1514])
        crosses(target, source, [60, 600, 1514])
    quiet(NICS)


def rights(lab):
    """A member of the group may command, another user may not."""
    lab.m.shell('runuser -u alice -- ixctl status')
    code, printed = lab.m.run('runuser -u mallory -- ixctl status')
    if code == 0 or 'no right' not in printed:
        raise Failure(f'mallory: exit code {code}: {printed}')


class Gap:
    """How long no frame gets from one member to another: from the last that did to the
    first that does again."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.longest = 0
        self.arrived = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        last, number = time.monotonic(), 0
        while not self.stop.is_set():
            number += 1
            one = frame(self.source, self.target, 100, number)
            self.source.send(one)
            got = self.target.receive(0.02)
            while got is not None and got != one:
                got = self.target.receive(0.02)
            now = time.monotonic()
            if got == one:
                self.longest = max(self.longest, now - last)
                self.arrived += 1
                last = now

    def __enter__(self):
        self.thread.start()
        wait_for(20, 'traffic', lambda: self.arrived > 20)
        self.longest = 0
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def over(self):
        """Until frames arrive again."""
        before = self.arrived
        wait_for(120, 'traffic is back', lambda: self.arrived > before + 20)
        drain(self.target)


def restarts(lab):
    """For an upgrade: forwarding is back within seconds, and what was learned is known."""
    learn()
    before = sorted(row['mac'] for row in lab.ctl('fdb show') if row['type'] == 'learned')
    if len(before) != len(NICS):
        raise Failure(f'learned: {before}')
    with Gap(E1, N1) as gap:
        begin = time.monotonic()
        lab.m.shell('systemctl restart ixfabric', 120)
        ready = time.monotonic() - begin
        gap.over()
    # v2 has been silent.
    after = sorted(row['mac'] for row in lab.ctl('fdb show') if row['type'] == 'learned')
    if after != before:
        raise Failure(f'learned: {before}, then {after}')
    flooded = drain(V2)
    print(f'         systemctl restart took {ready:.1f} s, no frame for {gap.longest:.1f} s, '
          f'{flooded} frames flooded meanwhile')
    lab.ready()
    for nic in NICS:
        drain(nic)
    crosses(E1, V2)
    quiet(NICS)


def watched(lab):
    """A daemon that stands still is started again, one that works is not."""
    if lab.show('NRestarts') != {'NRestarts': '0'}:
        raise Failure('it was started again by itself')
    lab.m.shell('kill -STOP $(systemctl show ixfabric -p MainPID --value)')
    wait_for(60, 'it is started again', lambda: lab.show('NRestarts') == {'NRestarts': '1'})
    if 'watchdog' not in lab.m.shell('journalctl -u ixfabric -b --no-pager -n 40').lower():
        raise Failure(lab.journal())
    lab.ready()
    learn()
    forwards()


def cut(lab):
    """The power fails in the middle of a write of the state: the kernel is reset, which QEMU
    ends with, once the new file is there and has not taken the place of the old one.  What
    the kernel has not written to the disk is lost."""
    lab.m.shell('for n in {10..60}; do ixctl sponge set static 192.0.2.$n force; done',
                200)
    # One that is written after this has all of them.
    lab.m.shell(f'while [ -e {STATE}.new ]; do :; done; touch /tmp/mark; '
                'ixctl sponge set static 192.0.2.61 force')
    wait_for(60, 'the state is written',
             lambda: lab.m.run(f'test {STATE} -nt /tmp/mark')[0] == 0)
    lab.m.send(f'ixctl sponge set static 192.0.2.62 force; until [ -e {STATE}.new ]; '
               'do :; done; echo b > /proc/sysrq-trigger')
    lab.m.wait_until_off(60)


def after_cut(lab):
    """What is started is what was configured, and forwards."""
    lab.ready()
    healthy(lab)
    left = lab.m.shell('ls /var/lib/ixfabric')
    if 'unused' in left:
        raise Failure(f'a state file was not usable: {left}')
    known = lab.m.shell('ixctl sponge show static | grep -c " 192[.]0[.]2[.].* static "')
    print(f'         {known} addresses are static; left in the folder: {left.split()}')
    if not STATIC <= int(known) <= STATIC + 2:
        raise Failure('neither the old state nor the new one')
    learn()
    forwards()


def unconfirmed(lab):
    """What had to be confirmed when the power failed is not what starts."""
    lab.m.shell('cp /etc/ixfabric/ixfabric.ini /tmp/new.ini; '
                'echo "description = unconfirmed" >> /tmp/new.ini')
    lab.m.run('ixctl config apply --confirm 300 /tmp/new.ini')
    if 'unconfirmed' not in lab.m.shell('ixctl config show running'):
        raise Failure('it was not applied')
    lab.m.cut()


def after_unconfirmed(lab):
    after_cut(lab)
    if 'unconfirmed' in lab.m.shell('ixctl config show running'):
        raise Failure('what was not confirmed has started')


def first_frame(lab):
    """From the hand-over of the kernel to the first frame that gets through."""
    wait_for(300, 'the kernel hands over', lambda: 'lab: hand-over' in lab.m.printed())
    begin = time.monotonic()
    one = request(E1, ip_of(V1))
    while V1.receive(0.05) != one:
        E1.offer(one)
        if time.monotonic() - begin > 300 * patience():
            raise Failure('no frame gets through')
    print(f'         {time.monotonic() - begin:.1f} s from the hand-over to the first frame')
    lab.m.wait_until_up(120)
    for nic in NICS:
        drain(nic)
    print('        ', lab.m.shell('systemd-analyze time | head -n 1; systemctl show ixfabric '
                                  '-p ActiveEnterTimestampMonotonic', 60).replace('\n', ' '))


def step(name, function, *args):
    begin = time.monotonic()
    function(*args)
    print(f'{time.monotonic() - begin:6.1f} s  {name}', flush=True)


def one_boot(folder, *steps):
    """A boot of the disk, and what is looked at then."""
    machine = Machine(NICS, kernel_of(folder)[0], os.path.join(folder, '_boot.sh.initrd'),
                      options=['-drive', f'file={folder}/disk,format=raw,if=virtio'],
                      arguments='systemd.show_status=false')
    with machine as m:
        lab = Lab(m)
        try:
            step('boot', first_frame, lab)
            for name, function, *args in steps:
                step(name, function, *args, *([lab] if function not in (forwards,) else []))
        except Failure:
            if m.process.poll() is None:
                print('--- journal:', lab.journal(), sep='\n')
            raise


def run(folder):
    one_boot(folder, ('ready', Lab.ready), ('as installed', installed),
             ('forwarding', lambda _: (learn(), forwards())), ('rights of users', rights),
             ('restart', restarts), ('the watchdog', watched),
             ('the power fails during writes of the state', cut))
    one_boot(folder, ('after the power cut', after_cut),
             ('the power fails before a confirmation', unconfirmed))
    one_boot(folder, ('what was not confirmed is not started', after_unconfirmed))


if __name__ == '__main__':
    if sys.argv[1] == 'configuration':
        print(CONFIGURATION)
    else:
        run(sys.argv[1])
