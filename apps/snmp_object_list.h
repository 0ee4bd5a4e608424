/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every object, in the order of SNMP:
 *
 *   OBJECT(name, rows, TYPE, value, identifiers...)
 *
 * rows: what its instances are named by, ROWS_ROWS of snmp_mib.c.  value: of C, with
 * 'd' (struct snmp_data), 'p' (the port), 'vlan' (struct snmp_vlan), 'm' (struct snmp_mac)
 * and 'v', where texts go.  A SUBTREE(identifiers...) has all that follow it.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
#define LAG_MIB    1, 2, 840, 10006, 300, 43, 1
#define AGG        LAG_MIB, 1, 1, 1
#define AGG_PORT   LAG_MIB, 2, 1, 1
#define AGG_STATS  LAG_MIB, 2, 2, 1
#define IF_MIB     1, 3, 6, 1, 2, 1, 2
#define IF_TABLE   IF_MIB, 2, 1
#define BRIDGE_MIB 1, 3, 6, 1, 2, 1, 17
#define Q_BRIDGE   BRIDGE_MIB, 7, 1
#define IF_X_TABLE 1, 3, 6, 1, 2, 1, 31, 1, 1, 1
#define ENTITY     1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1

SUBTREE(LAG_MIB)
OBJECT(dot3adAggMACAddress, LAG, OCTETS, put_mac(v, p->actor.system), AGG, 2)
OBJECT(dot3adAggActorSystemPriority, LAG, INTEGER, p->actor.system_priority, AGG, 3)
OBJECT(dot3adAggActorSystemID, LAG, OCTETS, put_mac(v, p->actor.system), AGG, 4)
OBJECT(dot3adAggAggregateOrIndividual, LAG, INTEGER, truth(true), AGG, 5)
OBJECT(dot3adAggActorAdminKey, LAG, INTEGER, p->actor.key, AGG, 6)
OBJECT(dot3adAggActorOperKey, LAG, INTEGER, p->actor.key, AGG, 7)
OBJECT(dot3adAggPartnerSystemID, LAG, OCTETS, put_mac(v, p->partner.system), AGG, 8)
OBJECT(dot3adAggPartnerSystemPriority, LAG, INTEGER, p->partner.system_priority, AGG, 9)
OBJECT(dot3adAggPartnerOperKey, LAG, INTEGER, p->partner.key, AGG, 10)
OBJECT(dot3adAggCollectorMaxDelay, LAG, INTEGER, 0, AGG, 11)
OBJECT(dot3adAggPortActorSystemPriority, LINK, INTEGER, p->actor.system_priority, AGG_PORT, 2)
OBJECT(dot3adAggPortActorSystemID, LINK, OCTETS, put_mac(v, p->actor.system), AGG_PORT, 3)
OBJECT(dot3adAggPortActorAdminKey, LINK, INTEGER, p->actor.key, AGG_PORT, 4)
OBJECT(dot3adAggPortActorOperKey, LINK, INTEGER, p->actor.key, AGG_PORT, 5)
OBJECT(dot3adAggPortPartnerAdminSystemPriority, LINK, INTEGER, 0, AGG_PORT, 6)
OBJECT(dot3adAggPortPartnerOperSystemPriority, LINK, INTEGER, p->partner.system_priority, AGG_PORT, 7)
OBJECT(dot3adAggPortPartnerAdminSystemID, LINK, OCTETS, put_mac(v, 0), AGG_PORT, 8)
OBJECT(dot3adAggPortPartnerOperSystemID, LINK, OCTETS, put_mac(v, p->partner.system), AGG_PORT, 9)
OBJECT(dot3adAggPortPartnerAdminKey, LINK, INTEGER, 0, AGG_PORT, 10)
OBJECT(dot3adAggPortPartnerOperKey, LINK, INTEGER, p->partner.key, AGG_PORT, 11)
OBJECT(dot3adAggPortSelectedAggID, LINK, INTEGER, p->aggregate, AGG_PORT, 12)
OBJECT(dot3adAggPortAttachedAggID, LINK, INTEGER, p->attached ? p->aggregate : 0, AGG_PORT, 13)
OBJECT(dot3adAggPortActorPort, LINK, INTEGER, p->actor.port, AGG_PORT, 14)
OBJECT(dot3adAggPortActorPortPriority, LINK, INTEGER, p->actor.port_priority, AGG_PORT, 15)
OBJECT(dot3adAggPortPartnerAdminPort, LINK, INTEGER, 0, AGG_PORT, 16)
OBJECT(dot3adAggPortPartnerOperPort, LINK, INTEGER, p->partner.port, AGG_PORT, 17)
OBJECT(dot3adAggPortPartnerAdminPortPriority, LINK, INTEGER, 0, AGG_PORT, 18)
OBJECT(dot3adAggPortPartnerOperPortPriority, LINK, INTEGER, p->partner.port_priority, AGG_PORT, 19)
OBJECT(dot3adAggPortActorAdminState, LINK, OCTETS, put_state(v, p->actor.state & 0x07), AGG_PORT, 20)
OBJECT(dot3adAggPortActorOperState, LINK, OCTETS, put_state(v, p->actor.state), AGG_PORT, 21)
OBJECT(dot3adAggPortPartnerAdminState, LINK, OCTETS, put_state(v, 0), AGG_PORT, 22)
OBJECT(dot3adAggPortPartnerOperState, LINK, OCTETS, put_state(v, p->partner.state), AGG_PORT, 23)
OBJECT(dot3adAggPortAggregateOrIndividual, LINK, INTEGER, truth(true), AGG_PORT, 24)
OBJECT(dot3adAggPortStatsLACPDUsRx, LINK, COUNTER, p->pdus_rx, AGG_STATS, 1)
OBJECT(dot3adAggPortStatsMarkerPDUsRx, LINK, COUNTER, p->markers_rx, AGG_STATS, 2)
OBJECT(dot3adAggPortStatsMarkerResponsePDUsRx, LINK, COUNTER, p->responses_rx, AGG_STATS, 3)
OBJECT(dot3adAggPortStatsUnknownRx, LINK, COUNTER, p->unknown_rx, AGG_STATS, 4)
OBJECT(dot3adAggPortStatsIllegalRx, LINK, COUNTER, p->illegal_rx, AGG_STATS, 5)
OBJECT(dot3adAggPortStatsLACPDUsTx, LINK, COUNTER, p->pdus_tx, AGG_STATS, 6)
OBJECT(dot3adAggPortStatsMarkerPDUsTx, LINK, COUNTER, 0, AGG_STATS, 7)
OBJECT(dot3adAggPortStatsMarkerResponsePDUsTx, LINK, COUNTER, p->responses_tx, AGG_STATS, 8)
SUBTREE(IF_MIB, 1)
OBJECT(ifNumber, SCALAR, INTEGER, d->ports->n, IF_MIB, 1)
SUBTREE(IF_MIB, 2)
OBJECT(ifIndex, PORT, INTEGER, p->index, IF_TABLE, 1)
OBJECT(ifDescr, PORT, OCTETS, put_text(v, p->name), IF_TABLE, 2)
OBJECT(ifType, PORT, INTEGER, p->lag ? 161 : 6, IF_TABLE, 3)
OBJECT(ifMtu, PORT, INTEGER, p->mtu, IF_TABLE, 4)
OBJECT(ifSpeed, PORT, GAUGE, bits(p->speed), IF_TABLE, 5)
OBJECT(ifPhysAddress, PORT, OCTETS, put_text(v, ""), IF_TABLE, 6)
OBJECT(ifAdminStatus, PORT, INTEGER, up_or_down(p->admin_up), IF_TABLE, 7)
OBJECT(ifOperStatus, PORT, INTEGER, up_or_down(p->oper_up), IF_TABLE, 8)
OBJECT(ifLastChange, PORT, TICKS, ticks(d, p->state_since), IF_TABLE, 9)
OBJECT(ifInOctets, PORT, COUNTER, p->counters.in_octets, IF_TABLE, 10)
OBJECT(ifInUcastPkts, PORT, COUNTER, p->counters.in_ucast, IF_TABLE, 11)
OBJECT(ifInNUcastPkts, PORT, COUNTER, p->counters.in_mcast + p->counters.in_bcast, IF_TABLE, 12)
OBJECT(ifInDiscards, PORT, COUNTER, p->counters.in_discards, IF_TABLE, 13)
OBJECT(ifInErrors, PORT, COUNTER, p->counters.in_errors, IF_TABLE, 14)
OBJECT(ifInUnknownProtos, PORT, COUNTER, p->counters.in_unknown_protos, IF_TABLE, 15)
OBJECT(ifOutOctets, PORT, COUNTER, p->counters.out_octets, IF_TABLE, 16)
OBJECT(ifOutUcastPkts, PORT, COUNTER, p->counters.out_ucast, IF_TABLE, 17)
OBJECT(ifOutNUcastPkts, PORT, COUNTER, p->counters.out_mcast + p->counters.out_bcast, IF_TABLE, 18)
OBJECT(ifOutDiscards, PORT, COUNTER, p->counters.out_discards, IF_TABLE, 19)
OBJECT(ifOutErrors, PORT, COUNTER, p->counters.out_errors, IF_TABLE, 20)
SUBTREE(BRIDGE_MIB)
OBJECT(dot1dBaseNumPorts, SCALAR, INTEGER, d->ports->nbridge, BRIDGE_MIB, 1, 2)
OBJECT(dot1dBaseType, SCALAR, INTEGER, 2, BRIDGE_MIB, 1, 3)
OBJECT(dot1dBasePort, BRIDGE, INTEGER, p->number, BRIDGE_MIB, 1, 4, 1, 1)
OBJECT(dot1dBasePortIfIndex, BRIDGE, INTEGER, p->index, BRIDGE_MIB, 1, 4, 1, 2)
OBJECT(dot1dBasePortCircuit, BRIDGE, OID, 0, BRIDGE_MIB, 1, 4, 1, 3)
OBJECT(dot1dBasePortDelayExceededDiscards, BRIDGE, COUNTER, 0, BRIDGE_MIB, 1, 4, 1, 4)
OBJECT(dot1dBasePortMtuExceededDiscards, BRIDGE, COUNTER, 0, BRIDGE_MIB, 1, 4, 1, 5)
OBJECT(dot1dTpFdbAddress, PLAIN_MAC, OCTETS, put_mac(v, m->mac), BRIDGE_MIB, 4, 3, 1, 1)
OBJECT(dot1dTpFdbPort, PLAIN_MAC, INTEGER, bridge_port(d, m), BRIDGE_MIB, 4, 3, 1, 2)
OBJECT(dot1dTpFdbStatus, PLAIN_MAC, INTEGER, fdb_status(m), BRIDGE_MIB, 4, 3, 1, 3)
OBJECT(dot1qVlanVersionNumber, SCALAR, INTEGER, 1, Q_BRIDGE, 1, 1)
OBJECT(dot1qMaxVlanId, SCALAR, INTEGER, 4094, Q_BRIDGE, 1, 2)
OBJECT(dot1qMaxSupportedVlans, SCALAR, GAUGE, 1024, Q_BRIDGE, 1, 3)
OBJECT(dot1qNumVlans, SCALAR, GAUGE, d->ports->nvlans, Q_BRIDGE, 1, 4)
OBJECT(dot1qGvrpStatus, SCALAR, INTEGER, 2, Q_BRIDGE, 1, 5)
OBJECT(dot1qFdbDynamicCount, VLAN, COUNTER, learned(d, vlan->vlan), Q_BRIDGE, 2, 1, 1, 2)
OBJECT(dot1qTpFdbPort, MAC, INTEGER, bridge_port(d, m), Q_BRIDGE, 2, 2, 1, 2)
OBJECT(dot1qTpFdbStatus, MAC, INTEGER, fdb_status(m), Q_BRIDGE, 2, 2, 1, 3)
OBJECT(dot1qVlanNumDeletes, SCALAR, COUNTER, 0, Q_BRIDGE, 4, 1)
OBJECT(dot1qVlanFdbId, TIMED_VLAN, GAUGE, vlan->vlan, Q_BRIDGE, 4, 2, 1, 3)
OBJECT(dot1qVlanCurrentEgressPorts, TIMED_VLAN, OCTETS, put_ports(v, d, vlan->vlan, false), Q_BRIDGE, 4, 2, 1, 4)
OBJECT(dot1qVlanCurrentUntaggedPorts, TIMED_VLAN, OCTETS, put_ports(v, d, vlan->vlan, true), Q_BRIDGE, 4, 2, 1, 5)
OBJECT(dot1qVlanStatus, TIMED_VLAN, INTEGER, 2, Q_BRIDGE, 4, 2, 1, 6)
OBJECT(dot1qVlanCreationTime, TIMED_VLAN, TICKS, 0, Q_BRIDGE, 4, 2, 1, 7)
OBJECT(dot1qVlanStaticName, VLAN, OCTETS, put_text(v, vlan->lan), Q_BRIDGE, 4, 3, 1, 1)
OBJECT(dot1qVlanStaticEgressPorts, VLAN, OCTETS, put_ports(v, d, vlan->vlan, false), Q_BRIDGE, 4, 3, 1, 2)
OBJECT(dot1qVlanForbiddenEgressPorts, VLAN, OCTETS, put_text(v, ""), Q_BRIDGE, 4, 3, 1, 3)
OBJECT(dot1qVlanStaticUntaggedPorts, VLAN, OCTETS, put_ports(v, d, vlan->vlan, true), Q_BRIDGE, 4, 3, 1, 4)
OBJECT(dot1qVlanStaticRowStatus, VLAN, INTEGER, 1, Q_BRIDGE, 4, 3, 1, 5)
OBJECT(dot1qPvid, BRIDGE, GAUGE, p->vlan, Q_BRIDGE, 4, 5, 1, 1)
SUBTREE(IF_X_TABLE)
OBJECT(ifName, PORT, OCTETS, put_text(v, p->name), IF_X_TABLE, 1)
OBJECT(ifInMulticastPkts, PORT, COUNTER, p->counters.in_mcast, IF_X_TABLE, 2)
OBJECT(ifInBroadcastPkts, PORT, COUNTER, p->counters.in_bcast, IF_X_TABLE, 3)
OBJECT(ifOutMulticastPkts, PORT, COUNTER, p->counters.out_mcast, IF_X_TABLE, 4)
OBJECT(ifOutBroadcastPkts, PORT, COUNTER, p->counters.out_bcast, IF_X_TABLE, 5)
OBJECT(ifHCInOctets, PORT, COUNTER64, p->counters.in_octets, IF_X_TABLE, 6)
OBJECT(ifHCInUcastPkts, PORT, COUNTER64, p->counters.in_ucast, IF_X_TABLE, 7)
OBJECT(ifHCInMulticastPkts, PORT, COUNTER64, p->counters.in_mcast, IF_X_TABLE, 8)
OBJECT(ifHCInBroadcastPkts, PORT, COUNTER64, p->counters.in_bcast, IF_X_TABLE, 9)
OBJECT(ifHCOutOctets, PORT, COUNTER64, p->counters.out_octets, IF_X_TABLE, 10)
OBJECT(ifHCOutUcastPkts, PORT, COUNTER64, p->counters.out_ucast, IF_X_TABLE, 11)
OBJECT(ifHCOutMulticastPkts, PORT, COUNTER64, p->counters.out_mcast, IF_X_TABLE, 12)
OBJECT(ifHCOutBroadcastPkts, PORT, COUNTER64, p->counters.out_bcast, IF_X_TABLE, 13)
OBJECT(ifLinkUpDownTrapEnable, PORT, INTEGER, 2, IF_X_TABLE, 14)
OBJECT(ifHighSpeed, PORT, GAUGE, p->speed, IF_X_TABLE, 15)
OBJECT(ifPromiscuousMode, PORT, INTEGER, 1, IF_X_TABLE, 16)
OBJECT(ifConnectorPresent, PORT, INTEGER, truth(!p->tagged && !p->lag), IF_X_TABLE, 17)
OBJECT(ifAlias, PORT, OCTETS, put_text(v, p->description), IF_X_TABLE, 18)
OBJECT(ifCounterDiscontinuityTime, PORT, TICKS, ticks(d, p->counts_since), IF_X_TABLE, 19)
SUBTREE(ENTITY)
OBJECT(entPhysicalDescr, ENTITY, OCTETS, put_text(v, "ixfabric switching fabric"), ENTITY, 2)
OBJECT(entPhysicalVendorType, ENTITY, OID, 0, ENTITY, 3)
OBJECT(entPhysicalContainedIn, ENTITY, INTEGER, 0, ENTITY, 4)
OBJECT(entPhysicalClass, ENTITY, INTEGER, 3, ENTITY, 5)
OBJECT(entPhysicalParentRelPos, ENTITY, INTEGER, 0, ENTITY, 6)
OBJECT(entPhysicalName, ENTITY, OCTETS, put_text(v, "ixfabric"), ENTITY, 7)
OBJECT(entPhysicalHardwareRev, ENTITY, OCTETS, put_text(v, ""), ENTITY, 8)
OBJECT(entPhysicalFirmwareRev, ENTITY, OCTETS, put_text(v, ""), ENTITY, 9)
OBJECT(entPhysicalSoftwareRev, ENTITY, OCTETS, put_text(v, d->ports->version), ENTITY, 10)
OBJECT(entPhysicalSerialNum, ENTITY, OCTETS, put_text(v, d->serial), ENTITY, 11)
OBJECT(entPhysicalMfgName, ENTITY, OCTETS, put_text(v, "ixfabric"), ENTITY, 12)
OBJECT(entPhysicalModelName, ENTITY, OCTETS, put_text(v, "ixfabric x86_64 DPDK"), ENTITY, 13)
OBJECT(entPhysicalAlias, ENTITY, OCTETS, put_text(v, ""), ENTITY, 14)
OBJECT(entPhysicalAssetID, ENTITY, OCTETS, put_text(v, ""), ENTITY, 15)
OBJECT(entPhysicalIsFRU, ENTITY, INTEGER, 2, ENTITY, 16)
/* clang-format on */
#undef OBJECT
#undef SUBTREE
#undef LAG_MIB
#undef AGG
#undef AGG_PORT
#undef AGG_STATS
#undef IF_MIB
#undef IF_TABLE
#undef IF_X_TABLE
#undef BRIDGE_MIB
#undef Q_BRIDGE
#undef ENTITY
