/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the path and the query of a request name, where every reader agrees about it.
 *
 * A proxy that decides by one reading of a path and hands on another is a way around it: "%2F",
 * "..", "//" and a parameter that is given twice mean one thing here and another there. What can be
 * read in two ways is nothing here, and nothing is denied.
 */
#ifndef PC_NGINX_PATH_H
#define PC_NGINX_PATH_H

#include <stdbool.h>
#include <stddef.h>

/** A view of bytes, which need not end in zero. */
struct pc_nginx_text {
    const unsigned char *ptr;
    size_t len;
};

/**
 * True if the target of a request, as the client sent it, has the given path once its
 * percent-encoding is taken away, without that anything was merged, resolved or cut, and has no
 * slash that was encoded. A '#' is cut, also behind the path, in a query.
 */
bool pc_nginx_path_is_plain(struct pc_nginx_text target, struct pc_nginx_text path);

/**
 * True if the path, as nginx has decoded it, begins with a slash and has no segment that is empty,
 * "." or ".." to any reader, also to one that takes parameters off it ("/..;x/", "/;x/") or a
 * backslash for a slash ("\\..\\"). nginx resolves what the client sends, and merges its slashes if
 * `merge_slashes` is on, but not what a rewrite, a subrequest or a back end has made.
 */
bool pc_nginx_path_is_resolved(struct pc_nginx_text path);

enum {
    /** Bytes that a function's ARN can have at most: its home, ":function:", name and qualifier. */
    PC_NGINX_HOME_MAX = 96,
    PC_NGINX_FUNCTION_MAX = PC_NGINX_HOME_MAX + 10 + 64 + 1 + 128
};

/** True if it is what the ARNs of functions begin with: arn:aws:lambda:eu-west-1:111122223333. */
bool pc_nginx_is_function_home(struct pc_nginx_text home);

/** The ARN of a function. len 0: there is none. */
struct pc_nginx_function {
    unsigned char arn[PC_NGINX_FUNCTION_MAX];
    size_t len;
};

/**
 * Reads the ARN of the function that /2015-03-31/functions/NAME/invocations with the query args
 * invokes. The path is decoded, the query is not. NAME may be a name, a partial ARN
 * (111122223333:function:NAME) or an ARN, each with a qualifier or without; partition, region and
 * account must be those of home. None: another path, any argument but one Qualifier, a qualifier
 * that differs from the one in NAME, whatever LAMBDA.md, section 4, does not know.
 */
void pc_nginx_function_read(struct pc_nginx_text home, struct pc_nginx_text path,
                            struct pc_nginx_text args, struct pc_nginx_function *out);

#endif
