// SPDX-License-Identifier: Apache-2.0
#include "secret_output.h"

#include "base/memory.h"
#include "environment_json.h"
#include "secret_input.h"

#include <string.h>
#include <unistd.h>

enum pc_status pc_secret_output_check(struct pc_cli *cli, const struct pc_args *args)
{
    if (isatty(STDOUT_FILENO) != 0 && !pc_args_has(args, PC_OPTION_SHOW)) {
        (void)pc_cli_usage(cli, "secrets are not printed to a terminal unless --show is given");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status write_out(struct pc_cli *cli, struct pc_str text)
{
    if (pc_memory_ran_out()) {
        return PC_ERR_NOMEM;
    }
    int error = pc_output_write(STDOUT_FILENO, text);
    if (error != 0) {
        pc_diag_report(&cli->diags, PC_DIAG_OUTPUT_FAILED, (struct pc_place){.file = PC_STR("")},
                       "standard output cannot be written: %s", strerror(error));
        return PC_ERR_IO;
    }
    return PC_OK;
}

static enum pc_status write_json(struct pc_cli *cli, const struct pc_secret_values *values)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret room = {0};
    size_t size = pc_environment_json_room(values);
    PC_TRY(pc_secret_room(cli, size, &room.ptr));
    struct pc_buf text = pc_buf_over(room.ptr, size);
    pc_environment_json_write(&text, values);
    pc_buf_byte(&text, '\n');
    PC_TRY(pc_buf_status(&text));
    return write_out(cli, pc_buf_view(&text));
}

enum pc_status pc_secret_output(struct pc_cli *cli, const struct pc_args *args,
                                const struct pc_secret_values *values)
{
    if (!pc_args_has(args, PC_OPTION_NULL)) {
        return write_json(cli, values);
    }
    for (size_t i = 0; i < values->count; i++) {
        const char *text = values->assignments[i];
        PC_TRY(write_out(cli, (struct pc_str){text, strlen(text) + 1}));
    }
    return PC_OK;
}
