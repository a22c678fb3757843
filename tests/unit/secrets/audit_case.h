// SPDX-License-Identifier: Apache-2.0
//
// An audit log in a folder of its own, for the tests of it.
#ifndef PC_TESTS_SECRETS_AUDIT_CASE_H
#define PC_TESTS_SECRETS_AUDIT_CASE_H

#include "testing.h"

#include "secrets/audit.h"

#include <sys/types.h>

struct audit_case {
    char folder[64];
    uint8_t key[PC_KEY_BYTES]; // 0, 1, 2 ...
    struct pc_audit_place place;
    struct pc_audit *audit;
    struct pc_arena arena;
    struct pc_diags diags;
};

// Set-up and teardown: an empty folder; one with a log, which is open.
int audit_case_empty(void **state);
int audit_case_open(void **state);
int audit_case_close(void **state);

// Closes and opens again.
void audit_case_reopen(struct audit_case *c);

// An entry with most members, which differ by the number.
struct pc_audit_entry audit_case_entry(unsigned number);

// Appends entries from..to, both included.
void audit_case_append(struct audit_case *c, unsigned from, unsigned to);

// Reads and writes PC_AUDIT_LOG or PC_AUDIT_HEAD whole; what is read lives in the arena.
struct pc_str audit_case_read(struct audit_case *c, const char *name);
void audit_case_write(struct audit_case *c, const char *name, struct pc_str bytes);

// The line's number from 1, its end included.
struct pc_str audit_case_line(struct pc_str log, size_t number);

struct pc_audit_verdict audit_case_verify(struct audit_case *c);

// The log is sound and has so many entries.
void audit_case_assert_sound(struct audit_case *c, uint64_t entries);

// The last diagnostic has the code and the text in its message and, unless NULL, the line; forgets
// all of them.
void audit_case_assert_said(struct audit_case *c, enum pc_diag_code code, const char *text,
                            uint32_t line);

// Limits the size of files that this process writes, without a signal.
void audit_case_limit_files(uint64_t bytes);
void audit_case_unlimit_files(void);

#endif
