// SPDX-License-Identifier: Apache-2.0
#include "api_play.h"

#include <string.h>

#include "fuzz.h"

size_t play_number(struct pc_str *words, size_t below)
{
    size_t value = 0, at = 0;
    for (; at < words->len && pc_char_is_digit(words->ptr[at]); at++) {
        value = value * 10 + (size_t)(words->ptr[at] - '0');
    }
    *words = pc_str_slice(*words, at + 1, words->len);
    return below == 0 ? value : value % below;
}

struct polcheck_str play_text(struct pc_str *words)
{
    size_t bar = pc_str_find(*words, '|', 0);
    struct pc_str part = pc_str_slice(*words, 0, bar);
    *words = bar == SIZE_MAX ? PC_STR("") : pc_str_slice(*words, bar + 1, words->len);
    return polcheck_bytes(part.ptr, part.len);
}

bool play_is_status(enum polcheck_status status)
{
    return strcmp(polcheck_status_name(status), "unknown") != 0 &&
           strcmp(polcheck_status_text(status), "unknown status") != 0;
}

void play_check_verdict(struct polcheck_verdict verdict)
{
    FUZZ_CHECK(play_is_status(verdict.status), "status %d", (int)verdict.status);
    FUZZ_CHECK(verdict.status != POLCHECK_ERR_INTERNAL && verdict.status != POLCHECK_ERR_FORKED,
               "status %s", polcheck_status_name(verdict.status));
    FUZZ_CHECK(verdict.status == POLCHECK_OK || verdict.decision == POLCHECK_IMPLICIT_DENY,
               "%s with %s", polcheck_decision_text(verdict.decision),
               polcheck_status_name(verdict.status));
    FUZZ_CHECK(polcheck_is_allowed(verdict) == (verdict.decision == POLCHECK_ALLOWED),
               "decision %x", (unsigned)verdict.decision);
}

void play_close_engine(struct play *play, struct engine *engine)
{
    for (size_t i = 0; i < EACH; i++) {
        if (play->scratches[i].engine == engine) {
            polcheck_scratch_free(play->scratches[i].handle);
            play->scratches[i] = (struct scratch){0};
        }
    }
    polcheck_engine_close(engine->handle);
    *engine = (struct engine){0};
}

bool play_may_use(const struct play *play, const struct engine *engine, enum world_store store)
{
    unsigned serial = world_serial(store);
    switch (engine->trust) {
    case TRUST_NONE:
        return world_policies(store) != WORLD_NOTHING;
    case TRUST_KEYS:
        return serial > 0 && serial >= engine->serial;
    case TRUST_SEEN:
        return serial > 0 && serial >= engine->serial && serial >= play->noted;
    case TRUST_SEEN_ALONE:
    case TRUST_NO_KEYS:
    case TRUST_WAYS:
        break;
    }
    return false;
}

bool play_can_use(const struct play *play, const struct engine *engine, enum world_store store)
{
    return store != WORLD_DAMAGED && play_may_use(play, engine, store) &&
           (engine->trust != TRUST_SEEN || world_serial(store) >= play->may_be_noted);
}

struct polcheck_request *play_request(struct play *play, struct pc_str *words)
{
    return play->requests[play_number(words, EACH)];
}
