// SPDX-License-Identifier: Apache-2.0
//
// A ring of slots between any number of producers and one consumer, without locks (the bounded
// queue of D. Vyukov: each slot has a sequence number that says whose turn it is). A producer
// claims a slot, fills it and publishes it; the consumer gets the slots in the order in which they
// were claimed, so those of one thread in its own order. Nobody waits: when no slot is free, a
// claim says so.
#ifndef PC_API_RING_H
#define PC_API_RING_H

#include "base/status.h"

#include <stdatomic.h>

enum {
    PC_RING_LINE = 64, // bytes of a cache line: what different threads write stands apart
};

struct pc_ring {
    void *memory;                              // what to free
    unsigned char *slots;                      // in it, at the start of a cache line
    size_t stride;                             // bytes from slot to slot
    size_t mask;                               // slots, less one
    _Alignas(PC_RING_LINE) atomic_size_t tail; // ticket that is claimed next
    _Alignas(PC_RING_LINE) size_t head;        // ticket that is read next; of the consumer alone
};

// Makes a ring of at least so many slots, at least two, with room for so many bytes each. All of it
// is touched, so that a claim never waits for the system to find the memory. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_ring_init(struct pc_ring *ring, size_t slots, size_t bytes);
void pc_ring_release(struct pc_ring *ring);

// Producers: room in a slot, aligned to 16 bytes, that is the caller's until it publishes its
// ticket, which it must soon: the consumer gets nothing of later tickets before. NULL: all are
// taken.
PC_MUST_CHECK void *pc_ring_claim(struct pc_ring *ring, size_t *ticket);

// Gives the slot to the consumer. True once for each half of the ring: a good moment to wake it.
bool pc_ring_publish(struct pc_ring *ring, size_t ticket);

// Any thread: the ticket that is claimed next. Those below it have been claimed.
size_t pc_ring_tail(const struct pc_ring *ring);

// The consumer: what is in the oldest slot, or NULL when it is not published yet. The same until
// pc_ring_pass, which gives the slot back.
PC_MUST_CHECK const void *pc_ring_next(const struct pc_ring *ring);
void pc_ring_pass(struct pc_ring *ring);

#endif
