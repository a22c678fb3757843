// SPDX-License-Identifier: Apache-2.0
//
// To whom the present policies would release the secrets of a function: its own session, which
// alone gets them, and every other principal whom nothing but that stands in the way of.
#include "refusal.h"

#include "account/principals.h"

#include <stdlib.h>

enum option {
    OPT_JSON = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    PC_FUNCTION_OPTIONS,
    {PC_OPTION_NAME, 'n', "name", "NAME", "Asks about this variable; repeatable.", true},
    {OPT_JSON, 0, "json", NULL, "Prints one JSON object.", false},
    PC_READING_OPTIONS,
};

// A statement that decided, in the arena.
struct decider {
    struct pc_str text; // pc_statement_write
    struct pc_str type, policy, sid;
    struct pc_place place;
    bool allows;
};

// What one principal is answered.
struct entry {
    struct pc_str principal;
    enum polcheck_decision decision;
    struct pc_str message; // of a refusal
    const struct decider *deciders;
    size_t decider_count;
};

struct job {
    struct pc_cli *cli;
    const struct pc_args *args;
    struct pc_releasing *releasing;
    struct entry own; // the function's session
    struct entry *others;
    size_t count, capacity;
};

static void release_job(struct job *job)
{
    free(job->others);
}

// Asking ------------------------------------------------------------------------------------------

static enum pc_status copy(struct pc_arena *arena, struct polcheck_str text, struct pc_str *out)
{
    return pc_arena_copy(arena, (struct pc_str){text.ptr, text.len}, out);
}

static enum pc_status keep_decider(struct pc_arena *arena,
                                   const struct polcheck_statement *statement, struct decider *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct decider decider = {.place = pc_statement_place(statement), .allows = statement->allows};
    pc_statement_write(&text, statement);
    PC_TRY(pc_buf_status(&text));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&text), &decider.text));
    PC_TRY(copy(arena, polcheck_text(polcheck_policy_type_text(statement->type)), &decider.type));
    PC_TRY(copy(arena, statement->policy, &decider.policy));
    PC_TRY(statement->sid.len > 0
               ? copy(arena, statement->sid, &decider.sid)
               : pc_arena_format(arena, &decider.sid, "#%u", (unsigned)statement->number));
    PC_TRY(pc_arena_copy(arena, decider.place.file, &decider.place.file));
    *out = decider;
    return PC_OK;
}

static enum pc_status keep_answer(struct pc_arena *arena, const struct polcheck_answer *answer,
                                  struct entry *entry)
{
    size_t count = polcheck_answer_statement_count(answer);
    struct decider *deciders = pc_arena_array(arena, count, sizeof(*deciders));
    if (deciders == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(keep_decider(arena, polcheck_answer_statement(answer, i), &deciders[i]));
    }
    entry->deciders = deciders;
    entry->decider_count = count;
    return copy(arena, polcheck_answer_message(answer), &entry->message);
}

// Asks for one principal; `wanted`: also a refusal is kept, with its reasons. *found: it was.
static enum pc_status ask(const struct job *job, struct pc_str principal, bool wanted,
                          struct entry *entry, bool *found)
{
    struct pc_releasing *releasing = job->releasing;
    struct polcheck_release release = releasing->release;
    const struct polcheck_answer *answer;
    release.principal = polcheck_bytes(principal.ptr, principal.len);
    struct polcheck_verdict verdict =
        polcheck_secrets_ask(releasing->secrets, releasing->scratch, &release);
    if (verdict.status != POLCHECK_OK) {
        (void)pc_releasing_refused(releasing, verdict);
        return PC_ERR_INVALID;
    }
    *found = polcheck_is_allowed(verdict) || wanted;
    if (!*found) {
        return PC_OK;
    }
    if (polcheck_reasons(releasing->scratch, &answer) != POLCHECK_OK) {
        return PC_ERR_NOMEM;
    }
    struct entry made = {.principal = principal, .decision = verdict.decision};
    PC_TRY(keep_answer(&job->cli->arena, answer, &made));
    *entry = made;
    return PC_OK;
}

static enum pc_status add(struct job *job, const struct entry *entry)
{
    if (job->count == job->capacity) {
        size_t capacity = job->capacity == 0 ? 64 : job->capacity * 2;
        struct entry *grown = realloc(job->others, capacity * sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        job->others = grown;
        job->capacity = capacity;
    }
    job->others[job->count++] = *entry;
    return PC_OK;
}

// A role's ARN stands for any session of it: of the function's own role, for those of others.
static enum pc_status ask_principal(void *context, const struct pc_stored_principal *principal)
{
    struct job *job = context;
    struct entry entry;
    bool found;
    PC_TRY(ask(job, principal->arn, false, &entry, &found));
    if (!found) {
        return PC_OK;
    }
    PC_TRY(pc_arena_copy(&job->cli->arena, principal->arn, &entry.principal));
    return add(job, &entry);
}

// Who is not in the list is not asked about, so the list too is taken from a trusted state alone.
static enum pc_status ask_all(struct job *job)
{
    PC_CLEANUP(pc_asker_close) struct pc_asker asker = {0};
    PC_TRY(pc_trust_open(job->cli, job->args, job->releasing->store, &asker));
    return pc_each_principal(pc_asker_snapshot(&asker), ask_principal, job);
}

static int by_principal(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return pc_str_cmp(left->principal, right->principal);
}

static enum pc_status ask_everyone(struct job *job)
{
    bool found;
    job->releasing->records = true;
    PC_TRY(ask(job, PC_STR(""), true, &job->own, &found));
    if (!job->releasing->recorded) {
        return PC_ERR_NOMEM;
    }
    job->own.principal = job->releasing->asked.principal; // of which the question was
    PC_TRY(ask_all(job));
    if (job->count > 0) {
        qsort(job->others, job->count, sizeof(*job->others), by_principal);
    }
    return PC_OK;
}

// Telling -----------------------------------------------------------------------------------------

static void write_deciders(struct pc_buf *out, const struct entry *entry)
{
    for (size_t i = 0; i < entry->decider_count; i++) {
        const struct decider *decider = &entry->deciders[i];
        pc_buf_format(out, "    %s by ", decider->allows ? "allowed" : "denied");
        pc_buf_printable(out, decider->text);
        pc_buf_text(out, "\n        ");
        pc_buf_printable(out, decider->place.file);
        pc_buf_format(out, ":%u:%u\n", (unsigned)decider->place.line,
                      (unsigned)decider->place.column);
    }
}

static void write_own(struct pc_buf *out, const struct entry *own)
{
    bool allowed = own->decision == POLCHECK_ALLOWED;
    pc_buf_printable(out, own->principal);
    pc_buf_text(out, allowed ? "\n  gets them: it is the function's own session, and may decrypt\n"
                             : "\n  is refused, although it is the function's own session\n");
    if (!allowed) {
        pc_buf_text(out, "    ");
        pc_buf_printable(out, own->message);
        pc_buf_byte(out, '\n');
    }
    write_deciders(out, own);
}

static void write_text(struct pc_buf *out, const struct job *job)
{
    write_own(out, &job->own);
    for (size_t i = 0; i < job->count; i++) {
        pc_buf_printable(out, job->others[i].principal);
        pc_buf_text(out, "\n  is refused, since it is not the function's session; the policies "
                         "would let it decrypt\n");
        write_deciders(out, &job->others[i]);
    }
    if (job->count == 0) {
        pc_buf_text(out, "No other role or user of the store may decrypt them.\n");
    }
}

static void write_decider_json(struct pc_json_writer *writer, const struct decider *decider)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "policy");
    pc_json_string(writer, decider->policy);
    pc_json_key(writer, "type");
    pc_json_string(writer, decider->type);
    pc_json_key(writer, "sid");
    pc_json_string(writer, decider->sid);
    pc_json_key(writer, "effect");
    pc_json_text(writer, decider->allows ? "Allow" : "Deny");
    pc_json_key(writer, "file");
    pc_json_string(writer, decider->place.file);
    pc_json_key(writer, "line");
    pc_json_number(writer, decider->place.line);
    pc_json_key(writer, "column");
    pc_json_number(writer, decider->place.column);
    pc_json_end_object(writer);
}

static void write_entry_json(struct pc_json_writer *writer, const struct entry *entry, bool own)
{
    bool allowed = entry->decision == POLCHECK_ALLOWED;
    pc_json_begin_object(writer);
    pc_json_key(writer, "principal");
    pc_json_string(writer, entry->principal);
    pc_json_key(writer, "session");
    pc_json_boolean(writer, own);
    pc_json_key(writer, "released");
    pc_json_boolean(writer, own && allowed);
    pc_json_key(writer, "decision");
    pc_json_text(writer, polcheck_decision_text(entry->decision));
    pc_json_key(writer, "matchedStatements");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < entry->decider_count; i++) {
        write_decider_json(writer, &entry->deciders[i]);
    }
    pc_json_end_array(writer);
    if (!allowed) {
        pc_json_key(writer, "message");
        pc_json_string(writer, entry->message);
    }
    pc_json_end_object(writer);
}

static void write_json(struct pc_buf *out, const struct job *job)
{
    const struct polcheck_release *release = &job->releasing->release;
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "function");
    pc_json_string(&writer, (struct pc_str){release->function.ptr, release->function.len});
    pc_json_key(&writer, "key");
    pc_json_string(&writer, job->releasing->asked.resource);
    pc_json_key(&writer, "principals");
    pc_json_begin_array(&writer);
    write_entry_json(&writer, &job->own, true);
    for (size_t i = 0; i < job->count; i++) {
        write_entry_json(&writer, &job->others[i], false);
    }
    pc_json_end_array(&writer);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_releasing releasing = {.cli = cli};
    PC_CLEANUP(release_job) struct job job = {.cli = cli, .args = args, .releasing = &releasing};
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "\"%s\" is one operand too many", args->operands[0]);
    }
    enum pc_status status = pc_releasing_open(cli, args, &releasing);
    if (status == PC_OK) {
        status = ask_everyone(&job);
    }
    if (status == PC_OK && pc_args_has(args, OPT_JSON)) {
        write_json(&cli->out.text, &job);
    } else if (status == PC_OK) {
        write_text(&cli->out.text, &job);
    }
    pc_releasing_close(&releasing);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const char details[] = PC_VAULT_DETAILS
    "\n"
    "The function's own session comes first: it alone can get them, if the policies allow it. "
    "Then every role and user of the store that the policies would let decrypt: the vault refuses "
    "them, since they are not the function's session; a role stands for any session of it but "
    "that one. Nothing is opened, and nothing is written to the audit log.\n"
    "Exit status: 0 answered, 2 the question could not be asked.";

static const struct pc_example examples[] = {
    {"polcheck secrets who --vault vault --root-key root.key --store build/demo.store \\\n"
     "      --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs",
     "Shows who could read a function's secrets."},
};

const struct pc_verb pc_verb_secrets_who = {
    .name = "secrets who",
    .summary = "Shows to whom the policies would release the secrets of a function.",
    .usage = PC_VAULT_USAGE " " PC_FUNCTION_USAGE " [--name NAME]... [--json]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
