// SPDX-License-Identifier: Apache-2.0
#include "api_world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "secrets/vault.h"
#include "stage.h"
#include "trust/signing.h"

enum {
    FLAGS = POLCHECK_WIDE_STARS | POLCHECK_NO_ACCOUNT_LINK,
    MOST_RELEASES = 2000, // of a vault
    PAGE = 4096,
};

static const char root_key[PC_KEY_BYTES + 1] = "the root key that the tests have";
static bool made;
static unsigned places, releases;

// Engines that ask the stores where nobody replaces them.
static struct polcheck_engine *engines[WORLD_STORES][FLAGS + 1];
static struct polcheck_scratch *scratches[WORLD_STORES][FLAGS + 1];

const char *world_path(void)
{
    static const char *path;
    path = path != NULL ? path : stage_path("live");
    return path;
}

const char *world_vault(void)
{
    return stage_path("vault");
}

const char *world_root_key(void)
{
    return stage_path("root.key");
}

const char *world_log(void)
{
    return stage_path("decisions.log");
}

const char *world_keys(void)
{
    static const char *path;
    path = path != NULL ? path : stage_path("ci.pub");
    return path;
}

const char *world_seen(void)
{
    static const char *path;
    path = path != NULL ? path : stage_path("seen");
    return path;
}

unsigned world_serial(enum world_store store)
{
    return store == WORLD_OLDER ? 1 : store == WORLD_NEWER ? 2 : 0;
}

enum world_store world_policies(enum world_store store)
{
    static const enum world_store policies[WORLD_STORES] = {
        [WORLD_THUMBNAILS] = WORLD_THUMBNAILS,
        [WORLD_SHOP] = WORLD_SHOP,
        [WORLD_DAMAGED] = WORLD_THUMBNAILS,
        [WORLD_OLDER] = WORLD_THUMBNAILS,
        [WORLD_NEWER] = WORLD_SHOP,
        [WORLD_FOREIGN] = WORLD_THUMBNAILS,
    };
    return policies[store];
}

static const char *path_of(enum world_store store)
{
    static const char *const names[] = {"nothing", "thumbnails", "shop",  "damaged",
                                        "file",    "older",      "newer", "foreign"};
    static const char *paths[WORLD_STORES];
    paths[store] = paths[store] != NULL ? paths[store] : stage_path(names[store]);
    return paths[store];
}

// Stores ------------------------------------------------------------------------------------------

// The bytes of a store's file, read once.
static struct pc_str content_of(enum world_store store)
{
    static struct pc_buf contents[WORLD_STORES];
    if (contents[store].len == 0) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/data.mdb", path_of(store));
        stage_read(path, &contents[store]);
    }
    return pc_buf_view(&contents[store]);
}

static void write_store(const char *path, struct pc_str content)
{
    char file[128];
    (void)snprintf(file, sizeof(file), "%s/data.mdb", path);
    FUZZ_CHECK(mkdir(path, 0700) == 0, "%s cannot be made", path);
    stage_write(file, content);
}

static void damage(const char *path, struct pc_str content)
{
    char *bytes = fuzz_copy(content);
    for (size_t at = PAGE / 2; at + 1000 < content.len; at += PAGE) {
        bytes[at] = (char)(bytes[at] ^ 0x55);
        bytes[at + 1000] = (char)(bytes[at + 1000] ^ 0x55);
    }
    write_store(path, (struct pc_str){bytes, content.len});
    free(bytes);
}

static struct pc_signing_key *make_key(const char *secret, const char *public,
                                       struct pc_diags *diags)
{
    const struct pc_signing_key_files files = {secret, public, "key"};
    uint8_t bytes[PC_SIGN_PUBLIC_BYTES];
    struct pc_signing_key *key = NULL;
    FUZZ_CHECK(pc_signing_key_create(&files, diags, bytes) == PC_OK &&
                   pc_signing_key_from_file(secret, diags, &key) == PC_OK,
               "no key at %s", secret);
    return key;
}

// A copy of the store whose policies it has, with a signature.
static void make_signed(enum world_store store, const struct pc_signing_key *key, uint64_t serial,
                        struct pc_diags *diags)
{
    struct pc_signing signing = {
        .key = key, .store = pc_str_from(path_of(store)), .diags = diags, .serial = serial};
    write_store(path_of(store), content_of(world_policies(store)));
    FUZZ_CHECK(pc_sign_store(&signing) == PC_OK, "%s cannot be signed", path_of(store));
}

static void make_all_signed(void)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    FUZZ_CHECK(pc_crypto_init() == PC_OK, "no libsodium");
    struct pc_signing_key *key = make_key(stage_path("ci.key"), world_keys(), &diags);
    struct pc_signing_key *other =
        make_key(stage_path("other.key"), stage_path("other.pub"), &diags);
    make_signed(WORLD_OLDER, key, world_serial(WORLD_OLDER), &diags);
    make_signed(WORLD_NEWER, key, world_serial(WORLD_NEWER), &diags);
    make_signed(WORLD_FOREIGN, other, (uint64_t)world_serial(WORLD_NEWER) + 1, &diags);
    pc_signing_key_free(key);
    pc_signing_key_free(other);
}

void world_place(enum world_store store)
{
    char made_anew[96], gone[96];
    const char *live = world_path();
    (void)snprintf(made_anew, sizeof(made_anew), "%s.new%u", live, ++places);
    // Another name each time: an engine's thread may make a file in what is being removed.
    (void)snprintf(gone, sizeof(gone), "%s.gone%u", live, places);
    if (store == WORLD_FILE) {
        stage_write(made_anew, PC_STR("no store"));
    } else if (store != WORLD_NOTHING) {
        write_store(made_anew, content_of(store));
    }
    if (rename(live, gone) == 0) {
        stage_remove(gone);
    }
    FUZZ_CHECK(store == WORLD_NOTHING || rename(made_anew, live) == 0, "%s cannot be renamed: %s",
               made_anew, strerror(errno));
}

static void open_engine(enum world_store store, unsigned flags)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = path_of(store);
    options.flags = flags;
    options.reload = POLCHECK_RELOAD_MANUAL;
    FUZZ_CHECK(polcheck_engine_open(&options, &engines[store][flags]) == POLCHECK_OK &&
                   polcheck_scratch_new(engines[store][flags], &scratches[store][flags]) ==
                       POLCHECK_OK,
               "no engine on %s", options.store);
}

struct polcheck_verdict world_ask(enum world_store store, unsigned flags,
                                  const struct polcheck_request *request)
{
    return polcheck_ask(scratches[world_policies(store)][flags & FLAGS], request);
}

// The vault ---------------------------------------------------------------------------------------

static enum pc_status put(void *context, struct pc_change *change)
{
    const struct pc_assignment assignment = {PC_STR(WORLD_NAME), PC_STR(WORLD_VALUE)};
    (void)context;
    return pc_change_put(change, PC_STR(WORLD_FUNCTION), PC_STR(""), &assignment, 1);
}

static void make_vault(void)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_root_key *root;
    struct pc_diags diags;
    const struct pc_change_note note = {.event = PC_STR("put")};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    stage_remove(world_vault());
    FUZZ_CHECK(pc_crypto_init() == PC_OK &&
                   pc_root_key_from_file(world_root_key(), &diags, &root) == PC_OK,
               "no root key");
    FUZZ_CHECK(pc_vault_create(world_vault(), root, NULL, &diags) == PC_OK &&
                   pc_vault_change(&(const struct pc_vault_place){world_vault(), root}, &note,
                                   &diags, put, NULL) == PC_OK,
               "no vault: %s", diags.last == NULL ? "?" : diags.last->message.ptr);
    pc_root_key_free(root);
    releases = 0;
}

void world_released(void)
{
    releases++;
}

void world_begin(void)
{
    if (!made) {
        made = true;
        stage_compile_of(path_of(WORLD_THUMBNAILS), "thumbnails");
        stage_compile_of(path_of(WORLD_SHOP), "shop");
        damage(path_of(WORLD_DAMAGED), content_of(WORLD_THUMBNAILS));
        make_all_signed();
        stage_write(world_root_key(), (struct pc_str){root_key, PC_KEY_BYTES});
        for (unsigned flags = 0; flags <= FLAGS; flags++) {
            if ((flags & ~(unsigned)FLAGS) == 0) {
                open_engine(WORLD_THUMBNAILS, flags);
                open_engine(WORLD_SHOP, flags);
            }
        }
        make_vault();
    }
    if (releases > MOST_RELEASES) {
        make_vault();
    }
    if (access(world_path(), F_OK) == 0) {
        world_place(WORLD_NOTHING);
    }
    (void)unlink(world_log());
    (void)unlink(world_seen());
}
