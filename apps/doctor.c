/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/doctor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/doctor_impl.h"
#include "apps/row.h"

#define USUAL_FILE "/etc/ixfabric/ixfabric.ini"

json_t *
doctor_look(const char *file, const char *root)
{
	struct faults *faults = faults_create();
	struct doctor d = {
		.root = root != NULL ? root : "",
		.rows = json_array(),
	};
	struct config *config;

	d.file = file != NULL ? file : doctor_path(&d, USUAL_FILE);
	d.file = strdup(d.file);
	config = access(d.file, F_OK) == 0 ? config_read(d.file, faults) : NULL;
	d.config = config;
	doctor_service(&d);
	doctor_machine(&d);
	doctor_devices(&d);
	doctor_network(&d);
	config_free(config);
	faults_free(faults);
	free((char *)d.file);
	return d.rows;
}

bool
doctor_misses(const json_t *rows)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i,
			   row) if (strcmp(row_word(row, "state"), "missing") ==
				    0) return true;
	return false;
}

void
doctor_print(const json_t *rows, FILE *out)
{
	const json_t *row, *fix;
	size_t i, k;

	json_array_foreach(rows, i, row)
	{
		fprintf(out, "%-7s  %s: %s\n", row_word(row, "state"),
			row_word(row, "check"), row_word(row, "finding"));
		json_array_foreach(row_get(row, "fix"), k, fix)
			fprintf(out, "         %s\n", json_string_value(fix));
	}
}
