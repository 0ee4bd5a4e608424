/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a recipe can need of a port, since without it another check would drop
 * the frame, or none:
 *
 *   NEED(NAME, condition, sentence)
 *
 * condition: in C, of 's', a struct selftest_setup, and 'r', the recipe; sentence:
 * why the recipe cannot be tried where it does not hold.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
NEED(SOURCE, s->valid != 0, "no MAC address is registered for the port, and none is known")
NEED(OWNER, s->device->owner == s->port, "it counts for the port that has the device")
NEED(MTU, s->port->max_payload < UINT16_MAX, "the port has no MTU")
NEED(FABRIC_MAC, s->port->own_mac != 0, "the fabric has no address on the LAN")
NEED(NO_LAN, s->lan == NULL, "the port takes untagged frames, or another port does")
NEED(NO_TAGS, s->device->tagged != NULL || s->port->flags & PORT_IXP, "the port forwards tagged frames")
NEED(TAGGED_PORTS, s->device->tagged != NULL, "no port of the device has a tag")
NEED(FREE_TAG, s->free_tag != 0, "every tag belongs to a port")
NEED(NO_LACP, !(s->port->flags & PORT_LACP), "LACP of the port is for the fabric")
NEED(SHUT_LINK, selftest_is_shut(s), "a link of the LAG is in use")
NEED(TAG, s->port->egress.tag != 0 || s->port->flags & PORT_PRIO_TAG, "the port takes no tag")
NEED(IXP, s->port->flags & PORT_IXP, "only the ixp profiles drop it")
NEED(LOCK, config_mac_locked(s->config, s->c), "the port is not locked to addresses")
NEED(NO_LOCK, !(s->port->flags & PORT_LOCKS && drops(s, DROP_mac_lock)), "mac_lock drops such frames first")
NEED(LEARNS, s->port->flags & PORT_LEARNS, "the port learns no addresses")
NEED(FULL, s->state & PORT_FULL, "the port has learned fewer addresses than it may")
NEED(NO_LIMIT, !(s->port->flags & PORT_LEARNS && s->state & PORT_FULL && drops(s, DROP_mac_limit)), "mac_limit drops such frames first")
NEED(OWN, s->own != 0, "no address is known on the port")
NEED(OWN_TWO, s->own != s->valid || s->own_too != 0 || !drops(s, DROP_smac_eq_dmac), "the port has one address, and smac_eq_dmac drops a frame to its own sender first")
NEED(ALIEN, s->alien != 0, "no address is known on another port")
NEED(VALID4, s->valid4 != 0, "no IPv4 address is known that the port may use")
NEED(ALIEN4, s->alien4 != 0, "no other port has an IPv4 address by the configuration")
NEED(LISTED4, s->port->flags & PORT_BOUND4 && !drop_set_has(&s->port->narrow, r->why), "the check does not act on such frames: the port has no 'ipv4', or the profile only protects the addresses of other ports")
NEED(NOBODYS4, s->free4 != 0, "every IPv4 address of the LAN has a port")
NEED(NET4, s->lan->nnets4 != 0, "the LAN has no IPv4 prefix")
NEED(SUBNET4, s->subnet4 != NULL, "the LAN has no IPv4 prefix with a network address")
NEED(OUTSIDE4, s->outside4 != 0, "the LAN has all addresses")
NEED(FREE4, !s->inside4_is_bound, "every address of the LAN is known")
NEED(ALIEN6, !ipv6_is_unspecified(s->alien6), "no IPv6 address is known that is another port's")
NEED(LISTED6, s->port->flags & PORT_BOUND6 && !drop_set_has(&s->port->narrow, r->why), "the check does not act on such frames: the port has no 'ipv6', or the profile only protects the addresses of other ports")
NEED(NOBODYS6, !ipv6_is_unspecified(s->free6), "no IPv6 address of the LAN is free")
NEED(NET6, s->lan->nnets6 != 0, "the LAN has no IPv6 prefix")
NEED(OUTSIDE6, !ipv6_is_unspecified(s->outside6), "the LAN has all addresses")
NEED(BROADCAST, s->lan->garp == GARP_ALLOW || !s->lan->drops_unknown_targets, "the LAN forwards no broadcast")
NEED(FLOOD, s->lan->floods_unknown, "the LAN does not flood frames to unknown addresses")
NEED(APART, s->apart != 0, "no port with a known address is kept apart from this one by a quarantine")
NEED(ISOLATED, s->isolated != 0, "no other port of its isolation group has a known address")
NEED(OTHER_LAN, s->other_lan != NULL, "there is no other LAN with a port")
NEED(PEER, s->peer != NULL, "no other port that it may reach is up, with a known address")
NEED(UP, s->state & PORT_UP, "the link of the port is down")
/* clang-format on */
#undef NEED
