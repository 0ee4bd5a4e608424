/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/isa.h"

#include <stdbool.h>
#include <string.h>

static enum isa most = ISA_AVX512;

static const char *const names[] = { "scalar", "sse", "avx512" };

const char *
isa_name(enum isa i)
{
	return names[i];
}

bool
isa_find(const char *name, enum isa *i)
{
	for (*i = ISA_SCALAR; *i <= ISA_AVX512; (*i)++)
		if (strcmp(name, names[*i]) == 0)
			return true;
	return false;
}

void
isa_limit(enum isa i)
{
	most = i;
}

#if ISA_SIMD
static enum isa
widest(void)
{
	bool wide = __builtin_cpu_supports("avx512f") &&
		    __builtin_cpu_supports("avx512bw") &&
		    __builtin_cpu_supports("avx512dq") &&
		    __builtin_cpu_supports("avx512vl") &&
		    __builtin_cpu_supports("avx512vbmi");

	return wide ? ISA_AVX512 : ISA_SSE;
}
#else
static enum isa
widest(void)
{
	return ISA_SCALAR;
}
#endif

enum isa
isa_get(void)
{
	enum isa w = widest();

	return w < most ? w : most;
}
