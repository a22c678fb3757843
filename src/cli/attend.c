// SPDX-License-Identifier: Apache-2.0
#include "attend.h"

#include "pipe.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int forwarded[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1,
                                SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH};

static sigset_t held_set(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++) {
        (void)sigaddset(&set, forwarded[i]);
    }
    return set;
}

void pc_signals_hold(struct pc_held *held)
{
    sigset_t set = held_set();
    struct sigaction usual;
    memset(&usual, 0, sizeof(usual));
    usual.sa_handler = SIG_DFL;
    // Whoever started us may have it ignored: then nobody could wait for a child.
    (void)sigaction(SIGCHLD, &usual, &held->child);
    (void)sigprocmask(SIG_BLOCK, &set, &held->mask);
}

void pc_signals_let_go(const struct pc_held *held)
{
    (void)sigaction(SIGCHLD, &held->child, NULL);
    (void)sigprocmask(SIG_SETMASK, &held->mask, NULL);
}

// The child
// ----------------------------------------------------------------------------------------

// Tells the parent why it could not be run.
_Noreturn static void run_child(struct pc_arena *arena, const struct pc_launch *launch,
                                const struct pc_held *held, int tell)
{
    pc_signals_let_go(held);
    int error = pc_launch(arena, launch);
    ssize_t told = write(tell, &error, sizeof(error));
    _exit(told == (ssize_t)sizeof(error) ? PC_EXIT_NOT_RUN : PC_EXIT_NOT_FOUND);
}

// The errno that the child told, or 0: its end of the pipe was closed by execve.
static int ask_child(int from)
{
    int error = 0;
    ssize_t got;
    do {
        got = read(from, &error, sizeof(error));
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

// The parent
// ---------------------------------------------------------------------------------------

// Whether the command ended; then *out says how.
static bool look(pid_t child, struct pc_ending *out)
{
    int status;
    pid_t found;
    while ((found = waitpid(child, &status, WNOHANG | WUNTRACED)) != 0) {
        if (found < 0) {
            *out = (struct pc_ending){PC_EXIT_NOT_RUN, 0}; // nobody can wait for it any more
            return true;
        }
        if (WIFSTOPPED(status)) {
            (void)raise(SIGSTOP); // until somebody continues this process, and so the child
        } else if (WIFSIGNALED(status)) {
            *out = (struct pc_ending){128 + WTERMSIG(status), WTERMSIG(status)};
            return true;
        } else {
            *out = (struct pc_ending){WEXITSTATUS(status), 0};
            return true;
        }
    }
    return false;
}

static struct pc_ending stand_by(pid_t child)
{
    sigset_t set = held_set();
    struct pc_ending ending = {0, 0};
    siginfo_t signal;
    while (!look(child, &ending)) {
        int number = sigwaitinfo(&set, &signal);
        // What the kernel sends of its own accord comes from the terminal, and so to both.
        if (number > 0 && number != SIGCHLD && signal.si_code != SI_KERNEL) {
            (void)kill(child, number);
        }
    }
    return ending;
}

static enum pc_status cannot_start(const struct pc_launch *launch, int error,
                                   struct pc_diags *diags, struct pc_ending *out)
{
    *out = (struct pc_ending){pc_launch_failed(launch, error, diags), 0};
    return PC_ERR_INVALID;
}

enum pc_status pc_attend(struct pc_arena *arena, const struct pc_launch *launch,
                         const struct pc_held *held, struct pc_diags *diags, struct pc_ending *out)
{
    int ends[2];
    int error = pc_pipe(ends);
    if (error != 0) {
        return cannot_start(launch, error, diags, out);
    }
    pid_t child = fork();
    error = child < 0 ? errno : 0;
    if (child == 0) {
        run_child(arena, launch, held, ends[1]);
    }
    (void)close(ends[1]);
    if (child > 0) {
        error = ask_child(ends[0]);
        *out = stand_by(child);
    }
    (void)close(ends[0]);
    return error != 0 ? cannot_start(launch, error, diags, out) : PC_OK;
}

void pc_end_by(int signal)
{
    struct sigaction usual;
    sigset_t set;
    memset(&usual, 0, sizeof(usual));
    usual.sa_handler = SIG_DFL;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, signal);
    (void)sigaction(signal, &usual, NULL);
    (void)raise(signal);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}
