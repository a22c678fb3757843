// SPDX-License-Identifier: Apache-2.0
#include "eval/told.h"

#include <stdio.h>

struct pc_told_statement pc_tell_statement(const struct pc_deciding *deciding)
{
    const struct pc_image *image = deciding->image;
    const struct pc_image_statement *statement = pc_image_statement(image, deciding->statement);
    const struct pc_image_document *document = pc_image_document(image, statement->document);
    struct pc_told_statement told = {
        .policy = pc_image_text(image, document->name),
        .file = pc_image_text(image, document->file),
        .sid = pc_image_text(image, statement->sid),
        .number = statement->number,
        .line = statement->line,
        .column = statement->column,
        .allows = statement->effect == PC_IMAGE_ALLOW,
    };
    return told;
}

struct pc_str pc_statement_name(const struct pc_told_statement *statement,
                                struct pc_name_room *room)
{
    if (statement->sid.len > 0) {
        return statement->sid;
    }
    int length = snprintf(room->text, sizeof(room->text), "#%u", (unsigned)statement->number);
    struct pc_str name = {room->text, length < 0 ? 0 : (size_t)length};
    return name;
}
