// SPDX-License-Identifier: Apache-2.0
#include "releasing.h"

#include "descriptor.h"
#include "refusal.h"
#include "secret_input.h"

enum {
    MESSAGE_BYTES = 1024,
};

// The library's texts and ours are alike, and two types.
static struct pc_str ours(struct polcheck_str text)
{
    return (struct pc_str){text.ptr, text.len};
}

static struct polcheck_str theirs(struct pc_str text)
{
    return polcheck_bytes(text.ptr, text.len);
}

// Options -----------------------------------------------------------------------------------------

static enum pc_status need(struct pc_cli *cli, const struct pc_args *args, int id, const char *name,
                           const char **out)
{
    *out = pc_args_value(args, id);
    if (*out == NULL) {
        (void)pc_cli_usage(cli, "the option \"--%s\" is missing", name);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status add_context(struct pc_cli *cli, const char *text,
                                  struct polcheck_pair *context, size_t *count)
{
    struct pc_str parts[2];
    if (pc_str_split(pc_str_from(text), '=', parts, 2) != 2) {
        (void)pc_cli_usage(cli, "--context is KEY=VALUE, not \"%s\"", text);
        return PC_ERR_USAGE;
    }
    context[(*count)++] = (struct polcheck_pair){theirs(parts[0]), theirs(parts[1])};
    return PC_OK;
}

static enum pc_status read_release(struct pc_cli *cli, const struct pc_args *args,
                                   struct polcheck_release *release)
{
    struct polcheck_pair *context =
        pc_arena_array(&cli->arena, args->given_count, sizeof(*context));
    struct polcheck_str *names = pc_arena_array(&cli->arena, args->given_count, sizeof(*names));
    const char *function;
    if (context == NULL || names == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(need(cli, args, PC_OPTION_FUNCTION, "function", &function));
    release->function = polcheck_text(function);
    release->principal = polcheck_text(pc_args_value(args, PC_OPTION_PRINCIPAL));
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_given *given = &args->given[i];
        if (given->option->id == PC_OPTION_CONTEXT) {
            PC_TRY(add_context(cli, given->value, context, &release->context_count));
        } else if (given->option->id == PC_OPTION_NAME) {
            names[release->name_count++] = polcheck_text(given->value);
        }
    }
    release->context = context;
    release->names = names;
    return PC_OK;
}

// Opening -----------------------------------------------------------------------------------------

static void keep_message(void *context, const struct polcheck_store_event *event)
{
    struct pc_releasing *releasing = context;
    if (pc_arena_copy(&releasing->cli->arena, ours(event->message), &releasing->store_message) !=
        PC_OK) {
        releasing->store_message = PC_STR("");
    }
}

static enum pc_status keep_single(struct pc_arena *arena, const struct polcheck_entry *entry,
                                  struct polcheck_pair *out)
{
    struct pc_str key, value;
    PC_TRY(pc_arena_copy(arena, ours(entry->key), &key));
    PC_TRY(pc_arena_copy(arena, ours(entry->values[0]), &value));
    *out = (struct polcheck_pair){theirs(key), theirs(value)};
    return PC_OK;
}

static void write_list(struct pc_json_writer *writer, const struct polcheck_entry *entry)
{
    pc_json_key_str(writer, ours(entry->key));
    if (!entry->list) { // it is said to be absent
        pc_json_null(writer);
        return;
    }
    pc_json_begin_array(writer);
    for (size_t i = 0; i < entry->count; i++) {
        pc_json_string(writer, ours(entry->values[i]));
    }
    pc_json_end_array(writer);
}

static enum pc_status keep_lists(struct pc_arena *arena, const struct polcheck_request *request,
                                 struct pc_asked *asked)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    struct polcheck_entry entry;
    pc_json_writer_init(&writer, &text, false);
    pc_json_begin_object(&writer);
    for (size_t i = 0; polcheck_request_entry(request, i, &entry); i++) {
        if (entry.list || entry.count == 0) {
            write_list(&writer, &entry);
        }
    }
    pc_json_end_object(&writer);
    PC_TRY(pc_buf_status(&text));
    return pc_str_eq(pc_buf_view(&text), PC_STR("{}"))
               ? PC_OK
               : pc_arena_copy(arena, pc_buf_view(&text), &asked->lists);
}

static enum pc_status keep_context(struct pc_arena *arena, const struct polcheck_request *request,
                                   struct pc_asked *asked)
{
    struct polcheck_entry entry;
    size_t count = 0;
    while (polcheck_request_entry(request, count, &entry)) {
        count++;
    }
    asked->context = pc_arena_array(arena, count, sizeof(*asked->context));
    if (asked->context == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count && polcheck_request_entry(request, i, &entry); i++) {
        if (!entry.list && entry.count == 1) {
            PC_TRY(keep_single(arena, &entry, &asked->context[asked->context_count++]));
        }
    }
    return keep_lists(arena, request, asked);
}

static enum pc_status keep_question(struct pc_releasing *releasing,
                                    const struct polcheck_decision_event *event)
{
    struct pc_arena *arena = &releasing->cli->arena;
    struct pc_asked asked = {.context = NULL};
    PC_TRY(pc_arena_copy(arena, ours(event->principal), &asked.principal));
    PC_TRY(pc_arena_copy(arena, ours(event->action), &asked.action));
    PC_TRY(pc_arena_copy(arena, ours(event->resource), &asked.resource));
    PC_TRY(keep_context(arena, event->request, &asked));
    releasing->asked = asked;
    return PC_OK;
}

static void on_decision(void *context, const struct polcheck_decision_event *event)
{
    struct pc_releasing *releasing = context;
    if (releasing->records) {
        // Only a hint hangs on it.
        releasing->recorded = keep_question(releasing, event) == PC_OK;
        releasing->records = false;
    }
}

static unsigned engine_flags(const struct pc_args *args)
{
    unsigned flags = 0;
    flags |= pc_args_has(args, PC_OPTION_WIDE_STARS) ? POLCHECK_WIDE_STARS : 0;
    flags |= pc_args_has(args, PC_OPTION_NO_ACCOUNT_LINK) ? POLCHECK_NO_ACCOUNT_LINK : 0;
    return flags;
}

// The engine reads the keys by itself; what is wrong with them is told here with its hint.
static enum pc_status check_keys(struct pc_cli *cli, const struct pc_args *args)
{
    struct pc_trusted_keys *keys;
    PC_TRY(pc_trust_keys(cli, args, &keys));
    pc_trusted_keys_free(keys);
    return PC_OK;
}

// Without a thread of its own: a command is to get this process.
static enum pc_status open_engine(struct pc_releasing *releasing, const struct pc_args *args)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = releasing->store;
    options.flags = engine_flags(args);
    options.reload = POLCHECK_RELOAD_MANUAL;
    options.trusted_keys = pc_args_value(args, PC_OPTION_TRUSTED_KEYS);
    options.seen = pc_args_value(args, PC_OPTION_SEEN);
    options.on_store = keep_message;
    options.store_context = releasing;
    options.on_decision = on_decision;
    options.decision_context = releasing;
    enum polcheck_status status = polcheck_engine_open(&options, &releasing->engine);
    if (status != POLCHECK_OK) {
        return pc_library_failed(releasing->cli, status, releasing->store_message, false);
    }
    status = polcheck_scratch_new(releasing->engine, &releasing->scratch);
    return status == POLCHECK_OK ? PC_OK
                                 : pc_library_failed(releasing->cli, status, PC_STR(""), false);
}

static enum pc_status open_vault(struct pc_cli *cli, const struct polcheck_secrets_options *options,
                                 struct polcheck_secrets **out)
{
    char message[MESSAGE_BYTES] = "";
    struct polcheck_secrets_options asked = *options;
    asked.message = message;
    asked.message_size = sizeof(message);
    enum polcheck_status status = polcheck_secrets_open(&asked, out);
    return status == POLCHECK_OK ? PC_OK
                                 : pc_library_failed(cli, status, pc_str_from(message), true);
}

static enum pc_status open_by_descriptor(struct pc_cli *cli, const char *number,
                                         struct polcheck_secrets_options *options,
                                         struct polcheck_secrets **out)
{
    PC_TRY(pc_root_descriptor(cli, &pc_root_source_own, number, &options->root_key_fd));
    enum pc_status status = open_vault(cli, options, out);
    pc_descriptor_close(options->root_key_fd);
    return status;
}

static enum pc_status open_by_passphrase(struct pc_cli *cli,
                                         struct polcheck_secrets_options *options,
                                         struct polcheck_secrets **out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret passphrase = {0};
    const struct pc_secret_wish wish = {"passphrase", PC_DIAG_ROOT_KEY, PC_PROMPT_BYTES, false};
    PC_TRY(pc_secret_ask(cli, &wish, &passphrase));
    options->passphrase = polcheck_bytes(passphrase.ptr, passphrase.len);
    return open_vault(cli, options, out);
}

static enum pc_status open_secrets(struct pc_cli *cli, const struct pc_args *args,
                                   struct polcheck_secrets **out)
{
    struct polcheck_secrets_options options = POLCHECK_SECRETS_OPTIONS_INIT;
    struct pc_vault_label label;
    int id;
    PC_TRY(pc_vault_path(cli, args, &options.vault));
    PC_TRY(pc_root_source_chosen(cli, args, &pc_root_source_own, &id));
    PC_TRY(pc_vault_check_label(cli, options.vault, id == PC_OPTION_PASSPHRASE, &label));
    const char *value = pc_args_value(args, id);
    if (id == PC_OPTION_ROOT_KEY_FD) {
        return open_by_descriptor(cli, value, &options, out);
    }
    if (id == PC_OPTION_PASSPHRASE) {
        return open_by_passphrase(cli, &options, out);
    }
    if (id == PC_OPTION_ROOT_KEY) {
        options.root_key_file = value;
    } else {
        options.root_key_credential = value;
    }
    return open_vault(cli, &options, out);
}

enum pc_status pc_releasing_open(struct pc_cli *cli, const struct pc_args *args,
                                 struct pc_releasing *releasing)
{
    const struct polcheck_release nothing = POLCHECK_RELEASE_INIT;
    *releasing = (struct pc_releasing){.cli = cli, .release = nothing, .records = true};
    PC_TRY(need(cli, args, PC_OPTION_STORE, "store", &releasing->store));
    PC_TRY(read_release(cli, args, &releasing->release));
    PC_TRY(check_keys(cli, args));
    PC_TRY(open_engine(releasing, args));
    return open_secrets(cli, args, &releasing->secrets);
}

void pc_releasing_close(struct pc_releasing *releasing)
{
    polcheck_secrets_close(releasing->secrets);
    polcheck_scratch_free(releasing->scratch);
    polcheck_engine_close(releasing->engine);
    releasing->secrets = NULL;
    releasing->scratch = NULL;
    releasing->engine = NULL;
}
