// SPDX-License-Identifier: Apache-2.0
//
// Policies of few words, and what is found about their statements and conditions.
#ifndef PC_TESTS_LINT_STATEMENT_CASE_H
#define PC_TESTS_LINT_STATEMENT_CASE_H

#include "lint_case.h"

#define ONE(statement) "{'Version':'2012-10-17','Statement':[" statement "]}"
// An Allow, or a Deny, of one action on everything with a condition.
#define ALLOWS(condition)                                                                          \
    ONE("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*','Condition':" condition "}")
#define DENIES(condition)                                                                          \
    ONE("{'Effect':'Deny','Action':'s3:GetObject','Resource':'*','Condition':" condition "}")

#define CHECK_STATEMENTS(cases) CHECK_LINT(cases, 1240, 1279)

#endif
