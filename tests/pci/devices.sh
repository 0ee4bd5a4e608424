#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The daemon on NICs behind vfio-pci, in an emulated machine: see devices.py.
. "$(dirname "$0")/_prepare.sh"

# shellcheck disable=SC2086,SC2154 # a list of words
need $packages_pci
[ -x "$build/apps/ixfabricd" ] || skip "ixfabricd is not built"
prepare _init.sh
in_namespace python3 "$pci/devices.py" "$build" "$lab"
