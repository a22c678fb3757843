// SPDX-License-Identifier: Apache-2.0
//
// The site of a new store by plain POSIX calls.
#include "site.h"

#include "folder.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// For the handler of a signal, which must not join paths or free anything: so they have room of
// their own, and are read only while `valid` says so. One site at a time has it.
static struct {
    _Atomic(const char *) owner; // the site, or NULL
    atomic_bool valid;
    char data[PATH_MAX];
    char lock[PATH_MAX];
    char folder[PATH_MAX];
} unfinished;

static bool fits(int length)
{
    return length > 0 && length < PATH_MAX;
}

// Whose path is too long is not remembered, nor who comes while another has the room.
static void remember(const char *site)
{
    const char *nobody = NULL;
    if (!atomic_compare_exchange_strong(&unfinished.owner, &nobody, site)) {
        return;
    }
    bool fit = fits(snprintf(unfinished.data, PATH_MAX, "%s/%s", site, PC_FOLDER_DATA)) &&
               fits(snprintf(unfinished.lock, PATH_MAX, "%s/%s", site, PC_FOLDER_LOCK)) &&
               fits(snprintf(unfinished.folder, PATH_MAX, "%s", site));
    atomic_store(&unfinished.valid, fit);
}

static void forget(const char *site)
{
    if (atomic_load(&unfinished.owner) == site) {
        atomic_store(&unfinished.valid, false);
        atomic_store(&unfinished.owner, NULL);
    }
}

void pc_store_abandon(void)
{
    if (atomic_load(&unfinished.valid)) {
        unlink(unfinished.data);
        unlink(unfinished.lock);
        rmdir(unfinished.folder);
    }
}

// A path that is put together. Needs no memory, for what is to be removed has to go also when there
// is none; a path that is too long for it is too long for the system.
struct joined {
    char text[PATH_MAX];
};

// Joins pieces, the first one without the slashes at its end. 0 or ENAMETOOLONG.
static int join(struct joined *out, const char *first, const char *second, const char *third)
{
    size_t length = strlen(first);
    while (length > 1 && first[length - 1] == '/') {
        length--;
    }
    int written = length < PATH_MAX
                      ? snprintf(out->text, PATH_MAX, "%.*s%s%s", (int)length, first, second, third)
                      : PATH_MAX;
    return fits(written) ? 0 : ENAMETOOLONG;
}

// No signal comes to this thread between making and remembering.
static int make_remembered(char *name)
{
    sigset_t all, before;
    sigfillset(&all);
    int error = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (error != 0) {
        return error;
    }
    error = mkdtemp(name) == NULL ? errno : 0; // with mode 0700
    if (error == 0) {
        remember(name);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

int pc_site_make(const char *path, bool inside, char **site)
{
    struct joined name;
    int error = join(&name, path, inside ? "/" : ".", PC_FOLDER_SITE "XXXXXX");
    if (error != 0) {
        return error;
    }
    char *made = strdup(name.text); // before there is anything to be removed
    error = made == NULL ? ENOMEM : make_remembered(made);
    if (error != 0) {
        free(made);
        return error;
    }
    *site = made;
    return 0;
}

static void unlink_in(const char *folder, const char *name)
{
    struct joined path;
    if (join(&path, folder, "/", name) == 0) {
        unlink(path.text);
    }
}

void pc_site_discard(const char *site)
{
    unlink_in(site, PC_FOLDER_DATA);
    unlink_in(site, PC_FOLDER_LOCK);
    rmdir(site);
    forget(site);
}

// Opens a folder whose names are to survive a power cut. *fd is -1 of one where one may make things
// but not look.
static int open_folder(const char *path, int *fd)
{
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *fd < 0 && errno != EACCES ? errno : 0;
}

static int open_parent(const char *path, int *fd)
{
    struct joined parent;
    int error = join(&parent, path, "/..", "");
    return error == 0 ? open_folder(parent.text, fd) : error;
}

static int sync_folder(int fd)
{
    int result = 0;
    do {
        result = fd < 0 ? 0 : fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result == 0 || errno == EINVAL ? 0 : errno;
}

static void close_folder(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

// A file system without hard links gets a rename, which does not notice another process.
static int place_data(const char *from, const char *to)
{
    if (link(from, to) == 0) {
        return 0;
    }
    bool unsupported = errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK;
    return unsupported && rename(from, to) == 0 ? 0 : errno;
}

static int place_inside(const char *site, const char *path)
{
    struct joined from, to;
    int error = join(&from, site, "/", PC_FOLDER_DATA);
    if (error == 0) {
        error = join(&to, path, "/", PC_FOLDER_DATA);
    }
    if (error == 0) {
        error = place_data(from.text, to.text);
    }
    if (error == 0) {
        pc_site_discard(site);
    }
    return error;
}

static int sync_site(const char *site)
{
    int fd;
    int error = open_folder(site, &fd);
    if (error == 0) {
        error = sync_folder(fd);
        close_folder(fd);
    }
    return error;
}

static int place_beside(const char *site, const char *path)
{
    int error = sync_site(site);
    if (error == 0 && rename(site, path) != 0) {
        error = errno == ENOTEMPTY || errno == ENOTDIR ? EEXIST : errno;
    }
    if (error == 0) {
        forget(site);
    }
    return error;
}

// Whatever can be found to be in the way is, before the store is in its place: from then on others
// may use it, and it is not taken back.
int pc_site_settle(const char *site, const char *path, bool inside, bool *placed)
{
    int fd;
    int error = inside ? open_folder(path, &fd) : open_parent(site, &fd);
    if (error != 0) {
        return error;
    }
    error = inside ? place_inside(site, path) : place_beside(site, path);
    *placed = error == 0;
    if (error == 0) {
        error = sync_folder(fd);
    }
    close_folder(fd);
    return error;
}
