// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include "base/utf8.h"
#include "image/lookup.h"
#include "match/pattern.h"
#include "policy/reader.h"

#include <stdlib.h>
#include <string.h>

static struct pc_str unmark(struct pc_arena *arena, const char *text)
{
    size_t used = 0;
    char *plain = pc_arena_alloc(arena, strlen(text) + 1);
    assert_non_null(plain);
    for (; *text != '\0'; text++) {
        if (*text != '^') {
            plain[used++] = (char)(*text == '\'' ? '"' : *text == '`' ? '\'' : *text);
        }
    }
    return (struct pc_str){plain, used};
}

static enum pc_status read_document(struct compiled *compiled, enum pc_policy_type type,
                                    const char *text, size_t number, const struct pc_policy **out)
{
    struct pc_json_source source = {.text = unmark(&compiled->arena, text)};
    const struct pc_json *json = NULL;
    assert_int_equal(pc_arena_format(&compiled->arena, &source.file, "%zu.json", number), PC_OK);
    assert_int_equal(pc_json_parse(&compiled->arena, &source, &compiled->diags, &json), PC_OK);
    struct pc_policy_input input = {.type = type,
                                    .file = source.file,
                                    .name = source.file,
                                    .document = json,
                                    .source = source.text};
    return pc_policy_read(&compiled->arena, &input, &compiled->diags, out);
}

void compile_texts(struct compiled *compiled, enum pc_policy_type type, const char *const *texts,
                   size_t count)
{
    *compiled = (struct compiled){.status = PC_OK};
    pc_diags_init(&compiled->diags, &compiled->arena);
    compiled->policies = pc_arena_array(&compiled->arena, count, sizeof(struct pc_policy *));
    assert_non_null(compiled->policies);
    for (size_t i = 0; i < count && compiled->status == PC_OK; i++) {
        compiled->status = read_document(compiled, type, texts[i], i, &compiled->policies[i]);
    }
    if (compiled->status == PC_OK) {
        const struct pc_compile_set set = {type, compiled->policies, count};
        compiled->status = pc_compile(&compiled->arena, &set, &compiled->diags, &compiled->bytes);
    }
    if (compiled->status == PC_OK) {
        assert_int_equal(pc_image_open(pc_buf_view(&compiled->bytes), &compiled->image), PC_OK);
    } else {
        assert_int_equal(compiled->bytes.len, 0);
    }
}

void compile_text(struct compiled *compiled, enum pc_policy_type type, const char *text)
{
    compile_texts(compiled, type, &text, 1);
}

void compiled_release(struct compiled *compiled)
{
    pc_buf_release(&compiled->bytes);
    pc_arena_release(&compiled->arena);
}

static void print_diagnostics(const struct pc_diags *diags)
{
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        struct pc_buf line = {0};
        pc_diag_write(&line, diag, false);
        print_error("  %.*s", PC_STR_ARG(pc_buf_view(&line)));
        pc_buf_release(&line);
    }
}

void compile_fine(struct compiled *compiled, enum pc_policy_type type, const char *text)
{
    compile_text(compiled, type, text);
    if (compiled->status != PC_OK) {
        print_error("%s\n", text);
        print_diagnostics(&compiled->diags);
    }
    assert_int_equal(compiled->status, PC_OK);
}

enum {
    MAX_EXPECTED = 64,
};

struct expected {
    struct {
        uint32_t line, column, code;
    } rows[MAX_EXPECTED];
    size_t count;
    bool error;
};

static void expect(const struct compile_case *row, struct expected *out)
{
    uint32_t line = 1;
    uint32_t column = 1;
    const char *codes = row->codes;
    *out = (struct expected){.count = 0};
    for (const char *at = row->text; *at != '\0'; at++) {
        if (*at == '^') {
            char *end;
            uint32_t code = (uint32_t)strtoul(codes, &end, 10);
            const struct pc_diag_row *known = pc_diag_row((enum pc_diag_code)code);
            assert_true(end != codes && out->count < MAX_EXPECTED);
            assert_non_null(known);
            out->rows[out->count].line = line;
            out->rows[out->count].column = column;
            out->rows[out->count++].code = code;
            out->error = out->error || known->severity == PC_SEVERITY_ERROR;
            codes = end;
        } else if (*at == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*at & 0xC0U) != 0x80U) {
            column++;
        }
    }
    assert_int_equal(*codes, '\0');
}

// Strikes the diagnostic off the list; false when it is not there.
static bool strike(struct expected *expected, const struct pc_diag *diag)
{
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->rows[i].line == diag->place.line &&
            expected->rows[i].column == diag->place.column &&
            expected->rows[i].code == (uint32_t)diag->code) {
            expected->rows[i] = expected->rows[--expected->count];
            return true;
        }
    }
    return false;
}

// How messages are to look (base/diag.h).
static bool is_well_put(struct pc_str message)
{
    return message.len > 0 && pc_utf8_invalid(message) == SIZE_MAX &&
           !(message.ptr[0] >= 'A' && message.ptr[0] <= 'Z') && message.ptr[message.len - 1] != '.';
}

void check_diagnostics(const struct compile_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct expected expected;
        struct compiled compiled;
        bool fine = true;
        expect(&cases[i], &expected);
        compile_text(&compiled, cases[i].type, cases[i].text);
        for (const struct pc_diag *diag = compiled.diags.first; diag != NULL; diag = diag->next) {
            assert_view(diag->place.file, "0.json");
            assert_true(is_well_put(diag->message));
            fine = strike(&expected, diag) && fine;
        }
        if (!fine || expected.count > 0) {
            print_error("%s: expected %s at the marks of %s, but:\n", cases[i].name, cases[i].codes,
                        cases[i].text);
            print_diagnostics(&compiled.diags);
            fail();
        }
        assert_int_equal(compiled.status, expected.error ? PC_ERR_INVALID : PC_OK);
        compiled_release(&compiled);
    }
}

bool same_image(enum pc_policy_type type, const char *a, const char *b)
{
    struct compiled one;
    struct compiled two;
    compile_fine(&one, type, a);
    compile_fine(&two, type, b);
    bool same = pc_str_eq(pc_buf_view(&one.bytes), pc_buf_view(&two.bytes));
    compiled_release(&one);
    compiled_release(&two);
    return same;
}

static bool pattern_matches(const struct pc_image *image, struct pc_image_span pattern,
                            struct pc_str name)
{
    return pc_pattern_match(pc_image_text(image, pattern), name, NULL, NULL) == PC_MATCH;
}

void listed_by_records(const struct pc_image *image, struct pc_str service, struct pc_str name,
                       bool *listed)
{
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        const struct pc_image_range actions = pc_image_statement(image, i)->actions;
        listed[i] = false;
        for (uint32_t k = 0; k < actions.count; k++) {
            const struct pc_image_action *action = pc_image_action(image, actions.first + k);
            bool named = action->kind == PC_IMAGE_ACTION_NAME &&
                         pc_str_eq(pc_image_text(image, action->service), service) &&
                         pattern_matches(image, action->name, name);
            listed[i] = listed[i] || named || action->kind == PC_IMAGE_ACTION_ANY;
        }
    }
}

void listed_by_index(const struct pc_image *image, struct pc_str service, struct pc_str name,
                     bool *listed)
{
    memset(listed, 0, pc_image_count(image, PC_IMAGE_STATEMENTS) * sizeof(*listed));
    lookup_action(image, service, name, listed);
}
