#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The control thread is stopped for some seconds; known members lose no frame.
. "$(dirname "$0")/_env.sh"

fabric ixp-basic 1 2 3
mesh 1 2 3
dropped=$(kernel_drops)
hold_control
mesh 1 2 3
got=$(numbered 1 2 5000 3)
echo "$got"
release_control
dropped=$(($(kernel_drops) - dropped))
echo "dropped by the kernel: $dropped"
unharmed "$got" $dropped || fail "frames lost while control was stopped"
accounted
