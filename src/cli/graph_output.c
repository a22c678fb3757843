// SPDX-License-Identifier: Apache-2.0
#include "graph_output.h"

#include "choice.h"
#include "graphviz.h"
#include "replaced_file.h"

#include <string.h>

// A picture of another kind would be text under a wrong name.
static bool is_other_picture(struct pc_str path)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".ps"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (pc_str_has_suffix(path, pc_str_from(endings[i]))) {
            return true;
        }
    }
    return false;
}

// Where nobody says the format, the name of the file does.
enum pc_status pc_graph_output_read(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_graph_output *out)
{
    const char *path = pc_args_value(args, PC_OPTION_GRAPH_OUTPUT);
    bool named = path != NULL && pc_str_has_suffix(pc_str_from(path), PC_STR(".svg"));
    size_t format;
    if (path != NULL && path[0] == '\0') {
        (void)pc_cli_usage(cli, "the value of \"--output\" is empty");
        return PC_ERR_USAGE;
    }
    if (path != NULL && !pc_args_has(args, PC_OPTION_GRAPH_FORMAT) &&
        is_other_picture(pc_str_from(path))) {
        (void)pc_cli_usage(cli, "graphs are written as dot or svg, which \"%s\" is not", path);
        pc_diag_hint(&cli->diags, "name it *.svg, or draw it: polcheck %s ... | dot -T%s -o %s",
                     cli->verb->name, strrchr(path, '.') + 1, path);
        return PC_ERR_USAGE;
    }
    PC_TRY(pc_choice_read(cli, args, PC_OPTION_GRAPH_FORMAT, named, &format));
    *out = (struct pc_graph_output){path, format == 1};
    return PC_OK;
}

enum pc_status pc_graph_output_put(struct pc_cli *cli, const struct pc_graph_output *output,
                                   struct pc_str dot)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf svg = {0};
    if (output->svg) {
        PC_TRY(pc_graphviz_svg(cli, dot, &svg));
        dot = pc_buf_view(&svg);
    }
    if (output->path != NULL && strcmp(output->path, "-") != 0) {
        return pc_replaced_file_put(cli, output->path, PC_DIAG_OUTPUT_FAILED, dot);
    }
    pc_buf_str(&cli->out.text, dot);
    return pc_buf_status(&cli->out.text);
}
