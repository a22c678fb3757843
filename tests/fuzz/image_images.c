// SPDX-License-Identifier: Apache-2.0
//
// Images: those of a case, edited, and the case asked with them.
#include "image_parts.h"

#include "decide_input.h"
#include "engine.h"
#include "image/dump.h"
#include "match/arn_pattern.h"

enum {
    IMAGES = 32,         // of a case; further ones stay as they are
    GROWN = 4096,        // bytes that edits may add to an image
    LARGEST = 256 << 10, // bytes of an image that is edited
};

// One image of the case and its edited bytes.
struct edited {
    struct pc_image *image;
    struct pc_buf bytes;
    struct image_bytes exact;
};

struct job {
    struct pc_arena arena;
    struct engine engine;
    struct engine_case prepared;
    struct edited images[IMAGES];
    size_t count;
};

// Editing -----------------------------------------------------------------------------------------

static struct pc_image_header *header_of(const struct edited *edited)
{
    return (struct pc_image_header *)(void *)edited->bytes.ptr;
}

// The part of the image that an edit is in: a record, the header, or the pool. Empty: it has gone.
static struct fuzz_place place_of(const struct edited *edited, const struct fuzz_edit *edit)
{
    const struct pc_image_header *header = header_of(edited);
    unsigned part = edit->part % (PC_IMAGE_TABLES + 2);
    size_t start = 0;
    size_t size = sizeof(*header);
    if (part < PC_IMAGE_TABLES) {
        uint32_t count = header->tables[part].count;
        size = count == 0 ? 0 : pc_image_record_size((enum pc_image_table)part);
        start = header->tables[part].offset + size * (count == 0 ? 0 : edit->index % count);
    } else if (part == PC_IMAGE_TABLES) {
        start = header->pool.offset + (size_t)(edit->index & ~255U);
        size = 256;
    }
    bool inside = start <= edited->bytes.len && size <= edited->bytes.len - start;
    bool pool = part == PC_IMAGE_TABLES && start < edited->bytes.len;
    size = pool && !inside ? edited->bytes.len - start : size;
    return inside || pool ? (struct fuzz_place){edited->bytes.ptr + start, size}
                          : (struct fuzz_place){NULL, 0};
}

static void copy_record(const struct edited *edited, const struct fuzz_edit *edit)
{
    struct fuzz_edit from = *edit;
    from.index = edit->other;
    struct fuzz_place source = place_of(edited, &from);
    struct fuzz_place sink = place_of(edited, edit);
    if (source.size == sink.size && source.size > 0) {
        memmove(sink.bytes, source.bytes, sink.size);
    }
}

// Moves a table, with some records more, to the end of the image.
static void move_table(struct edited *edited, const struct fuzz_edit *edit)
{
    unsigned table = edit->part % PC_IMAGE_TABLES;
    size_t each = pc_image_record_size((enum pc_image_table)table);
    uint64_t start = header_of(edited)->tables[table].offset;
    uint64_t bytes = header_of(edited)->tables[table].count * (uint64_t)each;
    size_t end = edited->bytes.len;
    if (start > end || bytes > end - start || end + bytes + GROWN > LARGEST) {
        return;
    }
    pc_buf_reserve(&edited->bytes, bytes + GROWN);
    FUZZ_CHECK(pc_buf_status(&edited->bytes) == PC_OK, "no memory");
    pc_buf_append(&edited->bytes, edited->bytes.ptr + start, bytes);
    uint32_t more = edit->value % (uint32_t)(GROWN / each);
    pc_buf_fill(&edited->bytes, (char)edit->offset, more * each);
    header_of(edited)->tables[table].offset = (uint32_t)end;
    header_of(edited)->tables[table].count += more;
}

static void make_edit(struct edited *edited, const struct fuzz_edit *edit)
{
    struct pc_image_header *header = header_of(edited);
    switch (edit->way < FUZZ_WAY_FIELDS ? edit->way : 8 + edit->way % 5) {
    case 8:
        copy_record(edited, edit);
        break;
    case 9: // a table is another one's
        header->tables[edit->part % PC_IMAGE_TABLES] =
            header->tables[edit->other % PC_IMAGE_TABLES];
        break;
    case 10:
        move_table(edited, edit);
        break;
    case 11: // cut, but for the header
        edited->bytes.len -= edit->value % (edited->bytes.len - sizeof(*header) + 1);
        break;
    case 12: // of another type
        header->type = edit->value % 12;
        break;
    default:
        fuzz_edit_field(place_of(edited, edit), edit->offset, edit);
        break;
    }
}

// What a writer of images puts right.
static void sign(struct edited *edited)
{
    struct pc_image_header *header = header_of(edited);
    size_t from = offsetof(struct pc_image_header, size);
    header->size = (uint32_t)edited->bytes.len;
    header->checksum =
        pc_str_hash(pc_str_slice(pc_buf_view(&edited->bytes), from, edited->bytes.len));
}

// Asking ------------------------------------------------------------------------------------------

static void add_images(struct job *job, const struct pc_image *images, size_t count)
{
    for (size_t i = 0; i < count && images != NULL && job->count < IMAGES; i++) {
        struct edited *edited = &job->images[job->count];
        // The case made them in memory of its own.
        edited->image = (struct pc_image *)(uintptr_t)&images[i];
        if (images[i].header->size <= LARGEST - GROWN) {
            pc_buf_append(&edited->bytes, images[i].bytes, images[i].header->size);
            FUZZ_CHECK(pc_buf_status(&edited->bytes) == PC_OK, "no memory");
            job->count++;
        }
    }
}

static void find_images(struct job *job)
{
    const struct pc_policies *policies = &job->prepared.policies;
    add_images(job, policies->identity, 1);
    add_images(job, policies->resource, policies->resource_count);
    add_images(job, policies->boundary, 1);
    add_images(job, policies->session, 1);
    add_images(job, policies->endpoint, 1);
    add_images(job, policies->scp, policies->scp_count);
    add_images(job, policies->rcp, policies->rcp_count);
}

static void dump(const struct pc_image *image)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_image_dump(image, "fuzzed", &text);
    FUZZ_CHECK(pc_buf_status(&text) == PC_OK && text.len > 0, "it cannot be dumped");
}

// Puts the edited image, if it passes, in the place of the case's.
static void exchange(struct edited *edited, unsigned shift)
{
    struct pc_image image;
    sign(edited);
    edited->exact = image_bytes_of(pc_buf_view(&edited->bytes), shift);
    struct pc_str view = {edited->exact.bytes, edited->exact.size};
    enum pc_status status = pc_image_open(view, &image);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_DAMAGED || status == PC_ERR_VERSION, "status %d",
               (int)status);
    if (status == PC_OK) {
        dump(&image);
        *edited->image = image;
    }
}

// That an index agrees with its statements nobody promises of an image that is not the compiler's.
// So the answers may be any, but an answer there is, and it is one.
static void ask(struct job *job)
{
    static const unsigned flags[] = {
        0,
        PC_DECIDE_NO_INDEX,
        PC_DECIDE_NO_REASONS,
        PC_DECIDE_WIDE_STARS,
        PC_DECIDE_ALL_MATCHED,
        PC_DECIDE_NO_ACCOUNT_LINK | PC_DECIDE_NO_INDEX | PC_DECIDE_ALL_MATCHED,
        PC_DECIDE_GENEROUS,
        PC_DECIDE_STRICT,
    };
    static const struct pc_arn_pattern_options literal = {.allow_any = true, .every_field = true};
    PC_CLEANUP(pc_buf_release) struct pc_buf pattern = {0};
    struct pc_pattern_error error;
    struct ref_answer answer;
    // What is open is about resources, of which "*" and what is no ARN are none.
    if (pc_arn_pattern_compile(job->prepared.request.resource, literal, &pattern, &error) ==
        PC_OK) {
        job->prepared.request.resource_pattern = pc_buf_view(&pattern);
    }
    bool open = pattern.len > 0;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]) - (open ? 0 : 2); i++) {
        engine_decide(&job->engine, &job->arena, &job->prepared, flags[i], &answer);
    }
    engine_observe(&job->engine, &job->arena, &job->prepared, &answer);
    engine_explain(&job->engine, &job->arena, &job->prepared, &answer);
}

static void edit_and_ask(struct job *job, struct pc_str edits)
{
    struct fuzz_edit edit;
    unsigned shift = 0;
    find_images(job);
    for (size_t i = 0; job->count > 0 && i < FUZZ_EDITS_MOST && fuzz_edit_next(&edits, &edit);
         i++) {
        make_edit(&job->images[edit.target % job->count], &edit);
        shift += edit.index;
    }
    for (size_t i = 0; i < job->count; i++) {
        exchange(&job->images[i], shift);
    }
    ask(job);
}

static void release(struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        pc_buf_release(&job->images[i].bytes);
        image_bytes_release(&job->images[i].exact);
    }
    engine_release(&job->engine);
    pc_arena_release(&job->arena);
}

static bool prepare(struct job *job, struct pc_str text)
{
    const struct pc_json_source source = {.file = PC_STR("case"), .text = text};
    struct pc_diags diags;
    const struct pc_json *subject;
    pc_diags_init(&diags, &job->arena);
    if (text.len > DECIDE_LONGEST ||
        pc_json_parse(&job->arena, &source, &diags, &subject) != PC_OK) {
        return false;
    }
    engine_prepare(&job->arena, text, subject, &job->prepared);
    return job->prepared.refused.len == 0;
}

void image_ask(struct pc_str input)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct job job = {.count = 0};
    pc_arena_init(&job.arena);
    engine_init(&job.engine);
    decide_case_of(fuzz_line(&input), &text);
    if (prepare(&job, pc_buf_view(&text))) {
        edit_and_ask(&job, input);
    }
    release(&job);
}
