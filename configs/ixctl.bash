# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Completion of ixctl for bash: ixctl itself knows what could come next.

_ixctl() {
	mapfile -t COMPREPLY < <("$1" --complete \
		"${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -o default -F _ixctl ixctl
