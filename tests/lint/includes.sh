#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Who may include whom: the table of docs/architecture.md as rules.  Each one:
# a set of files, and what they must not include.
. "$(dirname "$0")/_files.sh"
shopt -s nullglob

# deny WHY PATTERN FILE...
deny() {
	local why=$1 pattern=$2 found

	shift 2
	[ $# -gt 0 ] || return 0
	found=$(grep -nP "^\s*#\s*include [<\"](?:fabric/|lib/)?($pattern)[>\"]" \
		"$@" /dev/null) || return 0
	bad "$found"$'\n'"  ^ $why"
}

ours=$(cd fabric && printf '%s|' *.h)
ours=${ours//./\\.}
worker=(fabric/burst.h fabric/stage.h fabric/hot.h fabric/worker.[ch]
	fabric/stage_*.[ch])
shared=(fabric/view.[ch] fabric/port.[ch] fabric/offence.h fabric/msg.h
	fabric/drop*.[ch] fabric/*_list.h)
# The benchmark of the stages and trials by them stand on both sides.
both="fabric/bench.c fabric/trial.c"
control=()
for f in fabric/*.[ch]; do
	case " ${worker[*]} ${shared[*]} $both " in
	*" $f "*) ;;
	*) control+=("$f") ;;
	esac
done
pure=(fabric/config*.[ch] fabric/plan*.[ch])

exist() {
	local f

	for f; do
		[ ! -e "$f" ] || printf '%s\n' "$f"
	done
}
mapfile -t worker < <(exist "${worker[@]}")
mapfile -t shared < <(exist "${shared[@]}")

deny 'lib/ runs without EAL: of DPDK only headers that are all inline' \
	'rte_(?!(ether|arp|ip|byteorder)\.h)[a-z0-9_]*\.h' lib/*.[ch]
deny 'lib/ does not know fabric/' "(\.\./)?(fabric/.*|${ours%|})" lib/*.[ch]
deny 'stages and workers see no configuration and no control' \
	'(config|plan|apply|control|runtime|device|learn|stats|ctl|fabric|key_list|faults|inifile)[a-z_]*\.h' \
	"${worker[@]}"
deny 'the control side sees no stage: they meet in the view' \
	'(stage[a-z_]*|burst|hot)\.h' "${control[@]}"
deny 'what both sides see needs no DPDK and neither side' \
	'(rte_.*|(config|plan|runtime|fabric|stage|burst|worker)\.h)' \
	"${shared[@]}"
deny 'a configuration is pure: no EAL, no view, no worker' \
	'(rte_.*|(view|port|burst|worker|stage|runtime|fabric|msg)\.h)' \
	"${pure[@]}"
deny 'apps/ see the fabric through fabric.h and ctl.h' \
	'(rte_.*|(\.\./fabric/)?(view|port|burst|worker|stage|runtime|msg|hot)\.h)' \
	apps/*.[ch]
exit $rc
