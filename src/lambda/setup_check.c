// SPDX-License-Identifier: Apache-2.0
//
// Mistakes of one integration that no question about it shows: what AWS refuses to set up, what was
// not told, what the other end is used for besides.
#include "danger_probes.h"

#include "doubts.h"
#include "finding_list.h"
#include "regions.h"
#include "setup_sharing.h"
#include "value/arn.h"

struct setup {
    struct pc_checker *checker;
    const struct pc_subject *subject;
    struct pc_checked *checked;
};

static enum pc_status report(const struct setup *setup, const struct pc_finding *draft)
{
    struct pc_finding finding = *draft;
    finding.place = finding.place.line > 0 ? finding.place : setup->subject->connection.place;
    return pc_checked_add(setup->checker->arena, &finding, setup->checked);
}

// Lambda does not take it, and no statement changes that.
static enum pc_status report_unsupported(const struct setup *setup, const struct pc_finding *draft)
{
    setup->checked->unsupported = true;
    return report(setup, draft);
}

static bool has_part(struct pc_str kind, const char *part)
{
    return pc_str_has_suffix(kind, pc_str_from(part));
}

static bool is_kind(const struct setup *setup, const char *kind)
{
    return pc_str_eq(setup->subject->connection.kind, pc_str_from(kind));
}

static struct pc_str configured(const struct setup *setup)
{
    const struct pc_subject *subject = setup->subject;
    return subject->connection.function.len > 0 ? subject->connection.function
                                                : subject->function.function;
}

// Destinations -----------------------------------------------------------------------------------

static enum pc_status report_fifo(const struct setup *setup, const char *what, bool queue,
                                  struct pc_str arn)
{
    struct pc_finding finding = {
        .code = PC_DIAG_DESTINATION_DENIED,
        .severity = PC_SEVERITY_ERROR,
        .hint = queue ? PC_STR("take a standard queue") : PC_STR("take a standard topic"),
        .symptom = PC_STR("setting it up is refused, and nothing is delivered"),
    };
    PC_TRY(pc_arena_format(setup->checker->arena, &finding.message,
                           "FIFO %s are not supported as %s: \"%.*s\"", queue ? "queues" : "topics",
                           what, PC_STR_ARG(arn)));
    return report_unsupported(setup, &finding);
}

static bool is_fifo(struct pc_str arn)
{
    return pc_str_has_suffix(arn, PC_STR(".fifo"));
}

// L35
static enum pc_status check_fifo(const struct setup *setup)
{
    struct pc_str other = setup->subject->connection.other;
    struct pc_str kind = setup->subject->connection.kind;
    bool queue = has_part(kind, "-sqs");
    bool target = pc_str_has_prefix(kind, PC_STR("destination-")) ||
                  pc_str_has_prefix(kind, PC_STR("dead-letter-"));
    return target && (queue || has_part(kind, "-sns")) && is_fifo(other)
               ? report_fifo(setup, "destination", queue, other)
               : PC_OK;
}

// LAMBDA.md 1.5
static enum pc_status check_itself(const struct setup *setup)
{
    struct pc_function_name target;
    struct pc_finding finding = {
        .code = PC_DIAG_DESTINATION_DENIED,
        .severity = PC_SEVERITY_ERROR,
        .hint = PC_STR("name another function, or a queue"),
        .symptom = PC_STR("setting it up is refused (400)"),
    };
    if (!is_kind(setup, "destination-lambda") ||
        !pc_function_name_parse(setup->subject->connection.other, &target) ||
        !pc_str_eq(target.function, setup->subject->function.function)) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(setup->checker->arena, &finding.message,
                           "the function \"%.*s\" is its own destination",
                           PC_STR_ARG(target.function)));
    return report_unsupported(setup, &finding);
}

// Places -----------------------------------------------------------------------------------------

// What has to be in the function's region, or of its account (LAMBDA.md 1.1, 1.4, 1.7). All has to
// be of its partition.
static const struct near {
    const char *kind, *when; // as of struct pc_need
    bool region, account;
    const char *hint;
} nears[] = {
    {"alb", NULL, true, true, "take a target group of the account and region of the function"},
    {"eventbridge-rule", NULL, true, false,
     "make the rule in the region of the function, or have it send to an event bus there"},
    {"logs-subscription", NULL, false, true,
     "have the account of the logs send them on: to a stream, or to a function of its own"},
    {"sqs", "foreign", true, false, "poll a queue in the region of the function"},
    {"sqs-fifo", "foreign", true, false, "poll a queue in the region of the function"},
    {"documentdb", NULL, true, true, "take a cluster of the account and region of the function"},
    {"layer", NULL, true, false, "publish the layer in the region of the function"},
};

static enum pc_status report_far(const struct setup *setup, const char *hint, const char *what)
{
    struct pc_finding finding = {
        .code = PC_DIAG_INTEGRATION_DENIED,
        .severity = PC_SEVERITY_ERROR,
        .hint = pc_str_from(hint),
        .symptom = PC_STR("setting it up is refused"),
    };
    PC_TRY(pc_arena_format(setup->checker->arena, &finding.message,
                           "\"%.*s\" is of another %s than the function, and Lambda takes no such",
                           PC_STR_ARG(setup->subject->connection.other), what));
    return report_unsupported(setup, &finding);
}

static enum pc_status check_place(const struct setup *setup)
{
    const struct pc_function_name *function = &setup->subject->function;
    struct pc_arn other;
    if (!pc_arn_parse(setup->subject->connection.other, &other)) {
        return PC_OK;
    }
    if (!pc_str_eq(other.partition, function->partition)) {
        return report_far(setup,
                          "partitions do not reach each other: name what is in that of the "
                          "function",
                          "partition");
    }
    for (size_t i = 0; i < sizeof(nears) / sizeof(nears[0]); i++) {
        const struct near *near = &nears[i];
        if (!is_kind(setup, near->kind) || !pc_subject_tells(setup->subject, near->when)) {
            continue;
        }
        if (near->region && !pc_str_eq(other.region, function->region)) {
            return report_far(setup, near->hint, "region");
        }
        if (near->account && !pc_str_eq(other.account, function->account)) {
            return report_far(setup, near->hint, "account");
        }
    }
    return PC_OK;
}

// A rule or schedule has a queue for what it could not deliver: a standard one, for a rule in its
// own region (LAMBDA.md 1.1, 1.3).
static enum pc_status check_dead_letter(const struct setup *setup)
{
    struct pc_str text =
        pc_known_connection_tells(&setup->subject->connection, PC_STR("dead-letter"));
    bool rule = is_kind(setup, "eventbridge-rule");
    struct pc_arn queue, other;
    struct pc_finding finding = {
        .code = PC_DIAG_DESTINATION_DENIED,
        .severity = PC_SEVERITY_ERROR,
        .symptom = PC_STR("setting it up is refused, and nothing is delivered"),
    };
    if (!pc_arn_parse(text, &queue) || !pc_arn_parse(setup->subject->connection.other, &other)) {
        return PC_OK;
    }
    if (is_fifo(text)) {
        return report_fifo(setup, "dead-letter queue", true, text);
    }
    bool partition = !pc_str_eq(queue.partition, other.partition);
    if (!partition && (!rule || pc_str_eq(queue.region, other.region))) {
        return PC_OK;
    }
    finding.hint = rule ? PC_STR("take a queue of the region of the rule")
                        : PC_STR("take a queue of the partition of the schedule");
    PC_TRY(pc_arena_format(setup->checker->arena, &finding.message,
                           "the dead-letter queue \"%.*s\" is of another %s than \"%.*s\"",
                           PC_STR_ARG(text), partition ? "partition" : "region",
                           PC_STR_ARG(setup->subject->connection.other)));
    return report_unsupported(setup, &finding);
}

// SNS reaches functions of regions that one opts in to from topics of that region alone (LAMBDA.md
// 1.1).
static enum pc_status check_topic(const struct setup *setup)
{
    struct pc_str region = setup->subject->function.region;
    struct pc_arn topic;
    struct pc_finding finding = {
        .code = PC_DIAG_INTEGRATION_DENIED,
        .severity = PC_SEVERITY_ERROR,
        .hint = PC_STR("take a topic of the function's region"),
        .symptom = PC_STR("nothing is delivered, and the function shows no sign"),
    };
    if (!is_kind(setup, "sns") || !pc_region_is_opt_in(region) ||
        !pc_arn_parse(setup->subject->connection.other, &topic) ||
        pc_str_eq(topic.region, region)) {
        return PC_OK;
    }
    PC_TRY(
        pc_arena_format(setup->checker->arena, &finding.message,
                        "SNS does not deliver to functions in %.*s, a region that one opts in to, "
                        "from another region: \"%.*s\"",
                        PC_STR_ARG(region), PC_STR_ARG(setup->subject->connection.other)));
    return report_unsupported(setup, &finding);
}

// CloudFront -------------------------------------------------------------------------------------

static bool is_number(struct pc_str text)
{
    bool number = text.len > 0;
    for (size_t i = 0; i < text.len; i++) {
        number = number && pc_char_is_digit(text.ptr[i]);
    }
    return number;
}

static enum pc_status check_edge(const struct setup *setup)
{
    struct pc_function_name name;
    struct pc_finding finding = {
        .code = PC_DIAG_EDGE_PLACE,
        .severity = PC_SEVERITY_ERROR,
        .symptom = PC_STR("CloudFront refuses to associate the function with the distribution"),
    };
    // A replica is of a version that CloudFront took, and is made where the viewers are.
    if (!is_kind(setup, "lambda-edge") || pc_subject_tells(setup->subject, "replica") ||
        !pc_function_name_parse(configured(setup), &name)) {
        return PC_OK;
    }
    bool region = pc_str_eq(name.region, PC_STR("us-east-1"));
    if (region && is_number(name.qualifier)) {
        return PC_OK;
    }
    finding.hint = region ? PC_STR("publish a version, and associate its ARN")
                          : PC_STR("make the function in us-east-1, and associate a version of it");
    PC_TRY(pc_arena_format(setup->checker->arena, &finding.message,
                           "\"%.*s\" is no numbered version of a function in us-east-1, and "
                           "CloudFront takes no other",
                           PC_STR_ARG(name.arn)));
    return report(setup, &finding);
}

// The auth type of the URL that CloudFront calls; "" where none is told.
static struct pc_str auth_type(const struct setup *setup)
{
    const struct pc_peers *peers = setup->subject->peers;
    for (size_t i = 0; peers != NULL && i < peers->count; i++) {
        const struct pc_known_connection url = peers->rows[i];
        struct pc_str function =
            url.function.len > 0 ? url.function : setup->subject->function.function;
        if (pc_str_eq(url.kind, PC_STR("url")) && pc_str_eq(function, configured(setup))) {
            return pc_known_connection_tells(&url, PC_STR("auth-type"));
        }
    }
    return PC_STR("");
}

static enum pc_status check_cloudfront(const struct setup *setup)
{
    bool front = is_kind(setup, "cloudfront"); // looking for the URL costs a pass
    struct pc_str type = front ? auth_type(setup) : PC_STR("");
    struct pc_finding finding = {
        .code = PC_DIAG_URL_OPEN,
        .severity = PC_SEVERITY_ERROR,
        .hint = PC_STR("set the URL's auth type to AWS_IAM"),
        .symptom = PC_STR("everybody who knows the URL calls the function past CloudFront"),
    };
    if (type.len == 0 || pc_str_eq(type, PC_STR("AWS_IAM"))) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(setup->checker->arena, &finding.message,
                           "the function URL behind \"%.*s\" has the auth type %.*s, not AWS_IAM",
                           PC_STR_ARG(setup->subject->connection.other), PC_STR_ARG(type)));
    return report(setup, &finding);
}

enum pc_status pc_setup_check(struct pc_checker *checker, const struct pc_subject *subject,
                              struct pc_checked *checked)
{
    const struct setup setup = {checker, subject, checked};
    struct pc_finding found[PC_SHARING_FINDINGS];
    size_t count = 0;
    PC_TRY(check_fifo(&setup));
    PC_TRY(check_itself(&setup));
    PC_TRY(check_place(&setup));
    PC_TRY(check_dead_letter(&setup));
    PC_TRY(check_topic(&setup));
    PC_TRY(check_edge(&setup));
    PC_TRY(check_cloudfront(&setup));
    PC_TRY(pc_doubt_untold(checker, subject, checked));
    PC_TRY(pc_sharing_check(checker, subject, found, &count));
    for (size_t i = 0; i < count; i++) {
        PC_TRY(report(&setup, &found[i]));
    }
    return PC_OK;
}
