#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Which room may include and call which.

The table of docs/architecture.md, "Which room may include which", is the rule.  Held
against it are the includes of every file and, from the objects in the build
directory, every call and every use of a variable from one file to another.
Then no files may depend on each other in a circle, be it inside one room.

    rooms.py BUILD-DIRECTORY [--arrows]

With --arrows it prints each arrow between rooms and what ties it.
"""
import collections
import glob
import os
import re
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
TABLE_START = '## Which room may include which'


def table():
    """{room: rooms and headers it may include} from the table."""
    rules = {}
    text = open('docs/architecture.md').read().split(TABLE_START)[1]
    for line in text.split('```')[1].strip().splitlines():
        room, allowed = line.split('->')
        rules[room.strip()] = allowed.replace(',', ' ').split()
    return rules


def room_of(path, rules):
    folder = os.path.dirname(path)
    return folder if folder in rules else None


def sources(rules):
    return sorted(p for room in rules
                  for p in glob.glob(room + '/*.[ch]'))


def includes(path):
    for line in open(path):
        m = re.match(r'\s*#\s*include\s+(?:"([^"]+)"|<((?:rte_|microhttpd)[^>]+)>)', line)
        if m:
            yield m.group(1) or '<%s>' % m.group(2)


def may(rules, room, target):
    """Whether a file of 'room' may include 'target', a path or '<rte_x.h>'."""
    if target.endswith('_impl.h'):  # private to its room
        return os.path.dirname(target) == room
    for word in rules[room]:
        if target == word or os.path.dirname(target) == word:
            return True
        if word == '<rte_*>' and target.startswith('<rte_'):
            return True
    return os.path.dirname(target) == room


def check_includes(rules):
    bad = []
    for path in sources(rules):
        for target in includes(path):
            if not target.startswith('<') and '/' not in target:
                bad.append('%s includes "%s" without its folder'
                           % (path, target))
            elif not may(rules, room_of(path, rules), target):
                bad.append('%s includes %s, which the table does not allow'
                           % (path, target))
    return bad


def unit(path):
    """A source file and its header are one thing."""
    return os.path.splitext(path)[0]


def objects(build, rules):
    """{path of a source file: its object}"""
    found = {}
    for obj in glob.glob(build + '/**/*.c.o', recursive=True):
        room = os.path.relpath(os.path.dirname(os.path.dirname(obj)), build)
        path = room + '/' + os.path.basename(obj)[:-2]
        if room in rules and os.path.exists(path):
            found[path] = obj
    return found


def symbols(objs):
    """{object: the names it defines for others, and those it uses}"""
    found = {obj: (set(), set()) for obj in objs}
    out = subprocess.check_output(['nm', '-gA'] + list(objs), text=True)
    for line in out.splitlines():
        obj, rest = line.split(':', 1)
        kind, name = rest.split()[-2:]
        found[obj][kind == 'U'].add(name)
    return found


def links(build, rules):
    """{(from, to): names}: from file to file, by what the linker sees."""
    objs = objects(build, rules)
    found = symbols(objs.values())
    table_of = {path: found[obj] for path, obj in objs.items()}
    owner = {}
    for path, (defined, _) in table_of.items():
        # Programs have a main() each.
        owner.update({name: path for name in defined if name != 'main'})
    ties = collections.defaultdict(set)
    for path, (_, used) in table_of.items():
        for name in used & owner.keys():
            if owner[name] != path:
                ties[path, owner[name]].add(name)
    return ties


def below(rules, room):
    """Rooms whose functions 'room' may call: those whose headers it may see."""
    return {os.path.dirname(w) if w.endswith('.h') else w
            for w in rules[room]} | {room}


def offered(rules, room):
    """The text of the headers that come with those the table names singly."""
    return ''.join(open(target).read() for w in rules[room]
                   if w.endswith('.h') for target in includes(w))


def check_calls(ties, rules):
    bad = []
    for (a, b), names in sorted(ties.items()):
        room = room_of(a, rules)
        if room_of(b, rules) in below(rules, room):
            continue
        text = offered(rules, room)
        up = [n for n in sorted(names) if not re.search(r'\b%s\b' % n, text)]
        if up:
            bad.append('%s calls up into %s: %s' % (a, b, ' '.join(up)))
    return bad


def edges(ties, rules):
    graph = collections.defaultdict(set)
    for a, b in ties:
        graph[unit(a)].add(unit(b))
    known = set(sources(rules))
    for path in known:
        for target in includes(path):
            if target in known and unit(target) != unit(path):
                graph[unit(path)].add(unit(target))
    return graph


def circles(graph):
    """Tarjan's strongly connected components of more than one file."""
    index, low, stack, found = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in graph.get(v, ()):
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in stack:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            component = []
            while not component or component[-1] != v:
                component.append(stack.pop())
            if len(component) > 1:
                found.append(sorted(component))

    sys.setrecursionlimit(10000)
    for v in sorted(graph):
        if v not in index:
            visit(v)
    return found


def check_circles(ties, rules):
    graph = edges(ties, rules)
    bad = []
    for component in circles(graph):
        inside = ['    %s -> %s' % (a, b) for a in component
                  for b in sorted(graph[a]) if b in component]
        bad.append('a circle of %d files:\n%s'
                   % (len(component), '\n'.join(inside)))
    return bad


def main():
    os.chdir(TOP)
    rules = table()
    ties = links(os.path.relpath(sys.argv[1]), rules)
    if not ties:
        sys.exit('no objects in %s: build first' % sys.argv[1])
    if '--arrows' in sys.argv:
        for (a, b), names in sorted(ties.items()):
            if room_of(a, rules) != room_of(b, rules):
                print('%s -> %s: %s' % (a, b, ' '.join(sorted(names))))
    bad = (check_includes(rules) + check_calls(ties, rules)
           + check_circles(ties, rules))
    print('\n'.join(bad))
    sys.exit(1 if bad else 0)


main()
