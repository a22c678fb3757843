// SPDX-License-Identifier: Apache-2.0
#include "secret_texts.h"

#include <ctype.h>
#include <string.h>

#include "command.h"
#include "fuzz.h"
#include "root_key.h"
#include "sealed.h"
#include "stage.h"
#include "value/base64.h"

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return at == NULL || c == '\0' ? -1 : (int)(at - digits);
}

// 64 digits, with an end of line or none.
static bool decode_digits(struct pc_str text, uint8_t out[PC_KEY_BYTES])
{
    size_t end = pc_str_find(text, '\n', 0);
    size_t len = end == SIZE_MAX ? text.len : end;
    len -= len == 65 && text.ptr[64] == '\r';
    for (size_t i = 0; i < 64 && len == 64; i += 2) {
        int high = digit_of(text.ptr[i]), low = digit_of(text.ptr[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i / 2] = (uint8_t)(high * 16 + low);
    }
    return len == 64 && (end == SIZE_MAX || end + 1 == text.len);
}

void secret_root_key(struct pc_str input)
{
    static const uint8_t zeros[PC_KEY_BYTES];
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_root_key *read = NULL, *expected = NULL;
    uint8_t bytes[PC_KEY_BYTES] = {0};
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    bool is_key = input.len == PC_KEY_BYTES || decode_digits(input, bytes);
    if (input.len == PC_KEY_BYTES) {
        memcpy(bytes, input.ptr, PC_KEY_BYTES);
    }
    is_key = is_key && memcmp(bytes, zeros, sizeof(zeros)) != 0;
    FUZZ_CHECK(pc_crypto_init() == PC_OK, "no libsodium");
    stage_write(stage_path("root.key"), input);
    enum pc_status status = pc_root_key_from_file(stage_path("root.key"), &diags, &read);
    FUZZ_CHECK(status == (is_key ? PC_OK : PC_ERR_INVALID), "status %d of %zu bytes", (int)status,
               input.len);
    FUZZ_CHECK((status == PC_OK) == (diags.errors == 0) && (status == PC_OK) == (read != NULL),
               "status %d with %zu errors", (int)status, (size_t)diags.errors);
    if (status == PC_OK) {
        FUZZ_CHECK(pc_root_key_make(bytes, &diags, &expected) == PC_OK, "no memory");
        FUZZ_CHECK(memcmp(read->head, expected->head, sizeof(read->head)) == 0, "another key");
        pc_root_key_free(expected);
        pc_root_key_free(read);
    }
}

// Boxes -------------------------------------------------------------------------------------------

// A line as anybody can make it for a key.
static void seal(const uint8_t public[PC_BOX_PUBLIC_BYTES], struct pc_str plain, struct pc_buf *out)
{
    size_t len = plain.len + PC_BOX_EXTRA_BYTES;
    char *box = malloc(len);
    FUZZ_CHECK(box != NULL && pc_box_close(public, plain, (uint8_t *)box) == PC_OK, "no box");
    pc_buf_text(out, PC_SEALED_PREFIX);
    pc_base64_write(out, (struct pc_str){box, len});
    free(box);
}

static void check_opened(const struct pc_unsealed *opened)
{
    for (size_t i = 0; i < opened->values.count; i++) {
        const char *text = opened->values.assignments[i];
        const char *equals = strchr(text, '=');
        FUZZ_CHECK(equals != NULL && equals > text, "no assignment: %s", text);
        for (const char *c = text; c < equals; c++) {
            FUZZ_CHECK(isalnum((unsigned char)*c) != 0 || *c == '_', "a name has byte %u",
                       (unsigned)*c);
        }
    }
}

void secret_box(struct pc_str input)
{
    static struct pc_secret key;
    static uint8_t public[PC_BOX_PUBLIC_BYTES];
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_unsealed_release) struct pc_unsealed opened = {0};
    struct pc_cli cli = {0};
    pc_arena_init(&cli.arena);
    pc_diags_init(&cli.diags, &cli.arena);
    if (key.ptr == NULL) {
        FUZZ_CHECK(pc_crypto_init() == PC_OK &&
                       pc_secret_room(&cli, PC_BOX_SECRET_BYTES, &key.ptr) == PC_OK,
                   "no memory");
        pc_box_pair(public, (uint8_t *)key.ptr);
        key.len = PC_BOX_SECRET_BYTES;
    }
    struct pc_str rest = input;
    bool is_line = pc_str_eq(fuzz_line(&rest), PC_STR("line"));
    if (is_line) {
        pc_buf_str(&text, rest);
    } else {
        seal(public, input, &text);
    }
    char *exact = fuzz_copy(pc_buf_view(&text));
    enum pc_status status =
        pc_sealed_open(&cli, (struct pc_str){exact, pc_buf_view(&text).len}, &key, &opened);
    FUZZ_CHECK(status == PC_OK || cli.diags.errors > 0, "status %d, unexplained", (int)status);
    FUZZ_CHECK(status != PC_OK || !is_line, "a box that nobody sealed opened");
    FUZZ_CHECK(status == PC_OK || opened.values.count == 0, "refused, with values");
    check_opened(&opened);
    free(exact);
    pc_arena_release(&cli.arena);
}
