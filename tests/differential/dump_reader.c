// SPDX-License-Identifier: Apache-2.0
//
// The lines of a statement:
//
//     0: Allow Sid (document 0, 3:5)         or #N in the place of the Sid
//       Principal                            or NotPrincipal; so the other lists
//         account 111122223333 of aws        one entry a line
//       if StringLike aws:userid "a*", "b"   or (no value)
#include "dump_reader.h"

#include <stdio.h>
#include <stdlib.h>

struct reader {
    struct pc_arena *arena;
    struct edit_node *documents;
    struct edit_node *statement; // that the lines are about
    struct edit_node *list;      // of which entries are read
    bool failed;
};

static void fail(struct reader *reader, struct pc_str line)
{
    if (!reader->failed) {
        (void)printf("# no line of a dump: \"%.*s\"\n", PC_STR_ARG(line));
    }
    reader->failed = true;
}

// Takes the prefix off the text, if it is there.
static bool take(struct pc_str *text, const char *prefix)
{
    struct pc_str wanted = pc_str_from(prefix);
    if (!pc_str_has_prefix(*text, wanted)) {
        return false;
    }
    *text = pc_str_slice(*text, wanted.len, text->len);
    return true;
}

// Takes what is in front of the separator, and the separator.
static struct pc_str take_until(struct pc_str *text, char separator)
{
    size_t end = pc_str_find(*text, separator, 0);
    struct pc_str taken = pc_str_slice(*text, 0, end);
    *text = pc_str_slice(*text, taken.len + 1, text->len);
    return taken;
}

static unsigned hex_digit(char c)
{
    return pc_char_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

// The text that was escaped: \\, \" and \xNN.
static struct pc_str plain(struct reader *reader, struct pc_str escaped)
{
    char *bytes = edit_need(pc_arena_alloc(reader->arena, escaped.len + 1));
    size_t length = 0;
    for (size_t i = 0; i < escaped.len; i++) {
        char c = escaped.ptr[i];
        if (c != '\\') {
            bytes[length++] = c;
        } else if (i + 3 < escaped.len && escaped.ptr[i + 1] == 'x') {
            unsigned byte = hex_digit(escaped.ptr[i + 2]) << 4 | hex_digit(escaped.ptr[i + 3]);
            bytes[length++] = (char)byte;
            i += 3;
        } else {
            bytes[length++] = escaped.ptr[++i];
        }
    }
    return (struct pc_str){bytes, length};
}

// Takes a text in quotation marks.
static struct pc_str take_quoted(struct reader *reader, struct pc_str *text)
{
    size_t end = 1;
    while (end < text->len && text->ptr[end] != '"') {
        end += text->ptr[end] == '\\' ? 2 : 1;
    }
    if (end >= text->len || text->ptr[0] != '"') {
        fail(reader, *text);
        *text = PC_STR("");
        return PC_STR("");
    }
    struct pc_str taken = pc_str_slice(*text, 1, end);
    *text = pc_str_slice(*text, end + 1, text->len);
    return plain(reader, taken);
}

static struct edit_node *add_text(struct reader *reader, struct edit_node *to, const char *name,
                                  struct pc_str text)
{
    return edit_add(to, name, edit_string(reader->arena, text));
}

// The member of that name, made when it is not there.
static struct edit_node *member(struct reader *reader, struct edit_node *object, struct pc_str name,
                                enum pc_json_type type)
{
    for (struct edit_node *child = object->first; child != NULL; child = child->next) {
        if (pc_str_eq(child->name, name)) {
            return child;
        }
    }
    struct edit_node *made = edit_add(object, "", edit_container(reader->arena, type));
    made->name = name;
    return made;
}

// Statements.

// The statements of the document with that number; documents come in their order.
static struct edit_node *statements_of(struct reader *reader, struct pc_str number)
{
    size_t wanted = 0;
    for (size_t i = 0; i < number.len; i++) {
        wanted = wanted * 10 + (size_t)(number.ptr[i] - '0');
    }
    while (edit_count(reader->documents) <= wanted) {
        struct edit_node *document = edit_container(reader->arena, PC_JSON_OBJECT);
        edit_add(reader->documents, "", document);
        add_text(reader, document, "Version", PC_STR("2012-10-17"));
        edit_add(document, "Statement", edit_container(reader->arena, PC_JSON_ARRAY));
    }
    struct edit_node *document = reader->documents->first;
    while (wanted-- > 0) {
        document = document->next;
    }
    return edit_get(document, "Statement");
}

// Where the name of a statement ends: at the last " (document ".
static size_t name_end(struct reader *reader, struct pc_str line)
{
    struct pc_str mark = PC_STR(" (document ");
    for (size_t i = line.len; i-- > 0;) {
        if (pc_str_has_prefix(pc_str_slice(line, i, line.len), mark)) {
            return i;
        }
    }
    fail(reader, line);
    return line.len;
}

// {"AWS": ["*"]} alone is written "*", the only form that an RCP knows (SEMANTICS.md 1.3).
static void end_statement(struct reader *reader)
{
    struct edit_node *part = reader->statement == NULL ? NULL : reader->statement->first;
    for (; part != NULL; part = part->next) {
        struct edit_node *values = edit_get(part, "AWS");
        bool only = values != NULL && part->first == values && values->next == NULL &&
                    edit_count(values) == 1;
        if (only && pc_str_eq(values->first->text, PC_STR("*"))) {
            edit_become(part, edit_string(reader->arena, PC_STR("*")));
        }
    }
}

// Behind "N: ".
static void read_statement(struct reader *reader, struct pc_str line)
{
    bool allow = take(&line, "Allow ");
    if (!allow && !take(&line, "Deny ")) {
        fail(reader, line);
        return;
    }
    end_statement(reader);
    size_t end = name_end(reader, line);
    struct pc_str name = pc_str_slice(line, 0, end);
    struct pc_str place = pc_str_slice(line, end, line.len);
    (void)take(&place, " (document ");
    reader->statement = edit_add(statements_of(reader, take_until(&place, ',')), "",
                                 edit_container(reader->arena, PC_JSON_OBJECT));
    reader->list = NULL;
    if (pc_str_has_prefix(name, PC_STR("\""))) {
        add_text(reader, reader->statement, "Sid", take_quoted(reader, &name));
    } else if (!pc_str_has_prefix(name, PC_STR("#"))) {
        add_text(reader, reader->statement, "Sid", plain(reader, name));
    }
    add_text(reader, reader->statement, "Effect", allow ? PC_STR("Allow") : PC_STR("Deny"));
}

// Entries.

static const struct {
    const char *word, *key; // of the map
} principals[] = {
    {"user ", "AWS"},           {"role ", "AWS"},         {"session ", "AWS"},
    {"federated user ", "AWS"}, {"id ", "AWS"},           {"service ", "Service"},
    {"provider ", "Federated"}, {"nobody ", "Federated"}, {"canonical user ", "CanonicalUser"},
};

static void add_principal(struct reader *reader, const char *key, struct pc_str text)
{
    struct edit_node *values = member(reader, reader->list, pc_str_from(key), PC_JSON_ARRAY);
    add_text(reader, values, "", text);
}

// "111122223333", or "111122223333 of aws".
static void read_account(struct reader *reader, struct pc_str line)
{
    struct pc_str account = take_until(&line, ' ');
    struct pc_str text = account;
    if (take(&line, "of ") && pc_arena_format(reader->arena, &text, "arn:%.*s:iam::%.*s:root",
                                              PC_STR_ARG(line), PC_STR_ARG(account)) != PC_OK) {
        abort();
    }
    add_principal(reader, "AWS", text);
}

static void read_principal(struct reader *reader, struct pc_str line)
{
    if (pc_str_eq(line, PC_STR("anyone"))) {
        add_principal(reader, "AWS", PC_STR("*"));
        return;
    }
    if (take(&line, "account ")) {
        read_account(reader, line);
        return;
    }
    for (size_t i = 0; i < sizeof(principals) / sizeof(principals[0]); i++) {
        if (take(&line, principals[i].word)) {
            add_principal(reader, principals[i].key, plain(reader, line));
            return;
        }
    }
    fail(reader, line);
}

static bool is_principals(const struct edit_node *list)
{
    return list->type == PC_JSON_OBJECT;
}

static void read_entry(struct reader *reader, struct pc_str line)
{
    if (reader->list == NULL) {
        fail(reader, line);
    } else if (is_principals(reader->list)) {
        read_principal(reader, line);
    } else {
        (void)take(&line, "never: ");
        add_text(reader, reader->list, "", plain(reader, line));
    }
}

static void read_list(struct reader *reader, struct pc_str line)
{
    bool principal = pc_str_has_suffix(line, PC_STR("Principal"));
    if (!principal && !pc_str_has_suffix(line, PC_STR("Action")) &&
        !pc_str_has_suffix(line, PC_STR("Resource"))) {
        fail(reader, line);
        return;
    }
    reader->list =
        edit_add(reader->statement, "",
                 edit_container(reader->arena, principal ? PC_JSON_OBJECT : PC_JSON_ARRAY));
    reader->list->name = line;
}

// Behind "if ".
static void read_condition(struct reader *reader, struct pc_str line)
{
    struct pc_str op = take_until(&line, ' ');
    bool quoted = pc_str_has_prefix(line, PC_STR("\""));
    struct pc_str key = quoted ? take_quoted(reader, &line) : plain(reader, take_until(&line, ' '));
    struct edit_node *condition =
        member(reader, reader->statement, PC_STR("Condition"), PC_JSON_OBJECT);
    struct edit_node *values =
        member(reader, member(reader, condition, op, PC_JSON_OBJECT), key, PC_JSON_ARRAY);
    (void)take(&line, " "); // behind quotation marks
    if (pc_str_eq(line, PC_STR("(no value)"))) {
        return;
    }
    do {
        add_text(reader, values, "", take_quoted(reader, &line));
    } while (take(&line, ", "));
    if (line.len > 0) {
        fail(reader, line);
    }
}

static void read_line(struct reader *reader, struct pc_str line)
{
    struct pc_str whole = line;
    bool within = reader->statement != NULL;
    if (within && take(&line, "      ")) {
        read_entry(reader, line);
    } else if (within && take(&line, "    if ")) {
        read_condition(reader, line);
    } else if (within && take(&line, "    ")) {
        read_list(reader, line);
    } else if (take(&line, "  ") && line.len > 0 && pc_char_is_digit(line.ptr[0])) {
        (void)take_until(&line, ' ');
        read_statement(reader, line);
    } else {
        fail(reader, whole);
    }
}

struct edit_node *dump_read(struct pc_arena *arena, struct pc_str text)
{
    struct reader reader = {.arena = arena};
    reader.documents = edit_container(arena, PC_JSON_ARRAY);
    while (text.len > 0 && !pc_str_eq(take_until(&text, '\n'), PC_STR("statements"))) {
    }
    while (!reader.failed) {
        struct pc_str line = take_until(&text, '\n');
        if (pc_str_eq(line, PC_STR("index of actions"))) {
            end_statement(&reader);
            return reader.documents;
        }
        read_line(&reader, line);
    }
    return NULL;
}
