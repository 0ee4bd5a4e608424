/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The types of sections of the INI file, once, in the order in which they are
 * printed and documented:
 *
 *   SECTION_ONE(type, TYPE, sentence)
 *   SECTION_MANY(type, TYPE, most, noun, example, sentence)
 *
 * A section is written [type], once, or [type NAME], up to 'most' times.  Its keys
 * are TYPE_KEYS of key_list.h.  The noun is for messages, the example is a name for
 * the commented example, and the sentence is for ixfabric.ini(5).
 *
 * From a line here come: struct config_TYPE and its place in struct config, the
 * function config_TYPE() that finds one by name, CONFIG_TYPES_MAX, reading, limits,
 * canonical print, difference, suggestions for a misspelt name, the commented
 * example, the headings of the manual and the words for the fuzzer.
 *
 * Included more than once, on purpose without a guard.  The includer defines
 * SECTION_ONE, SECTION_MANY, or SECTION(type, TYPE) for what both have.
 */
#ifdef SECTION
#define SECTION_ONE(type, TYPE, ...)  SECTION(type, TYPE)
#define SECTION_MANY(type, TYPE, ...) SECTION(type, TYPE)
#endif
#ifndef SECTION_ONE
#define SECTION_ONE(...)
#endif
#ifndef SECTION_MANY
#define SECTION_MANY(...)
#endif

/* clang-format off */
SECTION_ONE(fabric, FABRIC,
	"The machine and the daemon.")
SECTION_MANY(lan, LAN, 1024, "LAN", "peering",
	"A peering LAN.")
SECTION_MANY(port, PORT, 4095, "port", "as64500", /* a MAC table entry has 12 bits for it */
	"A place where a member meets a LAN. A port has either a *device*, or a *parent* and a *tag*.")
SECTION_MANY(mirror, MIRROR, 16, "mirror", "noc", /* MIRRORS_MAX of mirror.h */
	"Copies of the frames of ports or LANs, to a port or into a file; see *MIRRORS*.")
SECTION_MANY(acl, ACL, 4096, "ACL", "no-legacy",
	"A list of rules that ports and LANs refer to; see *ACCESS LISTS*.")
SECTION_ONE(ixf, IXF,
	"What the IX-F member export (*ixctl export ixf*) says of the exchange; see *MEMBER EXPORT*.")
SECTION_ONE(sflow, SFLOW,
	"Samples of the frames that members send, and the counters of ports, for collectors of sFlow version 5; see *SFLOW*.")
/* clang-format on */

#undef SECTION
#undef SECTION_ONE
#undef SECTION_MANY
