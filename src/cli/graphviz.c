// SPDX-License-Identifier: Apache-2.0
#include "graphviz.h"

#include "pipe.h"

#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BLOCK = 64 << 10,         // bytes that are read at once
    MOST_COMPLAINT = 2 << 10, // bytes of what the command says that are told
    NOT_RUN = 127,
};

enum end {
    READ,
    WRITE,
};

// A run of the command, with our ends of its pipes; -1: closed.
struct run {
    pid_t child;
    int input, output, errors;
    int failure;                   // tells the errno of a command that could not be run
    struct sigaction child_signal; // of SIGCHLD, as it was
};

static enum pc_status complain(struct pc_cli *cli, const char *what, struct pc_str why)
{
    pc_diag_report(&cli->diags, PC_DIAG_GRAPH_DRAWING, (struct pc_place){.file = PC_STR("")},
                   "\"dot\" %s: %.*s", what, PC_STR_ARG(why));
    return PC_ERR_INVALID;
}

static void close_end(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

// Starting ---------------------------------------------------------------------------------------

struct pipes {
    int input[2], output[2], errors[2], failure[2];
};

static void close_pipes(struct pipes *pipes)
{
    for (int end = READ; end <= WRITE; end++) {
        close_end(&pipes->input[end]);
        close_end(&pipes->output[end]);
        close_end(&pipes->errors[end]);
        close_end(&pipes->failure[end]);
    }
}

static bool make_pipes(struct pipes *out)
{
    *out = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    // What is written must not wait for a child that waits for us to read.
    return pc_pipe(out->input) == 0 && pc_pipe(out->output) == 0 && pc_pipe(out->errors) == 0 &&
           pc_pipe(out->failure) == 0 && fcntl(out->input[WRITE], F_SETFL, O_NONBLOCK) == 0;
}

// Only what is safe between fork and exec.
_Noreturn static void run_child(const struct run *run, const struct pipes *pipes, pid_t parent)
{
    static char command[] = "dot", format[] = "-Tsvg";
    static char *const words[] = {command, format, NULL};
    int error = 0;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) { // it was gone before that
        _exit(NOT_RUN);
    }
    (void)sigaction(SIGCHLD, &run->child_signal, NULL);
    pc_signals_restore();
    if (dup2(pipes->input[READ], STDIN_FILENO) < 0 ||
        dup2(pipes->output[WRITE], STDOUT_FILENO) < 0 ||
        dup2(pipes->errors[WRITE], STDERR_FILENO) < 0) {
        error = errno;
    } else {
        (void)execvp(words[0], words);
        error = errno;
    }
    (void)!write(pipes->failure[WRITE], &error, sizeof(error)); // else it is a failure all the same
    _exit(NOT_RUN);
}

// Whoever started us may have SIGCHLD ignored: then nobody could wait for a child.
static void expect_child(struct run *run)
{
    struct sigaction usual;
    memset(&usual, 0, sizeof(usual));
    usual.sa_handler = SIG_DFL;
    (void)sigaction(SIGCHLD, &usual, &run->child_signal);
}

// 0, or an errno.
static int start(struct run *run)
{
    struct pipes pipes;
    pid_t parent = getpid();
    *run = (struct run){.child = -1, .input = -1, .output = -1, .errors = -1, .failure = -1};
    expect_child(run);
    int error = make_pipes(&pipes) ? 0 : errno;
    if (error == 0) {
        run->child = fork();
        error = run->child < 0 ? errno : 0;
        if (run->child == 0) {
            run_child(run, &pipes, parent);
        }
    }
    if (error == 0) {
        run->input = pipes.input[WRITE];
        run->output = pipes.output[READ];
        run->errors = pipes.errors[READ];
        run->failure = pipes.failure[READ];
        pipes.input[WRITE] = pipes.output[READ] = pipes.errors[READ] = pipes.failure[READ] = -1;
    }
    close_pipes(&pipes);
    return error;
}

// The errno of an exec that failed, or 0: the child's end was closed by it.
static int ask_child(const struct run *run)
{
    int error = 0;
    ssize_t got;
    do {
        got = read(run->failure, &error, sizeof(error));
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

// Exchanging -------------------------------------------------------------------------------------

// A command that reads no further says so by its exit status.
static void feed(struct run *run, struct pc_str *rest)
{
    ssize_t count = write(run->input, rest->ptr, rest->len);
    bool later = count < 0 && (errno == EAGAIN || errno == EINTR);
    if (count > 0) {
        *rest = pc_str_slice(*rest, (size_t)count, rest->len);
    }
    if (rest->len == 0 || (count < 0 && !later)) {
        close_end(&run->input);
    }
}

static void drain(int *fd, struct pc_buf *out, size_t most)
{
    char block[BLOCK];
    ssize_t count = read(*fd, block, sizeof(block));
    if (count > 0) {
        size_t room = out->len < most ? most - out->len : 0;
        pc_buf_append(out, block, (size_t)count < room ? (size_t)count : room);
    } else if (count == 0 || errno != EINTR) {
        close_end(fd);
    }
}

// poll(2) looks at no entry whose descriptor is negative.
static enum pc_status exchange(struct run *run, struct pc_str text, struct pc_buf *drawing,
                               struct pc_buf *complaint)
{
    while (run->output >= 0 || run->errors >= 0) {
        struct pollfd ends[] = {
            {run->input, POLLOUT, 0}, {run->output, POLLIN, 0}, {run->errors, POLLIN, 0}};
        if (poll(ends, sizeof(ends) / sizeof(ends[0]), -1) < 0 && errno != EINTR) {
            return PC_ERR_NOMEM; // it has no other reason
        }
        if (ends[0].revents != 0) {
            feed(run, &text);
        }
        if (ends[1].revents != 0) {
            drain(&run->output, drawing, SIZE_MAX);
        }
        if (ends[2].revents != 0) {
            drain(&run->errors, complaint, MOST_COMPLAINT);
        }
        PC_TRY(pc_buf_status(drawing));
    }
    return PC_OK;
}

// Ending -----------------------------------------------------------------------------------------

// Gives the status of wait(2).
static int finish(struct run *run, bool at_once)
{
    int status = 0;
    close_end(&run->input);
    close_end(&run->output);
    close_end(&run->errors);
    close_end(&run->failure);
    if (run->child > 0 && at_once) {
        (void)kill(run->child, SIGKILL);
    }
    while (run->child > 0 && waitpid(run->child, &status, 0) < 0 && errno == EINTR) {
    }
    (void)sigaction(SIGCHLD, &run->child_signal, NULL);
    return status;
}

static enum pc_status cannot_run(struct pc_cli *cli, int error)
{
    enum pc_status status = complain(cli, "cannot be run",
                                     error == ENOENT ? PC_STR("there is no such command")
                                                     : pc_str_from(strerror(error)));
    pc_diag_hint(&cli->diags, "install Graphviz (Debian's package graphviz), or take --format dot, "
                              "and draw it where Graphviz is: dot -Tsvg");
    return status;
}

// The first line of what it said, without the end of the line.
static struct pc_str first_line(const struct pc_buf *complaint)
{
    struct pc_str text = pc_buf_view(complaint);
    while (text.len > 0 && (text.ptr[0] == '\n' || text.ptr[0] == ' ')) {
        text = pc_str_slice(text, 1, text.len);
    }
    return pc_str_slice(text, 0, pc_str_find(text, '\n', 0));
}

static bool is_svg(struct pc_str text)
{
    return pc_str_has_prefix(text, PC_STR("<?xml")) || pc_str_has_prefix(text, PC_STR("<svg"));
}

static enum pc_status judge(struct pc_cli *cli, int status, const struct pc_buf *drawing,
                            const struct pc_buf *complaint)
{
    struct pc_str said = first_line(complaint);
    char ended[64];
    if (WIFSIGNALED(status)) {
        (void)snprintf(ended, sizeof(ended), "was ended by signal %d", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        (void)snprintf(ended, sizeof(ended), "failed with exit status %d", WEXITSTATUS(status));
    } else {
        return is_svg(pc_buf_view(drawing))
                   ? PC_OK
                   : complain(cli, "cannot be used", PC_STR("what it printed is not SVG"));
    }
    return complain(cli, ended, said.len > 0 ? said : PC_STR("it did not say why"));
}

enum pc_status pc_graphviz_svg(struct pc_cli *cli, struct pc_str dot, struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf drawing = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf complaint = {0};
    struct run run;
    int error = start(&run);
    error = error == 0 ? ask_child(&run) : error;
    if (error != 0) {
        (void)finish(&run, true);
        return cannot_run(cli, error);
    }
    enum pc_status status = exchange(&run, dot, &drawing, &complaint);
    int ended = finish(&run, status != PC_OK);
    PC_TRY(status);
    PC_TRY(judge(cli, ended, &drawing, &complaint));
    pc_buf_str(out, pc_buf_view(&drawing));
    return pc_buf_status(out);
}
