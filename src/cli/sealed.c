// SPDX-License-Identifier: Apache-2.0
#include "sealed.h"

#include "child_environment.h"
#include "secrets/vault.h"
#include "value/base64.h"

static const struct pc_str prefix = PC_STR_INIT(PC_SEALED_PREFIX);

// Closing -----------------------------------------------------------------------------------------

static enum pc_status write_line(struct pc_str box, struct pc_buf *out)
{
    pc_buf_str(out, prefix);
    pc_base64_write(out, box);
    pc_buf_byte(out, '\n');
    return pc_buf_status(out);
}

enum pc_status pc_sealed_write(struct pc_cli *cli, const uint8_t public[PC_BOX_PUBLIC_BYTES],
                               const struct pc_sealed_label *label,
                               const struct pc_secret_values *values, struct pc_buf *out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret room = {0};
    size_t size = pc_environment_json_room(values);
    PC_TRY(pc_secret_room(cli, size, &room.ptr));
    struct pc_buf plain = pc_buf_over(room.ptr, size);
    pc_sealed_json_write(&plain, label, values);
    PC_TRY(pc_buf_status(&plain));
    size_t length = plain.len + PC_BOX_EXTRA_BYTES;
    char *box = pc_arena_alloc(&cli->arena, length);
    if (box == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_box_close(public, pc_buf_view(&plain), (uint8_t *)box);
    if (status == PC_ERR_INVALID) {
        pc_diag_report(&cli->diags, PC_DIAG_BOX_KEY, (struct pc_place){.file = PC_STR("--to")},
                       "nothing can be sealed to this public key");
    }
    PC_TRY(status);
    return write_line((struct pc_str){box, length}, out);
}

// Opening -----------------------------------------------------------------------------------------

static enum pc_status refuse(struct pc_cli *cli, const char *why)
{
    pc_diag_report(&cli->diags, PC_DIAG_BOX, (struct pc_place){.file = PC_STR("")}, "%s", why);
    return PC_ERR_DAMAGED;
}

static struct pc_str without_end(struct pc_str text)
{
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r')) {
        text.len--;
    }
    return text;
}

// The box's bytes, which are no secret.
static enum pc_status decode(struct pc_cli *cli, struct pc_str text, struct pc_buf *out)
{
    if (!pc_str_has_prefix(text, prefix)) {
        return refuse(cli, "not a sealed environment: no line that begins with \"" PC_SEALED_PREFIX
                           "\"");
    }
    text = without_end(pc_str_slice(text, prefix.len, text.len));
    if (text.len > PC_SEALED_MAX || !pc_base64_decode(text, out)) {
        return refuse(cli, "not a sealed environment: no box in base64");
    }
    PC_TRY(pc_buf_status(out));
    return out->len <= PC_BOX_EXTRA_BYTES ? refuse(cli, "the sealed environment is cut short")
                                          : PC_OK;
}

static enum pc_status check_names(struct pc_cli *cli, const struct pc_secret_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        PC_TRY(pc_variable_name_check(pc_assignment_name(values->assignments[i]), &cli->diags));
    }
    return PC_OK;
}

// What was in the box lies in the room's first half; its values are written to the second.
static enum pc_status read_plain(struct pc_cli *cli, struct pc_str plain, struct pc_unsealed *out)
{
    char *second = out->memory.ptr + plain.len;
    struct pc_unsealed read = *out;
    enum pc_status status =
        pc_sealed_json_read(&cli->arena, plain, second, &read.label, &read.values);
    if (status == PC_ERR_DAMAGED) {
        return refuse(cli, "what was sealed is not the environment of a function");
    }
    PC_TRY(status);
    PC_TRY(check_names(cli, &read.values));
    *out = read;
    return PC_OK;
}

enum pc_status pc_sealed_open(struct pc_cli *cli, struct pc_str text, const struct pc_secret *key,
                              struct pc_unsealed *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf box = {0};
    PC_CLEANUP(pc_unsealed_release) struct pc_unsealed unsealed = {0};
    PC_TRY(decode(cli, text, &box));
    size_t length = box.len - PC_BOX_EXTRA_BYTES;
    PC_TRY(pc_secret_room(cli, 2 * length, &unsealed.memory.ptr));
    if (pc_box_open((const uint8_t *)key->ptr, pc_buf_view(&box), (uint8_t *)unsealed.memory.ptr) !=
        PC_OK) {
        return refuse(cli, "it was not sealed to this key, or was changed on its way");
    }
    PC_TRY(read_plain(cli, (struct pc_str){unsealed.memory.ptr, length}, &unsealed));
    *out = unsealed;
    unsealed.memory.ptr = NULL; // it is the caller's now
    return PC_OK;
}

void pc_unsealed_release(struct pc_unsealed *unsealed)
{
    pc_secret_release(&unsealed->memory);
    *unsealed = (struct pc_unsealed){0};
}
