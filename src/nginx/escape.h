/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of requests in answers and logs: whatever bytes they hold, the result is valid UTF-8, and
 * neither ends the JSON string, the XML element or the line that it stands in.
 */
#ifndef PC_NGINX_ESCAPE_H
#define PC_NGINX_ESCAPE_H

#include <stddef.h>

enum pc_nginx_form {
    PC_NGINX_JSON, /**< what stands between the quotes of a JSON string */
    PC_NGINX_XML   /**< what stands in an element of XML 1.0 */
};

/**
 * Writes the text in the form to out, or nowhere when that is NULL, and returns the length in
 * bytes. Bytes that are not UTF-8, and in XML characters that it cannot hold, become U+FFFD.
 */
size_t pc_nginx_escape(enum pc_nginx_form form, const unsigned char *text, size_t len,
                       unsigned char *out);

#endif
