// SPDX-License-Identifier: Apache-2.0
//
// The search for dangers of one function: what its parts share. Each part asks for one kind of
// stranger and reports what it finds out; a statement is reported by the first part that comes upon
// it, so that they go from the worst to the least.
#ifndef PC_LAMBDA_DANGER_SEARCH_H
#define PC_LAMBDA_DANGER_SEARCH_H

#include "integrations.h"
#include "lambda_question.h"
#include "policy_view.h"
#include "stranger.h"

#define PC_INVOKE_URL "lambda:InvokeFunctionUrl"

// What comes with any caller's request. From that address nobody calls: only what is open to all
// addresses matches it.
#define PC_ANY_CALL                                                                                \
    {                                                                                              \
        PC_STR_INIT("aws:SourceIp"), PC_STR_INIT("240.0.0.1")                                      \
    }

struct pc_danger_seen; // a statement that was reported, or what else is said once

struct pc_danger_search {
    struct pc_checker *checker; // its arena has the findings
    struct pc_checker asking;   // the same asker; its arena is emptied before each question
    struct pc_arena *texts;     // of questions, until the search is over
    const struct pc_known_function *known;
    const struct pc_function_name *name;
    struct pc_diags *diags;
    struct pc_checked_function *out;
    struct pc_str target; // ARN of the function, version or alias that is looked at
    bool stand_in;        // nobody told of it: it stands for those that its policy may mean
    struct pc_policy_view view;
    struct pc_danger_seen *seen;
};

// What is found. Texts are copied but for those of program text.
struct pc_danger {
    enum pc_diag_code code; // whose severity it has, or:
    bool error;
    const struct pc_deciding *statement; // why; NULL: no statement
    struct pc_str who, action, resource; // "": no question
    const char *hint, *symptom;          // NULL: none
};

// Asks, with the target as resource where none is given.
PC_MUST_CHECK enum pc_status pc_danger_ask(struct pc_danger_search *search,
                                           const struct pc_stranger *stranger,
                                           struct pc_answer *out);

// Was it said already? Says it then for the next time. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_danger_once(struct pc_danger_search *search,
                                            const struct pc_deciding *statement, bool *first);
// The same of what the statement gives beside calls of the function.
PC_MUST_CHECK enum pc_status pc_danger_once_beside(struct pc_danger_search *search,
                                                   const struct pc_deciding *statement,
                                                   bool *first);
PC_MUST_CHECK enum pc_status pc_danger_once_text(struct pc_danger_search *search,
                                                 struct pc_str text, bool *first);

// Adds a finding: "WHAT, by statement ...", and lowers the function's mark. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_danger_report(struct pc_danger_search *search,
                                              const struct pc_danger *danger, struct pc_str what);

// The same for each statement of the function's policy that let the question in, once each.
PC_MUST_CHECK enum pc_status pc_danger_report_allowed(struct pc_danger_search *search,
                                                      const struct pc_answer *answer,
                                                      const struct pc_danger *danger,
                                                      struct pc_str what);

// Appends "statement "SID" of the policy "NAME"".
void pc_danger_write_statement(struct pc_buf *out, const struct pc_deciding *statement);

// Does the target ("": the function, or any version or alias) have a URL of that auth type?
bool pc_danger_has_url(const struct pc_danger_search *search, struct pc_str target,
                       struct pc_str auth_type);

// May a statement allow the action on the target to whom it does not name?
bool pc_danger_may_let_in(const struct pc_danger_search *search, struct pc_str action);

// Statements of the target's policies that let in whom nobody named.
PC_MUST_CHECK enum pc_status pc_danger_public(struct pc_danger_search *search);
PC_MUST_CHECK enum pc_status pc_danger_accounts(struct pc_danger_search *search);
PC_MUST_CHECK enum pc_status pc_danger_left_over(struct pc_danger_search *search);
PC_MUST_CHECK enum pc_status pc_danger_services(struct pc_danger_search *search);

// And those in them whom somebody named: other accounts, and who is no more.
PC_MUST_CHECK enum pc_status pc_danger_named(struct pc_danger_search *search);
PC_MUST_CHECK enum pc_status pc_danger_ids(struct pc_danger_search *search);
// The second in the policies of its queues, keys and other ends.
PC_MUST_CHECK enum pc_status pc_danger_ids_around(struct pc_danger_search *search);

// Statements that never match whom they name.
PC_MUST_CHECK enum pc_status pc_danger_never(struct pc_danger_search *search);

// Statements for services that nothing declares as triggers.
PC_MUST_CHECK enum pc_status pc_danger_undeclared(struct pc_danger_search *search);

// Is there a trigger of that service? Then its own check tells what is wrong with its permission.
bool pc_danger_is_declared(const struct pc_danger_search *search, struct pc_str service);

// What its role, its callers and its environment may or show: of the function as a whole.
PC_MUST_CHECK enum pc_status pc_danger_role(struct pc_danger_search *search);
PC_MUST_CHECK enum pc_status pc_danger_prefixes(struct pc_danger_search *search);
PC_MUST_CHECK enum pc_status pc_danger_secrets(struct pc_danger_search *search);

#endif
