// SPDX-License-Identifier: Apache-2.0
//
// Counts the reader slots of a store that are taken, by LMDB itself, those of dead processes too.
#include <lmdb.h>
#include <stdio.h>
#include <string.h>

// One line a slot below a head line; none when no slot is taken.
static int count(const char *line, void *context)
{
    *(int *)context += strstr(line, "pid") == NULL && strncmp(line, "(no", 3) != 0;
    return 0;
}

int main(int argc, char **argv)
{
    MDB_env *env = NULL;
    int slots = 0;
    if (argc != 2 || mdb_env_create(&env) != 0) {
        return 2;
    }
    int error = mdb_env_open(env, argv[1], MDB_RDONLY, 0600);
    if (error == 0 && mdb_reader_list(env, count, &slots) >= 0) {
        (void)printf("%d\n", slots);
    } else {
        (void)fprintf(stderr, "%s: %s\n", argv[1], mdb_strerror(error));
    }
    mdb_env_close(env);
    return error == 0 ? 0 : 2;
}
