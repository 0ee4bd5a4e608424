/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/view/view.h"

bool
view_lan_has(const struct lan *lan, enum drop_option option)
{
	if (option < OPTION_DROP_UNKNOWN)
		return true;
	if (lan == NULL)
		return false;
	switch (option) {
	case OPTION_DROP_UNKNOWN:
		return !lan->floods_unknown;
	case OPTION_DROP_UNKNOWN_TARGET:
		return lan->neigh_stage && lan->drops_unknown_targets;
	case OPTION_ANSWER:
		return lan->sponges || lan->proxies;
	case OPTION_ND_OPTIONS:
		return lan->proxies && !lan->nd_options_pass;
	case OPTION_GARP_DROP:
		return lan->garp == GARP_DROP;
	default:
		return lan->garp == GARP_SUPPRESS;
	}
}
