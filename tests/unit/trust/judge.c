// SPDX-License-Identifier: Apache-2.0
//
// What is good, and that nothing else is: each byte of the signature, of the content and of the
// file is changed, signatures are moved, and older stores put back.
#include "trust_case.h"

// Verdicts ----------------------------------------------------------------------------------------

static void a_signed_store_is_good_for_who_trusts_the_key(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    int64_t before = pc_clock_now();
    struct pc_signature made = case_sign(shelf, 1, 0);
    assert_in_range(made.signed_at, before, pc_clock_now());
    assert_true(made.serial >= (uint64_t)before * 1000000);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
}

static void an_unsigned_store_is_not(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_UNSIGNED);
}

static void the_key_of_another_is_not_trusted(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    (void)case_sign(shelf, 2, 0);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_UNTRUSTED);
}

// Who knows a trusted public key can write it into a record, and not sign with it.
static void a_trusted_name_on_another_key_s_signature_is_forged(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    struct pc_signature made = case_sign(shelf, 2, 0);
    struct pc_signing_key trusted = case_key(1);
    uint8_t record[PC_SIGNATURE_BYTES];
    memcpy(made.key, trusted.public, sizeof(made.key));
    pc_signature_write(&made, record);
    case_put_record(shelf, record, sizeof(record));
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_FORGED);
}

static void nothing_is_judged_without_keys(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    (void)case_sign(shelf, 1, 0);
    const struct pc_trust_basis basis = {NULL, case_none_seen};
    struct pc_judgement judgement = {.verdict = PC_TRUST_UNKNOWN};
    assert_int_equal(case_try_judge(shelf, &basis, &judgement), PC_ERR_USAGE);
    assert_int_equal(judgement.verdict, PC_TRUST_UNKNOWN);
}

// Every byte --------------------------------------------------------------------------------------

static void each_byte_of_the_record_counts(void **state)
{
    struct shelf *shelf = *state;
    uint8_t record[PC_SIGNATURE_BYTES];
    case_fill(shelf);
    struct pc_signature made = case_sign(shelf, 1, 0);
    pc_signature_write(&made, record);
    for (size_t i = 0; i < sizeof(record); i++) {
        record[i] ^= (uint8_t)(1U << i % 8);
        case_put_record(shelf, record, sizeof(record));
        enum pc_trust_verdict verdict = case_verdict(shelf, 1, case_none_seen);
        enum pc_trust_verdict expected = i < 8    ? PC_TRUST_MALFORMED // version
                                         : i < 24 ? PC_TRUST_FORGED    // serial, time
                                         : i < 56 ? PC_TRUST_UNTRUSTED // key
                                                  : PC_TRUST_FORGED;   // digest, signature
        bool above = i == 15 && (record[i] & 0x80) != 0; // a serial above all there are
        assert_int_equal(verdict, above ? PC_TRUST_MALFORMED : expected);
        record[i] ^= (uint8_t)(1U << i % 8);
    }
    case_put_record(shelf, record, sizeof(record));
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
}

static void a_record_of_another_length_is_none(void **state)
{
    struct shelf *shelf = *state;
    uint8_t record[PC_SIGNATURE_BYTES + 1] = {0};
    case_fill(shelf);
    struct pc_signature made = case_sign(shelf, 1, 0);
    pc_signature_write(&made, record);
    for (size_t size = 0; size <= sizeof(record); size++) {
        case_put_record(shelf, record, size);
        assert_int_equal(case_verdict(shelf, 1, case_none_seen),
                         size == PC_SIGNATURE_BYTES ? PC_TRUST_GOOD : PC_TRUST_MALFORMED);
    }
}

static void assert_altered(struct shelf *shelf)
{
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_ALTERED);
}

static void a_changed_byte_of_any_value_shows(void **state)
{
    struct shelf *shelf = *state;
    static char bytes[CASE_LARGE];
    case_fill(shelf);
    (void)case_sign(shelf, 1, 0);
    for (size_t i = 0; i < CASE_ENTRIES; i++) {
        const struct case_entry *entry = &case_entries[i];
        struct pc_str value = case_value(entry->size);
        size_t step = entry->size / 6 + 1;
        for (size_t at = 0; at < entry->size; at += step) {
            memcpy(bytes, value.ptr, value.len);
            bytes[at] ^= 1;
            case_change(shelf, (struct case_change){entry->table, entry->key,
                                                    (struct pc_str){bytes, value.len}, false});
            assert_altered(shelf);
        }
        case_change(shelf, (struct case_change){entry->table, entry->key, value, false});
    }
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
}

static void an_entry_more_or_less_or_elsewhere_shows(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    (void)case_sign(shelf, 1, 0);
    for (size_t i = 0; i < CASE_ENTRIES; i++) {
        const struct case_entry *entry = &case_entries[i];
        const struct pc_str value = case_value(entry->size);
        const struct case_change back = {entry->table, entry->key, value, false};
        case_change(shelf, (struct case_change){entry->table, entry->key, value, true});
        assert_altered(shelf);
        case_change(shelf, (struct case_change){PC_STORE_LEVELS, entry->key, value, false});
        assert_altered(shelf); // the same entry in another table
        case_change(shelf, back);
        assert_altered(shelf);
        case_change(shelf, (struct case_change){PC_STORE_LEVELS, entry->key, value, true});
        assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
        case_change(shelf, (struct case_change){entry->table, PC_STR("new"), PC_STR(""), false});
        assert_altered(shelf);
        case_change(shelf, (struct case_change){entry->table, PC_STR("new"), PC_STR(""), true});
    }
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
}

static void the_signature_of_another_store_is_not_this_one_s(void **state)
{
    struct shelf *shelf = *state;
    uint8_t record[PC_SIGNATURE_BYTES];
    case_fill(shelf);
    struct pc_signature good = case_sign(shelf, 1, 0);
    case_change(shelf, (struct case_change){PC_STORE_SETS, PC_STR("k"), PC_STR("v"), false});
    (void)case_sign(shelf, 1, 0);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
    pc_signature_write(&good, record);
    case_put_record(shelf, record, sizeof(record));
    assert_altered(shelf);
}

// The file ----------------------------------------------------------------------------------------

struct met {
    size_t count;
    bool right;
};

static enum pc_status meet(void *context, struct pc_str key, struct pc_str value)
{
    struct met *met = context;
    if (pc_str_eq(key, PC_STR(PC_SIGNATURE_KEY))) {
        return PC_OK;
    }
    const struct case_entry *entry = &case_entries[met->count++ % CASE_ENTRIES];
    met->right =
        met->right && pc_str_eq(entry->key, key) && pc_str_eq(case_value(entry->size), value);
    return PC_OK;
}

// Whether a state holds exactly the entries that were signed.
static bool is_whole(struct pc_snapshot *snapshot)
{
    struct met met = {0, true};
    for (unsigned table = 0; table < PC_STORE_TABLES; table++) {
        if (pc_snapshot_each(snapshot, (enum pc_store_table)table, meet, &met) != PC_OK) {
            return false;
        }
    }
    return met.right && met.count == CASE_ENTRIES;
}

// Whether the store is refused, or is what was signed all the same. Refused: *refused rises.
static bool is_harmless(struct shelf *shelf, const struct pc_trust_basis *basis, size_t *refused)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_judgement judgement = {.verdict = PC_TRUST_UNKNOWN};
    if (shelf_open(shelf, &store) != PC_OK) {
        ++*refused;
        return true;
    }
    bool harmless = true;
    if (pc_snapshot_open(store, &snapshot) == PC_OK) {
        enum pc_status status = pc_trust_judge(snapshot, basis, NULL, &judgement, NULL);
        bool good = status == PC_OK && judgement.verdict == PC_TRUST_GOOD;
        harmless = !good || is_whole(snapshot);
        *refused += !good;
        pc_snapshot_close(snapshot);
    }
    pc_store_close(store);
    return harmless;
}

// Every byte takes a minute: TRUST_EVERY_BYTE=1 in the environment.
static size_t stride(void)
{
    return getenv("TRUST_EVERY_BYTE") != NULL ? 1 : 29;
}

static void a_changed_byte_of_the_file_is_refused_or_does_not_matter(void **state)
{
    struct shelf *shelf = *state;
    size_t size = 0, refused = 0;
    case_fill(shelf);
    (void)case_sign(shelf, 1, 0);
    struct pc_trusted_keys *keys = case_trust(1);
    const struct pc_trust_basis basis = {keys, case_none_seen};
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    assert_non_null(bytes);
    int fd = open(shelf->data, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0; at < size; at += stride()) {
        unsigned char changed = bytes[at] ^ (unsigned char)(1U << at % 8);
        assert_int_equal(pwrite(fd, &changed, 1, (off_t)at), 1);
        assert_true(is_harmless(shelf, &basis, &refused));
        assert_int_equal(pwrite(fd, &bytes[at], 1, (off_t)at), 1);
        pc_arena_reset(&shelf->arena);
        pc_diags_init(&shelf->diags, &shelf->arena);
    }
    assert_true(refused > CASE_LARGE / stride()); // each byte of the values, at the least
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
    (void)close(fd);
    free(bytes);
    pc_trusted_keys_free(keys);
}

// What is kept ------------------------------------------------------------------------------------

static size_t sorted; // values so far

void __real_qsort(void *base, size_t count, size_t size, int (*order)(const void *, const void *));
void __wrap_qsort(void *base, size_t count, size_t size, int (*order)(const void *, const void *));

void __wrap_qsort(void *base, size_t count, size_t size, int (*order)(const void *, const void *))
{
    sorted += count;
    __real_qsort(base, count, size, order);
}

// Judges by the set of key 1, one piece at a time, and takes the content.
static bool content_is_kept(struct shelf *shelf)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_judging *job;
    bool done = false;
    struct pc_trusted_keys *keys = case_trust(1);
    const struct pc_trust_basis basis = {keys, case_none_seen};
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_judging_new(snapshot, &basis, NULL, &job), PC_OK);
    while (!done) {
        assert_null(pc_judging_take(job));
        assert_int_equal(pc_judging_step(job, 1, &done), PC_OK);
        assert_int_equal(sorted, 0);
    }
    struct pc_content *content = pc_judging_take(job);
    assert_null(pc_judging_take(job));
    bool kept = content != NULL;
    pc_content_free(content);
    pc_judging_free(job);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    pc_trusted_keys_free(keys);
    return kept;
}

// Whoever has no key makes nobody sort what they wrote.
static void values_are_sorted_to_be_kept(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    (void)case_sign(shelf, 1, 0);
    sorted = 0;
    assert_true(content_is_kept(shelf));
    assert_true(sorted > 0);
    case_change(shelf, (struct case_change){PC_STORE_LEVELS, PC_STR("more"), case_value(9), false});
    sorted = 0;
    assert_false(content_is_kept(shelf));
    assert_int_equal(sorted, 0);
}

// Older and newer ---------------------------------------------------------------------------------

static void what_is_older_than_what_was_seen_is_refused(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    struct pc_signature made = case_sign(shelf, 1, 7);
    assert_int_equal(made.serial, 7);
    struct pc_seen same = {7, made.digest}, other = {7, made.digest}, newer = {8, made.digest};
    struct pc_seen older = {6, {{0}}};
    other.digest.bytes[0] ^= 1;
    assert_int_equal(case_verdict(shelf, 1, same), PC_TRUST_GOOD);
    assert_int_equal(case_verdict(shelf, 1, older), PC_TRUST_GOOD);
    assert_int_equal(case_verdict(shelf, 1, newer), PC_TRUST_OLDER);
    assert_int_equal(case_verdict(shelf, 1, other), PC_TRUST_OTHER);
}

static void serials_rise(void **state)
{
    struct shelf *shelf = *state;
    struct pc_signature made;
    case_fill(shelf);
    struct pc_signature first = case_sign(shelf, 1, 0), second = case_sign(shelf, 1, 0);
    assert_true(second.serial > first.serial);
    assert_int_equal(case_try_sign(shelf, 1, second.serial, &made), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_SIGN_SERIAL);
    // Far ahead of the clock, as after a wrong one.
    uint64_t ahead = second.serial + UINT64_C(1000000000000000);
    assert_int_equal(case_sign(shelf, 1, ahead).serial, ahead);
    assert_int_equal(case_sign(shelf, 2, 0).serial, ahead + 1);
    assert_int_equal(case_sign(shelf, 1, PC_SIGNATURE_SERIAL_MAX).serial, PC_SIGNATURE_SERIAL_MAX);
    assert_int_equal(case_try_sign(shelf, 1, 0, &made), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_SIGN_SERIAL);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
}

static enum pc_status unsign_work(void *context, struct pc_store_write *write)
{
    return pc_unsign(write, context);
}

static void a_signature_that_was_removed_leaves_its_serial(void **state)
{
    struct shelf *shelf = *state;
    struct pc_signature made;
    bool was = true;
    case_fill(shelf);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, unsign_work, &was), PC_OK);
    assert_false(was);
    uint64_t serial = case_sign(shelf, 1, 0).serial + 1000000000;
    (void)case_sign(shelf, 1, serial);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, unsign_work, &was), PC_OK);
    assert_true(was);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_UNSIGNED);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, unsign_work, &was), PC_OK);
    assert_false(was);
    assert_int_equal(case_try_sign(shelf, 1, serial, &made), PC_ERR_INVALID);
    assert_int_equal(case_sign(shelf, 1, 0).serial, serial + 1);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
}

// Updates that sign
// --------------------------------------------------------------------------------

static enum pc_status check_base_work(void *context, struct pc_store_write *write)
{
    return pc_sign_check_base(context, write);
}

// The code by which key 1 refuses to vouch for what is there; NONE: it does.
static enum pc_diag_code base_code(struct shelf *shelf)
{
    const struct pc_signing_key key = case_key(1);
    struct pc_signing signing = {.key = &key, .store = shelf_path(shelf), .diags = &shelf->diags};
    enum pc_status status =
        pc_store_update(shelf_path(shelf), &shelf->diags, check_base_work, &signing);
    enum pc_diag_code code = shelf_code(shelf);
    assert_int_equal(status, code == PC_DIAG_NONE ? PC_OK : PC_ERR_INVALID);
    return code;
}

static void only_what_the_same_key_signed_is_a_base(void **state)
{
    struct shelf *shelf = *state;
    uint8_t record[PC_SIGNATURE_BYTES] = {0};
    case_fill(shelf);
    assert_int_equal(base_code(shelf), PC_DIAG_STORE_UNSIGNED);
    (void)case_sign(shelf, 2, 0);
    assert_int_equal(base_code(shelf), PC_DIAG_STORE_UNTRUSTED);
    struct pc_signature made = case_sign(shelf, 1, 0);
    assert_int_equal(base_code(shelf), PC_DIAG_NONE);
    const struct case_change more = {PC_STORE_SETS, PC_STR("k"), PC_STR("v"), false};
    case_change(shelf, more);
    assert_int_equal(base_code(shelf), PC_DIAG_STORE_ALTERED);
    made.serial++;
    pc_signature_write(&made, record);
    case_put_record(shelf, record, sizeof(record));
    assert_int_equal(base_code(shelf), PC_DIAG_STORE_FORGED);
    case_put_record(shelf, record, 3);
    assert_int_equal(base_code(shelf), PC_DIAG_STORE_FORGED);
}

static enum pc_status sign_verified(struct shelf *shelf, const struct pc_hash *verified)
{
    const struct pc_signing_key key = case_key(1);
    struct pc_signing signing = {
        .key = &key, .store = shelf_path(shelf), .diags = &shelf->diags, .verified = verified};
    return pc_sign_store(&signing);
}

// What was put there after it was verified is not signed; a signature is no such thing.
static void only_what_was_verified_is_signed(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_hash verified = {{0}};
    case_fill(shelf);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_content_of(snapshot, &verified), PC_OK);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    (void)case_sign(shelf, 2, 0);
    assert_int_equal(sign_verified(shelf, &verified), PC_OK);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_GOOD);
    case_change(shelf, (struct case_change){PC_STORE_SETS, PC_STR("k"), PC_STR("v"), false});
    assert_int_equal(sign_verified(shelf, &verified), PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_ALTERED);
    assert_int_equal(case_verdict(shelf, 1, case_none_seen), PC_TRUST_ALTERED); // as it was
    case_change(shelf, (struct case_change){PC_STORE_SETS, PC_STR("k"), PC_STR(""), true});
    assert_int_equal(sign_verified(shelf, &verified), PC_OK);
}

// A store that is not there is not made by signing it.
static void nothing_is_signed_where_no_store_is(void **state)
{
    struct shelf *shelf = *state;
    struct pc_signature made;
    assert_int_equal(case_try_sign(shelf, 1, 0, &made), PC_ERR_NOTFOUND);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_MISSING);
    assert_false(shelf_exists(shelf->path));
}

// Reports -----------------------------------------------------------------------------------------

static void each_verdict_has_its_code(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        enum pc_trust_verdict verdict;
        enum pc_diag_code code;
    } rows[] = {
        {PC_TRUST_GOOD, PC_DIAG_NONE},
        {PC_TRUST_UNSIGNED, PC_DIAG_STORE_UNSIGNED},
        {PC_TRUST_MALFORMED, PC_DIAG_STORE_FORGED},
        {PC_TRUST_UNTRUSTED, PC_DIAG_STORE_UNTRUSTED},
        {PC_TRUST_FORGED, PC_DIAG_STORE_FORGED},
        {PC_TRUST_OLDER, PC_DIAG_STORE_ROLLBACK},
        {PC_TRUST_OTHER, PC_DIAG_STORE_ROLLBACK},
        {PC_TRUST_ALTERED, PC_DIAG_STORE_ALTERED},
        {PC_TRUST_UNKNOWN, PC_DIAG_INTERNAL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pc_judgement judgement = {.verdict = rows[i].verdict};
        pc_trust_report(&shelf->diags, PC_STR("x"), &judgement);
        assert_int_equal(shelf_code(shelf), rows[i].code);
    }
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_signed_store_is_good_for_who_trusts_the_key),
        WITH(an_unsigned_store_is_not),
        WITH(the_key_of_another_is_not_trusted),
        WITH(a_trusted_name_on_another_key_s_signature_is_forged),
        WITH(nothing_is_judged_without_keys),
        WITH(each_byte_of_the_record_counts),
        WITH(a_record_of_another_length_is_none),
        WITH(a_changed_byte_of_any_value_shows),
        WITH(an_entry_more_or_less_or_elsewhere_shows),
        WITH(the_signature_of_another_store_is_not_this_one_s),
        WITH(a_changed_byte_of_the_file_is_refused_or_does_not_matter),
        WITH(values_are_sorted_to_be_kept),
        WITH(what_is_older_than_what_was_seen_is_refused),
        WITH(serials_rise),
        WITH(a_signature_that_was_removed_leaves_its_serial),
        WITH(only_what_the_same_key_signed_is_a_base),
        WITH(only_what_was_verified_is_signed),
        WITH(nothing_is_signed_where_no_store_is),
        WITH(each_verdict_has_its_code),
    };
    return cmocka_run_group_tests_name("trust judge", tests, NULL, NULL);
}
