#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a C file of the files given: the rows of asset_all (lib/asset.h).

    embed.py OUTPUT FILE...
"""
import os
import sys

TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
}


def literal(octets):
    """A C array of these octets, as signed char has them, and a NUL."""
    lines = []
    octets += b'\0'
    for i in range(0, len(octets), 16):
        lines.append('\t' + ' '.join('%d,' % (o - 256 if o > 127 else o) for o in octets[i:i + 16]))
    return '{\n' + '\n'.join(lines) + '\n}'


def main():
    out, paths = sys.argv[1], sys.argv[2:]
    rows = []
    with open(out, 'w') as f:
        f.write('#include "lib/asset.h"\n\n')
        for i, path in enumerate(paths):
            octets = open(path, 'rb').read()
            octets.decode('utf-8')
            f.write('static const char file%d[] = %s;\n' % (i, literal(octets)))
            rows.append('\t{ "%s", "%s", file%d, sizeof(file%d) - 1 },\n'
                        % (os.path.basename(path), TYPES[os.path.splitext(path)[1]], i, i))
        f.write('\nconst struct asset asset_all[] = {\n%s\t{ 0 },\n};\n' % ''.join(rows))


main()
