// SPDX-License-Identifier: Apache-2.0
//
// Members of dumps and manifests, taken out with their type checked. What is missing or of the
// wrong type is reported with the reader's code and the member's name.
#ifndef PC_ACCOUNT_MEMBERS_H
#define PC_ACCOUNT_MEMBERS_H

#include "picture.h"

struct pc_members {
    struct pc_import *import;
    const struct pc_file *file;
    enum pc_diag_code code; // DUMP_VALUE or MANIFEST_VALUE
};

struct pc_place pc_members_place(const struct pc_members *reader, const struct pc_json *json);

// The member if it is there, whatever it is; null counts as not there, as in some dumps.
const struct pc_json *pc_members_find(const struct pc_json *object, const char *name);

// Each gives false after a report. An optional member that is absent gives true and NULL or "".
enum pc_need {
    PC_REQUIRED,
    PC_OPTIONAL,
};
PC_MUST_CHECK bool pc_members_get(const struct pc_members *reader, const struct pc_json *object,
                                  const char *name, enum pc_need need, const struct pc_json **out);
PC_MUST_CHECK bool pc_members_string(const struct pc_members *reader, const struct pc_json *object,
                                     const char *name, enum pc_need need, struct pc_str *out);
PC_MUST_CHECK bool pc_members_array(const struct pc_members *reader, const struct pc_json *object,
                                    const char *name, enum pc_need need,
                                    const struct pc_json **out);
PC_MUST_CHECK bool pc_members_object(const struct pc_members *reader, const struct pc_json *object,
                                     const char *name, enum pc_need need,
                                     const struct pc_json **out);

// An optional true or false; NULL: absent.
PC_MUST_CHECK bool pc_members_boolean(const struct pc_members *reader, const struct pc_json *object,
                                      const char *name, const struct pc_json **out);

// Is the value of this type? Reports "<name> is <type>, not <type>".
PC_MUST_CHECK bool pc_members_type(const struct pc_members *reader, const struct pc_json *json,
                                   enum pc_json_type type, const char *name);

// The same for an element of the array of that name.
PC_MUST_CHECK bool pc_members_element(const struct pc_members *reader, const struct pc_json *json,
                                      enum pc_json_type type, const char *name);

// Calls read for each element of an optional array, which must all be objects. PC_ERR_NOMEM and
// what read returns.
PC_MUST_CHECK enum pc_status
pc_members_each(const struct pc_members *reader, const struct pc_json *object, const char *name,
                enum pc_status (*read)(const struct pc_members *reader,
                                       const struct pc_json *element, void *context),
                void *context);

// Reports members that are not among the names, with the nearest one as a hint. names ends in NULL.
void pc_members_known(const struct pc_members *reader, const struct pc_json *object,
                      const char *where, const char *const *names);

// How much the two differ, letter case apart, or SIZE_MAX when it is too much for a slip: a third
// of the longer one, three characters at most.
size_t pc_name_distance(struct pc_str a, struct pc_str b);

#endif
