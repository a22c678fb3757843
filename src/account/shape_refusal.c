// SPDX-License-Identifier: Apache-2.0
//
// What is said of a document that is of no shape, of two, or of one that is not read.
#include "shapes.h"

#include "members.h"

// Has the document a member that is called nearly like one of the shape's?
static bool is_near(const struct pc_json *json, const struct pc_shape *shape)
{
    size_t marks = sizeof(shape->marks) / sizeof(shape->marks[0]);
    for (size_t i = 0; i < marks && shape->marks[i] != NULL; i++) {
        struct pc_str mark = pc_str_from(shape->marks[i]);
        for (size_t j = 0; j < json->count; j++) {
            if (pc_name_distance(json->members[j].name, mark) != SIZE_MAX) {
                return true;
            }
        }
    }
    return false;
}

static void hint_nearest(struct pc_import *import, const struct pc_json *json)
{
    enum {
        SHOWN = 3
    };
    PC_CLEANUP(pc_buf_release) struct pc_buf hint;
    pc_buf_init(&hint);
    size_t shown = 0;
    const struct pc_shape *shape = NULL;
    for (size_t i = 0; shown < SHOWN && (shape = pc_shape_at(i)) != NULL; i++) {
        if (json->type == PC_JSON_OBJECT && is_near(json, shape)) {
            pc_buf_format(&hint, "%s%s (recognised by %s)", shown == 0 ? "" : "; ", shape->name,
                          shape->sign);
            shown++;
        }
    }
    if (shown == 0) {
        pc_diag_hint(import->diags, "polcheck help compile lists what is read");
    } else {
        pc_diag_hint(import->diags, "nearest: %.*s", PC_STR_ARG(pc_buf_view(&hint)));
    }
}

void pc_shape_refuse(struct pc_import *import, const struct pc_file *file,
                     const struct pc_json *json, const struct pc_shape *shape)
{
    struct pc_place place = pc_json_place(file->name, json);
    if (shape != NULL) {
        pc_diag_report(import->diags, PC_DIAG_SHAPE_UNSUPPORTED, place,
                       "\"%.*s\" is %s, which is not read", PC_STR_ARG(file->name), shape->name);
        pc_diag_hint(import->diags,
                     "move the file away; policies of IAM are read from what iam "
                     "get-account-authorization-details prints, of resources from "
                     "what has them (get-resource-policy, get-topic-attributes ...)");
        return;
    }
    pc_diag_report(import->diags, PC_DIAG_SHAPE_UNKNOWN, place,
                   "\"%.*s\" holds no document of a known shape", PC_STR_ARG(file->name));
    hint_nearest(import, json);
}

void pc_shape_refuse_two(struct pc_import *import, const struct pc_file *file,
                         const struct pc_json *json, const struct pc_shape *first,
                         const struct pc_shape *second)
{
    pc_diag_report(import->diags, PC_DIAG_SHAPE_UNKNOWN, pc_json_place(file->name, json),
                   "\"%.*s\" holds two documents in one: %s (recognised by %s) and %s (by %s)",
                   PC_STR_ARG(file->name), first->name, first->sign, second->name, second->sign);
    pc_diag_hint(import->diags, "save what each command prints to a file of its own, or make an "
                                "array of the documents");
}
