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

// Makes sure that the names in a folder survive a power cut.
static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno == EACCES ? 0 : errno; // one may make things where one may not look
    }
    int error = fsync(fd) != 0 && errno != EINVAL ? errno : 0;
    close(fd);
    return error;
}

static int sync_parent(const char *path)
{
    struct joined parent;
    int error = join(&parent, path, "/..", "");
    return error == 0 ? sync_folder(parent.text) : error;
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

static int settle_inside(const char *site, const char *path)
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
        error = sync_folder(path);
    }
    return error;
}

int pc_site_settle(const char *site, const char *path, bool inside)
{
    if (inside) {
        return settle_inside(site, path);
    }
    int error = sync_folder(site);
    if (error == 0 && rename(site, path) != 0) {
        error = errno == ENOTEMPTY || errno == ENOTDIR ? EEXIST : errno;
    }
    if (error == 0) {
        forget(site);
    }
    return error == 0 ? sync_parent(path) : error;
}
