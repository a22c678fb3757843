// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the records of a vault, opened with the root key that made the real ones. Whoever
// has no root key can put records together as he likes, old ones and those of other vaults too, and
// make the digests that bind them fit ("bind"): what opens is what the vault holds at the state of
// its head, and the rest is said to be damaged. Also with the root key ("hand": the head is made
// anew) nothing is read out of bounds, and nothing opens that was not sealed so.
//
// Input: lines, each a change of the records: "from V" (all of them, as one of the three vaults has
// them), "set I AT BYTES", "cut I N", "add I BYTES", "raw I BYTES", "drop I", "take I V J" (record
// I's bytes are those of record J of a vault), "name I NAME", "new T NAME", "ask NAME" (a further
// look-up). "bind" or "hand" where they stand; numbers are taken modulo what there is. The first
// line "root" or "box": see secret_texts.h.
#define _GNU_SOURCE // memmem
#include "vault_state.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/guarded.h"
#include "fuzz.h"
#include "secret_texts.h"
#include "vaults.h"

struct table {
    struct vault_record of[VAULT_RECORDS];
    char *memory[VAULT_RECORDS]; // of the values: their exact size
    size_t count;
    bool hand, whole; // made with the root key; nothing was changed
    int vault;        // that it was begun from
    struct pc_arena arena;
    struct pc_str asked[8];
    size_t ask_count;
    bool shows; // the input itself has what no message may have
};

// Where the vault's module reads from -------------------------------------------------------------

static const struct table *source;

enum pc_status __real_pc_source_get(const struct pc_source *from, enum pc_store_table table,
                                    struct pc_str key, struct pc_str *value);
enum pc_status __wrap_pc_source_get(const struct pc_source *from, enum pc_store_table table,
                                    struct pc_str key, struct pc_str *value);
enum pc_status __wrap_pc_source_get(const struct pc_source *from, enum pc_store_table table,
                                    struct pc_str key, struct pc_str *value)
{
    if (source == NULL) {
        return __real_pc_source_get(from, table, key, value);
    }
    for (size_t i = 0; i < source->count; i++) {
        if (source->of[i].table == table && pc_str_eq(source->of[i].key, key)) {
            *value = source->of[i].value;
            return PC_OK;
        }
    }
    return PC_ERR_NOTFOUND;
}

typedef enum pc_status visitor(void *context, struct pc_str key, struct pc_str value);

enum pc_status __real_pc_source_each(const struct pc_source *from, enum pc_store_table table,
                                     visitor *visit, void *context);
enum pc_status __wrap_pc_source_each(const struct pc_source *from, enum pc_store_table table,
                                     visitor *visit, void *context);
enum pc_status __wrap_pc_source_each(const struct pc_source *from, enum pc_store_table table,
                                     visitor *visit, void *context)
{
    if (source == NULL) {
        return __real_pc_source_each(from, table, visit, context);
    }
    for (size_t i = 0; i < source->count; i++) {
        if (source->of[i].table == table) {
            PC_TRY(visit(context, source->of[i].key, source->of[i].value));
        }
    }
    return PC_OK;
}

// The records that are tried ----------------------------------------------------------------------

static void set_value(struct table *table, size_t at, struct pc_str value)
{
    char *copy = fuzz_copy(value);
    free(table->memory[at]);
    table->memory[at] = copy;
    table->of[at].value = (struct pc_str){copy, value.len};
    table->whole = false;
}

static void drop(struct table *table, size_t at)
{
    if (at >= table->count) {
        return;
    }
    free(table->memory[at]);
    table->count--;
    memmove(&table->of[at], &table->of[at + 1], (table->count - at) * sizeof(table->of[0]));
    memmove(&table->memory[at], &table->memory[at + 1],
            (table->count - at) * sizeof(table->memory[0]));
    table->memory[table->count] = NULL;
    table->whole = false;
}

static size_t find(const struct table *table, enum pc_store_table kind, struct pc_str key)
{
    size_t at = 0;
    while (at < table->count &&
           !(table->of[at].table == kind && pc_str_eq(table->of[at].key, key))) {
        at++;
    }
    return at;
}

static struct pc_str lasting(struct table *table, struct pc_str text)
{
    struct pc_str copy;
    FUZZ_CHECK(pc_arena_copy(&table->arena, text, &copy) == PC_OK, "no memory");
    return copy;
}

// A store has one record of a name.
static size_t add(struct table *table, enum pc_store_table kind, struct pc_str key,
                  struct pc_str value)
{
    size_t at = find(table, kind, key);
    if (at == table->count && table->count < VAULT_RECORDS) {
        table->memory[table->count] = NULL;
        table->of[table->count++] = (struct vault_record){kind, lasting(table, key), PC_STR("")};
    }
    if (at < table->count) {
        set_value(table, at, value);
    }
    return at;
}

static void begin(struct table *table, int vault)
{
    const struct vault_records *records = &vaults()->records[vault];
    while (table->count > 0) {
        drop(table, table->count - 1);
    }
    for (size_t i = 0; i < records->count; i++) {
        (void)add(table, records->of[i].table, records->of[i].key, records->of[i].value);
    }
    table->whole = true;
    table->hand = false;
    table->vault = vault;
}

// Fitting digests ---------------------------------------------------------------------------------

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, PC_HASH_BYTES);
}

// The digest that binds a record; false: it has none, whatever it is bound by.
static bool digest_of(struct table *table, const struct vault_record *record, struct pc_hash *out)
{
    struct pc_environment_record environment;
    *out = pc_hash_of(record->value);
    if (record->table == PC_STORE_ENVIRONMENTS) {
        if (pc_environment_record_parse(record->value, &table->arena, &environment) != PC_OK) {
            return false;
        }
        *out = pc_environment_record_digest(&environment);
    }
    return true;
}

static struct pc_hash bind_part(struct table *table, unsigned number)
{
    struct pc_binding bindings[VAULT_RECORDS];
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct vault_record *record = &table->of[i];
        struct pc_hash name = pc_hash_of(record->key);
        bool key = record->table == PC_STORE_KEYS;
        bool here = key ? number == PC_PART_OF_KEYS
                        : record->table == PC_STORE_ENVIRONMENTS && number == pc_part_of(&name);
        if (here && digest_of(table, record, &bindings[count].digest)) {
            bindings[count++].name = name;
        }
    }
    qsort(bindings, count, sizeof(bindings[0]), compare);
    const char place[] = {(char)(unsigned char)(number >> 8), (char)(unsigned char)number};
    const struct pc_str key = {place, sizeof(place)};
    const struct pc_str bytes = {(const char *)bindings, count * sizeof(bindings[0])};
    if (count == 0) {
        drop(table, find(table, PC_STORE_BINDINGS, key));
        return (struct pc_hash){{0}};
    }
    (void)add(table, PC_STORE_BINDINGS, key, bytes);
    return pc_hash_of(bytes);
}

static void bind(struct table *table, bool hand)
{
    const struct vaults *real = vaults();
    struct pc_root_key own = *real->root; // that an attacker has: right as far as it is told
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    size_t at = find(table, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    struct pc_head head;
    if (at == table->count || pc_head_parse(table->of[at].value, &head) != PC_OK) {
        head = real->heads[VAULT_NOW];
    }
    for (unsigned i = 0; i < PC_PARTS; i++) {
        head.parts[i] = bind_part(table, i);
    }
    memset(own.head, 7, sizeof(own.head));
    pc_head_write(&bytes, &head, hand ? real->root : &own);
    (void)add(table, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), pc_buf_view(&bytes));
    table->hand = table->hand || hand;
}

// The input ---------------------------------------------------------------------------------------

static size_t number(struct pc_str *words, size_t below)
{
    size_t value = 0, at = 0;
    for (; at < words->len && pc_char_is_digit(words->ptr[at]); at++) {
        value = value * 10 + (size_t)(words->ptr[at] - '0');
    }
    *words = pc_str_slice(*words, at + 1, words->len);
    return below == 0 ? 0 : value % below;
}

// Gives a record's bytes a piece that replaces those in [from, to).
static void splice(struct table *table, size_t at, size_t from, size_t to, struct pc_str piece)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf made = {0};
    struct pc_str before = table->of[at].value;
    pc_buf_str(&made, pc_str_slice(before, 0, from));
    pc_buf_str(&made, piece);
    pc_buf_str(&made, pc_str_slice(before, to, before.len));
    set_value(table, at, pc_buf_view(&made));
}

static void change_bytes(struct table *table, struct pc_str word, struct pc_str rest)
{
    size_t at = number(&rest, table->count);
    struct pc_str bytes = table->of[at].value;
    if (pc_str_eq(word, PC_STR("set"))) {
        size_t from = number(&rest, bytes.len);
        rest = pc_str_slice(rest, 0, bytes.len - from);
        splice(table, at, from, from + rest.len, rest);
    } else if (pc_str_eq(word, PC_STR("cut"))) {
        splice(table, at, number(&rest, bytes.len + 1), bytes.len, PC_STR(""));
    } else if (pc_str_eq(word, PC_STR("add"))) {
        splice(table, at, bytes.len, bytes.len, rest);
    } else if (pc_str_eq(word, PC_STR("raw"))) {
        set_value(table, at, rest);
    } else if (pc_str_eq(word, PC_STR("take"))) {
        const struct vault_records *other = &vaults()->records[number(&rest, VAULTS)];
        set_value(table, at, other->of[number(&rest, other->count)].value);
    }
}

static void change_names(struct table *table, struct pc_str word, struct pc_str rest)
{
    if (pc_str_eq(word, PC_STR("drop"))) {
        drop(table, number(&rest, table->count));
    } else if (pc_str_eq(word, PC_STR("name"))) {
        struct vault_record moved = table->of[number(&rest, table->count)];
        struct pc_str value = lasting(table, moved.value);
        drop(table, find(table, moved.table, moved.key));
        (void)add(table, moved.table, rest, value);
    } else if (pc_str_eq(word, PC_STR("new"))) {
        size_t kind = number(&rest, PC_STORE_ALL_TABLES - PC_STORE_VAULT);
        (void)add(table, (enum pc_store_table)(PC_STORE_VAULT + (int)kind), rest, PC_STR(""));
    } else if (pc_str_eq(word, PC_STR("ask")) && table->ask_count < 8) {
        table->asked[table->ask_count++] = rest;
    }
}

static void change(struct table *table, struct pc_str line)
{
    size_t space = pc_str_find(line, ' ', 0);
    struct pc_str word = pc_str_slice(line, 0, space);
    struct pc_str rest = space == SIZE_MAX ? PC_STR("") : pc_str_slice(line, space + 1, line.len);
    if (pc_str_eq(word, PC_STR("from"))) {
        begin(table, (int)number(&rest, VAULTS));
    } else if (pc_str_eq(word, PC_STR("bind")) || pc_str_eq(word, PC_STR("hand"))) {
        bind(table, pc_str_eq(word, PC_STR("hand")));
    } else if (table->count > 0) {
        change_bytes(table, word, rest);
    }
    if (table->count > 0 || pc_str_eq(word, PC_STR("new"))) {
        change_names(table, word, rest);
    }
}

// Opening -----------------------------------------------------------------------------------------

static bool is_id_of(const struct pc_head *head, int vault)
{
    return memcmp(head->id, vaults()->heads[vault].id, sizeof(head->id)) == 0;
}

// The vault whose head it is; VAULTS: none.
static int vault_of(struct pc_str head)
{
    int vault = 0;
    while (vault < VAULTS && !pc_str_eq(vaults()->records[vault].of[0].value, head)) {
        vault++;
    }
    return vault;
}

// Whether the value was sealed so, where it may be opened: in the state of the head, or, if that
// was made with the root key, in any of its vault.
static bool is_true(const struct table *table, const struct pc_vault *vault, int state,
                    struct pc_str function, struct pc_str name, struct pc_str value)
{
    for (size_t i = 0; i < VAULT_SECRETS; i++) {
        const struct vault_secret *secret = &vaults()->secrets[i];
        bool same = pc_str_eq(pc_str_from(secret->function), function) &&
                    pc_str_eq(pc_str_from(secret->name), name);
        for (int v = 0; same && v < VAULTS; v++) {
            bool may = table->hand ? is_id_of(&vault->head, v) : v == state;
            if (may && pc_str_eq(pc_str_from(secret->values[v]), value)) {
                return true;
            }
        }
    }
    return false;
}

static void check_silence(const struct table *table, const struct pc_diags *diags)
{
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        bool shown = strstr(diag->message.ptr, SECRET) != NULL ||
                     (diag->hint.len > 0 && strstr(diag->hint.ptr, SECRET) != NULL);
        FUZZ_CHECK(!shown || table->shows, "a secret is shown: %s", diag->message.ptr);
    }
}

// Opens a function's variables; what became of it.
static enum pc_status open_function(const struct table *table, struct pc_vault *vault, int state,
                                    struct pc_str function, struct pc_opened *opened)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_vault_environment environment;
    struct pc_diags diags;
    const struct pc_names every = {NULL, 0};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_vault_environment(vault, function, &diags, &environment);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_DAMAGED || status == PC_ERR_NOTFOUND,
               "status %d", (int)status);
    if (status == PC_OK) {
        status = pc_vault_unseal(vault, &environment, &every, &diags, opened);
        FUZZ_CHECK(status == PC_OK || diags.errors > 0, "status %d, unexplained", (int)status);
        FUZZ_CHECK(status != PC_ERR_NOTFOUND || table->hand, "a key is not found");
        FUZZ_CHECK(pc_opened_count(opened) == (status == PC_OK ? environment.count : 0),
                   "%zu variables opened, status %d", pc_opened_count(opened), (int)status);
    }
    for (size_t i = 0; status == PC_OK && i < pc_opened_count(opened); i++) {
        struct pc_str name = pc_opened_name(opened, i), value = pc_opened_value(opened, i);
        FUZZ_CHECK(is_true(table, vault, state, function, name, value), "%.*s opened as \"%.*s\"",
                   PC_STR_ARG(name), PC_STR_ARG(value));
    }
    check_silence(table, &diags);
    return status;
}

static void open_known(const struct table *table, struct pc_vault *vault, int state,
                       struct pc_opened *opened)
{
    static const char *const functions[VAULT_FUNCTIONS] = {PAY, MAIL, OLD};
    for (size_t i = 0; i < VAULT_FUNCTIONS; i++) {
        enum pc_status status =
            open_function(table, vault, state, pc_str_from(functions[i]), opened);
        bool closed = state == VAULT_NOW && strcmp(functions[i], OLD) == 0;
        FUZZ_CHECK(table->hand || status == PC_ERR_DAMAGED ||
                       status == (closed ? PC_ERR_INVALID : PC_OK),
                   "%s: status %d", functions[i], (int)status);
        FUZZ_CHECK(!table->whole || status != PC_ERR_DAMAGED, "%s: damaged?", functions[i]);
    }
    for (size_t i = 0; i < table->ask_count; i++) {
        (void)open_function(table, vault, state, table->asked[i], opened);
    }
}

// Lists -------------------------------------------------------------------------------------------

static enum pc_status count_key(void *context, const struct pc_vault_key *key)
{
    FUZZ_CHECK(key->tag_count == 0 || key->tags != NULL, "no tags");
    ++*(size_t *)context;
    return PC_OK;
}

static enum pc_status count_environment(void *context,
                                        const struct pc_vault_environment *environment)
{
    FUZZ_CHECK(environment->count == 0 || environment->variables != NULL, "no variables");
    ++*(size_t *)context;
    return PC_OK;
}

static void list(const struct table *table, struct pc_vault *vault)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags diags;
    struct pc_vault_key key;
    size_t keys = 0, environments = 0;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_vault_each_key(vault, &diags, count_key, &keys);
    FUZZ_CHECK(status == PC_ERR_DAMAGED || (status == PC_OK && (table->hand || keys == VAULT_KEYS)),
               "status %d, %zu keys", (int)status, keys);
    FUZZ_CHECK(!table->whole || status == PC_OK, "damaged?");
    status = pc_vault_each_environment(vault, &diags, count_environment, &environments);
    FUZZ_CHECK(status == PC_ERR_DAMAGED ||
                   (status == PC_OK && (table->hand || environments == VAULT_FUNCTIONS)),
               "status %d, %zu environments", (int)status, environments);
    FUZZ_CHECK(!table->whole || status == PC_OK, "damaged?");
    status = pc_vault_key(vault, PC_STR("alias/one"), PC_STR(PAY), &diags, &key);
    FUZZ_CHECK(table->hand || status == PC_ERR_DAMAGED ||
                   (status == PC_OK && pc_str_eq(key.arn, PC_STR(KEY_ONE))),
               "alias/one: status %d", (int)status);
    for (size_t i = 0; i < table->ask_count; i++) {
        status = pc_vault_key(vault, table->asked[i], PC_STR(""), &diags, &key);
        FUZZ_CHECK(status == PC_OK || diags.errors > 0 || status == PC_ERR_NOTFOUND, "status %d",
                   (int)status);
    }
    check_silence(table, &diags);
}

static void open_all(const struct table *table, struct pc_vault *vault, int state)
{
    static struct pc_opened *opened; // guarded, and used again
    static void *unwrapped;
    FUZZ_CHECK(opened != NULL || pc_opened_new(&opened) == PC_OK, "no memory");
    FUZZ_CHECK(unwrapped != NULL ||
                   pc_guarded_new(sizeof(struct pc_unwrapped_keys), &unwrapped) == PC_OK,
               "no memory");
    memset(unwrapped, 0, sizeof(struct pc_unwrapped_keys));
    vault->unwrapped = unwrapped;
    pc_map_init(&vault->keys, &vault->state_arena);
    open_known(table, vault, state, opened);
    list(table, vault);
    pc_opened_wipe(opened);
    pc_parts_release(&vault->parts);
    pc_arena_release(&vault->arena);
    pc_arena_release(&vault->state_arena);
}

static void open_vault(struct table *table)
{
    struct pc_vault *vault = calloc(1, sizeof(*vault)); // it is large
    struct pc_diags diags;
    FUZZ_CHECK(vault != NULL, "no memory");
    pc_diags_init(&diags, &table->arena);
    vault->path = PC_STR("vault");
    vault->root = vaults()->root;
    vault->folder = -1;
    size_t at = find(table, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    struct pc_str head = at < table->count ? table->of[at].value : PC_STR("");
    enum pc_status status = pc_head_open(head, vault->root, vault->path, &diags, &vault->head);
    int state = vault_of(head);
    FUZZ_CHECK((status == PC_OK) == (state < VAULTS || (table->hand && status == PC_OK)),
               "a head that nobody made: status %d", (int)status);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_DAMAGED || status == PC_ERR_INVALID, "status %d",
               (int)status);
    check_silence(table, &diags);
    if (status == PC_OK) {
        vault->usable = true;
        source = table;
        open_all(table, vault, state);
        source = NULL;
    }
    free(vault);
}

void fuzz_one(struct pc_str input)
{
    struct table table = {.count = 0};
    struct pc_str rest = input;
    struct pc_str first = fuzz_line(&rest);
    if (pc_str_eq(first, PC_STR("root")) || pc_str_eq(first, PC_STR("box"))) {
        (pc_str_eq(first, PC_STR("root")) ? secret_root_key : secret_box)(rest);
        return;
    }
    begin(&table, VAULT_NOW);
    table.shows = input.len > 0 && memmem(input.ptr, input.len, SECRET, strlen(SECRET)) != NULL;
    while (input.len > 0) {
        change(&table, fuzz_line(&input));
    }
    open_vault(&table);
    for (size_t i = 0; i < table.count; i++) {
        free(table.memory[i]);
    }
    pc_arena_release(&table.arena);
}
