/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What applies to ARP, ND and the sponge of a LAN: its keys, then its profiles.
 */
#include "fabric/config/config.h"

#define WIDEST                                                                 \
	16 /* bits of the shortest IPv4 prefix that the neighbour table can hold */

const struct prefix *
config_wide_prefix(const struct config_lan *lan)
{
	for (unsigned int i = 0; i < lan->ipv4.n; i++)
		if (lan->ipv4.value[i].length < WIDEST)
			return &lan->ipv4.value[i];
	return NULL;
}

enum config_arp_mode
config_arp_mode(const struct config_lan *lan)
{
	if (lan->arp_mode != CONFIG_ARP_AUTO)
		return lan->arp_mode;
	return lan->profile == CONFIG_OPEN || config_wide_prefix(lan) != NULL
		       ? CONFIG_ARP_FLOOD
		       : CONFIG_ARP_UNICAST;
}

/* 'n', or the value of the sponge's profile. */
static uint32_t
of_profile(const struct config_lan *lan, uint32_t n, uint32_t normal,
	   uint32_t queue_small)
{
	if (n != CONFIG_LIMIT_AUTO)
		return n;
	return lan->sponge_profile == CONFIG_SPONGE_NORMAL ? normal
							   : queue_small;
}

/* The defaults of AMS-IX's arpsponge, and values that a small LAN can reach. */
uint32_t
config_sponge_queuedepth(const struct config_lan *lan)
{
	return of_profile(lan, lan->sponge_queuedepth, 1000, 60);
}

uint32_t
config_sponge_rate(const struct config_lan *lan)
{
	return of_profile(lan, lan->sponge_rate, 50, 30);
}
