/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every kind of event, once:
 *
 *   GROUP(name, sentence)          what `ixctl monitor NAME` shows
 *   EVENT(name, groups, sentence)  groups: IN(name), or IN(name) AND(name)
 *   FIELD(name, sentence)          of an event as JSON, in this order
 *
 * An event is raised where its line of the log is written, or where there is none, as
 * for MAC addresses, at the place where the fact arises.  The enums, the names, the
 * JSON, the field IXF_EVENT of the journal and the tables of ixctl(1) come from here.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
#ifdef GROUP
GROUP(port, "Links, settings by hand and by the configuration, shutdowns, storms and loops.")
GROUP(fdb, "MAC addresses that are learned, move, age and go.")
GROUP(violation, "Dropped frames by port and reason, and forged ARP.")
GROUP(sponge, "Addresses that the sponge takes for dead, alive or in doubt: what ixctl sponge log shows.")
GROUP(config, "Applies, their changes, confirmations and rollbacks.")
GROUP(fabric, "All that concerns no port: workers, captures, files, the daemon.")
#undef GROUP
#endif

#ifdef EVENT
EVENT(note, IN(fabric), "Another line of the log.")
EVENT(begin, IN(fabric), "The monitor begins; what it shows, and since when the daemon runs. Whatever is chosen, it is shown.")
EVENT(lost, IN(fabric), "So many events of this monitor were lost before this one (count), since its reader was too slow. Whatever is chosen, it is shown.")
EVENT(end, IN(fabric), "The daemon ends. Whatever is chosen, it is shown.")
EVENT(hook_failed, IN(fabric), "The program of the key hook has failed; it is not given this event.")
EVENT(hook_works, IN(fabric), "It works again; it is not given this event.")
EVENT(worker_stopped, IN(fabric), "A worker has stopped polling.")
EVENT(worker_runs, IN(fabric), "It polls again.")
EVENT(fabric_cull, IN(fabric) AND(port), "BGP of all ports is culled, or let through, by an operator.")
EVENT(capture_begin, IN(fabric), "A capture starts.")
EVENT(mirror_file, IN(fabric), "The file of a mirror cannot be written, or can be again.")
EVENT(capture_end, IN(fabric), "A capture has ended.")
EVENT(sflow_collector, IN(fabric), "A collector of sFlow is not reached, or is again.")

EVENT(link_up, IN(port), "The link of a device came up.")
EVENT(link_down, IN(port), "The link of a device went down.")
EVENT(link_held, IN(port), "The link changed too often, and is held down.")
EVENT(link_released, IN(port), "It is held down no longer.")
EVENT(lag_link_in, IN(port), "A link of a LAG is in use.")
EVENT(lag_link_out, IN(port), "A link of a LAG is not in use any more; the text says why.")
EVENT(device_missing, IN(port), "A port has no device; it is tried again.")
EVENT(device_back, IN(port), "Its device is there again.")
EVENT(port_down, IN(port), "An operator has taken the port down (by).")
EVENT(port_up, IN(port), "An operator has brought it back (by).")
EVENT(port_cull, IN(port), "BGP of the port is culled, or let through, by an operator (by).")
EVENT(override_end, IN(port), "A setting by hand has ended with an apply.")
EVENT(port_added, IN(port), "An apply has added the port.")
EVENT(port_removed, IN(port), "An apply has removed it.")
EVENT(port_status, IN(port), "An apply has changed its status: connected, quarantine, disabled.")
EVENT(port_isolate, IN(port), "An apply has changed its isolation group.")
EVENT(port_disabled, IN(port) AND(violation), "A violation has disabled the port.")
EVENT(port_enabled, IN(port) AND(violation), "It is enabled again.")
EVENT(storm, IN(port) AND(violation), "Frames were dropped since they exceed a storm limit; as violation.")
EVENT(arp_storm, IN(port) AND(violation), "The LAN has very many ARP requests and solicitations, or no more.")
EVENT(loop, IN(port) AND(violation), "Frames of the port come in at another one, or those of the fabric come back.")

EVENT(mac_learned, IN(fdb), "A MAC address was learned.")
EVENT(mac_moved, IN(fdb), "It was learned at another port than before (from).")
EVENT(mac_aged, IN(fdb), "It was silent for mac_age, and was removed.")
EVENT(mac_flushed, IN(fdb), "It was removed: the port went down or away, or an operator flushed it.")
EVENT(mac_limit, IN(fdb), "The port has learned as many as it may.")
EVENT(mac_frozen, IN(fdb), "It moved too often, and stays where it is; limited as violation.")
EVENT(mac_refused, IN(fdb), "It moved to a port that could not learn it, and was removed; limited as violation.")

EVENT(violation, IN(violation), "Frames were dropped for a reason: the first at once, then at most one event in 15 seconds for each port and reason, with the number since (count).")
EVENT(arp_misplaced, IN(violation) AND(sponge), "ARP for an address that is not of the LAN.")
EVENT(arp_spoof, IN(violation) AND(sponge), "ARP whose sender MAC address is not the source of the frame.")
EVENT(ip_duplicate, IN(violation) AND(sponge), "Two MAC addresses claim an IP address.")

EVENT(sponge_pending, IN(sponge), "The fabric doubts whether an address is alive, and probes it.")
EVENT(sponge_dead, IN(sponge), "The fabric answers for it from now on.")
EVENT(sponge_static, IN(sponge), "The fabric answers for it, as an operator has set.")
EVENT(sponge_alive, IN(sponge), "It is alive: the fabric does not answer for it any more.")
EVENT(sponge_cleared, IN(sponge), "Its state was forgotten.")
EVENT(sponge_traffic, IN(sponge), "A static address sends.")
EVENT(sponge_note, IN(sponge), "Another line of the log of the sponge.")

EVENT(config_applied, IN(config), "A configuration runs (generation, by).")
EVENT(config_rolled_back, IN(config), "A generation of the history runs again (generation, by).")
EVENT(config_change, IN(config), "One of the first 20 changes of that.")
EVENT(config_rejected, IN(config), "A configuration was rejected, and nothing was changed (by).")
EVENT(config_confirm, IN(config), "A generation waits to be confirmed.")
EVENT(config_confirmed, IN(config), "It was confirmed (by).")
EVENT(config_expired, IN(config), "It was not confirmed in time, and is rolled back.")
EVENT(config_history, IN(config), "The history cannot be written, or can be again.")
#undef EVENT
#endif

#ifdef FIELD
FIELD(time, "When, in UTC (RFC 3339).")
FIELD(event, "The kind of event.")
FIELD(severity, "info, notice, warning or critical, as in the log.")
FIELD(port, "The port that it is about.")
FIELD(link, "The link of a LAG that it is about: the name of its device.")
FIELD(lan, "The LAN that it is about, or that of the port.")
FIELD(reason, "The drop reason.")
FIELD(mac, "A MAC address: the source of a dropped frame, or the one that was learned.")
FIELD(ip, "An IP address.")
FIELD(from, "The port that had the address before.")
FIELD(by, "The user that gave the order.")
FIELD(generation, "Of a configuration.")
FIELD(worker, "The number of a worker.")
FIELD(count, "How many.")
FIELD(text, "A sentence: the line of the log.")
#undef FIELD
#endif
/* clang-format on */
