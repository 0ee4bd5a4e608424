/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every command of ixctl, once:
 *
 *   COMMAND(id, noun, verb, side, rule, sentence, arguments...)
 *
 * A verb of "" makes a command of one word; "show" may be left out.  side: the
 * DAEMON answers the command, or ixctl itself (LOCAL).  rule: ANY of the optional
 * arguments may be given, or exactly ONE.  An argument is
 *
 *   WORD(name, what)       a word in its place, optional
 *   NEED(name, what)       a word in its place
 *   PAIR(name, what)       its name and a word, anywhere, optional
 *   MUST(name, what)       its name and a word, anywhere
 *   BARE(name)             its name alone
 *   ALONE(name, pair)      the name of a PAIR alone: no word follows it, or only one
 *                          that is a name of the command; stands before that PAIR
 *   EXPR(name, what)       as PAIR; ixctl compiles the word, and the request has
 *                          {"text": WORD, "program": ...}
 *   MINE(name, what)       as PAIR, but for ixctl alone: the request has none
 *   FLAG(name)             --name
 *   OPTION(name, what)     --name and a word, or --name=word, anywhere, optional
 *   TEXT(name, what)       a word in its place, optional: a file that ixctl reads;
 *                          the request has the text
 *   LOOK(name)             --name, for ixctl: how it prints; not in the request
 *   LOOK_BY(name, what)    --name and a word, or --name=word, for ixctl
 *
 * and 'what' is its name in the usage, or the words allowed: "a|b"; if one of
 * these is in capitals, "a|NAME", any word is allowed.  A word that is one of those of
 * an argument is for that one, before it is for one that takes any word.  Parser,
 * --help, completion, the request to the daemon and its check there, the declaration of
 * the answer (answer.h), ixctl(1) and `ixctl --commands` come from here.
 *
 * Names for completion come from an answer of the daemon:
 *
 *   NAMES(what, id, list, key)  for the argument 'what', the value of 'key' in
 *                               each row of the answer to command 'id', or of
 *                               the list of this name in the answer
 *
 * What the group 'readers' may use, beside the group 'operators', which may use all:
 *
 *   READS(id)              the command changes nothing
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
#ifdef COMMAND
COMMAND(status, "status", "", DAEMON, ANY,
	"Health of the fabric on one screen; exit code 1 if something is wrong.")
COMMAND(check, "check", "", LOCAL, ANY,
	"The state of the fabric, or of PORT, in one line for Nagios, Icinga and others, with their exit codes and performance data.",
	WORD(port, "PORT"))
COMMAND(port_show, "port", "show", DAEMON, ANY,
	"State, LAN, addresses and traffic of each port, or of those in the given state or LAN. --frames: frames a second, and frames since the start, in place of bits a second.",
	WORD(port, "PORT"), WORD(state, "up|down|no-device|flapping|quarantine|disabled|err-disabled|off"),
	PAIR(lan, "LAN"), LOOK(frames), LOOK_BY(sort, "COLUMN"))
COMMAND(port_stats, "port", "stats", DAEMON, ANY,
	"Every counter of each port, and those of its device. --rate: how much each grows a second, over SECONDS.",
	WORD(port, "PORT"), PAIR(lan, "LAN"), LOOK_BY(rate, "SECONDS"))
COMMAND(port_drops, "port", "drops", DAEMON, ANY,
	"Number of dropped frames for each drop reason that is not 0, the highest rate first, with the last dropped frame. --all: every reason.",
	WORD(port, "PORT"), PAIR(lan, "LAN"), LOOK(all), LOOK_BY(sort, "COLUMN"))
COMMAND(port_links, "port", "links", DAEMON, ANY,
	"The last 32 changes of the link of each port since its device was opened, the last one first, and how long each lasted.",
	WORD(port, "PORT"), PAIR(lan, "LAN"))
COMMAND(port_interface, "port", "interface", DAEMON, ANY,
	"Each port as an interface of SNMP and sFlow: its index (ifIndex), state, and counters, octets with the frame check sequence.",
	WORD(port, "PORT"), PAIR(lan, "LAN"))
COMMAND(port_record, "port", "record", DAEMON, ANY,
	"The last 128 frames dropped from PORT while it was in quarantine.",
	NEED(port, "PORT"))
COMMAND(port_up, "port", "up", DAEMON, ANY,
	"Take a port back into service: end port down, a shutdown after a violation, and the hold-down of a flapping link.",
	NEED(port, "PORT"))
COMMAND(port_down, "port", "down", DAEMON, ANY,
	"Take a port out of service, until port up or an apply that changes the port.",
	NEED(port, "PORT"))
COMMAND(port_cull, "port", "cull", DAEMON, ANY,
	"Drop BGP between the port and other members (RFC 8327), or forward it again, until an apply changes the port.",
	NEED(port, "PORT"), NEED(state, "on|off"))
COMMAND(lag_show, "lag", "show", DAEMON, ANY,
	"The links of each LAG, or of PORT: which are in use and why others are not, the states of both ends of LACP, and what was received and sent.",
	WORD(port, "PORT"))
COMMAND(fabric_cull, "fabric", "cull", DAEMON, ANY,
	"Drop BGP between all ports (RFC 8327), or forward it again, until an apply changes cull in [fabric].",
	NEED(state, "on|off"))
COMMAND(fdb_show, "fdb", "show", DAEMON, ANY,
	"Addresses in the MAC tables, in the order of LAN and address; with -j in any order. An address of the configuration that was never seen has no AGE.",
	PAIR(port, "PORT"), PAIR(mac, "MAC"), PAIR(lan, "LAN"),
	PAIR(type, "learned|static|sticky"), LOOK_BY(sort, "COLUMN"))
COMMAND(fdb_flush, "fdb", "flush", DAEMON, ONE,
	"Remove learned addresses from the MAC tables, sticky ones too.",
	PAIR(port, "PORT"), PAIR(mac, "MAC"), PAIR(lan, "LAN"), BARE(all))
COMMAND(neigh_show, "neigh", "show", DAEMON, ANY,
	"Which port has an IP address, link-local ones too, and how that is known; in the order of LAN and address, with -j in any order.",
	WORD(which, "PORT|IP|MAC"), PAIR(lan, "LAN"))
COMMAND(acl_show, "acl", "show", DAEMON, ANY,
	"The ACL rules for the frames that each port sends and receives, in match order, with their hits.",
	WORD(port, "PORT"))
COMMAND(policy_show, "policy", "show", DAEMON, ANY,
	"What the running fabric allows and drops on each LAN, or on LAN, fit to be published; for PORT everything, its addresses too.",
	WORD(port, "PORT"), PAIR(lan, "LAN"))
COMMAND(sponge_show, "sponge", "show", DAEMON, ANY,
	"Addresses of the sponges that are pending, dead or static; or those in the given state, all of them, or IP.",
	WORD(which, "all|none|alive|pending|dead|static|IP"), PAIR(lan, "LAN"))
COMMAND(sponge_stats, "sponge", "stats", DAEMON, ANY,
	"Counters of the sponges, the number of addresses in each state, and the parameters in force.",
	PAIR(lan, "LAN"))
COMMAND(sponge_log, "sponge", "log", DAEMON, ANY,
	"The last LINES lines of the log of a sponge, 50 if not given.",
	WORD(lines, "LINES"), PAIR(lan, "LAN"))
COMMAND(sponge_set, "sponge", "set", DAEMON, ANY,
	"Set the state of an address: alive IP [MAC], dead IP, pending IP [PROBES], static IP if it does not answer, or at once with force. Or set a parameter to VALUE, written as in the file, until an apply changes the LAN.",
	NEED(what, "alive|dead|pending|static|queuedepth|rate|pending_limit|proberate|flood_protection|learning|sweep|sweep_age|sweep_skip_alive|passive|static_mode|dummy|arp_update"),
	NEED(value, "IP|VALUE"), WORD(more, "MAC|PROBES"), BARE(force), PAIR(lan, "LAN"))
COMMAND(sponge_clear, "sponge", "clear", DAEMON, ANY,
	"Forget the state of an address, or of all, and the requests for it; the next request makes it pending.",
	NEED(address, "all|IP"), PAIR(lan, "LAN"))
COMMAND(sponge_clear_arp, "sponge", "clear-arp", DAEMON, ANY,
	"Forget the MAC address learned for an IP address; also its port, unless the configuration assigns the address to a port.",
	NEED(address, "IP"), PAIR(lan, "LAN"))
COMMAND(sponge_probe, "sponge", "probe", DAEMON, ANY,
	"Probe addresses, N a second, 10 if not given; an address that answers becomes alive.",
	NEED(addresses, "IP|FIRST-LAST|PREFIX"), PAIR(rate, "N"), PAIR(lan, "LAN"))
COMMAND(sponge_inform, "sponge", "inform", DAEMON, ANY,
	"Send the owner of the first address an update with the MAC address of the second.",
	NEED(receiver, "IP"), MUST(about, "IP"), PAIR(lan, "LAN"))
COMMAND(arp_top, "arp", "top", DAEMON, ANY,
	"The 30 addresses that send the most broadcast ARP requests and multicast neighbour solicitations, and the 30 most requested.",
	PAIR(lan, "LAN"))
COMMAND(explain, "explain", "", DAEMON, ANY,
	"What would happen to FRAME, octets in hex or FILE.pcap[:N], if PORT received it now, stage by stage; nothing is sent.",
	NEED(port, "PORT"), NEED(frame, "FRAME"), PAIR(len, "OCTETS"), FLAG(bad))
COMMAND(selftest, "selftest", "", DAEMON, ANY,
	"Try a frame for every active check, in both directions, without affecting members, and list the checks that failed; exit code 1 if there are any. --all: also those that could not be tried and, with PORT, those that acted.",
	WORD(port, "PORT"), LOOK(all))
COMMAND(worker_show, "worker", "show", DAEMON, ANY,
	"Load of each worker core: frames, polls and cycles.")
COMMAND(matrix_show, "matrix", "show", DAEMON, ANY,
	"Frames and octets that each port has sent to each other one since matrix = on: all pairs, or those of LAN, from or to PORT, or the N with most octets. --rate: bits a second, over SECONDS.",
	PAIR(top, "N"), PAIR(from, "PORT"), PAIR(to, "PORT"), PAIR(lan, "LAN"),
	LOOK_BY(rate, "SECONDS"), LOOK_BY(sort, "COLUMN"))
COMMAND(mirror_show, "mirror", "show", DAEMON, ANY,
	"Mirrors, and ports that listen: how many frames each took, and what became of the copies.")
COMMAND(metrics, "metrics", "", DAEMON, ANY,
	"Counters and states in the text format of Prometheus, for a scrape or the textfile collector of node_exporter. matrix: also those of each pair of ports.",
	BARE(matrix))
COMMAND(capture_start, "capture", "start", DAEMON, ANY,
	"Capture frames as pcapng into FILE, or to standard output (-): those received by PORT or by all ports, sent (tx), and dropped (drop, or only for REASON), if they match the filter of pcap-filter(7). Ends after COUNT frames or SECONDS, with capture stop, or with ixctl.",
	PAIR(port, "PORT"), PAIR(dir, "rx|tx|drop"), PAIR(reason, "REASON"), EXPR(filter, "EXPRESSION"),
	PAIR(count, "COUNT"), PAIR(snaplen, "OCTETS"), PAIR(seconds, "SECONDS"), MINE(write, "FILE|-"))
COMMAND(capture_list, "capture", "list", DAEMON, ANY,
	"Captures that run, and the last ones that have ended, with frames captured and lost.")
COMMAND(capture_stop, "capture", "stop", DAEMON, ANY,
	"End the capture ID, or all.",
	NEED(id, "all|ID"))
COMMAND(sflow_show, "sflow", "show", DAEMON, ANY,
	"What is sampled for sFlow and sent: collectors, datagrams, samples and lost ones, and for each port, or PORT, its rate, the frames that could have been sampled, samples and lost ones.",
	WORD(port, "PORT"))
COMMAND(monitor, "monitor", "", DAEMON, ANY,
	"Print what happens, as it happens, until ^C: an event a line, with -j a JSON object a line. Those of the given groups, or of all; only those about PORT or LAN.",
	ALONE(ports, "port"), BARE(fdb), BARE(violation), BARE(sponge), BARE(config), BARE(fabric),
	PAIR(port, "PORT"), PAIR(lan, "LAN"))
COMMAND(config_check, "config", "check", LOCAL, ANY,
	"Read FILE and report every fault in it.",
	NEED(file, "FILE"))
COMMAND(config_diff, "config", "diff", DAEMON, ANY,
	"What applying FILE, the daemon's own file, or generation N of the history would change, and which ports it would interrupt; exit code 1 if there are changes.",
	TEXT(file, "FILE|N"))
COMMAND(config_apply, "config", "apply", DAEMON, ANY,
	"Load FILE as the running configuration; without FILE, reload the daemon's own file. If more than a third of the ports would go, --force is needed. With --confirm the configuration before it runs again after SECONDS, and after a crash, unless config confirm comes first.",
	TEXT(file, "FILE"), OPTION(confirm, "SECONDS"), FLAG(force))
COMMAND(config_confirm, "config", "confirm", DAEMON, ANY,
	"Keep the configuration that was applied with --confirm.")
COMMAND(config_rollback, "config", "rollback", DAEMON, ANY,
	"Load generation N of the history as the running configuration; without N the one before what runs, and again the one before that. Ends the wait for config confirm.",
	WORD(generation, "N"), FLAG(force))
COMMAND(config_history, "config", "history", DAEMON, ANY,
	"The last configurations: when each was applied, by which user, from which file, and what it changed; the newest first.")
COMMAND(config_show, "config", "show", DAEMON, ANY,
	"Print the running configuration, or the daemon's file, as INI.",
	WORD(which, "running|file"), FLAG(defaults))
COMMAND(import_ixp_manager, "import", "ixp-manager", LOCAL, ANY,
	"Make the ports of what IXP Manager says of a switch (layer2interfaces, FILE or -), and replace the included file of --output by them, or print them. --members: its IX-F export, for AS numbers. --local: lines that are added to ports. --config: the configuration, for its LANs. Rejected if more than a fifth of the ports would go, but for --force, or if there is something that the fabric cannot do, but for --partial.",
	NEED(file, "FILE"), OPTION(output, "FILE"), OPTION(members, "FILE"), OPTION(local, "FILE"),
	OPTION(config, "FILE"), FLAG(force), FLAG(partial))
COMMAND(export_ixf, "export", "ixf", LOCAL, ANY,
	"The IX-F member export 1.0 of what runs, or of FILE, for PeeringDB, IXPDB and others.",
	OPTION(config, "FILE"))
COMMAND(export_ixp_manager_macs, "export", "ixp-manager-macs", LOCAL, ANY,
	"The MAC addresses of the configuration, or those that were seen, as the tables of IXP Manager: infrastructure, VLAN, address, VLAN interface.",
	WORD(which, "configured|learned"), OPTION(config, "FILE"))
COMMAND(export_ethers, "export", "ethers", LOCAL, ANY,
	"The MAC addresses of the configuration as ethers(5), with the names of ports.",
	OPTION(config, "FILE"))
COMMAND(report_member, "report", "member", LOCAL, ANY,
	"What PORT sends that it should not, as a text for a mail to the member: how often, an example, and what to change.",
	NEED(port, "PORT"))
COMMAND(doctor, "doctor", "", LOCAL, ANY,
	"Look at this machine for what the fabric needs (huge pages, IOMMU, bindings, drivers, rights, cores, clock, disk), and print what is missing with the command that mends it; exit code 1 if something is. FILE is the configuration; root looks at /sys, /proc and /etc below DIRECTORY.",
	WORD(file, "FILE"), PAIR(root, "DIRECTORY"))
COMMAND(support_dump, "support-dump", "", LOCAL, ANY,
	"Write what a helper needs into the new file FILE, - for standard output: versions, doctor, states, counters, the configuration, the log, the machine.",
	WORD(file, "FILE"))
COMMAND(upgrade_check, "upgrade-check", "", LOCAL, ANY,
	"Whether this version accepts what the daemon runs and the file it would restart with, and which defaults differ; to be called from a new package before it is installed.")
COMMAND(watch, "watch", "", LOCAL, ANY,
	"Print the answer to COMMAND every two seconds, or as often as --watch says, in place on a terminal, until ^C.",
	NEED(command, "COMMAND"))
COMMAND(help, "help", "", LOCAL, ANY,
	"The commands that answer a question of operators (TOPIC); the commands of NOUN; or all.",
	WORD(topic, "TOPIC|NOUN|all"))
COMMAND(version, "version", "", LOCAL, ANY,
	"Versions of ixctl and, if it is reachable, of the daemon.")
#undef COMMAND
#endif

#ifdef NAMES
NAMES("PORT", port_show, NULL, "port")
NAMES("LAN", status, "lans", "lan")
NAMES("N", config_history, NULL, "generation")
NAMES("ID", capture_list, NULL, "id")
#undef NAMES
#endif

#ifdef READS
READS(status)
READS(port_show)
READS(port_stats)
READS(port_interface)
READS(port_drops)
READS(port_links)
READS(lag_show)
READS(fdb_show)
READS(neigh_show)
READS(acl_show)
READS(policy_show)
READS(sponge_show)
READS(sponge_stats)
READS(sponge_log)
READS(arp_top)
READS(explain)
READS(selftest)
READS(worker_show)
READS(matrix_show)
READS(mirror_show)
READS(config_diff)
READS(config_show)
READS(config_history)
READS(capture_list)
READS(sflow_show)
READS(monitor)
READS(metrics)
#undef READS
#endif
/* clang-format on */
