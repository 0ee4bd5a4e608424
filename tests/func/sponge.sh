#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# An IPv4 address dies, is sponged, and comes back: see _sponge_dies.sh.
# shellcheck disable=SC2034 # used there
family=4
. "$(dirname "$0")/_sponge_dies.sh"
