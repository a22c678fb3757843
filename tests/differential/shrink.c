// SPDX-License-Identifier: Apache-2.0
//
// Each attempt changes the tree in place, asks, and takes the change back if it went too far. Every
// attempt that stays makes the tree simpler (fewer nodes, shorter texts, or simpler scalars), so
// that it ends.
#include "shrink.h"

enum {
    MAX_CUTS = 20, // places at which a text is cut into words
};

struct job {
    struct shrink *shrink;
    struct edit_node *root;
    struct pc_buf text;
    bool progress; // since the last look over the whole tree
};

static bool holds(struct job *job)
{
    if (job->shrink->budget == 0) {
        return false;
    }
    job->shrink->budget--;
    pc_buf_reset(&job->text);
    edit_print(&job->text, job->root);
    bool kept = pc_buf_status(&job->text) == PC_OK &&
                job->shrink->holds(job->shrink->context, pc_buf_view(&job->text));
    job->progress = job->progress || kept;
    return kept;
}

// Puts another node in the place of *link, if the case survives it.
static bool replace(struct job *job, struct edit_node **link, struct edit_node *other)
{
    struct edit_node *before = *link;
    *link = other;
    if (holds(job)) {
        return true;
    }
    *link = before;
    return false;
}

static bool become(struct job *job, struct edit_node *node, const struct edit_node *other)
{
    struct edit_node before = *node;
    edit_become(node, other);
    if (holds(job)) {
        return true;
    }
    *node = before;
    return false;
}

// Texts.

// Takes the bytes [from, to) out of a text of the tree.
static bool cut(struct job *job, struct pc_str *text, size_t from, size_t to)
{
    struct pc_str before = *text;
    const struct pc_str parts[] = {pc_str_slice(before, 0, from),
                                   pc_str_slice(before, to, before.len)};
    if (pc_arena_join(job->shrink->arena, parts, 2, text) == PC_OK && holds(job)) {
        return true;
    }
    *text = before;
    return false;
}

enum kind {
    KIND_OTHER,
    KIND_LOWER,
    KIND_UPPER,
    KIND_DIGIT,
    KIND_TAIL, // of a character of several bytes
};

static enum kind kind_of(char c)
{
    if (c >= 'a' && c <= 'z') {
        return KIND_LOWER;
    }
    if (c >= 'A' && c <= 'Z') {
        return KIND_UPPER;
    }
    if (pc_char_is_digit(c)) {
        return KIND_DIGIT;
    }
    return ((unsigned char)c & 0xc0) == 0x80 ? KIND_TAIL : KIND_OTHER;
}

// Does a word start at this byte? "ForAnyValue:StringLike" has five of them, and a colon.
static bool is_border(struct pc_str text, size_t at)
{
    if (at == 0 || at == text.len) {
        return true;
    }
    enum kind before = kind_of(text.ptr[at - 1]);
    enum kind here = kind_of(text.ptr[at]);
    bool within = before == here || (before == KIND_UPPER && here == KIND_LOWER);
    return here != KIND_TAIL && (here == KIND_OTHER || !within);
}

static size_t borders_of(struct pc_str text, size_t *cuts)
{
    size_t count = 0;
    for (size_t i = 0; i <= text.len && count < MAX_CUTS; i++) {
        if (is_border(text, i)) {
            cuts[count++] = i;
        }
    }
    return count;
}

// Takes out one run of words, the longest that can go.
static bool cut_words(struct job *job, struct pc_str *text)
{
    size_t cuts[MAX_CUTS];
    size_t count = borders_of(*text, cuts);
    for (size_t length = count; length-- > 1;) {
        for (size_t i = 0; i + length < count; i++) {
            if (cut(job, text, cuts[i], cuts[i + length])) {
                return true;
            }
        }
    }
    return false;
}

// Takes out single letters, and runs of them.
static void cut_letters(struct job *job, struct pc_str *text)
{
    for (size_t run = text->len / 2; run > 0; run /= 2) {
        for (size_t i = 0; i + run <= text->len;) {
            bool whole = kind_of(text->ptr[i]) != KIND_TAIL &&
                         (i + run == text->len || kind_of(text->ptr[i + run]) != KIND_TAIL);
            i += whole && cut(job, text, i, i + run) ? 0 : 1;
        }
    }
}

static void shrink_text(struct job *job, struct pc_str *text)
{
    while (text->len > 0 && cut_words(job, text)) {
    }
    cut_letters(job, text);
}

// Nodes.

static bool is_whole(const struct job *job, const struct edit_node *node)
{
    const char *const *name = job->shrink->whole;
    while (name != NULL && *name != NULL && !pc_str_eq(node->name, pc_str_from(*name))) {
        name++;
    }
    return name != NULL && *name != NULL;
}

static void simplify_scalar(struct job *job, struct edit_node *node)
{
    const struct edit_node star = {.type = PC_JSON_STRING, .text = PC_STR_INIT("*")};
    const struct edit_node one = {.type = PC_JSON_NUMBER, .text = PC_STR_INIT("1")};
    if (node->type == PC_JSON_STRING) {
        bool done = is_whole(job, node) || (node->text.len > 1 && become(job, node, &star));
        if (!done) {
            shrink_text(job, &node->text);
        }
    } else if (node->type == PC_JSON_NUMBER && node->text.len > 1) {
        (void)become(job, node, &one);
    }
}

// Replaces a container by one of its children: ["x"] by "x", {"name", "document"} by the document.
static bool unwrap(struct job *job, struct edit_node *node)
{
    for (struct edit_node *child = node->first; child != NULL; child = child->next) {
        if (become(job, node, child)) {
            return true;
        }
    }
    return false;
}

static void shrink_node(struct job *job, struct edit_node *node);

static void shrink_children(struct job *job, struct edit_node *node)
{
    struct edit_node **link = &node->first;
    while (*link != NULL) {
        if (!replace(job, link, (*link)->next)) {
            link = &(*link)->next;
        }
    }
    for (struct edit_node *child = node->first; child != NULL; child = child->next) {
        shrink_node(job, child);
        if (child->name.len > 0) {
            shrink_text(job, &child->name);
        }
    }
}

static void shrink_node(struct job *job, struct edit_node *node)
{
    while (node->first != NULL && unwrap(job, node)) {
    }
    if (node->type == PC_JSON_ARRAY || node->type == PC_JSON_OBJECT) {
        shrink_children(job, node);
    } else {
        simplify_scalar(job, node);
    }
}

void shrink_tree(struct shrink *shrink, struct edit_node *root)
{
    struct job job = {.shrink = shrink, .root = root, .progress = true};
    while (job.progress && shrink->budget > 0) {
        job.progress = false;
        shrink_node(&job, root);
    }
    pc_buf_release(&job.text);
}
