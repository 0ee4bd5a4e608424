/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every command of ixctl, once:
 *
 *   COMMAND(id, noun, verb, who, rule, sentence, arguments...)
 *
 * A verb of "" is a command of one word; "show" may be left out.  who: DAEMON
 * answers it, or ixctl itself (LOCAL).  rule: ANY of the optional arguments,
 * or exactly ONE of them.  An argument is
 *
 *   WORD(name, what)       a word in its place, optional
 *   NEED(name, what)       a word in its place
 *   PAIR(name, what)       its name and a word, anywhere, optional
 *   MUST(name, what)       its name and a word, anywhere
 *   BARE(name)             its name alone
 *   FLAG(name)             --name
 *
 * and 'what' is what the usage calls it, or the words allowed: "a|b"; with one
 * in capitals among them, "a|NAME", any word.  Parser, --help, completion, the request that goes to the daemon and its check there,
 * ixctl(1) and `ixctl --commands` come from here.
 *
 * Then, which names can complete an argument:
 *
 *   NAMES(what, id, list, key)  for PORT, in the rows of the answer to a
 *                               command, or of a list in it, the value of key
 *
 * Included more than once, on purpose without a guard.
 */
/* clang-format off */
#ifdef COMMAND
COMMAND(status, "status", "", DAEMON, ANY,
	"Health of the fabric on one screen; exit code 1 if something is wrong.")
COMMAND(port_show, "port", "show", DAEMON, ANY,
	"State, LAN, addresses and traffic of each port.",
	WORD(port, "PORT"))
COMMAND(port_stats, "port", "stats", DAEMON, ANY,
	"Every counter of each port, and those of its device.",
	WORD(port, "PORT"))
COMMAND(port_drops, "port", "drops", DAEMON, ANY,
	"How many frames each reason has refused, and the last one of them.",
	WORD(port, "PORT"))
COMMAND(port_record, "port", "record", DAEMON, ANY,
	"The last 128 frames that PORT was refused in quarantine.",
	NEED(port, "PORT"))
COMMAND(port_up, "port", "up", DAEMON, ANY,
	"Take a port back into service: ends port down, a shutdown after a violation, and the hold of a link that flaps.",
	NEED(port, "PORT"))
COMMAND(port_down, "port", "down", DAEMON, ANY,
	"Take a port out of service, until port up or the next apply.",
	NEED(port, "PORT"))
COMMAND(port_cull, "port", "cull", DAEMON, ANY,
	"Drop BGP between the port and other members (RFC 8327), or let it through, until the next apply.",
	NEED(port, "PORT"), NEED(state, "on|off"))
COMMAND(fabric_cull, "fabric", "cull", DAEMON, ANY,
	"The same for all ports at once.",
	NEED(state, "on|off"))
COMMAND(fdb_show, "fdb", "show", DAEMON, ANY,
	"Addresses in the MAC tables.",
	PAIR(port, "PORT"), PAIR(mac, "MAC"), PAIR(lan, "LAN"),
	PAIR(type, "learned|static|sticky"))
COMMAND(fdb_flush, "fdb", "flush", DAEMON, ONE,
	"Forget learned addresses, sticky ones included.",
	PAIR(port, "PORT"), PAIR(mac, "MAC"), PAIR(lan, "LAN"), BARE(all))
COMMAND(acl_show, "acl", "show", DAEMON, ANY,
	"The rules for what each port sends and is sent, in match order, with their hits.",
	WORD(port, "PORT"))
COMMAND(policy_show, "policy", "show", DAEMON, ANY,
	"What may be sent on each LAN and what is refused, as it runs, fit to be published; of PORT all, its addresses too.",
	WORD(port, "PORT"))
COMMAND(sponge_show, "sponge", "show", DAEMON, ANY,
	"Addresses of the sponges: those pending, dead or static, those in another state, or all; or IP.",
	WORD(which, "all|none|alive|pending|dead|static|IP"), PAIR(lan, "LAN"))
COMMAND(sponge_stats, "sponge", "stats", DAEMON, ANY,
	"What the sponges have done, how many addresses are in each state, and the parameters in force.",
	PAIR(lan, "LAN"))
COMMAND(sponge_log, "sponge", "log", DAEMON, ANY,
	"The last LINES of what the sponge of a LAN has said, 50 if not given.",
	WORD(lines, "LINES"), PAIR(lan, "LAN"))
COMMAND(sponge_set, "sponge", "set", DAEMON, ANY,
	"Set the state of an address: alive IP [MAC], dead IP, pending IP [PROBES], static IP once it does not answer, or at once with force; or a parameter to VALUE, as in the file, until the next apply.",
	NEED(what, "alive|dead|pending|static|queuedepth|rate|pending_limit|proberate|flood_protection|learning|sweep|sweep_age|sweep_skip_alive|passive|static_mode|dummy|arp_update"),
	NEED(value, "IP|VALUE"), WORD(more, "MAC|PROBES"), BARE(force), PAIR(lan, "LAN"))
COMMAND(sponge_clear, "sponge", "clear", DAEMON, ANY,
	"Forget the state of an address, or of all, and the questions for it; the next question makes it pending.",
	NEED(address, "all|IP"), PAIR(lan, "LAN"))
COMMAND(sponge_clear_arp, "sponge", "clear-arp", DAEMON, ANY,
	"Forget by which MAC address, and without a binding at which port, an address is.",
	NEED(address, "IP"), PAIR(lan, "LAN"))
COMMAND(sponge_probe, "sponge", "probe", DAEMON, ANY,
	"Ask for addresses, N of them a second, 10 if not given: who answers is alive.",
	NEED(addresses, "IP|FIRST-LAST|PREFIX"), PAIR(rate, "N"), PAIR(lan, "LAN"))
COMMAND(sponge_inform, "sponge", "inform", DAEMON, ANY,
	"Tell the owner of one address by which MAC address another is reached.",
	NEED(whom, "IP"), MUST(about, "IP"), PAIR(lan, "LAN"))
COMMAND(arp_top, "arp", "top", DAEMON, ANY,
	"Who asks most, by ARP and neighbour solicitations to all, and what is asked for most: 30 of each.",
	PAIR(lan, "LAN"))
COMMAND(explain, "explain", "", DAEMON, ANY,
	"What would become of FRAME, octets in hex or FILE.pcap[:N], if it came in at PORT now, stage by stage; nothing is sent.",
	NEED(port, "PORT"), NEED(frame, "FRAME"), PAIR(len, "OCTETS"), FLAG(bad))
COMMAND(selftest, "selftest", "", DAEMON, ANY,
	"Try a frame for every active check, in and out, without touching members; exit code 1 if one did not act.",
	WORD(port, "PORT"))
COMMAND(worker_show, "worker", "show", DAEMON, ANY,
	"What each worker core does with its time.")
COMMAND(config_check, "config", "check", LOCAL, ANY,
	"Read FILE and report every fault in it.",
	NEED(file, "FILE"))
COMMAND(config_diff, "config", "diff", DAEMON, ANY,
	"What applying FILE, or the daemon's own file, would change; exit code 1 if anything.",
	WORD(file, "FILE"))
COMMAND(config_apply, "config", "apply", DAEMON, ANY,
	"Make FILE, or the daemon's own file read again, the running configuration.",
	WORD(file, "FILE"))
COMMAND(config_show, "config", "show", DAEMON, ANY,
	"Print the running configuration, or that of the daemon's file, as INI.",
	WORD(which, "running|file"), FLAG(defaults))
COMMAND(version, "version", "", LOCAL, ANY,
	"Versions of ixctl and, if it can be reached, of the daemon.")
#undef COMMAND
#endif

#ifdef NAMES
NAMES("PORT", port_show, NULL, "port")
NAMES("LAN", status, "lans", "lan")
#undef NAMES
#endif
/* clang-format on */
