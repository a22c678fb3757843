// SPDX-License-Identifier: Apache-2.0
//
// The index proposes (image/layout.h). By action it is exact, for nothing behind it looks at the
// actions of a statement again; by resource and principal it may propose too many.
//
// A set of at most 64 statements is a machine word. Larger ones are asked in this order: the sets
// that the action, the resource and the caller lead to are looked up, the fewest blocks of the
// three are marked, and only those are looked at; so statements that do not apply cost nothing.
#include "index.h"

// Where looked-up sets go: into a word, or into the scratch's list.
struct gather {
    const struct pc_image *image;
    const struct pc_question *question;
    struct pc_scratch *scratch; // NULL: into `bits`
    uint64_t bits;
    enum pc_status status;
    const struct pc_image_service *service; // of the action, once it was looked for
};

static void take(struct gather *gather, struct pc_image_range set)
{
    if (set.count == 0) {
        return;
    }
    if (gather->scratch == NULL) {
        gather->bits |= pc_image_block(gather->image, set.first)->bits;
    } else if (gather->status == PC_OK) {
        gather->status = pc_scratch_add_set(gather->scratch, set);
    }
}

// Lookups ---------------------------------------------------------------------------------------

static inline const struct pc_image_service *find_service(const struct pc_image *image,
                                                          struct pc_str name, uint64_t hash)
{
    struct pc_image_range slots = image->header->index.services;
    for (uint32_t i = 0; i < slots.count; i++) {
        uint32_t at = slots.first + ((uint32_t)(hash + i) & (slots.count - 1));
        uint32_t record = pc_image_slot(image, at)->record;
        if (record == 0) {
            break;
        }
        const struct pc_image_service *service = pc_image_service(image, record - 1);
        if (service->hash == hash && pc_str_eq(pc_image_text(image, service->name), name)) {
            return service;
        }
    }
    return NULL;
}

static inline const struct pc_image_name *find_name(const struct pc_image *image,
                                                    struct pc_image_range slots, struct pc_str name,
                                                    uint64_t hash)
{
    for (uint32_t i = 0; i < slots.count; i++) {
        uint32_t at = slots.first + ((uint32_t)(hash + i) & (slots.count - 1));
        uint32_t record = pc_image_slot(image, at)->record;
        if (record == 0) {
            break;
        }
        const struct pc_image_name *found = pc_image_name(image, record - 1);
        if (found->hash == hash && pc_str_eq(pc_image_text(image, found->name), name)) {
            return found;
        }
    }
    return NULL;
}

static void take_globs(struct gather *gather, struct pc_image_range globs, struct pc_str text)
{
    const struct pc_image *image = gather->image;
    for (uint32_t i = 0; i < globs.count; i++) {
        const struct pc_image_glob *glob = pc_image_glob(image, globs.first + i);
        if (pc_pattern_match(pc_image_text(image, glob->pattern), text, NULL,
                             gather->question->env.cache) == PC_MATCH) {
            take(gather, glob->set);
        }
    }
}

// The tables that a way down a tree leads through.
struct trees {
    const struct pc_image_node *nodes;
    const struct pc_image_edge *edges;
    uint32_t edge_count; // zero or a power of two
    const char *pool;
};

static inline struct trees trees_of(const struct pc_image *image)
{
    return (struct trees){
        .nodes = pc_image_node(image, 0),
        .edges = pc_image_edge(image, 0),
        .edge_count = pc_image_count(image, PC_IMAGE_EDGES),
        .pool = image->bytes + image->header->pool.offset,
    };
}

// The child of the node that the byte leads to, or 0.
static inline uint32_t find_child(const struct trees *trees, uint32_t parent, uint8_t byte)
{
    uint32_t place = pc_image_edge_place(parent, byte);
    for (uint32_t i = 0; i < trees->edge_count; i++) {
        uint32_t number = trees->edges[(place + i) & (trees->edge_count - 1)].node;
        const struct pc_image_node *node = &trees->nodes[number];
        if (number == 0 || (node->parent == parent && node->first == byte)) {
            return number;
        }
    }
    return 0;
}

// Takes what lies on the way of the text down a tree; root as a service record has it.
static void take_tree(struct gather *gather, uint32_t root, struct pc_str text)
{
    const struct trees trees = trees_of(gather->image);
    uint32_t number = root - 1;
    size_t at = 0;
    while (root != 0) {
        const struct pc_image_node *node = &trees.nodes[number];
        uint32_t length = node->label.length;
        if (length > text.len - at ||
            !pc_bytes_eq(trees.pool + node->label.offset, text.ptr + at, length)) {
            return;
        }
        at += length;
        take(gather, node->prefix);
        if (node->globs.count > 0) {
            take_globs(gather, node->globs, text);
        }
        if (at == text.len) {
            take(gather, node->exact);
            return;
        }
        number = find_child(&trees, number, (uint8_t)text.ptr[at]);
        if (number == 0) {
            return;
        }
        at++;
    }
}

static void take_actions(struct gather *gather)
{
    const struct pc_image *image = gather->image;
    const struct pc_request *request = gather->question->request;
    const struct pc_image_service *service =
        find_service(image, request->service, gather->question->service_hash);
    gather->service = service;
    if (service != NULL) {
        const struct pc_image_name *name =
            find_name(image, service->names, request->name, gather->question->name_hash);
        if (name != NULL) {
            take(gather, name->set);
        }
        take_tree(gather, service->actions, request->name);
    }
    take(gather, image->header->index.every);
}

static void take_resources(struct gather *gather)
{
    enum {
        SERVICE = 2,
        LAST = 5
    };
    const struct pc_arn_subject *resource = gather->question->resource;
    take(gather, gather->image->header->index.unplaced);
    if (!resource->is_arn) {
        return; // only "*" matches it
    }
    struct pc_str name = resource->fields[SERVICE];
    const struct pc_image_service *service = gather->service; // that of the action, mostly
    if (service == NULL || !pc_str_eq(pc_image_text(gather->image, service->name), name)) {
        service = find_service(gather->image, name, pc_str_hash(name));
    }
    if (service != NULL) {
        take_tree(gather, service->resources, resource->fields[LAST]);
    }
}

// Principals ------------------------------------------------------------------------------------

static void take_holder(struct gather *gather, uint32_t kind, struct pc_str text)
{
    const struct pc_image *image = gather->image;
    struct pc_image_range slots = image->header->index.holders;
    uint64_t hash = pc_image_principal_hash(kind, text);
    for (uint32_t i = 0; i < slots.count; i++) {
        uint32_t at = slots.first + ((uint32_t)(hash + i) & (slots.count - 1));
        uint32_t record = pc_image_slot(image, at)->record;
        if (record == 0) {
            return;
        }
        const struct pc_image_holder *holder = pc_image_holder(image, record - 1);
        if (holder->hash == hash) {
            take(gather, holder->set);
            return;
        }
    }
}

static void take_services(struct gather *gather, const struct pc_caller *caller)
{
    for (size_t i = 0; i < caller->service_count; i++) {
        take_holder(gather, PC_IMAGE_PRINCIPAL_SERVICE, caller->services[i]);
    }
}

static void take_session(struct gather *gather, const struct pc_caller *caller)
{
    struct pc_str parts[2];
    pc_str_split(caller->id, ':', parts, 2);
    take_holder(gather, PC_IMAGE_PRINCIPAL_ROLE,
                caller->role.len > 0 ? caller->role : caller->name);
    take_holder(gather, PC_IMAGE_PRINCIPAL_SESSION, caller->text);
    take_holder(gather, PC_IMAGE_PRINCIPAL_ID, parts[0]);
}

// By all that an entry may name the caller by (principals.c).
static void take_holders(struct gather *gather)
{
    const struct pc_caller *caller = &gather->question->request->caller;
    take(gather, gather->image->header->index.unnamed);
    if (caller->account.len > 0) {
        take_holder(gather, PC_IMAGE_PRINCIPAL_ACCOUNT, caller->account);
    }
    switch (caller->kind) {
    case PC_CALLER_USER:
        take_holder(gather, PC_IMAGE_PRINCIPAL_USER, caller->text);
        take_holder(gather, PC_IMAGE_PRINCIPAL_ID, caller->id);
        break;
    case PC_CALLER_FEDERATED_USER:
        take_holder(gather, PC_IMAGE_PRINCIPAL_FEDERATED_USER, caller->text);
        take_holder(gather, PC_IMAGE_PRINCIPAL_USER, caller->parent);
        take_holder(gather, PC_IMAGE_PRINCIPAL_ID, caller->parent_id);
        break;
    case PC_CALLER_SESSION:
        take_session(gather, caller);
        break;
    case PC_CALLER_SERVICE:
        take_services(gather, caller);
        break;
    case PC_CALLER_PROVIDER:
        take_holder(gather, PC_IMAGE_PRINCIPAL_FEDERATED, caller->text);
        break;
    case PC_CALLER_NONE:
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_ROOT:
        break;
    }
}

// One block -------------------------------------------------------------------------------------

// More than four? Then asking the index for them is cheaper than asking each.
static bool are_many(uint64_t bits)
{
    for (int i = 0; i < 4; i++) {
        bits &= bits - 1;
    }
    return bits != 0;
}

// The wider reading of R-206 lets patterns match where the index does not look for them, and a
// pattern is found under no text.
static bool may_ask_resources(const struct pc_image *image, const struct pc_question *question)
{
    return image->header->index.by_resource != 0 && question->reached == NULL &&
           !question->any_resource;
}

// What lists the action in an image of one block.
static inline uint64_t listed_bits(const struct pc_image *image, const struct pc_question *question)
{
    const struct pc_request *request = question->request;
    const struct pc_image_service *service =
        find_service(image, request->service, question->service_hash);
    struct gather gather = {.image = image, .question = question};
    if (service != NULL) {
        const struct pc_image_name *name =
            find_name(image, service->names, request->name, question->name_hash);
        if (name != NULL) { // its set is complete
            return name->set.count > 0 ? pc_image_block(image, name->set.first)->bits : 0;
        }
        take_tree(&gather, service->actions, request->name);
    }
    take(&gather, image->header->index.every);
    return gather.bits;
}

__attribute__((noinline)) static uint64_t placed_bits(const struct pc_image *image,
                                                      const struct pc_question *question)
{
    struct gather placed = {.image = image, .question = question};
    take_resources(&placed);
    return placed.bits;
}

uint64_t pc_index_word(const struct pc_image *image, const struct pc_question *question)
{
    const struct pc_image_word *word = pc_image_word(image, 0);
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    uint64_t all = count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    uint64_t bits = (listed_bits(image, question) ^ word->not_action) & all;
    if (are_many(bits & ~word->open) && may_ask_resources(image, question)) {
        bits &= placed_bits(image, question);
    }
    return bits;
}

// Several blocks --------------------------------------------------------------------------------

// The bits that a set has in the block.
static uint64_t bits_in(const struct pc_image *image, struct pc_image_range set, uint32_t block)
{
    uint32_t low = 0;
    uint32_t high = set.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct pc_image_block *found = pc_image_block(image, set.first + middle);
        if (found->number == block) {
            return found->bits;
        }
        low = found->number < block ? middle + 1 : low;
        high = found->number < block ? high : middle;
    }
    return 0;
}

static uint64_t bits_of(const struct pc_proposal *proposal, size_t from, size_t to, uint32_t block)
{
    uint64_t bits = 0;
    for (size_t i = from; i < to; i++) {
        bits |= bits_in(proposal->image, proposal->scratch->sets[i], block);
    }
    return bits;
}

uint64_t pc_proposal_word(const struct pc_proposal *proposal, uint32_t block)
{
    uint64_t bits = bits_of(proposal, 0, proposal->actions, block) ^
                    pc_image_word(proposal->image, block)->not_action;
    if (proposal->by_resource) {
        bits &= bits_of(proposal, proposal->actions, proposal->resources, block);
    }
    if (bits != 0 && proposal->by_holder) {
        bits &= bits_of(proposal, proposal->resources, proposal->holders, block);
    }
    return bits;
}

static size_t blocks_of(const struct pc_scratch *scratch, size_t from, size_t to)
{
    size_t blocks = 0;
    for (size_t i = from; i < to; i++) {
        blocks += scratch->sets[i].count;
    }
    return blocks;
}

static void mark_set(const struct pc_image *image, struct pc_image_range set, uint64_t *marks)
{
    for (uint32_t i = 0; i < set.count; i++) {
        uint32_t block = pc_image_block(image, set.first + i)->number;
        marks[block / 64] |= UINT64_C(1) << (block % 64);
    }
}

static void mark_sets(const struct pc_proposal *proposal, size_t from, size_t to, uint64_t *marks)
{
    for (size_t i = from; i < to; i++) {
        mark_set(proposal->image, proposal->scratch->sets[i], marks);
    }
}

// Marks the blocks of whichever of the three has the fewest.
static void mark_fewest(const struct pc_proposal *proposal, struct pc_scratch *scratch)
{
    struct pc_image_range negated = proposal->image->header->index.negated;
    size_t actions = blocks_of(scratch, 0, proposal->actions) + negated.count;
    size_t resources = proposal->by_resource
                           ? blocks_of(scratch, proposal->actions, proposal->resources)
                           : SIZE_MAX;
    size_t holders =
        proposal->by_holder ? blocks_of(scratch, proposal->resources, proposal->holders) : SIZE_MAX;
    if (resources <= actions && resources <= holders) {
        mark_sets(proposal, proposal->actions, proposal->resources, scratch->marks);
    } else if (holders <= actions) {
        mark_sets(proposal, proposal->resources, proposal->holders, scratch->marks);
    } else {
        mark_sets(proposal, 0, proposal->actions, scratch->marks);
        mark_set(proposal->image, negated, scratch->marks);
    }
}

enum {
    FEW_BLOCKS = 4, // not worth asking for the principal as well
};

enum pc_status pc_index_propose(const struct pc_image *image, const struct pc_question *question,
                                struct pc_scratch *scratch, struct pc_proposal *out)
{
    struct gather gather = {.image = image, .question = question, .scratch = scratch};
    *out = (struct pc_proposal){.image = image, .scratch = scratch};
    scratch->set_count = 0;
    take_actions(&gather);
    out->actions = out->resources = scratch->set_count;
    if (may_ask_resources(image, question)) {
        take_resources(&gather);
        out->by_resource = true;
        out->resources = scratch->set_count;
    }
    bool few = out->by_resource && blocks_of(scratch, out->actions, out->resources) <= FEW_BLOCKS;
    // Of several callers each is found under a name of its own.
    if (image->header->index.by_holder != 0 && !few && !question->several) {
        take_holders(&gather);
        out->by_holder = true;
    }
    out->holders = scratch->set_count;
    PC_TRY(gather.status);
    PC_TRY(pc_scratch_marks(scratch, pc_image_count(image, PC_IMAGE_WORDS)));
    mark_fewest(out, scratch);
    return PC_OK;
}
