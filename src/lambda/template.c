// SPDX-License-Identifier: Apache-2.0
#include "lambda/template.h"

#include "account/connection_kinds.h"
#include "peer_words.h"
#include "regions.h"
#include "value/arn.h"

// Words ------------------------------------------------------------------------------------------

static struct pc_arn other_of(const struct pc_subject *subject)
{
    struct pc_arn arn = {.region = PC_STR("")};
    if (!pc_arn_parse(subject->connection.other, &arn)) {
        arn.account = arn.resource = PC_STR("");
    }
    return arn;
}

static struct pc_str fact(const struct pc_subject *subject, const char *name)
{
    return pc_known_connection_tells(&subject->connection, pc_str_from(name));
}

static struct pc_str account(const struct pc_subject *subject)
{
    const struct pc_arn arn = other_of(subject);
    struct pc_str told = fact(subject, "account");
    if (pc_account_id_is(arn.account)) {
        return arn.account;
    }
    return told.len > 0             ? told
           : subject->owner.len > 0 ? subject->owner
                                    : subject->function.account;
}

static struct pc_str region(const struct pc_subject *subject)
{
    const struct pc_arn arn = other_of(subject);
    return arn.region.len > 0 ? arn.region : subject->function.region;
}

// NAME/UUID of a cluster of MSK.
static struct pc_str cluster(const struct pc_subject *subject)
{
    struct pc_str resource = other_of(subject).resource;
    return pc_str_slice(resource, pc_str_find(resource, '/', 0) + 1, resource.len);
}

// What follows the two slashes of kafka://TOPIC.
static struct pc_str topic(const struct pc_subject *subject)
{
    struct pc_str other = subject->connection.other;
    return pc_str_slice(other, pc_str_find_last(other, '/') + 1, other.len);
}

// What the secret or queue is encrypted with, as is known of it; "": nothing.
static struct pc_str key_of(const struct pc_subject *subject, struct pc_str encrypted)
{
    const struct pc_str prefix = PC_STR(PC_KEY_OF);
    for (size_t i = 0; i < subject->connection.fact_count; i++) {
        struct pc_tag told = pc_known_connection_fact(&subject->connection, i);
        if (pc_str_has_prefix(told.key, prefix) &&
            pc_str_eq(pc_str_slice(told.key, prefix.len, told.key.len), encrypted)) {
            return told.value;
        }
    }
    return PC_STR("");
}

// The key of the secret that is asked about: its own, or the one that is told for all.
static struct pc_str secret_key(const struct pc_subject *subject)
{
    struct pc_str own = key_of(subject, subject->each);
    return own.len > 0 ? own : fact(subject, "kms-key");
}

static struct pc_str dead_letter_key(const struct pc_subject *subject)
{
    return key_of(subject, fact(subject, "dead-letter"));
}

// The group in which Lambda reads: the mapping's id, if it has no name of its own.
static struct pc_str consumers(const struct pc_subject *subject)
{
    struct pc_str told = fact(subject, "consumer-group");
    return told.len > 0 ? told : fact(subject, "uuid");
}

static struct pc_str partition(const struct pc_subject *subject)
{
    return subject->function.partition;
}

static struct pc_str own_region(const struct pc_subject *subject)
{
    return subject->function.region;
}

static struct pc_str own_account(const struct pc_subject *subject)
{
    return subject->function.account;
}

static struct pc_str name(const struct pc_subject *subject)
{
    return subject->function.name;
}

static struct pc_str function(const struct pc_subject *subject)
{
    return subject->function.function;
}

static struct pc_str configured(const struct pc_subject *subject)
{
    struct pc_str configured = subject->connection.function;
    return configured.len > 0 ? configured : subject->function.function;
}

static struct pc_str role(const struct pc_subject *subject)
{
    return subject->role;
}

static struct pc_str other(const struct pc_subject *subject)
{
    return subject->connection.other;
}

static struct pc_str resource(const struct pc_subject *subject)
{
    return other_of(subject).resource;
}

static struct pc_str each(const struct pc_subject *subject)
{
    return subject->each;
}

// The part of a stream's ARN in front of "/consumer/".
static struct pc_str stream(const struct pc_subject *subject)
{
    struct pc_str text = subject->connection.other;
    size_t slash = pc_str_find(text, '/', 0);
    return pc_str_slice(text, 0, pc_str_find(text, '/', slash == SIZE_MAX ? 0 : slash + 1));
}

static const struct {
    const char *word;
    struct pc_str (*of)(const struct pc_subject *subject);
} words[] = {
    {"P", partition},
    {"R", own_region},
    {"A", own_account},
    {"NAME", name},
    {"FN", function},
    {"FNQ", configured},
    {"ROLE", role},
    {"other", other},
    {"S", account},
    {"SR", region},
    {"SP", resource},
    {"each", each},
    {"STREAM", stream},
    {"CLUSTER", cluster},
    {"CONSUMERS", consumers},
    {"DEPLOYER", pc_peer_deployer},
    {"MAPPED", pc_peer_mapped},
    {"SECRET-KEY", secret_key},
    {"DEAD-LETTER-KEY", dead_letter_key},
};

// Texts that are put together --------------------------------------------------------------------

// The group of a schedule; where the other end is one already, itself.
static void write_group(struct pc_buf *out, const struct pc_subject *subject)
{
    struct pc_str text = subject->connection.other;
    struct pc_str schedule = PC_STR(":schedule/");
    struct pc_arn arn = other_of(subject);
    struct pc_str inner = pc_str_slice(arn.resource, schedule.len - 1, arn.resource.len);
    if (!pc_str_has_prefix(arn.resource, PC_STR("schedule/"))) {
        pc_buf_str(out, text);
        return;
    }
    pc_buf_str(out, pc_str_slice(text, 0, text.len - arn.resource.len));
    pc_buf_text(out, "schedule-group/");
    pc_buf_str(out, pc_str_slice(inner, 0, pc_str_find(inner, '/', 0)));
}

// A log group as its subscriptions have it.
static void write_logs(struct pc_buf *out, const struct pc_subject *subject)
{
    pc_buf_str(out, subject->connection.other);
    if (!pc_str_has_suffix(subject->connection.other, PC_STR(":*"))) {
        pc_buf_text(out, ":*");
    }
}

static void write_log_group(struct pc_buf *out, const struct pc_subject *subject)
{
    struct pc_str group = fact(subject, "group");
    if (group.len == 0) {
        pc_buf_text(out, "/aws/lambda/");
        group = subject->function.name;
    }
    pc_buf_str(out, group);
}

// Firehose calls what is qualified.
static void write_qualified(struct pc_buf *out, const struct pc_subject *subject)
{
    struct pc_str text = configured(subject);
    pc_buf_str(out, text);
    if (pc_str_eq(text, subject->function.function)) {
        pc_buf_text(out, ":$LATEST");
    }
}

// The topic of a destination. Its cluster is told by its ARN, as the mapping has it, or as
// NAME/UUID.
static void write_topic(struct pc_buf *out, const struct pc_subject *subject)
{
    const struct pc_str prefix = PC_STR("cluster/");
    const struct pc_function_name *own = &subject->function;
    struct pc_arn arn = {
        .partition = own->partition, .region = own->region, .account = own->account};
    struct pc_str told = fact(subject, "cluster");
    arn.resource = told;
    bool named = pc_arn_parse(told, &arn) && pc_str_has_prefix(arn.resource, prefix);
    struct pc_str cluster = pc_str_slice(arn.resource, named ? prefix.len : 0, arn.resource.len);
    struct pc_str name = topic(subject);
    pc_buf_format(out, "arn:%.*s:kafka:%.*s:%.*s:topic/%.*s/%.*s", PC_STR_ARG(arn.partition),
                  PC_STR_ARG(arn.region), PC_STR_ARG(arn.account), PC_STR_ARG(cluster),
                  PC_STR_ARG(name));
}

// Is the function a replica, REGION.NAME, of the function at the connection's other end?
static bool is_replica(const struct pc_subject *subject)
{
    struct pc_function_name master;
    struct pc_str name = subject->function.name;
    return pc_function_name_parse(subject->connection.other, &master) &&
           name.len == master.region.len + 1 + master.name.len &&
           pc_str_has_prefix(name, master.region) && name.ptr[master.region.len] == '.' &&
           pc_str_has_suffix(name, master.name);
}

// The bucket of an object, or of what objects begin with.
static void write_bucket(struct pc_buf *out, struct pc_str arn)
{
    pc_buf_str(out, pc_str_slice(arn, 0, pc_str_find(arn, '/', 0)));
}

static void write_manifest_bucket(struct pc_buf *out, const struct pc_subject *subject)
{
    write_bucket(out, fact(subject, "manifest"));
}

static void write_report_bucket(struct pc_buf *out, const struct pc_subject *subject)
{
    write_bucket(out, fact(subject, "report"));
}

// The name that replicas have.
static void write_replica(struct pc_buf *out, const struct pc_subject *subject)
{
    if (!is_replica(subject)) {
        pc_buf_text(out, "us-east-1.");
    }
    pc_buf_str(out, subject->function.name);
}

// Mistaken forms, for asking whether a policy has them
// ---------------------------------------------

static void write_bare_logs(struct pc_buf *out, const struct pc_subject *subject)
{
    struct pc_str text = subject->connection.other;
    bool star = pc_str_has_suffix(text, PC_STR(":*"));
    pc_buf_str(out, pc_str_slice(text, 0, text.len - (star ? 2 : 0)));
}

// rule/BUS/NAME without the bus.
static void write_bare_rule(struct pc_buf *out, const struct pc_subject *subject)
{
    struct pc_str text = subject->connection.other;
    pc_buf_str(out, pc_str_slice(text, 0, pc_str_find(text, '/', 0) + 1));
    pc_buf_str(out, pc_str_slice(text, pc_str_find_last(text, '/') + 1, text.len));
}

// API/STAGE/METHOD/PATH without the stage.
static void write_stageless(struct pc_buf *out, const struct pc_subject *subject)
{
    struct pc_str text = other_of(subject).resource;
    size_t first = pc_str_find(text, '/', 0);
    size_t second = first == SIZE_MAX ? first : pc_str_find(text, '/', first + 1);
    pc_buf_str(out, pc_str_slice(text, 0, first));
    if (second != SIZE_MAX) {
        pc_buf_str(out, pc_str_slice(text, second, text.len));
    }
}

static const struct {
    const char *word;
    void (*write)(struct pc_buf *out, const struct pc_subject *subject);
} made[] = {
    {"GROUP", write_group},
    {"LOGS", write_logs},
    {"LOG-GROUP", write_log_group},
    {"QUALIFIED", write_qualified},
    {"LOGS-BARE", write_bare_logs},
    {"RULE", write_bare_rule},
    {"STAGELESS", write_stageless},
    {"TARGET-TOPIC", write_topic},
    {"REPLICA", write_replica},
    {"MANIFEST-BUCKET", write_manifest_bucket},
    {"REPORT-BUCKET", write_report_bucket},
};

// Filling in -------------------------------------------------------------------------------------

static void write_word(struct pc_buf *out, struct pc_str word, const struct pc_subject *subject)
{
    struct pc_str parts[2] = {PC_STR(""), PC_STR("")};
    (void)pc_str_split(word, '|', parts, 2);
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        if (pc_str_eq(pc_str_from(made[i].word), parts[0])) {
            made[i].write(out, subject);
            return;
        }
    }
    struct pc_str value = pc_known_connection_tells(&subject->connection, parts[0]);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (pc_str_eq(pc_str_from(words[i].word), parts[0])) {
            value = words[i].of(subject);
            break;
        }
    }
    pc_buf_str(out, value.len > 0 ? value : parts[1]);
}

enum pc_status pc_template_fill(struct pc_arena *arena, const char *text,
                                const struct pc_subject *subject, struct pc_str *out)
{
    return pc_template_fill_part(arena, pc_str_from(text), subject, out);
}

enum pc_status pc_template_fill_part(struct pc_arena *arena, struct pc_str rest,
                                     const struct pc_subject *subject, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf buf = {0};
    for (size_t at = pc_str_find(rest, '{', 0); at != SIZE_MAX; at = pc_str_find(rest, '{', 0)) {
        size_t end = pc_str_find(rest, '}', at);
        pc_buf_str(&buf, pc_str_slice(rest, 0, at));
        write_word(&buf, pc_str_slice(rest, at + 1, end), subject);
        rest = pc_str_slice(rest, end + 1, rest.len);
    }
    pc_buf_str(&buf, rest);
    PC_TRY(pc_buf_status(&buf));
    return pc_arena_copy(arena, pc_buf_view(&buf), out);
}

// When -------------------------------------------------------------------------------------------

// Does the function log elsewhere than by default? Dumps tell the default group, too.
static bool has_own_group(const struct pc_subject *subject)
{
    const struct pc_str folder = PC_STR("/aws/lambda/");
    struct pc_str group = fact(subject, "group");
    bool usual = pc_str_has_prefix(group, folder) &&
                 pc_str_eq(pc_str_slice(group, folder.len, group.len), subject->function.name);
    return group.len > 0 && !usual;
}

static bool tells(const struct pc_subject *subject, struct pc_str word)
{
    struct pc_str parts[2] = {PC_STR(""), PC_STR("")};
    size_t count = pc_str_split(word, '=', parts, 2);
    if (pc_str_eq(word, PC_STR("other"))) {
        return subject->connection.other.len > 0;
    }
    if (pc_str_eq(word, PC_STR("foreign"))) {
        return subject->connection.other.len > 0 &&
               !pc_str_eq(account(subject), subject->function.account);
    }
    // From there to another such region nothing is delivered.
    if (pc_str_eq(word, PC_STR("opted-in-elsewhere"))) {
        return pc_region_is_opt_in(region(subject)) &&
               !pc_region_is_opt_in(subject->function.region);
    }
    if (pc_str_eq(word, PC_STR("deployed"))) {
        return pc_peer_deployer(subject).len > 0;
    }
    if (pc_str_eq(word, PC_STR("vpc-connection"))) {
        return pc_str_has_prefix(other_of(subject).resource, PC_STR("vpc-connection/"));
    }
    // API Gateway calls as its own caller then (LAMBDA.md 1.3).
    if (pc_str_eq(word, PC_STR("pass-through"))) {
        return pc_str_has_suffix(
            pc_known_connection_tells(&subject->connection, PC_STR("credentials")),
            PC_STR(":iam::*:user/*"));
    }
    if (pc_str_eq(word, PC_STR("own-group"))) {
        return has_own_group(subject);
    }
    if (pc_str_eq(word, PC_STR("consumer"))) {
        return stream(subject).len < subject->connection.other.len;
    }
    if (pc_str_eq(word, PC_STR("fronted"))) {
        return pc_peer_is_front(subject);
    }
    if (pc_str_eq(word, PC_STR("self-managed"))) {
        return pc_peer_is_self_managed(subject);
    }
    if (pc_str_eq(word, PC_STR("replica"))) {
        return is_replica(subject);
    }
    if (pc_str_eq(word, PC_STR("secret-key"))) {
        return secret_key(subject).len > 0;
    }
    if (pc_str_eq(word, PC_STR("dead-letter-key"))) {
        return dead_letter_key(subject).len > 0;
    }
    struct pc_str value = pc_known_connection_tells(&subject->connection, parts[0]);
    return count == 2 ? pc_str_eq(value, parts[1]) : value.len > 0;
}

bool pc_subject_tells(const struct pc_subject *subject, const char *when)
{
    struct pc_str rest = pc_str_from(when);
    while (rest.len > 0) {
        size_t end = pc_str_find(rest, ' ', 0);
        struct pc_str word = pc_str_slice(rest, 0, end);
        bool negated = pc_str_has_prefix(word, PC_STR("!"));
        word = negated ? pc_str_slice(word, 1, word.len) : word;
        if (tells(subject, word) == negated) {
            return false;
        }
        rest = end == SIZE_MAX ? PC_STR("") : pc_str_slice(rest, end + 1, rest.len);
    }
    return true;
}
