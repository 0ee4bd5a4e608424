/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whose an IP address is, from the IX-F member export of IXP Manager: the answer about
 * interfaces has no AS number.
 */
#include "apps/ixpm.h"

#include <errno.h>
#include <string.h>

#include "lib/strtable.h"

static int
note_address(struct ixpm *im, json_t *member, json_t *address, uint8_t family)
{
	const char *value =
		json_string_value(json_object_get(address, "address"));
	char text[PREFIX_TEXT_SIZE];
	struct ipaddr a;
	int rc;

	if (value == NULL || ipaddr_parse(value, family, &a) != 0)
		return 0;
	rc = strtable_put(im->addresses, ipaddr_format(&a, text),
			  json_array_size(im->found));
	if (rc == 0)
		rc = json_array_append_new(
			im->found, json_pack("[O, O]", member, address));
	return rc == -EEXIST ? 0 : rc;
}

static int
note_connection(struct ixpm *im, json_t *member, const json_t *connection)
{
	const json_t *vlans = json_object_get(connection, "vlan_list");
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(vlans); i++) {
		const json_t *vlan = json_array_get(vlans, i);

		rc = note_address(im, member, json_object_get(vlan, "ipv4"), 4);
		if (rc == 0)
			rc = note_address(im, member,
					  json_object_get(vlan, "ipv6"), 6);
	}
	return rc;
}

int
ixpm_members_read(struct ixpm *im)
{
	const json_t *members = json_object_get(im->s->members, "member_list");
	struct where at = { .file = im->s->members_file };
	int rc = 0;

	if (im->s->members == NULL)
		return 0;
	if (!json_is_array(members))
		faults_error(im->faults, at, NULL,
			     "is no IX-F member export: there is no array "
			     "\"member_list\"");
	for (size_t i = 0; rc == 0 && i < json_array_size(members); i++) {
		json_t *member = json_array_get(members, i);
		const json_t *list = json_object_get(member, "connection_list");

		for (size_t k = 0; rc == 0 && k < json_array_size(list); k++)
			rc = note_connection(im, member,
					     json_array_get(list, k));
	}
	return rc;
}

void
ixpm_members_find(const struct ixpm *im, struct ixpm_vlan *v)
{
	for (unsigned int i = 0; i < 2; i++) {
		char text[PREFIX_TEXT_SIZE];
		size_t row;

		if (v->ip[i].family == 0)
			continue;
		row = strtable_get(im->addresses,
				   ipaddr_format(&v->ip[i], text));
		if (row == STRTABLE_NONE)
			continue;
		v->member = json_array_get(json_array_get(im->found, row), 0);
		v->connection =
			json_array_get(json_array_get(im->found, row), 1);
		return;
	}
}
