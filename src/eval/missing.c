// SPDX-License-Identifier: Apache-2.0
//
// Which condition keys a statement asked for and the request lacks: as the key of a condition, or
// as a variable in one of its values.
#include "set.h"

struct variable_visit {
    const struct pc_set_walk *walk;
    enum pc_status status;
};

static void visit_variable(void *context, struct pc_str key)
{
    struct variable_visit *visit = context;
    const struct pc_request *request = visit->walk->question->request;
    pc_effort_take(visit->walk->question->effort, visit->walk->question->find_steps);
    if (visit->status == PC_OK && pc_request_find(request, key, pc_str_hash(key)) == NULL) {
        visit->status = pc_scratch_missing(visit->walk->scratch, key);
    }
}

static enum pc_status note_variables(const struct pc_set_walk *walk, const struct pc_image *image,
                                     const struct pc_image_condition *condition)
{
    const struct pc_operator *op = pc_operator_get(condition->op);
    struct variable_visit visit = {walk, PC_OK};
    if (op->each_variable == NULL) {
        return PC_OK;
    }
    for (uint32_t i = 0; i < condition->values.count; i++) {
        const struct pc_image_value *value = pc_image_value(image, condition->values.first + i);
        pc_effort_take(&walk->scratch->effort, pc_effort_of(value->bytes.length));
        op->each_variable(pc_image_text(image, value->bytes), visit_variable, &visit);
    }
    return visit.status;
}

enum pc_status pc_note_missing(const struct pc_set_walk *walk, const struct pc_image *image,
                               const struct pc_image_statement *statement)
{
    const struct pc_request *request = walk->question->request;
    pc_effort_take(walk->question->effort,
                   statement->conditions.count * walk->question->find_steps);
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        const struct pc_image_condition *condition =
            pc_image_condition(image, statement->conditions.first + i);
        const struct pc_image_key *key = pc_image_key(image, condition->key);
        if (pc_request_find(request, pc_image_text(image, key->name), key->hash) == NULL) {
            PC_TRY(pc_scratch_missing(walk->scratch, pc_image_text(image, key->text)));
        }
        PC_TRY(note_variables(walk, image, condition));
    }
    return PC_OK;
}
