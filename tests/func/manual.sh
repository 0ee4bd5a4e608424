#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every command line in README.md and in the manual pages is taken by the program that
# it names: ixctl with its own parser, without a daemon; of the others the options are
# looked for in --help.  Every configuration shown is valid, and without a warning.
set -u -o pipefail
. "$(dirname "$0")/_pages.sh"
build=${IXF_BUILD:-$top/build}
rc=0
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT

bad() {
	echo "FAILED: $*"
	rc=1
}

for program in ixfabricd ixctl ixreplay ixbench; do
	if [ ! -x "$build/apps/$program" ]; then
		echo "skipped: $program is not built"
		exit 77
	fi
done
cd "$here" || exit 1
"$build/apps/ixctl" --commands > commands
for program in ixfabricd ixctl ixreplay ixbench; do
	"$build/apps/$program" --help > "$program.help" 2>&1
done

# prose FILE: the rest of it in one line, without the backslashes of scdoc.
prose() {
	awk '/^ *```/ { on = !on; next } !on { sub(/^[ \t]+/, ""); print }' "$1" |
		tr '\n' ' ' | sed 's/\\//g'
}

# mentions FILE: the words behind ixctl where the text names a command.
# shellcheck disable=SC2016 # a backquote of Markdown
mentions() {
	prose "$1" | grep -oE '[*`]ixctl [^*`]+[*`]' | sed -E 's/^.ixctl //; s/.$//'
}

# Whether ixctl takes the words: with no daemon it fails otherwise than by usage.
taken() {
	local code=0

	timeout 10 "$build/apps/ixctl" -s "$here/none.sock" "$@" < /dev/null \
		> out 2>&1 || code=$?
	[ $code != 2 ] || grep 'cannot reach the daemon' out > /dev/null
}

# Whether the first words name a command, as "port drops", or the first one does.  A
# verb may be left out, so ixctl takes a misspelt one for the name of a port.
named() {
	grep -E "^$1 $2( |\$)" commands > /dev/null ||
		grep -E "^$1( [^a-z]|\$)" commands > /dev/null
}

# right WORD...: ixctl takes them, and no verb is misspelt.  What is to be watched is
# taken once.
right() {
	local word words=() verbs=()

	while [ $# -gt 0 ]; do
		case $1 in
		watch) ;;
		--watch) shift ;;
		*) words+=("$1") ;;
		esac
		shift
	done
	taken "${words[@]}" || return
	for word in "${words[@]}"; do
		[[ $word = -* ]] || verbs+=("$word")
	done
	[[ ! ${verbs[1]:-} =~ ^[a-z-]+$ ]] || named "${verbs[0]}" "${verbs[1]}"
}

# options PROGRAM WORD...: each option is one that --help of the program names.
options() {
	local word

	for word in "${@:2}"; do
		[ "$word" != -- ] || return 0
		case $word in
		-*) grep -E -e "(^|[^a-z-])${word%%=*}\b" "$1.help" > /dev/null ||
			bad "$file: $* ($1 --help has no $word)" ;;
		esac
	done
}

ncommands=0
command_line() {
	local words

	eval "words=($1)"
	words[0]=${words[0]##*/}
	case ${words[0]} in
	ixctl)
		right "${words[@]:1}" || bad "$file: $1: $(head -n 1 out)"
		;;
	ixfabricd | ixreplay) options "${words[@]}" ;;
	ixbench)
		"$build/apps/ixbench" "${words[1]}" --help > ixbench.help 2>&1
		options "${words[@]}"
		;;
	*) return ;;
	esac
	ncommands=$((ncommands + 1))
}

nfiles=0
configuration() {
	nfiles=$((nfiles + 1))
	"$build/apps/ixfabricd" --check "$1" > out 2>&1 ||
		bad "$file: configuration $(head -n 5 "$1" | tr '\n' ' '): $(cat out)"
	grep -E 'warning' out > /dev/null && bad "$file: $(cat "$1" out)"
	: > "$1"
}

for file in "${pages[@]}"; do
	: > block.ini
	while IFS= read -r line; do
		if [ "$line" != --- ]; then
			printf '%s\n' "$line" >> block.ini
		elif grep -E '^\[(port|lan) ' block.ini > /dev/null; then
			configuration block.ini
		else
			: > block.ini
		fi
	done < <(blocks "$file")
	while IFS= read -r line; do
		command_line "$line"
	done < <(programs "$file")

	# In the text: with all of its words, or named by the first ones.
	while IFS= read -r line; do
		ncommands=$((ncommands + 1))
		read -ra words <<< "$line"
		right "${words[@]}" || named "${words[0]}" "${words[1]:-}" ||
			bad "$file: *ixctl $line*: $(head -n 1 out)"
	done < <(mentions "$file")

	# Also without ixctl, as *port drops*, in the pages.
	while IFS= read -r line; do
		read -ra words <<< "$line"
		named "${words[0]}" "${words[1]}" ||
			bad "$file: *$line* is no command"
	done < <(prose "$file" | grep -oE '\*[a-z]+ [a-z][a-z -]+\*' | tr -d '*' |
		grep -E "^($(cut -d ' ' -f 1 commands | sort -u | paste -s -d '|')) ")
done
[ $ncommands -gt 70 ] || bad "only $ncommands commands were found"
[ $nfiles -gt 5 ] || bad "only $nfiles configurations were found"
echo "$ncommands commands, $nfiles configurations"
exit $rc
