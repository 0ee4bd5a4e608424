/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The history of configurations on the disk, and what is started with it.  This
 * program replaces the calls that bring a file to the disk: it makes them fail, and
 * looks before each of them at what a start would do then.
 */
#include "fabric/api/history.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fabric/api/start.h"
#include "fabric/config/config.h"
#include "lib/clock.h"
#include "tests/check_run.h"

#define WALL INT64_C(1764012345)

static char folder[] = "/tmp/ixf-history-XXXXXX";
static char dir[64], twin[64], file[64], log_text[8192];
static struct faults *faults;
static struct history *h;

/* The calls that are replaced: noted, and made to fail, while 'armed'. */
static bool armed;
static unsigned int ncalls;
static unsigned int fails_at; /* the call of that number; 0: none */
static int fails_with;
static void (*before)(void); /* each call; also after the last one */
/* What a power cut would bring back, until the directory is synced. */
static char undo_name[64], *undo_text;
static size_t undo_size;
static bool undo_valid;

static bool
note(void)
{
	if (!armed)
		return false;
	ncalls++;
	if (before != NULL) {
		armed = false;
		before();
		armed = true;
	}
	errno = fails_with;
	return ncalls == fails_at;
}

ssize_t
write(int fd, const void *buf, size_t size)
{
	if (note())
		return -1;
	return syscall(SYS_write, fd, buf, size);
}

int
fsync(int fd)
{
	struct stat st;

	if (note())
		return -1;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		undo_valid = false;
	return (int)syscall(SYS_fsync, fd);
}

static char *
slurp(const char *path, size_t *size)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;

	*size = 0;
	if (in == NULL)
		return NULL;
	text = malloc(1 << 20);
	*size = fread(text, 1, 1 << 20, in);
	fclose(in);
	return text;
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	char path[256];

	if (note())
		return -1;
	if (armed) {
		snprintf(path, sizeof(path), "%s/%s", dir, to);
		free(undo_text);
		undo_text = slurp(path, &undo_size);
		snprintf(undo_name, sizeof(undo_name), "%s", to);
		undo_valid = true;
	}
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

int
unlink(const char *path)
{
	if (note())
		return -1;
	return (int)syscall(SYS_unlink, path);
}

int
unlinkat(int fd, const char *path, int flags)
{
	if (note())
		return -1;
	return (int)syscall(SYS_unlinkat, fd, path, flags);
}

static void
empty(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			(void)!unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

static void
put(const char *path, const char *text, size_t size)
{
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fwrite(text, 1, size, out);
	ck_assert_int_eq(fclose(out), 0);
}

/* A configuration that 'letter' tells from others, twice as long if it is a capital. */
static const char *
config(char letter)
{
	static char text[256];

	snprintf(text, sizeof(text),
		 "[fabric]\nname = %c\n[lan l]\nprofile = open\n[port p]\n"
		 "device = net_null0\nlan = l\n%s",
		 letter,
		 letter < 'a' ? "# and a comment of some length\n" : "");
	return text;
}

static void
setup(void)
{
	strcpy(folder, "/tmp/ixf-history-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(dir, sizeof(dir), "%s/state/history", folder);
	snprintf(twin, sizeof(twin), "%s/twin", folder);
	snprintf(file, sizeof(file), "%s/x.ini", folder);
	put(file, config('a'), strlen(config('a')));
	faults = faults_create();
	armed = undo_valid = false;
	ncalls = fails_at = 0;
	before = NULL;
}

static void
teardown(void)
{
	char parent[64];

	armed = false;
	history_free(h);
	h = NULL;
	faults_free(faults);
	snprintf(parent, sizeof(parent), "%s/state", folder);
	empty(dir);
	empty(twin);
	empty(parent);
	unlink(file);
	empty(folder);
	free(undo_text);
	undo_text = NULL;
}

static struct generation *
make(uint64_t number, char letter, enum generation_state state)
{
	struct generation *g = generation_create(
		number, WALL, "alice (uid 1000)", "/srv/n.ini", file);

	ck_assert_ptr_nonnull(g);
	g->state = state;
	generation_add_change(g, "fabric: name: a -> b");
	ck_assert_int_eq(config_texts_add(&g->texts, NULL, "/srv/n.ini",
					  strdup(config(letter)),
					  strlen(config(letter))),
			 0);
	return g;
}

static void
settle(bool in_step)
{
	do {
		history_turn(h, CLOCK_SECOND, in_step);
		sched_yield();
	} while (!history_is_settled(h));
}

static void
open_again(void)
{
	history_free(h);
	h = history_open(dir, faults);
	ck_assert_ptr_nonnull(h);
}

static bool
is_text_of(uint64_t number, char letter)
{
	struct config_texts texts = { 0 };
	char why[GENERATION_WHY_SIZE];
	bool same = history_texts(h, number, &texts, why) == 0 &&
		    strcmp(texts.text[0].text, config(letter)) == 0;

	config_texts_free(&texts);
	return same;
}

START_TEST(generations_outlive_the_process)
{
	struct stat st;
	char path[128];

	open_again();
	history_add(h, make(1, 'a', GENERATION_KEPT));
	history_add(h, make(2, 'b', GENERATION_KEPT));
	settle(_i);
	ck_assert_ptr_null(history_problem(h));
	ck_assert(history_is_saved(h, 2));
	open_again();
	ck_assert_uint_eq(history_count(h), 2);
	ck_assert_uint_eq(history_newest(h), 2);
	ck_assert_str_eq(history_at(h, 1)->by, "alice (uid 1000)");
	ck_assert_str_eq(history_at(h, 1)->file, "/srv/n.ini");
	ck_assert_str_eq(history_at(h, 1)->change[0], "fabric: name: a -> b");
	ck_assert_int_eq(history_at(h, 1)->at, WALL);
	ck_assert(is_text_of(1, 'a') && is_text_of(2, 'b'));
	ck_assert(!is_text_of(1, 'b'));
	ck_assert_uint_eq(faults_warnings(faults), 0);
	snprintf(path, sizeof(path), "%s/2.generation", dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07, 0);
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07, 0);
}
END_TEST

START_TEST(included_files_come_back)
{
	struct generation *g = make(1, 'a', GENERATION_KEPT);
	struct config_texts texts = { 0 };
	char why[GENERATION_WHY_SIZE];

	/* Neither UTF-8 nor text. */
	config_texts_add(&g->texts, "conf.d/*", "/srv/conf.d/b\xe4r",
			 memcpy(malloc(4), "\xff\0\n", 4), 3);
	open_again();
	history_add(h, g);
	settle(true);
	open_again();
	ck_assert_int_eq(history_texts(h, 1, &texts, why), 0);
	ck_assert_uint_eq(texts.n, 2);
	ck_assert_str_eq(texts.text[1].pattern, "conf.d/*");
	ck_assert_str_eq(texts.text[1].name, "/srv/conf.d/b\xe4r");
	ck_assert_uint_eq(texts.text[1].size, 3);
	ck_assert_mem_eq(texts.text[1].text, "\xff\0\n", 4);
	config_texts_free(&texts);
}
END_TEST

START_TEST(the_number_of_generations_is_bounded)
{
	open_again();
	for (uint64_t n = 1; n <= 3 * HISTORY_MAX; n++) {
		history_add(h, make(n, 'b',
				    n == 2 * HISTORY_MAX ? GENERATION_PENDING
							 : GENERATION_KEPT));
		settle(true);
	}
	ck_assert_uint_eq(history_count(h), HISTORY_MAX);
	ck_assert_uint_eq(history_newest(h), 3 * HISTORY_MAX);
	/* One that waits to be confirmed is not the oldest to go. */
	ck_assert_ptr_nonnull(history_find(h, 2 * HISTORY_MAX));
	ck_assert_ptr_null(history_find(h, 2 * HISTORY_MAX - 1));
	open_again();
	ck_assert_uint_eq(history_count(h), HISTORY_MAX);
}
END_TEST

START_TEST(the_octets_of_all_are_bounded)
{
	open_again();
	for (uint64_t n = 1; n <= 9; n++) {
		struct generation *g = make(n, 'b', GENERATION_KEPT);

		config_texts_add(&g->texts, "y", "y", calloc(1, (6 << 20) + 1),
				 6 << 20);
		history_add(h, g);
		settle(true);
	}
	ck_assert_uint_eq(history_count(h), 5);
	ck_assert_uint_eq(history_newest(h), 9);
	open_again();
	ck_assert_uint_eq(history_count(h), 5);
}
END_TEST

/* What a start would do. */
static struct start
choose(bool no_fallback)
{
	struct start_options o = { file, dir, no_fallback, WALL };
	struct faults *own = faults_create();
	struct start s;
	FILE *log = fmemopen(log_text, sizeof(log_text), "w");

	log_text[0] = '\0';
	start_choose(&s, &o, own, "", log);
	fclose(log);
	faults_free(own);
	return s;
}

static char
started(bool no_fallback)
{
	struct start s = choose(no_fallback);
	char letter = s.config != NULL ? s.config->fabric.name[0] : '-';

	start_end(&s);
	return letter;
}

static void
write_own(const char *text)
{
	put(file, text, strlen(text));
}

/* What is on the disk: 'n' generations 1 ... of these letters and states. */
static void
have(const char *letters, const char *states)
{
	open_again();
	for (unsigned int i = 0; letters[i] != '\0'; i++)
		history_add(h, make(i + 1, letters[i],
				    states[i] == 'p'   ? GENERATION_PENDING
				    : states[i] == 'd' ? GENERATION_DROPPED
						       : GENERATION_KEPT));
	settle(true);
	history_free(h);
	h = NULL;
}

static const struct {
	const char *letters, *states; /* of the history */
	const char *own;              /* the file, or a letter */
	char start, strict;
	const char *log;
} starts[] = {
	{ "", "", "a", 'a', 'a', "" },
	{ "a", "k", "a", 'a', 'a', "" },
	{ "a", "k", "b", 'b', 'b', "" },
	{ "a", "k", "", 'a', '-', "the last good configuration" },
	{ "", "", "", '-', '-', "" },
	{ "ab", "kp", "b", 'a', 'b', "was not confirmed: dropped" },
	{ "ab", "kp", "a", 'a', 'a', "was not confirmed: dropped" },
	{ "ab", "kp", "c", 'c', 'c', "was not confirmed: dropped" },
	{ "ab", "kp", "", 'a', '-', "was not confirmed: dropped" },
	/* Rolled back, and then the power failed. */
	{ "aba", "kdk", "b", 'a', 'b', "as generation 2, which" },
	{ "aba", "kdk", "a", 'a', 'a', "" },
	/* Once more, and kept. */
	{ "abab", "kdkk", "b", 'b', 'b', "" },
	{ "abab", "kkkd", "b", 'a', 'b', "as generation 4, which" },
	{ "b", "d", "b", 'b', 'b', "but there is no other" },
	/* Another comment is the same configuration. */
	{ "aBa", "kdk", "#b", 'a', 'B', "as generation 2, which" },
};

START_TEST(the_right_configuration_is_started)
{
	char text[300];
	const char *own = starts[_i].own;

	have(starts[_i].letters, starts[_i].states);
	if (own[0] == '#')
		snprintf(text, sizeof(text), "# other\n%s", config('B'));
	else
		snprintf(text, sizeof(text), "%s",
			 own[0] != '\0' ? config(own[0]) : "[port");
	write_own(text);
	ck_assert_int_eq(started(true), starts[_i].strict);
	teardown();
	setup();
	have(starts[_i].letters, starts[_i].states);
	write_own(text);
	ck_assert_int_eq(started(false), starts[_i].start);
	ck_assert_msg(strstr(log_text, starts[_i].log) != NULL, "%s", log_text);
	ck_assert(starts[_i].log[0] != '\0' || log_text[0] == '\0');
	/* It is the same at the next start. */
	ck_assert_int_eq(started(false), starts[_i].start);
}
END_TEST

START_TEST(a_start_with_what_ran_adds_nothing)
{
	struct start s;

	have("ab", "kk");
	write_own(config('b'));
	s = choose(false);
	ck_assert_uint_eq(s.generation, 2);
	ck_assert_ptr_null(s.instead);
	ck_assert_uint_eq(history_count(s.history), 2);
	start_end(&s);
	write_own(config('c'));
	s = choose(false);
	ck_assert_uint_eq(s.generation, 3);
	ck_assert_uint_eq(history_count(s.history), 3);
	ck_assert_str_eq(history_at(s.history, 2)->by, "start");
	ck_assert_str_eq(history_at(s.history, 2)->change[0],
			 "fabric: name: b -> c");
	start_end(&s);
}
END_TEST

START_TEST(the_status_has_the_first_fault_of_the_file)
{
	struct start s;

	have("ab", "kk");
	write_own("[lan l]\nmtu = x\n");
	s = choose(false);
	ck_assert_ptr_nonnull(s.instead);
	ck_assert_ptr_nonnull(strstr(s.instead,
				     "started with generation 2 (/srv/n.ini), "
				     "since "));
	ck_assert_ptr_nonnull(strstr(s.instead, "x.ini:2: error: "));
	start_end(&s);
	unlink(file);
	s = choose(false);
	ck_assert_ptr_nonnull(strstr(s.instead, "No such file"));
	start_end(&s);
	put(file, "", 0);
}
END_TEST

/* The configuration of another exchange is no substitute. */
START_TEST(a_file_falls_back_only_on_its_own_generations)
{
	char other[64];

	have("ab", "kk");
	snprintf(other, sizeof(other), "%s/y.ini", folder);
	unlink(file);
	strcpy(file, other);
	ck_assert_int_eq(started(false), '-');
	put(file, "", 0);
}
END_TEST

/* Files that are no generations. */

static const struct {
	const char *name, *why;
	size_t cut;       /* octets that remain */
	size_t change;    /* an octet that is not as it was */
	const char *text; /* all of it */
} hostile[] = {
	{ "cut", "it is not whole", 200, 0, NULL },
	{ "empty", "it is not whole", 0, 0, "" },
	{ "head", "it is not whole", 40, 0, NULL },
	{ "changed", "it is not whole", 0, 300, NULL },
	{ "changed head", "it is not whole", 0, 24, NULL },
	{ "other", "it is not whole", 0, 0, "[fabric]\nname = x\n" },
};

START_TEST(a_file_that_is_torn_is_not_used)
{
	char path[128], *text;
	size_t size;

	have("ab", "kk");
	snprintf(path, sizeof(path), "%s/2.generation", dir);
	text = slurp(path, &size);
	if (hostile[_i].change != 0)
		text[hostile[_i].change] ^= 1;
	if (hostile[_i].text != NULL)
		put(path, hostile[_i].text, strlen(hostile[_i].text));
	else
		put(path, text, hostile[_i].cut != 0 ? hostile[_i].cut : size);
	free(text);
	open_again();
	ck_assert_uint_eq(history_count(h), 1);
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0), hostile[_i].why));
	history_free(h);
	h = NULL;
	write_own("[port");
	ck_assert_int_eq(started(false), 'a');
}
END_TEST

/* The check sum is right, but the rest is not. */
static const struct {
	const char *row;
	const char *rest;
} wrong[] = {
	{ "[]", "" },
	{ "{}", "" },
	{ "{\"generation\":2", "" },
	{ "{\"generation\":1,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":1}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"good\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":1}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\\u001b\","
	  "\"file\":\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],"
	  "\"texts\":[{\"name\":1,\"text\":1}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[]}",
	  "" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":2}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":-1}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":9223372036854775807}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":1}]}",
	  "ntx" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":-1,\"changes\":[],\"texts\":[{"
	  "\"name\":1,\"text\":1}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[1],\"texts\":[{"
	  "\"name\":1,\"text\":1}]}",
	  "nt" },
	{ "{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\",\"file\":"
	  "\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],\"texts\":[{"
	  "\"include\":1,\"name\":1,\"text\":1}]}",
	  "pnt" },
};

/* As zlib has it. */
static uint32_t
crc(const char *text, size_t size)
{
	uint32_t sum = ~0u;

	for (size_t i = 0; i < size; i++) {
		sum ^= (unsigned char)text[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return ~sum;
}

static struct generation *
decode(const char *row, const char *rest)
{
	char text[1024], why[GENERATION_WHY_SIZE];
	int n = snprintf(text + 80, sizeof(text) - 80, "%s\n%s", row, rest);
	char head[80];

	snprintf(head, sizeof(head), "ixfabric generation 1 %d %08x", n,
		 crc(text + 80, (size_t)n));
	snprintf(text, 80, "%-79s", head);
	text[79] = '\n';
	return generation_decode(text, 80 + (size_t)n, 2, why);
}

START_TEST(a_file_of_nonsense_is_no_generation)
{
	struct generation *g = decode(
		"{\"generation\":2,\"at\":1,\"state\":\"kept\",\"by\":\"a\","
		"\"file\":\"f\",\"own\":\"o\",\"nchanges\":0,\"changes\":[],"
		"\"texts\":[{\"name\":1,\"text\":1}]}",
		"nt");

	ck_assert_ptr_nonnull(g);
	generation_free(g);
	ck_assert_ptr_null(decode(wrong[_i].row, wrong[_i].rest));
}
END_TEST

START_TEST(what_a_terminal_would_obey_is_not_kept)
{
	struct generation *g =
		generation_create(1, 0, "x", "a\033[2Jb", "\xff");

	ck_assert_str_eq(g->file, "a?[2Jb");
	ck_assert_str_eq(g->own, "?");
	generation_free(g);
}
END_TEST

/* Writes that fail. */

START_TEST(a_write_that_fails_loses_nothing_that_is_there)
{
	static const int errors[] = { ENOSPC, EIO, EROFS };

	for (unsigned int at = 1; at < 40; at++) {
		have("a", "k");
		open_again();
		history_add(h, make(2, 'b', GENERATION_KEPT));
		fails_at = at;
		fails_with = errors[at % 3];
		armed = true;
		settle(true);
		armed = false;
		ck_assert(is_text_of(2, 'b'));
		if (history_problem(h) == NULL)
			return;
		ck_assert(history_problem_changed(h));
		ck_assert(!history_is_saved(h, 2));
		/* It is tried again. */
		history_turn(h, CLOCK_SECOND + HISTORY_RETRY, true);
		ck_assert_ptr_null(history_problem(h));
		ck_assert(history_problem_changed(h));
		ck_assert(history_is_saved(h, 2));
		open_again();
		ck_assert(is_text_of(1, 'a') && is_text_of(2, 'b'));
		teardown();
		setup();
	}
	ck_abort_msg("more calls than expected");
}
END_TEST

START_TEST(a_directory_that_cannot_be_made_is_a_problem_only)
{
	char parent[64];

	snprintf(parent, sizeof(parent), "%s/state", folder);
	put(parent, "", 0);
	open_again();
	ck_assert_ptr_nonnull(
		strstr(history_problem(h), "cannot be written: Not a dir"));
	history_add(h, make(1, 'a', GENERATION_KEPT));
	settle(true);
	ck_assert(is_text_of(1, 'a'));
	unlink(parent);
	history_add(h, make(2, 'b', GENERATION_KEPT));
	settle(true);
	ck_assert_msg(history_problem(h) == NULL, "%s", history_problem(h));
	open_again();
	ck_assert_uint_eq(history_count(h), 2);
}
END_TEST

START_TEST(another_process_has_the_history_for_itself)
{
	struct history *second;

	have("a", "k");
	open_again();
	second = history_open(dir, faults);
	ck_assert_uint_eq(history_count(second), 0);
	ck_assert_str_eq(history_problem(second),
			 "cannot be written: another process has it");
	history_add(second, make(1, 'b', GENERATION_KEPT));
	history_turn(second, HISTORY_RETRY, true);
	ck_assert(history_is_settled(second));
	history_free(second);
	open_again();
	ck_assert(is_text_of(1, 'a'));
}
END_TEST

/* Power cuts. */

/* The state as a power cut would leave it here, in a directory of its own. */
static void
copy_disk(bool undone)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char from[512], to[512], *text;
	size_t size;

	empty(twin);
	ck_assert_int_eq(mkdir(twin, 0700), 0);
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(from, sizeof(from), "%s/%s", dir, e->d_name);
		snprintf(to, sizeof(to), "%s/%s", twin, e->d_name);
		if (e->d_name[0] == '.' || strstr(e->d_name, ".lock") != NULL)
			continue;
		text = slurp(from, &size);
		put(to, text, size);
		free(text);
	}
	if (d != NULL)
		closedir(d);
	snprintf(to, sizeof(to), "%s/%s", twin, undo_name);
	if (undone && undo_text != NULL)
		put(to, undo_text, undo_size);
	else if (undone)
		unlink(to);
}

/* Letters that a start may have here. */
static const char *allowed;
static unsigned int cuts;

static void
cut_power(void)
{
	struct start_options o = { file, twin, false, WALL };

	for (int undone = 0; undone < (undo_valid ? 2 : 1); undone++) {
		struct faults *own = faults_create();
		FILE *log = fmemopen(log_text, sizeof(log_text), "w");
		struct start s;

		copy_disk(undone);
		start_choose(&s, &o, own, "", log);
		fclose(log);
		ck_assert_msg(s.config != NULL, "call %u: nothing to start",
			      ncalls);
		ck_assert_msg(strchr(allowed, s.config->fabric.name[0]) != NULL,
			      "call %u: %c is started, not %s", ncalls,
			      s.config->fabric.name[0], allowed);
		start_end(&s);
		faults_free(own);
		cuts++;
	}
}

static void
write_out(const char *may)
{
	allowed = may;
	armed = true;
	settle(true);
	armed = false;
	cut_power();
}

/*
 * The file of the daemon has what is applied.  Before it is kept, a start never has
 * it; from when the answer to the confirmation is given, it always does.
 */
START_TEST(what_is_not_confirmed_never_starts)
{
	have("a", "k");
	open_again();
	before = cut_power;
	history_add(h, make(2, 'b', GENERATION_PENDING));
	/* The file becomes 'b' only when that is on the disk. */
	write_out("a");
	write_own(config('b'));
	cut_power();
	if (_i == 0) {
		history_mark(h, 2, GENERATION_KEPT);
		write_out("ab");
		allowed = "b";
	} else {
		history_mark(h, 2, GENERATION_DROPPED);
		history_add(h, make(3, 'a', GENERATION_KEPT));
		write_out("a");
	}
	undo_valid = false;
	cut_power();
	ck_assert_uint_gt(cuts, 10);
	before = NULL;
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("history");
	TCase *tc = tcase_create("store");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, generations_outlive_the_process, 0, 2);
	tcase_add_test(tc, included_files_come_back);
	tcase_add_test(tc, the_number_of_generations_is_bounded);
	tcase_add_test(tc, the_octets_of_all_are_bounded);
	tcase_add_loop_test(tc, the_right_configuration_is_started, 0,
			    sizeof(starts) / sizeof(starts[0]));
	tcase_add_test(tc, a_start_with_what_ran_adds_nothing);
	tcase_add_test(tc, the_status_has_the_first_fault_of_the_file);
	tcase_add_test(tc, a_file_falls_back_only_on_its_own_generations);
	tcase_add_loop_test(tc, a_file_that_is_torn_is_not_used, 0,
			    sizeof(hostile) / sizeof(hostile[0]));
	tcase_add_loop_test(tc, a_file_of_nonsense_is_no_generation, 0,
			    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(tc, what_a_terminal_would_obey_is_not_kept);
	tcase_add_test(tc, a_write_that_fails_loses_nothing_that_is_there);
	tcase_add_test(tc, a_directory_that_cannot_be_made_is_a_problem_only);
	tcase_add_test(tc, another_process_has_the_history_for_itself);
	tcase_add_loop_test(tc, what_is_not_confirmed_never_starts, 0, 2);
	return check_run(s);
}
