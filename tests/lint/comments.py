#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What comments, manuals and documents may not say.

A file that is named exists.  A function of ours that is named, as in mac_parse(),
exists.  No row or section number refers to a document that is not in the tree.
The words of docs/style.md: no pronoun for a person where a thing of the code or
of the network is meant.
"""
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
CODE = '.c', '.h'
SCRIPT = '.py', '.sh', 'meson.build'
TEXT = '.md', '.scd', '.ini'
OTHERS = {'dpdk-devbind.py', 'dpdk-hugepages.py'}
FILE_NAME = re.compile(r'(?<![\w./*<-])([a-z][a-z0-9_-]*\.(?:c|h|py|sh|md))\b(?!\()')
FUNCTION = re.compile(r'\b([a-z][a-z0-9]*_[a-z0-9_]+)\(\)')
ROWS = re.compile(r'\b[Rr]ows? \d+')
PERSONS = re.compile(r'\b(?:who(?!-has)|whoever|whom|nobody|somebody|everybody'
                     r'|he|his|him|she|her)\b', re.I)


def sources():
    """Every file of the tree but build directories and what git keeps."""
    for folder, folders, files in os.walk('.'):
        folders[:] = [f for f in folders if f not in ('.git', '__pycache__')
                      and not f.startswith('build')]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name))


def comments_of_c(text):
    """(line number, text) of each comment."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
    for m in re.finditer(pattern, text, re.S):
        if m.group(0)[0] == '/':
            first = text.count('\n', 0, m.start()) + 1
            for i, line in enumerate(m.group(0).splitlines()):
                yield first + i, line


def comments_of_script(text):
    for i, line in enumerate(text.splitlines(), 1):
        m = re.match(r'\s*#(?!!)(.*)', line)
        if m:
            yield i, m.group(1)


def lines_of(text):
    return enumerate(text.splitlines(), 1)


def words_of(path):
    text = open(path, encoding='utf-8').read()
    if path.endswith(CODE):
        return comments_of_c(text)
    if path.endswith(SCRIPT):
        return comments_of_script(text)
    return lines_of(text)


def declared(paths):
    """Every identifier in code: what a comment may name as a function."""
    names = set()
    for p in paths:
        if p.endswith(CODE + SCRIPT):
            names.update(re.findall(r'\b[a-z]\w+(?=\()', open(p).read()))
    return names


def ours(name, prefixes):
    return name.split('_')[0] in prefixes


def check(path, bases, names, prefixes):
    for number, line in words_of(path):
        where = '%s:%d: ' % (path, number)
        for name in FILE_NAME.findall(line):
            if name not in bases | OTHERS:
                yield where + '%s is no file of the tree' % name
        for name in FUNCTION.findall(line):
            if ours(name, prefixes) and name not in names:
                yield where + '%s() is no function' % name
        if ROWS.search(line):
            yield where + 'a row number of another document'
        if PERSONS.search(line) and not path.endswith('.md'):
            yield where + 'a person where a thing is meant: ' + line.strip()


def main():
    os.chdir(TOP)
    paths = sorted(sources())
    bases = {os.path.basename(p) for p in paths}
    prefixes = {b.split('.')[0].split('_')[0] for b in bases
                if b.endswith('.h')}
    names = declared(paths)
    bad = [finding for p in paths
           if p.endswith(CODE + SCRIPT + TEXT) and 'corpus' not in p
           and not p.startswith('tests/conf/') and p != 'tests/lint/comments.py'
           for finding in check(p, bases, names, prefixes)]
    print('\n'.join(bad))
    sys.exit(1 if bad else 0)


main()
