// SPDX-License-Identifier: Apache-2.0
//
// A JSON tree that may be changed: what the shrinker cuts and the metamorphic tests transform.
// Nodes live in an arena and are never given back one by one. Memory that runs out ends the
// program: it is a tool of the tests.
#ifndef EDIT_H
#define EDIT_H

#include "base/arena.h"
#include "json/reader.h"
#include "json/writer.h"

struct edit_node {
    enum pc_json_type type;
    bool boolean;
    struct pc_str name;      // of a member of an object; else ""
    struct pc_str text;      // STRING: decoded; NUMBER: as written
    bool escaped;            // STRING: to be written in ASCII
    struct edit_node *first; // child of an ARRAY or OBJECT
    struct edit_node *next;  // sibling
};

// A copy of what was read; its texts are borrowed from there.
struct edit_node *edit_read(struct pc_arena *arena, const struct pc_json *json);

// A deep copy without siblings; texts are shared.
struct edit_node *edit_copy(struct pc_arena *arena, const struct edit_node *node);

// Writes strings as they were read: with escapes for everything beyond ASCII, or as they are. It
// makes a difference to a policy's characters.
void edit_write(struct pc_json_writer *writer, const struct edit_node *node);

// Appends the tree as one line of JSON.
void edit_print(struct pc_buf *out, const struct edit_node *node);

struct edit_node *edit_string(struct pc_arena *arena, struct pc_str text);
struct edit_node *edit_container(struct pc_arena *arena, enum pc_json_type type);

// The member with that name; NULL without one, or when the node is NULL or no object.
struct edit_node *edit_get(const struct edit_node *node, const char *name);

// Makes the child the last one of the container, with that name; returns the child.
struct edit_node *edit_add(struct edit_node *container, const char *name, struct edit_node *child);

// Makes the node what the other one is; its name and its place stay.
void edit_become(struct edit_node *node, const struct edit_node *other);

// Takes the member out, if it is there.
void edit_remove(struct edit_node *object, const char *name);

size_t edit_count(const struct edit_node *container);

// Ends the program when the pointer is NULL: memory is out.
void *edit_need(void *memory);

#endif
