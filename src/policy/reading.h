// SPDX-License-Identifier: Apache-2.0
//
// The state while one document is read, and the readers of its parts, one file each. A violation is
// reported and the reading goes on; a status other than PC_OK means that memory is out.
#ifndef PC_POLICY_READING_H
#define PC_POLICY_READING_H

#include "base/map.h"
#include "policy/reader.h"
#include "type.h"

struct pc_reading {
    struct pc_arena *arena;
    const struct pc_policy_input *input;
    struct pc_diags *diags;
    const struct pc_type_rules *rules;
    bool variables;       // Version is 2012-10-17
    struct pc_text *sids; // so far; there is room for one of each statement
    size_t sid_room, sid_count;
    struct pc_map sid_map; // where there may be many: Sid to the struct pc_text that was first
};

struct pc_place pc_reading_place(const struct pc_reading *reading, uint32_t line, uint32_t column);
struct pc_place pc_reading_at(const struct pc_reading *reading, const struct pc_json *json);
struct pc_place pc_reading_at_name(const struct pc_reading *reading,
                                   const struct pc_json_member *member);

// The last diagnostic gets the hint "did you mean ...?"; nothing when name is "".
void pc_reading_suggest(struct pc_reading *reading, struct pc_str name);

// Is there a "${", which may begin a policy variable?
bool pc_has_variable(struct pc_str text);

// "${" in a document whose Version is not 2012-10-17: a warning (R-502).
void pc_reading_check_variable(struct pc_reading *reading, struct pc_str text,
                               struct pc_place place);

// charset.c: R-002, over the raw text of the document.
void pc_charset_check(struct pc_reading *reading);

// statement.c
PC_MUST_CHECK enum pc_status
pc_statement_read(struct pc_reading *reading, const struct pc_json *json, struct pc_statement *out);

// list.c: a string, or an array of strings (R-014, R-016). Other values are reported and left out.
PC_MUST_CHECK enum pc_status pc_strings_read(struct pc_reading *reading,
                                             const struct pc_json_member *member,
                                             struct pc_text **items, size_t *count);

// list.c: an element with its negation before it in the statement (R-013)?
void pc_list_check_pair(struct pc_reading *reading, const struct pc_json_member *member,
                        enum pc_list_kind before);

// list.c: reads a list of the given kind and calls check for each string; an empty list is a
// warning.
typedef void pc_text_check(struct pc_reading *reading, struct pc_text *text);
PC_MUST_CHECK enum pc_status pc_text_list_read(struct pc_reading *reading,
                                               const struct pc_json_member *member,
                                               enum pc_list_kind kind, pc_text_check *check,
                                               struct pc_text_list *out);

// One element of a statement; kind says whether it is the plain or the negated one of a pair.
typedef enum pc_status pc_element_read(struct pc_reading *reading,
                                       const struct pc_json_member *member, enum pc_list_kind kind,
                                       struct pc_statement *out);
PC_MUST_CHECK pc_element_read pc_action_read;    // action.c
PC_MUST_CHECK pc_element_read pc_resource_read;  // resource.c
PC_MUST_CHECK pc_element_read pc_principal_read; // principal.c
PC_MUST_CHECK pc_element_read pc_condition_read; // condition.c

// principal.c: what depends on other elements of the statement.
void pc_principal_check(struct pc_reading *reading, const struct pc_statement *statement);

#endif
