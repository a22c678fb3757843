// SPDX-License-Identifier: Apache-2.0
//
// Asks the library what standard input asks, one request a line as for `polcheck eval --batch`, and
// prints the answers likewise: so the two can be compared. With --wide-stars and --no-account-link
// as the command has them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spoken.h"
#include "told.h"

struct driver {
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    struct pc_arena arena;
    struct pc_buf out;
};

static bool start(struct driver *driver, int argc, char **argv)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.reload = POLCHECK_RELOAD_MANUAL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--wide-stars") == 0) {
            options.flags |= POLCHECK_WIDE_STARS;
        } else if (strcmp(argv[i], "--no-account-link") == 0) {
            options.flags |= POLCHECK_NO_ACCOUNT_LINK;
        } else {
            options.store = argv[i];
        }
    }
    enum polcheck_status status = polcheck_engine_open(&options, &driver->engine);
    if (status == POLCHECK_OK) {
        status = polcheck_scratch_new(driver->engine, &driver->scratch);
    }
    if (status == POLCHECK_OK) {
        status = polcheck_request_new(&driver->request);
    }
    if (status != POLCHECK_OK) {
        (void)fprintf(stderr, "driver: %s\n", polcheck_status_text(status));
    }
    return status == POLCHECK_OK;
}

static void answer_line(struct driver *driver, struct pc_str line)
{
    const struct pc_json_source source = {.file = PC_STR("-"), .text = line};
    const struct pc_json *json = NULL;
    struct pc_diags diags;
    pc_arena_reset(&driver->arena);
    pc_diags_init(&diags, &driver->arena);
    pc_buf_reset(&driver->out);
    if (pc_json_parse(&driver->arena, &source, &diags, &json) != PC_OK ||
        !spoken_request(&driver->arena, json, driver->request)) {
        puts("{\"unsayable\":true}");
        return;
    }
    const struct pc_json *id = pc_json_get(json, PC_STR("id"));
    struct pc_str told = id == NULL ? PC_STR("") : pc_str_slice(line, id->start, id->end);
    told_answer(&driver->out, told, driver->scratch,
                polcheck_ask(driver->scratch, driver->request));
    struct pc_str text = pc_buf_view(&driver->out);
    (void)printf("%.*s\n", PC_STR_ARG(text));
}

static void run(struct driver *driver)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, stdin)) > 0) {
        size_t bytes = (size_t)length - (line[length - 1] == '\n');
        if (bytes > 0) {
            answer_line(driver, (struct pc_str){line, bytes});
        }
    }
    free(line);
}

int main(int argc, char **argv)
{
    struct driver driver = {.engine = NULL};
    bool started = start(&driver, argc, argv);
    if (started) {
        run(&driver);
    }
    polcheck_request_free(driver.request);
    polcheck_scratch_free(driver.scratch);
    polcheck_engine_close(driver.engine);
    pc_arena_release(&driver.arena);
    pc_buf_release(&driver.out);
    return started ? EXIT_SUCCESS : EXIT_FAILURE;
}
