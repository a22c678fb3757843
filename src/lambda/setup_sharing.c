// SPDX-License-Identifier: Apache-2.0
#include "setup_sharing.h"

#include "danger_search.h"
#include "eval/told.h"
#include "source_arn.h"

struct sharing {
    struct pc_checker *checker;
    struct pc_checker asking; // the same asker; its arena is emptied before each question
    const struct pc_subject *subject;
    struct pc_diags *diags;
    struct pc_finding *found;
    size_t count;
};

static enum pc_status fill(const struct sharing *sharing, const char *text, struct pc_str *out)
{
    return pc_template_fill(sharing->checker->arena, text, sharing->subject, out);
}

static enum pc_status ask(struct sharing *sharing, const struct pc_stranger *stranger,
                          struct pc_answer *out)
{
    struct pc_stranger asked = *stranger;
    asked.region = sharing->subject->function.region;
    pc_arena_reset(sharing->asking.arena);
    return pc_stranger_ask(&sharing->asking, &asked, sharing->diags, out);
}

// Adds what was allowed, "WHAT: statement ...".
static enum pc_status add(struct sharing *sharing, const struct pc_finding *draft,
                          const struct pc_deciding *deciding, struct pc_str what)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_finding *finding = &sharing->found[sharing->count++];
    *finding = *draft;
    finding->severity = PC_SEVERITY_WARNING; // it works, until somebody makes use of it
    finding->decision = PC_DECISION_ALLOWED;
    pc_buf_str(&text, what);
    if (deciding != NULL) {
        const struct pc_told_statement told = pc_tell_statement(deciding);
        finding->place = (struct pc_place){told.file, told.line, told.column};
        pc_buf_text(&text, ": ");
        pc_danger_write_statement(&text, deciding);
    }
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(sharing->checker->arena, pc_buf_view(&text), &finding->message);
}

// The statement of a policy type that decided; NULL: none.
static const struct pc_deciding *deciding_of(const struct pc_answer *answer, enum pc_slot slot)
{
    for (size_t i = 0; answer->decision == PC_DECISION_ALLOWED && i < answer->deciding_count; i++) {
        if (answer->deciding[i].slot == slot) {
            return &answer->deciding[i];
        }
    }
    return NULL;
}

// L36: the names of buckets are free again when a bucket is deleted
// --------------------------------

static enum pc_status check_bucket(struct sharing *sharing)
{
    const struct pc_tag keys[] = {{PC_STR("s3:ResourceAccount"), PC_STR(PC_STRANGER_ACCOUNT)}};
    struct pc_stranger stranger = {.who = sharing->subject->role,
                                   .action = PC_STR("s3:PutObject"),
                                   .keys = keys,
                                   .key_count = 1,
                                   .known = true,
                                   .others_resource = true};
    struct pc_answer answer;
    struct pc_str what;
    PC_TRY(fill(sharing, "{other}/aws/lambda/async/{NAME}/2026/01/01/x", &stranger.resource));
    PC_TRY(ask(sharing, &stranger, &answer));
    const struct pc_deciding *deciding = deciding_of(&answer, PC_SLOT_IDENTITY);
    if (deciding == NULL) {
        return PC_OK;
    }
    const struct pc_finding finding = {
        .code = PC_DIAG_DESTINATION_BUCKET,
        .hint = PC_STR("add the condition StringEquals s3:ResourceAccount with the bucket's "
                       "account to the role's statement"),
        .symptom = PC_STR("nothing, until the bucket is deleted and somebody else makes one of its "
                          "name: then the records are theirs"),
        .who = stranger.who,
        .resource = stranger.resource,
    };
    PC_TRY(pc_arena_format(sharing->checker->arena, &what,
                           "\"%.*s\" may write to \"%.*s\" whoever the bucket belongs to",
                           PC_STR_ARG(stranger.who),
                           PC_STR_ARG(sharing->subject->connection.other)));
    return add(sharing, &finding, deciding, what);
}

// L54 --------------------------------------------------------------------------------------------

struct loop {
    const char *kind, *action, *resource;
};

static const struct loop loops[] = {
    {"s3", "s3:PutObject", "{other}/{prefix}" PC_STRANGER_NAME},
    {"sqs", "sqs:SendMessage", "{other}"},
    {"sns", "sns:Publish", "{other}"},
    {"kinesis", "kinesis:PutRecord", "{STREAM}"},
    {"dynamodb", "dynamodb:PutItem", "{STREAM}"},
};

static enum pc_status check_loop(struct sharing *sharing, const struct loop *loop)
{
    struct pc_stranger stranger = {
        .who = sharing->subject->role, .action = pc_str_from(loop->action), .known = true};
    struct pc_answer answer;
    struct pc_str what;
    bool bucket = strcmp(loop->kind, "s3") == 0;
    PC_TRY(fill(sharing, loop->resource, &stranger.resource));
    PC_TRY(ask(sharing, &stranger, &answer));
    if (answer.decision != PC_DECISION_ALLOWED || answer.deciding_count == 0) {
        return PC_OK;
    }
    const struct pc_finding finding = {
        .code = PC_DIAG_LOOP,
        .hint = bucket ? PC_STR("write to another bucket, or under another prefix, and take the "
                                "right away")
                       : PC_STR("write elsewhere, and take the right away"),
        .symptom = PC_STR("if the code does it, the function calls itself without end"),
        .who = stranger.who,
        .resource = stranger.resource,
    };
    PC_TRY(pc_arena_format(sharing->checker->arena, &what,
                           "\"%.*s\" may %s on \"%.*s\", which starts the function",
                           PC_STR_ARG(stranger.who), loop->action, PC_STR_ARG(stranger.resource)));
    return add(sharing, &finding, &answer.deciding[0], what);
}

static enum pc_status check_loops(struct sharing *sharing)
{
    for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
        if (pc_str_eq(sharing->subject->connection.kind, pc_str_from(loops[i].kind))) {
            return check_loop(sharing, &loops[i]);
        }
    }
    return PC_OK;
}

// L33 --------------------------------------------------------------------------------------------

// A key that is the service's own, by its alias.
static bool is_managed(struct pc_str key)
{
    return pc_str_has_suffix(key, PC_STR("alias/aws/sqs")) ||
           pc_str_has_suffix(key, PC_STR("alias/aws/sns"));
}

struct producer {
    const struct pc_view_statement *statement;
    struct pc_str who;
    bool service;
    bool any; // the statement names none
};

// Asks as the producer, from the source that the statement wants.
static enum pc_status ask_producer(struct sharing *sharing, const struct producer *producer,
                                   struct pc_str action, struct pc_answer *out)
{
    struct pc_arena *arena = sharing->checker->arena;
    const struct pc_subject *subject = sharing->subject;
    struct pc_source_wish wish = {.account = subject->function.account};
    struct pc_tag keys[2] = {{PC_STR("aws:SourceArn"), PC_STR("")},
                             {PC_STR("aws:SourceAccount"), PC_STR("")}};
    struct pc_str pattern;
    const struct pc_stranger stranger = {.who = producer->who,
                                         .action = action,
                                         .resource = subject->connection.other,
                                         .keys = keys,
                                         .key_count = producer->service ? 2 : 0};
    PC_TRY(pc_statement_value(arena, producer->statement, "aws:sourcearn", 0, &pattern));
    PC_TRY(pc_statement_value(arena, producer->statement, "aws:sourceaccount", 0, &keys[1].value));
    if (!pc_arn_parse(pattern, &wish.pattern)) {
        wish.pattern = (struct pc_arn){.partition = PC_STR("*"),
                                       .service = PC_STR("polcheck"),
                                       .region = PC_STR("*"),
                                       .account = PC_STR("*"),
                                       .resource = PC_STR("*")};
    }
    wish.account = pc_account_id_is(keys[1].value)          ? keys[1].value
                   : pc_account_id_is(wish.pattern.account) ? wish.pattern.account
                                                            : wish.account;
    keys[1].value = wish.account;
    PC_TRY(pc_source_make(arena, &subject->function, &wish, &keys[0].value));
    return ask(sharing, &stranger, out);
}

static enum pc_status try_producer(struct sharing *sharing, const struct producer *producer,
                                   bool *found)
{
    struct pc_str other = sharing->subject->connection.other;
    struct pc_str key = pc_known_connection_tells(&sharing->subject->connection, PC_STR("kms-key"));
    bool queue = pc_str_has_suffix(key, PC_STR("sqs"));
    struct pc_str named = producer->any ? PC_STR("every AWS service") : producer->who;
    struct pc_str action = queue ? PC_STR("sqs:SendMessage") : PC_STR("sns:Publish");
    struct pc_answer answer;
    struct pc_str what;
    if (*found || !pc_statement_may_allow(producer->statement, action, other)) {
        return PC_OK;
    }
    PC_TRY(ask_producer(sharing, producer, action, &answer));
    const struct pc_deciding *deciding = deciding_of(&answer, PC_SLOT_RESOURCE);
    if (deciding == NULL) {
        return PC_OK;
    }
    const struct pc_finding finding = {
        .code = PC_DIAG_QUEUE_MANAGED_KEY,
        .hint = queue ? PC_STR("encrypt the queue with a key of your own whose policy lets the "
                               "sender do kms:GenerateDataKey* and kms:Decrypt")
                      : PC_STR("encrypt the topic with a key of your own whose policy lets the "
                               "sender do kms:GenerateDataKey* and kms:Decrypt"),
        .symptom = PC_STR("what others send does not arrive, and the function is not called"),
        .who = producer->any ? PC_STR("*") : producer->who,
        .resource = other,
    };
    *found = true;
    PC_TRY(pc_arena_format(
        sharing->checker->arena, &what, "%.*s may %.*s on \"%.*s\", but cannot use its key %.*s",
        PC_STR_ARG(named), PC_STR_ARG(action), PC_STR_ARG(other), PC_STR_ARG(key)));
    return add(sharing, &finding, deciding, what);
}

// Who the principal is when it asks; "" for one of the queue's own account, or none that can.
static enum pc_status find_producer(struct sharing *sharing, const struct pc_image_principal *entry,
                                    struct producer *out)
{
    struct pc_str text = pc_image_text(out->statement->image, entry->text);
    struct pc_arn other, arn = {.account = PC_STR("")};
    out->who = PC_STR("");
    out->any = false;
    out->service = entry->kind == PC_IMAGE_PRINCIPAL_SERVICE;
    if (!pc_arn_parse(sharing->subject->connection.other, &other)) {
        return PC_OK;
    }
    bool foreign = pc_arn_parse(text, &arn) && !pc_str_eq(arn.account, other.account);
    if (out->service || foreign) {
        out->who = text;
    } else if (entry->kind == PC_IMAGE_PRINCIPAL_ANY) {
        out->who = PC_STR("polcheck.amazonaws.com"); // whichever service the source is of
        out->service = out->any = true;
    } else if (entry->kind == PC_IMAGE_PRINCIPAL_ACCOUNT && !pc_str_eq(text, other.account)) {
        return pc_arena_format(sharing->checker->arena, &out->who, "arn:%.*s:iam::%.*s:root",
                               PC_STR_ARG(other.partition), PC_STR_ARG(text));
    }
    return PC_OK;
}

static enum pc_status check_producers(struct sharing *sharing,
                                      const struct pc_view_statement *statement, bool *found)
{
    struct producer producer = {.statement = statement};
    const struct pc_image_principal *entry = NULL;
    for (uint32_t i = 0; (entry = pc_statement_principal(statement, i)) != NULL; i++) {
        PC_TRY(find_producer(sharing, entry, &producer));
        if (producer.who.len > 0) {
            PC_TRY(try_producer(sharing, &producer, found));
        }
    }
    return PC_OK;
}

static enum pc_status check_key(struct sharing *sharing)
{
    struct pc_policy_view view = {.count = 0};
    struct pc_view_statement statement;
    bool found = false;
    PC_TRY(pc_policy_view_add(sharing->checker, sharing->subject->connection.other, &view));
    for (size_t i = 0; pc_policy_view_at(&view, i, &statement); i++) {
        PC_TRY(check_producers(sharing, &statement, &found));
    }
    return PC_OK;
}

// All --------------------------------------------------------------------------------------------

static enum pc_status check(struct sharing *sharing)
{
    const struct pc_known_connection *connection = &sharing->subject->connection;
    bool role = sharing->subject->role.len > 0;
    if (role && pc_str_eq(connection->kind, PC_STR("destination-s3"))) {
        PC_TRY(check_bucket(sharing));
    }
    if (role && connection->other.len > 0) {
        PC_TRY(check_loops(sharing));
    }
    return is_managed(pc_known_connection_tells(connection, PC_STR("kms-key"))) ? check_key(sharing)
                                                                                : PC_OK;
}

enum pc_status pc_sharing_check(struct pc_checker *checker, const struct pc_subject *subject,
                                struct pc_finding *found, size_t *count)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena questions;
    struct pc_diags ignored;
    struct sharing sharing = {
        .checker = checker,
        .asking = {.asker = checker->asker, .arena = &questions},
        .subject = subject,
        .diags = &ignored,
        .found = found,
    };
    pc_arena_init(&questions);
    pc_diags_init(&ignored, checker->arena);
    enum pc_status status = check(&sharing);
    checker->asker->asked = NULL; // its request is gone with the arena
    *count = sharing.count;
    return status;
}
