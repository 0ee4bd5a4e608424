# SPDX-License-Identifier: BSD-3-Clause
"""A machine that QEMU emulates in software, with an IOMMU and NICs whose cables end in
this process: a datagram is a frame.  Its first serial line is its console, on the
second a shell takes commands."""
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))

# The last ones: a busy host makes the kernel wait for its timer for longer than it trusts
# one, and threads for longer than it finds sound.
KERNEL_ARGUMENTS = ('intel_iommu=on iommu=pt console=ttyS0 panic=-1 mitigations=off '
                    'no_timer_check nowatchdog rcupdate.rcu_cpu_stall_suppress=1')


def patience():
    """The factor by which this machine is slower than one that does nothing else."""
    return max(1, os.getloadavg()[0] / os.cpu_count())


class Failure(Exception):
    """What a test expected did not happen."""


def wait_for(seconds, what, condition):
    """Waits until condition() is true, and returns what it returned."""
    begin = time.monotonic()
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() - begin > seconds * patience():
            raise Failure(f'not within {seconds} s: {what}')
        time.sleep(0.1)


class Lines:
    """A stream socket of QEMU, read by lines."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.rest = b''
        wait_for(20, f'QEMU listens at {path}', lambda: self.connect(path))

    def connect(self, path):
        try:
            self.socket.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def send(self, text):
        self.socket.sendall(text.encode() + b'\n')

    def line(self, deadline):
        """The next line, or Failure at that time (time.monotonic())."""
        while b'\n' not in self.rest:
            self.socket.settimeout(max(0.1, deadline - time.monotonic()))
            try:
                got = self.socket.recv(65536)
            except TimeoutError:
                raise Failure(f'no answer; so far: {self.rest!r}') from None
            if not got:
                raise Failure(f'QEMU has ended; last: {self.rest!r}')
            self.rest += got
        line, self.rest = self.rest.split(b'\n', 1)
        return line.rstrip(b'\r').decode(errors='replace')


class Nic:
    """A NIC of the machine, behind a port of its own of the PCI Express root, so that it
    can be taken out; and the far end of its cable."""

    def __init__(self, name, model, number):
        self.name = name
        self.model = model
        self.number = number
        self.address = None  # in the machine: found there
        self.socket = None

    def mac(self):
        return f'52:54:00:00:00:{self.number:02x}'

    def slot(self):
        """Of the port on bus 0."""
        return 0x10 + self.number

    def folder(self):
        """In the machine, a pattern."""
        return f'/sys/bus/pci/devices/0000:00:{self.slot():02x}.0/0000:*:00.0'

    def hotplug(self):
        """The arguments of QEMU's device_add."""
        args = {'driver': self.model, 'id': self.name, 'bus': f'root{self.number}',
                'netdev': f'net-{self.name}', 'mac': self.mac()}
        if self.model.startswith('virtio'):
            # Else its DMA goes past the IOMMU, and its driver hangs.
            args |= {'disable-legacy': 'on', 'iommu_platform': True}
        return args

    def options(self, folder):
        port = (f'pcie-root-port,id=root{self.number},chassis={self.number},'
                f'addr={self.slot():#x}')
        device = self.hotplug()
        return ['-device', port, '-netdev', self.netdev(folder),
                '-device', json.dumps(device)]

    def netdev(self, folder):
        mine, its = (os.path.join(folder, f'{self.name}.{end}') for end in ('us', 'nic'))
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(mine)
        self.its = its
        return (f'dgram,id=net-{self.name},local.type=unix,local.path={its},'
                f'remote.type=unix,remote.path={mine}')

    def send(self, frame):
        """Waits while the machine does not take any."""
        self.socket.settimeout(20 * patience())
        self.socket.sendto(frame, self.its)

    def offer(self, frame):
        """Sends it if the machine takes it now."""
        self.socket.settimeout(0)
        try:
            self.socket.sendto(frame, self.its)
        except BlockingIOError:
            pass

    def receive(self, seconds):
        """The next frame, or None."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(65536)
        except TimeoutError:
            return None


class TapNic(Nic):
    """A virtio NIC with several queues, which the other kinds of netdev do not have: its
    cable ends in an interface of this network namespace."""

    def __init__(self, name, number, queues):
        super().__init__(name, 'virtio-net-pci', number)
        self.queues = queues

    def hotplug(self):
        return super().hotplug() | {'mq': True, 'vectors': 2 * self.queues + 2}

    def netdev(self, folder):
        subprocess.run(['ip', 'tuntap', 'add', self.name, 'mode', 'tap', 'multi_queue'],
                       check=True)
        for name in ('disable_ipv6', 'accept_ra'):
            with open(f'/proc/sys/net/ipv6/conf/{self.name}/{name}', 'w',
                      encoding='ascii') as file:
                file.write('1' if name == 'disable_ipv6' else '0')
        subprocess.run(['ip', 'link', 'set', self.name, 'mtu', '16000', 'arp', 'off', 'up'],
                       check=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((self.name, 3))
        return (f'tap,id=net-{self.name},ifname={self.name},queues={self.queues},'
                'script=no,downscript=no,vhost=off')

    def send(self, frame):
        self.socket.send(frame)

    def receive(self, seconds):
        """Of a packet socket, which has what this end sends, too."""
        begin = time.monotonic()
        while True:
            self.socket.settimeout(max(0.001, seconds - (time.monotonic() - begin)))
            try:
                frame, address = self.socket.recvfrom(65536)
            except TimeoutError:
                return None
            if address[2] != socket.PACKET_OUTGOING:
                return frame


class Machine:
    """Runs from the beginning of a 'with' to its end."""

    def __init__(self, nics, kernel, initrd, options=(), arguments='', cpus=3, memory=2048):
        self.nics = nics
        self.folder = tempfile.mkdtemp(prefix='ixf-pci-')
        self.share = os.path.join(self.folder, 'share')
        os.mkdir(self.share)
        self.console = os.path.join(self.folder, 'console')
        self.process = None
        self.events = []
        self.command = [
            'setpriv', '--pdeathsig', 'KILL', 'nice', 'qemu-system-x86_64',
            '-machine', 'q35,accel=tcg,kernel-irqchip=split', '-cpu', 'max',
            '-smp', str(cpus), '-m', str(memory),
            '-device', 'intel-iommu,intremap=on',
            '-nodefaults', '-display', 'none', '-no-reboot',
            '-kernel', kernel, '-initrd', initrd,
            '-append', f'{KERNEL_ARGUMENTS} {arguments}',
            '-serial', 'file:' + self.console,
            '-serial', f'unix:{self.folder}/shell,server=on,wait=off',
            '-virtfs', f'local,path={self.share},mount_tag=share,security_model=none',
            '-qmp', f'unix:{self.folder}/qmp,server=on,wait=off',
            *options]

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        command = list(self.command)
        for nic in self.nics:
            command += nic.options(self.folder)
        with open(os.path.join(self.folder, 'qemu'), 'wb') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        self.qmp_lines = Lines(os.path.join(self.folder, 'qmp'))
        self.qmp_lines.line(time.monotonic() + 20 * patience())
        self.qmp('qmp_capabilities')
        self.lines = Lines(os.path.join(self.folder, 'shell'))
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self.show('qemu')
            self.show('console')
        self.cut()
        shutil.rmtree(self.folder)

    def cut(self):
        """The power fails: what the machine has not written to its disk is lost."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def printed(self):
        """On the console."""
        with open(self.console, errors='replace', encoding='utf-8') as file:
            return file.read()

    def show(self, name):
        """The last lines of one of its files."""
        with open(os.path.join(self.folder, name), errors='replace', encoding='utf-8') as file:
            print(f'--- {name}:', *file.read().splitlines()[-40:], sep='\n')

    def qmp(self, command, **arguments):
        self.qmp_lines.send(json.dumps({'execute': command, 'arguments': arguments}))
        while True:
            answer = json.loads(self.qmp_lines.line(time.monotonic() + 20 * patience()))
            if 'event' in answer:
                self.events.append(answer)
            elif 'error' in answer:
                raise Failure(f'{command}: {answer["error"]["desc"]}')
            else:
                return answer['return']

    def qmp_event(self, name, **data):
        """Whether it came, with these data."""
        self.qmp('query-status')
        return any(e['event'] == name and e.get('data', {}).items() >= data.items()
                   for e in self.events)

    def put(self, name, path):
        """A copy of a file, which the machine finds at /mnt."""
        shutil.copy(path, os.path.join(self.share, name))

    def put_text(self, name, text):
        with open(os.path.join(self.share, name), 'w', encoding='utf-8') as file:
            file.write(text + '\n')

    def wait_until_up(self, seconds):
        """Until the shell takes commands."""
        deadline = time.monotonic() + seconds * patience()
        while self.lines.line(deadline) != '@@ ready':
            pass

    def send(self, command):
        """Begins a line of bash in the machine, and the last one."""
        self.lines.send(command)

    def wait_until_off(self, seconds):
        self.process.wait(seconds * patience())

    def run(self, command, seconds=30):
        """Runs a line of bash in the machine: its exit code and what it printed."""
        deadline = time.monotonic() + seconds * patience()
        self.lines.send(command)
        printed = []
        while True:
            line = self.lines.line(deadline)
            if line.startswith('@@ '):
                return int(line[3:]), '\n'.join(printed)
            printed.append(line)

    def shell(self, command, seconds=30):
        """The same, and Failure unless it succeeds."""
        code, printed = self.run(command, seconds)
        if code != 0:
            raise Failure(f'{command}: exit code {code}: {printed}')
        return printed


def kernel_of(folder):
    """The kernel and the folder of its modules below that of _prepare.sh."""
    kernel, = glob.glob(os.path.join(folder, 'kernel/boot/vmlinuz-*'))
    return kernel, os.path.join(folder, 'kernel/lib/modules',
                                os.path.basename(kernel).removeprefix('vmlinuz-'))
