// SPDX-License-Identifier: Apache-2.0
//
// Names with placeholders: "iam:ResourceTag/${TagKey}", "events:Metadata/${MetadataKey}/Matcher",
// "token.actions.${Domain}.ghe.com:actor".
#include "facts.h"

// The bytes of the placeholder that the text begins with; 0: with none.
static size_t placeholder(struct pc_str text)
{
    if (text.len < 3 || text.ptr[0] != '$' || text.ptr[1] != '{') {
        return 0;
    }
    size_t end = pc_str_find(text, '}', 2);
    return end == SIZE_MAX ? 0 : end + 1;
}

// A placeholder stands for one character or more. Back to the last one at a mismatch: as for a '*',
// earlier ones need not be tried anew.
bool pc_catalog_family_has(struct pc_str family, struct pc_str text)
{
    size_t at = 0, from = 0;                 // in the family, in the text
    size_t again = SIZE_MAX, again_from = 0; // behind the last placeholder, and what it took
    while (from < text.len) {
        size_t skip = placeholder(pc_str_slice(family, at, family.len));
        if (skip > 0) {
            at += skip;
            from++;
            again = at;
            again_from = from;
        } else if (at < family.len &&
                   pc_char_lower(family.ptr[at]) == pc_char_lower(text.ptr[from])) {
            at++;
            from++;
        } else if (again != SIZE_MAX) {
            at = again;
            from = ++again_from;
        } else {
            return false;
        }
    }
    return at == family.len;
}

bool pc_catalog_key_is_family(const struct pc_catalog_key *key)
{
    for (size_t at = pc_str_find(key->name, '$', 0); at != SIZE_MAX;
         at = pc_str_find(key->name, '$', at + 1)) {
        if (placeholder(pc_str_slice(key->name, at, key->name.len)) > 0) {
            return true;
        }
    }
    return false;
}
