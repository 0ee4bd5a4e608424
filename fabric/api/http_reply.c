/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/http_reply.h"

#include <string.h>
#include <strings.h>

#include "lib/prefix.h"

void
http_reply_headers(struct MHD_Response *response, const char *type)
{
	static const struct {
		const char *name, *value;
	} headers[] = {
		{ MHD_HTTP_HEADER_CONNECTION, "close" },
		{ MHD_HTTP_HEADER_CACHE_CONTROL, "no-store" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Content-Security-Policy",
		  "default-src 'none'; script-src 'self'; style-src 'self'; "
		  "img-src 'self'; connect-src 'self'; base-uri 'none'; "
		  "form-action 'none'; frame-ancestors 'none'; "
		  "require-trusted-types-for 'script'" },
	};

	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(response, headers[i].name,
					headers[i].value);
}

enum MHD_Result
http_reply(struct MHD_Connection *connection, unsigned int status,
	   const char *type, struct MHD_Response *response)
{
	enum MHD_Result ok;

	if (response == NULL)
		return MHD_NO;
	http_reply_headers(response, type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
					"GET, HEAD");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE ||
	    status == MHD_HTTP_TOO_MANY_REQUESTS)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
					"1");
	ok = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return ok;
}

bool
http_host_is_own(const char *host)
{
	char name[PREFIX_TEXT_SIZE];
	struct ipaddr ip;
	uint8_t family = 4;
	const char *end;
	size_t n;

	if (host == NULL)
		return true;
	if (host[0] == '[') {
		family = 6;
		host++;
		end = strchr(host, ']');
		if (end == NULL)
			return false;
	} else {
		end = host + strcspn(host, ":");
	}
	n = (size_t)(end - host);
	if (n >= sizeof(name))
		return false;
	memcpy(name, host, n);
	name[n] = '\0';
	return strcasecmp(name, "localhost") == 0 ||
	       ipaddr_parse(name, family, &ip) == 0;
}
