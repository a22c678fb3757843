// SPDX-License-Identifier: Apache-2.0
//
// What the calls of the target `api` are about: stores, one of which lies at the path that engines
// are opened on, and a vault; and what each of the stores answers, asked by engines of their own.
#ifndef POLCHECK_FUZZ_API_WORLD_H
#define POLCHECK_FUZZ_API_WORLD_H

#include <polcheck/polcheck.h>

// What can lie at the path.
enum world_store {
    WORLD_NOTHING = 0,
    WORLD_THUMBNAILS, // compiled from policies/thumbnails
    WORLD_SHOP,       // from policies/shop
    WORLD_DAMAGED,    // a store with bytes altered in each page
    WORLD_FILE,       // no folder
    WORLD_OLDER,      // the first, signed with the trusted key
    WORLD_NEWER,      // the second, signed with it after that
    WORLD_FOREIGN,    // the first, signed with another key, after both
    WORLD_STORES,
};

#define WORLD_FUNCTION "arn:aws:lambda:eu-west-1:111122223333:function:thumbs"
#define WORLD_NAME     "DATABASE_URL"
#define WORLD_VALUE    "hush-hush"

// Makes all of it at the first call; from then on the path is empty again, and the vault is made
// anew once its log has grown.
void world_begin(void);

const char *world_path(void); // that engines are opened on
const char *world_vault(void);
const char *world_root_key(void);
const char *world_log(void);
const char *world_keys(void); // of one key
const char *world_seen(void);

// The serial of a store that the trusted key signed, from 1 on; 0: it is none.
unsigned world_serial(enum world_store store);

// Which of the first two a store has the policies of; WORLD_NOTHING: of none.
enum world_store world_policies(enum world_store store);

// Puts that in the place of what lies at the path, as one who renames.
void world_place(enum world_store store);

// What a store with policies says, asked with these flags of an engine.
struct polcheck_verdict world_ask(enum world_store store, unsigned flags,
                                  const struct polcheck_request *request);

// Notes that the vault's log has grown by an entry.
void world_released(void);

#endif
