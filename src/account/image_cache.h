// SPDX-License-Identifier: Apache-2.0
//
// Images that were verified, by the place of their bytes: each is verified once while its bytes
// stay where they are.
#ifndef PC_ACCOUNT_IMAGE_CACHE_H
#define PC_ACCOUNT_IMAGE_CACHE_H

#include "image/view.h"

struct pc_image_cache {
    struct pc_str *slots; // ptr NULL: free
    size_t capacity;      // zero or a power of two
    size_t count;
};

// A zeroed struct is an empty cache.
void pc_image_cache_release(struct pc_image_cache *cache);
void pc_image_cache_clear(struct pc_image_cache *cache);

// A view of the bytes, verified now or before. PC_ERR_DAMAGED, PC_ERR_VERSION, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_image_cache_open(struct pc_image_cache *cache, struct pc_str bytes,
                                                 struct pc_image *out);

#endif
