// SPDX-License-Identifier: Apache-2.0
//
// Every managed policy of the project compiles, also all of them as one set, and the index of what
// comes out agrees with its records. POLCHECK_MANAGED names the folder.
#include "compiled.h"

#include "match/pattern.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_FILES = 64,
};

struct folder {
    char *texts[MAX_FILES];
    size_t count;
};

static char *read_file(const char *folder, const char *name)
{
    char path[512];
    struct pc_buf text = {0};
    char piece[4096];
    assert_true(snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t count; (count = fread(piece, 1, sizeof(piece), file)) > 0;) {
        pc_buf_append(&text, piece, count);
    }
    assert_int_equal(fclose(file), 0);
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    // Nothing in them stands for something else in the texts of these tests.
    assert_null(strpbrk(text.ptr, "'`^"));
    return text.ptr;
}

static int is_policy(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0 &&
           strcmp(entry->d_name, "manifest.json") != 0;
}

static int open_folder(void **state)
{
    static struct folder folder;
    const char *path = getenv("POLCHECK_MANAGED");
    struct dirent **entries = NULL;
    assert_non_null(path);
    int count = scandir(path, &entries, is_policy, alphasort);
    assert_true(count > 0 && count <= MAX_FILES);
    for (int i = 0; i < count; i++) {
        folder.texts[folder.count++] = read_file(path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    *state = &folder;
    return 0;
}

static int close_folder(void **state)
{
    struct folder *folder = *state;
    for (size_t i = 0; i < folder->count; i++) {
        free(folder->texts[i]);
    }
    return 0;
}

// Asks for an action through the index and through the records; true if any statement lists it.
static bool check_action(const struct pc_image *image, struct pc_str service, struct pc_str name)
{
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    bool records[1024];
    bool index[1024];
    bool any = false;
    assert_true(count <= COUNT(records));
    listed_by_records(image, service, name, records);
    listed_by_index(image, service, name, index);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(records[i], index[i]);
        any = any || records[i];
    }
    return any;
}

// The actions that the policies name themselves, and their neighbours.
static void check_actions(const struct pc_image *image)
{
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_ACTIONS); i++) {
        const struct pc_image_action *action = pc_image_action(image, i);
        struct pc_str service = pc_image_text(image, action->service);
        struct pc_str name;
        struct pc_buf longer = {0};
        if (action->kind != PC_IMAGE_ACTION_NAME) {
            continue;
        }
        if (!pc_pattern_is_literal(pc_image_text(image, action->name), &name)) {
            name = pc_pattern_prefix(pc_image_text(image, action->name));
        }
        assert_true(check_action(image, service, name));
        pc_buf_str(&longer, name);
        pc_buf_byte(&longer, 'x');
        (void)check_action(image, service, pc_buf_view(&longer));
        (void)check_action(image, service, pc_str_slice(name, 0, name.len - 1));
        (void)check_action(image, PC_STR("s3"), name);
        pc_buf_release(&longer);
    }
    (void)check_action(image, PC_STR("nosuchservice"), PC_STR("x"));
}

static void each_alone(void **state)
{
    const struct folder *folder = *state;
    for (size_t i = 0; i < folder->count; i++) {
        struct compiled compiled;
        compile_fine(&compiled, PC_POLICY_IDENTITY, folder->texts[i]);
        assert_null(compiled.diags.first); // not even a warning
        assert_true(pc_image_count(&compiled.image, PC_IMAGE_STATEMENTS) > 0);
        check_actions(&compiled.image);
        compiled_release(&compiled);
    }
}

static void all_together(void **state)
{
    const struct folder *folder = *state;
    struct compiled compiled;
    compile_texts(&compiled, PC_POLICY_IDENTITY, (const char *const *)folder->texts, folder->count);
    assert_int_equal(compiled.status, PC_OK);
    assert_int_equal(pc_image_count(&compiled.image, PC_IMAGE_DOCUMENTS), folder->count);
    check_actions(&compiled.image);
    assert_true(check_action(&compiled.image, PC_STR("logs"), PC_STR("putlogevents")));
    assert_false(check_action(&compiled.image, PC_STR("iam"), PC_STR("createuser")));
    compiled_release(&compiled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_alone),
        cmocka_unit_test(all_together),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
