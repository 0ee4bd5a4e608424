/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is counted for each port, beside the drop reasons:
 *
 *   COUNTER(name, sentence)
 *
 * Octets are without the frame check sequence.  For every port
 * rx_frames = forwarded + flooded + consumed + the RX drops, and over all ports
 * forwarded + copies + generated + mirrored = tx_frames + the TX drops.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
COUNTER(rx_frames, "frames received")
COUNTER(rx_bytes, "octets received")
COUNTER(rx_multicast, "of the received frames, admitted ones to a group other than broadcast")
COUNTER(rx_broadcast, "of the received frames, admitted broadcasts")
COUNTER(forwarded, "received frames sent on to one port")
COUNTER(flooded, "received frames sent on to all other ports of the LAN")
COUNTER(copies, "copies made of the flooded frames")
COUNTER(consumed, "received frames that were for the fabric itself")
COUNTER(generated, "frames made by the fabric for this port")
COUNTER(mirrored, "copies of frames of other ports, made by a mirror for this port")
COUNTER(tx_frames, "frames sent")
COUNTER(tx_bytes, "octets sent")
COUNTER(tx_multicast, "frames to a group other than broadcast that were to be sent, those dropped then, too")
COUNTER(tx_broadcast, "broadcasts that were to be sent, those dropped then, too")
COUNTER(stray_bytes, "octets of the frames dropped as sponge_stray")
COUNTER(punt_full, "ARP and ND messages, packets of watched addresses and copies of frames that did not reach control: the ring was full, the share of the port was used up, or there was no buffer")
COUNTER(learn_missed, "new addresses that were not reported to control: the ring was full, or the share of the port was used up")
/* clang-format on */
#undef COUNTER
