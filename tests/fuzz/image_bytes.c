// SPDX-License-Identifier: Apache-2.0
//
// A mapping between two pages that cannot be touched, so that a read outside of the bytes ends a
// build without sanitizers, too. Where the alignment leaves room between bytes and page, up to
// seven bytes, or on the other side of them, only the address sanitizer sees it.
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "image_parts.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(WITH_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum {
    ALIGNMENTS = 8,
};

static size_t round_up(size_t size, size_t step)
{
    return (size + step - 1) / step * step;
}

struct image_bytes image_bytes_of(struct pc_str bytes, unsigned shift)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t before = shift % ALIGNMENTS;
    size_t used = round_up(before + bytes.len, ALIGNMENTS);
    size_t room = round_up(used + (used == 0), page);
    bool at_start = shift / ALIGNMENTS % 2 != 0;
    char *memory = mmap(NULL, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FUZZ_CHECK(memory != MAP_FAILED && mprotect(memory + page, room, PROT_READ | PROT_WRITE) == 0,
               "no memory");
    char *start = memory + page + (at_start ? 0 : room - used) + before;
    char *end = start + bytes.len;
    if (bytes.len > 0) {
        memcpy(start, bytes.ptr, bytes.len);
    }
    ASAN_POISON_MEMORY_REGION(memory + page, (size_t)(start - memory) - page);
    ASAN_POISON_MEMORY_REGION(end, (size_t)(memory + page + room - end));
    return (struct image_bytes){memory, room + 2 * page, start, bytes.len};
}

void image_bytes_release(const struct image_bytes *bytes)
{
    if (bytes->memory != NULL) {
        ASAN_UNPOISON_MEMORY_REGION(bytes->memory, bytes->mapped);
        FUZZ_CHECK(munmap(bytes->memory, bytes->mapped) == 0, "it is not unmapped");
    }
}

void image_read(struct pc_str bytes)
{
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        sum += *(const volatile unsigned char *)(bytes.ptr + i);
    }
    (void)sum;
}
