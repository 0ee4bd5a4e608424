/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HEX_H
#define IXF_HEX_H

/* Octets as hexadecimal digits, two each.  Pure, any thread. */

#include <stddef.h>
#include <stdint.h>

/*
 * Reads digits in either case, with or without "0x" in front, and between octets
 * any of : . - and blanks, as tools print them.  Puts '*n' octets, none for no
 * digit, into 'octets', which has room for 'size'.  Returns 0; -EINVAL for
 * anything else, half an octet included; -E2BIG for more than there is room for.
 */
int hex_read(const char *text, uint8_t *octets, size_t size, size_t *n);

/* Writes 'n' octets as 2 * n lower-case digits and a NUL.  Returns 'text'. */
char *hex_write(const uint8_t *octets, size_t n, char *text);

#endif
