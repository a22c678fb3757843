// SPDX-License-Identifier: Apache-2.0
#include "launch.h"

#include "base/checked.h"
#include "hardening.h"
#include "pipe.h"
#include "signals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int refuse(struct pc_diags *diags, const char *name, const char *why, int exit_status)
{
    pc_diag_report(diags, PC_DIAG_COMMAND_FAILED, (struct pc_place){.file = PC_STR("")},
                   "\"%s\" cannot be run: %s", name, why);
    return exit_status;
}

static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

// Finding -----------------------------------------------------------------------------------------

// Why it cannot be run, or 0.
static int obstacle(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return errno;
    }
    if (!S_ISREG(about.st_mode)) {
        return EACCES;
    }
    return access(path, X_OK) != 0 ? errno : 0;
}

// FOLDER/NAME; "": the folder where the process is. NULL when memory is out.
static char *join(struct pc_arena *arena, struct pc_str folder, struct pc_str name)
{
    struct pc_str shown = folder.len > 0 ? folder : PC_STR(".");
    size_t bytes;
    if (!pc_size_add(shown.len, name.len, &bytes) || !pc_size_add(bytes, 2, &bytes)) {
        return NULL;
    }
    char *path = pc_arena_alloc(arena, bytes);
    if (path != NULL) {
        memcpy(path, shown.ptr, shown.len);
        path[shown.len] = '/';
        memcpy(path + shown.len + 1, name.ptr, name.len);
    }
    return path;
}

// Looks into one folder after the other; gives the obstacle, or 0. A file that may not be run is no
// reason to stop, but the one to tell when nothing else is found.
static int search(struct pc_arena *arena, struct pc_str folders, struct pc_str name, char **path)
{
    int worst = ENOENT;
    for (size_t at = 0; at <= folders.len;) {
        size_t end = pc_str_find(folders, ':', at);
        *path = join(arena, pc_str_slice(folders, at, end), name);
        if (*path == NULL) {
            return ENOMEM;
        }
        int error = obstacle(*path);
        if (error == 0) {
            return 0;
        }
        worst = is_absence(error) ? worst : error;
        at = end == SIZE_MAX ? folders.len + 1 : end + 1;
    }
    return worst;
}

static int find(struct pc_arena *arena, struct pc_str name, char **path)
{
    const char *folders = getenv("PATH");
    if (name.len == 0) {
        return ENOENT;
    }
    if (pc_str_find(name, '/', 0) == SIZE_MAX) {
        return search(arena, pc_str_from(folders != NULL ? folders : "/bin:/usr/bin"), name, path);
    }
    *path = pc_arena_alloc(arena, name.len + 1);
    if (*path == NULL) {
        return ENOMEM;
    }
    memcpy(*path, name.ptr, name.len);
    return obstacle(*path);
}

bool pc_command_find(struct pc_arena *arena, const char *name, struct pc_diags *diags, char **path,
                     int *exit_status)
{
    char *found = NULL;
    int error = find(arena, pc_str_from(name), &found);
    if (error == 0) {
        *path = found;
        return true;
    }
    *exit_status = is_absence(error)
                       ? refuse(diags, name, "there is no such command", PC_EXIT_NOT_FOUND)
                       : refuse(diags, name, strerror(error), PC_EXIT_NOT_RUN);
    return false;
}

// Trying ------------------------------------------------------------------------------------------

_Noreturn static void try_in_child(const struct pc_launch *launch, int tell)
{
    int error = pc_user_become(launch->user);
    if (error == 0 && access(launch->path, X_OK) != 0) {
        error = errno;
    }
    _exit(write(tell, &error, sizeof(error)) == (ssize_t)sizeof(error) ? 0 : PC_EXIT_NOT_RUN);
}

// What the child told; its exit status may be lost, where whoever started us has SIGCHLD ignored.
static int ask(pid_t child, int from)
{
    int error = 0;
    ssize_t got;
    do {
        got = read(from, &error, sizeof(error));
    } while (got < 0 && errno == EINTR);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return got == (ssize_t)sizeof(error) ? error : ECHILD;
}

bool pc_launch_try(const struct pc_launch *launch, struct pc_diags *diags, int *exit_status)
{
    int ends[2];
    int error = pc_pipe(ends);
    if (error == 0) {
        pid_t child = fork();
        error = child < 0 ? errno : 0;
        if (child == 0) {
            try_in_child(launch, ends[1]);
        }
        (void)close(ends[1]);
        error = child > 0 ? ask(child, ends[0]) : error;
        (void)close(ends[0]);
    }
    if (error != 0) {
        *exit_status = pc_launch_failed(launch, error, diags);
    }
    return error == 0;
}

// Running -----------------------------------------------------------------------------------------

// The words by which a shell runs a script that does not say what is to run it.
static char **shell_words(struct pc_arena *arena, const struct pc_launch *launch)
{
    static char shell[] = "/bin/sh";
    size_t count = 0;
    while (launch->words[count] != NULL) {
        count++;
    }
    char **words = pc_arena_array(arena, count + 2, sizeof(*words));
    if (words != NULL) {
        words[0] = shell;
        words[1] = launch->path;
        for (size_t i = 1; i < count; i++) {
            words[i + 1] = launch->words[i];
        }
    }
    return words;
}

// Core dumps of a command that holds secrets would put them on the disk; it can still raise the
// limit itself.
static void allow_no_core(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
}

// Gives errno.
static int execute(const struct pc_launch *launch, char **by_shell)
{
    (void)execve(launch->path, launch->words, launch->environment);
    if (errno == ENOEXEC) {
        (void)execve(by_shell[0], by_shell, launch->environment);
    }
    return errno;
}

int pc_launch(struct pc_arena *arena, const struct pc_launch *launch)
{
    // Made before anything is given back: behind that there is little left that may fail.
    char **by_shell = shell_words(arena, launch);
    if (by_shell == NULL) {
        return ENOMEM;
    }
    pc_harden_undo();
    if (!launch->core) {
        allow_no_core();
    }
    pc_signals_restore();
    int error = launch->user != NULL ? pc_user_become(launch->user) : 0;
    if (error == 0) {
        error = execute(launch, by_shell);
    }
    pc_signals_ignore(); // what is still to be told goes the usual way
    return error;
}

static int refuse_as(const struct pc_launch *launch, int error, struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_COMMAND_FAILED, (struct pc_place){.file = PC_STR("")},
                   "\"%s\" cannot be run as the user \"%.*s\": %s", launch->words[0],
                   PC_STR_ARG(launch->user->shown), strerror(error));
    if (error == EPERM) {
        pc_diag_hint(diags, "only root may become another user, and who has the capabilities to "
                            "set users and groups (CAP_SETUID, CAP_SETGID)");
    } else if (error == EACCES) {
        pc_diag_hint(diags, "that user must be able to reach the command and to execute it");
    }
    return PC_EXIT_NOT_RUN;
}

int pc_launch_failed(const struct pc_launch *launch, int error, struct pc_diags *diags)
{
    const char *name = launch->words[0];
    if (is_absence(error)) { // it was there a moment ago
        return refuse(diags, name, "the program that is to run it is not there", PC_EXIT_NOT_FOUND);
    }
    if (launch->user != NULL) {
        return refuse_as(launch, error, diags);
    }
    return refuse(diags, name, strerror(error), PC_EXIT_NOT_RUN);
}
