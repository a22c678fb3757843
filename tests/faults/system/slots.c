// SPDX-License-Identifier: Apache-2.0
//
// Takes all the reader's slots of a store that are free, by LMDB itself, and holds them until
// standard input ends, or until it is killed, as a server that goes wrong.
//
//   slots STORE    prints how many it has
#include <lmdb.h>
#include <stdio.h>

enum {
    SLOTS = 1024, // more than a store has
};

int main(int argc, char **argv)
{
    static MDB_txn *txns[SLOTS];
    MDB_env *env = NULL;
    unsigned count = 0;
    if (argc != 2 || mdb_env_create(&env) != 0) {
        return 2;
    }
    int error = mdb_env_set_maxreaders(env, SLOTS);
    if (error == 0) {
        error = mdb_env_open(env, argv[1], MDB_RDONLY | MDB_NOTLS, 0600);
    }
    while (error == 0 && count < SLOTS) {
        error = mdb_txn_begin(env, NULL, MDB_RDONLY, &txns[count]);
        count += error == 0;
    }
    if (error != MDB_READERS_FULL) {
        (void)fprintf(stderr, "%s: %s\n", argv[1], mdb_strerror(error));
        return 1;
    }
    (void)printf("%u\n", count);
    (void)fflush(stdout);
    (void)getchar();
    return 0; // whoever ends leaves its slots to those who look for dead ones
}
