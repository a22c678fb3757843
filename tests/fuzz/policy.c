// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a policy document: read and compiled, or refused with an error at its place, as the
// reference would. What is accepted says the same when it is laid out anew, when it is read back
// from the dump of its image, and when it is compiled again.
//
// Input: a line with the type, a row of `types` below, then the document.
#include "policy.h"

#include "base/utf8.h"
#include "compile/compile.h"
#include "dump_reader.h"
#include "image/dump.h"
#include "json_layout.h"
#include "policy_of_image.h"

enum {
    LONGEST = 16 << 10, // bytes of a document: the reference is slow
};

static const struct policy_type types[] = {
    {"identity", PC_POLICY_IDENTITY, REF_FORM_IDENTITY, "", NULL, REF_IDENTITY},
    {"boundary", PC_POLICY_BOUNDARY, REF_FORM_BOUNDARY, "", NULL, REF_BOUNDARY},
    {"session", PC_POLICY_SESSION, REF_FORM_SESSION, "", NULL, REF_SESSION},
    {"resource", PC_POLICY_RESOURCE, REF_FORM_RESOURCE, "sqs", NULL, REF_RESOURCE},
    {"s3", PC_POLICY_RESOURCE, REF_FORM_S3, "s3", NULL, REF_RESOURCE},
    {"trust", PC_POLICY_TRUST, REF_FORM_TRUST, "sts", "AssumeRole", REF_RESOURCE},
    {"key", PC_POLICY_KEY, REF_FORM_KEY, "kms", NULL, REF_RESOURCE},
    {"scp", PC_POLICY_SCP, REF_FORM_SCP, "", NULL, REF_SCP},
    {"rcp", PC_POLICY_RCP, REF_FORM_RCP, "", NULL, REF_RCP},
    {"endpoint", PC_POLICY_ENDPOINT, REF_FORM_ENDPOINT, "", NULL, REF_ENDPOINT},
};

static const struct policy_type *type_of(struct pc_str word)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (pc_str_eq(word, pc_str_from(types[i].word))) {
            return &types[i];
        }
    }
    return NULL;
}

// May the engine refuse for this what the reference takes? The forms of names are AWS's in the one
// (match/shape.h) and the bare words of in the other; AWS knows no limit of ours.
static bool is_stricter(enum pc_diag_code code)
{
    return code == PC_DIAG_PRINCIPAL_VALUE || code == PC_DIAG_CONDITION_KEY ||
           code == PC_DIAG_PATTERN_LIMIT || code == PC_DIAG_LIMIT_IMAGE;
}

// What is refused for such a reason alone says nothing; else both take it or refuse it.
static void check_reference(const struct policy_read *document)
{
    bool stricter = document->diags.errors > 0;
    bool accepted = document->image.len > 0;
    for (const struct pc_diag *diag = document->diags.first; diag != NULL; diag = diag->next) {
        stricter = stricter && (diag->severity != PC_SEVERITY_ERROR || is_stricter(diag->code));
    }
    const char *wrong = policy_refers(document);
    FUZZ_CHECK(stricter || accepted == (wrong == NULL),
               "as %s the engine %s it, the reference says: %s", document->type->word,
               accepted ? "takes" : "refuses", wrong == NULL ? "fine" : wrong);
}

// Laid out anew -----------------------------------------------------------------------------------

static struct policy_read read_again(const struct policy_read *document, struct pc_str text)
{
    struct policy_read again = {.arena = document->arena, .type = document->type, .text = text};
    policy_read(&again);
    FUZZ_CHECK(again.model != NULL && again.image.len > 0, "it is refused now: %.*s",
               PC_STR_ARG(text));
    return again;
}

static void check_layout(const struct policy_read *document)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf layout = {0};
    const struct pc_json_source source = {
        .file = PC_STR("input"), .text = document->text, .undecoded = true};
    const struct pc_json *json = NULL;
    struct pc_diags diags;
    pc_diags_init(&diags, document->arena);
    FUZZ_CHECK(pc_json_parse(document->arena, &source, &diags, &json) == PC_OK,
               "undecoded it is refused");
    FUZZ_CHECK(pc_json_layout(&layout, json, document->text) == PC_OK, "no layout");
    struct policy_read again = read_again(document, pc_buf_view(&layout));
    policy_check_same(document->model, again.model);
    pc_buf_release(&again.image);
}

// Through the image -------------------------------------------------------------------------------

static struct pc_image image_of(const struct policy_read *document)
{
    struct pc_image image = {0};
    FUZZ_CHECK(pc_image_open(pc_buf_view(&document->image), &image) == PC_OK,
               "what was compiled does not pass the verifier");
    return image;
}

// Appends JSON in ASCII, for R-002 counts what is written and not what it stands for.
static void print_ascii(struct pc_str json, struct pc_buf *out)
{
    for (size_t at = 0; at < json.len;) {
        uint32_t point = 0;
        at += pc_utf8_decode(pc_str_slice(json, at, json.len), &point);
        if (point < 0x80) {
            pc_buf_byte(out, (char)point);
        } else if (point < 0x10000) {
            pc_buf_format(out, "\\u%04x", point);
        } else {
            pc_buf_format(out, "\\u%04x\\u%04x", 0xD800 + ((point - 0x10000) >> 10),
                          0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
}

// The statements of a dump, without the places that are in it.
static void dump_statements(struct pc_arena *arena, const struct policy_read *document,
                            struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf dump = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf json = {0};
    struct pc_image image = image_of(document);
    pc_image_dump(&image, document->type->word, &dump);
    FUZZ_CHECK(pc_buf_status(&dump) == PC_OK, "no dump");
    struct edit_node *documents = dump_read(arena, pc_buf_view(&dump));
    FUZZ_CHECK(documents != NULL && documents->first != NULL, "a dump that cannot be read: %.*s",
               PC_STR_ARG(pc_buf_view(&dump)));
    edit_print(&json, documents->first);
    FUZZ_CHECK(pc_buf_status(&json) == PC_OK, "no memory");
    print_ascii(pc_buf_view(&json), out);
    FUZZ_CHECK(pc_buf_status(out) == PC_OK, "no memory");
}

static void check_dump(const struct policy_read *document)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf first = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf second = {0};
    dump_statements(document->arena, document, &first);
    struct policy_read again = read_again(document, pc_buf_view(&first));
    dump_statements(document->arena, &again, &second);
    FUZZ_CHECK(pc_str_eq(pc_buf_view(&first), pc_buf_view(&second)), "%.*s\nbecame\n%.*s",
               PC_STR_ARG(pc_buf_view(&first)), PC_STR_ARG(pc_buf_view(&second)));
    pc_buf_release(&again.image);
}

// The words of `polcheck show`.
static void check_shown(const struct policy_read *document)
{
    struct pc_policy *policies = NULL;
    size_t count = 0;
    struct pc_image image = image_of(document);
    FUZZ_CHECK(pc_policies_of_image(document->arena, &image, &policies, &count) == PC_OK &&
                   count == 1 && policies[0].count == document->model->count,
               "the image has other statements");
    for (size_t i = 0; i < policies[0].count; i++) {
        const struct pc_statement *ours = &document->model->statements[i];
        const struct pc_statement *shown = &policies[0].statements[i];
        FUZZ_CHECK(ours->effect == shown->effect && ours->line == shown->line &&
                       ours->principals.kind == shown->principals.kind &&
                       ours->actions.kind == shown->actions.kind &&
                       ours->resources.kind == shown->resources.kind,
                   "statement %zu is another", i);
    }
}

// -------------------------------------------------------------------------------------------------

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct policy_read document = {.arena = &arena, .type = type_of(fuzz_line(&input))};
    pc_arena_init(&arena);
    document.text = fuzz_rest(&input);
    if (document.type == NULL || document.text.len > LONGEST) {
        return;
    }
    policy_read(&document);
    if (document.json != NULL) {
        check_reference(&document);
    }
    if (document.image.len > 0) {
        check_layout(&document);
        check_dump(&document);
        check_shown(&document);
    }
    pc_buf_release(&document.image);
}
