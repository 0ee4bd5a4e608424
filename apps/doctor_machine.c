/* SPDX-License-Identifier: BSD-3-Clause */
/* Huge pages, cores and clocks. */
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "apps/doctor_impl.h"

#define CPU       "/sys/devices/system/cpu"
#define LIST_SIZE 256
#define CORES_MAX 1024

static void
look_at_pages(struct doctor *d)
{
	static const char dir[] = "/sys/kernel/mm/hugepages/hugepages-%ukB/%s";
	long all2 = doctor_number(d, dir, 2048u, "nr_hugepages");
	long free2 = doctor_number(d, dir, 2048u, "free_hugepages");
	long all1024 = doctor_number(d, dir, 1048576u, "nr_hugepages");
	long free1024 = doctor_number(d, dir, 1048576u, "free_hugepages");

	if (all2 > 0 || all1024 > 0) {
		doctor_find(d, "huge pages", DOCTOR_OK,
			    "of 2 MB %ld, %ld free; of 1 GB %ld, %ld free",
			    all2 > 0 ? all2 : 0, free2 > 0 ? free2 : 0,
			    all1024 > 0 ? all1024 : 0,
			    free1024 > 0 ? free1024 : 0);
		return;
	}
	if (all2 < 0 && all1024 < 0) {
		doctor_find(d, "huge pages", DOCTOR_HINT,
			    "the kernel has none, so frames and tables are on "
			    "ordinary pages, slower");
		return;
	}
	doctor_find(d, "huge pages", DOCTOR_HINT,
		    "none is reserved, so frames and tables are on ordinary "
		    "pages, slower");
	doctor_fix(d, "dpdk-hugepages.py --setup 2G");
	doctor_fix(d, "echo vm.nr_hugepages=1024 > "
		      "/etc/sysctl.d/80-ixfabric.conf # for the next boot");
}

/* Sets the bits of a list of the kernel, "0-3,8". */
static void
parse_list(const char *list, bool set[CORES_MAX])
{
	unsigned long first, last;
	char *end;

	memset(set, 0, CORES_MAX * sizeof(*set));
	while (*list >= '0' && *list <= '9') {
		first = last = strtoul(list, &end, 10);
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; first <= last && first < CORES_MAX; first++)
			set[first] = true;
		list = *end == ',' ? end + 1 : "";
	}
}

/* The cores of the workers; as the daemon chooses them: all but the first. */
static void
workers_of(const struct doctor *d, const bool online[CORES_MAX],
	   bool set[CORES_MAX])
{
	const struct config_cores *w =
		d->config != NULL ? &d->config->fabric.workers : NULL;
	unsigned int first = 0;

	memset(set, 0, CORES_MAX * sizeof(*set));
	for (unsigned int i = 0; w != NULL && i < w->n; i++)
		if (w->value[i] < CORES_MAX)
			set[w->value[i]] = true;
	if (w != NULL && w->n > 0)
		return;
	while (first < CORES_MAX - 1 && !online[first])
		first++;
	memcpy(set, online, CORES_MAX * sizeof(*set));
	set[first] = false;
}

/* "2-5,7", the cores of the set; and how many. */
static unsigned int
print_list(const bool set[CORES_MAX], char text[LIST_SIZE])
{
	unsigned int n = 0;
	int used = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < CORES_MAX; i++) {
		unsigned int last = i;

		if (!set[i])
			continue;
		while (last + 1 < CORES_MAX && set[last + 1])
			last++;
		n += last - i + 1;
		if (used < LIST_SIZE)
			used += snprintf(text + used, LIST_SIZE - (size_t)used,
					 last > i ? "%s%u-%u" : "%s%u",
					 used > 0 ? "," : "", i, last);
		i = last;
	}
	return n;
}

static void
without(const bool from[CORES_MAX], const bool what[CORES_MAX],
	bool set[CORES_MAX])
{
	for (unsigned int i = 0; i < CORES_MAX; i++)
		set[i] = from[i] && !what[i];
}

static void
look_at_isolation(struct doctor *d, const bool workers[CORES_MAX])
{
	bool isolated[CORES_MAX], rest[CORES_MAX];
	char line[LIST_SIZE], text[LIST_SIZE];

	parse_list(doctor_line(d, line, sizeof(line), CPU "/isolated"),
		   isolated);
	without(workers, isolated, rest);
	if (print_list(rest, text) == 0)
		return;
	print_list(workers, line);
	doctor_find(d, "cores", DOCTOR_HINT,
		    "other programs run on the cores %s of workers, too: "
		    "frames are lost under load",
		    text);
	doctor_fix(d,
		   "GRUB_CMDLINE_LINUX=\"isolcpus=%s nohz_full=%s "
		   "rcu_nocbs=%s\" in /etc/default/grub, then update-grub and "
		   "reboot",
		   line, line, line);
}

/* Cores that lower their clock take microseconds to come back. */
static void
look_at_governor(struct doctor *d, const bool workers[CORES_MAX])
{
	char governor[32];

	for (unsigned int i = 0; i < CORES_MAX; i++) {
		if (!workers[i])
			continue;
		doctor_line(d, governor, sizeof(governor),
			    CPU "/cpu%u/cpufreq/scaling_governor", i);
		if (governor[0] == '\0' || strcmp(governor, "performance") == 0)
			continue;
		doctor_find(d, "cores", DOCTOR_HINT,
			    "core %u of a worker saves power: governor %s", i,
			    governor);
		doctor_fix(d, "cpupower frequency-set -g performance # "
			      "package linux-cpupower");
		return;
	}
}

static void
look_at_siblings(struct doctor *d, const bool workers[CORES_MAX])
{
	bool siblings[CORES_MAX];
	char line[LIST_SIZE];

	for (unsigned int i = 0; i < CORES_MAX; i++) {
		if (!workers[i])
			continue;
		parse_list(doctor_line(d, line, sizeof(line),
				       CPU "/cpu%u/topology/"
					   "thread_siblings_list",
				       i),
			   siblings);
		for (unsigned int k = i + 1; k < CORES_MAX; k++)
			if (siblings[k] && workers[k]) {
				doctor_find(d, "cores", DOCTOR_HINT,
					    "the workers on %u and %u share "
					    "one core (hyper-threading): each "
					    "has about half",
					    i, k);
				return;
			}
	}
}

static void
look_at_cores(struct doctor *d)
{
	bool online[CORES_MAX], workers[CORES_MAX], absent[CORES_MAX];
	char line[LIST_SIZE], text[LIST_SIZE];

	parse_list(doctor_line(d, line, sizeof(line), CPU "/online"), online);
	workers_of(d, online, workers);
	without(workers, online, absent);
	if (print_list(absent, text) > 0) {
		doctor_find(d, "cores", DOCTOR_MISSING,
			    "workers = names the cores %s, and this machine "
			    "has %s",
			    text, line);
		return;
	}
	if (print_list(workers, text) == 0) {
		doctor_find(d, "cores", DOCTOR_HINT,
			    "one core for the worker and all else: frames are "
			    "lost under load");
		return;
	}
	doctor_find(d, "cores", DOCTOR_OK, "workers run on %s of %s", text,
		    line);
	look_at_isolation(d, workers);
	look_at_governor(d, workers);
	look_at_siblings(d, workers);
}

/* Whether the kernel takes the wall clock for right; other roots have none. */
static bool
is_synchronised(const struct doctor *d)
{
	struct timex t = { 0 };

	return d->root[0] != '\0' || adjtimex(&t) != TIME_ERROR;
}

static void
look_at_clock(struct doctor *d)
{
	char source[32];

	doctor_line(d, source, sizeof(source),
		    "/sys/devices/system/clocksource/clocksource0/"
		    "current_clocksource");
	if (strcmp(source, "tsc") != 0 && strcmp(source, "kvm-clock") != 0 &&
	    source[0] != '\0') {
		doctor_find(d, "clock", DOCTOR_HINT,
			    "the kernel does not trust the TSC of this "
			    "processor (clock source %s), by which ages and "
			    "rates are measured",
			    source);
		doctor_fix(d, "dmesg | grep -i tsc");
	} else {
		doctor_find(d, "clock", DOCTOR_OK, "clock source %s",
			    source[0] != '\0' ? source : "not known");
	}
	if (is_synchronised(d))
		return;
	doctor_find(d, "clock", DOCTOR_HINT,
		    "the time is not synchronised: that of the log is not "
		    "right, and states may be taken for too old");
	doctor_fix(d, "apt install chrony");
}

void
doctor_machine(struct doctor *d)
{
	look_at_pages(d);
	look_at_cores(d);
	look_at_clock(d);
}
