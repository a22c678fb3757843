// SPDX-License-Identifier: Apache-2.0
//
// The keys by which stores are signed.
#include "command.h"

#include "attend.h"
#include "hardening.h"
#include "signing_options.h"

enum option {
    OPT_PUBLIC = PC_OPTION_OWN,
    OPT_JSON,
};

static const struct pc_option options[] = {
    {OPT_PUBLIC, 0, "public", NULL,
     "Makes no key: prints the public key of the secret one in the file NAME.", false},
    {OPT_JSON, 0, "json", NULL, "Prints what was made, and the diagnostics, as JSON objects.",
     false},
};

// What was made, or read.
struct made {
    const char *secret, *public; // paths; NULL: no file was made
    const char *name;
    uint8_t key[PC_SIGN_PUBLIC_BYTES];
};

static enum pc_status name_files(struct pc_cli *cli, const char *name, struct made *made)
{
    struct pc_str path = pc_str_from(name), secret, public;
    size_t slash = pc_str_find_last(path, '/');
    struct pc_str base = pc_str_slice(path, slash == SIZE_MAX ? 0 : slash + 1, path.len);
    if (base.len == 0 || base.ptr[0] == '.') {
        (void)pc_cli_usage(cli, "\"%s\" does not name a key: NAME.key and NAME.pub are made", name);
        return PC_ERR_USAGE;
    }
    PC_TRY(pc_arena_format(&cli->arena, &secret, "%s.key", name));
    PC_TRY(pc_arena_format(&cli->arena, &public, "%s.pub", name));
    made->secret = secret.ptr;
    made->public = public.ptr;
    made->name = base.ptr;
    return PC_OK;
}

// Signals wait, so that none of them leaves one file without the other.
static enum pc_status make(struct pc_cli *cli, const char *name, struct made *made)
{
    struct pc_held held;
    PC_TRY(name_files(cli, name, made));
    const struct pc_signing_key_files files = {made->secret, made->public, made->name};
    pc_signals_hold(&held);
    enum pc_status status = pc_signing_key_create(&files, &cli->diags, made->key);
    pc_signals_let_go(&held);
    cli->changed = status == PC_OK;
    return status;
}

static enum pc_status read_public(struct pc_cli *cli, const char *path, struct made *made)
{
    struct pc_signing_key *key;
    struct pc_str name;
    PC_TRY(pc_signing_key_from_file(path, &cli->diags, &key));
    memcpy(made->key, pc_signing_key_public(key), sizeof(made->key));
    enum pc_status status =
        pc_arena_copy(&cli->arena, pc_str_from(pc_signing_key_name(key)), &name);
    pc_signing_key_free(key);
    PC_TRY(status);
    made->name = name.ptr;
    return PC_OK;
}

static void write_path(struct pc_json_writer *writer, const char *key, const char *path)
{
    if (path != NULL) {
        pc_json_key(writer, key);
        pc_json_text(writer, path);
    }
}

static void write_json(struct pc_buf *out, const struct made *made)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    write_path(&writer, "secretFile", made->secret);
    write_path(&writer, "publicFile", made->public);
    pc_signing_key_json(&writer, made->key, made->name);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

static void write_text(struct pc_buf *out, const struct made *made)
{
    if (made->secret == NULL) {
        pc_trust_public_write(out, made->key, made->name);
        return;
    }
    pc_buf_text(out, "made the key ");
    pc_signing_key_show(out, made->key, made->name);
    pc_buf_text(out, ": ");
    pc_buf_printable(out, pc_str_from(made->secret));
    pc_buf_text(out, " signs, and stays where stores are built; ");
    pc_buf_printable(out, pc_str_from(made->public));
    pc_buf_text(out, " goes to where they are used\n");
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct made made = {.name = ""};
    cli->json = pc_args_has(args, OPT_JSON);
    if (args->operand_count != 1) {
        return pc_cli_usage(cli, pc_args_has(args, OPT_PUBLIC)
                                     ? "one file with a secret key is named"
                                     : "one name is given, for NAME.key and NAME.pub");
    }
    enum pc_status status = pc_harden(cli);
    if (status == PC_OK) {
        status = pc_args_has(args, OPT_PUBLIC) ? read_public(cli, args->operands[0], &made)
                                               : make(cli, args->operands[0], &made);
    }
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    (cli->json ? write_json : write_text)(&cli->out.text, &made);
    return PC_EXIT_OK;
}

static const char details[] =
    "NAME.key gets the secret key (mode 0600) and NAME.pub the public one; neither may exist. "
    "polcheck sign signs stores with the secret key. A file of trusted keys has the lines of "
    "one or more public ones: cat a.pub b.pub > trusted. The keys are Ed25519.\n"
    "Keep the secret key where stores are built, and nowhere else. Who has it makes stores that "
    "are "
    "believed; if it is lost, nothing is: make another key, and add its public key to the sets.\n"
    "Exit status: 0 done, 2 failed; then neither file was made, "
    "unless the error says that it was done all the same.";

static const struct pc_example examples[] = {
    {"polcheck keygen ci-2027", "Makes ci-2027.key and ci-2027.pub."},
    {"polcheck keygen --public ci-2027.key > ci-2027.pub", "Prints the public key once more."},
};

const struct pc_verb pc_verb_keygen = {
    .name = "keygen",
    .summary = "Makes a key by which stores are signed.",
    .usage = "NAME [--json]\n--public FILE [--json]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
