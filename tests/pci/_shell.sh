#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The far end of Machine.shell() in machine.py: reads commands, a line each, and answers
# with what each prints, its exit code and a mark.
echo '@@ ready'
while IFS= read -r line; do
	eval "$line" < /dev/null 2>&1
	printf '@@ %d\n' $?
done
