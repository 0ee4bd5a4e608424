#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# LAGs of the bonding and the team driver of Linux, in an emulated machine, since the
# host's kernel need not have them: see lag.py.
. "$(dirname "$0")/_prepare.sh"

# shellcheck disable=SC2086,SC2154 # lists of words
need $packages_pci $packages_live
[ -x "$build/apps/ixfabricd" ] || skip "ixfabricd is not built"
prepare _init.sh
in_namespace python3 "$pci/lag.py" "$build" "$lab"
