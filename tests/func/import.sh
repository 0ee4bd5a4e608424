#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The import from IXP Manager as the timer runs it, with a running daemon and a curl that
# answers from files: a change is applied and confirmed, and exported again; the key of the
# API is in no argument; an answer that is short or no JSON changes nothing.
. "$(dirname "$0")/_env.sh"
need python3

etc=$run/etc
made=$func/../data/make-exchange
mkdir -p "$etc/conf.d" "$run/bin" "$run/cred" "$run/tmp"
ini=$etc/ixfabric.ini
cat > "$ini" << INI
[fabric]
name = EX-IX
socket = $sock
workers = 0
state = $run/state/sponge.json
include = conf.d/*.ini
[ixf]
ixf_id = 9999
[lan peering]
vlan = 10
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
[lan private]
vlan = 20
[port monitor]
device = net_null99
lan = peering
monitor = on
INI
printf 'X-IXP-Manager-API-Key: secret-key\n' > "$run/cred/api-key"
"$made" local > "$etc/ixp-manager.local"
"$made" members > "$run/members"
cat > "$run/bin/curl" << 'CURL'
#!/bin/bash
echo "$*" >> "$run/curl.args"
while [ $# -gt 0 ]; do
	case $1 in
	--output) out=$2 ;;
	--header) grep -q '^X-IXP-Manager-API-Key: ' "${2#@}" && key=yes ;;
	https://*member-export*) from=members ;;
	https://*/provisioner/layer2interfaces/switch-name/fabric1.json) from=ports ;;
	esac
	shift
done
[ "$from" = members ] || [ "${key-}" = yes ] || exit 22
cp "$run/$from" "$out"
CURL
chmod +x "$run/bin/curl"
export run IXCTL_SOCKET=$sock PATH="$run/bin:$build/apps:$PATH"
import() {
	RUNTIME_DIRECTORY=$run/tmp CREDENTIALS_DIRECTORY=$run/cred CONFIGURATION_DIRECTORY=$etc \
		IXPM_URL=https://ixp.example.org/admin/api/v4 IXPM_SWITCH=fabric1 \
		IXPM_MEMBERS=https://ixp.example.org/api/v4/member-export/ixf/1.0 \
		"$func/../../configs/ixp-manager-import" > "$run/out" 2>&1
}
# ports JQ: what IXP Manager answers.
ports() {
	"$made" ports | jq "$1" > "$run/ports"
}
members() {
	ctl export ixf | jq -r '[.member_list[].asnum] | join(" ")'
}
generation() {
	ctl -j status | jq .generation
}

fabric_start || fail "no fabric"
ports '.layer2interfaces |= .[:10]'
import || fail "$(cat "$run/out")"
[ "$(members)" = '64500 64501 64502 64503 64504 64505 64506 64507 64508 64509' ] || fail "$(members)"
[ "$(ctl -j status | jq .confirm)" = null ] || fail "it was not confirmed"
[ "$(ctl -j port show xp6.20 | jq -r '.[0].lan')" = private ] || fail "$(ctl port show)"
ctl export ixf | jq -e --slurpfile want "$run/members" '.member_list[1] == $want[0].member_list[1]' > "$run/jq" ||
	fail "$(ctl export ixf)"
ctl export ixp-manager-macs 2> "$run/err" | jq -e '.["1"]["10"] | length == 10' > "$run/jq" || fail "other MAC addresses"
grep secret-key "$run/curl.args" && fail "the key is in an argument"

# Nothing new: nothing is applied.
was=$(generation)
import || fail "$(cat "$run/out")"
[ "$(generation)" = "$was" ] || fail "applied again"

# A MAC address is another one: only that changes.
ports '.layer2interfaces |= .[:10] | .layer2interfaces[3].vlans[0].macaddresses = ["02:00:5e:00:00:99"]'
import || fail "$(cat "$run/out")"
[ "$(generation)" = $((was + 1)) ] || fail "$(cat "$run/out")"
[ "$(ctl -j fdb show port xp4 | jq -r '.[].mac')" = 02:00:5e:00:00:99 ] || fail "$(ctl fdb show)"

# What is refused changes neither the file nor the exchange.
before=$(cat "$etc/conf.d/ixp-manager.ini")
refused() {
	import && fail "not refused: $1"
	grep -- "$1" "$run/out" > /dev/null || fail "no word about '$1': $(cat "$run/out")"
	[ "$(cat "$etc/conf.d/ixp-manager.ini")" = "$before" ] || fail "the file has changed: $1"
	[ "$(generation)" = $((was + 1)) ] || fail "the exchange has changed: $1"
}
ports '.layer2interfaces |= .[:6]'
refused 'more than a fifth'
ports '.layer2interfaces = []'
refused 'has no port'
ports '.layer2interfaces |= .[:10] | .layer2interfaces[3].vlans[0].number = 30'
refused 'vlan = 30'
echo '<html>Service unavailable</html>' > "$run/ports"
refused 'is not JSON'
rm "$run/ports"
refused 'cannot stat'
