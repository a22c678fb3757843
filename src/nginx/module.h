/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the module share: the configuration, and what a worker keeps in it.
 *
 * The master reads the configuration and opens nothing. Each worker opens its own engines, one a
 * store, after it was forked (worker.c), and keeps them in the structs below: a worker has one
 * thread, so one scratch an engine and one request serve all that it decides.
 */
#ifndef PC_NGINX_MODULE_H
#define PC_NGINX_MODULE_H

#include <ngx_config.h>

#include <ngx_core.h>
#include <ngx_http.h>

#include <polcheck/polcheck.h>

/** A store that some location asks. Stands in the main configuration, once a path. */
struct pc_nginx_store {
    ngx_str_t path;  /* absolute, ends in zero */
    ngx_uint_t used; /* by a location with polcheck on */
    ngx_uint_t logged;
    ngx_str_t trusted_keys; /* as those locations have them; NULL: none, and any store will do */
    ngx_str_t seen;

    /* Of the worker; NULL elsewhere, and while they could not be opened. */
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    enum polcheck_status failed; /* why not, so that it is said once */
};

/** A decision log. Stands in the main configuration, once a path. */
struct pc_nginx_log {
    ngx_str_t path;
    ngx_open_file_t *file; /* by which nginx tells that logs are to be opened anew */
    ngx_array_t masked;    /* struct polcheck_str */
    ngx_uint_t only_denied;

    struct polcheck_logger *logger; /* as an engine above */
    uint64_t dropped;
    enum polcheck_status failed;
};

/** What a directive gives for each request. Most are one variable and nothing else, which is read
 * without the copy that nginx's scripts make. */
struct pc_nginx_value {
    ngx_http_complex_value_t script;
    ngx_int_t variable; /* index of the one variable; NGX_ERROR: it is more than that */
};

/** polcheck_context and polcheck_tag. */
struct pc_nginx_pair {
    ngx_str_t key;
    struct pc_nginx_value value;
    ngx_uint_t list;
};

enum pc_nginx_deny_format {
    PC_NGINX_DENY_JSON,
    PC_NGINX_DENY_XML,
    PC_NGINX_DENY_NONE
};

struct pc_nginx_main {
    ngx_array_t stores; /* struct pc_nginx_store * */
    ngx_array_t logs;   /* struct pc_nginx_log * */
    ngx_msec_t interval;
    ngx_uint_t wants_reasons; /* a log format or the like has a variable that needs them */
    ngx_int_t request_id;     /* index of $request_id */
    ngx_int_t notes;          /* index of the place of fresh.c */

    struct polcheck_request *request; /* of the worker */
    struct pc_nginx_log *current_log; /* where the decision that is being made goes */
    ngx_event_t tick, watch;
    ngx_connection_t timer_owner; /* nginx's debug log wants one */
    struct pc_nginx_fresh *fresh; /* fresh.c */
};

struct pc_nginx_location {
    ngx_flag_t on;
    ngx_flag_t shadow;
    ngx_uint_t deny_format;
    struct pc_nginx_store *store;
    struct pc_nginx_log *log;
    ngx_str_t trusted_keys, seen; /* absolute, end in zero */
    struct pc_nginx_value *principal, *action, *resource, *resource_account, *role;
    ngx_array_t *context, *tags; /* struct pc_nginx_pair */
    ngx_str_t function_home;
};

/** What became of a request, for the variables and for a second look at it. */
struct pc_nginx_outcome {
    ngx_http_request_t *request;
    ngx_str_t uri; /* that was asked about */
    struct polcheck_verdict verdict;
    uint64_t snapshot;
    ngx_str_t reason; /* "" : not looked for */
    unsigned asked : 1;
    unsigned passed : 1; /* let through by a decision, or by shadow mode */
    unsigned shadow : 1; /* let through by shadow mode alone */
    unsigned failed : 1; /* could not be asked, or not answered */
};

extern ngx_module_t ngx_http_polcheck_module;

static inline struct pc_nginx_main *pc_nginx_main_of(ngx_http_request_t *r)
{
    return ngx_http_get_module_main_conf(r, ngx_http_polcheck_module);
}

static inline struct pc_nginx_location *pc_nginx_location_of(ngx_http_request_t *r)
{
    return ngx_http_get_module_loc_conf(r, ngx_http_polcheck_module);
}

static inline struct polcheck_str pc_nginx_view(ngx_str_t text)
{
    return polcheck_bytes((const char *)text.data, text.len);
}

/* directives.c: the directives that are more than a value. */
char *pc_nginx_set_value(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *pc_nginx_set_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *pc_nginx_set_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *pc_nginx_set_pair(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *pc_nginx_set_function_home(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* trust.c */
/** polcheck_trusted_keys and polcheck_seen. */
char *pc_nginx_set_trust(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/** Gives the store of a location with polcheck on the location's keys, which must be those of all
 * other such locations of the store, by whatever path they ask it. */
char *pc_nginx_bind_trust(ngx_conf_t *cf, const struct pc_nginx_location *location);

/* store_path.c */
/** True unless the paths, which are absolute and end in zero, surely lead to two stores, as things
 * are now. */
ngx_uint_t pc_nginx_may_be_one_store(const ngx_str_t *a, const ngx_str_t *b);

/* log_owner.c */
/** Refuses a path of a decision log in which others than root have a say, if the master is root
 * and the workers are not. To be asked before anything opens it. */
char *pc_nginx_check_log_folder(ngx_conf_t *cf, const ngx_str_t *log);
/** In the master, when nginx has opened its logs: gives the decision logs to the workers. */
ngx_int_t pc_nginx_init_module(ngx_cycle_t *cycle);

/* configuration.c: the tables of nginx. */
void *pc_nginx_create_main(ngx_conf_t *cf);
char *pc_nginx_init_main(ngx_conf_t *cf, void *conf);
void *pc_nginx_create_location(ngx_conf_t *cf);
char *pc_nginx_merge_location(ngx_conf_t *cf, void *parent, void *child);

/* worker.c */
ngx_int_t pc_nginx_init_process(ngx_cycle_t *cycle);
void pc_nginx_exit_process(ngx_cycle_t *cycle);

/* handler.c */
ngx_int_t pc_nginx_add_handlers(ngx_conf_t *cf);
/** What became of the request last, also before an internal redirect; NULL: it was not asked. */
struct pc_nginx_outcome *pc_nginx_outcome_of(ngx_http_request_t *r);

/* ask.c */
/** Asks what the location says and notes the answer in the outcome, which is zeroed but for its
 * request. Never fails otherwise than by a deny. */
void pc_nginx_ask(ngx_http_request_t *r, struct pc_nginx_outcome *outcome);
/** A text of a request as it can stand in a log or a header: one line of UTF-8, escaped as in the
 * quotes of a JSON string. Without memory it says so. */
ngx_str_t pc_nginx_line(ngx_http_request_t *r, ngx_str_t text);

/* deny.c */
/** Answers 403, and returns what the handler of a phase returns. */
ngx_int_t pc_nginx_deny(ngx_http_request_t *r, const struct pc_nginx_outcome *outcome);

/* variables.c */
ngx_int_t pc_nginx_add_variables(ngx_conf_t *cf);
/** True if the configuration uses a variable that needs the reasons of each decision. */
ngx_uint_t pc_nginx_variables_want_reasons(ngx_conf_t *cf);

#endif
