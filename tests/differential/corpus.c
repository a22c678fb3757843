// SPDX-License-Identifier: Apache-2.0
#include "corpus.h"

#include "file.h"
#include "json/reader.h"

#include <stdio.h>

enum {
    NAME_BYTES = 512, // of a case's name
};

struct corpus {
    void (*visit)(void *context, struct pc_str text, const char *name);
    void *context;
    struct pc_arena arena; // of the names of files
    struct pc_arena tree;  // of one file
    struct pc_buf bytes;   // of one file
    struct pc_diags diags;
    bool sound;
};

static void tell_unreadable(struct corpus *corpus)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (const struct pc_diag *diag = corpus->diags.first; diag != NULL; diag = diag->next) {
        pc_diag_write(&text, diag, false);
    }
    (void)fprintf(stderr, "%.*s", PC_STR_ARG(pc_buf_view(&text)));
    pc_diags_init(&corpus->diags, &corpus->arena);
    corpus->sound = false;
}

// A document: one case, or an array of cases. number: of its first case in the file.
static void visit_document(struct corpus *corpus, struct pc_str path, struct pc_str text,
                           size_t number)
{
    const struct pc_json_source source = {.file = path, .text = text, .repeats = true};
    const struct pc_json *json;
    char name[NAME_BYTES];
    pc_arena_reset(&corpus->tree);
    if (pc_json_parse(&corpus->tree, &source, &corpus->diags, &json) != PC_OK) {
        tell_unreadable(corpus);
        return;
    }
    bool many = json->type == PC_JSON_ARRAY;
    for (size_t i = 0; i < (many ? json->count : 1); i++) {
        const struct pc_json *item = many ? &json->items[i] : json;
        (void)snprintf(name, sizeof(name), "%.*s %zu", PC_STR_ARG(path), number + i);
        corpus->visit(corpus->context, pc_str_slice(text, item->start, item->end), name);
    }
}

static void visit_lines(struct corpus *corpus, struct pc_str path, struct pc_str text)
{
    for (size_t number = 1; text.len > 0; number++) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        text = pc_str_slice(text, line.len + 1, text.len);
        if (line.len > 0) {
            visit_document(corpus, path, line, number);
        }
    }
}

static void visit_file(struct corpus *corpus, struct pc_str path)
{
    if (pc_file_read(path, &corpus->diags, &corpus->bytes) != PC_OK) {
        tell_unreadable(corpus);
    } else if (pc_str_has_suffix(path, PC_STR(".ndjson"))) {
        visit_lines(corpus, path, pc_buf_view(&corpus->bytes));
    } else {
        visit_document(corpus, path, pc_buf_view(&corpus->bytes), 1);
    }
}

bool corpus_each(const char *path,
                 void (*visit)(void *context, struct pc_str text, const char *name), void *context)
{
    struct corpus corpus = {.visit = visit, .context = context, .sound = true};
    struct pc_paths paths = {0};
    pc_diags_init(&corpus.diags, &corpus.arena);
    if (pc_paths_add(&paths, &corpus.arena, pc_str_from(path), &corpus.diags) != PC_OK) {
        tell_unreadable(&corpus);
    }
    for (size_t i = 0; i < paths.count; i++) {
        visit_file(&corpus, paths.items[i]);
    }
    pc_arena_release(&corpus.arena);
    pc_arena_release(&corpus.tree);
    pc_buf_release(&corpus.bytes);
    return corpus.sound;
}
