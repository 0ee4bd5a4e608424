/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/plain_body.h"

#include "fabric/datapath/plain_impl.h"
#include "lib/isa.h"

static const struct plain_body *const bodies[] = {
	[ISA_SCALAR] = &plain_scalar,
#if ISA_SIMD
	[ISA_SSE] = &plain_sse,
	[ISA_AVX512] = &plain_avx512,
#endif
};

const struct plain_body *
plain_body(void)
{
	return bodies[isa_get()];
}
