// SPDX-License-Identifier: Apache-2.0
#include "signing_options.h"

#include "descriptor.h"
#include "value/base64.h"

static const int ids[] = {PC_OPTION_KEY, PC_OPTION_KEY_CREDENTIAL, PC_OPTION_KEY_FD};

// The one that was given.
static enum pc_status choose(struct pc_cli *cli, const struct pc_args *args, int *id)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        if (pc_args_has(args, ids[i])) {
            *id = ids[i];
            count++;
        }
    }
    if (count != 1) {
        (void)pc_cli_usage(cli, count == 0 ? "with which key is not said: --key FILE, "
                                             "--key-credential NAME or --key-fd N"
                                           : "one key signs: --key, --key-credential or --key-fd");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status from_descriptor(struct pc_cli *cli, const char *text,
                                      struct pc_signing_key **out)
{
    int fd;
    PC_TRY(pc_descriptor_read(cli, "", "key-fd", text, &fd));
    enum pc_status status = pc_signing_key_from_descriptor(fd, &cli->diags, out);
    pc_descriptor_close(fd);
    return status;
}

enum pc_status pc_signing_options_read(struct pc_cli *cli, const struct pc_args *args,
                                       struct pc_signing_key **out)
{
    int id;
    PC_TRY(choose(cli, args, &id));
    const char *value = pc_args_value(args, id);
    if (id == PC_OPTION_KEY_FD) {
        return from_descriptor(cli, value, out);
    }
    return id == PC_OPTION_KEY ? pc_signing_key_from_file(value, &cli->diags, out)
                               : pc_signing_key_from_credential(value, &cli->diags, out);
}

void pc_signing_key_show(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                         const char *name)
{
    if (name[0] != '\0') {
        pc_buf_byte(out, '"');
        pc_buf_printable(out, pc_str_from(name));
        pc_buf_text(out, "\" ");
    }
    pc_trust_fingerprint(out, key);
}

void pc_signing_key_json(struct pc_json_writer *writer, const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                         const char *name)
{
    char room[PC_TRUST_FINGERPRINT_TEXT + 64];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    const void *bytes = key;
    pc_json_key(writer, "name");
    if (name[0] != '\0') {
        pc_json_text(writer, name);
    } else {
        pc_json_null(writer);
    }
    pc_trust_fingerprint(&text, key);
    pc_json_key(writer, "fingerprint");
    pc_json_string(writer, pc_buf_view(&text));
    pc_buf_reset(&text);
    pc_base64_write(&text, (struct pc_str){bytes, PC_SIGN_PUBLIC_BYTES});
    pc_json_key(writer, "key");
    pc_json_string(writer, pc_buf_view(&text));
}
