// SPDX-License-Identifier: Apache-2.0
//
// How libFuzzer changes inputs that are cases: as trees, so that nearly all that it tries is read.
// What is put somewhere comes from elsewhere in the case, from a case of the generator, or from
// libFuzzer's own changes to a text.
#include "case_mutator.h"

#include "base/utf8.h"
#include "decide_input.h"
#include "edit.h"
#include "generate.h"

enum {
    NODES = 4096, // of a case that are changed
    CHANGES = 4,  // of one case, at most
    TEXT = 512,   // bytes of a text that is changed
};

struct spot {
    struct edit_node *node, *parent; // parent NULL: the root
};

struct tree {
    struct edit_node *root;
    struct spot spots[NODES];
    uint32_t count;
};

struct job {
    struct pc_arena arena;
    struct gen_random random;
    struct tree own, other; // what is changed, and a further case to take from
};

static uint32_t below(struct job *job, uint32_t count)
{
    return gen_random_below(&job->random, count);
}

// Trees -------------------------------------------------------------------------------------------

static void list(struct tree *tree, struct edit_node *node, struct edit_node *parent)
{
    if (tree->count == NODES) {
        return;
    }
    tree->spots[tree->count++] = (struct spot){node, parent};
    for (struct edit_node *child = node->first; child != NULL; child = child->next) {
        list(tree, child, node);
    }
}

static bool plant(struct job *job, struct pc_str text, struct tree *out)
{
    const struct pc_json_source source = {.file = PC_STR("input"), .text = text, .repeats = true};
    const struct pc_json *json;
    struct pc_diags diags;
    pc_diags_init(&diags, &job->arena);
    if (pc_json_parse(&job->arena, &source, &diags, &json) != PC_OK) {
        return false;
    }
    out->root = edit_read(&job->arena, json);
    out->count = 0;
    list(out, out->root, NULL);
    return true;
}

static void plant_generated(struct job *job)
{
    struct pc_buf text = {0};
    struct pc_str kept;
    gen_case(&job->random, &text);
    bool well = pc_buf_status(&text) == PC_OK &&
                pc_arena_copy(&job->arena, pc_buf_view(&text), &kept) == PC_OK &&
                plant(job, kept, &job->other);
    pc_buf_release(&text);
    FUZZ_CHECK(well, "the generator's case cannot be read");
}

static const struct spot *any(struct job *job, const struct tree *tree)
{
    return &tree->spots[below(job, tree->count)];
}

// A node of the tree that is like another in its name, or else in its type, or any.
static struct edit_node *like(struct job *job, const struct tree *tree,
                              const struct edit_node *node)
{
    struct edit_node *found = any(job, tree)->node;
    for (unsigned i = 0; i < 64; i++) {
        struct edit_node *next = any(job, tree)->node;
        if (node->name.len > 0 && pc_str_eq(next->name, node->name)) {
            return next;
        }
        found = next->type == node->type ? next : found;
    }
    return found;
}

// Changes -----------------------------------------------------------------------------------------

static void take_from_case(struct job *job, const struct spot *spot)
{
    edit_become(spot->node, edit_copy(&job->arena, like(job, &job->own, spot->node)));
}

static void take_from_other(struct job *job, const struct spot *spot)
{
    if (job->other.count == 0) {
        plant_generated(job);
    }
    edit_become(spot->node, edit_copy(&job->arena, like(job, &job->other, spot->node)));
}

static void remove_it(struct job *job, const struct spot *spot)
{
    (void)job;
    struct edit_node **link = spot->parent == NULL ? NULL : &spot->parent->first;
    while (link != NULL && *link != NULL && *link != spot->node) {
        link = &(*link)->next;
    }
    if (link != NULL && *link != NULL) {
        *link = spot->node->next;
    }
}

static void double_it(struct job *job, const struct spot *spot)
{
    struct edit_node *copy = edit_copy(&job->arena, spot->node);
    if (spot->parent != NULL) {
        copy->next = spot->node->next;
        spot->node->next = copy;
    }
}

// Adds a child that such a container has elsewhere.
static void add_child(struct job *job, const struct spot *spot)
{
    const struct tree *tree = below(job, 2) == 0 ? &job->own : &job->other;
    if (tree->count == 0) {
        plant_generated(job);
    }
    const struct edit_node *from = like(job, tree, spot->node);
    bool container = spot->node->type == PC_JSON_OBJECT || spot->node->type == PC_JSON_ARRAY;
    if (!container || from->first == NULL) {
        return;
    }
    uint32_t skipped = below(job, (uint32_t)edit_count(from));
    const struct edit_node *child = from->first;
    while (skipped-- > 0) {
        child = child->next;
    }
    struct edit_node *copy = edit_copy(&job->arena, child);
    copy->next = spot->node->first;
    spot->node->first = copy;
}

static void wrap(struct job *job, const struct spot *spot)
{
    struct edit_node *array = edit_container(&job->arena, PC_JSON_ARRAY);
    if (spot->node->type == PC_JSON_ARRAY && spot->node->first != NULL) {
        edit_become(spot->node, spot->node->first);
        return;
    }
    array->first = edit_copy(&job->arena, spot->node);
    edit_become(spot->node, array);
}

static void move_first(struct job *job, const struct spot *spot)
{
    if (spot->parent != NULL) {
        remove_it(job, spot);
        spot->node->next = spot->parent->first;
        spot->parent->first = spot->node;
    }
}

// Texts -------------------------------------------------------------------------------------------

static struct pc_str join(struct job *job, struct pc_str a, struct pc_str b, struct pc_str c)
{
    const struct pc_str parts[] = {a, b, c};
    struct pc_str joined = PC_STR("");
    FUZZ_CHECK(pc_arena_join(&job->arena, parts, 3, &joined) == PC_OK, "no memory");
    return joined;
}

static struct pc_str changed_by_bytes(struct job *job, struct pc_str text)
{
    uint8_t room[TEXT] = {0};
    size_t len = text.len < TEXT ? text.len : TEXT / 2;
    if (len > 0) {
        memcpy(room, text.ptr, len);
    }
    len = LLVMFuzzerMutate(room, len, TEXT);
    struct pc_str made = {(const char *)room, len};
    return join(job, pc_utf8_invalid(made) == SIZE_MAX ? made : text, PC_STR(""), PC_STR(""));
}

// Puts something in the place of some bytes of the text.
static struct pc_str spliced(struct job *job, struct pc_str text, struct pc_str piece)
{
    size_t from = below(job, (uint32_t)text.len + 1);
    size_t left = text.len - from;
    size_t to = from + (below(job, 2) == 0 ? 0 : below(job, (uint32_t)left + 1));
    return join(job, pc_str_slice(text, 0, from), piece, pc_str_slice(text, to, text.len));
}

static struct pc_str recased(struct job *job, struct pc_str text)
{
    struct pc_str copy = join(job, text, PC_STR(""), PC_STR(""));
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; i < copy.len; i++) {
        bool letter = pc_char_lower(bytes[i]) >= 'a' && pc_char_lower(bytes[i]) <= 'z';
        bytes[i] = (char)(letter && below(job, 2) == 0 ? bytes[i] ^ 0x20 : bytes[i]);
    }
    return copy;
}

static struct pc_str some_text(struct job *job)
{
    struct pc_str found = PC_STR("");
    for (unsigned i = 0; i < 32 && found.len == 0; i++) {
        const struct edit_node *node = any(job, &job->own)->node;
        found = below(job, 4) == 0 ? node->name : node->text;
    }
    return found;
}

static struct pc_str changed(struct job *job, struct pc_str text)
{
    static const char *const pieces[] = {
        "*",
        "?",
        ":",
        "/",
        "${",
        "}",
        "${*}",
        "${?}",
        "${$}",
        "${aws:username}",
        "${aws:PrincipalTag/a, 'b'}",
        "${aws:userid}",
        "-",
        ",",
        "IfExists",
        "ForAllValues:",
        "ForAnyValue:",
        "Not",
        "arn:aws:",
        "::",
        "0",
        "9",
        "+",
        ".",
        "Z",
        "/32",
        "::ffff:",
        "\xc3\xa9",
        "\xe2\x84\xaa",
        "true",
        "null",
        "=",
        "root",
        "aws:",
        "sts:",
        "kms:",
        "iam:",
        "s3:",
    };
    switch (below(job, 6)) {
    case 0:
        return some_text(job);
    case 1:
        return changed_by_bytes(job, text);
    case 2:
        return recased(job, text);
    case 3:
        return spliced(job, text, some_text(job));
    case 4:
        return spliced(job, text, PC_STR(""));
    default:
        return spliced(job, text,
                       pc_str_from(pieces[below(job, sizeof(pieces) / sizeof(*pieces))]));
    }
}

static void change_text(struct job *job, const struct spot *spot)
{
    bool named = spot->parent != NULL && spot->parent->type == PC_JSON_OBJECT;
    if (spot->node->type == PC_JSON_STRING) {
        spot->node->text = changed(job, spot->node->text);
    } else if (named) {
        spot->node->name = changed(job, spot->node->name);
    }
}

static void change_name(struct job *job, const struct spot *spot)
{
    if (spot->parent == NULL || spot->parent->type != PC_JSON_OBJECT) {
        change_text(job, spot);
    } else if (below(job, 2) == 0) {
        spot->node->name = any(job, &job->own)->node->name;
    } else {
        spot->node->name = changed(job, spot->node->name);
    }
}

static void change_type(struct job *job, const struct spot *spot)
{
    static const char *const numbers[] = {
        "0",   "-0", "1", "1e3", "-1.5", "9007199254740993", "0.1", "1e400", "12345678901234567890",
        "1E-7"};
    struct edit_node *node = spot->node;
    switch (below(job, 4)) {
    case 0:
        node->type = PC_JSON_BOOLEAN;
        node->boolean = below(job, 2) == 0;
        break;
    case 1:
        node->type = PC_JSON_NULL;
        break;
    case 2:
        node->text = pc_str_from(numbers[below(job, sizeof(numbers) / sizeof(*numbers))]);
        node->type = PC_JSON_NUMBER;
        break;
    default: // a number or a text that it was stays the text
        node->type = PC_JSON_STRING;
        node->escaped = false;
        break;
    }
    node->first = NULL;
}

typedef void change(struct job *job, const struct spot *spot);

// As often as it stands here.
static change *const changes[] = {
    take_from_case, take_from_case, take_from_other, take_from_other, take_from_other,
    remove_it,      double_it,      add_child,       add_child,       wrap,
    move_first,     change_text,    change_text,     change_text,     change_text,
    change_name,    change_name,    change_type,
};

static size_t write_tree(const struct edit_node *root, uint8_t *out, size_t max)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    edit_print(&text, root);
    bool fits = pc_buf_status(&text) == PC_OK && text.len > 0 && text.len <= max;
    if (fits) {
        memcpy(out, text.ptr, text.len);
    }
    return fits ? text.len : 0;
}

// The bytes written, or 0 where they have no room.
static size_t change_tree(struct job *job, uint8_t *out, size_t max)
{
    for (uint32_t i = 1 + below(job, CHANGES); i > 0; i--) {
        const struct spot *spot = any(job, &job->own);
        changes[below(job, sizeof(changes) / sizeof(*changes))](job, spot);
    }
    return write_tree(job->own.root, out, max);
}

static struct job *new_job(unsigned seed)
{
    struct job *job = calloc(1, sizeof(*job));
    FUZZ_CHECK(job != NULL, "no memory");
    pc_arena_init(&job->arena);
    gen_random_seed(&job->random, seed, 1);
    return job;
}

static void free_job(struct job *job)
{
    pc_arena_release(&job->arena);
    free(job);
}

static size_t change_case(struct job *job, struct pc_str input, uint8_t *out, size_t max)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_str kept;
    bool by_bytes = decide_is_tape(input) ? below(job, 4) != 0 : below(job, 64) == 0;
    if (by_bytes) {
        return 0;
    }
    decide_case_of(input, &text);
    if (pc_arena_copy(&job->arena, pc_buf_view(&text), &kept) != PC_OK ||
        !plant(job, kept, &job->own)) {
        return 0;
    }
    return change_tree(job, out, max);
}

size_t fuzz_mutate_case(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct job *job = new_job(seed);
    size_t written = change_case(job, (struct pc_str){(const char *)data, size}, data, max);
    free_job(job);
    return written == 0 ? LLVMFuzzerMutate(data, size, max) : written;
}

size_t fuzz_cross_cases(struct pc_str first, struct pc_str second, uint8_t *out, size_t max,
                        unsigned seed)
{
    struct job *job = new_job(seed);
    size_t written = 0;
    if (plant(job, first, &job->own) && plant(job, second, &job->other)) {
        take_from_other(job, any(job, &job->own));
        written = write_tree(job->own.root, out, max);
    }
    free_job(job);
    return written;
}
