/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/plain_body.h"

#include "fabric/datapath/plain_impl.h"
#include "lib/isa.h"

const struct plain_body *
plain_body(void)
{
#if ISA_SIMD
	if (isa_get() == ISA_AVX512)
		return &plain_avx512;
#endif
	return &plain_scalar;
}
