// SPDX-License-Identifier: Apache-2.0
//
// Action and NotAction against the request's action: by the index, and by walking the list.
#include "matching.h"

static bool action_is_listed(const struct pc_image *image, const struct pc_image_action *action,
                             const struct pc_request *request)
{
    if (action->kind != PC_IMAGE_ACTION_NAME) {
        return action->kind == PC_IMAGE_ACTION_ANY;
    }
    return pc_str_eq(pc_image_text(image, action->service), request->service) &&
           pc_pattern_match(pc_image_text(image, action->name), request->name, NULL, NULL) ==
               PC_MATCH;
}

bool pc_actions_match(const struct pc_image *image, const struct pc_image_statement *statement,
                      const struct pc_question *question)
{
    bool listed = false;
    for (uint32_t i = 0; i < statement->actions.count && !listed; i++) {
        listed = action_is_listed(image, pc_image_action(image, statement->actions.first + i),
                                  question->request);
    }
    return listed != (statement->action_kind == PC_IMAGE_LIST_NEGATED);
}

static void mark(const struct pc_image *image, struct pc_image_range range, uint64_t *hits)
{
    for (uint32_t i = 0; i < range.count; i++) {
        uint32_t statement = pc_image_hit(image, range.first + i)->statement;
        hits[statement / 64] |= UINT64_C(1) << (statement % 64);
    }
}

// Order of (hash, text) against an indexed entry.
static int compare(const struct pc_image *image, uint64_t hash, struct pc_str text,
                   uint64_t entry_hash, struct pc_image_span entry_text)
{
    if (hash != entry_hash) {
        return hash < entry_hash ? -1 : 1;
    }
    return pc_str_cmp(text, pc_image_text(image, entry_text));
}

static const struct pc_image_service *find_service(const struct pc_image *image, struct pc_str name)
{
    uint64_t hash = pc_str_hash(name);
    uint32_t low = 0;
    uint32_t high = pc_image_count(image, PC_IMAGE_SERVICES);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct pc_image_service *service = pc_image_service(image, middle);
        int order = compare(image, hash, name, service->hash, service->name);
        if (order == 0) {
            return service;
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return NULL;
}

static const struct pc_image_name *find_name(const struct pc_image *image,
                                             struct pc_image_range names, struct pc_str text)
{
    uint64_t hash = pc_str_hash(text);
    uint32_t low = 0;
    uint32_t high = names.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct pc_image_name *name = pc_image_name(image, names.first + middle);
        int order = compare(image, hash, text, name->hash, name->name);
        if (order == 0) {
            return name;
        }
        low = order > 0 ? middle + 1 : low;
        high = order < 0 ? middle : high;
    }
    return NULL;
}

void pc_action_hits(const struct pc_image *image, const struct pc_question *question,
                    uint64_t *hits)
{
    const struct pc_request *request = question->request;
    mark(image, image->header->every, hits);
    const struct pc_image_service *service = find_service(image, request->service);
    if (service == NULL) {
        return;
    }
    const struct pc_image_name *name = find_name(image, service->names, request->name);
    if (name != NULL) {
        mark(image, name->hits, hits);
    }
    for (uint32_t i = 0; i < service->globs.count; i++) {
        const struct pc_image_glob *glob = pc_image_glob(image, service->globs.first + i);
        if (pc_pattern_match(pc_image_text(image, glob->pattern), request->name, NULL,
                             question->env.cache) == PC_MATCH) {
            mark(image, glob->hits, hits);
        }
    }
}
