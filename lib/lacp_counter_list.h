/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The counters of a link of a LAG for slow protocols (IEEE 802.1AX-2020, 7.3.3):
 *
 *   COUNTER(name, sentence)
 *
 * Included more than once, so it has no guard.
 */
/* clang-format off */
COUNTER(pdus_rx, "LACPDUs received")
COUNTER(markers_rx, "markers received")
COUNTER(responses_rx, "marker responses received")
COUNTER(unknown_rx, "frames received of another slow protocol")
COUNTER(illegal_rx, "malformed LACPDUs, markers and marker responses received")
COUNTER(pdus_tx, "LACPDUs sent")
COUNTER(responses_tx, "marker responses sent")
/* clang-format on */
#undef COUNTER
