// SPDX-License-Identifier: Apache-2.0
//
// Options that take one of few words, those in the column `value` of their row, "people|json|tap";
// and codes of diagnostics.
#ifndef PC_CLI_CHOICE_H
#define PC_CLI_CHOICE_H

#include "command.h"

// The place of the given word among those of the verb's option with this id; of one that was not
// given `otherwise`. PC_ERR_USAGE: it is none of them, which is reported with all of them and the
// nearest.
PC_MUST_CHECK enum pc_status pc_choice_read(struct pc_cli *cli, const struct pc_args *args, int id,
                                            size_t otherwise, size_t *out);

// The same for --format with the short form --json. json: the place of that word. PC_ERR_USAGE also
// when both are given and differ.
PC_MUST_CHECK enum pc_status pc_choice_format(struct pc_cli *cli, const struct pc_args *args,
                                              const int ids[2], size_t json, size_t *out);

// The codes that a repeated option gives, in the arena of the run. PC_ERR_USAGE: one is none, which
// is reported; who wrote a diagnostic's name is told its code. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_choice_codes(struct pc_cli *cli, const struct pc_args *args, int id,
                                             const enum pc_diag_code **out, size_t *count);

// Hints at the code of the diagnostic whose name is nearest to a text that is no code.
void pc_choice_hint_code(struct pc_diags *diags, struct pc_str text);

#endif
