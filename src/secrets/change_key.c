// SPDX-License-Identifier: Apache-2.0
//
// Finding, making, rotating and removing keys.
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "crypto/guarded.h"
#include "value/arn.h"

enum {
    MOST_POLICY = 32 * 1024, // bytes, as KMS
    MOST_TAGS = 50,
    MOST_TAG_KEY = 128, // characters, here bytes
    MOST_TAG_VALUE = 256,
    MOST_ALIAS = 256,
    MOST_ID = 128,
    UUID = 36,
};

static const struct pc_place nowhere = {.line = 0};

// Finding -----------------------------------------------------------------------------------------

// Copies what borrows from the transaction, which the next write takes away.
static enum pc_status keep(struct pc_change *change, const struct pc_key_record *read,
                           struct pc_key_record *out)
{
    struct pc_str bytes;
    PC_CLEANUP(pc_buf_release) struct pc_buf copy = {0};
    pc_key_record_write(&copy, read);
    PC_TRY(pc_buf_status(&copy));
    PC_TRY(pc_arena_copy(&change->arena, pc_buf_view(&copy), &bytes));
    return pc_key_record_parse(bytes, &change->arena, out);
}

// An alias means a key of the account and region of what it is given for.
static enum pc_status report_unknown(struct pc_change *change, struct pc_str name,
                                     struct pc_str near)
{
    struct pc_arn arn;
    if (!pc_str_has_prefix(name, PC_STR("alias/")) || !pc_arn_parse(near, &arn)) {
        return pc_key_unknown(change->diags, name);
    }
    pc_diag_report(change->diags, PC_DIAG_KEY_UNKNOWN, nowhere,
                   "the vault has no key \"%.*s\" of account %.*s in region %.*s", PC_STR_ARG(name),
                   PC_STR_ARG(arn.account), PC_STR_ARG(arn.region));
    pc_diag_hint(change->diags, "polcheck keys list shows those there are: name one of another "
                                "account or region by its ARN");
    return PC_ERR_NOTFOUND;
}

enum pc_status pc_change_find_key(struct pc_change *change, struct pc_str name, struct pc_str near,
                                  struct pc_key_record *out)
{
    struct pc_key_record read;
    struct pc_str arn = name;
    enum pc_status status = PC_OK;
    if (pc_str_has_prefix(name, PC_STR("alias/"))) {
        status = pc_reading_alias(&change->reading, name, near, &change->arena, &arn);
    }
    if (status == PC_OK) {
        status = pc_reading_key(&change->reading, arn, &change->arena, &read);
    }
    if (status == PC_ERR_NOTFOUND) {
        return report_unknown(change, name, near);
    }
    PC_TRY(status);
    return keep(change, &read, out);
}

enum pc_status pc_change_check_enabled(struct pc_change *change, const struct pc_key_record *record)
{
    if (record->key.state == PC_KEY_ENABLED) {
        return PC_OK;
    }
    pc_diag_report(change->diags, PC_DIAG_KEY_STATE, nowhere, "the key \"%.*s\" is %s",
                   PC_STR_ARG(record->key.arn), pc_key_state_text(record->key.state));
    pc_diag_hint(change->diags, record->key.state == PC_KEY_DISABLED
                                    ? "polcheck keys enable"
                                    : "polcheck keys cancel-deletion");
    return PC_ERR_INVALID;
}

enum pc_status pc_change_unwrap(struct pc_change *change, const struct pc_key_record *record,
                                uint8_t out[PC_KEY_BYTES])
{
    if (pc_key_record_unwrap(record, &change->head, change->root, out) == PC_OK) {
        return PC_OK;
    }
    return pc_vault_damaged(change->diags, change->reading.vault,
                            "the key \"%.*s\" does not unwrap", PC_STR_ARG(record->key.arn));
}

// Forms -------------------------------------------------------------------------------------------

static enum pc_status refuse(struct pc_change *change, const char *what, struct pc_str text,
                             const char *hint)
{
    pc_diag_report(change->diags, PC_DIAG_KEY_FORM, nowhere, "%s: \"%.*s\"", what,
                   PC_STR_ARG(pc_str_slice(text, 0, PC_ARN_BYTES)));
    pc_diag_hint(change->diags, "%s", hint);
    return PC_ERR_INVALID;
}

static bool is_word(struct pc_str text, const char *more)
{
    for (size_t i = 0; i < text.len; i++) {
        char lower = pc_char_lower(text.ptr[i]);
        bool good = (lower >= 'a' && lower <= 'z') || pc_char_is_digit(lower) ||
                    (lower != '\0' && strchr(more, lower) != NULL);
        if (!good) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_key_arn(struct pc_str arn)
{
    struct pc_arn parts;
    struct pc_str prefix = PC_STR("key/");
    return arn.len <= PC_ARN_BYTES && pc_arn_parse(arn, &parts) &&
           pc_str_eq(parts.service, PC_STR("kms")) && is_word(parts.partition, "-") &&
           pc_region_is(parts.region) && pc_account_id_is(parts.account) &&
           pc_str_has_prefix(parts.resource, prefix) && parts.resource.len <= MOST_ID &&
           is_word(pc_str_slice(parts.resource, prefix.len, parts.resource.len), "-");
}

static enum pc_status check_region(struct pc_change *change, const struct pc_key_order *order)
{
    if (order->arn.len > 0 || pc_region_is(order->region)) {
        return PC_OK;
    }
    return refuse(change, "not the name of a region", order->region, "such as eu-west-1");
}

static enum pc_status check_alias(struct pc_change *change, struct pc_str alias)
{
    struct pc_str prefix = PC_STR("alias/");
    struct pc_str name = pc_str_slice(alias, prefix.len, alias.len);
    if (alias.len == 0) {
        return PC_OK;
    }
    if (!pc_str_has_prefix(alias, prefix) || alias.len > MOST_ALIAS || !is_word(name, "/_-") ||
        pc_str_has_prefix(name, PC_STR("aws/"))) {
        return refuse(
            change, "not the alias of a key", alias,
            "alias/ and letters, digits, '/', '_', '-'; those below alias/aws/ are AWS's own");
    }
    return PC_OK;
}

static bool is_tag(const struct pc_key_tag *tags, size_t at)
{
    struct pc_str key = tags[at].key;
    if (key.len == 0 || key.len > MOST_TAG_KEY || tags[at].value.len > MOST_TAG_VALUE ||
        pc_str_has_prefix_icase(key, PC_STR("aws:"))) {
        return false;
    }
    for (size_t i = 0; i < at; i++) {
        if (pc_str_eq(tags[i].key, key)) {
            return false;
        }
    }
    return true;
}

static enum pc_status check_tags(struct pc_change *change, const struct pc_key_order *order)
{
    for (size_t i = 0; i < order->tag_count; i++) {
        if (i == MOST_TAGS || !is_tag(order->tags, i)) {
            return refuse(change, "not a tag that a key can have", order->tags[i].key,
                          "at most 50, each key once and not below aws:, of 1 to 128 bytes, values "
                          "up to 256");
        }
    }
    return PC_OK;
}

static enum pc_status check_policy(struct pc_change *change, struct pc_str policy)
{
    if (policy.len <= MOST_POLICY) {
        return PC_OK;
    }
    pc_diag_report(change->diags, PC_DIAG_KEY_FORM, nowhere,
                   "the policy has %zu bytes of the %d that a key's may", policy.len,
                   (int)MOST_POLICY);
    return PC_ERR_INVALID;
}

// Making ------------------------------------------------------------------------------------------

// A random UUID (version 4).
static void make_id(char out[UUID + 1])
{
    uint8_t r[16];
    pc_random(r, sizeof(r));
    r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
    r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
    (void)snprintf(out, UUID + 1,
                   "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", r[0],
                   r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13],
                   r[14], r[15]);
}

static const char *partition_of(struct pc_str region)
{
    static const struct {
        const char *begin, *partition;
    } known[] = {
        {"cn-", "aws-cn"},         {"us-gov-", "aws-us-gov"}, {"eusc-", "aws-eusc"},
        {"us-iso-", "aws-iso"},    {"us-isob-", "aws-iso-b"}, {"eu-isoe-", "aws-iso-e"},
        {"us-isof-", "aws-iso-f"},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (pc_str_has_prefix(region, pc_str_from(known[i].begin))) {
            return known[i].partition;
        }
    }
    return "aws";
}

static enum pc_status make_arn(struct pc_change *change, const struct pc_key_order *order,
                               struct pc_str *out)
{
    char id[UUID + 1];
    if (order->arn.len > 0) {
        return pc_arena_copy(&change->lasting, order->arn, out);
    }
    make_id(id);
    return pc_arena_format(&change->lasting, out, "arn:%s:kms:%.*s:%.*s:key/%s",
                           partition_of(order->region), PC_STR_ARG(order->region),
                           PC_STR_ARG(order->account), id);
}

static enum pc_status report_exists(struct pc_change *change, const char *what, struct pc_str name)
{
    pc_diag_report(change->diags, PC_DIAG_KEY_EXISTS, nowhere,
                   "the vault has a key with the %s \"%.*s\" already", what, PC_STR_ARG(name));
    return PC_ERR_INVALID;
}

// Environments that a deleted key left behind.
struct orphans {
    struct pc_change *change;
    struct pc_str arn; // of the key
};

static enum pc_status refuse_under(void *context, const struct pc_environment_record *record)
{
    const struct orphans *orphans = context;
    const struct pc_vault_environment *environment = &record->environment;
    if (!pc_str_eq(environment->key, orphans->arn)) {
        return PC_OK;
    }
    pc_diag_report(orphans->change->diags, PC_DIAG_KEY_EXISTS, nowhere,
                   "\"%.*s\" is sealed under a key \"%.*s\" that was deleted",
                   PC_STR_ARG(environment->function), PC_STR_ARG(orphans->arn));
    pc_diag_hint(orphans->change->diags,
                 "a new one of that name does not open it: remove it first with polcheck secrets "
                 "rm, or name the key otherwise");
    return PC_ERR_INVALID;
}

static enum pc_status check_new(struct pc_change *change, struct pc_str arn, struct pc_str alias)
{
    struct pc_key_record found;
    struct pc_str other;
    enum pc_status status = pc_reading_key(&change->reading, arn, &change->arena, &found);
    if (status != PC_ERR_NOTFOUND) {
        return status == PC_OK ? report_exists(change, "ARN", arn) : status;
    }
    struct orphans orphans = {change, arn};
    PC_TRY(pc_reading_each_environment(&change->reading, &change->arena, refuse_under, &orphans));
    if (alias.len == 0) {
        return PC_OK;
    }
    status = pc_reading_alias(&change->reading, alias, arn, &change->arena, &other);
    if (status == PC_ERR_NOTFOUND) {
        return PC_OK;
    }
    return status == PC_OK ? report_exists(change, "alias", alias) : status;
}

// Writes a new key with a new data key.
static enum pc_status add(struct pc_change *change, struct pc_key_record *record)
{
    record->key.state = PC_KEY_ENABLED;
    record->key.created = change->now;
    record->key.rotated = change->now;
    record->key.version = 1;
    PC_TRY(pc_key_record_renew(record, &change->head, change->root, change->secrets->to));
    pc_wipe(change->secrets->to, sizeof(change->secrets->to));
    return pc_change_write_key(change, record);
}

enum pc_status pc_change_create_key(struct pc_change *change, const struct pc_key_order *order,
                                    struct pc_str *arn)
{
    struct pc_key_record record = {.key = {.alias = order->alias,
                                           .policy = order->policy,
                                           .policy_name = order->policy_name,
                                           .tags = order->tags,
                                           .tag_count = order->tag_count}};
    pc_arena_reset(&change->arena);
    PC_TRY(check_region(change, order));
    PC_TRY(make_arn(change, order, &record.key.arn));
    if (!is_key_arn(record.key.arn)) {
        return refuse(change, "not the ARN of a key", record.key.arn,
                      "arn:aws:kms:REGION:ACCOUNT:key/ID, with a REGION such as eu-west-1");
    }
    PC_TRY(check_alias(change, order->alias));
    PC_TRY(check_tags(change, order));
    PC_TRY(check_policy(change, order->policy));
    PC_TRY(check_new(change, record.key.arn, order->alias));
    PC_TRY(pc_change_note_key(change, record.key.arn));
    PC_TRY(add(change, &record));
    if (arn != NULL) {
        *arn = record.key.arn;
    }
    return PC_OK;
}

// As AWS's own: everyone of the account, by way of Lambda, and for a function only.
static enum pc_status write_service_policy(struct pc_change *change, const struct pc_arn *function,
                                           struct pc_str *out)
{
    return pc_arena_format(
        &change->arena, out,
        "{\"Version\":\"2012-10-17\",\"Id\":\"auto-awslambda\",\"Statement\":[{"
        "\"Sid\":\"Allow use by the functions of the account through AWS "
        "Lambda\",\"Effect\":\"Allow\","
        "\"Principal\":{\"AWS\":\"*\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":"
        "{"
        "\"StringEquals\":{\"kms:CallerAccount\":\"%.*s\",\"kms:ViaService\":\"lambda.%.*s."
        "amazonaws.com\"},"
        "\"Null\":{\"kms:EncryptionContext:aws:lambda:FunctionArn\":\"false\"}}}]}",
        PC_STR_ARG(function->account), PC_STR_ARG(function->region));
}

static enum pc_status make_service_key(struct pc_change *change, const struct pc_arn *function,
                                       struct pc_key_record *out)
{
    char id[UUID + 1];
    struct pc_key_record record = {.key = {.alias = PC_STR(PC_LAMBDA_ALIAS), .service = true}};
    make_id(id);
    PC_TRY(pc_arena_format(&change->arena, &record.key.arn, "arn:%.*s:kms:%.*s:%.*s:key/%s",
                           PC_STR_ARG(function->partition), PC_STR_ARG(function->region),
                           PC_STR_ARG(function->account), id));
    PC_TRY(write_service_policy(change, function, &record.key.policy));
    record.key.policy_name = PC_STR(PC_LAMBDA_ALIAS);
    PC_TRY(add(change, &record));
    *out = record;
    return PC_OK;
}

enum pc_status pc_change_service_key(struct pc_change *change, struct pc_str function,
                                     struct pc_key_record *out)
{
    struct pc_key_record read;
    struct pc_str arn;
    struct pc_arn parts;
    if (!pc_arn_parse(function, &parts)) {
        return PC_ERR_USAGE;
    }
    enum pc_status status =
        pc_reading_alias(&change->reading, PC_STR(PC_LAMBDA_ALIAS), function, &change->arena, &arn);
    if (status == PC_ERR_NOTFOUND) {
        return make_service_key(change, &parts, out);
    }
    PC_TRY(status);
    PC_TRY(pc_reading_key(&change->reading, arn, &change->arena, &read));
    return keep(change, &read, out);
}

// Managing ----------------------------------------------------------------------------------------

static enum pc_status find_managed(struct pc_change *change, struct pc_str name,
                                   struct pc_key_record *out)
{
    *out = (struct pc_key_record){.key = {.service = true}}; // one that was not read is not managed
    pc_arena_reset(&change->arena);
    PC_TRY(pc_change_find_key(change, name, PC_STR(""), out));
    PC_TRY(pc_change_note_key(change, out->key.arn));
    if (!out->key.service) {
        return PC_OK;
    }
    pc_diag_report(change->diags, PC_DIAG_KEY_SERVICE, nowhere,
                   "\"%.*s\" is the service's own key: policy and state are fixed",
                   PC_STR_ARG(name));
    pc_diag_hint(change->diags, "make a key of your own with polcheck keys create");
    return PC_ERR_INVALID;
}

static enum pc_status check_not_going(struct pc_change *change, const struct pc_key_record *record)
{
    return record->key.state != PC_KEY_PENDING_DELETION ? PC_OK
                                                        : pc_change_check_enabled(change, record);
}

enum pc_status pc_change_key_state(struct pc_change *change, struct pc_str key,
                                   enum pc_key_state state, int64_t deletion)
{
    struct pc_key_record record;
    PC_TRY(find_managed(change, key, &record));
    PC_TRY(check_not_going(change, &record));
    record.key.state = state;
    record.key.deletion = state == PC_KEY_PENDING_DELETION ? deletion : 0;
    return pc_change_write_key(change, &record);
}

enum pc_status pc_change_keep_key(struct pc_change *change, struct pc_str key)
{
    struct pc_key_record record;
    PC_TRY(find_managed(change, key, &record));
    if (record.key.state != PC_KEY_PENDING_DELETION) {
        pc_diag_report(change->diags, PC_DIAG_KEY_STATE, nowhere,
                       "the key \"%.*s\" does not wait for its deletion", PC_STR_ARG(key));
        return PC_ERR_INVALID;
    }
    record.key.state = PC_KEY_DISABLED;
    record.key.deletion = 0;
    return pc_change_write_key(change, &record);
}

enum pc_status pc_change_key_policy(struct pc_change *change, struct pc_str key,
                                    struct pc_str policy, struct pc_str name)
{
    struct pc_key_record record;
    PC_TRY(find_managed(change, key, &record));
    PC_TRY(check_policy(change, policy));
    record.key.policy = policy;
    record.key.policy_name = policy.len > 0 ? name : PC_STR("");
    return pc_change_write_key(change, &record);
}
