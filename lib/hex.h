/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HEX_H
#define IXF_HEX_H

/* Octets as hexadecimal text, two digits each.  Pure, any thread. */

#include <stddef.h>
#include <stdint.h>

/*
 * Reads digits in either case, with or without "0x" in front, and with any of :
 * . - and blanks between octets, as tools print them.  Writes '*n' octets to
 * 'octets', which has room for 'size'.  Returns 0; -EINVAL for other text and
 * for half an octet; -E2BIG if there are too many.
 */
int hex_read(const char *text, uint8_t *octets, size_t size, size_t *n);

/* Writes 'n' octets as 2 * n lower-case digits and a NUL.  Returns 'text'. */
char *hex_write(const uint8_t *octets, size_t n, char *text);

#endif
