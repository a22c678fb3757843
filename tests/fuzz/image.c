// SPDX-License-Identifier: Apache-2.0
//
// Images, directories and records as somebody else might write them, with checksums that fit. What
// the validators let in is read in every way there is and asked, in memory of its exact size: no
// read leaves it, and everything ends. Input: a line that says what it is,
//   image      then a line with a case (decide_input.h), whose images are edited
//   directory  then lines KEY=VALUE up to an empty one, from which a shard is made
//   principal, resource, function, account   a record
// and edits (edits.h) of that.
#include "image_parts.h"

static const struct {
    const char *word;
    void (*ask)(struct pc_str input);
} kinds[] = {
    {"image", image_ask},
    {"directory", image_ask_directory},
    {"principal", image_ask_principal},
    {"resource", image_ask_resource},
    {"function", image_ask_function},
    {"account", image_ask_account},
};

void fuzz_one(struct pc_str input)
{
    struct pc_str word = fuzz_line(&input);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (pc_str_eq(word, pc_str_from(kinds[i].word))) {
            kinds[i].ask(input);
        }
    }
}
