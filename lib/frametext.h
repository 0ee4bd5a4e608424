/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FRAMETEXT_H
#define IXF_FRAMETEXT_H

/*
 * A frame in one line of text, as logs and tables show a dropped one:
 *
 *   02:00:5e:10:00:01 -> ff:ff:ff:ff:ff:ff 0x0806 ARP who-has 192.0.2.7 tell
 *   192.0.2.9
 *
 * Nothing in the text is taken from the frame as it is: numbers only, so a
 * member cannot write into a log.  Pure, any thread.
 */

#include <stdint.h>

#define FRAMETEXT_SIZE 256 /* with its NUL; none is longer */

/*
 * Writes the fields of a frame of 'len' octets, of which 'size' are at 'frame'.
 * Fields that are missing or invalid are left out.  Returns 'text'.
 */
char *frametext(const uint8_t *frame, uint32_t size, uint32_t len,
		char text[FRAMETEXT_SIZE]);

#endif
