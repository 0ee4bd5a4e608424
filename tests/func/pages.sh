#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The pages in a headless Chromium.  The status page of a running daemon shows the ports
# with the numbers of ixctl, a link that goes down, and the text of a member as text; the
# public page has no address.  No page asks another server for anything, logs an error,
# or is wider than a phone.  SHOTS=DIR keeps pictures of all of them.
. "$(dirname "$0")/_env.sh"
python=/usr/bin/python3 # Debian's, which has its modules
need chromium chromedriver $python
$python -c 'import selenium' 2> /dev/null || skip "python3-selenium is missing"

host 1
host 2
host 3
exchange ixp-basic 1 2 3 | config
sed -i 's|^socket = .*|&\nname = Example Exchange\nmetrics = 127.0.0.1:9477\nstatus_page = on\npublic = 127.0.0.1:9478|
	s|^ipv6 = 2001:db8::/64$|&\nsponge = on\nsponge_mac = 02:53:00:00:00:01|
	s|^description = Host h2$|description = <script>document.title="x"</script>'"'"'"\&lt;<b>\nasn = 64502|' "$ini"
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
mesh 1 2
in_host 1 ping -4 -q -c 20 -i 0.01 192.0.2.2 > /dev/null || fail "no ping"
# Something of host 2 is dropped, and is an event.
in_host 2 ip link set eth0 address 02:00:00:00:00:99
in_host 2 ping -4 -q -c 1 -W 1 192.0.2.3 > /dev/null
in_host 2 ip link set eth0 address 02:00:00:00:00:02
reported() {
	[ "$(dropped m2 mac_lock)" -ge 1 ]
}
wait_for 5 reported || fail "nothing was dropped"

export build sock
PYTHONDONTWRITEBYTECODE=1 $python - "$func" "$(slowness)" << 'PYTHON' || fail "see above"
import json, os, subprocess, sys

sys.path.insert(0, sys.argv[1])
from pages import Browser

OWN, PUBLIC = 'http://127.0.0.1:9477', 'http://127.0.0.1:9478'
HOSTILE = '''AS64502 <script>document.title="x"</script>'"&lt;<b>'''


def ctl(*words):
    return json.loads(subprocess.check_output([os.environ['build'] + '/apps/ixctl', '-s', os.environ['sock'], '-j', *words]))


def cells():
    """{port: the texts of its row}"""
    rows = b.run('Array.from(document.querySelectorAll("#ports tbody tr:not(.more)")).map('
                 'r => Array.from(r.cells).map(c => c.textContent))')
    return {row[0].split('Host')[0].split('AS')[0]: row for row in rows}


def agree():
    rows = ctl('port', 'show')
    page = cells()
    assert page.keys() == {r['port'] for r in rows}, page
    number = lambda text: int(text.replace('\u202f', ''))
    return all([number(n) for n in page[r['port']][4:7]] == [r['rx_frames'], r['tx_frames'], r['dropped']]
               and r['state'] in page[r['port']][1] for r in rows)


b = Browser(int(sys.argv[2]))
b.open(OWN + '/')
b.wait('document.querySelectorAll("#ports tbody tr").length === 3')
assert b.text('#name') == 'Example Exchange' and 'healthy' in b.text('#health')
b.run('(e => { e.value = "total"; e.dispatchEvent(new Event("change")); return 1; })(document.getElementById("unit"))')
b.wait(agree, why='the numbers of ixctl')
assert cells()['m1'][4] != '0'

# What a member is called is text.
assert HOSTILE in cells()['m2'][0], cells()
assert b.run('document.title') == 'Example Exchange'
assert b.run('document.querySelectorAll("script").length') == 2 and b.run('document.querySelectorAll("b").length') == 0

# Reasons on a click, as ixctl has them.
b.click('#ports tbody tr:nth-child(2) button')
b.wait('document.querySelector("tr.more li strong") !== null', why='reasons')
shown = set(b.run('Array.from(document.querySelectorAll("tr.more li strong")).map(e => e.textContent)'))
assert shown == {r['reason'] for r in ctl('port', 'drops', 'm2') if r['frames']}, shown
b.wait('document.getElementById("events").textContent.includes(arguments[0])', 'script>document', why='events')
assert b.run('document.querySelectorAll("#events b, #events script").length') == 0
b.wait('document.getElementById("lans").textContent.includes("alive")', why='sponge')
b.shot('status')

# The order and the filter.
b.click('#ports thead th:nth-child(5) button')
assert b.run('document.querySelector("#ports thead th:nth-child(5)").getAttribute("aria-sort")') == 'descending'
b.run('(e => { e.value = "as64502"; e.dispatchEvent(new Event("input")); return 1; })(document.getElementById("filter"))')
assert b.text('#port-count') == '1 of 3'

# A link that goes down, and a problem.
subprocess.check_call(['ip', '-n', 'h2', 'link', 'set', 'eth0', 'down'])
b.wait('document.querySelector("#ports tbody tr:not([hidden]) td").textContent.includes("down")', why='down')
b.wait('document.getElementById("events").textContent.includes("link down")', why='link down')
ctl('port', 'down', 'm3')
b.wait('document.getElementById("config").textContent.includes("m3")', why='set by hand')
b.judge(OWN)
assert {u[len(OWN):] for u in b.requests} >= {'/', '/api/ports', '/api/drops?port=m2', '/api/events'}, b.requests

b.open(PUBLIC + '/')
b.wait('document.querySelectorAll("#members tbody tr").length === 3')
b.wait('document.querySelector("#policy li") !== null')
text = b.text('body')
assert HOSTILE[8:] in text and '192.0.2.0/24' in text and 'ixp-basic' in text, text
assert '02:00:00' not in text and '02:53:' not in text and '192.0.2.2\n' not in text, text
b.shot('public')
b.judge(PUBLIC)
b.close()
PYTHON
accounted
