/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any octets as an answer of IXP Manager, and the same as a member export.  What comes of
 * it must be an INI file of ports, and each of its lines valid: no text of the answer may
 * become a line of its own.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/ixpm.h"
#include "lib/inifile.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define LANS                                                                   \
	"[lan peering]\nvlan = 10\nprofile = open\n"                           \
	"[lan private]\nvlan = 20\nprofile = open\n"
#define LOCAL                                                                  \
	"[port xp1]\ndevice = net_null1\n[port xp2]\ndevice = net_null2\n"     \
	"[port xp3]\ndevice = net_null3\n"

static void
take_section(void *arg, struct where at, const char *type, const char *name)
{
	(void)at;
	MUST(type != NULL && strcmp(type, "port") == 0);
	MUST(strncmp(name, "xp", 2) == 0);
	++*(size_t *)arg;
}

static void
take_key(void *arg, struct where at, const char *key, const char *value)
{
	(void)arg, (void)at, (void)key, (void)value;
}

/* Every line is one that the reader takes. */
static void
check_lines(const char *text, size_t size, size_t ports)
{
	static const struct inifile_ops ops = { take_section, take_key };
	struct faults *faults = faults_create();
	FILE *in = fmemopen((void *)(uintptr_t)text, size, "r");
	size_t sections = 0;

	MUST(faults != NULL && in != NULL);
	MUST(inifile_read(in, "text", &ops, &sections, faults) == 0);
	MUST(faults_errors(faults) == 0);
	MUST(sections >= ports && ports > 0);
	fclose(in);
	faults_free(faults);
}

/* Errors of the configuration are about addresses alone, which its own checks refuse. */
static void
check_config(const char *text)
{
	struct faults *faults = faults_create();
	struct config *c;
	char *all;
	FILE *in;

	MUST(faults != NULL && asprintf(&all, LANS "%s", text) > 0);
	in = fmemopen(all, strlen(all), "r");
	c = config_read_stream("text", in, faults);
	for (unsigned int i = 0; c == NULL && faults_text(faults, i) != NULL;
	     i++) {
		const char *fault = faults_text(faults, i);

		MUST(strstr(fault, "error:") == NULL ||
		     strstr(fault, "ipv4") != NULL ||
		     strstr(fault, "ipv6") != NULL ||
		     strstr(fault, "mac ") != NULL ||
		     strstr(fault, "contact_email") != NULL ||
		     strstr(fault, "url = ") != NULL);
	}
	config_free(c);
	fclose(in);
	free(all);
	faults_free(faults);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, 0, NULL);
	struct faults *faults = faults_create();
	struct ixpm_lan lans[] = { { "peering", 10 }, { "private", 20 } };
	struct ixpm_sources s = { .file = "answer",
				  .answer = root,
				  .members_file = "members",
				  .members = root,
				  .local_file = "local",
				  .local = LOCAL,
				  .local_size = strlen(LOCAL),
				  .lan = lans,
				  .nlans = 2,
				  .partial = size % 2 == 0 };
	size_t n, ports;
	char *text;

	MUST(faults != NULL);
	if (root == NULL) {
		faults_free(faults);
		return 0;
	}
	if (json_object_get(root, "member_list") == NULL)
		s.members = NULL;
	text = ixpm_ports(&s, &n, &ports, faults);
	MUST((text == NULL) == (faults_errors(faults) != 0));
	if (text != NULL) {
		check_lines(text, n, ports);
		check_config(text);
	}
	free(text);
	json_decref(root);
	faults_free(faults);
	return 0;
}
