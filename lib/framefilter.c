/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/framefilter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hex.h"

#define SNAPLEN 262144
#define OCTETS  8 /* of an instruction as text, in network order */

struct framefilter {
	unsigned int n;
	struct bpf_insn insn[FRAMEFILTER_MAX];
};

/* Whether the first 'n' octets of 'text' are an expression. */
static bool
makes_sense(pcap_t *pcap, const char *text, size_t n)
{
	char *start = strndup(text, n);
	struct bpf_program program;
	bool ok = start != NULL && pcap_compile(pcap, &program, start, 1,
						PCAP_NETMASK_UNKNOWN) == 0;

	if (ok)
		pcap_freecode(&program);
	free(start);
	return ok;
}

/*
 * Where the fault begins, which the compiler does not tell: behind the longest part,
 * from the start to the end of a word, that is an expression.
 */
static size_t
find_fault(pcap_t *pcap, const char *text)
{
	size_t n = strlen(text);

	do {
		while (n > 0 && text[n - 1] != ' ')
			n--;
		while (n > 0 && text[n - 1] == ' ')
			n--;
	} while (n > 0 && !makes_sense(pcap, text, n));
	return n + strspn(text + n, " ");
}

static void
explain_fault(pcap_t *pcap, const char *text, char *why, size_t size)
{
	char *error = strdup(pcap_geterr(pcap));
	size_t at = find_fault(pcap, text);

	snprintf(why, size, "filter: column %zu, at '%.80s': %s", at + 1,
		 text + at, error != NULL ? error : "no memory");
	free(error);
}

static struct framefilter *
take(const struct bpf_program *program, char *why, size_t size)
{
	struct framefilter *f;

	if (program->bf_len > FRAMEFILTER_MAX) {
		snprintf(why, size,
			 "filter: %u instructions, of %u at most: a shorter "
			 "expression is needed",
			 program->bf_len, FRAMEFILTER_MAX);
		return NULL;
	}
	f = calloc(1, sizeof(*f));
	if (f == NULL) {
		snprintf(why, size, "filter: no memory");
		return NULL;
	}
	f->n = program->bf_len;
	memcpy(f->insn, program->bf_insns, f->n * sizeof(f->insn[0]));
	return f;
}

struct framefilter *
framefilter_compile(const char *text, char *why, size_t size)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);
	struct framefilter *f = NULL;
	struct bpf_program program;

	if (pcap == NULL) {
		snprintf(why, size, "filter: no memory");
		return NULL;
	}
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) == 0) {
		f = take(&program, why, size);
		pcap_freecode(&program);
	} else {
		explain_fault(pcap, text, why, size);
	}
	pcap_close(pcap);
	return f;
}

char *
framefilter_print(const struct framefilter *f, char text[FRAMEFILTER_HEX])
{
	char *to = text;

	*to = '\0';
	for (unsigned int i = 0; i < f->n; i++, to += 2 * OCTETS)
		snprintf(to, 2 * OCTETS + 1, "%04x%02x%02x%08x",
			 f->insn[i].code, f->insn[i].jt, f->insn[i].jf,
			 f->insn[i].k);
	return text;
}

/*
 * Whether the code is one that is known: bpf_filter() aborts the process for others,
 * and bpf_validate() looks at parts of a code only.
 */
static bool
is_known(u_short code)
{
	static const u_short known[] = {
		/* Loads and stores. */
		BPF_LD | BPF_W | BPF_ABS,
		BPF_LD | BPF_H | BPF_ABS,
		BPF_LD | BPF_B | BPF_ABS,
		BPF_LD | BPF_W | BPF_IND,
		BPF_LD | BPF_H | BPF_IND,
		BPF_LD | BPF_B | BPF_IND,
		BPF_LD | BPF_W | BPF_LEN,
		BPF_LD | BPF_IMM,
		BPF_LD | BPF_MEM,
		BPF_LDX | BPF_W | BPF_LEN,
		BPF_LDX | BPF_MSH | BPF_B,
		BPF_LDX | BPF_IMM,
		BPF_LDX | BPF_MEM,
		BPF_ST,
		BPF_STX,
		/* Arithmetic. */
		BPF_ALU | BPF_ADD | BPF_K,
		BPF_ALU | BPF_ADD | BPF_X,
		BPF_ALU | BPF_SUB | BPF_K,
		BPF_ALU | BPF_SUB | BPF_X,
		BPF_ALU | BPF_MUL | BPF_K,
		BPF_ALU | BPF_MUL | BPF_X,
		BPF_ALU | BPF_DIV | BPF_K,
		BPF_ALU | BPF_DIV | BPF_X,
		BPF_ALU | BPF_MOD | BPF_K,
		BPF_ALU | BPF_MOD | BPF_X,
		BPF_ALU | BPF_AND | BPF_K,
		BPF_ALU | BPF_AND | BPF_X,
		BPF_ALU | BPF_OR | BPF_K,
		BPF_ALU | BPF_OR | BPF_X,
		BPF_ALU | BPF_XOR | BPF_K,
		BPF_ALU | BPF_XOR | BPF_X,
		BPF_ALU | BPF_LSH | BPF_K,
		BPF_ALU | BPF_LSH | BPF_X,
		BPF_ALU | BPF_RSH | BPF_K,
		BPF_ALU | BPF_RSH | BPF_X,
		BPF_ALU | BPF_NEG,
		/* Jumps, and the rest. */
		BPF_JMP | BPF_JA,
		BPF_JMP | BPF_JEQ | BPF_K,
		BPF_JMP | BPF_JEQ | BPF_X,
		BPF_JMP | BPF_JGT | BPF_K,
		BPF_JMP | BPF_JGT | BPF_X,
		BPF_JMP | BPF_JGE | BPF_K,
		BPF_JMP | BPF_JGE | BPF_X,
		BPF_JMP | BPF_JSET | BPF_K,
		BPF_JMP | BPF_JSET | BPF_X,
		BPF_RET | BPF_K,
		BPF_RET | BPF_A,
		BPF_MISC | BPF_TAX,
		BPF_MISC | BPF_TXA,
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == code)
			return true;
	return false;
}

/* Jumps go forward; bpf_validate() takes one that is so far that it comes round. */
static bool
is_valid(const struct framefilter *f)
{
	for (unsigned int i = 0; i < f->n; i++) {
		const struct bpf_insn *in = &f->insn[i];

		if (!is_known(in->code) ||
		    (in->code == (BPF_JMP | BPF_JA) && in->k >= f->n - i - 1))
			return false;
	}
	return bpf_validate(f->insn, (int)f->n) != 0;
}

static void
read_insn(const uint8_t *octet, struct bpf_insn *insn)
{
	insn->code = (u_short)(octet[0] << 8 | octet[1]);
	insn->jt = octet[2];
	insn->jf = octet[3];
	insn->k = (bpf_u_int32)octet[4] << 24 | (bpf_u_int32)octet[5] << 16 |
		  (bpf_u_int32)octet[6] << 8 | octet[7];
}

struct framefilter *
framefilter_read(const char *text)
{
	struct framefilter *f = calloc(1, sizeof(*f));
	uint8_t octet[FRAMEFILTER_MAX * OCTETS];
	size_t n;

	if (f == NULL || hex_read(text, octet, sizeof(octet), &n) != 0 ||
	    n == 0 || n % OCTETS != 0) {
		free(f);
		return NULL;
	}
	f->n = (unsigned int)(n / OCTETS);
	for (unsigned int i = 0; i < f->n; i++)
		read_insn(octet + (size_t)i * OCTETS, &f->insn[i]);
	if (is_valid(f))
		return f;
	free(f);
	return NULL;
}

void
framefilter_free(struct framefilter *f)
{
	free(f);
}

bool
framefilter_takes(const struct framefilter *f, const void *frame, uint32_t size,
		  uint32_t len)
{
	return bpf_filter(f->insn, frame, len, size) != 0;
}
