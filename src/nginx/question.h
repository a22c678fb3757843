/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question as the directives of a location make it of a request.
 */
#ifndef PC_NGINX_QUESTION_H
#define PC_NGINX_QUESTION_H

#include "module.h"

/** The texts are those of nginx's pool, or of the request, and live as long as it. */
struct pc_nginx_question {
    ngx_str_t principal, action, resource, resource_account, role;
    ngx_str_t *context, *tags; /* the values, in the order of the location's pairs */
    const ngx_str_t *failed;   /* name of a variable that could not be computed; NULL: all could */
};

/** Evaluates the directives, each once. NGX_ERROR: a variable failed, or no memory. */
ngx_int_t pc_nginx_question_read(ngx_http_request_t *r, struct pc_nginx_question *out);

/** Says it to the library. NGX_ERROR: no memory. */
ngx_int_t pc_nginx_question_tell(ngx_http_request_t *r, const struct pc_nginx_question *question,
                                 struct polcheck_request *request);

/** The directive whose value is empty and must not be; NULL: there is none. */
const char *pc_nginx_question_lacks(const struct pc_nginx_question *question);

#endif
