// SPDX-License-Identifier: Apache-2.0
#include "environment_record.h"

#include <string.h>

#include "codec.h"

#define MAGIC "environment 1"

// The table ---------------------------------------------------------------------------------------

static void write_variable(struct pc_buf *out, const struct pc_vault_variable *variable,
                           uint32_t measure)
{
    pc_code_text(out, variable->name);
    pc_code_u64(out, variable->version);
    pc_code_u64(out, (uint64_t)variable->set);
    pc_buf_u32(out, measure);
    pc_buf_u32(out, (uint32_t)variable->length);
}

static void write_table(struct pc_buf *out, const struct pc_environment_record *record)
{
    const struct pc_vault_environment *environment = &record->environment;
    pc_code_text(out, PC_STR(MAGIC));
    pc_code_text(out, environment->function);
    pc_code_text(out, environment->key);
    pc_buf_u32(out, environment->key_version);
    pc_buf_u32(out, (uint32_t)environment->count);
    for (size_t i = 0; i < environment->count; i++) {
        write_variable(out, &environment->variables[i], record->measures[i]);
    }
}

struct pc_hash pc_environment_record_digest(const struct pc_environment_record *record)
{
    char bytes[PC_HASH_BYTES + PC_SEAL_NONCE_BYTES + PC_SEAL_TAG_BYTES];
    memcpy(bytes, record->table.bytes, PC_HASH_BYTES);
    memcpy(bytes + PC_HASH_BYTES, record->seal.nonce, PC_SEAL_NONCE_BYTES);
    memcpy(bytes + PC_HASH_BYTES + PC_SEAL_NONCE_BYTES, record->seal.tag, PC_SEAL_TAG_BYTES);
    return pc_hash_of((struct pc_str){bytes, sizeof(bytes)});
}

void pc_environment_record_write(struct pc_buf *out, const struct pc_environment_record *record)
{
    write_table(out, record);
    pc_buf_append(out, record->seal.nonce, sizeof(record->seal.nonce));
    pc_buf_append(out, record->seal.tag, sizeof(record->seal.tag));
    pc_code_text(out, record->cipher);
}

// Reading -----------------------------------------------------------------------------------------

static void parse_variable(struct pc_decoder *in, struct pc_vault_variable *variable,
                           uint32_t *measure)
{
    variable->name = pc_decode_text(in);
    variable->version = pc_decode_u64(in);
    variable->set = (int64_t)pc_decode_u64(in);
    *measure = pc_decode_u32(in);
    variable->length = pc_decode_u32(in);
    // No value measures less than it is long: so all of them have room where an environment has.
    in->bad = in->bad || variable->length > *measure || *measure > PC_ENVIRONMENT_BYTES ||
              variable->name.len > PC_NAME_BYTES;
}

static enum pc_status parse_variables(struct pc_decoder *in, struct pc_arena *arena,
                                      struct pc_environment_record *record)
{
    size_t count = record->environment.count;
    struct pc_vault_variable *variables = pc_arena_array(arena, count, sizeof(*variables));
    uint32_t *measures = pc_arena_array(arena, count, sizeof(*measures));
    if (variables == NULL || measures == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t measure = count == 0 ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        parse_variable(in, &variables[i], &measures[i]);
        measure += pc_environment_measure_variable(variables[i].name, measures[i]);
    }
    record->environment.variables = variables;
    record->environment.measure = measure;
    record->measures = measures;
    return PC_OK;
}

static size_t length_of_values(const struct pc_vault_environment *environment)
{
    size_t length = 0;
    for (size_t i = 0; i < environment->count; i++) {
        length += environment->variables[i].length;
    }
    return length;
}

enum pc_status pc_environment_record_parse(struct pc_str bytes, struct pc_arena *arena,
                                           struct pc_environment_record *out)
{
    struct pc_decoder in = {bytes, false};
    struct pc_environment_record record = {.measures = NULL};
    struct pc_vault_environment *environment = &record.environment;
    bool ours = pc_str_eq(pc_decode_text(&in), PC_STR(MAGIC));
    environment->function = pc_decode_text(&in);
    environment->key = pc_decode_text(&in);
    environment->key_version = pc_decode_u32(&in);
    environment->count = pc_decode_u32(&in);
    if (!ours || in.bad || environment->count > PC_ENVIRONMENT_VARIABLES) {
        return PC_ERR_DAMAGED;
    }
    PC_TRY(parse_variables(&in, arena, &record));
    record.table = pc_hash_of(pc_str_slice(bytes, 0, bytes.len - in.rest.len));
    pc_decode_into(&in, record.seal.nonce, sizeof(record.seal.nonce));
    pc_decode_into(&in, record.seal.tag, sizeof(record.seal.tag));
    record.cipher = pc_decode_text(&in);
    if (in.bad || in.rest.len > 0 || environment->measure > PC_ENVIRONMENT_BYTES ||
        record.cipher.len != length_of_values(environment)) {
        return PC_ERR_DAMAGED;
    }
    *out = record;
    return PC_OK;
}

// The values --------------------------------------------------------------------------------------

struct binding {
    char key_version[8];
    struct pc_str parts[4];
};

static struct pc_seal_context context_of(const struct pc_environment_record *record,
                                         struct binding *room)
{
    const struct pc_vault_environment *environment = &record->environment;
    for (size_t i = 0; i < sizeof(room->key_version); i++) {
        uint64_t version = environment->key_version;
        room->key_version[i] = (char)(unsigned char)(version >> (8 * i));
    }
    room->parts[0] = environment->function;
    room->parts[1] = environment->key;
    room->parts[2] = (struct pc_str){room->key_version, sizeof(room->key_version)};
    room->parts[3] = (struct pc_str){(const char *)record->table.bytes, PC_HASH_BYTES};
    return (struct pc_seal_context){room->parts, 4};
}

enum pc_status pc_environment_record_seal(struct pc_environment_record *record,
                                          const uint8_t data[PC_KEY_BYTES], struct pc_str values,
                                          uint8_t *cipher)
{
    struct binding room;
    PC_CLEANUP(pc_buf_release) struct pc_buf table = {0};
    write_table(&table, record);
    PC_TRY(pc_buf_status(&table));
    record->table = pc_hash_of(pc_buf_view(&table));
    const struct pc_seal_context context = context_of(record, &room);
    PC_TRY(pc_seal(data, values, &context, cipher, &record->seal));
    record->cipher = (struct pc_str){(const char *)cipher, values.len};
    return PC_OK;
}

enum pc_status pc_environment_record_unseal(const struct pc_environment_record *record,
                                            const uint8_t data[PC_KEY_BYTES], uint8_t *out)
{
    struct binding room;
    const struct pc_seal_context context = context_of(record, &room);
    return pc_unseal(data, &record->seal, record->cipher, &context, out);
}
