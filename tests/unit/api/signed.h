// SPDX-License-Identifier: Apache-2.0
//
// A house with keys: stores that are signed, and options that trust some keys. Names of keys are
// files in the house's folder.
#ifndef PC_TESTS_API_SIGNED_H
#define PC_TESTS_API_SIGNED_H

#include "house.h"

#define OLD "s3:GetObject"
#define NEW "s3:PutObject"

// Paths in the house, each valid until the fourth call after it.
static inline const char *signed_path(const struct house *house, const char *name)
{
    static _Thread_local char rooms[4][128];
    static _Thread_local unsigned turn;
    turn = (turn + 1) % 4;
    (void)snprintf(rooms[turn], sizeof(rooms[turn]), "%s/%s", house->base, name);
    return rooms[turn];
}

// Runs the helper of these tests; its exit status.
static inline int signed_run(const char *verb, const char *first, const char *second,
                             const char *third)
{
    const char *const arguments[] = {getenv("SIGNER"), verb, first, second, third, NULL};
    pid_t pid = 0;
    assert_non_null(arguments[0]); // the test's environment names it
    assert_true(house_spawn(arguments, &pid));
    return house_wait(pid);
}

// Makes a key, once.
static inline void signed_key(struct house *house, const char *name)
{
    char secret[32];
    (void)snprintf(secret, sizeof(secret), "%s.key", name);
    if (access(signed_path(house, secret), F_OK) != 0) {
        assert_int_equal(signed_run("keygen", signed_path(house, name), NULL, NULL), 0);
    }
}

static inline void signed_sign_as(struct house *house, const char *store, const char *name,
                                  const char *serial)
{
    char secret[32];
    signed_key(house, name);
    (void)snprintf(secret, sizeof(secret), "%s.key", name);
    assert_int_equal(signed_run("sign", store, signed_path(house, secret), serial), 0);
}

static inline void signed_sign(struct house *house, const char *name)
{
    signed_sign_as(house, house->store, name, NULL);
}

// Compiles and signs.
static inline void signed_compile(struct house *house, const char *text, const char *name)
{
    house_compile(house, text);
    signed_sign(house, name);
}

// Writes the file "trusted", in the place of the one that was there, with the keys of these names.
static inline void signed_trust(struct house *house, const char *first, const char *second)
{
    char text[512];
    size_t used = 0;
    const char *const names[] = {first, second};
    for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
        char public[32];
        size_t count;
        signed_key(house, names[i]);
        (void)snprintf(public, sizeof(public), "%s.pub", names[i]);
        char *line = house_read(signed_path(house, public), &count);
        assert_true(used + count < sizeof(text));
        memcpy(text + used, line, count);
        used += count;
        free(line);
    }
    house_write_bytes(signed_path(house, "trusted.new"), text, used);
    assert_int_equal(rename(signed_path(house, "trusted.new"), signed_path(house, "trusted")), 0);
}

// Options that trust the file "trusted"; the path is valid as long as the house.
static inline struct polcheck_options signed_options(struct house *house,
                                                     enum polcheck_reload reload)
{
    static char trusted[128];
    struct polcheck_options options = house_options(house, reload);
    (void)snprintf(trusted, sizeof(trusted), "%s/trusted", house->base);
    options.trusted_keys = trusted;
    options.interval_ms = 2;
    return options;
}

static inline bool signed_may(struct house *house, const char *action)
{
    return polcheck_is_allowed(house_question(house, ALICE, action, PHOTO));
}

// Answered, from the store where alice may do this and no more.
static inline void signed_expect(struct house *house, const char *action)
{
    const char *other = strcmp(action, OLD) == 0 ? NEW : OLD;
    assert_allowed(house_question(house, ALICE, action, PHOTO));
    assert_denied(house_question(house, ALICE, other, PHOTO));
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
}

// Nothing is answered, and this is why.
static inline void signed_expect_none(struct house *house, enum polcheck_status status)
{
    assert_failed(house_question(house, ALICE, OLD, PHOTO), status);
    assert_failed(house_question(house, ALICE, NEW, PHOTO), status);
    assert_int_equal(polcheck_engine_status(house->engine), status);
    assert_int_equal(polcheck_engine_snapshot(house->engine), 0);
}

// Has it look, where nobody else does.
static inline void signed_look(struct house *house, enum polcheck_reload mode)
{
    if (mode == POLCHECK_RELOAD_MANUAL) {
        (void)!polcheck_engine_reload(house->engine);
    }
}

// The one event there was, with its message.
static inline struct house_event
signed_event(struct house *house, enum polcheck_store_change change, enum polcheck_status status)
{
    struct house_event event = house_event(house);
    assert_int_equal(event.change, change);
    assert_int_equal(event.status, status);
    assert_true(strlen(event.message) > 0 && strchr(event.message, '\n') == NULL);
    return event;
}

// Within the patience the store of this action is answered from.
static inline void signed_await(struct house *house, const char *action)
{
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && !signed_may(house, action); waited++) {
        house_sleep(1);
    }
    signed_expect(house, action);
}

// Within the patience nothing is answered any more, for this reason.
static inline void signed_await_none(struct house *house, enum polcheck_status status)
{
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS; waited++) {
        if (house_question(house, ALICE, OLD, PHOTO).status == status) {
            break;
        }
        house_sleep(1);
    }
    signed_expect_none(house, status);
}

// Puts the store in this folder of the house into the place of the one in use.
static inline void signed_put(struct house *house, const char *name)
{
    const char *away = signed_path(house, "away");
    assert_int_equal(rename(house->store, away), 0);
    assert_int_equal(rename(signed_path(house, name), house->store), 0);
    remove_all(signed_path(house, "away"));
}

// A copy of the store in use, as rsync would make one.
static inline void signed_copy(struct house *house, const char *name)
{
    size_t count;
    char data[160];
    char *bytes = house_read(house->data, &count);
    assert_int_equal(mkdir(signed_path(house, name), 0700), 0);
    (void)snprintf(data, sizeof(data), "%s/data.mdb", signed_path(house, name));
    house_write_bytes(data, bytes, count);
    free(bytes);
}

#endif
