/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/eal.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include "fabric/config/devspec.h"
#include "fabric/device/tsc.h"
#include "fabric/view/msg.h"
#include "fabric/view/punt.h"
#include "lib/log.h"
#include "lib/pages.h"
#include "lib/sysfs.h"

uint64_t tsc_scale;

/* The log of DPDK, whose threads write under the lock of the stream. */
static struct {
	FILE *stream;
	_Atomic bool on;
	size_t len;
	char text[1024];
} kept;

/* Each line is one of ours, with the level that DPDK gives it. */
static void
pass_on(const char *text, size_t size)
{
	int level = rte_log_cur_msg_loglevel() - (int)RTE_LOG_EMERG;
	char line[512];

	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t n = end != NULL ? (size_t)(end - text) : size;

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		if (n > 0)
			log_write(level < 0 ? LOG_WARNING : level, line, NULL,
				  0);
		n += end != NULL;
		text += n;
		size -= n;
	}
}

static ssize_t
take_text(void *cookie, const char *text, size_t size)
{
	(void)cookie;
	if (!atomic_load(&kept.on)) {
		pass_on(text, size);
		return (ssize_t)size;
	}
	for (size_t i = 0; i < size && kept.len < sizeof(kept.text) - 1; i++)
		kept.text[kept.len++] = text[i];
	return (ssize_t)size;
}

/*
 * Instead of EAL's own stream, which writes each line to syslog as well: under
 * a service manager it would be there twice.
 */
static void
open_log(void)
{
	cookie_io_functions_t io = { .write = take_text };

	if (kept.stream == NULL)
		kept.stream = fopencookie(NULL, "w", io);
	if (kept.stream != NULL)
		rte_openlog_stream(kept.stream);
}

void
eal_log_keep(void)
{
	if (kept.stream == NULL)
		return;
	flockfile(kept.stream);
	kept.len = 0;
	atomic_store(&kept.on, true);
	funlockfile(kept.stream);
}

const char *
eal_log_kept(void)
{
	if (kept.stream == NULL)
		return "";
	flockfile(kept.stream);
	atomic_store(&kept.on, false);
	while (kept.len > 0 && kept.text[kept.len - 1] == '\n')
		kept.len--;
	kept.text[kept.len] = '\0';
	for (char *p = kept.text; (p = strchr(p, '\n')) != NULL;)
		*p = ';';
	funlockfile(kept.stream);
	return kept.text;
}

void
eal_log(int level, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_write(level, text, NULL, 0);
}

/* Into 'text', for people: "0-3,8". */
static const char *
format_cores(const cpu_set_t *set, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (int i = 0; i < CPU_SETSIZE && len < size; i++) {
		int first = i;

		if (!CPU_ISSET(i, set))
			continue;
		while (i + 1 < CPU_SETSIZE && CPU_ISSET(i + 1, set))
			i++;
		len += (size_t)snprintf(text + len, size - len,
					i > first ? "%s%d-%d" : "%s%d",
					len == 0 ? "" : ",", first, i);
	}
	return text;
}

/* All cores but the first, or the only one. */
static void
choose_cores(const cpu_set_t *have, struct eal_needs *needs)
{
	int spare = CPU_COUNT(have) > 1;

	for (unsigned int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, have) || spare-- > 0)
			continue;
		if (needs->nworkers < WORKERS_MAX)
			needs->core[needs->nworkers++] = i;
	}
}

static int
plan_cores(const struct config *config, struct eal_needs *needs,
	   struct faults *faults)
{
	const struct config_cores *cores = &config->fabric.workers;
	struct where at = config->fabric.at;
	char text[256];
	cpu_set_t have;

	if (sched_getaffinity(0, sizeof(have), &have) != 0)
		return -errno;
	if (cores->n == 0)
		choose_cores(&have, needs);
	if (cores->n > WORKERS_MAX) {
		faults_error(faults, at, "fabric",
			     "workers: %u cores, and at most %u workers",
			     cores->n, WORKERS_MAX);
		return -EINVAL;
	}
	for (unsigned int i = 0; i < cores->n; i++) {
		unsigned int core = cores->value[i];

		if (core >= CPU_SETSIZE || !CPU_ISSET(core, &have)) {
			faults_error(faults, at, "fabric",
				     "workers: there is no core %u here; this "
				     "process may use %s",
				     core,
				     format_cores(&have, text, sizeof(text)));
			return -EINVAL;
		}
		needs->core[needs->nworkers++] = core;
	}
	return 0;
}

static_assert(CONFIG_TXBUF == BACKLOG_SIZE && CONFIG_TRASH == TRASH_SIZE,
	      "config_buffers.c counts what workers hold");

/* What the devices of 'config' come to. */
struct devices {
	unsigned int n, npci, npacket;
	bool jumbo;
};

static void
count_device(struct devices *count, const char *text)
{
	struct devspec spec;

	if (devspec_parse(text, &spec) != 0)
		return;
	count->n++;
	count->npci += spec.pci;
	count->npacket += spec.driver != NULL && spec.driver->kernel;
}

static struct devices
count_devices(const struct config *config)
{
	struct devices count = { 0 };

	for (unsigned int i = 0; i < config->nports; i++)
		for (unsigned int k = 0; k < config->port[i].device.n; k++)
			count_device(&count, config->port[i].device.value[k]);
	for (unsigned int i = 0; i < config->nlans; i++)
		count.jumbo |= config->lan[i].mtu > EAL_BUFFER_ROOM - 128;
	return count;
}

/* The next number of the form 2^n - 1, which is what a pool holds best. */
static unsigned int
pool_size(unsigned int n)
{
	unsigned int size = 8191;

	while (size < n)
		size = 2 * size + 1;
	return size;
}

static void
plan_memory(const struct config *config, struct eal_needs *needs)
{
	struct devices count = count_devices(config);
	unsigned int room = count.n / 4 + 4; /* for devices added later */
	uint64_t large, small;

	needs->pci = count.npci > 0;
	needs->debug = config->fabric.log_level == CONFIG_LEVEL_DEBUG;
	needs->buffers = config->fabric.buffers;
	if (needs->buffers == 0)
		needs->buffers = pool_size(
			config_buffers_needed(config, needs->nworkers, room)
				.all);
	needs->copies = 4096 + needs->nworkers * 1024;
	large = count.jumbo ? (uint64_t)(count.npacket + 4) << 10 : 0;
	small = (uint64_t)needs->nworkers *
			(MSG_RING_SIZE * 8 + PUNT_FRAMES * 2560) +
		(uint64_t)needs->copies * 12288;
	needs->megabytes = (uint32_t)((needs->buffers * UINT64_C(2560) +
				       large * 18432 + small) >>
				      20) +
			   64;
	/* Then no buffer crosses a page, and memory that is not used costs nothing. */
	needs->megabytes_no_huge = (uint32_t)((needs->buffers * UINT64_C(4096) +
					       large * 20480 + small) >>
					      20) +
				   256;
	if (config->fabric.memory != 0) {
		needs->megabytes = config->fabric.memory;
		needs->megabytes_no_huge = config->fabric.memory;
	}
}

int
eal_plan(const struct config *config, struct eal_needs *needs,
	 struct faults *faults)
{
	int ret;

	memset(needs, 0, sizeof(*needs));
	ret = plan_cores(config, needs, faults);
	if (ret != 0)
		return ret;
	config_check_buffers(config, needs->nworkers, faults);
	if (faults_errors(faults) != 0)
		return -EINVAL;
	plan_memory(config, needs);
	return 0;
}

/*
 * Without huge pages memory is taken when it is first written to.  Too little of
 * it would show later, when the kernel kills a process for it.
 */
static int
check_memory(const struct eal_needs *needs, struct faults *faults)
{
	uint64_t huge = pages_free_huge() >> 20, have = pages_free() >> 20;
	struct where nowhere = { 0 };

	if (huge >= needs->megabytes || have == 0 ||
	    needs->megabytes_no_huge <= have)
		return 0;
	faults_error(faults, nowhere, NULL,
		     "DPDK needs %u MB of memory, and %llu are available: "
		     "lower 'buffers' (%u) or 'descriptors' in [fabric]",
		     needs->megabytes_no_huge, (unsigned long long)have,
		     needs->buffers);
	return -ENOMEM;
}

/* EAL keeps pointers into its arguments, and writes to argv. */
static struct {
	char *argv[128];
	char *text[128];
	int argc;
} args;

static void
arg(const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (args.argc == 127)
		return;
	args.text[args.argc] = strdup(text);
	args.argv[args.argc] = args.text[args.argc];
	args.argc++;
}

/* Whether the user gave one of these options, a list with spaces. */
static bool
given(const struct eal_needs *needs, const char *list)
{
	for (int i = 0; i < needs->nargs; i++) {
		const char *text = needs->args[i];
		size_t len = strcspn(text, "=");
		const char *at = memmem(list, strlen(list), text, len);

		if (len > 1 && at != NULL && (at == list || at[-1] == ' ') &&
		    (at[len] == ' ' || at[len] == '\0'))
			return true;
	}
	return false;
}

/* Control runs on the cores without a worker, if there are any. */
static void
arg_lcores(const struct eal_needs *needs)
{
	char text[4096], cores[1024];
	cpu_set_t have, rest;
	size_t len;

	CPU_ZERO(&have);
	sched_getaffinity(0, sizeof(have), &have);
	rest = have;
	for (unsigned int i = 0; i < needs->nworkers; i++)
		CPU_CLR(needs->core[i], &rest);
	if (CPU_COUNT(&rest) == 0)
		rest = have;
	len = (size_t)snprintf(text, sizeof(text), "0@(%s)",
			       format_cores(&rest, cores, sizeof(cores)));
	for (unsigned int i = 0; i < needs->nworkers; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					",%u@%u", i + 1, needs->core[i]);
	arg("--lcores=%s", text);
}

static void
arg_memory(const struct eal_needs *needs)
{
	uint64_t huge = pages_free_huge() >> 20;

	if (given(needs, "-m --socket-mem --in-memory --huge-dir "
			 "--legacy-mem"))
		return;
	if (huge >= needs->megabytes && !given(needs, "--no-huge")) {
		arg("--in-memory");
		return;
	}
	if (!given(needs, "--no-huge"))
		arg("--no-huge");
	arg("-m");
	arg("%u", needs->megabytes_no_huge);
	if (needs->pci)
		eal_log(LOG_WARNING,
			"runs without huge pages (%u MB are needed, %u free): "
			"PCI devices are slower then, and need an IOMMU; "
			"sysctl vm.nr_hugepages=%u gives enough of 2 MB",
			needs->megabytes, (unsigned int)huge,
			needs->megabytes / 2 + 1);
}

static void
make_args(const struct eal_needs *needs)
{
	args.argc = 0;
	arg("ixfabricd");
	arg_lcores(needs);
	arg_memory(needs);
	arg("--no-shconf");
	arg("--no-telemetry");
	arg("--file-prefix=ixfabric");
	arg("--log-level=%s", needs->debug ? "debug" : "notice");
	/* No notice of each page size that has no pages, though another has. */
	if (!needs->debug)
		arg("--log-level=lib.eal:warning");
	/* A list of allowed devices without one that exists: devices are attached
	 * one by one, and those that no port names are left alone. */
	if (!given(needs, "-a --allow -b --block --no-pci"))
		arg("--allow=ffff:ff:1f.7");
	for (int i = 0; i < needs->nargs; i++)
		arg("%s", needs->args[i]);
	args.argv[args.argc] = NULL;
}

int
eal_start(const struct eal_needs *needs, struct faults *faults)
{
	struct where nowhere = { 0 };
	const char *logged;
	int ret = check_memory(needs, faults);

	if (ret != 0)
		return ret;
	if (!sysfs_has_cores()) {
		faults_error(faults, nowhere, NULL, SYSFS_MISSING);
		return -ENOENT;
	}
	open_log();
	make_args(needs);
	if (!needs->debug)
		eal_log_keep();
	ret = rte_eal_init(args.argc, args.argv);
	logged = eal_log_kept();
	if (ret < 0) {
		ret = rte_errno != 0 ? -rte_errno : -EIO;
		faults_error(faults, nowhere, NULL,
			     "DPDK does not start with %u MB of memory on "
			     "these cores: %s (%s)",
			     needs->megabytes_no_huge, strerror(-ret), logged);
		return ret;
	}
	if (logged[0] != '\0')
		eal_log(LOG_WARNING, "%s", logged);
	tsc_scale = clock_scale(rte_get_tsc_hz());
	return 0;
}

void
eal_stop(void)
{
	rte_eal_cleanup();
}
