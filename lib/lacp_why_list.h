/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether a link of a LAG is in use, and if not, why:
 *
 *   WHY(name, text)
 *
 * The first reason that applies is given, from the cable up.  Included more than once,
 * so it has no guard.
 */
/* clang-format off */
WHY(in_use, "in use")
WHY(fallback, "in use without a partner")
WHY(no_link, "no link")
WHY(held, "held back by the fabric")
WHY(no_partner, "no LACPDU is received")
WHY(fallback_other, "no LACPDU is received, and another link is in use without a partner")
WHY(looped, "the partner is this fabric: a loop, or LACPDUs that come back")
WHY(expired, "no LACPDU is received any more")
WHY(individual, "the partner does not aggregate this link")
WHY(other_partner, "system or key of the partner is not that of the LAG")
WHY(not_seen, "the partner does not receive our LACPDUs")
WHY(waiting, "waits for other links of the LAG")
WHY(not_in_sync, "the partner has not put the link into its LAG")
WHY(too_few, "fewer links are ready than min_links")
WHY(not_collecting, "the partner does not receive on the link yet")
/* clang-format on */
#undef WHY
