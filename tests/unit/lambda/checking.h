// SPDX-License-Identifier: Apache-2.0
//
// A store compiled from a manifest, and what the check of its function says. Texts have ' for ".
#ifndef PC_TESTS_LAMBDA_CHECKING_H
#define PC_TESTS_LAMBDA_CHECKING_H

#include "../account/sandbox.h"

#include "lambda/check.h"

#define FN   "arn:aws:lambda:eu-west-1:111122223333:function:thumbs"
#define ROLE "arn:aws:iam::111122223333:role/thumbs"

// A statement of a function's policy, without its last brace for conditions.
#define ALLOW(principal, action, resource)                                                         \
    "{'Sid':'s','Effect':'Allow','Principal':" principal ",'Action':'" action                      \
    "','Resource':'" resource "'"
#define INVOKE(principal) ALLOW(principal, "lambda:InvokeFunction", FN)
#define SERVICE(name)     INVOKE("{'Service':'" name "'}")
#define IF(condition)     ",'Condition':{" condition "}}"

// What the function of a manifest has; NULL: nothing.
struct manifest {
    const char *role_statements; // of the role's policy, separated by commas
    const char *statements;      // of the function's policy
    const char *prod;            // of the policy of its alias "prod"
    const char *triggers, *attachments, *destinations;
    const char *environment; // names
    const char *more;        // members of the function
    const char *others;      // members of the manifest
    const char *fn;          // another ARN
};

struct checking {
    struct sandbox *box;
    struct pc_asker asker;
    struct pc_checker checker;
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_checked_function checked;
};

static inline void write_policy(struct pc_buf *out, const char *statements)
{
    pc_buf_format(out, ",'policy':{'Version':'2012-10-17','Statement':[%s]}", statements);
}

static inline void write_member(struct pc_buf *out, const char *name, const char *open,
                                const char *value, const char *close)
{
    if (value != NULL) {
        pc_buf_format(out, ",'%s':%s%s%s", name, open, value, close);
    }
}

static inline void write_manifest(struct sandbox *box, const struct manifest *manifest)
{
    struct pc_buf text;
    pc_buf_init(&text);
    const char *role = manifest->role_statements != NULL
                           ? manifest->role_statements
                           : "{'Effect':'Allow','Action':['logs:CreateLogGroup',"
                             "'logs:CreateLogStream','logs:PutLogEvents'],'Resource':'*'}";
    pc_buf_format(&text,
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "','trust':" TRUST_LAMBDA
                  ",'policies':[{'Version':'2012-10-17','Statement':[%s]}]}],",
                  role);
    pc_buf_format(&text, "'functions':[{'arn':'%s','role':'" ROLE "'",
                  manifest->fn != NULL ? manifest->fn : FN);
    if (manifest->statements != NULL) {
        write_policy(&text, manifest->statements);
    }
    write_member(&text, "triggers", "[", manifest->triggers, "]");
    write_member(&text, "attachments", "[", manifest->attachments, "]");
    write_member(&text, "destinations", "{", manifest->destinations, "}");
    write_member(&text, "environment", "[", manifest->environment, "]");
    pc_buf_text(&text, manifest->more != NULL ? manifest->more : "");
    pc_buf_text(&text, "}]");
    if (manifest->prod != NULL) {
        pc_buf_text(&text, ",'resources':[{'arn':'" FN ":prod'");
        write_policy(&text, manifest->prod);
        pc_buf_text(&text, "}]");
    }
    pc_buf_text(&text, manifest->others != NULL ? manifest->others : "");
    pc_buf_text(&text, "}");
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write(box, "m.json", text.ptr);
    pc_buf_release(&text);
}

// Compiles the manifest and opens the store; checking_close ends it.
static inline void checking_open(struct checking *checking, struct sandbox *box,
                                 const struct manifest *manifest)
{
    *checking = (struct checking){.box = box};
    write_manifest(box, manifest);
    if (sandbox_import_paths(box, NULL, 0) != PC_OK) { // what is only warned of may be there
        sandbox_show(box);
        fail();
    }
    (void)sandbox_publish(box);
    pc_arena_init(&checking->arena);
    pc_diags_init(&checking->diags, &checking->arena);
    assert_int_equal(pc_asker_open(&checking->asker, box->store, &checking->diags), PC_OK);
    checking->asker.fixed_clock = true;
    checking->checker = (struct pc_checker){.asker = &checking->asker, .arena = &checking->arena};
}

static inline void checking_run(struct checking *checking, const char *fn)
{
    enum pc_status status = pc_check_function(&checking->checker, pc_str_from(fn), &checking->diags,
                                              &checking->checked);
    assert_int_equal(status, PC_OK);
    assert_null(checking->diags.first);
}

static inline void checking_start(struct checking *checking, struct sandbox *box,
                                  const struct manifest *manifest)
{
    checking_open(checking, box, manifest);
    checking_run(checking, manifest->fn != NULL ? manifest->fn : FN);
}

static inline void checking_close(struct checking *checking)
{
    pc_asker_close(&checking->asker);
    pc_arena_release(&checking->arena);
}

// Codes of findings in their order, each behind a blank and in front of the letter of its severity.
// That nobody declared a service as a trigger is looked at in a test of its own.
static inline void findings_write(struct pc_buf *out, const struct pc_finding *finding)
{
    for (; finding != NULL; finding = finding->next) {
        if (finding->code == PC_DIAG_TRIGGER_UNDECLARED) {
            continue;
        }
        pc_buf_format(out, " %d%c", (int)finding->code, "ews"[finding->severity]);
    }
}

static inline void assert_findings(const struct pc_finding *findings, const char *expected,
                                   const char *label)
{
    struct pc_buf text;
    pc_buf_init(&text);
    findings_write(&text, findings);
    assert_int_equal(pc_buf_status(&text), PC_OK);
    if (!pc_str_eq(pc_buf_view(&text), pc_str_from(expected))) {
        for (const struct pc_finding *finding = findings; finding != NULL;
             finding = finding->next) {
            print_message("%.*s\n", PC_STR_ARG(finding->message));
        }
        fail_msg("%s: found%.*s, not%s", label, PC_STR_ARG(pc_buf_view(&text)), expected);
    }
    pc_buf_release(&text);
}

// One manifest a row, and the dangers of its function.
struct danger_row {
    const char *label;
    struct manifest manifest;
    const char *expected;
};

static inline void check_rows(struct sandbox *box, const struct danger_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct checking checking;
        checking_start(&checking, box, &rows[i].manifest);
        assert_findings(checking.checked.dangers, rows[i].expected, rows[i].label);
        checking_close(&checking);
    }
}

#define CHECK_ROWS(state, rows) check_rows(*(state), rows, sizeof(rows) / sizeof((rows)[0]))

// The integration of that kind.
static inline const struct pc_checked *checked_of(const struct checking *checking, const char *kind)
{
    const struct pc_checked *checked = checking->checked.integrations;
    while (checked != NULL && !pc_str_eq(checked->connection.kind, pc_str_from(kind))) {
        checked = checked->next;
    }
    if (checked == NULL) {
        fail_msg("no integration %s", kind);
        abort(); // never: the compiler does not know that fail_msg does not return
    }
    return checked;
}

// Is one of the code among the findings?
static inline const struct pc_finding *finding_of(const struct pc_finding *findings,
                                                  enum pc_diag_code code)
{
    while (findings != NULL && findings->code != code) {
        findings = findings->next;
    }
    return findings;
}

#endif
