// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include "match/arn_pattern.h"

#include <string.h>

// A document of the type, of one statement about the resource.
static void write_document(struct pc_buf *text, enum pc_policy_type type, const char *resource)
{
    bool principal = type == PC_POLICY_RESOURCE || type == PC_POLICY_KEY || type == PC_POLICY_RCP ||
                     type == PC_POLICY_ENDPOINT;
    pc_buf_format(text,
                  "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'kms:*',%s"
                  "'Resource':'%s'}}",
                  principal ? "'Principal':'*'," : "", resource);
    pc_buf_byte(text, '\0');
}

enum outcome {
    REFUSED,
    NEVER,
    MATCHES,
    OTHER, // a pattern that does not match
};

static enum outcome outcome_of(enum pc_policy_type type, const char *resource, const char *request)
{
    struct compiled compiled;
    struct pc_buf text = {0};
    enum outcome outcome = REFUSED;
    write_document(&text, type, resource);
    compile_text(&compiled, type, text.ptr);
    if (compiled.status == PC_OK) {
        const struct pc_image_resource *record = pc_image_resource(&compiled.image, 0);
        struct pc_str bytes = pc_image_text(&compiled.image, record->pattern);
        struct pc_arn_subject subject = pc_arn_subject_of(pc_str_from(request));
        assert_int_equal(pc_image_count(&compiled.image, PC_IMAGE_RESOURCES), 1);
        if (record->kind == PC_IMAGE_RESOURCE_NEVER) {
            assert_true(pc_str_eq(bytes, pc_str_from(resource)));
            outcome = NEVER;
        } else {
            bool matches = pc_arn_pattern_match(bytes, &subject, NULL, NULL) == PC_MATCH;
            outcome = matches ? MATCHES : OTHER;
        }
    } else {
        assert_int_equal(compiled.status, PC_ERR_INVALID);
        assert_int_equal(compiled.diags.first->code, PC_DIAG_RESOURCE_SHORT);
    }
    pc_buf_release(&text);
    compiled_release(&compiled);
    return outcome;
}

// Every cell of the table of R-207.
static void short_arns(void **state)
{
    (void)state;
    static const struct {
        enum pc_policy_type type;
        enum outcome plain, wild;
    } rows[] = {
        {PC_POLICY_IDENTITY, MATCHES, MATCHES}, {PC_POLICY_BOUNDARY, MATCHES, MATCHES},
        {PC_POLICY_SESSION, REFUSED, REFUSED},  {PC_POLICY_RESOURCE, NEVER, MATCHES},
        {PC_POLICY_KEY, NEVER, MATCHES},        {PC_POLICY_ENDPOINT, NEVER, MATCHES},
        {PC_POLICY_SCP, REFUSED, MATCHES},      {PC_POLICY_RCP, REFUSED, REFUSED},
    };
    static const char queue[] = "arn:aws:sqs:us-east-1:111111111111:q";
    static const char other[] = "arn:aws:sns:us-east-1:111111111111:q";
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(outcome_of(rows[i].type, "arn:aws:sqs:us-east-1", queue), rows[i].plain);
        assert_int_equal(outcome_of(rows[i].type, "arn:aws:sqs", queue), rows[i].plain);
        assert_int_equal(outcome_of(rows[i].type, "arn:aws:sqs:*", queue), rows[i].wild);
        enum outcome elsewhere = rows[i].wild == MATCHES ? OTHER : rows[i].wild;
        assert_int_equal(outcome_of(rows[i].type, "arn:aws:sqs:*", other), elsewhere);
        // Six fields are the same everywhere.
        assert_int_equal(outcome_of(rows[i].type, "arn:aws:sqs:*:*:q", queue), MATCHES);
        assert_int_equal(outcome_of(rows[i].type, "*", queue), MATCHES);
        assert_int_equal(outcome_of(rows[i].type, "*", "*"), MATCHES);
    }
    // An SCP: only with a star at the very end; others: wherever the wildcard is.
    assert_int_equal(outcome_of(PC_POLICY_SCP, "arn:aws:s*:us-east-1", queue), REFUSED);
    assert_int_equal(outcome_of(PC_POLICY_RESOURCE, "arn:aws:s*:us-east-1", queue), MATCHES);
    assert_int_equal(outcome_of(PC_POLICY_RESOURCE, "arn:aws:sq?", queue), MATCHES);
    assert_int_equal(outcome_of(PC_POLICY_IDENTITY, "arn:aws:sqs:us-east-1:222222222222", queue),
                     OTHER);
}

static void note_variable(void *context, struct pc_str key)
{
    struct pc_buf *keys = context;
    pc_buf_str(keys, key);
    pc_buf_byte(keys, ';');
}

static void check_variables(const char *text, const char *written, const char *variables)
{
    struct compiled compiled;
    struct pc_buf keys = {0};
    struct pc_buf out = {0};
    compile_fine(&compiled, PC_POLICY_IDENTITY, text);
    struct pc_str bytes =
        pc_image_text(&compiled.image, pc_image_resource(&compiled.image, 0)->pattern);
    pc_arn_pattern_each_variable(bytes, note_variable, &keys);
    pc_arn_pattern_write(bytes, &out);
    pc_buf_byte(&keys, '\0');
    pc_buf_byte(&out, '\0');
    assert_string_equal(keys.ptr, variables);
    assert_string_equal(out.ptr, written);
    pc_buf_release(&keys);
    pc_buf_release(&out);
    compiled_release(&compiled);
}

#define ABOUT(resource) "'Statement':{'Effect':'Deny','Action':'*','Resource':'" resource "'}}"

// R-209, R-502, R-503
static void variables_of_resources(void **state)
{
    (void)state;
    check_variables("{'Version':'2012-10-17'," ABOUT("arn:aws:s3:::b/${AWS:UserName, `x`}/*"),
                    "arn:aws:s3:::b/${aws:username, 'x'}/*", "aws:username;");
    check_variables("{'Version':'2008-10-17'," ABOUT("arn:aws:s3:::b/${AWS:UserName}/*"),
                    "arn:aws:s3:::b/${AWS:UserName}/*", "");
    check_variables("{" ABOUT("arn:aws:s3:::b/${"), "arn:aws:s3:::b/${", "");
    check_variables("{'Version':'2012-10-17'," ABOUT("arn:aws:s3:${x}:${y}:b"),
                    "arn:aws:s3:${x}:${y}:b", "");
    check_variables("{'Version':'2012-10-17'," ABOUT("arn:aws:sqs"), "arn:aws:sqs", "");
}

// POL0510 at the resource, each one, and what only looks like it.
static void malformed_variables(void **state)
{
    (void)state;
    static const struct compile_case cases[] = {
        {"each fault of R-512", PC_POLICY_IDENTITY,
         IDENTITY("{'Effect':'Deny','Action':'*','Resource':['arn:aws:s3:::a',"
                  "^'arn:aws:s3:::${aws:x',^'arn:aws:s3:::${aws:x, `d}',\n"
                  "^'arn:aws:s3:::${aws: x}',^'arn:aws:s3:::${}','arn:aws:s3:::${aws:x}']}"),
         "510 510 510 510"},
        {"NotResource", PC_POLICY_IDENTITY,
         IDENTITY("{'Effect':'Deny','Action':'*','NotResource':\n   ^'arn:aws:s3:::${'}"), "510"},
        {"other fields", PC_POLICY_IDENTITY,
         IDENTITY("{'Effect':'Deny','Action':'*','Resource':[^'arn:aws:${:::b','arn:aws:s3:::$']}"),
         "405"},
        {"without the Version", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Deny','Action':'*','Resource':^'arn:aws:s3:::${'}}", "511"},
    };
    check_diagnostics(cases, COUNT(cases));
}

static void resources_that_are_too_large(void **state)
{
    (void)state;
    for (size_t count = 64; count <= 65; count++) {
        struct pc_buf text = {0};
        pc_buf_text(&text, "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'*',"
                           "'Resource':['*',\n");
        pc_buf_text(&text, count > 64 ? "  ^'arn:aws:s3:::" : "  'arn:aws:s3:::");
        for (size_t i = 0; i < count; i++) {
            pc_buf_text(&text, "${aws:x}");
        }
        pc_buf_text(&text, "']}}");
        pc_buf_byte(&text, '\0');
        const struct compile_case cases[] = {
            {"many variables", PC_POLICY_IDENTITY, text.ptr, count > 64 ? "513" : ""},
        };
        check_diagnostics(cases, 1);
        pc_buf_release(&text);
    }
}

// So also an action: 4,097 pieces.
static void actions_that_are_too_large(void **state)
{
    (void)state;
    struct pc_buf text = {0};
    pc_buf_text(&text, "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*',"
                       "'Action':['s3:x',\n^'s3:");
    pc_buf_fill(&text, '?', 4097);
    pc_buf_text(&text, "','s3:y']}}");
    pc_buf_byte(&text, '\0');
    const struct compile_case cases[] = {
        {"many wildcards", PC_POLICY_RESOURCE, text.ptr, "513"},
    };
    check_diagnostics(cases, 1);
    pc_buf_release(&text);
}

static void elements(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'Version':'2012-10-17',\n 'Statement':[\n"
        "  {'Sid':'One','Effect':'Allow','Principal':'*','Action':'s3:a','Resource':'*'},\n"
        "    {'Effect':'Deny','NotPrincipal':{'AWS':'111111111111'},'NotAction':'s3:b',"
        "'NotResource':'arn:aws:s3:::b'}]}",
        "{'Statement':{'Sid':'Two','Effect':'Allow','Principal':{'AWS':[]},'Action':'s3:c'}}",
    };
    static const struct pc_image_statement expected[] = {
        {.document = 0,
         .number = 0,
         .line = 3,
         .column = 3,
         .effect = PC_IMAGE_ALLOW,
         .principal_kind = PC_IMAGE_LIST_POSITIVE,
         .action_kind = PC_IMAGE_LIST_POSITIVE,
         .resource_kind = PC_IMAGE_LIST_POSITIVE},
        {.document = 0,
         .number = 1,
         .line = 4,
         .column = 5,
         .effect = PC_IMAGE_DENY,
         .principal_kind = PC_IMAGE_LIST_NEGATED,
         .action_kind = PC_IMAGE_LIST_NEGATED,
         .resource_kind = PC_IMAGE_LIST_NEGATED},
        {.document = 1,
         .number = 0,
         .line = 1,
         .column = 14,
         .effect = PC_IMAGE_ALLOW,
         .principal_kind = PC_IMAGE_LIST_POSITIVE,
         .action_kind = PC_IMAGE_LIST_POSITIVE,
         .resource_kind = PC_IMAGE_LIST_ABSENT},
    };
    static const char *const sids[] = {"One", "", "Two"};
    struct compiled compiled;
    compile_texts(&compiled, PC_POLICY_RESOURCE, texts, COUNT(texts));
    assert_int_equal(compiled.status, PC_OK);
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_STATEMENTS), COUNT(expected));
    for (uint32_t i = 0; i < COUNT(expected); i++) {
        const struct pc_image_statement *statement = pc_image_statement(image, i);
        assert_int_equal(statement->document, expected[i].document);
        assert_int_equal(statement->number, expected[i].number);
        assert_int_equal(statement->line, expected[i].line);
        assert_int_equal(statement->column, expected[i].column);
        assert_int_equal(statement->effect, expected[i].effect);
        assert_int_equal(statement->principal_kind, expected[i].principal_kind);
        assert_int_equal(statement->action_kind, expected[i].action_kind);
        assert_int_equal(statement->resource_kind, expected[i].resource_kind);
        assert_true(pc_str_eq(pc_image_text(image, statement->sid), pc_str_from(sids[i])));
    }
    assert_int_equal(pc_image_count(image, PC_IMAGE_DOCUMENTS), 2);
    assert_view(pc_image_text(image, pc_image_document(image, 1)->name), "1.json");
    assert_view(pc_image_text(image, pc_image_document(image, 1)->file), "1.json");
    compiled_release(&compiled);
}

struct principal_row {
    uint32_t kind;
    const char *text, *partition;
};

static void check_principals(enum pc_policy_type type, const char *text,
                             const struct principal_row *rows, size_t count)
{
    struct compiled compiled;
    compile_fine(&compiled, type, text);
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_statement(image, 0)->principals.count, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct pc_image_principal *principal = pc_image_principal(image, i);
        assert_int_equal(principal->kind, rows[i].kind);
        assert_true(pc_str_eq(pc_image_text(image, principal->text), pc_str_from(rows[i].text)));
        assert_true(
            pc_str_eq(pc_image_text(image, principal->partition), pc_str_from(rows[i].partition)));
    }
    compiled_release(&compiled);
}

#define CANONICAL "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// R-035, R-036, R-302, R-303
static void principals(void **state)
{
    (void)state;
    static const struct principal_row rows[] = {
        {PC_IMAGE_PRINCIPAL_ANY, "*", ""},
        {PC_IMAGE_PRINCIPAL_ACCOUNT, "111111111111", ""},
        {PC_IMAGE_PRINCIPAL_ACCOUNT, "222222222222", "aws-cn"},
        {PC_IMAGE_PRINCIPAL_USER, "arn:aws:iam::111111111111:user/p/u", "aws"},
        {PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::111111111111:role/r", "aws"},
        {PC_IMAGE_PRINCIPAL_SESSION, "arn:aws:sts::111111111111:assumed-role/r/s", "aws"},
        {PC_IMAGE_PRINCIPAL_FEDERATED_USER, "arn:aws:sts::111111111111:federated-user/f", "aws"},
        {PC_IMAGE_PRINCIPAL_ID, "AROAEXAMPLEEXAMPLE", ""},
        {PC_IMAGE_PRINCIPAL_SERVICE, "sns.amazonaws.com", ""},
        {PC_IMAGE_PRINCIPAL_CANONICAL_USER, CANONICAL, ""},
    };
    static const struct principal_row trusted[] = {
        {PC_IMAGE_PRINCIPAL_FEDERATED, "accounts.google.com", ""},
    };
    static const struct principal_row never[] = {
        {PC_IMAGE_PRINCIPAL_NEVER, "accounts.google.com", ""}, // R-311
    };
    check_principals(
        PC_POLICY_RESOURCE,
        "{'Statement':{'Effect':'Allow','Action':'s3:*','Principal':{'AWS':['*','111111111111',"
        "'arn:aws-cn:iam::222222222222:root','arn:aws:iam::111111111111:user/p/u',"
        "'arn:aws:iam::111111111111:role/r','arn:aws:sts::111111111111:assumed-role/r/s',"
        "'arn:aws:sts::111111111111:federated-user/f','AROAEXAMPLEEXAMPLE'],"
        "'Service':'sns.amazonaws.com','CanonicalUser':'" CANONICAL "'}}}",
        rows, COUNT(rows));
    check_principals(PC_POLICY_TRUST,
                     "{'Statement':{'Effect':'Allow','Action':'sts:AssumeRoleWithWebIdentity',"
                     "'Principal':{'Federated':'accounts.google.com'}}}",
                     trusted, COUNT(trusted));
    check_principals(PC_POLICY_RESOURCE,
                     "{'Statement':{'Effect':'Allow','Action':'s3:*',"
                     "'Principal':{'Federated':'accounts.google.com'}}}",
                     never, COUNT(never));
}

// R-312: nothing says whose account it is, so a Deny of it would be none: POL0412.
static void canonical_users(void **state)
{
    (void)state;
    static const struct compile_case cases[] = {
        {"Allow", PC_POLICY_RESOURCE,
         "{'Statement':{'Effect':'Allow','Action':'s3:*','Principal':{'CanonicalUser':"
         "'" CANONICAL "'}}}",
         ""},
        {"Deny", PC_POLICY_RESOURCE,
         "{'Statement':{'Effect':'Deny','Action':'s3:*','Principal':{'AWS':'111111111111',"
         "'CanonicalUser':[\n^'" CANONICAL "']}}}",
         "412"},
        {"Deny for all others", PC_POLICY_RESOURCE,
         "{'Statement':{'Effect':'Deny','Action':'s3:*','NotPrincipal':{'CanonicalUser':"
         "'" CANONICAL "'}}}",
         ""},
    };
    check_diagnostics(cases, COUNT(cases));
}

// The bytes that a pattern is compiled to, listed behind it as a resource: which matches nothing
// and is not that pattern, nor is it left out for it.
static void a_text_with_the_bytes_of_a_pattern(void **state)
{
    (void)state;
    static const uint32_t kinds[] = {PC_IMAGE_RESOURCE_PATTERN, PC_IMAGE_RESOURCE_NEVER};
    struct pc_buf bytes = {0}, out = {0};
    struct pc_pattern_error error;
    const struct pc_arn_pattern_options options = {.expand = true, .allow_any = true};
    assert_int_equal(pc_arn_pattern_compile(PC_STR("arn:aws:s3:::b"), options, &bytes, &error),
                     PC_OK);
    const struct pc_text action = {.text = PC_STR_INIT("s3:x")};
    const struct pc_text pattern = {.text = PC_STR_INIT("arn:aws:s3:::b")};
    const struct pc_text text = {.text = pc_buf_view(&bytes)};
    const struct pc_text resources[] = {pattern, pattern, text, text};
    const struct pc_statement statement = {
        .actions = {.kind = PC_LIST_POSITIVE, .items = &action, .count = 1},
        .resources = {.kind = PC_LIST_POSITIVE, .items = resources, .count = COUNT(resources)}};
    const struct pc_policy policy = {
        .type = PC_POLICY_IDENTITY, .file = PC_STR_INIT("f"), .statements = &statement, .count = 1};
    const struct pc_policy *policies[] = {&policy};
    const struct pc_compile_set set = {PC_POLICY_IDENTITY, policies, 1};
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_image image;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    assert_int_equal(pc_compile(&arena, &set, &diags, &out), PC_OK);
    assert_int_equal(pc_image_open(pc_buf_view(&out), &image), PC_OK);
    assert_int_equal(pc_image_count(&image, PC_IMAGE_RESOURCES), COUNT(kinds));
    for (uint32_t i = 0; i < COUNT(kinds); i++) {
        assert_int_equal(pc_image_resource(&image, i)->kind, kinds[i]);
        assert_true(pc_str_eq(pc_image_text(&image, pc_image_resource(&image, i)->pattern),
                              pc_buf_view(&bytes)));
    }
    pc_buf_release(&bytes);
    pc_buf_release(&out);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_arns),
        cmocka_unit_test(variables_of_resources),
        cmocka_unit_test(malformed_variables),
        cmocka_unit_test(resources_that_are_too_large),
        cmocka_unit_test(actions_that_are_too_large),
        cmocka_unit_test(elements),
        cmocka_unit_test(principals),
        cmocka_unit_test(canonical_users),
        cmocka_unit_test(a_text_with_the_bytes_of_a_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
