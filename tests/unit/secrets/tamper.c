// SPDX-License-Identifier: Apache-2.0
//
// The records of a vault one by one (tamper_case.h).
#include "environment_record.h"
#include "tamper_case.h"

// Single records ----------------------------------------------------------------------------------

// With each byte of each record altered, one after the other. The lists of what else the vault
// holds are worth an error then, too.
static void no_byte_of_a_record_can_be_altered(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records records;
    size_t bytes = 0;
    // What no key may open is not looked at.
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_ENABLED, 0), PC_OK);
    truth.two = PC_KEY_ENABLED;
    truth.secrets[3].value = "value-old";
    vault_case_read(c, c->store, &records);
    assert_int_equal(records.count, 1 + 3 + 3 + 4); // each environment has a part of its own
    for (size_t i = 0; i < records.count; i++) {
        struct pc_str whole = records.of[i].value;
        char *altered = (char *)(uintptr_t)vault_case_copied(c, whole).ptr;
        // The parts' digests in the head are alike: each 11th byte of them, from any first one.
        size_t step = records.of[i].table == PC_STORE_VAULT ? 11 : 1;
        records.of[i].value = (struct pc_str){altered, whole.len};
        for (size_t at = i % step; at < whole.len; at += step) {
            altered[at] = (char)(altered[at] ^ (1 << (int)(at % 8)));
            vault_case_write(c, c->store, &records);
            assert_noticed(c, &truth);
            altered[at] = whole.ptr[at];
            bytes++;
        }
        records.of[i].value = whole;
    }
    vault_case_write(c, c->store, &records);
    assert_whole(c, &truth);
    assert_true(bytes > 2500);
}

// All of the head's bytes, without a store around it.
static void no_byte_of_the_head_can_be_altered(void **state)
{
    struct vault_case *c = *state;
    struct vault_records records;
    struct pc_head head;
    (void)furnish(c);
    vault_case_read(c, c->store, &records);
    struct pc_str whole = vault_case_find(&records, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY))->value;
    char *altered = (char *)(uintptr_t)vault_case_copied(c, whole).ptr;
    const struct pc_str view = {altered, whole.len};
    assert_int_equal(pc_head_open(view, c->root, pc_str_from(c->vault), &c->diags, &head), PC_OK);
    for (size_t at = 0; at < whole.len; at++) {
        for (unsigned bit = 0; bit < 8; bit += 1 + (unsigned)(at % 3)) {
            altered[at] = (char)(whole.ptr[at] ^ (1 << bit));
            enum pc_status status =
                pc_head_open(view, c->root, pc_str_from(c->vault), &c->diags, &head);
            assert_true(status == PC_ERR_DAMAGED || status == PC_ERR_INVALID);
        }
        altered[at] = whole.ptr[at];
        (void)vault_case_code(c);
    }
    for (size_t length = 0; length < whole.len; length++) {
        assert_int_equal(pc_head_open(pc_str_slice(view, 0, length), c->root, pc_str_from(c->vault),
                                      &c->diags, &head),
                         PC_ERR_DAMAGED);
        (void)vault_case_code(c);
    }
}

static void records_cannot_be_cut_or_lengthened(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    struct vault_records records;
    vault_case_read(c, c->store, &records);
    for (size_t i = 0; i < records.count; i++) {
        struct pc_str whole = records.of[i].value;
        char *longer = pc_arena_alloc(&c->arena, whole.len + 64);
        assert_non_null(longer);
        memset(longer, 0, whole.len + 64);
        memcpy(longer, whole.ptr, whole.len);
        static const int by[] = {-64, -32, -1, 1, 32, 64};
        for (size_t k = 0; k < sizeof(by) / sizeof(by[0]); k++) {
            records.of[i].value = (struct pc_str){longer, (size_t)((long)whole.len + by[k])};
            vault_case_write(c, c->store, &records);
            assert_noticed(c, &truth);
        }
        records.of[i].value = PC_STR("");
        vault_case_write(c, c->store, &records);
        assert_noticed(c, &truth);
        records.of[i].value = whole;
    }
}

static void no_record_can_be_removed(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    struct vault_records records;
    vault_case_read(c, c->store, &records);
    for (size_t i = 0; i < records.count; i++) {
        struct vault_records fewer = records;
        fewer.of[i] = fewer.of[--fewer.count];
        vault_case_write(c, c->store, &fewer);
        assert_noticed(c, &truth);
    }
}

// Any record under the name of any other, in any table, and under a name that is not there.
static void no_record_can_be_put_in_another_ones_place(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    struct vault_records records;
    vault_case_read(c, c->store, &records);
    for (size_t i = 0; i < records.count; i++) {
        for (size_t k = 0; k < records.count; k++) {
            struct vault_records moved = records;
            moved.of[i].value = records.of[k].value;
            vault_case_write(c, c->store, &moved);
            if (i != k) {
                assert_noticed(c, &truth);
            }
        }
    }
}

static void no_record_can_be_added(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    static const char *const names[] = {"arn:aws:lambda:eu-west-1:" ACCOUNT ":function:new",
                                        "arn:aws:kms:eu-west-1:" ACCOUNT ":key/new", ""};
    struct vault_records records;
    vault_case_read(c, c->store, &records);
    for (size_t i = 0; i < records.count; i++) {
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            struct vault_records more = records;
            more.of[more.count++] = (struct vault_record){
                records.of[i].table, pc_str_from(names[k]), records.of[i].value};
            vault_case_write(c, c->store, &more);
            // Beside the head, and parts that no head names, nothing is looked at.
            bool idle =
                records.of[i].table == PC_STORE_VAULT || records.of[i].table == PC_STORE_BINDINGS;
            if (idle) {
                assert_whole(c, &truth);
            } else {
                assert_noticed(c, &truth);
            }
            struct pc_vault *vault;
            struct pc_vault_environment environment;
            struct pc_vault_key key;
            assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
            enum pc_status status =
                pc_vault_environment(vault, pc_str_from(names[0]), &c->diags, &environment);
            assert_true(status == PC_ERR_NOTFOUND || status == PC_ERR_DAMAGED);
            status = pc_vault_key(vault, pc_str_from(names[1]), PC_STR(""), &c->diags, &key);
            assert_true(status == PC_ERR_NOTFOUND || status == PC_ERR_DAMAGED);
            pc_vault_close(vault);
        }
    }
}

// Inside a record ---------------------------------------------------------------------------------

// Alters the environment of PAY, and binds it again as far as an attacker can: the part as well,
// and the digest in the head, whose hash he cannot make.
static void rebind(struct vault_case *c, struct vault_records *records,
                   const struct pc_environment_record *altered)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_hash name = pc_hash_of(PC_STR(PAY));
    const char part[2] = {0, (char)name.bytes[0]};
    struct pc_environment_record parsed;
    // What the table's digest is is told by reading it, as the vault will.
    pc_environment_record_write(&bytes, altered);
    struct pc_str written = vault_case_copied(c, pc_buf_view(&bytes));
    struct pc_hash digest = pc_environment_record_digest(altered);
    if (pc_environment_record_parse(written, &c->arena, &parsed) == PC_OK) {
        digest = pc_environment_record_digest(&parsed);
    }
    struct vault_record *record = vault_case_find(records, PC_STORE_ENVIRONMENTS, PC_STR(PAY));
    struct vault_record *bound =
        vault_case_find(records, PC_STORE_BINDINGS, (struct pc_str){part, 2});
    assert_non_null(record);
    assert_non_null(bound);
    record->value = written;
    bound->value = vault_case_copied(c, bound->value);
    assert_int_equal(bound->value.len, 2 * PC_HASH_BYTES);
    memcpy((char *)(uintptr_t)bound->value.ptr + PC_HASH_BYTES, digest.bytes, PC_HASH_BYTES);
}

static void assert_unopened_when_rebound(struct vault_case *c, const struct truth *truth,
                                         const struct vault_records *records)
{
    struct vault_records bound = *records;
    // The part's digest in the head too: all but the head's own hash.
    struct pc_hash name = pc_hash_of(PC_STR(PAY));
    const char part[2] = {0, (char)name.bytes[0]};
    vault_case_write(c, c->store, &bound);
    assert_noticed(c, truth);
    struct vault_record *head = vault_case_find(&bound, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    struct pc_hash digest =
        pc_hash_of(vault_case_find(&bound, PC_STORE_BINDINGS, (struct pc_str){part, 2})->value);
    head->value = vault_case_copied(c, head->value);
    size_t place = head->value.len - PC_HASH_BYTES - (PC_PARTS - (size_t)name.bytes[0]) * 32;
    memcpy((char *)(uintptr_t)head->value.ptr + place, digest.bytes, PC_HASH_BYTES);
    vault_case_write(c, c->store, &bound);
    assert_noticed(c, truth);
}

// What somebody who had the head's key, but no other, could do: nothing is opened either, for each
// value is sealed for its function, name, key, the key's version and its own.
static void assert_unopened_by_seal(struct vault_case *c, const struct truth *truth,
                                    const struct vault_records *records)
{
    struct vault_records bound = *records;
    struct pc_head head;
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_hash name = pc_hash_of(PC_STR(PAY));
    const char part[2] = {0, (char)name.bytes[0]};
    struct vault_record *record = vault_case_find(&bound, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    assert_int_equal(pc_head_open(record->value, c->root, pc_str_from(c->vault), &c->diags, &head),
                     PC_OK);
    head.parts[name.bytes[0]] =
        pc_hash_of(vault_case_find(&bound, PC_STORE_BINDINGS, (struct pc_str){part, 2})->value);
    pc_head_write(&bytes, &head, c->root);
    record->value = vault_case_copied(c, pc_buf_view(&bytes));
    vault_case_write(c, c->store, &bound);
    assert_noticed(c, truth);
}

struct draft {
    struct pc_environment_record record;
    struct pc_vault_variable variables[3];
    uint32_t measures[3];
    struct pc_str cipher; // that can be altered
};

static void take_draft(struct vault_case *c, struct vault_records *records, struct draft *out)
{
    struct pc_str bytes = vault_case_find(records, PC_STORE_ENVIRONMENTS, PC_STR(PAY))->value;
    assert_int_equal(pc_environment_record_parse(bytes, &c->arena, &out->record), PC_OK);
    assert_int_equal(out->record.environment.count, 2);
    memcpy(out->variables, out->record.environment.variables, 2 * sizeof(out->variables[0]));
    memcpy(out->measures, out->record.measures, 2 * sizeof(out->measures[0]));
    out->record.cipher = vault_case_copied(c, out->record.cipher);
    out->record.environment.variables = out->variables;
    out->record.measures = out->measures;
}

static void rename_variable(struct draft *draft)
{
    draft->variables[0].name = PC_STR("OTHER");
}

static void rename_to_each_other(struct draft *draft)
{
    struct pc_str name = draft->variables[0].name;
    draft->variables[0].name = draft->variables[1].name;
    draft->variables[1].name = name;
}

static void swap_variables(struct draft *draft)
{
    struct pc_vault_variable variable = draft->variables[0];
    draft->variables[0] = draft->variables[1];
    draft->variables[1] = variable;
}

// Both values are of the same length.
static void swap_ciphertexts(struct draft *draft)
{
    char *cipher = (char *)(uintptr_t)draft->record.cipher.ptr;
    size_t half = draft->record.cipher.len / 2;
    for (size_t i = 0; i < half; i++) {
        char byte = cipher[i];
        cipher[i] = cipher[half + i];
        cipher[half + i] = byte;
    }
}

static void change_version(struct draft *draft)
{
    draft->variables[0].version++;
}

static void change_time(struct draft *draft)
{
    draft->variables[0].set--;
}

static void change_key(struct draft *draft)
{
    draft->record.environment.key = PC_STR(KEY_ONE);
}

static void change_key_version(struct draft *draft)
{
    draft->record.environment.key_version++;
}

static void change_function(struct draft *draft)
{
    draft->record.environment.function = PC_STR(MAIL);
}

static void move_boundary(struct draft *draft)
{
    draft->variables[0].length++;
    draft->variables[1].length--;
}

// More than there is room for, in a record that says it measures less.
static void lengthen_values(struct draft *draft)
{
    static char cipher[3 * PC_ENVIRONMENT_BYTES];
    draft->variables[2] = draft->variables[1];
    draft->variables[2].name = PC_STR("THIRD");
    for (size_t i = 0; i < 3; i++) {
        draft->variables[i].length = PC_ENVIRONMENT_BYTES;
        draft->measures[i] = 0;
    }
    draft->record.environment.count = 3;
    draft->record.cipher = (struct pc_str){cipher, sizeof(cipher)};
}

static void add_variable(struct draft *draft)
{
    draft->variables[2] = draft->variables[1];
    draft->measures[2] = 0;
    draft->variables[2].name = PC_STR("THIRD");
    draft->variables[2].length = 0;
    draft->record.environment.count = 3;
}

static void drop_variable(struct draft *draft)
{
    draft->record.environment.count = 1;
    draft->record.cipher.len = draft->variables[0].length;
}

static void nothing_in_a_record_can_change_its_place(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    static void (*const attacks[])(struct draft *) = {
        rename_variable, rename_to_each_other, swap_variables,     swap_ciphertexts, change_version,
        change_time,     change_key,           change_key_version, change_function,  move_boundary,
        add_variable,    drop_variable,        lengthen_values};
    struct vault_records records;
    vault_case_read(c, c->store, &records);
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        struct vault_records altered = records;
        struct draft draft;
        take_draft(c, &altered, &draft);
        attacks[i](&draft);
        rebind(c, &altered, &draft.record);
        assert_unopened_when_rebound(c, &truth, &altered);
        struct truth less = truth;
        less.may_miss = true;
        assert_unopened_by_seal(c, &less, &altered);
    }
    vault_case_write(c, c->store, &records);
    assert_whole(c, &truth);
}

// Root keys ---------------------------------------------------------------------------------------

static void another_root_key_opens_nothing(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct pc_vault *vault = NULL;
    assert_int_equal(pc_vault_open(c->vault, c->other_root, &c->diags, &vault), PC_ERR_INVALID);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY_WRONG);
    assert_int_equal(pc_vault_open_without_log(c->vault, c->other_root, &c->diags, &vault),
                     PC_ERR_INVALID);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY_WRONG);
    assert_null(vault);
    struct pc_root_key *root = c->root;
    c->root = c->other_root;
    assert_int_equal(vault_case_put(c, PAY, "", "THIRD", "value"), PC_ERR_INVALID);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY_WRONG);
    c->root = root;
    assert_whole(c, &truth);
}

// The fingerprint is where anybody can write it; with the attacker's own there, neither his key nor
// the right one opens the vault.
static void a_fingerprint_makes_no_root_key(void **state)
{
    struct vault_case *c = *state;
    (void)furnish(c);
    struct vault_records records;
    vault_case_read(c, c->store, &records);
    struct vault_record *head = vault_case_find(&records, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    head->value = vault_case_copied(c, head->value);
    char *fingerprint = (char *)(uintptr_t)head->value.ptr + strlen("polcheck vault 1");
    assert_memory_equal(fingerprint, c->root->fingerprint, sizeof(c->root->fingerprint));
    memcpy(fingerprint, c->other_root->fingerprint, sizeof(c->other_root->fingerprint));
    vault_case_write(c, c->store, &records);
    assert_int_equal(code_of_opening(c), PC_DIAG_ROOT_KEY_WRONG);
    struct pc_vault *vault = NULL;
    assert_int_equal(pc_vault_open(c->vault, c->other_root, &c->diags, &vault), PC_ERR_DAMAGED);
    assert_int_equal(vault_case_code(c), PC_DIAG_VAULT_DAMAGED);
}

// A head of the attacker's own making, with his own root key, is not the vault's.
static void a_head_of_another_root_key_is_refused(void **state)
{
    struct vault_case *c = *state;
    (void)furnish(c);
    struct vault_records records;
    struct pc_head head;
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    vault_case_read(c, c->store, &records);
    struct vault_record *record = vault_case_find(&records, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    assert_int_equal(pc_head_parse(record->value, &head), PC_OK);
    pc_head_write(&bytes, &head, c->other_root);
    record->value = pc_buf_view(&bytes);
    vault_case_write(c, c->store, &records);
    assert_int_equal(code_of_opening(c), PC_DIAG_ROOT_KEY_WRONG);
    struct pc_vault *vault = NULL; // its audit log's key was wrapped under the right one
    assert_int_equal(pc_vault_open(c->vault, c->other_root, &c->diags, &vault), PC_ERR_DAMAGED);
}

// The label is read before anything is authenticated.
static void costs_that_are_not_sane_are_not_tried(void **state)
{
    struct vault_case *c = *state;
    static const struct pc_passphrase_cost costs[] = {
        {UINT64_MAX, 8U << 20},          {65, 8U << 20}, {0, 8U << 20}, {1, UINT64_MAX},
        {1, (UINT64_C(4) << 30) + 1024}, {1, 0},         {1, 1024},     {UINT64_MAX, UINT64_MAX}};
    struct vault_records records;
    struct pc_head head;
    vault_case_read(c, c->store, &records);
    struct vault_record *record = vault_case_find(&records, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY));
    assert_int_equal(pc_head_parse(record->value, &head), PC_OK);
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
        struct pc_vault_label label;
        struct pc_root_key *root = NULL;
        head.label = (struct pc_vault_label){true, {costs[i], {1}}};
        pc_head_write(&bytes, &head, c->other_root);
        record->value = pc_buf_view(&bytes);
        vault_case_write(c, c->store, &records);
        assert_int_equal(pc_vault_read_label(c->vault, &c->diags, &label), PC_OK);
        assert_true(label.passphrase);
        assert_int_equal(
            pc_root_key_from_passphrase(PC_STR("passphrase"), &label.terms, &c->diags, &root),
            PC_ERR_INVALID);
        assert_null(root);
        assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VAULT_TEST(no_byte_of_a_record_can_be_altered),
        VAULT_TEST(no_byte_of_the_head_can_be_altered),
        VAULT_TEST(records_cannot_be_cut_or_lengthened),
        VAULT_TEST(no_record_can_be_removed),
        VAULT_TEST(no_record_can_be_put_in_another_ones_place),
        VAULT_TEST(no_record_can_be_added),
        VAULT_TEST(nothing_in_a_record_can_change_its_place),
        VAULT_TEST(another_root_key_opens_nothing),
        VAULT_TEST(a_fingerprint_makes_no_root_key),
        VAULT_TEST(a_head_of_another_root_key_is_refused),
        VAULT_TEST(costs_that_are_not_sane_are_not_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
