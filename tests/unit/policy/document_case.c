// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
    MAX_FOUND = 32,
};

// A diagnostic as tests compare it.
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

static void read_plain(struct document *document, enum pc_policy_type type, struct pc_str text)
{
    struct pc_json_source source = {.file = PC_STR("p.json"), .text = text};
    const struct pc_json *json = NULL;
    pc_diags_init(&document->diags, &document->arena);
    assert_int_equal(pc_json_parse(&document->arena, &source, &document->diags, &json), PC_OK);
    struct pc_policy_input input = {
        .type = type, .file = source.file, .name = PC_STR("p"), .document = json, .source = text};
    document->policy = NULL;
    document->status =
        pc_policy_read(&document->arena, &input, &document->diags, &document->policy);
}

void document_read(struct document *document, enum pc_policy_type type, const char *text)
{
    pc_arena_init(&document->arena);
    read_plain(document, type, unmark(&document->arena, text));
}

void document_release(struct document *document)
{
    pc_arena_release(&document->arena);
}

static size_t expect(const struct document_case *row, struct found *out)
{
    unsigned line = 1;
    unsigned column = 1;
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
        } else if (((unsigned char)*at & 0xC0U) != 0x80U) {
            column++;
        }
    }
    assert_int_equal(*codes, '\0');
    return count;
}

static size_t collect(const struct pc_diags *diags, struct found *out)
{
    size_t count = 0;
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        assert_true(count < MAX_FOUND);
        assert_view(diag->place.file, "p.json");
        assert_true(diag->message.len > 0);
        assert_true(pc_utf8_invalid(diag->message) == SIZE_MAX);
        out[count++] = (struct found){diag->place.line, diag->place.column, (unsigned)diag->code};
    }
    return count;
}

static int by_place(const void *a, const void *b)
{
    const struct found *left = a;
    const struct found *right = b;
    if (left->line != right->line) {
        return left->line < right->line ? -1 : 1;
    }
    if (left->column != right->column) {
        return left->column < right->column ? -1 : 1;
    }
    return left->code < right->code ? -1 : left->code > right->code;
}

static enum pc_status status_of(const struct found *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct pc_diag_row *row = pc_diag_row((enum pc_diag_code)expected[i].code);
        assert_non_null(row);
        if (row->severity == PC_SEVERITY_ERROR) {
            return PC_ERR_INVALID;
        }
    }
    return PC_OK;
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
        if (by_place(&a[i], &b[i]) != 0) {
            return false;
        }
    }
    return true;
}

static void check_document(const struct document_case *row)
{
    struct found expected[MAX_FOUND];
    struct found actual[MAX_FOUND];
    struct document document;
    document_read(&document, row->type, row->text);
    size_t expected_count = expect(row, expected);
    size_t actual_count = collect(&document.diags, actual);
    qsort(expected, expected_count, sizeof(*expected), by_place);
    qsort(actual, actual_count, sizeof(*actual), by_place);
    if (expected_count != actual_count || !same(expected, actual, expected_count)) {
        print_error("%s\n", row->name);
        print("expected", expected, expected_count);
        print("actual", actual, actual_count);
        fail();
    }
    assert_int_equal(document.status, status_of(expected, expected_count));
    assert_true((document.policy != NULL) == (document.status == PC_OK));
    document_release(&document);
}

void check_documents(const struct document_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_document(&cases[i]);
    }
}
