/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What operators ask, and the commands that answer it:
 *
 *   TOPIC(name, question, steps...)
 *
 * Each step is STEP(command, what to look at); the command is one that ixctl takes,
 * with the names of an example.
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
TOPIC("down", "Why is this member down?",
	STEP("port show as64500", "STATE, and under MEMBER since when and why. down: no link: cable, optics, the other end. no-device: the device is gone. err-disabled: a check disabled the port. off, disabled: an operator did, or the configuration. flapping: the link changed too often. quarantine: it is not connected yet."),
	STEP("port drops as64500", "The port is up, but its frames are dropped: the reason, how often, and the last frame. mac_lock: another MAC address than configured. vlan_unknown: a wrong tag."),
	STEP("port links as64500", "When its link went down and came up lately."),
	STEP("lag show", "Of members with several cables: which are in use, and why others are not."),
	STEP("fdb show port as64500", "The MAC addresses that were seen. None: nothing arrives from the member."),
	STEP("neigh show as64500", "Its IP addresses, and when each was last seen."),
	STEP("port stats as64500 --rate 5", "Errors of the device that still grow: optics or cable."),
	STEP("explain as64500 frame.pcap:1", "What becomes of a frame that the member says it sends, and which line of the configuration decides."),
	STEP("port up as64500", "Enable it again after err-disabled, off or flapping."))
TOPIC("loss", "Why does traffic not arrive?",
	STEP("port drops", "All ports, the highest rate first. tx_full, rate_out: the port that receives has too little room."),
	STEP("port show --sort drops", "The ports that drop most now."),
	STEP("policy show as64500", "All that the port may send, and its limits."),
	STEP("acl show as64500", "The hits of each rule of its access lists."),
	STEP("worker show", "A worker with BUSY% near 100 loses frames: rx_missed of port stats."))
TOPIC("health", "Is the exchange healthy?",
	STEP("status", "One screen: problems first. Exit code 1 if there are any."),
	STEP("check", "One line for Nagios, Icinga and others, with their exit codes."),
	STEP("selftest", "Whether every check of the configuration acts."),
	STEP("worker show", "How busy the cores are."))
TOPIC("events", "What is happening now?",
	STEP("monitor", "Everything, as it happens, until ^C."),
	STEP("monitor port violation", "Links, settings, shutdowns, and dropped frames."),
	STEP("monitor port as64500", "All about one port."),
	STEP("monitor fdb", "MAC addresses that come, move and go."),
	STEP("config history", "What was changed before, and by which user."))
TOPIC("load", "How much traffic is there, and from which port?",
	STEP("port show --sort rx", "Bits a second, the most at the top."),
	STEP("port show --frames --sort rx", "Frames a second, and frames since the start."),
	STEP("watch port show", "The same, refreshed every two seconds."),
	STEP("port stats --rate 10", "How much each counter grows a second."))
TOPIC("address", "Which port has this address?",
	STEP("fdb show mac 02:00:00:00:00:01", "The port of a MAC address."),
	STEP("neigh show 192.0.2.1", "The port and the MAC address of an IP address."),
	STEP("fdb show --sort moves", "Addresses that move between ports: a loop, or one address twice."))
TOPIC("storm", "Is there a loop, or a storm?",
	STEP("port drops", "storm_bcast and others: over the limit of the port. mac_own, mac_lock, mac_conflict: frames that come back."),
	STEP("port show --frames --sort rx", "Which port sends that much."),
	STEP("arp top", "The addresses that send most ARP requests, and those most requested."),
	STEP("port down as64500", "Take the port out of service."))
TOPIC("change", "How do I change the configuration?",
	STEP("config check new.ini", "Every fault, with its line."),
	STEP("config diff new.ini", "What would change, and which ports it would interrupt."),
	STEP("config apply new.ini", "Load it. Ports that do not change lose no frame."),
	STEP("config show", "What runs."))
TOPIC("maintenance", "How do I take a port out of service without loss?",
	STEP("port cull as64500 on", "Its BGP sessions end, and members send elsewhere."),
	STEP("port show as64500", "Wait until RX-BPS and TX-BPS are near 0."),
	STEP("port down as64500", "Then do the work; port up and cull off end it."),
	STEP("status", "All manual settings that are left."))
TOPIC("rules", "What is allowed, and what is dropped?",
	STEP("policy show lan peering", "The rules of a LAN, fit to be published."),
	STEP("policy show as64500", "All about one port, its addresses too."),
	STEP("acl show as64500", "Access lists, in match order."))
TOPIC("report", "What should a member change?",
	STEP("report member as64500", "A text for a mail to the member: what it sends that it should not."),
	STEP("policy show as64500", "What it may send."),
	STEP("explain as64500 as64500.pcap:17", "Why one of its frames is dropped."))
TOPIC("frames", "What does a port send and receive?",
	STEP("capture start port as64500 write as64500.pcapng", "Frames with their drop reasons, as pcapng."),
	STEP("explain as64500 as64500.pcapng:1", "What becomes of one of them, stage by stage."),
	STEP("port record as64500", "The last frames dropped in quarantine."))
TOPIC("sponge", "What about addresses that no member uses?",
	STEP("sponge show", "Those that are dead, pending or static."),
	STEP("sponge log", "Why the states changed."),
	STEP("sponge set static 192.0.2.17", "Answer for a reclaimed address from now on."),
	STEP("sponge stats", "Counters, states and parameters."))
/* clang-format on */
#undef TOPIC
#undef STEP
