// SPDX-License-Identifier: Apache-2.0
//
// Signals are blocked but while it waits for input: so none comes between a look at what has
// arrived and the wait, and the terminal is put right before any of them does its work.
#define _GNU_SOURCE // ppoll
#include "terminal.h"

#include "crypto/guarded.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP, SIGTTIN, SIGTTOU};
enum {
    COUNT = sizeof(numbers) / sizeof(numbers[0]),
    AGAIN = -1, // a signal came and has done its work
};

static volatile sig_atomic_t arrived; // the signal, or 0

// What is put right again.
struct asking {
    int fd;
    struct termios modes;
    sigset_t mask;
    struct sigaction actions[COUNT];
};

static void on_signal(int number)
{
    arrived = number;
}

static void catch_signals(struct asking *asking)
{
    struct sigaction action;
    sigset_t blocked;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaddset(&blocked, numbers[i]);
    }
    arrived = 0;
    (void)sigprocmask(SIG_BLOCK, &blocked, &asking->mask);
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaction(numbers[i], NULL, &asking->actions[i]);
        if (asking->actions[i].sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}

static void release_signals(struct asking *asking)
{
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaction(numbers[i], &asking->actions[i], NULL);
    }
    if (arrived != 0) {
        (void)raise(arrived); // comes as soon as it is no longer blocked
    }
    (void)sigprocmask(SIG_SETMASK, &asking->mask, NULL);
}

static int set_modes(int fd, const struct termios *modes)
{
    int result;
    do {
        result = tcsetattr(fd, TCSAFLUSH, modes);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

static int silence(struct asking *asking)
{
    if (tcgetattr(asking->fd, &asking->modes) != 0) {
        return errno;
    }
    struct termios modes = asking->modes;
    modes.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    modes.c_lflag |= ICANON | ISIG;
    return set_modes(asking->fd, &modes);
}

// Waits for input. AGAIN: a signal came instead.
static int wait_for_input(const struct asking *asking)
{
    struct pollfd input = {.fd = asking->fd, .events = POLLIN};
    while (ppoll(&input, 1, NULL, &asking->mask) < 0) {
        if (errno != EINTR || arrived != 0) {
            return errno == EINTR ? AGAIN : errno;
        }
    }
    return 0;
}

// A line with its end has no place in the room: drops the rest, which nobody is to take for
// something else.
static int refuse_line(const struct asking *asking, char *room, size_t size)
{
    pc_wipe(room, size);
    (void)tcflush(asking->fd, TCIFLUSH);
    return EMSGSIZE;
}

static int read_line(const struct asking *asking, char *room, size_t size, size_t *length)
{
    size_t len = 0;
    while (len < size) {
        int error = wait_for_input(asking);
        if (error != 0) {
            pc_wipe(room, size);
            return error;
        }
        ssize_t count = read(asking->fd, room + len, size - len);
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            return errno;
        }
        len += count > 0 ? (size_t)count : 0;
        bool ended = len > 0 && room[len - 1] == '\n';
        if (count == 0 || ended) {
            *length = len - ended;
            return 0;
        }
    }
    return refuse_line(asking, room, size);
}

static void write_text(int fd, const char *text)
{
    ssize_t ignored = write(fd, text, strlen(text));
    (void)ignored;
}

// Where another job has the terminal this one waits, as any does that reads from it.
static int come_to_front(int fd)
{
    if (tcgetpgrp(fd) != getpgrp()) {
        (void)raise(SIGTTIN);
    }
    return tcgetpgrp(fd) == getpgrp() ? 0 : EIO;
}

static int ask_once(int fd, const char *prompt, char *room, size_t size, size_t *length)
{
    struct asking asking = {.fd = fd};
    int error = come_to_front(fd);
    if (error != 0) {
        return error;
    }
    catch_signals(&asking);
    error = silence(&asking);
    if (error == 0) {
        write_text(fd, prompt);
        error = read_line(&asking, room, size, length);
        write_text(fd, "\n"); // which was not echoed
        (void)set_modes(fd, &asking.modes);
    }
    release_signals(&asking);
    return error;
}

int pc_terminal_ask(const char *prompt, char *room, size_t size, size_t *length)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return errno;
    }
    int error;
    do {
        error = ask_once(fd, prompt, room, size, length);
    } while (error == AGAIN);
    (void)close(fd);
    return error;
}
