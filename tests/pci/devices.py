# SPDX-License-Identifier: BSD-3-Clause
"""The daemon on e1000e, vmxnet3 and virtio-net behind vfio-pci: frames of all lengths,
two queues, cables that are pulled, a NIC that is taken out under traffic and put back,
and its end.  usage: devices.py BUILD LAB"""
import json
import os
import sys
import time

import members
from machine import HERE, Failure, Machine, Nic, TapNic, kernel_of, wait_for
from members import HEADER, Traffic, drain, expect, frame, mac_of, quiet, request

MTU = 9000 # octets
NICS = [Nic('e1', 'e1000e', 1), Nic('e2', 'e1000e', 2),
        Nic('v1', 'vmxnet3', 3), Nic('v2', 'vmxnet3', 4),
        Nic('n1', 'virtio-net-pci', 5), Nic('n2', 'virtio-net-pci', 6),
        TapNic('q1', 7, queues=2)]
BY_NAME = {nic.name: nic for nic in NICS}

FABRIC = '''
[fabric]
workers = 1,2
socket = /run/ixfabric.sock
state = /var/lib/sponge.json
flap_count = 0
[lan peering]
profile = ixp-basic
mtu = %d
''' % MTU

PORT = '''
[port %s]
device = %s
lan = peering
mac = %s
ipv4 = 192.0.2.%d
'''


class Lab:
    """The machine with the daemon in it."""

    def __init__(self, machine, build):
        self.m = machine
        self.build = build
        self.starts = 0

    def ctl(self, words):
        return json.loads(self.m.shell(
            f'{self.build}/apps/ixctl -s /run/ixfabric.sock -j {words}', 60))

    def state(self, name):
        return self.ctl(f'port show {name}')[0]['state']

    def stats(self, name):
        return self.ctl(f'port stats {name}')[0]

    def drops(self, name):
        """The reasons of the port, with their numbers of frames."""
        return {d['reason']: d['frames'] for d in self.ctl(f'port drops {name}')
                if d['frames'] > 0}

    def wait_state(self, name, state, seconds=60):
        wait_for(seconds, f'{name} is {state}', lambda: self.state(name) == state)

    def log(self):
        with open(os.path.join(self.m.share, 'log'), encoding='utf-8') as file:
            return file.read()

    def bind(self, nic):
        """Gives a NIC to vfio-pci, as driverctl does."""
        nic.address = self.m.shell(f'basename {nic.folder()}')
        self.m.shell(f'cd /sys/bus/pci/devices/{nic.address} && '
                     'echo vfio-pci > driver_override && { [ ! -e driver ] || '
                     f'echo {nic.address} > driver/unbind; }} && '
                     f'echo {nic.address} > /sys/bus/pci/drivers_probe && '
                     '[ "$(basename "$(readlink driver)")" = vfio-pci ]')

    def configure(self):
        text = FABRIC + ''.join(PORT % (n.name, n.address, mac_of(n), n.number)
                                for n in NICS)
        with open(os.path.join(self.m.share, 'ixfabric.ini'), 'w', encoding='ascii') as file:
            file.write(text)

    def answers(self):
        self.m.shell('kill -0 $!')
        return self.m.run(f'{self.build}/apps/ixctl -s /run/ixfabric.sock status',
                          60)[0] in (0, 1)

    def start(self):
        self.m.shell(f'{self.build}/apps/ixfabricd -c /mnt/ixfabric.ini >> /mnt/log 2>&1 &')
        self.starts += 1
        wait_for(60, 'the daemon answers', self.answers)
        for nic in NICS:
            self.wait_state(nic.name, 'up')

    def signal(self, name):
        """Ends the daemon by a signal: its exit code."""
        return int(self.m.shell(f'kill -{name} $!; wait $!; echo $?', 60).split()[-1])


def crosses(source, target, lengths=(60,)):
    """By the names of the NICs."""
    members.crosses(BY_NAME[source], BY_NAME[target], lengths)


def send(source, target, length, number=0, src=None):
    one = frame(BY_NAME[source], BY_NAME[target], length, number, src)
    BY_NAME[source].send(one)
    return one


def every_length(lab):
    """In a ring over all NICs, so that each receives from another driver, too."""
    lengths = [60, 61, 64, 127, 600, 1513, 1514, 1518, 2047, 2048, 2049, 2176, 2177,
               4096, 8192, 9013, HEADER + MTU]
    order = ['e1', 'e2', 'v1', 'v2', 'n1', 'n2', 'q1']
    for source, target in zip(order, order[1:] + order[:1]):
        crosses(source, target, lengths)
        crosses(target, source, lengths)
    quiet(NICS)
    for name in order:
        if lab.drops(name):
            raise Failure(f'{name}: unexpected drops: {lab.drops(name)}')


def too_long(lab):
    """One octet more than the MTU is dropped, and counted; what a NIC does not take at
    all is not forwarded either."""
    for name in BY_NAME:
        target = 'e1' if name != 'e1' else 'e2'
        send(name, target, HEADER + MTU + 1)
        wait_for(20, f'{name}: oversize is counted',
                 lambda name=name: lab.drops(name) == {'oversize': 1})
        send(name, target, 12000)
        crosses(name, target)
    quiet(NICS)


def foreign(lab):
    """A MAC address that is not that of the member."""
    for name in BY_NAME:
        target = 'e1' if name != 'e1' else 'e2'
        before = lab.drops(name).get('mac_lock', 0)
        send(name, target, 100, src='02:00:00:00:00:66')
        crosses(name, target, [100])
        wait_for(20, f'{name}: mac_lock is counted',
                 lambda: lab.drops(name).get('mac_lock', 0) == before + 1)
    quiet(NICS)


def broadcast():
    """An ARP request for an address of no member reaches all others, once each."""
    for name in BY_NAME:
        one = request(BY_NAME[name])
        BY_NAME[name].send(one)
        for other in NICS:
            if other.name != name:
                expect(other, one)
    quiet(NICS)


def cable(lab, name, other):
    """Pulled and put back.  Addresses at a port without a link are not known."""
    lab.m.qmp('set_link', name=f'net-{name}', up=False)
    lab.wait_state(name, 'down')
    before = lab.drops(other).get('unknown_unicast', 0)
    send(other, name, 100)
    wait_for(20, f'{other}: unknown_unicast is counted',
             lambda: lab.drops(other).get('unknown_unicast', 0) == before + 1)
    lab.m.qmp('set_link', name=f'net-{name}', up=True)
    lab.wait_state(name, 'up')
    works_again(name, other)


def works_again(name, other):
    for length in (60, 1514, HEADER + MTU):
        crosses(name, other, [length])
        crosses(other, name, [length])
    quiet(NICS)


def take_out(lab, name, other, bystanders):
    """A NIC is taken out of the running machine, and put back, with traffic to it; that
    between others loses nothing."""
    nic = BY_NAME[name]
    with Traffic(*(BY_NAME[n] for n in bystanders)) as others:
        with Traffic(BY_NAME[other], nic, wait=0.05) as broken:
            wait_for(30, f'traffic to {name}', lambda: broken.sent > 20)
            lab.m.qmp('device_del', id=name)
            lab.wait_state(name, 'no-device')
            wait_for(60, f'{name} is out', lambda: lab.m.qmp_event(
                'DEVICE_DELETED', device=name))
        lab.m.qmp('device_add', **nic.hotplug())
        wait_for(60, f'{name} is found', lambda: lab.m.run(f'ls {nic.folder()}')[0] == 0)
        lab.bind(nic)
        lab.wait_state(name, 'up')
        drain(nic)
    if others.lost or others.sent < 20:
        raise Failure(f'{bystanders}: {others.lost} lost of {others.sent}')
    print(f'         of {others.sent} frames of others none was lost')
    works_again(name, other)


def unbound(lab, name, other):
    """An administrator takes it from vfio-pci: the command waits for the daemon."""
    nic = BY_NAME[name]
    lab.m.shell(f'echo {nic.address} > /sys/bus/pci/drivers/vfio-pci/unbind', 60)
    lab.wait_state(name, 'no-device')
    lab.bind(nic)
    lab.wait_state(name, 'up')
    works_again(name, other)


def frames_of_workers(lab):
    return [w['frames'] for w in lab.ctl('worker show')]


def two_queues(lab):
    """Flows from the NIC with two queues go through both workers, each through one."""
    def more(numbers):
        before = frames_of_workers(lab)
        for number in numbers:
            expect(BY_NAME['e1'], send('q1', 'e1', 100, number))
        return [b - a for a, b in zip(before, frames_of_workers(lab))]
    both, one = more(range(64)), more([1] * 32)
    if sum(both) != 64 or min(both) < 8:
        raise Failure(f'64 flows: {both} frames of the workers')
    if sorted(one) != [0, 32]:
        raise Failure(f'one flow: {one} frames of the workers')
    quiet(NICS)


def pages_free(lab):
    return lab.m.shell('grep -E "HugePages_(Total|Free)" /proc/meminfo').split()[1::2]


def ends(lab):
    """By signals; the next start finds the NICs as the last left them."""
    total, free = pages_free(lab)
    if total == free:
        raise Failure('no huge pages are used')
    code = lab.signal('TERM')
    if code != 0:
        raise Failure(f'exit code {code}')
    total, free = pages_free(lab)
    if total != free:
        raise Failure(f'{free} of {total} huge pages are free')
    lab.start()
    every_length(lab)
    lab.signal('KILL')
    lab.start()
    every_length(lab)


def run(build, lab_folder):
    kernel, _ = kernel_of(lab_folder)
    machine = Machine(NICS, kernel, os.path.join(lab_folder, '_init.sh.initrd'), options=[
        '-virtfs', 'local,path=/,mount_tag=root,security_model=none,readonly=on,'
        'multidevs=remap'])
    with machine as m:
        lab = Lab(m, build)
        m.put('shell.sh', os.path.join(HERE, '_shell.sh'))
        m.put_text('pages', '300')
        step('boot', m.wait_until_up, 120)
        for nic in NICS:
            lab.bind(nic)
        lab.configure()
        try:
            step('start', lab.start)
            step('frames of every length cross', every_length, lab)
            step('longer ones do not', too_long, lab)
            step('a foreign MAC address is dropped', foreign, lab)
            step('broadcast reaches all', broadcast)
            step('flows use both queues', two_queues, lab)
            for name, other in (('e1', 'v1'), ('v1', 'n1'), ('n1', 'q1'), ('q1', 'e1')):
                step(f'the cable of {name} is pulled', cable, lab, name, other)
            for name, other in (('e2', 'v2'), ('v2', 'n2'), ('n2', 'e2')):
                step(f'{name} is taken out', take_out, lab, name, other, ('e1', 'n1'))
            step('e2 is taken from vfio-pci', unbound, lab, 'e2', 'n1')
            step('ends and starts', ends, lab)
        except Failure:
            print('--- log:', *lab.log().splitlines()[-40:], sep='\n')
            raise


def step(name, function, *args):
    begin = time.monotonic()
    function(*args)
    print(f'{time.monotonic() - begin:6.1f} s  {name}', flush=True)


if __name__ == '__main__':
    run(sys.argv[1], sys.argv[2])
