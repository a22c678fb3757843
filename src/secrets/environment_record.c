// SPDX-License-Identifier: Apache-2.0
#include "environment_record.h"

#include "codec.h"

#define MAGIC "environment 1"

// Writing
// -------------------------------------------------------------------------------------------

static void write_variable(struct pc_buf *out, const struct pc_vault_variable *variable,
                           const struct pc_sealed_variable *sealed)
{
    pc_code_text(out, variable->name);
    pc_code_u64(out, variable->version);
    pc_code_u64(out, (uint64_t)variable->set);
    pc_buf_u32(out, sealed->measure);
    pc_buf_u32(out, (uint32_t)sealed->cipher.len);
    pc_buf_append(out, sealed->seal.nonce, sizeof(sealed->seal.nonce));
    pc_buf_append(out, sealed->seal.tag, sizeof(sealed->seal.tag));
}

void pc_environment_record_write(struct pc_buf *out, const struct pc_environment_record *record,
                                 struct pc_hash *digest)
{
    const struct pc_vault_environment *environment = &record->environment;
    size_t start = out->len;
    pc_code_text(out, PC_STR(MAGIC));
    pc_code_text(out, environment->function);
    pc_code_text(out, environment->key);
    pc_buf_u32(out, environment->key_version);
    pc_buf_u32(out, (uint32_t)environment->count);
    for (size_t i = 0; i < environment->count; i++) {
        write_variable(out, &environment->variables[i], &record->sealed[i]);
    }
    struct pc_str table = pc_buf_view(out);
    *digest = pc_hash_of(pc_str_slice(table, start, table.len));
    for (size_t i = 0; i < environment->count; i++) {
        pc_buf_str(out, record->sealed[i].cipher);
    }
}

// Reading
// -------------------------------------------------------------------------------------------

static void parse_variable(struct pc_decoder *in, struct pc_vault_variable *variable,
                           struct pc_sealed_variable *sealed)
{
    variable->name = pc_decode_text(in);
    variable->version = pc_decode_u64(in);
    variable->set = (int64_t)pc_decode_u64(in);
    sealed->measure = pc_decode_u32(in);
    variable->length = pc_decode_u32(in);
    pc_decode_into(in, sealed->seal.nonce, sizeof(sealed->seal.nonce));
    pc_decode_into(in, sealed->seal.tag, sizeof(sealed->seal.tag));
    in->bad = in->bad || variable->length > PC_ENVIRONMENT_BYTES ||
              sealed->measure > PC_ENVIRONMENT_BYTES || variable->name.len > PC_NAME_BYTES;
}

// The variables and, behind the table, their ciphertexts.
static enum pc_status parse_variables(struct pc_decoder *in, struct pc_str bytes,
                                      struct pc_arena *arena, struct pc_environment_record *record)
{
    size_t count = record->environment.count;
    struct pc_vault_variable *variables = pc_arena_array(arena, count, sizeof(*variables));
    struct pc_sealed_variable *sealed = pc_arena_array(arena, count, sizeof(*sealed));
    if (variables == NULL || sealed == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t measure = count == 0 ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        parse_variable(in, &variables[i], &sealed[i]);
        measure += pc_environment_measure_variable(variables[i].name, sealed[i].measure);
    }
    record->digest = pc_hash_of(pc_str_slice(bytes, 0, bytes.len - in->rest.len));
    for (size_t i = 0; i < count; i++) {
        sealed[i].cipher = pc_decode_bytes(in, variables[i].length);
    }
    record->environment.variables = variables;
    record->environment.measure = measure;
    record->sealed = sealed;
    return PC_OK;
}

enum pc_status pc_environment_record_parse(struct pc_str bytes, struct pc_arena *arena,
                                           struct pc_environment_record *out)
{
    struct pc_decoder in = {bytes, false};
    struct pc_environment_record record = {.sealed = NULL};
    bool ours = pc_str_eq(pc_decode_text(&in), PC_STR(MAGIC));
    record.environment.function = pc_decode_text(&in);
    record.environment.key = pc_decode_text(&in);
    record.environment.key_version = pc_decode_u32(&in);
    record.environment.count = pc_decode_u32(&in);
    if (!ours || in.bad || record.environment.count > PC_ENVIRONMENT_VARIABLES) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(parse_variables(&in, bytes, arena, &record));
    bool whole = !in.bad && in.rest.len == 0 && record.environment.measure <= PC_ENVIRONMENT_BYTES;
    if (!whole) {
        return PC_ERR_DAMAGED;
    }
    *out = record;
    return PC_OK;
}

// Values
// --------------------------------------------------------------------------------------------

struct binding {
    char key_version[8], version[8];
    struct pc_str parts[5];
};

static struct pc_str number(char room[8], uint64_t value)
{
    for (size_t i = 0; i < 8; i++) {
        room[i] = (char)(unsigned char)(value >> (8 * i));
    }
    return (struct pc_str){room, 8};
}

static struct pc_seal_context context_of(const struct pc_value_place *place, struct binding *room)
{
    room->parts[0] = place->function;
    room->parts[1] = place->name;
    room->parts[2] = place->key;
    room->parts[3] = number(room->key_version, place->key_version);
    room->parts[4] = number(room->version, place->version);
    return (struct pc_seal_context){room->parts, 5};
}

enum pc_status pc_value_seal(const uint8_t data[PC_KEY_BYTES], struct pc_str value,
                             const struct pc_value_place *place, uint8_t *cipher,
                             struct pc_seal *out)
{
    struct binding room;
    const struct pc_seal_context context = context_of(place, &room);
    return pc_seal(data, value, &context, cipher, out);
}

enum pc_status pc_value_unseal(const uint8_t data[PC_KEY_BYTES],
                               const struct pc_sealed_variable *sealed,
                               const struct pc_value_place *place, uint8_t *out)
{
    struct binding room;
    const struct pc_seal_context context = context_of(place, &room);
    return pc_unseal(data, &sealed->seal, sealed->cipher, &context, out);
}
