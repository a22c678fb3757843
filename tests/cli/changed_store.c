// SPDX-License-Identifier: Apache-2.0
//
// Changes a record of a store as somebody does who can write to it and knows its form, but has not
// the key that signs: the checks of the store hold, and its signature stays where it is.
//
//     changed_store STORE TABLE KEY show       prints the value in hexadecimal
//     changed_store STORE TABLE KEY flip N     turns the lowest bit of byte N around
//     changed_store STORE TABLE KEY put HEX    puts the value there
//     changed_store STORE TABLE KEY delete
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

struct change {
    enum pc_store_table table;
    struct pc_str key;
    const char *what, *value;
};

static enum pc_status show(struct pc_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        (void)printf("%02x", (unsigned)(unsigned char)value.ptr[i]);
    }
    (void)putchar('\n');
    return PC_OK;
}

static enum pc_status put(const struct change *change, struct pc_store_write *write)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    for (const char *at = change->value; at[0] != '\0' && at[1] != '\0'; at += 2) {
        const char pair[3] = {at[0], at[1], '\0'};
        pc_buf_byte(&bytes, (char)strtoul(pair, NULL, 16));
    }
    PC_TRY(pc_buf_status(&bytes));
    return pc_store_put(write, change->table, change->key, pc_buf_view(&bytes));
}

static enum pc_status flip(const struct change *change, struct pc_str value,
                           struct pc_store_write *write)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    size_t at = strtoul(change->value, NULL, 10);
    pc_buf_str(&bytes, value);
    PC_TRY(pc_buf_status(&bytes));
    if (at >= bytes.len) {
        return PC_ERR_NOTFOUND;
    }
    bytes.ptr[at] ^= 1;
    return pc_store_put(write, change->table, change->key, pc_buf_view(&bytes));
}

static enum pc_status work(void *context, struct pc_store_write *write)
{
    const struct change *change = context;
    struct pc_str value;
    if (strcmp(change->what, "put") == 0) {
        return put(change, write);
    }
    if (strcmp(change->what, "delete") == 0) {
        return pc_store_delete(write, change->table, change->key);
    }
    PC_TRY(pc_store_peek(write, change->table, change->key, &value));
    return strcmp(change->what, "flip") == 0 ? flip(change, value, write) : show(value);
}

int main(int count, char **words)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    struct pc_diags diags;
    if (count < 5) {
        (void)fputs("usage: changed_store STORE TABLE KEY show|flip|put|delete [VALUE]\n", stderr);
        return EXIT_FAILURE;
    }
    struct change change = {(enum pc_store_table)strtoul(words[2], NULL, 10), pc_str_from(words[3]),
                            words[4], count > 5 ? words[5] : ""};
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_store_update(pc_str_from(words[1]), &diags, work, &change);
    if (status != PC_OK) {
        (void)fprintf(stderr, "changed_store: %s\n", pc_status_text(status));
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
