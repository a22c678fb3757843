// SPDX-License-Identifier: Apache-2.0
#include "case_accounts.h"

#include "account/import.h"
#include "account/publish.h"
#include "account/resolve.h"
#include "base/path.h"
#include "crypto/hash.h"
#include "crypto/keyed.h"
#include "interrupt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
    MAX_PATH = 4096,
    STORE_KEY = 's', // how keys begin
    FILES_KEY = 'f',
    MOST_OPEN = 32, // at once: a store takes some file descriptors, and a lot of addresses
};

struct pc_case_account_open {
    struct pc_str *paths; // of what is compiled, or of the store
    size_t count;
    bool is_store; // else it is compiled
    bool told;     // a case said already what is wrong with it
    uint64_t used; // when a case named it last, in cases
    enum pc_status status;
    struct pc_diags diags;
    struct pc_store *store; // NULL: closed
    struct pc_resolver *resolver;
    struct pc_case_account_open *next;
};

// A store for this run alone, at a path that nobody can guess and have something lie at.

struct temporary {
    char path[MAX_PATH];
};

static enum pc_status choose_path(struct temporary *store, struct pc_diags *diags)
{
    const char *base = getenv("TMPDIR");
    uint64_t random[2];
    base = base != NULL && base[0] == '/' ? base : "/tmp";
    PC_TRY(pc_crypto_init());
    pc_random(random, sizeof(random));
    int length = snprintf(store->path, sizeof(store->path),
                          "%s/polcheck-test-%016" PRIx64 "%016" PRIx64, base, random[0], random[1]);
    if (length < 0 || (size_t)length >= sizeof(store->path)) {
        pc_diag_report(diags, PC_DIAG_CASE_ACCOUNT, (struct pc_place){.file = pc_str_from(base)},
                       "the name of the folder for temporary files is too long");
        store->path[0] = '\0';
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

// It stays open: what is read of it is mapped, and needs no names. So nothing is left behind,
// however this process ends.
static void remove_store(struct temporary *store)
{
    static const char *const names[] = {"/data.mdb", "/lock.mdb", ""};
    char path[MAX_PATH + 16];
    for (size_t i = 0; store->path[0] != '\0' && i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", store->path, names[i]);
        (void)remove(path);
    }
}

static enum pc_status open_store(struct pc_case_account_open *account, struct pc_str path)
{
    PC_TRY(pc_store_open(path, &account->diags, &account->store));
    return pc_resolver_new(account->store, &account->resolver);
}

static enum pc_status compile_to(struct pc_case_account_open *account, const char *path)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    pc_arena_init(&arena);
    const struct pc_import_input input = {.paths = account->paths, .count = account->count};
    const struct pc_publish_options options = {.path = path};
    const struct pc_import *import;
    struct pc_published published;
    PC_TRY(pc_import_paths(&arena, &input, &account->diags, &import));
    PC_TRY(pc_publish(&arena, import, &options, &account->diags, &published));
    PC_TRY(open_store(account, pc_str_from(path)));
    pc_resolver_name(account->resolver, account->paths[0]);
    return PC_OK;
}

static enum pc_status compile(struct pc_case_account_open *account)
{
    PC_CLEANUP(remove_store) struct temporary store = {.path = ""};
    PC_TRY(choose_path(&store, &account->diags));
    pc_interrupts_clean(); // what is half made goes as well
    enum pc_status status = compile_to(account, store.path);
    pc_interrupts_restore();
    const struct pc_diag *last = account->diags.last;
    if (last != NULL && last->code == PC_DIAG_STORE_IO) {
        pc_diag_hint(&account->diags,
                     "accounts are compiled in the folder that TMPDIR names, else in /tmp");
    }
    return status;
}

// Those that are open -----------------------------------------------------------------------------

static void close_account(struct pc_case_account_open *account)
{
    pc_resolver_free(account->resolver);
    pc_store_close(account->store);
    account->resolver = NULL;
    account->store = NULL;
}

// Closes the one that was named longest ago, if as many are open as may be.
static void make_room(struct pc_case_accounts *accounts)
{
    struct pc_case_account_open *oldest = NULL;
    size_t open = 0;
    for (struct pc_case_account_open *one = accounts->first; one != NULL; one = one->next) {
        open += one->store != NULL;
        if (one->store != NULL && (oldest == NULL || one->used < oldest->used)) {
            oldest = one;
        }
    }
    if (open >= MOST_OPEN) {
        close_account(oldest);
    }
}

static void open_account(struct pc_case_accounts *accounts, struct pc_case_account_open *account)
{
    make_room(accounts);
    pc_diags_init(&account->diags, &accounts->arena);
    account->status = account->is_store ? open_store(account, account->paths[0]) : compile(account);
    if (account->status != PC_OK) {
        close_account(account);
    }
}

// Reading what a case names -----------------------------------------------------------------------

// A path of the case, which has to be there.
static enum pc_status take_path(struct pc_case_accounts *accounts,
                                const struct pc_case_source *source, const struct pc_json *json,
                                struct pc_str *out)
{
    const struct pc_place place = pc_json_place(source->file, json);
    struct stat about;
    if (json->type != PC_JSON_STRING || !pc_path_is(json->text)) {
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT, place, "%s, not a path",
                       json->type == PC_JSON_STRING ? "the text is empty or has a zero"
                                                    : pc_json_type_text(json->type));
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_path_from(source->arena, source->file, json->text, out));
    if (accounts->reading != NULL) {
        accounts->reading(accounts->context, *out);
    }
    if (stat(out->ptr, &about) != 0) {
        pc_diag_report(source->diags, PC_DIAG_FILE_MISSING, place, "\"%.*s\" cannot be opened: %s",
                       PC_STR_ARG(*out), strerror(errno));
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

static enum pc_status take_paths(struct pc_case_accounts *accounts,
                                 const struct pc_case_source *source, const struct pc_json *json,
                                 struct pc_case_account_open *account)
{
    bool list = json->type == PC_JSON_ARRAY;
    size_t count = list ? json->count : 1;
    account->paths = pc_arena_array(source->arena, count, sizeof(*account->paths));
    if (account->paths == NULL) {
        return PC_ERR_NOMEM;
    }
    if (count == 0) {
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT, pc_json_place(source->file, json),
                       "\"account\" names no path");
        return PC_ERR_INVALID;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(take_path(accounts, source, list ? &json->items[i] : json, &account->paths[i]));
    }
    account->count = count;
    return PC_OK;
}

// What tells accounts apart: the kind and the paths, with zeros between.
static enum pc_status key_of(struct pc_arena *arena, const struct pc_case_account_open *account,
                             bool store, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf key = {0};
    pc_buf_byte(&key, store ? STORE_KEY : FILES_KEY);
    for (size_t i = 0; i < account->count; i++) {
        pc_buf_byte(&key, '\0');
        pc_buf_str(&key, account->paths[i]);
    }
    PC_TRY(pc_buf_status(&key));
    return pc_arena_copy(arena, pc_buf_view(&key), out);
}

// Keeps what was named in memory of a case, under its key.
static enum pc_status add_account(struct pc_case_accounts *accounts,
                                  const struct pc_case_account_open *named, struct pc_str key,
                                  struct pc_case_account_open **out)
{
    struct pc_arena *arena = &accounts->arena;
    struct pc_case_account_open *account = pc_arena_alloc(arena, sizeof(*account));
    struct pc_str *paths = pc_arena_array(arena, named->count, sizeof(*paths));
    if (account == NULL || paths == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < named->count; i++) {
        PC_TRY(pc_arena_copy(arena, named->paths[i], &paths[i]));
    }
    PC_TRY(pc_arena_copy(arena, key, &key));
    *account = (struct pc_case_account_open){.paths = paths,
                                             .count = named->count,
                                             .is_store = key.ptr[0] == STORE_KEY,
                                             .next = accounts->first};
    accounts->first = account;
    *out = account;
    return pc_map_put(&accounts->by_paths, key, account);
}

static enum pc_status find_account(struct pc_case_accounts *accounts,
                                   const struct pc_case_source *source,
                                   const struct pc_case_account *named,
                                   struct pc_case_account_open **out)
{
    bool store = named->store != NULL;
    struct pc_case_account_open wanted = {.count = 0};
    struct pc_str key;
    if (store && named->store->type != PC_JSON_STRING) {
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT,
                       pc_json_place(source->file, named->store), "\"store\" is %s, not a path",
                       pc_json_type_text(named->store->type));
        return PC_ERR_INVALID;
    }
    PC_TRY(take_paths(accounts, source, store ? named->store : named->paths, &wanted));
    PC_TRY(key_of(source->arena, &wanted, store, &key));
    struct pc_case_account_open *account = pc_map_get(&accounts->by_paths, key);
    if (account == NULL) {
        PC_TRY(add_account(accounts, &wanted, key, &account));
    }
    account->used = ++accounts->turn;
    if (account->store == NULL && account->status == PC_OK) {
        open_account(accounts, account);
    }
    *out = account;
    return account->status == PC_ERR_NOMEM ? PC_ERR_NOMEM : PC_OK;
}

// An account that cannot be asked: all that is wrong with it is told once a run.
static enum pc_status tell(const struct pc_case_source *source, const struct pc_json *named,
                           struct pc_case_account_open *account)
{
    if (account->told) {
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT, pc_json_place(source->file, named),
                       "the account cannot be asked, as an earlier case says");
    } else if (account->diags.errors == 0) {
        pc_diag_report(source->diags, PC_DIAG_CASE_ACCOUNT, pc_json_place(source->file, named),
                       "the account cannot be asked: %s", pc_status_text(account->status));
    }
    if (!account->told) {
        pc_diags_append(source->diags, &account->diags);
    }
    account->told = true;
    return account->status;
}

static struct pc_asking asking_of(const struct pc_case_source *source, const struct pc_json *named)
{
    return (struct pc_asking){source->arena, pc_json_place(source->file, named), source->diags};
}

static const struct pc_json *naming(const struct pc_case_account *named)
{
    return named->store != NULL ? named->store : named->paths;
}

static enum pc_status resolve(struct pc_account_loader *loader, const struct pc_case_source *source,
                              const struct pc_case_account *named, struct pc_request *request,
                              struct pc_policies *out)
{
    struct pc_case_accounts *accounts = (struct pc_case_accounts *)loader; // its first member
    struct pc_case_account_open *account;
    PC_TRY(find_account(accounts, source, named, &account));
    if (account->status != PC_OK) {
        return tell(source, naming(named), account);
    }
    const struct pc_asking asking = asking_of(source, naming(named));
    return pc_resolve(account->resolver, &asking, request, out);
}

static enum pc_status check(struct pc_account_loader *loader, const struct pc_case_source *source,
                            const struct pc_case_account *named)
{
    struct pc_case_accounts *accounts = (struct pc_case_accounts *)loader;
    struct pc_case_account_open *account;
    PC_TRY(find_account(accounts, source, named, &account));
    if (account->status != PC_OK) {
        return tell(source, naming(named), account);
    }
    const struct pc_asking asking = asking_of(source, naming(named));
    return pc_resolver_check(account->resolver, &asking);
}

void pc_case_accounts_init(struct pc_case_accounts *accounts)
{
    *accounts = (struct pc_case_accounts){.loader = {resolve, check}};
    pc_arena_init(&accounts->arena);
    pc_map_init(&accounts->by_paths, &accounts->arena);
}

void pc_case_accounts_release(struct pc_case_accounts *accounts)
{
    for (struct pc_case_account_open *account = accounts->first; account != NULL;
         account = account->next) {
        close_account(account);
    }
    pc_arena_release(&accounts->arena);
    *accounts = (struct pc_case_accounts){.loader = {NULL, NULL}};
}
