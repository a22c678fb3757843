// SPDX-License-Identifier: Apache-2.0
//
// Variables of the environment that look like secrets, by their names alone (LAMBDA.md 8.3, L57):
// values are never kept.
#include "danger_search.h"

enum {
    NAMES_SHOWN = 5,
};

static bool has(struct pc_str text, const char *word)
{
    struct pc_str part = pc_str_from(word);
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (pc_str_eq_icase(pc_str_slice(text, i, i + part.len), part)) {
            return true;
        }
    }
    return false;
}

static bool ends(struct pc_str text, const char *const *endings)
{
    for (; *endings != NULL; endings++) {
        struct pc_str ending = pc_str_from(*endings);
        if (text.len >= ending.len &&
            pc_str_eq_icase(pc_str_slice(text, text.len - ending.len, text.len), ending)) {
            return true;
        }
    }
    return false;
}

static bool is_secret(struct pc_str name)
{
    // What says where a secret is, or of what kind, is none.
    static const char *const about[] = {
        "_ARN",      "_ID",     "_NAME",      "_URL",    "_URI",     "_PATH", "_FILE",   "_ALIAS",
        "_PREFIX",   "_TABLE",  "_TTL",       "TOKENS",  "_ENABLED", "_TYPE", "_HEADER", "_LENGTH",
        "_ENDPOINT", "_REGION", "_PARAMETER", "_ISSUER", "_AGE",     NULL};
    static const char *const public_keys[] = {
        "PUBLIC_KEY", "PARTITION_KEY",   "SORT_KEY",  "PRIMARY_KEY", "OBJECT_KEY",
        "S3_KEY",     "KMS_KEY",         "CACHE_KEY", "ROUTING_KEY", "HASH_KEY",
        "RANGE_KEY",  "IDEMPOTENCY_KEY", NULL};
    static const char *const keys[] = {"_KEY", "APIKEY", NULL};
    if (ends(name, about) || ends(name, public_keys)) {
        return false;
    }
    return ends(name, keys) || has(name, "PASSWORD") || has(name, "PASSWD") ||
           has(name, "SECRET") || has(name, "TOKEN");
}

enum pc_status pc_danger_secrets(struct pc_danger_search *search)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_danger danger = {
        .code = PC_DIAG_ENVIRONMENT_SECRETS,
        .hint = "set a KMS key for the environment (KMSKeyArn), or keep the values in Secrets "
                "Manager or Parameter Store",
        .symptom = "none; whoever has lambda:GetFunctionConfiguration reads the values",
    };
    size_t count = 0;
    pc_buf_text(&text, "variables under the default key look like secrets:");
    for (size_t i = 0; search->known->kms_key.len == 0 && i < search->known->variable_count; i++) {
        struct pc_str name = pc_known_function_variable(search->known, i);
        if (is_secret(name) && ++count <= NAMES_SHOWN) {
            pc_buf_format(&text, "%s %.*s", count > 1 ? "," : "", PC_STR_ARG(name));
        }
    }
    if (count > NAMES_SHOWN) {
        pc_buf_format(&text, " and %zu more", count - NAMES_SHOWN);
    }
    PC_TRY(pc_buf_status(&text));
    return count > 0 ? pc_danger_report(search, &danger, pc_buf_view(&text)) : PC_OK;
}
