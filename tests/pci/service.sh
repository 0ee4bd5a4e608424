#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The package as a service of systemd, in an emulated machine with a system of its own:
# see service.py.
. "$(dirname "$0")/_prepare.sh"
# shellcheck source=_image.sh
. "$(dirname "$0")/_image.sh"

# shellcheck disable=SC2086,SC2154 # a list of words
need $packages_pci
prepare _boot.sh
package || fail "no package"
once system.tar make_system || fail "no system"
python3 "$pci/service.py" configuration > "$lab/ixfabric.ini" || fail "no configuration"
rm -f "$lab/disk"
once disk make_disk || fail "no disk"
in_namespace python3 "$pci/service.py" "$lab"
