#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# bash and zsh complete words of ixctl, names of ports, and files.
. "$(dirname "$0")/_ctl.sh"
command -v zsh > /dev/null || skip "zsh is not installed"

{
	exchange open
	printf '[port as64500]\ndevice = net_ring1\nlan = peering\n'
	printf '[port as64501]\ndevice = net_ring2\nlan = peering\n'
} | config
fabric_start || fail "no fabric"
configs=$(cd "$func/../../configs" && pwd)
export PATH=$build/apps:$PATH IXCTL_SOCKET=$sock

# What each shell offers, with its own functions in the place of those that show it.
in_bash() {
	# shellcheck disable=SC2016 # for the other shell
	bash -c '. "$0/ixctl.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		_ixctl ixctl; printf "%s\n" "${COMPREPLY[@]}"' "$configs" "$@"
}
in_zsh() {
	# shellcheck disable=SC2016 # for the other shell
	zsh -f -c 'compadd() { shift; print -rl -- "$@" }; _files() { print files }
		words=("$@"); CURRENT=$#; . "$0/_ixctl"' "$configs" "$@"
}

# offers WORDS WORD...: both shells offer these for the last word.
offers() {
	local want=$1 shell

	shift
	for shell in in_bash in_zsh; do
		$shell "$@" | tr '\n' ' ' > "$run/out"
		[ "$(cat "$run/out")" = "$want " ] ||
			fail "$shell offers '$(cat "$run/out")', not '$want': $*"
	done
}
offers 'port policy' ixctl p
offers 'show stats' ixctl port s
offers 'as64500 as64501' ixctl port show as
offers 'as64501' ixctl -j fdb show port as64501
offers 'fdb violation sponge config fabric port lan' ixctl monitor violation port as64500 ''
offers 'as64500 as64501' ixctl monitor config port as
offers 'peering' ixctl policy show lan ''
offers 'down disabled' ixctl watch port show d
offers 'down' ixctl help dow

# Numbers: of generations, and of captures that run.
offers '--force 1' ixctl config rollback ''
offers 1 ixctl config diff ''
offers 'all' ixctl capture stop ''
captures=()
for file in one two; do
	ixctl capture start -w "$run/$file" 2> "$run/$file.err" &
	captures+=($!)
	wait_for 5 grep -q runs "$run/$file.err" || fail "$(cat "$run/$file.err")"
done
offers 'all 1 2' ixctl capture stop ''
offers '2' ixctl capture stop 2
ixctl capture stop 1 > /dev/null || fail "capture stop"
wait "${captures[0]}"
offers 'all 2' ixctl capture stop ''
ixctl capture stop all > /dev/null || fail "capture stop"
wait "${captures[1]}"

# Nothing of its own: a file.
in_zsh ixctl config check x > "$run/out"
[ "$(cat "$run/out")" = files ] || fail "no files: $(cat "$run/out")"
in_bash ixctl config check x > "$run/out"
[ -z "$(tr -d '\n' < "$run/out")" ] || fail "not only files: $(cat "$run/out")"
