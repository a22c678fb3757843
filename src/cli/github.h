// SPDX-License-Identifier: Apache-2.0
//
// Findings as workflow commands, which GitHub Actions shows beside the lines of a change.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
#ifndef PC_CLI_GITHUB_H
#define PC_CLI_GITHUB_H

#include "base/diag.h"

struct pc_github_annotation {
    enum pc_severity severity; // error, warning, notice
    struct pc_place place;     // without a file: of the run
    struct pc_str title;
    struct pc_str message; // may have several lines
};

// Appends one line. Nothing in the texts can end it or begin another command.
void pc_github_write(struct pc_buf *out, const struct pc_github_annotation *annotation);

// The same of a diagnostic, its code as the title, its hint below its message. suppressed: it is a
// notice that says so. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_github_write_diag(struct pc_buf *out, const struct pc_diag *diag,
                                                  bool suppressed);

#endif
