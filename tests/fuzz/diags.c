// SPDX-License-Identifier: Apache-2.0
#include "diags.h"

#include "base/utf8.h"
#include "fuzz.h"

void fuzz_check_diags(const struct pc_diags *diags, enum pc_status status)
{
    size_t errors = 0;
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        errors += diag->severity == PC_SEVERITY_ERROR;
        FUZZ_CHECK(diag->message.len > 0, "code %d without words", (int)diag->code);
    }
    FUZZ_CHECK(errors == diags->errors, "%zu errors are counted, %zu kept", diags->errors, errors);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_INVALID || status == PC_ERR_LIMIT, "status %d",
               (int)status);
    FUZZ_CHECK((status == PC_OK) == (errors == 0), "status %d and %zu errors", (int)status, errors);
}

void fuzz_check_place(const struct pc_diag *diag, struct pc_str text)
{
    struct pc_str rest = text, line = PC_STR("");
    FUZZ_CHECK(diag->place.line > 0, "no place: %.*s", PC_STR_ARG(diag->message));
    for (uint32_t i = 0; i < diag->place.line; i++) {
        bool more = rest.len > 0 || i == 0 ||
                    (text.len > 0 && text.ptr[text.len - 1] == '\n' && i == diag->place.line - 1);
        FUZZ_CHECK(more, "line %u of %u: %.*s", diag->place.line, i, PC_STR_ARG(diag->message));
        line = fuzz_line(&rest);
    }
    FUZZ_CHECK(diag->place.column > 0 && diag->place.column <= pc_utf8_count(line) + 1,
               "column %u of a line of %zu: %.*s", diag->place.column, pc_utf8_count(line),
               PC_STR_ARG(diag->message));
}
