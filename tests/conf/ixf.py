#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ixf.py IXCTL: import and export as commands, without a daemon.

The exchange of tests/data/make-exchange is imported, and its IX-F member export is valid
by the schema and has the same members.  So has one with every key.  What would harm is
rejected and leaves the file as it was.
"""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print('skipped: python3-jsonschema is missing')
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, '..', 'data')
IXCTL = os.path.abspath(sys.argv[1])
MAIN = '''[fabric]
name = EX-IX
include = conf.d/*.ini
[ixf]
ixf_id = 9999
[lan peering]
vlan = 10
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
[lan private]
vlan = 20
'''
EVERY = '''[fabric]
name = Exchange of Exampletown
[ixf]
ixf_id = 9999
ixp_id = 2
shortname = EX-IX
url = https://ixp.example.org/
stats_api = https://ixp.example.org/stats.json
country = DE
peeringdb_id = 4711
support_email = support@ixp.example.org
support_phone = +49 30 5550100
support_contact_hours = 8x5
emergency_email = noc@ixp.example.org
emergency_phone = +49 30 5550199
switch_id = 3
switch_name = fabric1
colo = Example Data Centre 1
city = Berlin
pdb_facility_id = 12
[lan peering]
vlan = 10
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
[port rs1]
device = net_null0
lan = peering
asn = 64496
description = EX-IX
service = route-server
member_type = ixp
mac = 02:00:00:00:00:01
ipv4 = 192.0.2.1
ipv4 = 192.0.2.2
ipv6 = fe80::1
ipv6 = 2001:db8::1
[port as4200000000]
device = net_null1
lan = peering
asn = 4200000000
description = Zürich Net
url = http://www.example.net/a?b#c
contact_email = noc@example.net
peering_policy = selective
peering_policy_url = https://www.example.net/peering
as_set = AS-EXAMPLE
route_server = on
speed = 10000
mac = 02:00:00:00:00:02
ipv4 = 192.0.2.3
[port hidden]
device = net_null2
lan = peering
asn = 64499
ixf = off
mac = 02:00:00:00:00:03
[port nameless]
device = net_null3
lan = peering
mac = 02:00:00:00:00:04
[port reseller]
device = net_null4
speed = 100000
[port r.1]
parent = reseller
tag = 1
lan = peering
asn = 64498
mac = 02:00:00:00:00:05
status = quarantine
[port r.2]
parent = reseller
tag = 2
lan = peering
asn = 64497
speed = 1000
mac = 02:00:00:00:00:06
vli = 7
'''


def ixctl(*args, rc=0, stdin=None):
    p = subprocess.run([IXCTL, *args], input=stdin, capture_output=True, text=True)
    assert p.returncode == rc, (args, p.returncode, p.stdout, p.stderr)
    return p


def write(name, text):
    with open(name, 'w', encoding='utf-8') as f:
        f.write(text)


def read(name):
    with open(name, encoding='utf-8') as f:
        return f.read()


def make(what):
    return subprocess.run([sys.executable, os.path.join(DATA, 'make-exchange'), what], check=True,
                          capture_output=True, text=True).stdout


def is_valid(export):
    schema = json.loads(read(os.path.join(DATA, 'ixf-member-export.schema.json')))
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    faults = [f'{list(e.path)}: {e.message}' for e in validator.iter_errors(export)]
    ids = {v['id'] for v in export['ixp_list'][0]['vlan']}
    for m in export['member_list']:
        for c in m['connection_list']:
            faults += [f'{m["asnum"]}: unknown VLAN' for v in c['vlan_list'] if v['vlan_id'] not in ids]
            faults += [f'{m["asnum"]}: unknown IXP' for _ in '1' if c['ixp_id'] != export['ixp_list'][0]['ixp_id']]
    return faults


def comes_back():
    """The members, ports, addresses and speeds are those that IXP Manager had."""
    import_ = ('import', 'ixp-manager', 'ports', '--members', 'members', '--local', 'local', '--config', 'main.ini')
    for what in ('ports', 'members', 'local'):
        write(what, make(what))
    os.mkdir('conf.d')
    write('main.ini', MAIN)
    # 63 devices are more than DPDK opens, which the importer would say of a file.
    write('conf.d/ixp.ini', ixctl(*import_).stdout)
    export = json.loads(ixctl('export', 'ixf', '--config', 'main.ini').stdout)
    assert not is_valid(export), is_valid(export)
    want = sorted(json.loads(read('members'))['member_list'], key=lambda m: m['asnum'])
    assert export['member_list'] == want, 'other members came back'
    macs = json.loads(ixctl('export', 'ixp-manager-macs', '--config', 'main.ini').stdout)
    given = {(v['number'], a.replace(':', '')): v['vlaninterfaceid']
             for p in json.loads(read('ports'))['layer2interfaces'] for v in p['vlans'] for a in v['macaddresses']}
    assert {(int(n), a): i for n, t in macs['1'].items() for a, i in t.items()} == given, 'other MAC addresses'
    assert ixctl('export', 'ethers', '--config', 'main.ini').stdout.startswith('02:00:5e:0a:00:0b as64500-xp1\n')
    faults = ixctl(*import_, '-o', 'conf.d/ixp.ini', rc=4).stderr
    assert 'opens at most 32' in faults and 'rejected, nothing was written' in faults, faults


def has_every_key():
    write('every.ini', EVERY)
    export = json.loads(ixctl('export', 'ixf', '--config', 'every.ini').stdout)
    assert not is_valid(export), is_valid(export)
    ixp = export['ixp_list'][0]
    assert ixp['shortname'] == 'EX-IX' and ixp['name'] == 'Exchange of Exampletown' and ixp['country'] == 'DE'
    assert ixp['switch'][0]['id'] == 3 and ixp['switch'][0]['city'] == 'Berlin'
    members = {m['asnum']: m for m in export['member_list']}
    assert sorted(members) == [64496, 64497, 64498, 4200000000], sorted(members)
    vlans = members[64496]['connection_list'][0]['vlan_list']
    assert [v.get('ipv4', {}).get('address') for v in vlans] == ['192.0.2.1', '192.0.2.2']
    assert vlans[0]['ipv6']['address'] == '2001:db8::1' and 'ipv6' not in vlans[1]
    assert vlans[0]['ipv4']['services'] == [{'type': 'ixrouteserver'}]
    assert members[64498]['connection_list'][0]['state'] == 'inactive'
    speeds = [members[n]['connection_list'][0]['if_list'][0].get('if_speed') for n in (64496, 64497, 64498)]
    assert speeds == [None, 1000, 100000], speeds
    macs = ixctl('export', 'ixp-manager-macs', 'configured', '--config', 'every.ini')
    assert json.loads(macs.stdout) == {'2': {'10': {'020000000006': 7}}}, macs.stdout
    assert "left out: 5 of ports without 'vli'" in macs.stderr, macs.stderr
    # What the schema is good for: each of these is found.
    for path, value in ((('timestamp',), 'now'), (('version',), '0.6'), (('ixp_list', 0, 'ixf_id'), '9999'),
                        (('member_list', 0, 'asnum'), None), (('ixp_list', 0, 'url'), 'ixp.example.org')):
        wrong, at = copy.deepcopy(export), None
        at = wrong
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        assert is_valid(wrong), path


def is_refused():
    for text, why in ((re.sub('ixf_id.*\n', '', EVERY), "[ixf]: 'ixf_id' is missing"),
                      (re.sub('vlan = 10\n', '', EVERY), "[peering]: 'vlan' is missing"),
                      (EVERY + 'mac = x\n', 'mac = x')):
        write('wrong.ini', text)
        p = ixctl('export', 'ixf', '--config', 'wrong.ini', rc=4)
        assert why in p.stderr and p.stdout == '', p
    ixctl('export', 'ixf', '--config', 'there-is-none.ini', rc=4)
    assert 'leave out --config' in ixctl('export', 'ixp-manager-macs', 'learned', '--config', 'every.ini', rc=2).stderr


def keeps_the_file():
    ports = json.loads(read('ports'))['layer2interfaces'][:20]
    out = 'conf.d/ixp.ini'

    def run(rows, *more, rc=0):
        return ixctl('import', 'ixp-manager', '-', '--local', 'local', '--config', 'main.ini', '-o', out, *more, rc=rc,
                     stdin=rows if isinstance(rows, str) else json.dumps({'layer2interfaces': rows}))

    os.remove(out)
    os.umask(0o077)
    said = run(ports)
    assert '20 interfaces, written' in said.stdout and 'new: xp1, xp2' in said.stdout, said.stdout
    assert os.stat(out).st_mode & 0o777 == 0o644
    assert 'does not include' not in said.stderr, said.stderr
    os.chmod(out, 0o640)
    before, inode = read(out), os.stat(out).st_ino
    assert '20 interfaces, nothing new' in run(ports).stdout
    assert os.stat(out).st_ino == inode
    for rows, why in ((ports[:15], '5 of the 22 ports in conf.d/ixp.ini would go, more than a fifth: xp16, xp17, xp18, xp19, xp20;'), ([], 'has no port'),
                      ('', 'is empty'), (' \n', 'is empty'), ('<html>', 'is not JSON, line 1'), ('\0', 'NUL'),
                      ('{"layer2interfaces":[],"layer2interfaces":[]}', 'duplicate object key'),
                      ([dict(ports[0], vlans=[dict(ports[0]['vlans'][0], ipaddresses={'ipv4': '198.51.100.1'})])]
                       + ports[1:], 'ipv4 198.51.100.1')):
        said = run(rows, rc=4)
        assert why in said.stderr and 'nothing was written' in said.stderr, (why, said.stderr)
        assert read(out) == before and os.stat(out).st_ino == inode
    report = json.loads(run(ports[:18], '-j').stdout)
    assert report['gone'] == ['xp19', 'xp20'] and report['changed'] and report['added'] == [], report
    assert os.stat(out).st_mode & 0o777 == 0o640 and os.listdir('conf.d') == ['ixp.ini']
    run(ports[:2], rc=4)
    run(ports[:2], '--force')
    assert 'has no port' in run([], '--force', rc=4).stderr
    out = 'elsewhere.ini'
    assert 'does not include elsewhere.ini yet' in run(ports[:2]).stderr
    out = 'no/such/folder.ini'
    assert 'cannot be written: No such file' in run(ports[:2], rc=4).stderr
    write('no-lan.ini', '[fabric]\n')
    p = ixctl('import', 'ixp-manager', 'ports', '--config', 'no-lan.ini', rc=4)
    assert "has no [lan NAME] with a 'vlan'" in p.stderr, p.stderr
    p = ixctl('import', 'ixp-manager', 'ports', '--config', 'none.ini', rc=4)
    assert p.stderr.startswith('none.ini: error: cannot be read: No such file'), p.stderr
    ixctl('import', 'ixp-manager', 'none.json', '--config', 'main.ini', rc=4)
    ixctl('import', 'ixp-manager', rc=2)


with tempfile.TemporaryDirectory() as where:
    os.chdir(where)
    for part in (comes_back, has_every_key, is_refused, keeps_the_file):
        part()
        print(part.__name__)
    os.chdir('/')
