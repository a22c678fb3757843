// SPDX-License-Identifier: Apache-2.0
//
// Any command line. A line of the input is a word of it (the byte 1 in it is an end of line); the
// words @store, @policy and @batch stand for files that are there. The command is run as a whole,
// in a process from which it can do nothing (closed.h), and is held against a second reading of its
// tables: what they do not allow is refused by one line that names it, help is given where it was
// asked for, and whatever comes, nothing but plain text reaches the terminal.
#define _GNU_SOURCE // memmem
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "closed.h"
#include "command.h"
#include "fuzz.h"
#include "stage.h"
#include "streams.h"

#define SECRET "Tr0ub4dor" // of a word: nobody may see it

int polcheck_main(int argc, char **argv);

enum {
    MOST_WORDS = 48,
    LONGEST = 4096, // bytes of a command line
};

static const struct {
    const char *word, *file;
} files[] = {
    {"@store", "store"},
    {"@policy", FUZZ_TOP "/policies/managed/AWSLambdaRole.json"},
    {"@batch", FUZZ_TOP "/policies/thumbnails/questions.ndjson"},
};

struct line {
    char *words[MOST_WORDS + 2]; // the command's name first, NULL last
    int count;
};

static char *word_of(struct pc_str text)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (pc_str_eq(text, pc_str_from(files[i].word))) {
            text = pc_str_from(files[i].file[0] == '/' ? files[i].file : stage_path(files[i].file));
            break;
        }
    }
    char *word = malloc(text.len + 1);
    FUZZ_CHECK(word != NULL, "no memory");
    for (size_t i = 0; i < text.len; i++) {
        word[i] = text.ptr[i] == '\1' ? '\n' : text.ptr[i];
    }
    word[text.len] = '\0';
    return word;
}

static void read_line(struct pc_str input, struct line *line)
{
    line->words[line->count++] = word_of(PC_STR("polcheck"));
    while (input.len > 0 && line->count <= MOST_WORDS) {
        line->words[line->count++] = word_of(fuzz_line(&input));
    }
    line->words[line->count] = NULL;
}

// The second reading --------------------------------------------------------------------------

enum meaning {
    RUNS = 0, // a verb does, and says what it makes of the rest
    REFUSED,
    HELPS,
    TELLS_VERSION,
};

struct reading {
    char **words; // those that are left
    const struct pc_group *group;
    const struct pc_verb *verb; // NULL: the options in front of one
    const char *subject;        // of a refusal: what it must name; NULL: nothing
    size_t subject_len;
    bool help, version, bad_color;
    const char *values[MOST_WORDS]; // that options have which are given once, by their number
    int ids[MOST_WORDS];
    size_t value_count;
};

static bool refuse(struct reading *reading, const char *subject, size_t len)
{
    reading->subject = subject;
    reading->subject_len = len;
    return false;
}

static const struct pc_option *option_at(const struct pc_verb *verb, size_t at)
{
    static const struct pc_option version = {PC_OPTION_VERSION, 'V', "version", NULL, "", false};
    size_t own = verb == NULL ? 1 : verb->option_count;
    return at >= own ? pc_option_common(at - own) : verb == NULL ? &version : &verb->options[at];
}

static const struct pc_option *find(const struct reading *reading, const char *name, size_t len)
{
    const struct pc_option *option;
    for (size_t i = 0; (option = option_at(reading->verb, i)) != NULL; i++) {
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0) {
            return option;
        }
    }
    return NULL;
}

static const struct pc_option *find_letter(const struct reading *reading, char letter)
{
    const struct pc_option *option;
    for (size_t i = 0; (option = option_at(reading->verb, i)) != NULL; i++) {
        if (option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

// Takes an option; `value`: what was written to it directly, or NULL.
static bool take(struct reading *reading, const struct pc_option *option, const char *value)
{
    size_t len = strlen(option->name);
    reading->help = reading->help || option->id == PC_OPTION_HELP;
    reading->version = reading->version || option->id == PC_OPTION_VERSION;
    if (option->value == NULL) {
        return value == NULL || refuse(reading, option->name, len);
    }
    if (value == NULL && *reading->words == NULL) {
        return refuse(reading, option->name, len);
    }
    value = value != NULL ? value : *reading->words++;
    for (size_t i = 0; i < reading->value_count; i++) {
        if (reading->ids[i] == option->id && !option->repeats) {
            return refuse(reading, option->name, len);
        }
    }
    reading->ids[reading->value_count++] = option->id;
    if (option->id == PC_OPTION_COLOR) {
        reading->bad_color = strcmp(value, "auto") != 0 && strcmp(value, "always") != 0 &&
                             strcmp(value, "never") != 0;
    }
    return true;
}

static bool take_letters(struct reading *reading, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        const struct pc_option *option = find_letter(reading, *letters);
        if (option == NULL) {
            return refuse(reading, letters, 1);
        }
        bool rest = option->value != NULL && letters[1] != '\0';
        if (!take(reading, option, rest ? letters + 1 : NULL) || option->value != NULL) {
            return reading->subject == NULL;
        }
    }
    return true;
}

// False: refused. In front of a verb it ends before the first word that is no option.
static bool take_options(struct reading *reading)
{
    reading->value_count = 0;
    reading->bad_color = false;
    while (*reading->words != NULL) {
        const char *word = *reading->words;
        bool option = word[0] == '-' && word[1] != '\0';
        if (!option && reading->verb == NULL) {
            break;
        }
        reading->words++;
        if (strcmp(word, "--") == 0) {
            break;
        }
        if (option && word[1] != '-' && !take_letters(reading, word + 1)) {
            return false;
        }
        if (option && word[1] == '-') {
            size_t len = strcspn(word + 2, "=");
            const struct pc_option *named = find(reading, word + 2, len);
            if (named == NULL) {
                return refuse(reading, word + 2, len);
            }
            if (!take(reading, named, word[2 + len] == '=' ? word + 3 + len : NULL)) {
                return false;
            }
        }
    }
    return !reading->bad_color;
}

// The options in front of a verb; RUNS: there is more to read.
static enum meaning read_front(struct reading *reading)
{
    if (!take_options(reading)) {
        return REFUSED;
    }
    return reading->version          ? TELLS_VERSION
           : reading->help           ? HELPS
           : *reading->words == NULL ? REFUSED
                                     : RUNS;
}

static enum meaning read_again(const struct line *line, struct reading *reading)
{
    reading->words = (char **)(uintptr_t)(line->words + 1);
    enum meaning meaning = read_front(reading);
    if (meaning == RUNS) {
        reading->group = pc_group_named(pc_str_from(*reading->words));
        reading->words += reading->group != NULL;
        meaning = reading->group != NULL ? read_front(reading) : RUNS;
    }
    if (meaning != RUNS) {
        return meaning;
    }
    const char *word = *reading->words++;
    reading->verb = pc_verb_named(reading->group, pc_str_from(word));
    if (reading->verb == NULL) {
        (void)refuse(reading, word, strlen(word));
        return REFUSED;
    }
    return !take_options(reading) ? REFUSED : reading->help ? HELPS : RUNS;
}

// What came of it -----------------------------------------------------------------------------

static bool has(struct pc_str text, const char *part, size_t len)
{
    return len == 0 || (text.len > 0 && memmem(text.ptr, text.len, part, len) != NULL);
}

static bool is_plain_word(const char *word, size_t len)
{
    size_t at = 0;
    while (at < len && word[at] > ' ' && word[at] < 127 && word[at] != '\\') {
        at++;
    }
    return at == len && len < 100;
}

static void check_refusal(const struct reading *reading, int status, struct pc_str err)
{
    FUZZ_CHECK(status == PC_EXIT_FAIL, "it ended with %d", status);
    if (pc_str_has_prefix(err, PC_STR("{"))) { // --json is among the words
        const struct pc_str code = PC_STR("\"code\":\"POL0950\"");
        FUZZ_CHECK(has(err, code.ptr, code.len), "it said: %.*s", PC_STR_ARG(err));
        return;
    }
    FUZZ_CHECK(has(err, "[POL0950]", 9), "it said: %.*s", PC_STR_ARG(err));
    size_t from = 0, lines = 0;
    for (size_t at; (at = pc_str_find(err, '\n', from)) != SIZE_MAX; from = at + 1) {
        struct pc_str text = pc_str_slice(err, from, at);
        lines += pc_str_has_prefix(text, PC_STR("polcheck: error: ")) ||
                 pc_str_has_prefix(text, PC_STR("polcheck: \033[1;31merror:\033[0m "));
    }
    FUZZ_CHECK(lines == 1, "%zu lines say so: %.*s", lines, PC_STR_ARG(err));
    FUZZ_CHECK(reading->subject == NULL || !is_plain_word(reading->subject, reading->subject_len) ||
                   has(err, reading->subject, reading->subject_len),
               "\"%.*s\" is not named: %.*s", (int)reading->subject_len, reading->subject,
               PC_STR_ARG(err));
}

// `colors`: they were asked for.
static void check_plain(struct pc_str text, bool colors)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        bool color = byte == 27 && colors && i + 1 < text.len && text.ptr[i + 1] == '[';
        FUZZ_CHECK((byte >= ' ' && byte != 127) || byte == '\n' || byte == '\t' || color,
                   "byte %u in: %.*s", byte, PC_STR_ARG(text));
    }
}

// A value that somebody wrote where none is to be is not shown: the name is enough to find it.
static void check_secret(const struct line *line, const struct streams *streams)
{
    bool hidden = false;
    for (int i = 1; i < line->count; i++) {
        const char *value = strstr(line->words[i], "=" SECRET);
        if (value == NULL && strstr(line->words[i], SECRET) != NULL) {
            return; // of a word that may well be shown, such as the path of a file
        }
        hidden = hidden || value != NULL;
    }
    bool shown = has(pc_buf_view(&streams->out), SECRET, strlen(SECRET)) ||
                 has(pc_buf_view(&streams->err), SECRET, strlen(SECRET));
    bool put = line->count > 2 && strcmp(line->words[1], "secrets") == 0 &&
               strcmp(line->words[2], "put") == 0;
    FUZZ_CHECK(!hidden || !put || !shown, "a secret is shown: %.*s",
               PC_STR_ARG(pc_buf_view(&streams->err)));
}

// Such verbs end as a shell does where the command cannot be started.
static bool starts_commands(const struct reading *reading)
{
    const char *name = reading->verb != NULL ? reading->verb->name : "";
    return strcmp(name, "secrets exec") == 0 || strcmp(name, "secrets open") == 0;
}

static void check_run(const struct line *line, int status, const struct streams *streams)
{
    struct reading reading = {0};
    struct pc_str out = pc_buf_view(&streams->out), err = pc_buf_view(&streams->err);
    enum meaning meaning = read_again(line, &reading);
    bool colors = false;
    for (int i = 1; i < line->count; i++) {
        colors = colors || strstr(line->words[i], "always") != NULL;
    }
    check_plain(err, colors);
    check_plain(out, colors);
    FUZZ_CHECK(status == PC_EXIT_OK || status == PC_EXIT_NO || status == PC_EXIT_FAIL ||
                   (starts_commands(&reading) && (status == 126 || status == 127)),
               "exit status %d", status);
    if (meaning == REFUSED) {
        check_refusal(&reading, status, err);
    } else if (meaning == HELPS) {
        FUZZ_CHECK(status == PC_EXIT_OK && err.len == 0 && pc_str_has_prefix(out, PC_STR("Usage:")),
                   "no help: %.*s", PC_STR_ARG(err));
    } else if (meaning == TELLS_VERSION) {
        FUZZ_CHECK(status == PC_EXIT_OK && err.len == 0 && out.len > 0, "no version");
    } else {
        FUZZ_CHECK(status < PC_EXIT_FAIL || err.len > 0, "it failed and said nothing");
        FUZZ_CHECK(status >= PC_EXIT_FAIL || !pc_str_has_prefix(err, PC_STR("polcheck: error: ")),
                   "exit status %d, and: %.*s", status, PC_STR_ARG(err));
    }
    check_secret(line, streams);
}

static int run(struct line *line, struct streams *streams)
{
    sigset_t before;
    mode_t mask = umask(0);
    (void)umask(mask);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &before);
    streams_keep(streams);
    closed_begin();
    int status = polcheck_main(line->count, line->words);
    closed_end();
    streams_keep(NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)umask(mask);
    return status;
}

void fuzz_one(struct pc_str input)
{
    static bool staged;
    struct line line = {.count = 0};
    struct streams streams = {0};
    if (input.len > LONGEST) {
        return;
    }
    if (!staged) {
        stage_compile(stage_path("store"));
        staged = true;
    }
    unsigned before = stage_descriptors();
    read_line(input, &line);
    int status = run(&line, &streams);
    check_run(&line, status, &streams);
    FUZZ_CHECK(stage_descriptors() == before, "a file is still open");
    streams_release(&streams);
    for (int i = 0; i < line.count; i++) {
        free(line.words[i]);
    }
}
