// SPDX-License-Identifier: Apache-2.0
#include "refusal.h"

#include <string.h>

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

static struct pc_str ours(struct polcheck_str text)
{
    return (struct pc_str){text.ptr, text.len};
}

// Failures ----------------------------------------------------------------------------------------

static const struct {
    enum polcheck_status status;
    enum pc_diag_code code, of_vault; // NONE: as of the store
} codes[] = {
    {POLCHECK_ERR_USAGE, PC_DIAG_USAGE, PC_DIAG_NONE},
    {POLCHECK_ERR_NOMEM, PC_DIAG_OUT_OF_MEMORY, PC_DIAG_NONE},
    {POLCHECK_ERR_REQUEST, PC_DIAG_REQUEST_MEMBER, PC_DIAG_NONE},
    {POLCHECK_ERR_PRINCIPAL, PC_DIAG_PRINCIPAL_UNKNOWN, PC_DIAG_NONE},
    {POLCHECK_ERR_OWNER, PC_DIAG_OWNER_MISSING, PC_DIAG_NONE},
    {POLCHECK_ERR_LIMIT, PC_DIAG_MEMORY_LOCK, PC_DIAG_NONE},
    {POLCHECK_ERR_NO_STORE, PC_DIAG_STORE_MISSING, PC_DIAG_VAULT_MISSING},
    {POLCHECK_ERR_NOT_STORE, PC_DIAG_STORE_NOT_STORE, PC_DIAG_NONE},
    {POLCHECK_ERR_VERSION, PC_DIAG_STORE_VERSION, PC_DIAG_NONE},
    {POLCHECK_ERR_DAMAGED, PC_DIAG_STORE_DAMAGED, PC_DIAG_VAULT_DAMAGED},
    {POLCHECK_ERR_BUSY, PC_DIAG_STORE_IO, PC_DIAG_VAULT_IO},
    {POLCHECK_ERR_IO, PC_DIAG_STORE_IO, PC_DIAG_VAULT_IO},
    {POLCHECK_ERR_ROOT_KEY, PC_DIAG_ROOT_KEY, PC_DIAG_NONE},
    {POLCHECK_ERR_KEY, PC_DIAG_KEY_STATE, PC_DIAG_NONE},
    {POLCHECK_ERR_SECRET, PC_DIAG_SECRET_UNKNOWN, PC_DIAG_NONE},
    {POLCHECK_ERR_FUNCTION, PC_DIAG_FUNCTION_UNKNOWN, PC_DIAG_NONE},
    {POLCHECK_ERR_SESSION, PC_DIAG_RELEASE_ROLE, PC_DIAG_NONE},
    {POLCHECK_ERR_AUDIT, PC_DIAG_AUDIT_IO, PC_DIAG_AUDIT_DAMAGED},
    {POLCHECK_ERR_UNTRUSTED, PC_DIAG_STORE_UNTRUSTED, PC_DIAG_NONE},
    {POLCHECK_ERR_ROLLBACK, PC_DIAG_STORE_ROLLBACK, PC_DIAG_NONE},
    {POLCHECK_ERR_TRUST, PC_DIAG_TRUST_FILE, PC_DIAG_NONE},
};

static enum pc_diag_code code_of(enum polcheck_status status, bool of_vault)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].status == status) {
            bool own = of_vault && codes[i].of_vault != PC_DIAG_NONE;
            return own ? codes[i].of_vault : codes[i].code;
        }
    }
    return PC_DIAG_INTERNAL;
}

// Cuts " [POL0801]" off the end of a message: the code, or NONE.
static enum pc_diag_code take_code(struct pc_str *message)
{
    size_t open = pc_str_find_last(*message, '[');
    if (open == SIZE_MAX || open == 0 || message->ptr[message->len - 1] != ']') {
        return PC_DIAG_NONE;
    }
    const struct pc_diag_row *row =
        pc_diag_row_named(pc_str_slice(*message, open + 1, message->len - 1));
    if (row == NULL) {
        return PC_DIAG_NONE;
    }
    *message = pc_str_slice(*message, 0, open - 1);
    return row->code;
}

enum pc_status pc_library_failed(struct pc_cli *cli, enum polcheck_status status,
                                 struct pc_str message, bool of_vault)
{
    enum pc_diag_code code = take_code(&message);
    if (code == PC_DIAG_NONE) {
        code = code_of(status, of_vault);
    }
    if (message.len == 0) {
        message = pc_str_from(polcheck_status_text(status));
    }
    pc_diag_report(&cli->diags, code, nowhere, "%.*s", PC_STR_ARG(message));
    pc_diag_hint(&cli->diags, "polcheck help POL%04d", (int)code);
    return PC_ERR_INVALID;
}

enum {
    MOST_NEAR = 5, // statements
};

struct near {
    struct pc_diags *diags;
    size_t told;
};

// Refusals ----------------------------------------------------------------------------------------

struct pc_place pc_statement_place(const struct polcheck_statement *statement)
{
    return (struct pc_place){ours(statement->file), statement->line, statement->column};
}

void pc_statement_write(struct pc_buf *out, const struct polcheck_statement *statement)
{
    if (statement->sid.len > 0) {
        pc_buf_format(out, "\"%.*s\"", PC_STR_ARG(statement->sid));
    } else {
        pc_buf_format(out, "#%u", (unsigned)statement->number);
    }
    pc_buf_format(out, " of the %s policy \"%.*s\"", polcheck_policy_type_text(statement->type),
                  PC_STR_ARG(statement->policy));
}

// A word as a shell takes it.
static void write_word(struct pc_buf *out, struct pc_str word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-.,/:=+@%";
    size_t safe = 0;
    while (safe < word.len && word.ptr[safe] != '\0' && strchr(plain, word.ptr[safe]) != NULL) {
        safe++;
    }
    if (safe == word.len && word.len > 0) {
        pc_buf_str(out, word);
        return;
    }
    pc_buf_byte(out, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == '\'') {
            pc_buf_text(out, "'\\''");
        } else {
            pc_buf_byte(out, word.ptr[i]);
        }
    }
    pc_buf_byte(out, '\'');
}

static void write_option(struct pc_buf *out, const char *name, struct pc_str value)
{
    pc_buf_format(out, " --%s ", name);
    write_word(out, value);
}

static void write_pair(struct pc_buf *out, const struct polcheck_pair *pair)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_buf_format(&text, "%.*s=%.*s", POLCHECK_STR_ARG(pair->key), POLCHECK_STR_ARG(pair->value));
    write_option(out, "context", pc_buf_view(&text));
}

static void hint_at_question(struct pc_releasing *releasing)
{
    const struct pc_asked *asked = &releasing->asked;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (!releasing->recorded) {
        return;
    }
    pc_buf_text(&text, "polcheck eval");
    write_option(&text, "store", pc_str_from(releasing->store));
    write_option(&text, "principal", asked->principal);
    write_option(&text, "action", asked->action);
    write_option(&text, "resource", asked->resource);
    for (size_t i = 0; i < asked->context_count; i++) {
        write_pair(&text, &asked->context[i]);
    }
    if (asked->lists.len > 0) {
        write_option(&text, "context-json", asked->lists);
    }
    if (pc_buf_status(&text) == PC_OK) {
        pc_diag_hint(&releasing->cli->diags, "%.*s", PC_STR_ARG(pc_buf_view(&text)));
    }
}

// All statements that decided, the first one's place being that of the diagnostic.
static void write_deciders(struct pc_buf *out, const struct polcheck_answer *answer)
{
    const struct polcheck_statement *statement;
    for (size_t i = 0; (statement = polcheck_answer_statement(answer, i)) != NULL; i++) {
        pc_buf_text(out, i == 0 ? ": denied by " : ", and by ");
        pc_statement_write(out, statement);
        if (i > 0) {
            pc_buf_format(out, " (%.*s:%u)", PC_STR_ARG(statement->file),
                          (unsigned)statement->line);
        }
    }
}

static void tell_refusal(struct pc_releasing *releasing, const struct polcheck_answer *answer)
{
    struct pc_diags *diags = &releasing->cli->diags;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct polcheck_statement *first = polcheck_answer_statement(answer, 0);
    pc_buf_text(&text, "not released: ");
    pc_buf_str(&text, ours(polcheck_answer_message(answer)));
    write_deciders(&text, answer);
    pc_diag_report(diags, PC_DIAG_RELEASE_REFUSED,
                   first != NULL ? pc_statement_place(first) : nowhere, "%.*s",
                   PC_STR_ARG(pc_buf_view(&text)));
    hint_at_question(releasing);
}

// A statement that a condition alone kept from allowing it: what a person looks for first.
static void tell_near(void *context, const struct polcheck_observation *seen)
{
    struct near *near = context;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (!seen->statement->allows || seen->obstacle != POLCHECK_OBSTACLE_CONDITION ||
        near->told == MOST_NEAR) {
        return;
    }
    near->told++;
    pc_statement_write(&text, seen->statement);
    pc_buf_format(&text, " would allow it, but %.*s of %.*s does not hold",
                  POLCHECK_STR_ARG(seen->condition_operator),
                  POLCHECK_STR_ARG(seen->condition_key));
    pc_buf_text(&text, seen->key_absent ? ": the request has no such key" : "");
    pc_diag_report(near->diags, PC_DIAG_RELEASE_NEAR, pc_statement_place(seen->statement), "%.*s",
                   PC_STR_ARG(pc_buf_view(&text)));
}

static void tell_nearest(struct pc_releasing *releasing)
{
    struct near near = {.diags = &releasing->cli->diags};
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    observer.context = &near;
    observer.statement = tell_near;
    // Where it cannot be had, the refusal stands without it.
    (void)!polcheck_explain(releasing->scratch, &observer);
}

int pc_releasing_refused(struct pc_releasing *releasing, struct polcheck_verdict verdict)
{
    struct pc_cli *cli = releasing->cli;
    const struct polcheck_answer *answer;
    enum polcheck_status status = verdict.status;
    if (status == POLCHECK_OK) {
        status = polcheck_reasons(releasing->scratch, &answer);
        if (status == POLCHECK_OK) {
            tell_refusal(releasing, answer);
            tell_nearest(releasing);
            return PC_EXIT_NO;
        }
    }
    (void)pc_library_failed(cli, status, ours(polcheck_scratch_message(releasing->scratch)), false);
    return verdict.status == POLCHECK_ERR_SESSION ? PC_EXIT_NO : PC_EXIT_FAIL;
}
