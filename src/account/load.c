// SPDX-License-Identifier: Apache-2.0
#include "load.h"

#include "parallel.h"
#include "picture.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum pc_status parse(struct pc_load *load, struct pc_arena *arena, struct pc_arena *trees)
{
    struct pc_json_source source = {.file = load->path, .text = load->text, .nodes = trees};
    enum pc_status status = pc_json_parse(arena, &source, &load->diags, &load->json);
    if (status == PC_ERR_INVALID && load->text.len == 0) {
        pc_diag_hint(&load->diags, "the command that should have filled it failed, or had nothing "
                                   "to tell: remove the file");
    }
    return status == PC_ERR_INVALID ? PC_OK : status;
}

static enum pc_status read_open(struct pc_load *load, int descriptor, struct pc_arena *arena,
                                struct pc_arena *trees)
{
    if (fstat(descriptor, &load->found) != 0) {
        load->unread = errno;
        return PC_OK;
    }
    if (load->regular && !S_ISREG(load->found.st_mode)) {
        load->unread = EINVAL;
        return PC_OK;
    }
    bool sized = S_ISREG(load->found.st_mode) && load->found.st_size > 0;
    size_t expected = sized ? (size_t)load->found.st_size : 0;
    PC_TRY(pc_text_read(arena, descriptor, expected, &load->text, &load->unread));
    return load->unread == 0 ? parse(load, arena, trees) : PC_OK;
}

void pc_load_file(struct pc_load *load, struct pc_arena *arena, struct pc_arena *trees)
{
    load->text = PC_STR("");
    pc_diags_init(&load->diags, arena);
    if (load->input) {
        load->status = read_open(load, STDIN_FILENO, arena, trees);
        return;
    }
    int descriptor = open(load->path.ptr, O_RDONLY | O_CLOEXEC | (load->regular ? O_NONBLOCK : 0));
    if (descriptor < 0) {
        load->missing = errno;
        return;
    }
    load->status = read_open(load, descriptor, arena, trees);
    (void)close(descriptor);
}

static void run(void *context, struct pc_worker *worker, size_t piece)
{
    struct pc_load **loads = context;
    pc_load_file(loads[piece], worker->arena, worker->trees);
}

enum pc_status pc_load_files(struct pc_load *first, size_t count, const struct pc_import *import)
{
    size_t listed = 0;
    struct pc_load **loads = pc_arena_array(import->arena, count, sizeof(struct pc_load *));
    if (loads == NULL) {
        return PC_ERR_NOMEM;
    }
    for (struct pc_load *load = first; load != NULL && listed < count; load = load->next) {
        loads[listed++] = load;
    }
    const struct pc_parallel work = {.count = listed,
                                     .least = 1,
                                     .run = run,
                                     .context = loads,
                                     .arena = import->arena,
                                     .trees = import->trees};
    pc_parallel_run(import->jobs, &work);
    return PC_OK;
}
