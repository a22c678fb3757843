// SPDX-License-Identifier: Apache-2.0
//
// What a look ends with: an edition is published, none is left, or what is new is refused; told
// once each. All under look_mutex.
#ifndef PC_API_PUBLISH_H
#define PC_API_PUBLISH_H

#include "engine.h"

bool pc_marks_equal(const struct pc_store_marks *a, const struct pc_store_marks *b);

// Questions are answered from it from now on. Takes it over; there is no candidate any more.
void pc_engine_accept(struct polcheck_engine *engine, struct pc_edition *edition);

// Everything is denied from now on. The status, of which the lookout has the diagnostics, is
// returned.
enum pc_status pc_engine_lose(struct polcheck_engine *engine, enum pc_status why);

// Leaves the edition in use although there is something newer, of these marks. Returns why.
enum pc_status pc_engine_refuse(struct polcheck_engine *engine, const struct pc_store_marks *marks,
                                enum pc_status why);

// The same of a new state of the edition's store. Where a writer does not wait for readers, what
// the edition shows may be overwritten by now: then nothing is left to stay in use.
enum pc_status pc_engine_refuse_state(struct polcheck_engine *engine,
                                      const struct pc_store_marks *marks, enum pc_status why);

// Notes that what has these marks is no good.
void pc_lookout_refused(struct pc_lookout *lookout, const struct pc_store_marks *marks);

// Was it found to be no good a short while ago, by the keys of now? What was busy does not count.
bool pc_lookout_is_refused(const struct pc_lookout *lookout, const struct pc_store_marks *marks);

#endif
