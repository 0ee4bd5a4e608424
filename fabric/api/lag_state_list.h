/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What keeps a link of a LAG from being used before LACP has a say:
 *
 *   STATE(name, text)
 *
 * With lib/lacp_why_list.h these are the states of links.  Included more than once, so it
 * has no guard.
 */
/* clang-format off */
STATE(no_device, "its device is missing")
STATE(flapping, "its link has changed too often, and is held down")
STATE(damped, "by LACP it came and went too often, and is held back")
/* clang-format on */
#undef STATE
