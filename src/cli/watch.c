// SPDX-License-Identifier: Apache-2.0
#include "watch.h"

#include "base/clock.h"
#include "watch_folders.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    QUIET_MILLIS = 100,     // without an event, before the next piece of work
    PATIENCE_MILLIS = 2000, // with events all the time
    EVENT_BYTES = 64 << 10,
};

// Two arenas take turns: what is watched now lives in the first.
static void swap_arenas(struct pc_watch *watch)
{
    struct pc_arena other = watch->arenas[0];
    watch->arenas[0] = watch->arenas[1];
    watch->arenas[1] = other;
}

static enum pc_status complain(struct pc_diags *diags, int error)
{
    pc_diag_report(diags, PC_DIAG_WATCH_FAILED, (struct pc_place){.file = PC_STR("")},
                   "files cannot be watched: %s", strerror(error));
    return PC_ERR_INVALID;
}

enum pc_status pc_watch_open(struct pc_watch *watch, struct pc_diags *diags)
{
    *watch = (struct pc_watch){.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    pc_arena_init(&watch->arenas[0]);
    pc_arena_init(&watch->arenas[1]);
    return watch->fd < 0 ? complain(diags, errno) : PC_OK;
}

void pc_watch_close(struct pc_watch *watch)
{
    if (watch->fd >= 0) {
        (void)close(watch->fd);
    }
    watch->fd = -1;
    pc_arena_release(&watch->arenas[0]);
    pc_arena_release(&watch->arenas[1]);
    pc_buf_release(&watch->changed);
}

void pc_watch_begin(struct pc_watch *watch)
{
    swap_arenas(watch);
    pc_arena_reset(&watch->arenas[0]);
    watch->before = watch->now;
    watch->now = NULL;
    watch->own = NULL;
    watch->error = 0;
}

enum pc_status pc_watch_end(struct pc_watch *watch, struct pc_diags *diags)
{
    if (watch->error != 0) {
        return complain(diags, watch->error);
    }
    for (const struct pc_watch_folder *old = watch->before; old != NULL; old = old->next) {
        if (pc_watch_folder_of(watch->now, old->number) == NULL) {
            (void)inotify_rm_watch(watch->fd, old->number); // or it is gone with its folder
        }
    }
    pc_buf_reset(&watch->changed);
    return PC_OK;
}

// Waiting.

static void note(struct pc_watch *watch, const struct pc_watch_folder *folder, struct pc_str name)
{
    if (watch->changed.len > 0) {
        return;
    }
    if (folder != NULL && !pc_str_eq(folder->path, PC_STR("."))) {
        pc_buf_str(&watch->changed, folder->path);
        pc_buf_text(&watch->changed, "/");
    }
    pc_buf_str(&watch->changed, name);
}

static bool take_event(struct pc_watch *watch, const struct inotify_event *event)
{
    struct pc_watch_folder *folder = pc_watch_folder_of(watch->now, event->wd);
    struct pc_str name = event->len > 0 ? pc_str_from(event->name) : PC_STR("");
    if ((event->mask & IN_Q_OVERFLOW) != 0) {
        return true;
    }
    if (folder == NULL) {
        return false;
    }
    // A folder that was moved away is watched on otherwise, though nothing of it is read.
    bool itself = (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
    if (!itself && !pc_watch_counts(watch, folder, name, (event->mask & IN_ISDIR) != 0)) {
        return false;
    }
    note(watch, folder, name);
    return true;
}

// Takes the events that are there. True: one counts.
static bool take_events(struct pc_watch *watch)
{
    _Alignas(struct inotify_event) char room[EVENT_BYTES];
    bool any = false;
    ssize_t count;
    while ((count = read(watch->fd, room, sizeof(room))) > 0) {
        for (size_t at = 0; at < (size_t)count;) {
            struct inotify_event event;
            memcpy(&event, room + at, sizeof(event));
            any = take_event(watch, (const struct inotify_event *)(const void *)(room + at)) || any;
            at += sizeof(event) + event.len;
        }
    }
    return any;
}

// Waits for the next events, so many milliseconds at most (-1: for ever), and takes them.
static enum pc_status await(struct pc_watch *watch, int millis, struct pc_diags *diags, bool *any,
                            bool *counted)
{
    struct pollfd waiting = {.fd = watch->fd, .events = POLLIN};
    int ready = poll(&waiting, 1, millis);
    if (ready < 0 && errno != EINTR) {
        return complain(diags, errno);
    }
    *any = ready > 0;
    *counted = (ready > 0 && take_events(watch)) || *counted;
    return PC_OK;
}

enum pc_status pc_watch_wait(struct pc_watch *watch, struct pc_diags *diags)
{
    bool any = true;
    bool counted = false;
    while (!counted) {
        PC_TRY(await(watch, -1, diags, &any, &counted));
    }
    int64_t begin = pc_clock_millis();
    while (any && pc_clock_millis() - begin < PATIENCE_MILLIS) {
        PC_TRY(await(watch, QUIET_MILLIS, diags, &any, &counted));
    }
    return pc_buf_status(&watch->changed);
}
