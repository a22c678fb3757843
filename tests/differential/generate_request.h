// SPDX-License-Identifier: Apache-2.0
//
// The request of a scene as JSON.
#ifndef GEN_GENERATE_REQUEST_H
#define GEN_GENERATE_REQUEST_H

#include "generate_scene.h"

// The object `request`. Call it when the context is complete: behind the policies.
void gen_request_write(struct gen_scene *scene, struct pc_json_writer *writer);

#endif
