// SPDX-License-Identifier: Apache-2.0
//
// Shows a vault's audit log, verifies it, or accepts what a power failure left of it. Each line is
// checked against the chain in any case, and none that fails is shown. The vault is opened without
// its log, so that a damaged one can be looked at.
#include "audit_finding.h"
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
    OPT_LOST,
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
    {OPT_LOST, 0, "lost", NULL,
     "With --accept, where there is no copy: goes on without entries that the vault has noted.",
     false},
    {OPT_JSON, 0, "json", NULL,
     "Prints the entries as they are, or the verdict, or what was accepted, as an object.", false},
};

struct job {
    struct pc_cli *cli;
    struct pc_str function; // "": of all
    bool verify, accept, lost;
    struct pc_arena arena; // of one line
    enum pc_status shown;  // PC_ERR_NOMEM: a line could not be read for showing
    struct pc_audit_position *expected;
    size_t expected_count;
    struct pc_audit_finding finding; // of a log that is looked at
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

// Time, what, outcome, who, whose, which, key, why, and whether that is all; what an entry does not
// have is left out.
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
    if (pc_json_get(entry, PC_STR("truncated")) != NULL) {
        pc_buf_text(out, "  (truncated)");
    }
    pc_buf_byte(out, '\n');
}

static void show(void *context, struct pc_str line)
{
    struct job *job = context;
    struct pc_output *out = &job->cli->out;
    if (job->shown != PC_OK) {
        return;
    }
    const struct pc_json_source source = {.file = PC_STR(PC_AUDIT_LOG), .text = line};
    const struct pc_json *entry;
    struct pc_diags unwanted;
    pc_arena_reset(&job->arena);
    pc_diags_init(&unwanted, &job->arena);
    if (pc_json_parse(&job->arena, &source, &unwanted, &entry) != PC_OK) {
        job->shown = PC_ERR_NOMEM; // for the line is as it was written
        return;
    }
    if (job->function.len > 0 && !pc_str_eq(text_of(entry, "function"), job->function)) {
        return;
    }
    if (job->cli->json) {
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

// Where entries are asked for, a log that is not sound is an error; where the question is whether
// it is, an answer.
static enum pc_status conclude(const struct job *job, const struct pc_vault_access *access)
{
    struct pc_cli *cli = job->cli;
    const struct pc_audit_finding *finding = &job->finding;
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    struct pc_str file;
    if (job->verify) {
        (cli->json ? pc_audit_finding_write_json : pc_audit_finding_write)(&cli->out.text, finding);
        return PC_OK;
    }
    if (finding->verdict.fault == PC_AUDIT_SOUND) {
        return PC_OK;
    }
    PC_TRY(
        pc_arena_format(&cli->arena, &file, "%s/%s", access->path, pc_audit_finding_file(finding)));
    pc_audit_finding_write_fault(&message, finding);
    PC_TRY(pc_buf_status(&message));
    const struct pc_place place = {.file = file, .line = (uint32_t)pc_audit_finding_line(finding)};
    pc_diag_report(&cli->diags, PC_DIAG_AUDIT_DAMAGED, place, "%.*s",
                   PC_STR_ARG(pc_buf_view(&message)));
    return PC_ERR_DAMAGED;
}

static void add_loss(void *context, uint64_t from, uint64_t to)
{
    struct job *job = context;
    pc_audit_finding_add_loss(&job->finding, from, to);
}

static enum pc_status follow(struct job *job, const struct pc_vault_access *access,
                             const struct pc_vault *vault)
{
    struct pc_audit_place place = pc_vault_audit_place(vault);
    struct pc_audit_finding *finding = &job->finding;
    finding->noted = pc_vault_audit_noted(vault);
    if (finding->noted.seq > 0) {
        job->expected[job->expected_count++] = finding->noted;
    }
    qsort(job->expected, job->expected_count, sizeof(*job->expected), by_number);
    const struct pc_audit_verify_options how = {
        .expected = job->expected,
        .expected_count = job->expected_count,
        .visit = job->verify ? NULL : show,
        .lost = add_loss,
        .context = job,
    };
    PC_TRY(pc_audit_verify(&place, &how, &job->cli->diags, &finding->verdict));
    PC_TRY(pc_buf_status(&finding->losses));
    PC_TRY(job->shown);
    return conclude(job, access);
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
    pc_write_count(out, accepted->entries, "entry", "entries");
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
    if (accepted->lost > 0) {
        pc_json_key(writer, "lost");
        pc_json_number(writer, (int64_t)accepted->lost);
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
    pc_json_number(&writer, (int64_t)accepted->entries);
    pc_json_key(&writer, "head");
    pc_json_string(&writer, pc_buf_view(&head));
    if (accepted->changed) {
        write_what_was_wrong(&writer, accepted);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
    pc_buf_release(&head);
}

static enum pc_status mend_log(const struct job *job, const struct pc_vault *vault,
                               struct pc_audit_accepted *accepted)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf actor = {0};
    struct pc_audit_place place = pc_vault_audit_place(vault);
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    pc_actor_write(&actor);
    PC_TRY(pc_buf_status(&actor));
    const struct pc_audit_acceptance acceptance = {
        .lost = job->lost,
        .time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
        .principal = pc_buf_view(&actor),
        .noted = pc_vault_audit_noted(vault),
        .generation = pc_vault_generation(vault),
    };
    enum pc_status status = pc_audit_accept(&place, &acceptance, &job->cli->diags, accepted);
    job->cli->changed = status == PC_OK && accepted->changed;
    return status;
}

static enum pc_status change_nothing(void *context, struct pc_change *change)
{
    (void)context;
    (void)change;
    return PC_OK;
}

// Until the vault has noted the entry, the log as it was before, which somebody may have kept,
// could take the place of the one that tells of the loss.
static enum pc_status note_loss(struct pc_cli *cli, const struct pc_vault_access *access,
                                struct pc_audit_accepted *accepted)
{
    struct pc_vault *vault;
    struct pc_str message;
    PC_TRY(pc_arena_format(&cli->arena, &message, "the vault has noted entry %" PRIu64,
                           accepted->now.seq));
    const struct pc_change_note note = {.event = PC_STR("note"), .message = message};
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access->path, access->root}, &note,
                           &cli->diags, change_nothing, NULL));
    cli->changed = true;
    PC_TRY(pc_vault_open(access->path, access->root, &cli->diags, &vault));
    uint64_t seq = accepted->now.seq;
    enum pc_status status = pc_audit_where(pc_vault_audit(vault), &cli->diags, &accepted->now);
    accepted->entries += accepted->now.seq - seq;
    pc_vault_close(vault);
    return status;
}

static enum pc_status accept_it(const struct job *job, const struct pc_vault_access *access)
{
    struct pc_cli *cli = job->cli;
    struct pc_audit_accepted accepted;
    struct pc_vault *vault;
    PC_TRY(pc_vault_open_without_log(access->path, access->root, &cli->diags, &vault));
    enum pc_status status = mend_log(job, vault, &accepted);
    pc_vault_close(vault);
    if (status == PC_OK && accepted.lost > 0) {
        status = note_loss(cli, access, &accepted);
    }
    PC_TRY(status);
    (cli->json ? write_accepted_json : write_accepted)(&cli->out.text, &accepted);
    return PC_OK;
}

// All of it ---------------------------------------------------------------------------------------

static enum pc_status look_at_it(struct job *job, const struct pc_vault_access *access)
{
    struct pc_vault *vault;
    PC_TRY(pc_vault_open_without_log(access->path, access->root, &job->cli->diags, &vault));
    enum pc_status status = follow(job, access, vault);
    pc_vault_close(vault);
    return status;
}

static enum pc_status audit(struct job *job, const struct pc_args *args)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    PC_TRY(read_expected(job, args));
    PC_TRY(pc_vault_access_init(job->cli, args, &access));
    return job->accept ? accept_it(job, &access) : look_at_it(job, &access);
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
    } else if (!accept && pc_args_has(args, OPT_LOST)) {
        wrong = "--lost is for --accept, of a log that is lost for good";
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
    struct job job = {.cli = cli,
                      .verify = pc_args_has(args, OPT_VERIFY),
                      .accept = pc_args_has(args, OPT_ACCEPT),
                      .lost = pc_args_has(args, OPT_LOST)};
    cli->json = pc_args_has(args, OPT_JSON);
    job.function = pc_str_from(pc_args_value(args, OPT_FUNCTION));
    enum pc_status status = check_usage(cli, args);
    if (status == PC_OK) {
        status = audit(&job, args);
    }
    bool sound = job.finding.verdict.fault == PC_AUDIT_SOUND;
    pc_audit_finding_release(&job.finding);
    pc_arena_release(&job.arena);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    return sound ? PC_EXIT_OK : PC_EXIT_NO;
}

static const struct pc_example examples[] = {
    {"polcheck secrets audit --vault vault --root-key root.key",
     "Shows who was given what, and what was changed."},
    {"polcheck secrets audit --vault vault --root-key root.key --verify",
     "Says whether all of it is as it was written."},
    {"polcheck secrets audit --vault vault --root-key root.key --accept",
     "After a power failure and --verify: goes on with what is left of the log."},
    {"polcheck secrets audit --vault vault --root-key root.key --accept --lost",
     "When audit.log is lost and there is no copy: goes on, with a mark that stays."},
};

const struct pc_verb pc_verb_secrets_audit = {
    .name = "secrets audit",
    .summary = "Shows, verifies or accepts the audit log.",
    .usage = PC_VAULT_USAGE " [--function ARN] [--json]\n" PC_VAULT_USAGE
                            " --verify [--expect SEQ:MAC]... [--json]\n" PC_VAULT_USAGE
                            " --accept [--lost] [--json]",
    .details = PC_VAULT_DETAILS
    "\n"
    "An entry tells of long texts 1,024 bytes, of a message the beginning and the end, and says "
    "\"truncated\" where something was cut or left out.\n"
    "Each entry is chained to the one before by a hash that needs the vault's key. --verify finds "
    "the first that was altered, removed or reordered, and a log that was cut short; an older copy "
    "of both vault and log only by a head that you kept: print one from time to time, keep it "
    "elsewhere, and give it with --expect.\n"
    "The last releases before a power failure may be missing in the log though its head names "
    "them, and nothing is released or changed then, for a log that was cut short looks the same. "
    "Only if you know that the power failed: look with --verify first, then --accept goes on from "
    "the last sound entry. What is behind it is kept beside the log, in audit.unsound-SECONDS, and "
    "an entry \"accept\" says for ever where the log ended and where its head had said that it "
    "did. Of the entries between, the releases happened. The vault itself is left alone. What no "
    "power failure leaves, a log that is missing or older than the vault's last change, is not "
    "accepted so. Programs that have the vault open must open it again.\n"
    "Restore such a log from a copy. Only if there is none, add --lost: the entry \"accept\" then "
    "has the number behind the one that the vault has noted, so that the gap stays, --verify tells "
    "of it for ever, and the vault notes it by a change of its own, \"note\". A vault that is "
    "older than its log is still refused; but where log and head are both gone nothing tells its "
    "age: compare what it has with what you know before you go on.\n"
    "Exit status: 0 shown, sound or accepted, also when there was nothing to accept; 1 not sound, "
    "with --verify; 2 an error, also when entries are shown and one is not sound.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
