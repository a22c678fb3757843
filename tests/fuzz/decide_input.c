// SPDX-License-Identifier: Apache-2.0
#include "decide_input.h"

#include "generate.h"

#define TAPE PC_STR("tape\n")

bool decide_is_tape(struct pc_str input)
{
    return pc_str_has_prefix(input, TAPE);
}

void decide_case_of(struct pc_str input, struct pc_buf *out)
{
    if (!decide_is_tape(input)) {
        pc_buf_str(out, input);
        return;
    }
    struct gen_random random;
    gen_random_seed(&random, 0, 0);
    random.tape = (const unsigned char *)input.ptr + TAPE.len;
    random.tape_bytes = input.len - TAPE.len;
    gen_case(&random, out);
    FUZZ_CHECK(pc_buf_status(out) == PC_OK, "no memory");
}
