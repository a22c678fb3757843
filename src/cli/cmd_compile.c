// SPDX-License-Identifier: Apache-2.0
//
// Compiles what is named into a store, and says in one line what came of it.
#include "command.h"

#include "account/publish.h"
#include "base/clock.h"
#include "compile_signing.h"
#include "interrupt.h"
#include "jobs.h"
#include "progress.h"
#include "signing_options.h"
#include "store_state.h"

#include <errno.h>
#include <sys/stat.h>

enum option {
    OPT_OUTPUT = PC_OPTION_OWN,
    OPT_CHECK,
    OPT_VERBOSE,
    OPT_JSON,
    OPT_UPDATE,
    OPT_REMOVE,
    OPT_JOBS,
    OPT_SIGN,
};

static const struct pc_option options[] = {
    {OPT_OUTPUT, 'o', "output", "STORE", "The store to write: a folder of its own, made if needed.",
     false},
    {OPT_UPDATE, 0, "update", NULL,
     "Reads only what changed, and keeps what the store holds of other names.", false},
    {OPT_REMOVE, 0, "remove", "ARN",
     "With --update: the principal, resource or function goes. May be repeated.", true},
    {OPT_SIGN, 0, "sign", "FILE",
     "Signs the store with the secret key in a file (polcheck keygen), in the same step.", false},
    {OPT_CHECK, 0, "check", NULL, "Compiles everything and writes nothing.", false},
    {OPT_VERBOSE, 'v', "verbose", NULL, "Lists what each file was recognised as.", false},
    {OPT_JOBS, 'j', "jobs", "N",
     "Threads that read and compile, 1 to 64; the result is the same. By default one a processor.",
     false},
    {OPT_JSON, 0, "json", NULL, "Prints the summary and the diagnostics as JSON objects.", false},
};

// One compile and what came of it.
struct job {
    const char *store; // NULL: --check
    const struct pc_import *import;
    struct pc_published published;
    bool update;
    struct pc_str *removed;
    size_t removed_count;
    struct pc_compile_signing signing;
    int64_t millis;
};

// How many connections of functions it tells, by kind.
static void write_kinds(struct pc_buf *out, const struct pc_recognised_kind *kind)
{
    const char *before = ", connections: ";
    for (; kind != NULL; kind = kind->next) {
        pc_buf_format(out, "%s%zu %s", before, kind->count, kind->kind);
        before = ", ";
    }
}

static void write_recognised(struct pc_buf *out, const struct pc_import *import)
{
    const struct pc_recognised *found = pc_import_recognised(import);
    for (; found != NULL; found = found->next) {
        pc_buf_printable(out, found->file);
        pc_buf_format(out, ": %s", found->shape);
        if (found->policies > 0) {
            pc_buf_text(out, ", ");
            pc_write_count(out, found->policies, "policy", "policies");
        }
        write_kinds(out, found->kinds);
        pc_buf_byte(out, '\n');
    }
}

// 0: it is not known.
static void write_size(struct pc_buf *out, uint64_t bytes)
{
    if (bytes == 0) {
        return;
    }
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (unit < 4 && bytes >= (unit == 0 ? 1024 : 10240)) {
        bytes = (bytes + 512) / 1024;
        unit++;
    }
    pc_buf_format(out, ", %llu %s", (unsigned long long)bytes, units[unit]);
}

static void write_counts(struct pc_buf *out, const struct pc_import_counts *counts)
{
    pc_buf_text(out, " from ");
    pc_write_count(out, counts->files, "file", "files");
    pc_buf_text(out, ": ");
    pc_write_count(out, counts->documents, "document", "documents");
    pc_buf_text(out, ", ");
    pc_write_count(out, counts->principals, "principal", "principals");
    pc_buf_text(out, ", ");
    pc_write_count(out, counts->resources, "resource", "resources");
    pc_buf_text(out, ", ");
    pc_write_count(out, counts->functions, "function", "functions");
    pc_buf_text(out, ", ");
    pc_write_count(out, counts->levels, "level", "levels");
}

static void write_summary(struct pc_buf *out, const struct job *job)
{
    struct pc_import_counts counts = pc_import_counts(job->import);
    pc_buf_text(out, job->store != NULL ? "compiled " : "checked ");
    pc_write_count(out, job->published.sets, "policy set", "policy sets");
    if (job->store != NULL) {
        pc_buf_format(out, " (%zu new, %zu reused)", job->published.compiled,
                      job->published.reused);
    }
    write_counts(out, &counts);
    if (job->published.removed > 0) {
        pc_buf_text(out, "; ");
        pc_write_count(out, job->published.removed, "ARN", "ARNs");
        pc_buf_text(out, " removed");
    }
    if (job->store != NULL) {
        pc_buf_text(out, job->update ? "; updated store " : "; store ");
        pc_buf_printable(out, pc_str_from(job->store));
        write_size(out, job->published.bytes);
    } else {
        pc_buf_text(out, "; nothing written");
    }
    if (job->signing.key != NULL) {
        pc_buf_text(out, ", signed with the key ");
        pc_signing_key_show(out, job->signing.signing.made.key,
                            pc_signing_key_name(job->signing.key));
        pc_buf_format(out, ", serial %llu", (unsigned long long)job->signing.signing.made.serial);
    }
    pc_buf_format(out, ", in %lld ms\n", (long long)job->millis);
}

static void write_number(struct pc_json_writer *writer, const char *key, uint64_t value)
{
    pc_json_key(writer, key);
    pc_json_number(writer, (int64_t)value);
}

static void write_files(struct pc_json_writer *writer, const struct pc_import *import)
{
    const struct pc_recognised *found = pc_import_recognised(import);
    pc_json_key(writer, "recognised");
    pc_json_begin_array(writer);
    for (; found != NULL; found = found->next) {
        pc_json_begin_object(writer);
        pc_json_key(writer, "file");
        pc_json_string(writer, found->file);
        pc_json_key(writer, "shape");
        pc_json_text(writer, found->shape);
        write_number(writer, "policies", found->policies);
        pc_json_key(writer, "connections");
        pc_json_begin_object(writer);
        for (const struct pc_recognised_kind *kind = found->kinds; kind != NULL;
             kind = kind->next) {
            write_number(writer, kind->kind, kind->count);
        }
        pc_json_end_object(writer);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

static void write_json(struct pc_buf *out, const struct job *job, bool verbose)
{
    struct pc_import_counts counts = pc_import_counts(job->import);
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    write_number(&writer, "sets", job->published.sets);
    write_number(&writer, "compiled", job->published.compiled);
    write_number(&writer, "reused", job->published.reused);
    write_number(&writer, "dropped", job->published.dropped);
    write_number(&writer, "files", counts.files);
    write_number(&writer, "documents", counts.documents);
    write_number(&writer, "principals", counts.principals);
    write_number(&writer, "resources", counts.resources);
    write_number(&writer, "functions", counts.functions);
    write_number(&writer, "levels", counts.levels);
    if (job->update) {
        write_number(&writer, "removed", job->published.removed);
    }
    if (job->store != NULL) {
        pc_json_key(&writer, "store");
        pc_json_text(&writer, job->store);
        if (job->published.bytes > 0) {
            write_number(&writer, "bytes", job->published.bytes);
        }
    }
    if (job->signing.key != NULL) {
        pc_json_key(&writer, "signature");
        pc_json_begin_object(&writer);
        pc_signature_json(&writer, &job->signing.signing.made,
                          pc_signing_key_name(job->signing.key));
        pc_json_end_object(&writer);
    }
    pc_json_key(&writer, "milliseconds");
    pc_json_number(&writer, job->millis);
    if (verbose) {
        write_files(&writer, job->import);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

// A store that cannot be made because the folder for it is not there: says so.
static void explain_folder(struct pc_cli *cli, const char *store)
{
    struct pc_str path = pc_str_from(store);
    struct stat about;
    struct pc_str folder;
    while (path.len > 0 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    while (path.len > 0 && path.ptr[path.len - 1] != '/') {
        path.len--;
    }
    if (path.len > 1 && pc_arena_copy(&cli->arena, path, &folder) == PC_OK &&
        stat(folder.ptr, &about) != 0 && errno == ENOENT) {
        pc_diag_hint(&cli->diags, "make the folder \"%.*s\" first", PC_STR_ARG(folder));
    }
}

static enum pc_status read_removed(struct pc_cli *cli, const struct pc_args *args, struct job *job)
{
    job->removed = pc_arena_array(&cli->arena, args->given_count, sizeof(*job->removed));
    if (job->removed == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == OPT_REMOVE) {
            job->removed[job->removed_count++] = pc_str_from(args->given[i].value);
        }
    }
    return PC_OK;
}

static enum pc_status compile(struct pc_cli *cli, const struct pc_args *args, struct job *job)
{
    int64_t begin = pc_clock_millis();
    struct pc_bar bar;
    struct pc_progress progress = {pc_bar_step, &bar};
    struct pc_str *paths = pc_arena_array(&cli->arena, args->operand_count, sizeof(*paths));
    if (paths == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->operand_count; i++) {
        paths[i] = pc_str_from(args->operands[i]);
    }
    struct pc_import_input input = {.paths = paths, .count = args->operand_count};
    PC_TRY(pc_jobs_read(cli, args, OPT_JOBS, &input.jobs));
    PC_TRY(pc_import_paths(&cli->arena, &input, &cli->diags, &job->import));
    PC_TRY(read_removed(cli, args, job));
    const struct pc_publish_options to = {
        .path = job->store,
        .progress = &progress,
        .update = job->update,
        .removed = job->removed,
        .removed_count = job->removed_count,
        .around = &job->signing.around,
        // What is signed is what these policies say, and not what somebody left in the store. Of an
        // update the base was signed with the same key.
        .anew = job->signing.key != NULL && !job->update,
    };
    pc_interrupts_clean();
    pc_bar_begin(&bar, "compiling");
    enum pc_status status = pc_publish(&cli->arena, job->import, &to, &cli->diags, &job->published);
    pc_bar_end(&bar);
    pc_interrupts_restore();
    job->millis = pc_clock_millis() - begin;
    cli->changed = status == PC_OK && job->store != NULL;
    const struct pc_diag *last = cli->diags.last;
    if (job->store != NULL && last != NULL && last->code == PC_DIAG_STORE_IO) {
        explain_folder(cli, job->store);
    }
    return status;
}

static int check_usage(struct pc_cli *cli, const struct pc_args *args)
{
    const char *store = pc_args_value(args, OPT_OUTPUT);
    bool update = pc_args_has(args, OPT_UPDATE), remove = pc_args_has(args, OPT_REMOVE);
    if (remove && !update) {
        return pc_cli_usage(cli, "--remove is for an update: without --update the store holds what "
                                 "is compiled, and nothing else");
    }
    if (pc_args_has(args, OPT_SIGN) && pc_args_has(args, OPT_CHECK)) {
        return pc_cli_usage(cli, "--check writes nothing: leave out --sign, or --check");
    }
    if (update && pc_args_has(args, OPT_CHECK)) {
        return pc_cli_usage(cli, "--check writes nothing: leave out --update, or --check");
    }
    if (args->operand_count == 0 && !remove) {
        return pc_cli_usage(cli, "no file or folder to compile is named");
    }
    if (store == NULL && !pc_args_has(args, OPT_CHECK)) {
        return pc_cli_usage(cli,
                            "where to write is not said: -o STORE, or --check to write nothing");
    }
    if (store != NULL && pc_args_has(args, OPT_CHECK)) {
        return pc_cli_usage(cli, "--check writes nothing: leave out -o, or --check");
    }
    if (store != NULL && store[0] == '\0') {
        return pc_cli_usage(cli, "the name of the store is empty");
    }
    return PC_EXIT_OK;
}

static void tell(struct pc_cli *cli, const struct pc_args *args, const struct job *job)
{
    bool verbose = pc_args_has(args, OPT_VERBOSE);
    pc_compile_signing_warn(cli, &job->signing);
    if (cli->json) {
        write_json(&cli->out.text, job, verbose);
        return;
    }
    if (verbose) {
        write_recognised(&cli->out.text, job->import);
    }
    write_summary(&cli->out.text, job);
}

static enum pc_status compile_and_sign(struct pc_cli *cli, const struct pc_args *args,
                                       struct job *job)
{
    PC_TRY(pc_compile_signing_begin(cli, pc_args_value(args, OPT_SIGN), job->store, job->update,
                                    &job->signing));
    PC_TRY(compile(cli, args, job));
    PC_TRY(cli->diags.errors > 0 ? PC_ERR_INVALID : PC_OK);
    tell(cli, args, job);
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {
        .store = pc_args_value(args, OPT_OUTPUT),
        .update = pc_args_has(args, OPT_UPDATE),
    };
    cli->json = pc_args_has(args, OPT_JSON);
    if (check_usage(cli, args) != PC_EXIT_OK) {
        return PC_EXIT_FAIL;
    }
    enum pc_status status = compile_and_sign(cli, args, &job);
    pc_compile_signing_release(&job.signing);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const char details[] =
    "Each PATH is a file, or a folder of which every *.json below is read; \"-\" is standard "
    "input. A "
    "document is known by its shape, so that what the AWS CLI prints can be fed as it is:\n"
    "  iam get-account-authorization-details      organizations describe-policy\n"
    "  iam get-policy-version, get-role-policy    sqs get-queue-attributes\n"
    "  lambda get-function, list-functions, ...   sns get-topic-attributes\n"
    "  lambda get-policy, list-aliases            kms get-key-policy\n"
    "  lambda list-event-source-mappings          secretsmanager get-resource-policy\n"
    "  lambda get-function-event-invoke-config    ecr get-repository-policy\n"
    "  lambda get-function-url-config             events list-targets-by-rule\n"
    "  s3api get-bucket-policy, get-bucket-notification-configuration\n"
    "  kms list-grants: kept for functions whose key it is, no decision counts them\n"
    "Nothing is skipped: what is unknown, defined twice or missing is an error, and then the store "
    "stays exactly as it was. What the dumps do not say, a manifest does:\n"
    "  {\"polcheck\": 1,\n"
    "   \"roles\":     [{\"arn\", \"policies\": [POLICY, ...], \"boundary\", \"trust\",\n"
    "                  \"tags\", \"id\"}],\n"
    "   \"users\":     [{\"arn\", \"policies\", \"boundary\", \"groups\", \"tags\", \"id\"}],\n"
    "   \"groups\":    [{\"arn\", \"policies\"}],\n"
    "   \"policies\":  [{\"arn\", \"policy\"}],\n"
    "   \"resources\": [{\"arn\", \"account\", \"policy\", \"tags\", \"kmsKey\",\n"
    "                  \"notification\", \"targets\"}],\n"
    "   \"functions\": [{\"arn\", \"role\", \"policy\", \"kmsKey\", \"environment\", "
    "\"deployer\",\n"
    "                  \"triggers\": [CONNECTION, ...],\n"
    "                  \"attachments\": [CONNECTION, ...],\n"
    "                  \"destinations\": {\"onSuccess\", \"onFailure\", \"deadLetter\"}}],\n"
    "   \"organization\": {\"levels\":   [{\"id\", \"parent\", \"scp\", \"rcp\"}],\n"
    "                    \"accounts\": [{\"id\", \"parent\", \"scp\", \"rcp\", \"management\"}]}}\n"
    "A POLICY is a policy document, {\"name\", \"document\"}, a path from the manifest's folder, "
    "or "
    "the ARN of a managed policy. \"policies\" of the manifest gives managed policies their ARNs; "
    "an organization's \"scp\" and \"rcp\" are arrays of POLICY. "
    "A CONNECTION is {\"kind\", \"source\": ARN, \"qualifier\"} with the facts that its kind "
    "needs, such as {\"kind\": \"sqs\", \"source\": \"arn:aws:sqs:...\"}; a destination is "
    "an ARN, or {\"target\": ARN, \"kms-key\", \"account\"}. \"notification\" and "
    "\"targets\" are what s3api get-bucket-notification-configuration and events "
    "list-targets-by-rule print of the resource, or a path to it. "
    "\"tags\" is an object of strings, \"groups\" and \"environment\" are arrays of names.\n"
    "--update reads only what changed: principals, resources, functions and accounts of the input "
    "take the place of those of the same name, whole, and all others stay. The input must hold "
    "what "
    "it refers to. A managed policy, a group or a level of the organization that is another than "
    "the store was compiled with is an error, for others may hold it: compile everything then. So "
    "is another key or owner of a resource, or other grants, than functions that are connected "
    "with it were compiled with: compile these with it.\n"
    "A change removes the store's signature, unless --sign makes one of what the store holds now. "
    "Then everything is compiled anew, and an update is made of a store only that the same key "
    "signed.\n"
    "Exit status: 0 compiled, 2 an error.";

static const struct pc_example examples[] = {
    {"polcheck compile policies -o build/demo.store", "Compiles everything below policies."},
    {"polcheck compile --update deploy.json -o build/demo.store", "Replaces one role in it."},
    {"polcheck compile --check policies", "Only checks it, for instance in CI."},
};

const struct pc_verb pc_verb_compile = {
    .name = "compile",
    .summary = "Compiles policies, AWS CLI dumps and manifests into a store.",
    .usage = "PATH... -o STORE [--sign FILE] [-j N] [-v] [--json]\n"
             "PATH... --update -o STORE [--remove ARN]... [--sign FILE] [-j N] [-v] [--json]\n"
             "--update --remove ARN... -o STORE [--sign FILE] [--json]\n"
             "PATH... --check [-j N] [-v] [--json]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
