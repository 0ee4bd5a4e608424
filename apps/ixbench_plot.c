/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Diagrams by gnuplot: Mpps over the size of frames and over the number of ports,
 * cycles a frame over the size of the table.
 */
#include "apps/ixbench_command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A column of the file of numbers, counted from 1. */
enum column {
	FRAME = 1,
	PORTS,
	MACS,
	WORKERS,
	MPPS,
	P1,
	MEDIAN
};

/* What a diagram has on its axes, and the columns that tell its lines apart. */
struct diagram {
	const struct list *x;
	enum column column, y;
	const char *xlabel, *ylabel;
	bool log;
	const struct list *other[2];
	enum column other_column[2];
	const char *other_name[2];
};

bool
plot_can(void)
{
	int rc = system("gnuplot --version > /dev/null 2>&1");

	if (rc == 0)
		return true;
	fputs("ixbench: --svg needs gnuplot: apt-get install gnuplot-nox\n",
	      stderr);
	return false;
}

static json_int_t
number(const json_t *run, const char *key)
{
	return json_integer_value(json_object_get(run, key));
}

/* The sum of Mpps, and the mean of the cycles, of the cores of a run. */
static void
write_row(FILE *f, const json_t *run)
{
	json_t *cores = json_object_get(run, "cores"), *c;
	double mpps = 0, p1 = 0, median = 0;
	size_t i, n = json_array_size(cores);

	json_array_foreach(cores, i, c)
	{
		mpps += json_number_value(json_object_get(c, "mpps"));
		p1 += json_number_value(json_object_get(c, "cycles_p1"));
		median +=
			json_number_value(json_object_get(c, "cycles_median"));
	}
	fprintf(f, "%lld %lld %lld %lld %.3f %.2f %.2f\n",
		(long long)number(run, "frame"),
		(long long)number(run, "ports"), (long long)number(run, "macs"),
		(long long)number(run, "workers"), mpps,
		n != 0 ? p1 / (double)n : 0, n != 0 ? median / (double)n : 0);
}

static bool
write_numbers(const char *path, const json_t *runs)
{
	FILE *f = fopen(path, "w");
	const json_t *run;
	size_t i;

	if (f == NULL)
		return false;
	fprintf(f, "# frame ports macs workers mpps cycles_p1 "
		   "cycles_median\n");
	json_array_foreach(runs, i, run) write_row(f, run);
	return fclose(f) == 0;
}

/* A line for each pair of the other two values. */
static void
write_diagram(FILE *f, const char *data, const struct diagram *d)
{
	fprintf(f,
		"set xlabel '%s'\nset ylabel '%s'\nset yrange [0:*]\n"
		"%s logscale x\nplot",
		d->xlabel, d->ylabel, d->log ? "set" : "unset");
	for (unsigned int i = 0; i < d->other[0]->n; i++)
		for (unsigned int k = 0; k < d->other[1]->n; k++)
			fprintf(f,
				"%s '%s' using ($%d == %u && $%d == %u ? $%d : "
				"NaN):%d with linespoints title '%u %s, %u %s'",
				i + k > 0 ? "," : "", data, d->other_column[0],
				d->other[0]->value[i], d->other_column[1],
				d->other[1]->value[k], d->column, d->y,
				d->other[0]->value[i], d->other_name[0],
				d->other[1]->value[k], d->other_name[1]);
	fprintf(f, "\n");
}

static void
write_script(FILE *f, const char *path, const char *data,
	     const struct diagram *d, unsigned int n)
{
	unsigned int drawn = 0;

	for (unsigned int i = 0; i < n; i++)
		drawn += d[i].x->n > 1;
	fprintf(f,
		"set terminal svg size 800,%u\nset output '%s'\n"
		"set grid\nset key bottom\nset multiplot layout %u,1\n",
		400 * drawn, path, drawn);
	for (unsigned int i = 0; i < n; i++)
		if (d[i].x->n > 1)
			write_diagram(f, data, &d[i]);
	fprintf(f, "unset multiplot\n");
}

static int
failed(const char *path)
{
	fprintf(stderr, "ixbench: %s: %s\n", path, strerror(errno));
	return EXIT_FAILURE;
}

/* The file of the numbers beside a diagram; false: a name that gnuplot cannot have. */
static bool
name_data(const char *path, char *data, size_t size)
{
	errno = EINVAL;
	return strchr(path, '\'') == NULL &&
	       snprintf(data, size, "%s.dat", path) < (int)size;
}

static int
end_gnuplot(FILE *f, const char *path)
{
	if (pclose(f) == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "ixbench: gnuplot could not draw %s\n", path);
	return EXIT_FAILURE;
}

int
plot_runs(const char *path, const json_t *runs, const struct list *frames,
	  const struct list *ports, const struct list *macs)
{
	const struct diagram diagrams[] = {
		{ frames,
		  FRAME,
		  MPPS,
		  "octets of a frame with FCS",
		  "Mpps",
		  false,
		  { ports, macs },
		  { PORTS, MACS },
		  { "ports", "addresses" } },
		{ ports,
		  PORTS,
		  MPPS,
		  "ports",
		  "Mpps",
		  false,
		  { frames, macs },
		  { FRAME, MACS },
		  { "octets", "addresses" } },
		{ macs,
		  MACS,
		  P1,
		  "addresses in the MAC table",
		  "cycles a frame (first percentile)",
		  true,
		  { frames, ports },
		  { FRAME, PORTS },
		  { "octets", "ports" } },
	};
	char data[4096];
	FILE *f;

	if (!name_data(path, data, sizeof(data)))
		return failed(path);
	if (!write_numbers(data, runs))
		return failed(data);
	f = popen("gnuplot", "w");
	if (f == NULL)
		return failed("gnuplot");
	write_script(f, path, data, diagrams, 3);
	return end_gnuplot(f, path);
}

/* The points of a line are a block, and blocks are two empty lines apart. */
static bool
write_lines(const char *path, const struct plot *plots, unsigned int n)
{
	FILE *f = fopen(path, "w");
	const char *name;
	json_t *points, *point;
	size_t k;

	for (unsigned int i = 0; f != NULL && i < n; i++)
		json_object_foreach(plots[i].lines, name, points)
		{
			fprintf(f, "# %s: %s, %s\n", name, plots[i].xlabel,
				plots[i].ylabel);
			json_array_foreach(points, k, point) fprintf(
				f, "%g %g\n",
				json_number_value(json_array_get(point, 0)),
				json_number_value(json_array_get(point, 1)));
			fputs("\n\n", f);
		}
	return f != NULL && fclose(f) == 0;
}

static void
draw_lines(FILE *f, const char *path, const char *data,
	   const struct plot *plots, unsigned int n)
{
	unsigned int block = 0;
	const char *name;
	json_t *points;

	fprintf(f,
		"set terminal svg size 800,%u\nset output '%s'\n"
		"set grid\nset key top left\nset multiplot layout %u,1\n",
		400 * n, path, n);
	for (unsigned int i = 0; i < n; i++) {
		const char *comma = "";

		fprintf(f,
			"set xlabel '%s'\nset ylabel '%s'\nset yrange [0:*]\n"
			"set xtics %s%s%s\nplot",
			plots[i].xlabel, plots[i].ylabel,
			plots[i].xtics != NULL ? "(" : "",
			plots[i].xtics != NULL ? plots[i].xtics : "autofreq",
			plots[i].xtics != NULL ? ")" : "");
		json_object_foreach(plots[i].lines, name, points)
		{
			fprintf(f,
				"%s '%s' index %u with linespoints title '%s'",
				comma, data, block++, name);
			comma = ",";
		}
		fprintf(f, "\n");
	}
	fprintf(f, "unset multiplot\n");
}

int
plot_lines(const char *path, const struct plot *plots, unsigned int n)
{
	char data[4096];
	FILE *f;

	if (!name_data(path, data, sizeof(data)))
		return failed(path);
	if (!write_lines(data, plots, n))
		return failed(data);
	f = popen("gnuplot", "w");
	if (f == NULL)
		return failed("gnuplot");
	draw_lines(f, path, data, plots, n);
	return end_gnuplot(f, path);
}
