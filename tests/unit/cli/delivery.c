// SPDX-License-Identifier: Apache-2.0
//
// Delivery without a vault: a process of its own is given variables and takes a shell's place, and
// what the shell sees is read from a pipe.
#include "testing.h"

#include "child_environment.h"
#include "delivery.h"
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char first[] = "FIRST_ONE=a b'\"$\n=c";
static char second[] = "SECOND_ONE=";
static char *assignments[] = {first, second};

struct outcome {
    pid_t pid;  // of the process that delivered
    int status; // as waitpid gives it
    char out[8192];
};

struct run {
    struct pc_delivery delivery;
    struct pc_secrets_given given;
    const char *command; // NULL: sh
    const char *script;  // its -c
};

static struct run run_of(const char *script)
{
    return (struct run){.given = {.assignments = assignments, .count = 2}, .script = script};
}

// In the child.
static void deliver(struct run *run)
{
    struct pc_arena arena;
    struct pc_diags diags;
    static char shell[] = "sh", option[] = "-c", zero[] = "zero word", argument[] = "one word";
    char *script = strdup(run->script);
    char *words[] = {shell, option, script, zero, argument, NULL};
    int exit_status;
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) {
        (void)close(fd); // what the test was started with
    }
    pc_signals_ignore();
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    run->delivery.words = words;
    const char *command = run->command != NULL ? run->command : "sh";
    if (pc_command_find(&arena, command, &diags, &run->delivery.path, &exit_status)) {
        exit_status = pc_delivery_run(&run->delivery, &run->given, &arena, &diags);
    }
    for (const struct pc_diag *diag = diags.first; diag != NULL; diag = diag->next) {
        (void)dprintf(STDOUT_FILENO, "%s: %.*s\n", pc_diag_row(diag->code)->name,
                      PC_STR_ARG(diag->message));
    }
    _exit(exit_status);
}

static void go(struct run *run, struct outcome *outcome)
{
    int ends[2];
    size_t length = 0;
    ssize_t count;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        deliver(run);
    }
    (void)close(ends[1]);
    outcome->pid = pid;
    while ((count = read(ends[0], outcome->out + length, sizeof(outcome->out) - 1 - length)) > 0) {
        length += (size_t)count;
    }
    outcome->out[length] = '\0';
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &outcome->status, 0), pid);
}

static void check(struct run run, const char *out, int exit_status)
{
    struct outcome outcome;
    go(&run, &outcome);
    assert_string_equal(outcome.out, out);
    assert_true(WIFEXITED(outcome.status));
    assert_int_equal(WEXITSTATUS(outcome.status), exit_status);
}

static bool says(const struct outcome *outcome, const char *text)
{
    return strstr(outcome->out, text) != NULL;
}

static void refused(struct run run, const char *said, int exit_status)
{
    struct outcome outcome;
    go(&run, &outcome);
    if (!says(&outcome, said)) {
        fail_msg("\"%s\" does not say \"%s\"", outcome.out, said);
    }
    assert_true(WIFEXITED(outcome.status));
    assert_int_equal(WEXITSTATUS(outcome.status), exit_status);
}

// Variables
// ----------------------------------------------------------------------------------------

static void variables_come_as_they_are(void **state)
{
    (void)state;
    check(
        run_of("printf '%s|%s|%s|%s' \"$FIRST_ONE\" \"${SECOND_ONE-unset}\" \"$0\" \"$1\"; exit 7"),
        "a b'\"$\n=c||zero word|one word", 7);
}

static void ours_win_over_the_callers(void **state)
{
    (void)state;
    assert_int_equal(setenv("FIRST_ONE", "the caller's", 1), 0);
    assert_int_equal(setenv("FIRST_ONE_MORE", "stays", 1), 0);
    check(run_of("printf '%s' \"$FIRST_ONE\" \"$FIRST_ONE_MORE\"; env | grep -c ^FIRST_ONE="),
          "a b'\"$\n=cstays1\n", 0);
    assert_int_equal(unsetenv("FIRST_ONE"), 0);
    assert_int_equal(unsetenv("FIRST_ONE_MORE"), 0);
}

static void pristine_leaves_the_usual_ones(void **state)
{
    (void)state;
    static const char *const given[] = {"HOME",      "LANG", "LC_ALL", "LC_CTYPE", "TERM",
                                        "TZ",        "USER", "SHELL",  "LOGNAME",  "TMPDIR",
                                        "NOT_USUAL", "LC",   "PATHS",  "ALLOWED"};
    struct pc_str allowed[] = {PC_STR("ALLOWED"), PC_STR("NOT_GIVEN")};
    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        assert_int_equal(setenv(given[i], "x", 1), 0);
    }
    struct run run =
        run_of("tr '\\0' '\\n' < /proc/$$/environ | sed 's/=.*//' | sort | tr '\\n' ' '");
    assignments[0] = second; // whose value has no line break
    run.given.count = 1;
    run.delivery.pristine = true;
    check(run, "HOME LANG LC_ALL LC_CTYPE LOGNAME PATH SECOND_ONE SHELL TERM TMPDIR TZ USER ", 0);
    run.delivery.allowed = allowed;
    run.delivery.allowed_count = 2;
    check(run,
          "ALLOWED HOME LANG LC_ALL LC_CTYPE LOGNAME PATH SECOND_ONE SHELL TERM TMPDIR TZ USER ",
          0);
    assignments[0] = first;
    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        assert_int_equal(unsetenv(given[i]), 0);
    }
}

static void a_missing_variable_is_refused_when_asked(void **state)
{
    (void)state;
    struct pc_str declared[] = {PC_STR("FIRST_ONE"), PC_STR("HOME"), PC_STR("MISSING_ONE"),
                                PC_STR("MISSING_TWO")};
    assert_int_equal(setenv("HOME", "/", 1), 0);
    assert_int_equal(setenv("MISSING_TWO", "no", 1), 0);
    struct run run = run_of("echo started");
    run.given.declared = declared;
    run.given.declared_count = 4;
    check(run, "started\n", 0);
    run.delivery.strict = true;
    refused(run, "VARIABLE_MISSING: the function declares \"MISSING_ONE\", and neither", 2);
    run.delivery.pristine = true;
    refused(run, "declares \"MISSING_ONE\", \"MISSING_TWO\", and", 2);
    run.given.declared_count = 2;
    check(run, "started\n", 0);
    run.delivery.as_files = true;
    check(run, "started\n", 0);
    assert_int_equal(unsetenv("MISSING_TWO"), 0);
}

// The process
// --------------------------------------------------------------------------------------

static void the_command_takes_the_process_over(void **state)
{
    (void)state;
    struct outcome outcome;
    char pid[32];
    struct run run = run_of("echo $$; kill -TERM $$; echo never");
    go(&run, &outcome);
    (void)snprintf(pid, sizeof(pid), "%ld\n", (long)outcome.pid);
    assert_string_equal(outcome.out, pid);
    assert_true(WIFSIGNALED(outcome.status));
    assert_int_equal(WTERMSIG(outcome.status), SIGTERM);
}

static void signals_and_limits_are_as_before(void **state)
{
    (void)state;
    struct rlimit limit;
    struct outcome outcome;
    struct run run =
        run_of("ulimit -S -c; ulimit -H -c; exec grep -E 'Sig(Blk|Ign)' /proc/self/status");
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_CORE, &limit), 0);
    (void)signal(SIGXFSZ, SIG_IGN); // by whoever started us, and so to stay
    (void)signal(SIGPIPE, SIG_DFL);
    go(&run, &outcome);
    (void)signal(SIGXFSZ, SIG_DFL);
    assert_true(says(&outcome, "SigBlk:\t0000000000000000\n"));
    const char *ignored = strstr(outcome.out, "SigIgn:");
    assert_non_null(ignored);
    unsigned long set = strtoul(ignored + 7, NULL, 16);
    assert_int_equal(set >> (SIGPIPE - 1) & 1, 0);
    assert_int_equal(set >> (SIGXFSZ - 1) & 1, 1);
    assert_int_equal(strncmp(outcome.out, limit.rlim_max == 0 ? "0\n0\n" : "0\nunlimited\n", 3), 0);
    run.delivery.core = true;
    go(&run, &outcome);
    assert_int_equal(says(&outcome, "unlimited\nunlimited\n"), limit.rlim_max == RLIM_INFINITY);
}

static void what_cannot_be_run_is_told_as_env_does(void **state)
{
    (void)state;
    struct run run = run_of("");
    run.command = "no-such-command-at-all";
    refused(run, "COMMAND_FAILED: \"no-such-command-at-all\" cannot be run: there is no such", 127);
    run.command = "/etc/passwd";
    refused(run, "COMMAND_FAILED: \"/etc/passwd\" cannot be run: Permission denied", 126);
    run.command = "/etc";
    refused(run, "COMMAND_FAILED", 126);
    run.command = "/etc/passwd/x";
    refused(run, "COMMAND_FAILED", 127);
    run.command = "";
    refused(run, "COMMAND_FAILED", 127);
}

static void make_script(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static void scripts_are_run_as_execvp_does(void **state)
{
    (void)state;
    char path[] = "/tmp/polcheck-delivery-XXXXXX";
    assert_int_equal(close(mkstemp(path)), 0);
    struct run run = run_of("script's first");
    run.command = path;
    make_script(path, "printf '%s|' \"$FIRST_ONE\" \"$@\"");
    assert_int_equal(chmod(path, 0700), 0);
    check(run, "a b'\"$\n=c|-c|script's first|zero word|one word|", 0);
    make_script(path, "#!/no/such/interpreter\n");
    refused(run, "COMMAND_FAILED", 127);
    assert_int_equal(unlink(path), 0);
}

// Files
// --------------------------------------------------------------------------------------------

static void files_in_memory_hold_the_values(void **state)
{
    (void)state;
    struct run run =
        run_of("cat \"$FIRST_ONE_FILE\" \"$SECOND_ONE_FILE\"; sh -c 'cat $FIRST_ONE_FILE'; "
               "echo \"${FIRST_ONE-unset}\"; stat -Lc %a $FIRST_ONE_FILE; "
               "(echo x > $FIRST_ONE_FILE) 2>/dev/null || echo unwritable; "
               "exec ls -v /proc/self/fd");
    run.delivery.as_files = true;
    assert_int_equal(setenv("FIRST_ONE", "the caller's", 1), 0);
    struct outcome outcome;
    go(&run, &outcome);
    assert_int_equal(unsetenv("FIRST_ONE"), 0);
    assert_true(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0);
    assert_true(says(&outcome, "a b'\"$\n=ca b'\"$\n=cunset\n400\nunwritable\n"));
    assert_true(says(&outcome, "unwritable\n0\n1\n2\n3\n10\n11\n"));
}

// A folder in memory, of this user alone.
static void make_folder(char path[64])
{
    (void)snprintf(path, 64, "/dev/shm/polcheck-delivery-XXXXXX");
    assert_non_null(mkdtemp(path));
}

static void files_in_a_folder_go_with_the_command(void **state)
{
    (void)state;
    char folder[64], first_file[96];
    make_folder(folder);
    (void)snprintf(first_file, sizeof(first_file), "%s/FIRST_ONE", folder);
    struct run run = run_of("cat \"$FIRST_ONE_FILE\"; stat -c '%a %n' \"$FIRST_ONE_FILE\"; "
                            "ls -v /proc/self/fd | tr '\\n' ' '; exit 9");
    run.delivery.directory = folder;
    struct outcome outcome;
    go(&run, &outcome);
    char expected[256];
    (void)snprintf(expected, sizeof(expected), "a b'\"$\n=c400 %s\n0 1 2 3 ", first_file);
    if (strncmp(outcome.out, expected, strlen(expected)) != 0) {
        fail_msg("\"%s\" is not \"%s\"", outcome.out, expected);
    }
    assert_true(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 9);
    assert_int_equal(rmdir(folder), 0); // it is empty
}

static void signals_go_on_to_an_attended_command(void **state)
{
    (void)state;
    char folder[64];
    make_folder(folder);
    struct outcome outcome;
    struct run run =
        run_of("trap 'echo term; got=1' TERM; trap 'echo usr; exit 5' USR1; kill -TERM $PPID; "
               "while [ -z \"$got\" ]; do sleep 0.02; done; kill -USR1 $PPID; "
               "while :; do sleep 0.02; done");
    run.delivery.directory = folder;
    check(run, "term\nusr\n", 5);
    run.script = "kill -KILL $$";
    go(&run, &outcome);
    assert_true(WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGKILL);
    run.script = "kill -HUP $PPID; while :; do sleep 0.05; done";
    go(&run, &outcome);
    assert_true(WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGHUP);
    run.script = "exec grep -E 'Sig(Blk|Ign)' /proc/self/status";
    go(&run, &outcome);
    assert_true(says(&outcome, "SigBlk:\t0000000000000000\n"));
    run.command = "/no/such/command";
    refused(run, "COMMAND_FAILED", 127);
    assert_int_equal(rmdir(folder), 0);
}

static void unfit_folders_are_refused(void **state)
{
    (void)state;
    char folder[64], mine[96];
    make_folder(folder);
    struct run run = run_of("echo started");
    run.delivery.directory = folder;
    assert_int_equal(chmod(folder, 0710), 0);
    refused(run, "DELIVERY_FOLDER", 2);
    assert_int_equal(chmod(folder, 0700), 0);
    (void)snprintf(mine, sizeof(mine), "%s/SECOND_ONE", folder);
    make_script(mine, "mine");
    refused(run, "DELIVERY: the file of \"SECOND_ONE\" cannot be made: File exists", 2);
    assert_int_equal(unlink(mine), 0);  // it was not touched
    assert_int_equal(rmdir(folder), 0); // and the other is gone
    refused(run, "DELIVERY_FOLDER", 2);
    run.delivery.directory = "/proc";
    refused(run, "it does not lie in memory", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_come_as_they_are),
        cmocka_unit_test(ours_win_over_the_callers),
        cmocka_unit_test(pristine_leaves_the_usual_ones),
        cmocka_unit_test(a_missing_variable_is_refused_when_asked),
        cmocka_unit_test(the_command_takes_the_process_over),
        cmocka_unit_test(signals_and_limits_are_as_before),
        cmocka_unit_test(what_cannot_be_run_is_told_as_env_does),
        cmocka_unit_test(scripts_are_run_as_execvp_does),
        cmocka_unit_test(files_in_memory_hold_the_values),
        cmocka_unit_test(files_in_a_folder_go_with_the_command),
        cmocka_unit_test(signals_go_on_to_an_attended_command),
        cmocka_unit_test(unfit_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
