// SPDX-License-Identifier: Apache-2.0
#include "secrets/actor.h"

#include <pwd.h>
#include <unistd.h>

enum {
    ROOM = 16384, // of a user's record; what has no room there has no name
};

static void write_user(struct pc_buf *out, uid_t user)
{
    char room[ROOM];
    struct passwd record;
    struct passwd *found = NULL;
    pc_buf_format(out, "uid %lu", (unsigned long)user);
    if (getpwuid_r(user, &record, room, sizeof(room), &found) == 0 && found != NULL) {
        pc_buf_format(out, " (%s)", found->pw_name);
    }
}

void pc_actor_write(struct pc_buf *out)
{
    write_user(out, getuid());
    if (geteuid() != getuid()) {
        pc_buf_text(out, ", effective ");
        write_user(out, geteuid());
    }
}
