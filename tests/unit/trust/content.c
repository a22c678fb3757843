// SPDX-License-Identifier: Apache-2.0
//
// The digest in steps, after a state from before, and in a transaction: always the same.
#include "trust_case.h"

static struct pc_snapshot *snapshot_of(struct shelf *shelf, struct pc_store **store)
{
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, store), PC_OK);
    assert_int_equal(pc_snapshot_open(*store, &snapshot), PC_OK);
    return snapshot;
}

// The content, and in how many steps it was made.
static struct pc_content *content_of(struct pc_snapshot *snapshot,
                                     const struct pc_content_before *before, size_t bytes,
                                     size_t *steps)
{
    struct pc_digesting *job;
    bool done = false;
    assert_int_equal(pc_digesting_new(snapshot, before, &job), PC_OK);
    for (*steps = 0; !done; ++*steps) {
        assert_null(pc_digesting_take(job));
        assert_int_equal(pc_digesting_step(job, bytes, &done), PC_OK);
    }
    struct pc_content *content = pc_digesting_take(job);
    assert_non_null(content);
    assert_null(pc_digesting_take(job));
    pc_digesting_free(job);
    return content;
}

static bool same_digest(const struct pc_content *a, const struct pc_content *b)
{
    const struct pc_hash left = pc_content_digest(a), right = pc_content_digest(b);
    return pc_hash_eq(&left, &right);
}

static void steps_make_no_difference(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    size_t steps;
    case_fill(shelf);
    struct pc_hash made = case_sign(shelf, 1, 0).digest; // in a transaction
    struct pc_snapshot *snapshot = snapshot_of(shelf, &store);
    struct pc_content *whole = content_of(snapshot, NULL, SIZE_MAX, &steps);
    assert_int_equal(steps, 1);
    struct pc_content *small = content_of(snapshot, NULL, 1, &steps);
    assert_true(steps >= CASE_ENTRIES - 1);
    assert_true(same_digest(whole, small));
    const struct pc_hash digest = pc_content_digest(whole);
    assert_true(pc_hash_eq(&digest, &made));
    pc_content_free(whole);
    pc_content_free(small);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

// In how many steps of the smallest size the digest is made, and what it is.
static size_t steps_with(struct shelf *shelf, size_t size, struct pc_hash *digest)
{
    struct pc_store *store;
    struct pc_digesting *job;
    bool done = false;
    size_t steps = 0;
    case_change(shelf,
                (struct case_change){PC_STORE_IMAGES, PC_STR("one"), case_value(size), false});
    struct pc_snapshot *snapshot = snapshot_of(shelf, &store);
    struct pc_content *whole = content_of(snapshot, NULL, SIZE_MAX, &steps);
    *digest = pc_content_digest(whole);
    assert_int_equal(pc_digesting_new(snapshot, NULL, &job), PC_OK);
    for (steps = 0; !done; steps++) {
        assert_int_equal(pc_digesting_step(job, 1, &done), PC_OK);
    }
    struct pc_content *content = pc_digesting_take(job);
    assert_true(same_digest(content, whole));
    pc_content_free(content);
    pc_content_free(whole);
    pc_digesting_free(job);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return steps;
}

// However large a value is, a step hashes a piece of it.
static void a_large_value_takes_several_steps(void **state)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, CASE_LARGE};
    static const size_t more[] = {0, 0, 0, 0, 1, 1};
    struct shelf *shelf = *state;
    struct pc_hash digest;
    size_t fewest = steps_with(shelf, 10, &digest);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_int_equal(steps_with(shelf, sizes[i], &digest), fewest + more[i]);
        const struct pc_hash made = case_sign(shelf, 1, 0).digest; // in one go, in a transaction
        assert_true(pc_hash_eq(&digest, &made));
        case_change(
            shelf, (struct case_change){PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), PC_STR(""), true});
    }
}

static int change_in_child(void *context)
{
    struct shelf *shelf = context;
    const struct pc_str value = case_value(70000 - 1);
    struct case_change change = {PC_STORE_IMAGES, PC_STR("second"), value, false};
    return pc_store_update(shelf_path(shelf), &shelf->diags, case_change_work, &change) == PC_OK
               ? 0
               : 1;
}

// What a state has where the one before had it is not hashed again, and what is new is.
static void a_state_after_another_has_the_digest_of_its_own(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    size_t steps, more;
    case_fill(shelf);
    struct pc_snapshot *old = snapshot_of(shelf, &store), *new;
    struct pc_content *before = content_of(old, NULL, SIZE_MAX, &steps);
    const struct pc_content_before known = {before, old};
    // A writer is another process: this one has the store open.
    assert_int_equal(shelf_in_child(change_in_child, shelf), 0);
    assert_int_equal(pc_snapshot_open(store, &new), PC_OK);
    struct pc_content *alone = content_of(new, NULL, 4096, &more);
    struct pc_content *after = content_of(new, &known, 4096, &steps);
    assert_true(same_digest(alone, after));
    assert_false(same_digest(before, after));
    assert_true(steps < more);
    pc_content_free(alone);
    pc_content_free(after);
    pc_content_free(before);
    pc_snapshot_close(new);
    pc_snapshot_close(old);
    pc_store_close(store);
}

static void a_state_of_another_store_is_no_help(void **state)
{
    struct shelf *shelf = *state;
    void *second = NULL;
    struct pc_store *store, *stranger;
    struct pc_digesting *job;
    size_t steps;
    assert_int_equal(case_setup(&second), 0);
    struct shelf *other = second;
    case_fill(shelf);
    case_fill(other);
    struct pc_snapshot *snapshot = snapshot_of(shelf, &store);
    struct pc_snapshot *strange = snapshot_of(other, &stranger);
    struct pc_content *content = content_of(strange, NULL, SIZE_MAX, &steps);
    const struct pc_content_before known = {content, strange};
    assert_int_equal(pc_digesting_new(snapshot, &known, &job), PC_ERR_USAGE);
    pc_content_free(content);
    pc_snapshot_close(strange);
    pc_store_close(stranger);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    (void)case_teardown(&second);
}

// A judgement keeps its content only when it is good.
static void a_good_judgement_gives_its_content_for_the_next(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_content *content = NULL;
    struct pc_judgement judgement;
    case_fill(shelf);
    struct pc_signature made = case_sign(shelf, 1, 0);
    struct pc_trusted_keys *keys = case_trust(1), *others = case_trust(2);
    struct pc_trust_basis basis = {others, case_none_seen};
    struct pc_snapshot *snapshot = snapshot_of(shelf, &store);
    assert_int_equal(pc_trust_judge(snapshot, &basis, NULL, &judgement, &content), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_UNTRUSTED);
    assert_null(content);
    basis.keys = keys;
    assert_int_equal(pc_trust_judge(snapshot, &basis, NULL, &judgement, &content), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_GOOD);
    const struct pc_hash digest = pc_content_digest(content);
    assert_true(pc_hash_eq(&digest, &made.digest));
    const struct pc_content_before before = {content, snapshot};
    assert_int_equal(pc_trust_judge(snapshot, &basis, &before, &judgement, NULL), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_GOOD);
    pc_content_free(content);
    pc_trusted_keys_free(keys);
    pc_trusted_keys_free(others);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(steps_make_no_difference),
        WITH(a_large_value_takes_several_steps),
        WITH(a_state_after_another_has_the_digest_of_its_own),
        WITH(a_state_of_another_store_is_no_help),
        WITH(a_good_judgement_gives_its_content_for_the_next),
    };
    return cmocka_run_group_tests_name("trust content", tests, NULL, NULL);
}
