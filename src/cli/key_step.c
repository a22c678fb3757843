// SPDX-License-Identifier: Apache-2.0
#include "key_step.h"

#include "vault_text.h"

struct job {
    const struct pc_key_step *step;
    struct pc_str key;
};

static enum pc_status work(void *context, struct pc_change *change)
{
    const struct job *job = context;
    if (job->step->keep) {
        return pc_change_keep_key(change, job->key);
    }
    return pc_change_key_state(change, job->key, job->step->state, job->step->deletion);
}

enum pc_status pc_key_operand(struct pc_cli *cli, const struct pc_args *args, const char *verb,
                              struct pc_str *key)
{
    if (args->operand_count != 1 || args->operands[0][0] == '\0') {
        (void)pc_cli_usage(cli, "%s takes one key, by its ARN or alias", verb);
        return PC_ERR_USAGE;
    }
    *key = pc_str_from(args->operands[0]);
    return PC_OK;
}

static void say(struct pc_cli *cli, const struct job *job)
{
    struct pc_buf *out = &cli->out.text;
    enum pc_key_state state = job->step->keep ? PC_KEY_DISABLED : job->step->state;
    pc_buf_printable(out, job->key);
    pc_buf_format(out, ": %s", pc_key_state_text(state));
    if (job->step->keep) {
        pc_buf_text(out, " (polcheck keys enable makes it work again)");
    } else if (state == PC_KEY_PENDING_DELETION) {
        pc_buf_text(out, "; goes with everything that is sealed under it at ");
        pc_moment_write(out, job->step->deletion);
        pc_buf_text(out, " (polcheck keys cancel-deletion keeps it)");
    }
    pc_buf_byte(out, '\n');
}

static enum pc_status do_step(struct pc_cli *cli, const struct pc_args *args, struct job *job)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    PC_TRY(pc_key_operand(cli, args, job->step->verb, &job->key));
    PC_TRY(pc_vault_access_init(cli, args, &access));
    const struct pc_change_note note = {.event = pc_str_from(job->step->event), .key = job->key};
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access.path, access.root}, &note,
                           &cli->diags, work, job));
    cli->changed = true;
    say(cli, job);
    return PC_OK;
}

int pc_key_step_run(struct pc_cli *cli, const struct pc_args *args, const struct pc_key_step *step)
{
    struct job job = {.step = step};
    return pc_vault_exit(cli, do_step(cli, args, &job));
}
