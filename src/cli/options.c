// SPDX-License-Identifier: Apache-2.0
//
// Walks the words of the command line along the options table of the verb.
#include "command.h"
#include "spelling.h"

#include <string.h>

static const struct pc_option common[] = {
    {PC_OPTION_HELP, 'h', "help", NULL, "Shows help; -h shows it in short.", false},
    {PC_OPTION_COLOR, 0, "color", "auto|always|never", "Colours the output; auto: on a terminal.",
     false},
};

static const struct pc_option front[] = {
    {PC_OPTION_VERSION, 'V', "version", NULL, "Shows the version.", false},
};

enum {
    COMMON_COUNT = sizeof(common) / sizeof(common[0]),
    FRONT_COUNT = sizeof(front) / sizeof(front[0]),
};

const struct pc_option *pc_option_common(size_t index)
{
    return index < COMMON_COUNT ? &common[index] : NULL;
}

// The options that count here, by place, NULL behind the last one: the verb's own, then common
// ones.
static const struct pc_option *option_at(const struct pc_verb *verb, size_t index)
{
    const struct pc_option *own = verb != NULL ? verb->options : front;
    size_t count = verb != NULL ? verb->option_count : FRONT_COUNT;
    return index < count ? &own[index] : pc_option_common(index - count);
}

static const struct pc_option *find_long(const struct pc_verb *verb, struct pc_str name)
{
    const struct pc_option *option;
    for (size_t i = 0; (option = option_at(verb, i)) != NULL; i++) {
        if (pc_str_eq(pc_str_from(option->name), name)) {
            return option;
        }
    }
    return NULL;
}

static const struct pc_option *find_letter(const struct pc_verb *verb, char letter)
{
    const struct pc_option *option;
    for (size_t i = 0; (option = option_at(verb, i)) != NULL; i++) {
        if (option->letter != 0 && option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

static enum pc_status unknown_option(struct pc_cli *cli, struct pc_str name)
{
    struct pc_near near = {.text = name};
    const struct pc_option *option;
    for (size_t i = 0; (option = option_at(cli->verb, i)) != NULL; i++) {
        if (option->help != NULL) {
            pc_near_offer(&near, pc_str_from(option->name));
        }
    }
    (void)pc_cli_usage(cli, "unknown option \"--%.*s\"", PC_STR_ARG(name));
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"--%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_USAGE;
}

static enum pc_status note(struct pc_cli *cli, struct pc_args *args, const struct pc_option *option,
                           const char *value, bool letter)
{
    if (!option->repeats && option->value != NULL && pc_args_has(args, option->id)) {
        (void)pc_cli_usage(cli, "the option \"--%s\" is given twice", option->name);
        return PC_ERR_USAGE;
    }
    args->given[args->given_count++] = (struct pc_given){option, value, letter};
    return PC_OK;
}

static char *next_word(struct pc_words *words)
{
    words->count--;
    return *words->words++;
}

static enum pc_status take_value(struct pc_cli *cli, struct pc_words *words,
                                 const struct pc_option *option, const char **value)
{
    if (words->count == 0) {
        (void)pc_cli_usage(cli, "the option \"--%s\" needs a value: --%s %s", option->name,
                           option->name, option->value);
        return PC_ERR_USAGE;
    }
    *value = next_word(words);
    return PC_OK;
}

// --name, --name=VALUE, --name VALUE; word is behind the dashes.
static enum pc_status read_long(struct pc_cli *cli, struct pc_words *words, const char *word,
                                struct pc_args *args)
{
    const char *equals = strchr(word, '=');
    struct pc_str name = {word, equals != NULL ? (size_t)(equals - word) : strlen(word)};
    const struct pc_option *option = find_long(cli->verb, name);
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (option == NULL) {
        return unknown_option(cli, name);
    }
    if (option->value == NULL && value != NULL) {
        (void)pc_cli_usage(cli, "the option \"--%s\" takes no value", option->name);
        return PC_ERR_USAGE;
    }
    if (option->value != NULL && value == NULL) {
        PC_TRY(take_value(cli, words, option, &value));
    }
    return note(cli, args, option, value, false);
}

// -v, -vx, -o VALUE, -oVALUE; word is behind the dash.
static enum pc_status read_short(struct pc_cli *cli, struct pc_words *words, const char *word,
                                 struct pc_args *args)
{
    for (; *word != '\0'; word++) {
        const struct pc_option *option = find_letter(cli->verb, *word);
        const char *value = NULL;
        if (option == NULL) {
            (void)pc_cli_usage(cli, "unknown option \"-%c\"", *word);
            return PC_ERR_USAGE;
        }
        if (option->value == NULL) {
            PC_TRY(note(cli, args, option, NULL, true));
            continue;
        }
        if (word[1] != '\0') {
            value = word + 1;
        } else {
            PC_TRY(take_value(cli, words, option, &value));
        }
        return note(cli, args, option, value, true);
    }
    return PC_OK;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static enum pc_status read_words(struct pc_cli *cli, struct pc_words *words, struct pc_args *args)
{
    bool operands_only = false;
    while (words->count > 0) {
        const char *word = words->words[0];
        bool option = !operands_only && is_option(word);
        if (!option && cli->verb == NULL) {
            return PC_OK;
        }
        word = next_word(words);
        if (!option) {
            args->operands[args->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            operands_only = true;
            args->in_front = args->operand_count;
        } else if (word[1] == '-') {
            PC_TRY(read_long(cli, words, word + 2, args));
        } else {
            PC_TRY(read_short(cli, words, word + 1, args));
        }
    }
    args->in_front = operands_only ? args->in_front : args->operand_count;
    return PC_OK;
}

// Room for as many options as there can be: every letter of a word may be one.
static size_t most_options(const struct pc_words *words)
{
    size_t most = 0;
    for (int i = 0; i < words->count; i++) {
        most += strlen(words->words[i]) + 1;
    }
    return most;
}

// Are diagnostics wanted as objects, also of words that cannot all be read? A value may look so:
// then the verb knows better.
static bool wants_json(const struct pc_cli *cli, const struct pc_words *words)
{
    bool wanted = false;
    for (int i = 0; cli->verb != NULL && i < words->count; i++) {
        if (strcmp(words->words[i], "--") == 0) {
            break;
        }
        wanted = wanted || strcmp(words->words[i], "--json") == 0;
    }
    return wanted && find_long(cli->verb, PC_STR("json")) != NULL;
}

enum pc_status pc_options_parse(struct pc_cli *cli, struct pc_words *words, struct pc_args *out)
{
    struct pc_args args = {0};
    args.given = pc_arena_array(&cli->arena, most_options(words), sizeof(*args.given));
    args.operands = pc_arena_array(&cli->arena, (size_t)words->count, sizeof(*args.operands));
    if (args.given == NULL || args.operands == NULL) {
        return PC_ERR_NOMEM;
    }
    cli->json = wants_json(cli, words);
    PC_TRY(read_words(cli, words, &args));
    *out = args;
    return PC_OK;
}

const char *pc_args_value(const struct pc_args *args, int id)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == id) {
            return args->given[i].value != NULL ? args->given[i].value : "";
        }
    }
    return NULL;
}

bool pc_args_has(const struct pc_args *args, int id)
{
    return pc_args_value(args, id) != NULL;
}
