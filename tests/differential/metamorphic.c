// SPDX-License-Identifier: Apache-2.0
//
// The metamorphic test: every property of property.c on generated cases and on those of the corpus.
// Prints TAP, a line a property; a case that breaks one is made small and told.
#include "corpus.h"
#include "property.h"
#include "shrink.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CASES_MAX = 100000,
    BUDGET = 20000, // tries that making one case small may cost
};

struct cases {
    struct pc_arena arena;
    struct pc_str texts[CASES_MAX];
    size_t count;
};

static void keep(void *context, struct pc_str text, const char *name)
{
    struct cases *cases = context;
    (void)name;
    if (cases->count == CASES_MAX ||
        pc_arena_copy(&cases->arena, text, &cases->texts[cases->count]) != PC_OK) {
        abort();
    }
    cases->count++;
}

static void generate(struct cases *cases, uint64_t seed, uint64_t count)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (uint64_t i = 0; i < count; i++) {
        struct gen_random random;
        gen_random_seed(&random, seed, i);
        pc_buf_reset(&text);
        gen_case(&random, &text);
        keep(cases, pc_buf_view(&text), "");
    }
}

struct probe {
    const struct property *property;
    struct engine engine;
    uint64_t seed; // of the choices: the number of the case
    struct pc_buf changed;
};

static bool is_broken(void *context, struct pc_str text)
{
    struct probe *probe = context;
    return property_try(probe->property, &probe->engine, text, probe->seed, &probe->changed) ==
           PROPERTY_BROKEN;
}

static void tell(struct probe *probe, struct pc_str text)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf small = {0};
    const struct pc_json_source source = {.file = PC_STR("case"), .text = text, .repeats = true};
    struct shrink shrink = {
        .arena = &arena, .holds = is_broken, .context = probe, .budget = BUDGET};
    struct pc_diags diags;
    const struct pc_json *json;
    pc_diags_init(&diags, &arena);
    if (pc_json_parse(&arena, &source, &diags, &json) != PC_OK) {
        abort(); // it was read before
    }
    struct edit_node *root = edit_read(&arena, json);
    edit_remove(root, "expect");
    shrink_tree(&shrink, root);
    edit_print(&small, root);
    (void)is_broken(probe, pc_buf_view(&small));
    (void)printf("# broken by (choices %llu): %.*s\n# changed to: %.*s\n",
                 (unsigned long long)probe->seed, PC_STR_ARG(pc_buf_view(&small)),
                 PC_STR_ARG(pc_buf_view(&probe->changed)));
}

struct tally {
    size_t about, broken;
};

static struct tally try_all(struct probe *probe, const struct cases *cases)
{
    struct tally tally = {0, 0};
    for (size_t i = 0; i < cases->count; i++) {
        probe->seed = i;
        enum property_outcome outcome =
            property_try(probe->property, &probe->engine, cases->texts[i], i, &probe->changed);
        tally.about += outcome != PROPERTY_IDLE;
        tally.broken += outcome == PROPERTY_BROKEN;
        if (outcome == PROPERTY_BROKEN && !probe->property->is_mistaken && tally.broken == 1) {
            tell(probe, cases->texts[i]);
        }
    }
    return tally;
}

static bool test(size_t number, const struct property *property, const struct cases *cases)
{
    struct probe probe = {.property = property};
    engine_init(&probe.engine);
    struct tally tally = try_all(&probe, cases);
    bool enough = tally.about * 100 >= cases->count * property->least && tally.about > 0;
    bool well = enough && (tally.broken > 0) == property->is_mistaken;
    (void)printf("%s %zu - %s: about %zu of %zu cases, broken by %zu%s\n", well ? "ok" : "not ok",
                 number, property->name, tally.about, cases->count, tally.broken,
                 enough ? "" : " (too few to tell)");
    (void)fflush(stdout);
    engine_release(&probe.engine);
    pc_buf_release(&probe.changed);
    return well;
}

int main(int argc, char **argv)
{
    static struct cases cases;
    size_t count = 0;
    if (argc != 4) {
        (void)fputs("usage: metamorphic SEED CASES CORPUS\n", stderr);
        return 2;
    }
    bool well = corpus_each(argv[3], keep, &cases);
    generate(&cases, strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10));
    while (property_at(count) != NULL) {
        count++;
    }
    (void)printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        well = test(i + 1, property_at(i), &cases) && well;
    }
    pc_arena_release(&cases.arena);
    return well ? 0 : 1;
}
