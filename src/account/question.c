// SPDX-License-Identifier: Apache-2.0
#include "question.h"

#include "principal_key.h"

static void damaged(const struct pc_question *question, const char *what, struct pc_str name)
{
    pc_diag_report(question->asking->diags, PC_DIAG_STORE_DAMAGED, question->asking->place,
                   "the store's %s \"%.*s\" is damaged", what, PC_STR_ARG(name));
    pc_diag_hint(question->asking->diags, "remove the store's folder and compile again");
}

void pc_question_report(const struct pc_question *question, enum pc_status status,
                        struct pc_str key)
{
    if (status == PC_ERR_DAMAGED) {
        damaged(question, "entry", key);
    } else if (status != PC_ERR_NOTFOUND && status != PC_ERR_NOMEM) {
        pc_diag_report(question->asking->diags, PC_DIAG_STORE_IO, question->asking->place,
                       "the store cannot be read: %s", pc_status_text(status));
    }
}

enum pc_status pc_question_fail_image(const struct pc_question *question, enum pc_status status,
                                      enum pc_policy_type type)
{
    struct pc_str name = pc_str_from(pc_policy_type_text(type));
    if (status == PC_OK || status == PC_ERR_DAMAGED || status == PC_ERR_VERSION ||
        status == PC_ERR_NOTFOUND) {
        damaged(question, "policy set of type", name);
        return PC_ERR_DAMAGED;
    }
    pc_question_report(question, status, name);
    return status;
}

enum pc_status pc_question_find_principal(const struct pc_question *question, bool role,
                                          const struct pc_iam_name *name,
                                          const struct pc_principal_record **out)
{
    _Alignas(8) char room[PC_PRINCIPAL_KEY_ROOM];
    struct pc_str key;
    const void *record = NULL;
    PC_TRY(pc_principal_key_make(room, question->asking->arena, role, name, &key));
    PC_TRY(pc_question_find(question, PC_STORE_PRINCIPALS, key, &record));
    *out = record;
    return PC_OK;
}
