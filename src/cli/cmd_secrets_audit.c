// SPDX-License-Identifier: Apache-2.0
//
// Shows a vault's audit log, verifies it, or accepts what a power failure left of it. Each line is
// checked against the chain in any case, and none that fails is shown. The vault is opened without
// its log, so that a damaged one can be looked at.
#include "audit_position.h"
#include "vault_options.h"
#include "vault_text.h"

#include "secrets/actor.h"
#include "json/reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum option {
    OPT_FUNCTION = PC_OPTION_OWN,
    OPT_VERIFY,
    OPT_EXPECT,
    OPT_ACCEPT,
    OPT_JSON,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_FUNCTION, 'f', "function", "ARN", "Only the entries about this function.", false},
    {OPT_VERIFY, 0, "verify", NULL, "Shows no entries, but whether all are as they were written.",
     false},
    {OPT_EXPECT, 0, "expect", "SEQ:MAC",
     "A head that --verify printed before: the log must go on from there. May be repeated.", true},
    {OPT_ACCEPT, 0, "accept", NULL,
     "After a power failure: goes on from the last sound entry, and says so in the log.", false},
    {OPT_JSON, 0, "json", NULL,
     "Prints the entries as they are, or the verdict, or what was accepted, as an object.", false},
};

struct job {
    struct pc_cli *cli;
    struct pc_str function; // "": of all
    bool verify, accept;
    struct pc_arena arena; // of one line
    struct pc_audit_position *expected;
    size_t expected_count;
    struct pc_audit_position noted; // by the vault: one of them
};

static struct pc_str text_of(const struct pc_json *entry, const char *name)
{
    const struct pc_json *member = pc_json_get(entry, pc_str_from(name));
    return member != NULL ? member->text : PC_STR("");
}

static void write_part(struct pc_buf *out, struct pc_str text)
{
    if (text.len > 0) {
        pc_buf_text(out, "  ");
        pc_buf_printable(out, text);
    }
}

static void write_names(struct pc_buf *out, const struct pc_json *names)
{
    for (uint32_t i = 0; names != NULL && names->type == PC_JSON_ARRAY && i < names->count; i++) {
        pc_buf_text(out, i == 0 ? "  " : ", ");
        pc_buf_printable(out, names->items[i].text);
    }
}

// Time, what, outcome, who, whose, which, key, why; what an entry does not have is left out.
static void write_entry(struct pc_buf *out, const struct pc_json *entry)
{
    pc_buf_printable(out, text_of(entry, "time"));
    write_part(out, text_of(entry, "event"));
    write_part(out, text_of(entry, "decision"));
    write_part(out, text_of(entry, "status"));
    write_part(out, text_of(entry, "principal"));
    write_part(out, text_of(entry, "function"));
    write_names(out, pc_json_get(entry, PC_STR("names")));
    write_part(out, text_of(entry, "key"));
    write_part(out, text_of(entry, "message"));
    pc_buf_byte(out, '\n');
}

static void show(void *context, struct pc_str line)
{
    struct job *job = context;
    struct pc_output *out = &job->cli->out;
    const struct pc_json_source source = {.file = PC_STR(PC_AUDIT_LOG), .text = line};
    const struct pc_json *entry;
    struct pc_diags unwanted;
    pc_arena_reset(&job->arena);
    pc_diags_init(&unwanted, &job->arena);
    if (pc_json_parse(&job->arena, &source, &unwanted, &entry) != PC_OK) {
        entry = NULL; // memory is out, for the line is as it was written
    }
    if (job->function.len > 0 && !pc_str_eq(text_of(entry, "function"), job->function)) {
        return;
    }
    if (job->cli->json || entry == NULL) {
        pc_buf_str(&out->text, line);
        pc_buf_byte(&out->text, '\n');
    } else {
        write_entry(&out->text, entry);
    }
    (void)pc_output_drain(out); // a failure is told when the command ends
}

static int by_number(const void *a, const void *b)
{
    const struct pc_audit_position *left = a, *right = b;
    return (left->seq > right->seq) - (left->seq < right->seq);
}

// The positions that are expected by the command line, in order, with room for one more.
static enum pc_status read_expected(struct job *job, const struct pc_args *args)
{
    struct pc_cli *cli = job->cli;
    job->expected = pc_arena_array(&cli->arena, args->given_count + 1, sizeof(*job->expected));
    if (job->expected == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id != OPT_EXPECT) {
            continue;
        }
        struct pc_audit_position *position = &job->expected[job->expected_count++];
        if (!pc_audit_position_parse(pc_str_from(args->given[i].value), position)) {
            (void)pc_cli_usage(cli,
                               "--expect takes the number of an entry and its mac, "
                               "SEQ:MAC, as --verify prints the head, not \"%s\"",
                               args->given[i].value);
            return PC_ERR_USAGE;
        }
    }
    return PC_OK;
}

// What is wrong is the head, and no entry.
static bool is_of_head(const struct pc_audit_verdict *verdict)
{
    return verdict->fault == PC_AUDIT_UNHEADED;
}

static bool is_of_entry(const struct pc_audit_verdict *verdict)
{
    return !is_of_head(verdict) && !verdict->missing;
}

// Of an entry that is sound by itself, and of one that is not there, only the head that was
// expected shows that something is wrong. The vault's own note is as good as one.
static void write_fault(struct pc_buf *out, const struct job *job,
                        const struct pc_audit_verdict *verdict)
{
    const struct pc_audit_position *expected = verdict->expected;
    if (verdict->missing) {
        pc_buf_text(out, is_of_head(verdict) ? "the head is missing" : "the log is missing");
        return;
    }
    if (expected == NULL) {
        pc_buf_text(out, pc_audit_fault_text(verdict->fault));
        return;
    }
    bool noted = expected->seq == job->noted.seq && pc_hash_eq(&expected->mac, &job->noted.mac);
    if (verdict->fault == PC_AUDIT_UNEXPECTED) {
        pc_buf_format(
            out, "the log does not go on from the head that %s: entry %" PRIu64 " has another mac",
            noted ? "the vault has noted" : "was expected", expected->seq);
    } else {
        pc_buf_format(out, "the log ends at entry %" PRIu64 ", before %s %" PRIu64 "%s",
                      verdict->end.seq, noted ? "entry" : "the expected head", expected->seq,
                      noted ? ", which the vault has noted" : "");
    }
}

// Which entry; a file that is missing has none.
static void write_place(struct pc_buf *out, const struct pc_audit_verdict *verdict)
{
    pc_buf_text(out, is_of_head(verdict) ? PC_AUDIT_HEAD : PC_AUDIT_LOG);
    if (is_of_entry(verdict)) {
        pc_buf_format(out, ":%" PRIu64 ": entry %" PRIu64, verdict->line, verdict->line);
    }
    pc_buf_text(out, ": ");
}

static void write_verdict(struct pc_buf *out, const struct job *job,
                          const struct pc_audit_verdict *verdict)
{
    if (verdict->fault == PC_AUDIT_SOUND) {
        pc_buf_text(out, "sound: ");
    } else {
        write_place(out, verdict);
        write_fault(out, job, verdict);
        pc_buf_text(out, "\nsound before it: ");
    }
    pc_write_count(out, verdict->end.seq, "entry", "entries");
    pc_buf_text(out, ", head ");
    pc_audit_position_write(out, &verdict->end);
    pc_buf_byte(out, '\n');
}

static const char *fault_word(enum pc_audit_fault fault)
{
    switch (fault) {
    case PC_AUDIT_ALTERED:
        return "altered";
    case PC_AUDIT_REMOVED:
        return "removed";
    case PC_AUDIT_REORDERED:
        return "reordered";
    case PC_AUDIT_SHORTENED:
        return "shortened";
    case PC_AUDIT_UNHEADED:
        return "unheaded";
    case PC_AUDIT_UNEXPECTED:
        return "unexpected";
    case PC_AUDIT_SOUND:
        break;
    }
    return "";
}

static void write_fault_json(struct pc_json_writer *writer, const struct job *job,
                             const struct pc_audit_verdict *verdict)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    write_fault(&message, job, verdict);
    pc_json_key(writer, "fault");
    pc_json_text(writer, fault_word(verdict->fault));
    if (is_of_entry(verdict)) {
        pc_json_key(writer, "line");
        pc_json_number(writer, (int64_t)verdict->line);
    }
    pc_json_key(writer, "message");
    pc_json_string(writer, pc_buf_view(&message));
}

static void write_verdict_json(struct pc_buf *out, const struct job *job,
                               const struct pc_audit_verdict *verdict)
{
    struct pc_json_writer writer;
    PC_CLEANUP(pc_buf_release) struct pc_buf head = {0};
    pc_audit_position_write(&head, &verdict->end);
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "sound");
    pc_json_boolean(&writer, verdict->fault == PC_AUDIT_SOUND);
    pc_json_key(&writer, "entries");
    pc_json_number(&writer, (int64_t)verdict->end.seq);
    pc_json_key(&writer, "head");
    pc_json_string(&writer, pc_buf_view(&head));
    if (verdict->fault != PC_AUDIT_SOUND) {
        write_fault_json(&writer, job, verdict);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

// Where entries are asked for, a log that is not sound is an error; where the question is whether
// it is, an answer.
static enum pc_status conclude(const struct job *job, const struct pc_vault_access *access,
                               const struct pc_audit_verdict *verdict)
{
    struct pc_cli *cli = job->cli;
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    struct pc_str file;
    if (job->verify) {
        (cli->json ? write_verdict_json : write_verdict)(&cli->out.text, job, verdict);
        return PC_OK;
    }
    if (verdict->fault == PC_AUDIT_SOUND) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(&cli->arena, &file, "%s/%s", access->path,
                           is_of_head(verdict) ? PC_AUDIT_HEAD : PC_AUDIT_LOG));
    uint32_t line = is_of_entry(verdict) ? (uint32_t)verdict->line : 0;
    write_fault(&message, job, verdict);
    PC_TRY(pc_buf_status(&message));
    pc_diag_report(&cli->diags, PC_DIAG_AUDIT_DAMAGED,
                   (struct pc_place){.file = file, .line = line}, "%.*s",
                   PC_STR_ARG(pc_buf_view(&message)));
    return PC_ERR_DAMAGED;
}

static enum pc_status follow(struct job *job, const struct pc_vault_access *access,
                             struct pc_vault *vault, struct pc_audit_verdict *verdict)
{
    struct pc_audit_place place = pc_vault_audit_place(vault);
    job->noted = pc_vault_audit_noted(vault);
    if (job->noted.seq > 0) {
        job->expected[job->expected_count++] = job->noted;
    }
    qsort(job->expected, job->expected_count, sizeof(*job->expected), by_number);
    const struct pc_audit_verify_options how = {
        .expected = job->expected,
        .expected_count = job->expected_count,
        .visit = job->verify ? NULL : show,
        .context = job,
    };
    PC_TRY(pc_audit_verify(&place, &how, &job->cli->diags, verdict));
    return conclude(job, access, verdict);
}

// Accepting ---------------------------------------------------------------------------------------

static void write_accepted(struct pc_buf *out, const struct pc_audit_accepted *accepted)
{
    if (accepted->changed) {
        pc_buf_text(out, "accepted: ");
        pc_audit_accepted_write(out, accepted);
        pc_buf_text(out, "; now ");
    } else {
        pc_buf_text(out, "nothing to accept, the log is sound: ");
    }
    pc_write_count(out, accepted->now.seq, "entry", "entries");
    pc_buf_text(out, ", head ");
    pc_audit_position_write(out, &accepted->now);
    pc_buf_byte(out, '\n');
}

static void write_what_was_wrong(struct pc_json_writer *writer,
                                 const struct pc_audit_accepted *accepted)
{
    pc_json_key(writer, "ended");
    pc_json_number(writer, (int64_t)accepted->ended.seq);
    if (accepted->headed) {
        pc_json_key(writer, "said");
        pc_json_number(writer, (int64_t)accepted->said.seq);
    }
    if (accepted->kept_bytes > 0) {
        pc_json_key(writer, "file");
        pc_json_text(writer, accepted->kept);
        pc_json_key(writer, "bytes");
        pc_json_number(writer, (int64_t)accepted->kept_bytes);
    }
}

static void write_accepted_json(struct pc_buf *out, const struct pc_audit_accepted *accepted)
{
    struct pc_json_writer writer;
    struct pc_buf head = {0};
    pc_audit_position_write(&head, &accepted->now);
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "accepted");
    pc_json_boolean(&writer, accepted->changed);
    pc_json_key(&writer, "entries");
    pc_json_number(&writer, (int64_t)accepted->now.seq);
    pc_json_key(&writer, "head");
    pc_json_string(&writer, pc_buf_view(&head));
    if (accepted->changed) {
        write_what_was_wrong(&writer, accepted);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
    pc_buf_release(&head);
}

static enum pc_status accept_log(struct pc_cli *cli, struct pc_vault *vault)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf actor = {0};
    struct pc_audit_place place = pc_vault_audit_place(vault);
    struct pc_audit_accepted accepted;
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    pc_actor_write(&actor);
    PC_TRY(pc_buf_status(&actor));
    const struct pc_audit_acceptance acceptance = {
        .time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
        .principal = pc_buf_view(&actor),
        .noted = pc_vault_audit_noted(vault),
        .generation = pc_vault_generation(vault),
    };
    PC_TRY(pc_audit_accept(&place, &acceptance, &cli->diags, &accepted));
    (cli->json ? write_accepted_json : write_accepted)(&cli->out.text, &accepted);
    return PC_OK;
}

// All of it ---------------------------------------------------------------------------------------

static enum pc_status audit(struct job *job, const struct pc_args *args,
                            struct pc_audit_verdict *verdict)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct pc_cli *cli = job->cli;
    struct pc_vault *vault;
    PC_TRY(read_expected(job, args));
    PC_TRY(pc_vault_access_init(cli, args, &access));
    PC_TRY(pc_vault_open_without_log(access.path, access.root, &cli->diags, &vault));
    enum pc_status status =
        job->accept ? accept_log(cli, vault) : follow(job, &access, vault, verdict);
    pc_vault_close(vault);
    return status;
}

// PC_ERR_USAGE: reported.
static enum pc_status check_usage(struct pc_cli *cli, const struct pc_args *args)
{
    bool verify = pc_args_has(args, OPT_VERIFY);
    bool accept = pc_args_has(args, OPT_ACCEPT);
    const char *wrong = NULL;
    if (args->operand_count > 0) {
        wrong = "secrets audit takes no operands";
    } else if (verify && accept) {
        wrong = "--verify only looks, --accept writes: one of them, --verify first";
    } else if (verify && pc_args_has(args, OPT_FUNCTION)) {
        wrong = "--verify is about the whole log: leave out --function";
    } else if (accept && pc_args_has(args, OPT_FUNCTION)) {
        wrong = "--accept is about the whole log: leave out --function";
    } else if (!verify && pc_args_has(args, OPT_EXPECT)) {
        wrong = "--expect is for --verify";
    }
    if (wrong != NULL) {
        (void)pc_cli_usage(cli, "%s", wrong);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_audit_verdict verdict = {.fault = PC_AUDIT_SOUND};
    struct job job = {.cli = cli,
                      .verify = pc_args_has(args, OPT_VERIFY),
                      .accept = pc_args_has(args, OPT_ACCEPT)};
    cli->json = pc_args_has(args, OPT_JSON);
    job.function = pc_str_from(pc_args_value(args, OPT_FUNCTION));
    enum pc_status status = check_usage(cli, args);
    if (status == PC_OK) {
        status = audit(&job, args, &verdict);
    }
    pc_arena_release(&job.arena);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    return verdict.fault == PC_AUDIT_SOUND ? PC_EXIT_OK : PC_EXIT_NO;
}

static const struct pc_example examples[] = {
    {"polcheck secrets audit --vault vault --root-key root.key",
     "Shows who was given what, and what was changed."},
    {"polcheck secrets audit --vault vault --root-key root.key --verify",
     "Says whether all of it is as it was written."},
    {"polcheck secrets audit --vault vault --root-key root.key --accept",
     "After a power failure and --verify: goes on with what is left of the log."},
};

const struct pc_verb pc_verb_secrets_audit = {
    .name = "secrets audit",
    .summary = "Shows, verifies or accepts the audit log.",
    .usage = PC_VAULT_USAGE " [--function ARN] [--json]\n" PC_VAULT_USAGE
                            " --verify [--expect SEQ:MAC]... [--json]\n" PC_VAULT_USAGE
                            " --accept [--json]",
    .details = PC_VAULT_DETAILS
    "\n"
    "Each entry is chained to the one before by a hash that needs the vault's key. --verify finds "
    "the first that was altered, removed or reordered, and a log that was cut short; an older copy "
    "of both vault and log only by a head that you kept: print one from time to time, keep it "
    "elsewhere, and give it with --expect.\n"
    "The last releases before a power failure may be missing in the log though its head names "
    "them, and nothing is released or changed then, for a log that was cut short looks the same. "
    "Only if you know that the power failed: look with --verify first, then --accept goes on from "
    "the last sound entry. What is behind it is kept beside the log, in audit.unsound-SECONDS, and "
    "an entry \"accept\" says for ever where the log ended and where its head had said that it "
    "did. Of the entries between, the releases happened. What no power failure leaves, a log "
    "older than the vault's last change, is not accepted. The vault itself is left alone. "
    "Programs that have the vault open must open it again.\n"
    "Exit status: 0 shown, sound or accepted, also when there was nothing to accept; 1 not sound, "
    "with --verify; 2 an error, also when entries are shown and one is not sound.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
