// SPDX-License-Identifier: Apache-2.0
#include "lines.h"

static bool is_printable(struct pc_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != '\t' && (line.ptr[i] < ' ' || line.ptr[i] > '~')) {
            return false;
        }
    }
    return true;
}

enum pc_status pc_catalog_next_line(struct pc_catalog_reader *reader)
{
    reader->field_count = 0;
    memset(reader->fields, 0, sizeof(reader->fields));
    if (reader->at == reader->text.len) {
        return PC_OK;
    }
    reader->line++;
    size_t end = pc_str_find(reader->text, '\n', reader->at);
    if (end == SIZE_MAX) {
        return PC_CATALOG_FAULT(reader, "the last line has no end");
    }
    struct pc_str line = pc_str_slice(reader->text, reader->at, end);
    reader->at = end + 1;
    if (!is_printable(line)) {
        return PC_CATALOG_FAULT(reader, "a character that is not of printable ASCII");
    }
    reader->field_count = pc_str_split(line, '\t', reader->fields, PC_CATALOG_FIELDS);
    struct pc_str last = reader->fields[reader->field_count - 1];
    if (last.len == 0) {
        return PC_CATALOG_FAULT(reader, "an empty line or an empty last field");
    }
    if (pc_str_find(last, '\t', 0) != SIZE_MAX) {
        return PC_CATALOG_FAULT(reader, "more than %d fields", (int)PC_CATALOG_FIELDS);
    }
    return PC_OK;
}

bool pc_catalog_line_is(const struct pc_catalog_reader *reader, struct pc_str kind)
{
    return reader->field_count > 0 && pc_str_eq(reader->fields[0], kind);
}

enum pc_status pc_catalog_check_line(const struct pc_catalog_reader *reader, size_t least,
                                     size_t most, const struct pc_str *before, struct pc_str name)
{
    if (reader->field_count < least || reader->field_count > most) {
        return PC_CATALOG_FAULT(reader, "%zu fields where there are %zu to %zu",
                                reader->field_count, least, most);
    }
    if (name.len == 0 || name.len > PC_CATALOG_NAME) {
        return PC_CATALOG_FAULT(reader, "a name that is empty or too long");
    }
    if (before != NULL && pc_catalog_order(*before, name) >= 0) {
        return PC_CATALOG_FAULT(reader,
                                "\"%.*s\" behind \"%.*s\": names are in order and come once",
                                PC_STR_ARG(name), PC_STR_ARG(*before));
    }
    return PC_OK;
}

size_t pc_catalog_item_count(struct pc_str list)
{
    size_t count = list.len > 0;
    for (size_t at = pc_str_find(list, ',', 0); at != SIZE_MAX;
         at = pc_str_find(list, ',', at + 1)) {
        count++;
    }
    return count;
}

struct pc_str pc_catalog_next_item(struct pc_str *list)
{
    size_t comma = pc_str_find(*list, ',', 0);
    size_t end = comma == SIZE_MAX ? list->len : comma;
    struct pc_str item = pc_str_slice(*list, 0, end);
    *list = pc_str_slice(*list, end + (comma != SIZE_MAX), list->len);
    return item;
}
