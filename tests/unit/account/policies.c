// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "account/policies.h"
#include "policy_guess.h"

#define ROLE "arn:aws:iam::111122223333:role/app"

// What was visited, a line each: "identity a.json:1:1 name of HOLDER as ARN".
struct visits {
    struct pc_buf lines;
    size_t total;
    enum pc_status stop; // what a visit gives
};

static enum pc_status note(void *context, const struct pc_found_policy *found, size_t number,
                           size_t total)
{
    struct visits *visits = context;
    const char *slash = strrchr(found->place.file.ptr, '/');
    struct pc_str file = slash != NULL ? pc_str_from(slash + 1) : found->place.file;
    assert_true(number < total);
    visits->total = total;
    pc_buf_format(&visits->lines, "%s%s %.*s:%u:%u %.*s", pc_policy_type_text(found->input.type),
                  found->guessed ? "?" : "", PC_STR_ARG(file), found->place.line,
                  found->place.column, PC_STR_ARG(found->input.name));
    if (found->holder.len > 0) {
        pc_buf_format(&visits->lines, " of %.*s", PC_STR_ARG(found->holder));
    }
    if (found->arn.len > 0) {
        pc_buf_format(&visits->lines, " as %.*s", PC_STR_ARG(found->arn));
    }
    pc_buf_byte(&visits->lines, '\n');
    assert_non_null(found->input.document);
    assert_true(pc_policy_size(&found->input, false) >= pc_policy_size(&found->input, true));
    return visits->stop;
}

static enum pc_status visit(struct sandbox *box, enum pc_policy_type type, struct visits *visits)
{
    const struct pc_str path = sandbox_path(box, "");
    const struct pc_policies_input input = {
        .from = {.paths = &path, .count = 1}, .type = type, .visit = note, .context = visits};
    return pc_import_policies(&box->arena, &input, &box->diags, &box->import);
}

static void expect(struct sandbox *box, enum pc_policy_type type, const char *lines)
{
    struct visits visits = {.stop = PC_OK};
    assert_int_equal(visit(box, type, &visits), PC_OK);
    pc_buf_byte(&visits.lines, '\0');
    assert_string_equal(visits.lines.ptr, lines);
    pc_buf_release(&visits.lines);
}

#define ALLOW "{'Statement':{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}}"
#define PUBLIC                                                                                     \
    "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'*'}}"
#define TRUST                                                                                      \
    "{'Statement':{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'sts:AssumeRole'}" \
    "}"

static void nobody_has_to_hold_a_policy(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", ALLOW);
    sandbox_write(box, "b.json", "[" PUBLIC "," TRUST "]");
    expect(box, PC_POLICY_NONE,
           "identity? a.json:1:1 a\nresource? b.json:1:2 b\ntrust? b.json:1:90 b\n");
    assert_int_equal(box->diags.errors, 0);
}

static void a_type_is_of_what_nothing_else_tells(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", ALLOW);
    sandbox_write(box, "b.json", "{'Policy':'{}','PolicyName':'default'}");
    sandbox_write(box, "c.json", "{'RoleName':'r','PolicyName':'in','PolicyDocument':" ALLOW "}");
    expect(box, PC_POLICY_SCP, "scp a.json:1:1 a\nkey b.json:1:12 b\nidentity c.json:1:52 in\n");
}

static void a_document_is_visited_once_for_each_type(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'policies':[{'arn':'arn:aws:iam::111122223333:policy/p',"
                  "'policy':'p.json'}],\n"
                  "'roles':[{'arn':'" ROLE "','policies':['arn:aws:iam::111122223333:policy/p'],"
                  "'boundary':'arn:aws:iam::111122223333:policy/p'}]}");
    sandbox_write(box, "p.json", ALLOW);
    expect(box, PC_POLICY_NONE,
           "identity p.json:1:1 p of " ROLE " as arn:aws:iam::111122223333:policy/p\n"
           "boundary p.json:1:1 p of " ROLE " as arn:aws:iam::111122223333:policy/p\n");
}

static void who_has_it_is_told_only_of_one(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':['p.json','q.json']},"
                  "{'arn':'" ROLE "2','policies':['p.json']}]}");
    sandbox_write(box, "p.json", ALLOW);
    sandbox_write(box, "q.json", ALLOW);
    expect(box, PC_POLICY_NONE, "identity p.json:1:1 p\nidentity q.json:1:1 q of " ROLE "\n");
}

static void the_same_managed_policy_again_is_not_visited_again(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json",
                  "{'polcheck':1,'policies':[{'arn':'arn:aws:iam::aws:policy/P','policy':" ALLOW
                  "}]}");
    sandbox_write(box, "b.json",
                  "{'polcheck':1,'policies':[{'arn':'arn:aws:iam::aws:policy/P','policy':" ALLOW
                  "}]}");
    expect(box, PC_POLICY_NONE, "identity a.json:1:71 P as arn:aws:iam::aws:policy/P\n");
    assert_int_equal(box->diags.errors, 0);
}

static void what_is_broken_keeps_nothing_else_away(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", "{'Statement':");
    sandbox_write(box, "b.json", "{'what':'is this'}");
    sandbox_write(box, "c.json",
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "',"
                  "'policies':['gone.json','arn:aws:iam::aws:policy/None']}]}");
    sandbox_write(box, "d.json", ALLOW);
    expect(box, PC_POLICY_NONE, "identity? d.json:1:1 d\n");
    const struct pc_diag *diag = box->diags.first;
    assert_int_equal(diag->code, PC_DIAG_JSON_SYNTAX);
    assert_int_equal((diag = diag->next)->code, PC_DIAG_SHAPE_UNKNOWN);
    assert_int_equal((diag = diag->next)->code, PC_DIAG_FILE_MISSING);
    assert_null(diag->next); // where the other reference leads, another input may say
}

static void a_status_ends_the_visits(void **state)
{
    struct sandbox *box = *state;
    struct visits visits = {.stop = PC_ERR_IO};
    sandbox_write(box, "a.json", ALLOW);
    sandbox_write(box, "b.json", ALLOW);
    assert_int_equal(visit(box, PC_POLICY_NONE, &visits), PC_ERR_IO);
    pc_buf_byte(&visits.lines, '\0');
    assert_string_equal(visits.lines.ptr, "identity? a.json:1:1 a\n");
    assert_int_equal(visits.total, 2);
    pc_buf_release(&visits.lines);
}

static void texts_are_found_by_the_names_of_places(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", ALLOW);
    expect(box, PC_POLICY_NONE, "identity? a.json:1:1 a\n");
    assert_int_equal(pc_import_text(box->import, sandbox_path(box, "a.json")).len, strlen(ALLOW));
    assert_int_equal(pc_import_text(box->import, PC_STR("nowhere")).len, 0);
}

// Guessing --------------------------------------------------------------------------------------

static const struct {
    const char *text;
    enum pc_policy_type type;
} guesses[] = {
    {"{'Statement':[]}", PC_POLICY_IDENTITY},
    {"{'Statement':{'NotPrincipal':'*','Action':'s3:*'}}", PC_POLICY_RESOURCE},
    {"{'Statement':{'Principal':'*','Action':'STS:assumerolewithsaml'}}", PC_POLICY_TRUST},
    {"{'Statement':{'Principal':'*','Action':['sts:AssumeRole','sts:TagSession',"
     "'sts:SetSourceIdentity','sts:SetContext']}}",
     PC_POLICY_TRUST},
    {"{'Statement':{'Action':'sts:AssumeRole'}}", PC_POLICY_IDENTITY},
    {"{'Statement':[{'Principal':'*','Action':'sts:AssumeRole'},"
     "{'Principal':'*','Action':'sts:GetCallerIdentity'}]}",
     PC_POLICY_RESOURCE},
    {"{'Statement':{'Principal':'*','Action':'sts:*'}}", PC_POLICY_RESOURCE},
    {"{'Statement':{'Principal':'*','NotAction':'sts:AssumeRole'}}", PC_POLICY_RESOURCE},
    {"{'Statement':{'Principal':'*'}}", PC_POLICY_RESOURCE},
    {"{'Statement':{'Principal':'*','Action':[]}}", PC_POLICY_RESOURCE},
    {"{'Statement':{'Principal':'*','Action':1}}", PC_POLICY_RESOURCE},
    {"{'Statement':[{'Principal':'*','Action':['kms:*']}]}", PC_POLICY_KEY},
    {"{'Statement':[{'Principal':'*','Action':['kms:*','s3:*']}]}", PC_POLICY_RESOURCE},
    {"{'Statement':[1,null]}", PC_POLICY_IDENTITY},
    {"{'Statement':'x'}", PC_POLICY_IDENTITY},
    {"[]", PC_POLICY_IDENTITY},
};

static void types_are_guessed(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
        const struct pc_json *json;
        struct pc_json_source source = {.file = PC_STR("t")};
        assert_int_equal(pc_arena_copy(&box->arena, pc_str_from(guesses[i].text), &source.text),
                         PC_OK);
        for (size_t at = 0; at < source.text.len; at++) {
            char *c = (char *)(uintptr_t)&source.text.ptr[at];
            *c = *c == '\'' ? '"' : *c;
        }
        assert_int_equal(pc_json_parse(&box->arena, &source, &box->diags, &json), PC_OK);
        assert_int_equal(pc_policy_guess(json), guesses[i].type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(nobody_has_to_hold_a_policy),
        SANDBOX_TEST(a_type_is_of_what_nothing_else_tells),
        SANDBOX_TEST(a_document_is_visited_once_for_each_type),
        SANDBOX_TEST(who_has_it_is_told_only_of_one),
        SANDBOX_TEST(the_same_managed_policy_again_is_not_visited_again),
        SANDBOX_TEST(what_is_broken_keeps_nothing_else_away),
        SANDBOX_TEST(a_status_ends_the_visits),
        SANDBOX_TEST(texts_are_found_by_the_names_of_places),
        SANDBOX_TEST(types_are_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
