// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#include <stdlib.h>
#include <string.h>

#include "policy/reader.h"
#include "json/reader.h"

enum {
    MAX_FOUND = 32,
    NOON = 1767268800, // of 2026-01-01, UTC
};

struct found {
    unsigned line, column, code;
};

static struct pc_str unmark(struct pc_arena *arena, const char *text)
{
    size_t length = strlen(text);
    char *plain = pc_arena_alloc(arena, length + 1);
    size_t used = 0;
    assert_non_null(plain);
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '^') {
            plain[used++] = text[i] == '\'' ? '"' : text[i];
        }
    }
    return (struct pc_str){plain, used};
}

static const struct pc_policy *read_policy(struct pc_arena *arena, const struct lint_case *row,
                                           struct pc_policy_input *input)
{
    struct pc_diags diags;
    const struct pc_policy *policy = NULL;
    struct pc_json_source source = {.file = PC_STR("p.json"), .text = unmark(arena, row->text)};
    pc_diags_init(&diags, arena);
    *input = (struct pc_policy_input){
        .type = row->type, .file = source.file, .name = PC_STR("p"), .source = source.text};
    assert_int_equal(pc_json_parse(arena, &source, &diags, &input->document), PC_OK);
    if (pc_policy_read(arena, input, &diags, &policy) != PC_OK) {
        fail_msg("%s: %.*s", row->name, PC_STR_ARG(diags.first->message));
    }
    return policy;
}

static size_t expect(const struct lint_case *row, struct found *out)
{
    unsigned line = 1, column = 1;
    size_t count = 0;
    const char *codes = row->codes;
    for (const char *at = row->text; *at != '\0'; at++) {
        if (*at == '^') {
            char *end;
            assert_true(count < MAX_FOUND);
            out[count++] = (struct found){line, column, (unsigned)strtoul(codes, &end, 10)};
            assert_true(end != codes);
            codes = end;
        } else if (*at == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
    }
    assert_int_equal(*codes, '\0');
    return count;
}

static size_t collect(const struct pc_diags *diags, const struct lint_about *about,
                      struct found *out)
{
    size_t count = 0;
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        unsigned code = (unsigned)diag->code;
        if ((code >= about->from && code <= about->to) || code == about->also) {
            assert_true(count < MAX_FOUND);
            assert_view(diag->place.file, "p.json");
            assert_true(diag->message.len > 0);
            out[count++] = (struct found){diag->place.line, diag->place.column, code};
        }
    }
    return count;
}

static void print(const char *title, const struct found *found, size_t count)
{
    print_error("  %s:", title);
    for (size_t i = 0; i < count; i++) {
        print_error(" %u:%u POL%04u", found[i].line, found[i].column, found[i].code);
    }
    print_error("\n");
}

static bool same(const struct found *a, const struct found *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i].line != b[i].line || a[i].column != b[i].column || a[i].code != b[i].code) {
            return false;
        }
    }
    return true;
}

static void check(const struct lint_case *row, const struct lint_about *about)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    struct found expected[MAX_FOUND], actual[MAX_FOUND];
    struct pc_policy_input input;
    struct pc_diags diags;
    const struct pc_policy *policy = read_policy(&arena, row, &input);
    pc_diags_init(&diags, &arena);
    const struct pc_lint_subject subject = {
        .policy = policy,
        .attached = pc_str_from(about->attached),
        .arn = pc_str_from(about->arn),
        .size = about->size > 0 ? about->size : pc_policy_size(&input, true),
        .size_all = about->size > 0 ? about->size : pc_policy_size(&input, false),
    };
    struct pc_lint lint = {
        .arena = &arena, .diags = &diags, .catalog = about->catalog, .now = NOON};
    assert_int_equal(pc_lint_policy(&lint, &subject), PC_OK);
    size_t expected_count = expect(row, expected);
    size_t actual_count = collect(&diags, about, actual);
    if (expected_count != actual_count || !same(expected, actual, expected_count)) {
        print_error("%s\n", row->name);
        print("expected", expected, expected_count);
        print("actual", actual, actual_count);
        fail();
    }
}

void check_lint(const struct lint_case *cases, size_t count, const struct lint_about *about)
{
    for (size_t i = 0; i < count; i++) {
        check(&cases[i], about);
    }
}
