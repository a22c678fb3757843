// SPDX-License-Identifier: Apache-2.0
//
// Tells whether a store is whole, by whom it is signed, and whether it would be used.
#include "command.h"

#include "signing_options.h"
#include "store/exposure.h"
#include "store_state.h"
#include "trusted.h"

#include <time.h>

enum option {
    OPT_JSON = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_TRUSTED_KEYS_OPTION,
    {PC_OPTION_SEEN, 0, "seen", "FILE",
     "With --trusted-keys: also says no to a store that is older than FILE says was used. FILE is "
     "read and not changed.",
     false},
    {OPT_JSON, 0, "json", NULL, "Prints the result and the diagnostics as JSON objects.", false},
};

struct job {
    struct pc_cli *cli;
    const char *path;
    bool with_keys;
    struct pc_trust_basis basis;
    struct pc_trusted_keys *keys; // of --trusted-keys, or the signature's own
    bool exposed;                 // a hook would not use it: everybody may write to it
    struct pc_judgement judgement;
};

// Judging ----------------------------------------------------------------------------------------

// Whose signature it is said to be: whether it is right can be told without trusting the key.
static enum pc_status take_own_key(struct job *job, struct pc_snapshot *snapshot)
{
    struct pc_signature *signature = &job->judgement.signature;
    enum pc_status status = pc_signature_get(snapshot, signature);
    if (status == PC_ERR_NOTFOUND || status == PC_ERR_INVALID) {
        job->judgement.verdict = status == PC_ERR_NOTFOUND ? PC_TRUST_UNSIGNED : PC_TRUST_MALFORMED;
        return PC_OK;
    }
    PC_TRY(status);
    status = pc_trusted_keys_of(signature->key, &job->keys);
    if (status == PC_ERR_INVALID) { // of a key that is none nobody has made it
        job->judgement.verdict = PC_TRUST_FORGED;
        return PC_OK;
    }
    return status;
}

static enum pc_status judge(struct job *job, struct pc_snapshot *snapshot)
{
    if (!job->with_keys) {
        PC_TRY(take_own_key(job, snapshot));
    }
    if (job->keys == NULL) {
        return PC_OK;
    }
    job->basis.keys = job->keys;
    return pc_trust_judge(snapshot, &job->basis, NULL, &job->judgement, NULL);
}

// Whoever may write to it can change it after this. Who asks whether it may be used is told no, as
// the library does; others are warned, as by each verb that reads a store.
static enum pc_status check_exposure(struct job *job, const struct pc_store *store)
{
    if (!job->with_keys) {
        pc_store_warn_exposed(store, &job->cli->diags);
        return PC_OK;
    }
    enum pc_status status = pc_store_check_kept(store, PC_CARE_OF_DECISIONS, &job->cli->diags);
    job->exposed = status == PC_ERR_INVALID;
    return job->exposed ? PC_OK : status;
}

static enum pc_status look(struct job *job)
{
    PC_CLEANUP(pc_store_state_close) struct pc_store_state state = {0};
    PC_TRY(pc_store_state_open(job->cli, job->path, &state));
    PC_TRY(check_exposure(job, state.store));
    PC_TRY(pc_store_state_verify(job->cli, job->path, &state));
    return pc_store_state_tell(job->cli, job->path, judge(job, state.snapshot));
}

static enum pc_status verify(struct job *job, const struct pc_args *args)
{
    const char *seen = pc_args_value(args, PC_OPTION_SEEN);
    PC_TRY(pc_trust_keys(job->cli, args, &job->keys));
    job->with_keys = job->keys != NULL;
    if (seen != NULL) {
        PC_TRY(pc_seen_read(seen, &job->cli->diags, &job->basis.seen));
    }
    return look(job);
}

// Telling ----------------------------------------------------------------------------------------

static bool is_signed(const struct job *job)
{
    return job->judgement.verdict != PC_TRUST_UNSIGNED &&
           job->judgement.verdict != PC_TRUST_MALFORMED;
}

static bool is_good(const struct job *job)
{
    return job->judgement.verdict == PC_TRUST_GOOD && !job->exposed;
}

static void write_time(struct pc_buf *out, int64_t seconds)
{
    time_t moment = (time_t)seconds;
    struct tm parts;
    char text[64];
    if (gmtime_r(&moment, &parts) != NULL &&
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0) {
        pc_buf_text(out, text);
    } else {
        pc_buf_number(out, seconds, 0);
    }
}

static void write_signature(struct pc_buf *out, const struct job *job)
{
    const struct pc_signature *signature = &job->judgement.signature;
    pc_buf_text(out, "signed with the key ");
    pc_signing_key_show(out, signature->key, job->judgement.key_name);
    pc_buf_format(out, ", serial %llu, ", (unsigned long long)signature->serial);
    write_time(out, signature->signed_at);
}

static void write_text(const struct job *job)
{
    struct pc_buf *out = &job->cli->out.text;
    pc_buf_text(out, "the store ");
    pc_buf_printable(out, pc_str_from(job->path));
    pc_buf_text(out, " is whole; ");
    if (is_signed(job)) {
        write_signature(out, job);
    } else {
        pc_buf_text(out, "not signed");
    }
    if (!is_good(job)) {
        pc_buf_text(out, job->with_keys || is_signed(job) ? "; not to be trusted\n" : "\n");
    } else {
        pc_buf_text(out, job->with_keys
                             ? "; trusted\n"
                             : "; the signature is right, and whether its key is trusted "
                               "--trusted-keys tells\n");
    }
}

static void write_json(const struct job *job)
{
    enum pc_trust_verdict verdict = job->judgement.verdict;
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &job->cli->out.text, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "store");
    pc_json_text(&writer, job->path);
    pc_json_key(&writer, "verdict");
    pc_json_text(&writer, job->exposed && verdict == PC_TRUST_GOOD
                              ? "exposed"
                              : pc_trust_verdict_word(verdict));
    pc_json_key(&writer, "trusted");
    pc_json_boolean(&writer, job->with_keys && is_good(job));
    pc_json_key(&writer, "signature");
    if (is_signed(job)) {
        pc_json_begin_object(&writer);
        pc_signature_json(&writer, &job->judgement.signature, job->judgement.key_name);
        pc_json_end_object(&writer);
    } else {
        pc_json_null(&writer);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(&job->cli->out.text, '\n');
}

static int tell(const struct job *job)
{
    enum pc_trust_verdict verdict = job->judgement.verdict;
    (job->cli->json ? write_json : write_text)(job);
    if (is_good(job) || (verdict == PC_TRUST_UNSIGNED && !job->with_keys)) {
        return PC_EXIT_OK;
    }
    if (verdict == PC_TRUST_GOOD) {
        return PC_EXIT_NO; // for want of what was said before
    }
    pc_trust_report(&job->cli->diags, pc_str_from(job->path), &job->judgement);
    return PC_EXIT_NO;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    cli->json = pc_args_has(args, OPT_JSON);
    if (args->operand_count != 1) {
        return pc_cli_usage(cli, "one store is named");
    }
    struct job job = {.cli = cli, .path = args->operands[0]};
    enum pc_status status = verify(&job, args);
    pc_trusted_keys_free(job.keys);
    return status == PC_OK ? tell(&job) : pc_cli_fail(cli, status);
}

static const char details[] =
    "Verifies all of the store: the pages of its file, directories, records, compiled policies, "
    "and the signature, over all that is in it. With --trusted-keys the answer is yes only to a "
    "store that one of these "
    "keys signed and that not everybody may write to, and with --seen only when none that is newer "
    "was used before: what a hook with the same settings does. Nothing is changed.\n"
    "Without --trusted-keys a right signature says that nothing was altered since, and not by whom "
    "it was made: anybody can make a key.\n"
    "The verdict of --json is good, unsigned, malformed, untrusted, forged, older, other (the same "
    "serial, another content), altered or, with --trusted-keys, exposed (good, but everybody may "
    "write to the store).\n"
    "Exit status: 0 whole and, with --trusted-keys, trusted; 1 not to be trusted; 2 it could not "
    "be "
    "verified, or is damaged.";

static const struct pc_example examples[] = {
    {"polcheck verify build/demo.store", "Tells by whom a store is signed."},
    {"polcheck verify build/demo.store --trusted-keys trusted.pub",
     "Whether it may go into use, for a script that copies stores."},
};

const struct pc_verb pc_verb_verify = {
    .name = "verify",
    .summary = "Verifies a store and its signature.",
    .usage = "STORE [--trusted-keys FILE [--seen FILE]] [--json]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
