#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every meter, share, ring and pool of the code is named in the section "Budgets" of
# docs/architecture.md, and every test that the section names exists.
. "$(dirname "$0")/_files.sh"

section=$(sed -n '/^## Budgets$/,/^## [^B]/p' docs/architecture.md)
[ -n "$section" ] || bad "docs/architecture.md: no section Budgets"

# Whether the name $1 is in the section, in backquotes.
named() {
	grep -qE "\`$1\`" <<< "$section"
}

mapfile -t meters < <(sed -nE 's/^METER\(([A-Z_]+),.*/METER_\1/p' fabric/view/meter_list.h)
for meter in "${meters[@]}"; do
	named "$meter" || bad "$meter: not in the table of budgets"
done

mapfile -t shared < <(files '*.[ch]' | grep -E '^fabric/(view|datapath)/')
mapfile -t code < <(files '*.[ch]' | grep -E '^(lib|fabric)/')
sizes=$(
	sed -nE 's/^#define ([A-Z0-9_]+(_RING|_RING_SIZE|_FRAMES|_LLAS|BUF_SIZE|TRASH_SIZE|_MAX)) .*/\1/p' "${shared[@]}"
	sed -nE 's/^#define (([A-Z0-9_]+_)?SHARE|MOVETAB_SIZE|TOPS|CTL_CLIENTS_MAX) .*/\1/p' "${code[@]}"
)
[ "$(wc -w <<< "$sizes")" -ge 10 ] || bad "no sizes were found"
for size in $sizes; do
	named "$size" || bad "$size: not in the table of budgets"
done

for test in $(grep -oE "\`(pipe|test)_[a-z0-9_]+(\.c)?\`" <<< "$section" | tr -d '\`' | sort -u); do
	test=${test%.c}
	[ -f "tests/pipe/$test.c" ] || [ -f "tests/unit/$test.c" ] ||
		bad "$test: named in the table of budgets, and does not exist"
done
for test in $(grep -oE "\`func/[a-z0-9-]+\`" <<< "$section" | tr -d '\`' | sort -u); do
	[ -f "tests/$test.sh" ] || bad "$test: named in the table of budgets, and does not exist"
done
exit $rc
