// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include <stdio.h>
#include <string.h>

#include "base/faults.h"

// Something of everything.
static const char everything[] =
    "{'Version':'2012-10-17','Statement':[\n"
    "{'Sid':'A','Effect':'Allow','Principal':{'AWS':['111111111111','*'],'Service':"
    "'sns.amazonaws.com'},'Action':['s3:Get*','s3:PutObject','sqs:*'],"
    "'Resource':['arn:aws:s3:::b/${aws:username}/*','arn:aws:sqs:*'],'Condition':{"
    "'StringLike':{'aws:userid':['a*','b'],'aws:x':'${aws:y, `z`}'},"
    "'NumericLessThanIfExists':{'aws:n':10.5},'Bool':{'aws:b':true}}},\n"
    "{'Effect':'Deny','NotPrincipal':{'AWS':'111111111111'},'NotAction':'*',"
    "'NotResource':'*','Condition':{'ForAnyValue:IpAddress':{'aws:i':['203.0.113.0/24','::1']},"
    "'ArnLike':{'aws:a':'arn:aws:s3:::b'},'DateLessThan':{'aws:d':'2024-05'},"
    "'BinaryEquals':{'aws:k':'QQ=='},'Null':{'aws:x':'false'}}}]}";

static void twice_gives_the_same_bytes(void **state)
{
    (void)state;
    assert_true(same_image(PC_POLICY_RESOURCE, everything, everything));
}

// and what else does not matter.
static void writings_of_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
    } rows[] = {
        {IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'Bool':"
                  "{'aws:x':true}}}"),
         IDENTITY("{'Effect':'Deny','Action':['s3:*'],'Resource':['*'],'Condition':{'Bool':"
                  "{'aws:x':['true']}}}")},
        {IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*'}"),
         IDENTITY("{'Resource':'*','Action':'s3:*','Effect':'Deny'}")},
        {IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*'}"),
         IDENTITY("{'Effect' : 'Deny',\n'Action':\n'\\u00733:*', 'Resource':'*'}")},
        {IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*'}"),
         IDENTITY("{'Effect':'Deny','Action':'*:*','Resource':'*'}")},
        {IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'StringEquals':"
                  "{'aws:x':'a'}}}"),
         IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'stringEQUALS':"
                  "{'aws:x':'a'},'Bool':{}}}")},
        {IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*'}"),
         IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{},'Sid':''}")},
        {IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'NumericEquals':"
                  "{'aws:x':10}}}"),
         IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'NumericEquals':"
                  "{'aws:x':'10'}}}")},
        {IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'IpAddress':"
                  "{'aws:x':'203.0.113.7/24'}}}"),
         IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'IpAddress':"
                  "{'aws:x':'203.0.113.0/24'}}}")},
        {IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':['arn:aws:s3:::b','*','*',"
                  "'arn:aws:s3:::b','*']}"),
         IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':['arn:aws:s3:::b','*']}")},
        {IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
                  "{'aws:x':['b','a','b','a','c']}}}"),
         IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
                  "{'aws:x':['b','a','c']}}}")},
        {IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'IpAddress':"
                  "{'aws:x':['203.0.113.7/24','203.0.113.0/24']}}}"),
         IDENTITY("{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'IpAddress':"
                  "{'aws:x':'203.0.113.0/24'}}}")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(same_image(PC_POLICY_IDENTITY, rows[i].a, rows[i].b));
    }
}

// What does matter shows in the bytes.
static void writings_of_something_else(void **state)
{
    (void)state;
    static const char base[] =
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','Resource':'*','Condition':{'StringLike':"
                 "{'aws:x':'a'}}}");
    static const char *const others[] = {
        IDENTITY("{'Effect':'Allow','Action':'s3:Get','Resource':'*','Condition':{'StringLike':"
                 "{'aws:x':'a'}}}"),
        IDENTITY("{'Effect':'Deny','NotAction':'s3:Get','Resource':'*','Condition':{'StringLike':"
                 "{'aws:x':'a'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Ge*','Resource':'*','Condition':{'StringLike':"
                 "{'aws:x':'a'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','NotResource':'*','Condition':{'StringLike':"
                 "{'aws:x':'a'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','Resource':'*','Condition':{'StringNotLike':"
                 "{'aws:x':'a'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','Resource':'*','Condition':{"
                 "'StringLikeIfExists':{'aws:x':'a'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','Resource':'*','Condition':{'StringLike':"
                 "{'aws:y':'a'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','Resource':'*','Condition':{'StringLike':"
                 "{'aws:x':'A'}}}"),
        IDENTITY("{'Effect':'Deny','Action':'s3:Get','Resource':'*'}"),
        IDENTITY("\n{'Effect':'Deny','Action':'s3:Get','Resource':'*','Condition':{'StringLike':"
                 "{'aws:x':'a'}}}"),
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(same_image(PC_POLICY_IDENTITY, base, others[i]));
    }
    assert_false(same_image(PC_POLICY_IDENTITY,
                            IDENTITY("{'Effect':'Deny','Action':'*','Resource':"
                                     "'arn:aws:s3:::${aws:x}'}"),
                            "{'Version':'2008-10-17','Statement':{'Effect':'Deny','Action':'*',"
                            "'Resource':'arn:aws:s3:::${aws:x}'}}"));
}

// A set without policies is a set: it allows nothing.
static void empty_sets(void **state)
{
    (void)state;
    for (int type = PC_POLICY_IDENTITY; type <= PC_POLICY_ENDPOINT; type++) {
        struct compiled compiled;
        compile_texts(&compiled, (enum pc_policy_type)type, NULL, 0);
        assert_int_equal(compiled.status, PC_OK);
        assert_int_equal(compiled.image.header->type, type);
        for (int table = 0; table < PC_IMAGE_TABLES; table++) {
            assert_int_equal(pc_image_count(&compiled.image, (enum pc_image_table)table), 0);
        }
        compiled_release(&compiled);
    }
}

// One bad document spoils the set, wherever it is.
static void a_set_with_a_bad_document(void **state)
{
    (void)state;
    static const char fine[] = IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*'}");
    static const char bad[] = CONDITION("{'Like':{'aws:x':'a'}}");
    for (size_t place = 0; place < 3; place++) {
        const char *texts[] = {fine, fine, fine};
        struct compiled compiled;
        texts[place] = bad;
        compile_texts(&compiled, PC_POLICY_IDENTITY, texts, COUNT(texts));
        assert_int_equal(compiled.status, PC_ERR_INVALID);
        assert_int_equal(compiled.diags.errors, 1);
        assert_int_equal(compiled.diags.first->place.file.ptr[0], '0' + (int)place);
        compiled_release(&compiled);
    }
    const char *texts[] = {bad, fine, bad};
    struct compiled compiled;
    compile_texts(&compiled, PC_POLICY_IDENTITY, texts, COUNT(texts));
    assert_int_equal(compiled.diags.errors, 2);
    compiled_release(&compiled);
}

// Errors that were there before are not those of this set.
static void earlier_diagnostics(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_buf out = {0};
    const struct pc_compile_set set = {PC_POLICY_SCP, NULL, 0};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    pc_diag_report(&diags, PC_DIAG_USAGE, (struct pc_place){.line = 1}, "something else");
    pc_buf_text(&out, "before");
    assert_int_equal(pc_compile(&arena, &set, &diags, &out), PC_OK);
    assert_true(out.len > 6);
    assert_memory_equal(out.ptr, "before", 6);
    assert_int_equal(diags.errors, 1);
    pc_buf_release(&out);
    pc_arena_release(&arena);
}

static void out_is_as_it_was(void **state)
{
    (void)state;
    static const struct pc_text action = {PC_STR_INIT("*"), 1, 1};
    static const struct pc_text value = {PC_STR_INIT("a"), 1, 1};
    static const struct pc_condition condition = {.op = {PC_STR_INIT("Like"), 3, 9},
                                                  .key = {PC_STR_INIT("aws:x"), 1, 1},
                                                  .values = &value,
                                                  .count = 1};
    static const struct pc_statement statement = {.actions = {PC_LIST_POSITIVE, &action, 1, 1, 1},
                                                  .conditions = &condition,
                                                  .condition_count = 1};
    static const struct pc_policy policy = {
        .type = PC_POLICY_IDENTITY, .file = PC_STR_INIT("f"), .statements = &statement, .count = 1};
    const struct pc_policy *policies[] = {&policy};
    const struct pc_compile_set set = {PC_POLICY_IDENTITY, policies, 1};
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_buf out = {0};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    pc_buf_text(&out, "before");
    assert_int_equal(pc_compile(&arena, &set, &diags, &out), PC_ERR_INVALID);
    assert_view(pc_buf_view(&out), "before");
    assert_int_equal(diags.errors, 1);
    assert_int_equal(diags.first->place.line, 3);
    assert_int_equal(diags.first->place.column, 9);
    pc_buf_release(&out);
    pc_arena_release(&arena);
}

// More statements than an image holds: a thousand policies that share theirs.
static void too_many_statements(void **state)
{
    (void)state;
    static struct pc_statement statements[PC_IMAGE_MAX_STATEMENTS / 1024];
    static const struct pc_policy *policies[1025];
    static struct pc_policy policy = {.type = PC_POLICY_IDENTITY, .file = PC_STR_INIT("f")};
    static struct pc_policy one_more = {.type = PC_POLICY_IDENTITY, .file = PC_STR_INIT("f")};
    for (size_t i = 0; i < COUNT(statements); i++) {
        statements[i].actions.kind = PC_LIST_POSITIVE;
    }
    policy.statements = one_more.statements = statements;
    policy.count = COUNT(statements);
    one_more.count = 1;
    for (size_t i = 0; i < COUNT(policies); i++) {
        policies[i] = i < 1024 ? &policy : &one_more;
    }
    for (size_t count = 1024; count <= 1025; count++) {
        const struct pc_compile_set set = {PC_POLICY_IDENTITY, policies, count};
        struct pc_arena arena;
        struct pc_diags diags;
        struct pc_buf out = {0};
        pc_arena_init(&arena);
        pc_diags_init(&diags, &arena);
        enum pc_status status = pc_compile(&arena, &set, &diags, &out);
        assert_int_equal(status, count == 1024 ? PC_OK : PC_ERR_LIMIT);
        assert_true((out.len > 0) == (count == 1024));
        assert_int_equal(diags.errors, count - 1024);
        if (count > 1024) {
            assert_int_equal(diags.first->code, PC_DIAG_LIMIT_IMAGE);
            assert_view(diags.first->place.file, "f");
        }
        pc_buf_release(&out);
        pc_arena_release(&arena);
    }
}

enum {
    REPEATED_BYTES = 20000,
    REPEATING = 300, // statements, or resources of one
};

// A set of statements that list one resource each, or of one that lists it so often: a long text.
static enum pc_status compile_repeated(size_t statements_count, size_t resources_count,
                                       struct pc_diags *diags)
{
    static char text[REPEATED_BYTES];
    static struct pc_text resources[REPEATING];
    static struct pc_statement statements[REPEATING];
    static const struct pc_text action = {.text = PC_STR_INIT("s3:x")};
    const struct pc_policy policy = {.type = PC_POLICY_IDENTITY,
                                     .file = PC_STR_INIT("f"),
                                     .statements = statements,
                                     .count = statements_count};
    const struct pc_policy *policies[] = {&policy};
    const struct pc_compile_set set = {PC_POLICY_IDENTITY, policies, 1};
    struct pc_buf out = {0};
    struct pc_image image;
    memset(text, 'x', sizeof(text));
    memcpy(text, "arn:aws:s3:::", 13);
    for (size_t i = 0; i < REPEATING; i++) {
        resources[i].text = (struct pc_str){text, sizeof(text)};
        statements[i].line = 10 + (uint32_t)i;
        statements[i].column = 5;
        statements[i].actions =
            (struct pc_text_list){.kind = PC_LIST_POSITIVE, .items = &action, .count = 1};
        statements[i].resources = (struct pc_text_list){
            .kind = PC_LIST_POSITIVE, .items = resources, .count = resources_count};
    }
    enum pc_status status = pc_compile(diags->arena, &set, diags, &out);
    if (status == PC_OK) {
        assert_int_equal(pc_image_open(pc_buf_view(&out), &image), PC_OK);
    } else {
        assert_int_equal(out.len, 0);
    }
    pc_buf_release(&out);
    return status;
}

// Equal texts are stored once and looked at for each list that has them. Of long ones there is a
// limit, by which an image is verified in a time that is linear in its bytes; far beyond what AWS
// takes.
static void long_texts_that_are_repeated(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    assert_int_equal(compile_repeated(1, 1, &diags), PC_OK);
    assert_int_equal(compile_repeated(1, REPEATING, &diags), PC_OK); // a list has it once
    assert_int_equal(diags.errors, 0);
    assert_int_equal(compile_repeated(REPEATING, 1, &diags), PC_ERR_LIMIT);
    assert_int_equal(diags.errors, 1);
    assert_int_equal(diags.first->code, PC_DIAG_LIMIT_IMAGE);
    assert_view(diags.first->place.file, "f");
    assert_int_equal(diags.first->place.line, 10 + REPEATING - 1);
    assert_int_equal(diags.first->place.column, 5);
    assert_non_null(strstr(diags.first->message.ptr, "repeats long texts too often"));
    assert_true(diags.first->hint.len > 0);
    pc_arena_release(&arena);
}

enum {
    SHARED_NAMES = 200,
    SHARED_BLOCKS = 40,
    SHARED_STATEMENTS = SHARED_BLOCKS * 64,
};

// Every 64th statement says the same names, beginnings, patterns, resources and principals; the
// others one of each.
static void make_sharing(struct pc_statement statements[SHARED_STATEMENTS])
{
    static const char *const forms[][2] = {{"Name", ""}, {"Begin", "*"}, {"Glob", "*x"}};
    static char texts[5][SHARED_NAMES][64];
    static struct pc_text actions[3 * SHARED_NAMES], resources[SHARED_NAMES];
    static struct pc_principal_entry principals[SHARED_NAMES];
    for (size_t i = 0; i < SHARED_NAMES; i++) {
        for (size_t form = 0; form < COUNT(forms); form++) {
            (void)snprintf(texts[form][i], sizeof(texts[form][i]), "s3:%s%zu%s", forms[form][0], i,
                           forms[form][1]);
            actions[form * SHARED_NAMES + i].text = pc_str_from(texts[form][i]);
        }
        (void)snprintf(texts[3][i], sizeof(texts[3][i]), "arn:aws:s3:::b/%zu", i);
        resources[i].text = pc_str_from(texts[3][i]);
        (void)snprintf(texts[4][i], sizeof(texts[4][i]), "arn:aws:iam::111111111111:user/%zu", i);
        principals[i] = (struct pc_principal_entry){.kind = PC_PRINCIPAL_USER,
                                                    .text = pc_str_from(texts[4][i])};
    }
    for (size_t i = 0; i < SHARED_STATEMENTS; i++) {
        bool all = i % 64 == 0;
        struct pc_statement *statement = &statements[i];
        statement->effect = PC_EFFECT_ALLOW;
        statement->principals = (struct pc_principal_list){
            .kind = PC_LIST_POSITIVE, .items = principals, .count = all ? SHARED_NAMES : 1};
        statement->actions = (struct pc_text_list){
            .kind = PC_LIST_POSITIVE, .items = actions, .count = all ? COUNT(actions) : 1};
        statement->resources = (struct pc_text_list){
            .kind = PC_LIST_POSITIVE, .items = resources, .count = all ? SHARED_NAMES : 1};
    }
}

// Sets with a block for each of the statements, and all names have the same one: what is compiled
// is let in, however many do.
static void sets_that_many_names_share(void **state)
{
    (void)state;
    static struct pc_statement statements[SHARED_STATEMENTS];
    const struct pc_policy policy = {.type = PC_POLICY_RESOURCE,
                                     .file = PC_STR_INIT("f"),
                                     .statements = statements,
                                     .count = SHARED_STATEMENTS};
    const struct pc_policy *policies[] = {&policy};
    const struct pc_compile_set set = {PC_POLICY_RESOURCE, policies, 1};
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_buf out = {0};
    struct pc_image image;
    uint64_t shared = 0;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    make_sharing(statements);
    assert_int_equal(pc_compile(&arena, &set, &diags, &out), PC_OK);
    assert_int_equal(pc_image_open(pc_buf_view(&out), &image), PC_OK);
    for (uint32_t i = 0; i < pc_image_count(&image, PC_IMAGE_NAMES); i++) {
        shared += pc_image_name(&image, i)->set.count;
    }
    assert_true(shared >= (uint64_t)SHARED_NAMES * SHARED_BLOCKS);
    assert_true(shared > 10 * pc_image_count(&image, PC_IMAGE_BLOCKS));
    pc_buf_release(&out);
    pc_arena_release(&arena);
}

// A tree of beginnings whose edges all have their place near one another: of each node of the
// second level the child that a byte leads to, and the byte is chosen for it. Looking for one would
// take as many steps as there are, at each byte of a name.
static void beginnings_that_were_chosen_to_collide(void **state)
{
    (void)state;
    enum {
        WIDTH = 32, // nodes of the first level, and of the second for each
        PATTERNS = 2 * WIDTH * WIDTH,
        EDGES = 8192, // for so many nodes
    };
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    static char texts[PATTERNS][16];
    static struct pc_text items[PATTERNS];
    for (uint32_t i = 0; i < WIDTH * WIDTH; i++) {
        uint32_t number = 1 + WIDTH + i; // of the node: level by level, behind the root
        uint32_t nearest = UINT32_MAX;
        char chosen = 0;
        for (const char *c = letters; *c != '\0'; c++) {
            uint32_t place = pc_image_edge_place(number, (uint8_t)*c) & (EDGES - 1);
            chosen = place < nearest ? *c : chosen;
            nearest = place < nearest ? place : nearest;
        }
        char first = letters[i / WIDTH], second = letters[i % WIDTH];
        (void)snprintf(texts[2 * i], sizeof(texts[0]), "s3:%c%c*", first, second);
        (void)snprintf(texts[2 * i + 1], sizeof(texts[0]), "s3:%c%c%c*", first, second, chosen);
    }
    for (size_t i = 0; i < PATTERNS; i++) {
        items[i].text = pc_str_from(texts[i]);
    }
    struct pc_statement statement = {
        .actions = {.kind = PC_LIST_POSITIVE, .items = items, .count = PATTERNS}};
    const struct pc_policy policy = {
        .type = PC_POLICY_IDENTITY, .file = PC_STR_INIT("f"), .statements = &statement, .count = 1};
    const struct pc_policy *policies[] = {&policy};
    const struct pc_compile_set set = {PC_POLICY_IDENTITY, policies, 1};
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_buf out = {0};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    assert_int_equal(pc_compile(&arena, &set, &diags, &out), PC_ERR_LIMIT);
    assert_int_equal(out.len, 0);
    assert_int_equal(diags.errors, 1);
    assert_int_equal(diags.first->code, PC_DIAG_LIMIT_IMAGE);
    assert_non_null(strstr(diags.first->message.ptr, "chosen to collide"));
    // Others of the same shape are no matter.
    for (size_t i = 1; i < PATTERNS; i += 2) {
        texts[i][5] = letters[i * 7 % WIDTH];
    }
    pc_diags_init(&diags, &arena);
    assert_int_equal(pc_compile(&arena, &set, &diags, &out), PC_OK);
    pc_buf_release(&out);
    pc_arena_release(&arena);
}

// The n-th allocation fails, for every n: an error then, never an image with something missing.
static void memory_runs_out(void **state)
{
    (void)state;
    struct compiled whole;
    enum pc_status status = PC_ERR_NOMEM;
    size_t failures = 0;
    compile_fine(&whole, PC_POLICY_RESOURCE, everything);
    const struct pc_compile_set set = {PC_POLICY_RESOURCE, &whole.policies[0], 1};
    for (size_t allowed = 0; status != PC_OK; allowed++) {
        struct pc_arena arena;
        struct pc_diags diags;
        struct pc_buf out = {0};
        assert_true(allowed < 2000);
        pc_arena_init(&arena);
        pc_diags_init(&diags, &arena);
        allocations_left = allowed;
        status = pc_compile(&arena, &set, &diags, &out);
        allocations_left = SIZE_MAX;
        if (status == PC_OK) {
            assert_true(pc_str_eq(pc_buf_view(&out), pc_buf_view(&whole.bytes)));
        } else {
            assert_int_equal(status, PC_ERR_NOMEM);
            assert_int_equal(out.len, 0);
            failures++;
        }
        pc_buf_release(&out);
        pc_arena_release(&arena);
    }
    assert_true(failures > 20);
    compiled_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_gives_the_same_bytes),
        cmocka_unit_test(writings_of_the_same),
        cmocka_unit_test(writings_of_something_else),
        cmocka_unit_test(empty_sets),
        cmocka_unit_test(a_set_with_a_bad_document),
        cmocka_unit_test(earlier_diagnostics),
        cmocka_unit_test(out_is_as_it_was),
        cmocka_unit_test(too_many_statements),
        cmocka_unit_test(long_texts_that_are_repeated),
        cmocka_unit_test(sets_that_many_names_share),
        cmocka_unit_test(beginnings_that_were_chosen_to_collide),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
