// SPDX-License-Identifier: Apache-2.0
#include "case.h"

#include "match/key.h"
#include "request_json.h"
#include "spelling.h"

// Members that say something to people or to the program that keeps the cases: anything goes.
static const struct pc_str remarks[] = {PC_STR_INIT("comment"), PC_STR_INIT("description"),
                                        PC_STR_INIT("id"), PC_STR_INIT("source"),
                                        PC_STR_INIT("tags")};

static bool is_remark(struct pc_str name)
{
    for (size_t i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++) {
        if (pc_str_eq(name, remarks[i])) {
            return true;
        }
    }
    return false;
}

// Where a member of a case, or of a row, goes.
struct part {
    struct pc_str name;
    const struct pc_json *value;
};

enum {
    NAME, // the first of every list of parts
    REQUEST,
    EXPECT,
    ROW_PARTS,
    POLICIES = ROW_PARTS,
    ACCOUNT,
    STORE,
    ROWS,
    CASE_PARTS,
};

// clang-format off
#define PARTS                                                                                      \
    {[NAME] = {PC_STR_INIT("name"), NULL}, [REQUEST] = {PC_STR_INIT("request"), NULL},             \
     [EXPECT] = {PC_STR_INIT("expect"), NULL}, [POLICIES] = {PC_STR_INIT("policies"), NULL},       \
     [ACCOUNT] = {PC_STR_INIT("account"), NULL}, [STORE] = {PC_STR_INIT("store"), NULL},           \
     [ROWS] = {PC_STR_INIT("rows"), NULL}}
// clang-format on

// What is taken apart: "case" or "row", with the parts that it may have.
struct taking {
    const struct pc_case_source *source;
    const char *what;
    struct part *parts;
    size_t count;
};

static enum pc_status refuse(const struct pc_case_source *source, enum pc_diag_code code,
                             const struct pc_json *json, const char *what, const char *wanted)
{
    pc_diag_report(source->diags, code, pc_json_place(source->file, json), "%s is %s, not %s", what,
                   pc_json_type_text(json->type), wanted);
    return PC_ERR_INVALID;
}

static enum pc_status report_member(const struct taking *taking,
                                    const struct pc_json_member *member)
{
    const struct pc_case_source *source = taking->source;
    struct pc_near near = {.text = member->name};
    for (size_t i = 0; i < taking->count; i++) {
        pc_near_offer(&near, taking->parts[i].name);
    }
    pc_near_offer(&near, PC_STR("comment"));
    pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER,
                   pc_json_member_place(source->file, member), "a %s has no member \"%.*s\"",
                   taking->what, PC_STR_ARG(member->name));
    for (size_t i = taking->count; i < CASE_PARTS; i++) {
        if (pc_str_eq(member->name, taking->parts[i].name)) {
            pc_diag_hint(source->diags, "\"%.*s\" stands beside \"rows\", for all of them",
                         PC_STR_ARG(member->name));
            return PC_ERR_INVALID;
        }
    }
    if (near.best.len > 0) {
        pc_diag_hint(source->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    } else {
        pc_diag_hint(source->diags, "polcheck help test shows a case");
    }
    return PC_ERR_INVALID;
}

static enum pc_status take_member(const struct taking *taking, const struct pc_json_member *member)
{
    for (size_t i = 0; i < taking->count; i++) {
        if (pc_str_eq(member->name, taking->parts[i].name)) {
            taking->parts[i].value = &member->value;
            return PC_OK;
        }
    }
    return is_remark(member->name) ? PC_OK : report_member(taking, member);
}

static enum pc_status check_name(const struct taking *taking)
{
    const struct pc_json *name = taking->parts[NAME].value;
    if (name == NULL || name->type == PC_JSON_STRING) {
        return PC_OK;
    }
    pc_diag_report(
        taking->source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(taking->source->file, name),
        "the name of a %s is %s, not a string", taking->what, pc_json_type_text(name->type));
    taking->parts[NAME].value = NULL;
    return PC_ERR_INVALID;
}

// Finds every part, and refuses what is none; keys that repeat in the object itself and in what is
// expected, but those of requests and policies later, for they may be expected.
static enum pc_status take_apart(const struct taking *taking, const struct pc_json *json)
{
    const struct pc_case_source *source = taking->source;
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                       "the %s is %s, not an object", taking->what, pc_json_type_text(json->type));
        return PC_ERR_INVALID;
    }
    enum pc_status outcome = pc_json_refuse_own_repeats(json, source->file, source->diags);
    for (size_t i = 0; i < json->count; i++) {
        enum pc_status status = take_member(taking, &json->members[i]);
        outcome = status != PC_OK ? status : outcome;
    }
    enum pc_status status = check_name(taking);
    outcome = status != PC_OK ? status : outcome;
    PC_TRY(outcome);
    const struct pc_json *expect = taking->parts[EXPECT].value;
    return expect == NULL ? PC_OK : pc_json_refuse_repeats(expect, source->file, source->diags);
}

static enum pc_status check_rows(const struct pc_case_source *source, const struct pc_case *table)
{
    if (table->rows->type != PC_JSON_ARRAY) {
        return refuse(source, PC_DIAG_CASE_TABLE, table->rows, "\"rows\"", "an array");
    }
    if (table->rows->count == 0) {
        pc_diag_report(source->diags, PC_DIAG_CASE_TABLE, pc_json_place(source->file, table->rows),
                       "the table has no row");
        return PC_ERR_INVALID;
    }
    if (table->request != NULL && table->request->type != PC_JSON_OBJECT) {
        return refuse(source, PC_DIAG_REQUEST_MEMBER, table->request, "the request", "an object");
    }
    return PC_OK;
}

// "account" and "store" are whole accounts: of the policies of a case only those go with them that
// the request brings along.
static enum pc_status check_account(const struct pc_case_source *source,
                                    const struct pc_case *subject)
{
    const struct pc_case_account *account = &subject->account;
    const struct pc_json *policies = subject->policies;
    if (account->paths == NULL && account->store == NULL) {
        return PC_OK;
    }
    if (account->paths != NULL && account->store != NULL) {
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT,
                       pc_json_place(source->file, account->store),
                       "\"account\" and \"store\" exclude each other");
        return PC_ERR_INVALID;
    }
    for (size_t i = 0; policies != NULL && i < policies->count; i++) {
        bool object = policies->type == PC_JSON_OBJECT;
        const struct pc_json_member *member = object ? &policies->members[i] : NULL;
        if (member != NULL && !pc_str_eq(member->name, PC_STR("session")) &&
            !pc_str_eq(member->name, PC_STR("endpoint"))) {
            pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT,
                           pc_json_member_place(source->file, member),
                           "\"%.*s\" comes from the account", PC_STR_ARG(member->name));
            pc_diag_hint(source->diags, "beside \"account\" or \"store\", \"policies\" has only "
                                        "\"session\" and \"endpoint\"");
            return PC_ERR_INVALID;
        }
    }
    return PC_OK;
}

static enum pc_status check_case(const struct pc_case_source *source, const struct pc_json *json,
                                 const struct pc_case *subject)
{
    PC_TRY(check_account(source, subject));
    if (subject->rows != NULL) {
        return check_rows(source, subject);
    }
    if (subject->request == NULL) {
        pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                       "the case has no \"request\"");
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_status pc_case_read(const struct pc_case_source *source, const struct pc_json *json,
                            struct pc_case *out)
{
    struct part parts[CASE_PARTS] = PARTS;
    const struct taking taking = {source, "case", parts, CASE_PARTS};
    enum pc_status status = take_apart(&taking, json);
    *out = (struct pc_case){
        .name = parts[NAME].value != NULL ? parts[NAME].value->text : PC_STR(""),
        .request = parts[REQUEST].value,
        .policies = parts[POLICIES].value,
        .expect = parts[EXPECT].value,
        .rows = parts[ROWS].value,
        .account = {parts[ACCOUNT].value, parts[STORE].value},
    }; // also after a failure: the name helps people
    PC_TRY(status);
    return check_case(source, json, out);
}

// Rows: what one says, laid over what the table says.

static bool says(const struct pc_json *object, struct pc_str name, bool keys)
{
    for (size_t i = 0; i < object->count; i++) {
        struct pc_str other = object->members[i].name;
        if (keys ? pc_key_eq(other, name) : pc_str_eq(other, name)) {
            return true;
        }
    }
    return false;
}

// Makes an object of the members of `over` and those of `under` that it does not name; it stands
// where `over` stands. keys: they are context keys, compared without case; else members of
// a request, whose contexts are laid over each other in turn. What has the wrong type is left to
// the reader of requests.
static enum pc_status lay_over(struct pc_arena *arena, const struct pc_json *under,
                               const struct pc_json *over, bool keys, struct pc_json *out)
{
    struct pc_json_member *members =
        pc_arena_array(arena, (size_t)under->count + over->count, sizeof(*members));
    uint32_t count = 0;
    if (members == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < under->count; i++) {
        if (!says(over, under->members[i].name, keys)) {
            members[count++] = under->members[i];
        }
    }
    for (size_t i = 0; i < over->count; i++) {
        const struct pc_json_member *own = &over->members[i];
        const struct pc_json *shared = keys ? NULL : pc_json_get(under, PC_STR("context"));
        struct pc_json_member *laid = &members[count++];
        *laid = *own;
        if (shared != NULL && pc_str_eq(own->name, PC_STR("context")) &&
            shared->type == PC_JSON_OBJECT && own->value.type == PC_JSON_OBJECT) {
            PC_TRY(lay_over(arena, shared, &own->value, true, &laid->value));
        }
    }
    *out = *over;
    out->members = members;
    out->count = count;
    return PC_OK;
}

static enum pc_status request_of_row(const struct pc_case_source *source,
                                     const struct pc_case *table, const struct pc_json *json,
                                     const struct pc_json *own, const struct pc_json **out)
{
    if (own == NULL && table->request == NULL) {
        pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                       "neither the row nor its table has a \"request\"");
        return PC_ERR_INVALID;
    }
    *out = own != NULL ? own : table->request;
    if (own == NULL || table->request == NULL || own->type != PC_JSON_OBJECT) {
        return PC_OK;
    }
    struct pc_json *made = pc_arena_alloc(source->arena, sizeof(*made));
    if (made == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_json_refuse_repeats(table->request, source->file, source->diags));
    PC_TRY(pc_json_refuse_repeats(own, source->file, source->diags));
    PC_TRY(lay_over(source->arena, table->request, own, false, made));
    *out = made;
    return PC_OK;
}

static enum pc_status name_row(const struct pc_case_source *source, const struct pc_case *table,
                               const struct pc_json *json, const struct pc_json *own,
                               struct pc_str *out)
{
    struct pc_str name = own != NULL ? own->text : PC_STR("");
    const char *between = table->name.len > 0 ? ": " : "";
    if (name.len > 0) {
        return pc_arena_format(source->arena, out, "%.*s%s%.*s", PC_STR_ARG(table->name), between,
                               PC_STR_ARG(name));
    }
    return pc_arena_format(source->arena, out, "%.*s%srow of line %u", PC_STR_ARG(table->name),
                           between, (unsigned)json->line);
}

enum pc_status pc_case_row(const struct pc_case_source *source, const struct pc_case *table,
                           const struct pc_json *json, struct pc_case *out)
{
    struct part parts[CASE_PARTS] = PARTS;
    const struct taking taking = {source, "row", parts, ROW_PARTS};
    enum pc_status status = take_apart(&taking, json);
    const struct pc_json *own = parts[REQUEST].value;
    *out = (struct pc_case){.name = PC_STR(""),
                            .request = own,
                            .policies = table->policies,
                            .expect =
                                parts[EXPECT].value != NULL ? parts[EXPECT].value : table->expect,
                            .account = table->account,
                            .sets = table->sets};
    PC_TRY(name_row(source, table, json, parts[NAME].value, &out->name));
    PC_TRY(status);
    return request_of_row(source, table, json, own, &out->request);
}

static bool has_account(const struct pc_case *subject)
{
    return subject->account.paths != NULL || subject->account.store != NULL;
}

// Takes the policies from the account, beside those that the request brings along.
static enum pc_status resolve(const struct pc_case_source *source, const struct pc_case *subject,
                              struct pc_request *request, struct pc_policies *policies)
{
    struct pc_policies found;
    if (source->accounts == NULL) {
        const struct pc_json *named =
            subject->account.paths != NULL ? subject->account.paths : subject->account.store;
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT, pc_json_place(source->file, named),
                       "an account cannot be read here");
        return PC_ERR_INVALID;
    }
    PC_TRY(source->accounts->resolve(source->accounts, source, &subject->account, request, &found));
    found.session = policies->session;
    found.endpoint = policies->endpoint;
    *policies = found;
    return PC_OK;
}

enum pc_status pc_case_check(const struct pc_case_source *source, const struct pc_case *subject)
{
    return has_account(subject)
               ? source->accounts->check(source->accounts, source, &subject->account)
               : PC_OK;
}

enum pc_status pc_case_prepare(const struct pc_case_source *source, const struct pc_case *subject,
                               int64_t now, struct pc_request *request,
                               struct pc_policies *policies)
{
    const struct pc_request_reading reading = {source->arena, source->file, source->diags};
    const struct pc_request_options options = {.now = now, .assume_owner = true};
    if (subject->rows != NULL) {
        pc_diag_report(source->diags, PC_DIAG_CASE_TABLE,
                       pc_json_place(source->file, subject->rows),
                       "a table of %u rows is no single question", subject->rows->count);
        pc_diag_hint(source->diags, "polcheck test runs all rows of a table");
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_json_refuse_repeats(subject->request, source->file, source->diags));
    if (subject->policies != NULL) {
        PC_TRY(pc_json_refuse_repeats(subject->policies, source->file, source->diags));
    }
    PC_TRY(pc_request_read(&reading, subject->request, NULL, request));
    PC_TRY(pc_case_sets_compile(subject->sets, source, subject->policies, request, policies));
    if (has_account(subject)) {
        PC_TRY(resolve(source, subject, request, policies));
    }
    return pc_request_finish(source->arena, request, options,
                             pc_json_place(source->file, subject->request), source->diags);
}
