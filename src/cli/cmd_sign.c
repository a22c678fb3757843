// SPDX-License-Identifier: Apache-2.0
//
// Signs a store as it is.
#include "command.h"

#include "hardening.h"
#include "interrupt.h"
#include "signing_options.h"
#include "store/exposure.h"
#include "store_state.h"

#include <errno.h>
#include <stdlib.h>

enum option {
    OPT_SERIAL = PC_OPTION_OWN,
    OPT_JSON,
};

static const struct pc_option options[] = {
    PC_SIGNING_OPTIONS,
    {OPT_SERIAL, 0, "serial", "N",
     "The serial, above that of the store's signature before; default: the time in microseconds "
     "since 1970, or one more than before.",
     false},
    {OPT_JSON, 0, "json", NULL, "Prints the signature, and the diagnostics, as JSON objects.",
     false},
};

static enum pc_status read_serial(struct pc_cli *cli, const struct pc_args *args, uint64_t *out)
{
    const char *text = pc_args_value(args, OPT_SERIAL);
    char *end;
    if (text == NULL) {
        *out = 0;
        return PC_OK;
    }
    errno = 0;
    unsigned long long serial = strtoull(text, &end, 10);
    if (!pc_char_is_digit(text[0]) || *end != '\0' || errno != 0 || serial == 0 ||
        serial > PC_SIGNATURE_SERIAL_MAX) {
        (void)pc_cli_usage(cli, "--serial takes a number from 1 to %llu",
                           (unsigned long long)PC_SIGNATURE_SERIAL_MAX);
        return PC_ERR_USAGE;
    }
    *out = serial;
    return PC_OK;
}

// A signature on what nothing can be answered from would be believed, and be of no use.
static enum pc_status verify(struct pc_cli *cli, const char *path, struct pc_hash *digest)
{
    PC_CLEANUP(pc_store_state_close) struct pc_store_state state = {0};
    PC_TRY(pc_store_state_open(cli, path, &state));
    pc_store_warn_exposed(state.store, &cli->diags);
    PC_TRY(pc_store_state_verify(cli, path, &state));
    return pc_store_state_tell(cli, path, pc_content_of(state.snapshot, digest));
}

static enum pc_status sign(struct pc_cli *cli, const char *path, struct pc_signing *signing)
{
    struct pc_hash verified;
    PC_TRY(verify(cli, path, &verified));
    signing->verified = &verified;
    pc_interrupts_clean();
    enum pc_status status = pc_sign_store(signing);
    pc_interrupts_restore();
    signing->verified = NULL;
    cli->changed = status == PC_OK;
    return status;
}

static void write_text(struct pc_buf *out, const char *path, const struct pc_signing *signing)
{
    pc_buf_text(out, "signed the store ");
    pc_buf_printable(out, pc_str_from(path));
    pc_buf_text(out, " with the key ");
    pc_signing_key_show(out, signing->made.key, pc_signing_key_name(signing->key));
    pc_buf_format(out, ", serial %llu\n", (unsigned long long)signing->made.serial);
}

static void write_json(struct pc_buf *out, const char *path, const struct pc_signing *signing)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "store");
    pc_json_text(&writer, path);
    pc_signature_json(&writer, &signing->made, pc_signing_key_name(signing->key));
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

static enum pc_status sign_with_key(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_signing_key **key)
{
    const char *path = args->operands[0];
    struct pc_signing signing = {.store = pc_str_from(path), .diags = &cli->diags};
    PC_TRY(read_serial(cli, args, &signing.serial));
    PC_TRY(pc_signing_options_read(cli, args, key));
    signing.key = *key;
    PC_TRY(sign(cli, path, &signing));
    (cli->json ? write_json : write_text)(&cli->out.text, path, &signing);
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_signing_key *key = NULL;
    cli->json = pc_args_has(args, OPT_JSON);
    if (args->operand_count != 1) {
        return pc_cli_usage(cli, "one store is named");
    }
    enum pc_status status = pc_harden(cli);
    if (status == PC_OK) {
        status = sign_with_key(cli, args, &key);
    }
    pc_signing_key_free(key);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const char details[] =
    "Signs what the store holds, and replaces the signature that it had. The store is verified "
    "first, and neither compiled nor compared with its policies: sign only what was compiled on a "
    "machine that you trust, from policies that were reviewed. Where trusted keys are configured "
    "(--trusted-keys, polcheck_options.trusted_keys of the library), nothing is answered from a "
    "store that is not signed with one of them. Each change of the store removes the signature.\n"
    "Each signing has a serial above the one before; a store with a lower one than was used before "
    "is refused. Where a store is built anew each time, and in several places, give numbers that "
    "rise, such as those of the runs of CI.\n"
    "Exit status: 0 signed, 2 failed; then the store is as it was, "
    "unless the error says that it was done all the same.";

static const struct pc_example examples[] = {
    {"polcheck sign build/demo.store --key ci-2026.key", "Signs a store that was compiled."},
    {"polcheck sign build/demo.store --key-fd 3 3<<<\"$SIGNING_KEY\"",
     "The key from a secret variable of CI, which no file holds."},
};

const struct pc_verb pc_verb_sign = {
    .name = "sign",
    .summary = "Signs a store, so that it is believed where its key is trusted.",
    .usage = "STORE --key FILE [--serial N] [--json]\n"
             "STORE --key-credential NAME [--serial N] [--json]\n"
             "STORE --key-fd N [--serial N] [--json]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
