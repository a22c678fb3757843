// SPDX-License-Identifier: Apache-2.0
//
// The user's name comes from /etc/passwd, read here without any memory, and only for users that it
// does not know from the services of nsswitch.conf: the C library's ways to these end the process
// when memory is out while they are read (glibc 2.36, nss_database.c). That is before anything of a
// vault was changed, as an actor is written for the change's entry, and changes nothing.
#include "secrets/actor.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

enum {
    ROOM = 16384, // of a user's record; what has no room there has no name
    LINE = 1024,  // bytes of a line of /etc/passwd that are looked at
};

// A line of /etc/passwd: NAME:PASSWORD:UID:... Is it that user's?
static bool is_of(struct pc_str line, uid_t user)
{
    size_t name = pc_str_find(line, ':', 0);
    size_t password = name == SIZE_MAX ? SIZE_MAX : pc_str_find(line, ':', name + 1);
    if (password == SIZE_MAX || name == 0) {
        return false;
    }
    uint64_t number = 0;
    size_t at = password + 1;
    while (at < line.len && pc_char_is_digit(line.ptr[at]) && number <= UINT32_MAX) {
        number = number * 10 + (uint64_t)(line.ptr[at++] - '0');
    }
    return at > password + 1 && at < line.len && line.ptr[at] == ':' && number == user;
}

// Appends " (NAME)" where the file knows the user.
static bool write_local_name(struct pc_buf *out, uid_t user)
{
    char piece[LINE];
    char text[LINE];
    struct pc_str line = {text, 0};
    bool found = false;
    ssize_t count = 0;
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && !found && (count = read(fd, piece, sizeof(piece))) > 0) {
        for (ssize_t i = 0; i < count && !found; i++) {
            if (piece[i] == '\n') {
                found = is_of(line, user);
                line.len = found ? line.len : 0;
            } else if (line.len < sizeof(text)) {
                text[line.len++] = piece[i];
            }
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    if (found) {
        pc_buf_format(out, " (%.*s)", (int)pc_str_find(line, ':', 0), line.ptr);
    }
    return found;
}

static void write_user(struct pc_buf *out, uid_t user)
{
    char room[ROOM];
    struct passwd record;
    struct passwd *found = NULL;
    pc_buf_format(out, "uid %lu", (unsigned long)user);
    if (!write_local_name(out, user) &&
        getpwuid_r(user, &record, room, sizeof(room), &found) == 0 && found != NULL) {
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
