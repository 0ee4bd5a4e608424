#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# together.sh TEST...: runs tests of this folder at the same time, each in its own
# namespaces: those that wait more than they do.
here=$(dirname "$0")
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
pids=()
rc=0

for name in "$@"; do
	"$here/$name.sh" > "$logs/$name" 2>&1 &
	pids+=($!)
done
for name in "$@"; do
	echo "== $name"
	wait "${pids[0]}" || rc=1
	pids=("${pids[@]:1}")
	cat "$logs/$name"
done
exit $rc
