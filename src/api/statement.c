// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include "text.h"

void pc_statement_tell(const struct pc_image *image, uint32_t number, enum pc_slot slot,
                       struct polcheck_statement *out)
{
    const struct pc_image_statement *statement = pc_image_statement(image, number);
    const struct pc_image_document *document = pc_image_document(image, statement->document);
    *out = (struct polcheck_statement){
        .size = sizeof(*out),
        .type = (enum polcheck_policy_type)slot,
        .allows = statement->effect == PC_IMAGE_ALLOW,
        .policy = pc_text_out(pc_image_text(image, document->name)),
        .sid = pc_text_out(pc_image_text(image, statement->sid)),
        .number = statement->number,
        .file = pc_text_out(pc_image_text(image, document->file)),
        .line = statement->line,
        .column = statement->column,
    };
}
