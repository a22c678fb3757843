// SPDX-License-Identifier: Apache-2.0
//
// The lines of a catalog's text, their fields, and lists in those.
#ifndef PC_CATALOG_LINES_H
#define PC_CATALOG_LINES_H

#include "facts.h"

enum {
    PC_CATALOG_FIELDS = 5, // of a line at most
    PC_CATALOG_NAME = 256, // bytes of a name at most; the longest of today has 67
};

struct pc_catalog_reader {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_str file, text;
    size_t at;     // of the next line
    uint32_t line; // number of this one
    struct pc_str fields[PC_CATALOG_FIELDS];
    size_t field_count;

    struct pc_catalog *catalog;
    struct pc_catalog_key *globals, *keys; // where the next of a kind goes
    struct pc_catalog_service *services, *service;
    struct pc_catalog_resource_type *types;
    struct pc_catalog_action *actions;
};

// Reports the line, and is the status of whoever reads it.
#define PC_CATALOG_FAULT(reader, ...)                                                              \
    (pc_diag_report((reader)->diags, PC_DIAG_CATALOG_TEXT,                                         \
                    (struct pc_place){.file = (reader)->file, .line = (reader)->line},             \
                    __VA_ARGS__),                                                                  \
     PC_ERR_INVALID)

// Takes the next line to pieces. Behind the last one the fields are none. PC_ERR_INVALID: reported.
PC_MUST_CHECK enum pc_status pc_catalog_next_line(struct pc_catalog_reader *reader);

// Is the line's first field that word?
bool pc_catalog_line_is(const struct pc_catalog_reader *reader, struct pc_str kind);

// Has the line from least to most fields, and a name that comes behind the one before (NULL: none)?
// PC_ERR_INVALID: reported.
PC_MUST_CHECK enum pc_status pc_catalog_check_line(const struct pc_catalog_reader *reader,
                                                   size_t least, size_t most,
                                                   const struct pc_str *before, struct pc_str name);

// How many items a list has: "a,b"; an empty one has none.
size_t pc_catalog_item_count(struct pc_str list);

// Takes the first item off the list.
struct pc_str pc_catalog_next_item(struct pc_str *list);

#endif
