#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ixbench forward: all frames of the source arrive, under each profile; a configuration
# that does not fit them shows as lost frames, with the reason; errors are clear.
. "$(dirname "$0")/_env.sh"
. "$(dirname "$0")/_says.sh"
ixbench=$build/apps/ixbench
export TMPDIR=$run/tmp
mkdir "$TMPDIR"
short=(--seconds 0.1 --warm 0.05)

# forward OPTION...: its JSON in $run/json, its errors in $run/errors.
forward() {
	"$ixbench" forward "${short[@]}" --json "$@" > "$run/json" 2> "$run/errors"
}

# all_arrive OPTION...
all_arrive() {
	if ! forward "$@"; then
		cat "$run/errors"
		fail "ixbench forward $*"
	fi
	jq -e '.runs | length > 0 and all(.[]; .sent > 0 and
		.received == .sent and .bad == 0 and .lost == 0 and
		.groups == 0 and .known == .macs and .drops == {} and
		(.cores | length) == .workers and
		all(.cores[]; .cycles_min > 0 and .cycles_min <= .cycles_p1 and
			.cycles_p1 <= .cycles_median and .mpps > 0))' \
		"$run/json" > /dev/null || {
		jq -c 'del(.runs[].config)' "$run/json"
		fail "not all frames arrived: $*"
	}
}

for profile in open ixp-basic ixp-strict; do
	all_arrive --profile $profile
done
all_arrive --ipv6 --sponge --rules 4 --macs 5000 --isa sse
all_arrive --idle sleep
jq -e '.runs[0] | .idle == "sleep" and (.config | contains("\nidle = sleep\n"))' \
	"$run/json" > /dev/null || fail "not with idle = sleep"
all_arrive --pattern pairs --ports 2 --macs 2 --frame 9018
all_arrive --profile open --ports 2,3 --macs 10,100 --frame 64,1518
[ "$(jq -c '[.runs[] | [.frame, .macs, .ports]] | unique | length' \
	"$run/json")" = 8 ] || fail "not a run for each combination"
if [ "$(nproc)" -gt 1 ]; then
	all_arrive --workers 2
fi

# What is needed to repeat it is there.
jq -e 'all(.version, .date, .cpu, .kernel, .isa, .compiler, .build_type,
	.built_for, .huge_pages, .transparent_huge_pages, .load; . != "") and
	.command[1] == "forward" and (.command | contains(["--json"])) and
	all(.runs[]; .tsc_hz > 0 and .seed == 1 and
		(.config | contains("[lan bench]")))' "$run/json" > /dev/null ||
	fail "the JSON does not describe the run"

# The page has the numbers of the JSON, the command, and no script or other file.
check_page() {
	python3 - "$run/page.html" "$run/json" "$1" << 'END' || fail "the page of $1"
import html.parser, json, sys

class Page(html.parser.HTMLParser):
    rows, text, elements = [], '', []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        assert not any(a.startswith('on') or a in ('src', 'href') for a, _ in attrs), attrs
        self.rows += [[]] if tag == 'tr' else []
        self.text = '' if tag in ('td', 'th', 'pre') else self.text

    def handle_endtag(self, tag):
        if tag in ('td', 'th'):
            self.rows[-1].append(self.text)
        if tag == 'pre' and not hasattr(self, 'command'):
            self.command = self.text

    def handle_data(self, data):
        self.text += data

page, result = Page(), json.load(open(sys.argv[2]))
page.feed(open(sys.argv[1], encoding='utf-8').read())
if sys.argv[3] == 'forward':
    expected = [[c['cycles_median'], c['cycles_min'], c['cycles_p99'], c['cycles_p1'], c['mpps']]
                for r in result['runs'] for c in r['cores']]
else:
    expected = [[s['cycles_median'], s['cycles_min'], s['cycles_max'], s['cycles_p1'], s['ns_median']]
                for s in result['stages'].values()]
assert expected and [row[1:6] for row in page.rows[1:]] == [['%.2f' % v for v in row] for row in expected], page.rows
assert page.elements.count('svg') == len(expected)
assert not {'script', 'link', 'img', 'b'} & set(page.elements)
assert f' {sys.argv[3]} ' in page.command and page.command.endswith("/<b>'\\''&.html'"), page.command
END
}
odd="$run/<b>'&.html"
all_arrive --ports 2,3 --html "$odd"
mv "$odd" "$run/page.html"
check_page forward
"$ixbench" pipeline --repeats 3 --passes 100 --json --html "$odd" > "$run/json"
mv "$odd" "$run/page.html"
check_page pipeline
for command in forward pipeline; do
	code=0
	"$ixbench" $command --html "$run/none/page.html" > "$run/text" 2> "$run/errors" || code=$?
	[ $code = 1 ] || fail "$command: a page that cannot be written, and the exit code is $code"
	grep -q "none/page.html: cannot be written: No such file" "$run/errors" || fail "$(cat "$run/errors")"
	[ ! -s "$run/text" ] || fail "$command measured before it opened the page"
done

# The configuration that it prints does; one with an address missing loses frames.
"$ixbench" forward --print-config --ports 3 --macs 12 > "$run/whole.ini"
all_arrive --config "$run/whole.ini" --macs 12
last=$(grep -n '^mac = ' "$run/whole.ini" | tail -n 1 | cut -d : -f 1)
sed "${last}d" "$run/whole.ini" > "$run/missing.ini"
code=0
forward --config "$run/missing.ini" --macs 12 || code=$?
[ $code = 1 ] || fail "an address is missing, and the exit code is $code"
grep -q 'frames were lost.*11 of 12 addresses were known' "$run/errors" ||
	fail "no error about lost frames: $(cat "$run/errors")"
jq -e '.runs[0] | .lost > 0 and .bad == 0 and
	.lost == .sent - .received and .known == 11 and
	(.drops | keys) == ["mac_lock", "unknown_unicast"] and
	.lost == (.drops | add)' "$run/json" > /dev/null || {
	jq -c 'del(.runs[].config)' "$run/json"
	fail "the lost frames are not explained"
}

# Other devices have no source: what comes from outside is counted.
host 1
host 2
exchange open 1 2 > "$run/hosts.ini"
in_host_start 1 ping -i 0.02 192.0.2.2 > "$run/ping"
pinging=$!
"$ixbench" forward --config "$run/hosts.ini" --warm 1 --seconds $((2 * $(load))) \
	--json > "$run/json" 2> "$run/errors" || fail "$(cat "$run/errors")"
kill "$pinging"
jq -e '.runs[0] | .cores == [] and .sent == 0 and
	([.port_counters[].name] == ["m1", "m2"]) and
	all(.port_counters[]; .source == false and .rx_frames > 0 and
		.tx_frames > 0) and
	all(.worker_counters[]; .frames > 0)' "$run/json" > /dev/null || {
	jq -c 'del(.runs[].config)' "$run/json"
	fail "frames from outside are not counted"
}

# Errors.
echo '[port x' > "$run/bad.ini"
says "bad.ini:1: error" 4 "$ixbench" forward --config "$run/bad.ini"
says "No such file" 4 "$ixbench" forward --config "$run/none.ini"
sed -n '/port p1/q;p' "$run/whole.ini" > "$run/one.ini"
says "one net_null device" 1 "$ixbench" forward --config "$run/one.ini"
says "'63' is not a number from 64 to 9018" 2 "$ixbench" forward --frame 63
says "'64,' is not" 2 "$ixbench" forward --frame 64,
says "not poll or sleep" 2 "$ixbench" forward --idle never
says "not random or pairs" 2 "$ixbench" forward --pattern all
says "3 ports are no pairs" 2 "$ixbench" forward --ports 3 --pattern pairs
says "4 addresses are too few" 2 "$ixbench" forward --macs 4
says "'0' is not a number of seconds" 2 "$ixbench" forward --seconds 0
says "may use" 2 "$ixbench" forward --workers 64
says "is given twice" 2 "$ixbench" forward --macs 8 --macs 9
says "unexpected 'pipeline'" 2 "$ixbench" forward pipeline
says "several values" 2 "$ixbench" forward --svg "$run/x.svg"
says "no command 'forwards'" 2 "$ixbench" forwards
says "^usage: ixbench COMMAND" 2 "$ixbench"
"$ixbench" forward --help | grep '^usage: ixbench forward' > /dev/null || fail "--help"
[ "$("$ixbench" --version)" = "$("$ixbench" forward --version)" ] ||
	fail "--version"
mkdir "$run/empty"
says "apt-get install gnuplot" 1 env PATH="$run/empty" "$ixbench" forward \
	--frame 64,128 --svg "$run/x.svg"

# The diagrams, and their numbers.
if command -v gnuplot > /dev/null; then
	"$ixbench" forward "${short[@]}" --ports 2 --macs 10,100,1000 \
		--frame 64,128 --svg "$run/x.svg" > "$run/table" ||
		fail "no diagrams"
	grep -q '</svg>' "$run/x.svg" || fail "no SVG"
	[ "$(grep -vc '^#' "$run/x.svg.dat")" = 6 ] || fail "not six numbers"
	[ "$(grep -c '^ *2 ' "$run/table")" = 6 ] || fail "no table"
	says "x.svg.dat: No such file" 1 "$ixbench" forward "${short[@]}" \
		--frame 64,128 --svg "$run/none/x.svg"
fi
[ -z "$(ls -A "$TMPDIR")" ] || fail "files are left in $TMPDIR"
