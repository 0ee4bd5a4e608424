/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ISA_H
#define IXF_ISA_H

/*
 * The instruction sets that some functions of the workers have bodies for.  All
 * bodies give the same results; the widest that the processor has is taken when
 * a table or a worker is made, so one program runs on every x86-64 machine.
 */

#include <stdbool.h>

/* The thread sanitizer knows only accesses that are atomic by name. */
#ifdef __has_feature
#define ISA_TSAN __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_THREAD__)
#define ISA_TSAN 1
#else
#define ISA_TSAN 0
#endif

#if defined(__x86_64__) && !ISA_TSAN
#define ISA_SIMD 1
#else
#define ISA_SIMD 0
#endif

/* Of a function with intrinsics of ISA_AVX512. */
#define ISA_AVX512_TARGET                                                      \
	__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,"            \
			      "avx512vbmi")))

enum isa {
	ISA_SCALAR, /* C alone */
	ISA_SSE,    /* up to 4.2, as DPDK itself needs on x86-64 */
	ISA_AVX512  /* F, BW, DQ, VL, VBMI */
};

/* "scalar", "sse" or "avx512". */
const char *isa_name(enum isa);

/* That of a name in '*i', or false. */
bool isa_find(const char *name, enum isa *i);

/* What is taken from now on: the widest that there is, isa_limit() permitting. */
enum isa isa_get(void);

/* Takes none wider than that, for tests and benchmarks; one thread only. */
void isa_limit(enum isa);

#endif
