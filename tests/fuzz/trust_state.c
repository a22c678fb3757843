// SPDX-License-Identifier: Apache-2.0
//
// What was seen, and signatures. Of an edition there is one text and of a signature one record, so
// what is read is printed here a second time, from the description of the form, and compared.
#include "trust.h"

#include <inttypes.h>

#include "record.h"
#include "secret_key.h"
#include "stage.h"
#include "trust/judge.h"

// What was seen -------------------------------------------------------------------------------

static const char *seen_path(void)
{
    static const char *path;
    path = path == NULL ? stage_path("seen") : path;
    return path;
}

static void print_hash(struct pc_buf *out, const struct pc_hash *hash)
{
    for (size_t i = 0; i < PC_HASH_BYTES; i++) {
        pc_buf_format(out, "%02x", (unsigned)hash->bytes[i]);
    }
}

static void print_seen(struct pc_buf *out, const struct pc_seen *seen)
{
    pc_buf_format(out, "polcheck seen 1\nserial %" PRIu64 "\ndigest ", seen->serial);
    print_hash(out, &seen->digest);
    const struct pc_hash check = pc_hash_of(pc_buf_view(out));
    pc_buf_text(out, "\ncheck ");
    print_hash(out, &check);
    pc_buf_byte(out, '\n');
}

static bool is_text_of(const struct pc_seen *seen, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf printed = {0};
    print_seen(&printed, seen);
    return pc_str_eq(pc_buf_view(&printed), text);
}

static bool has_file(struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf found = {0};
    stage_read(seen_path(), &found);
    return pc_str_eq(pc_buf_view(&found), text);
}

// Whether it is the text of any edition, read without care: printing it decides.
static bool is_seen(struct pc_str text)
{
    static const struct pc_str start = PC_STR_INIT("polcheck seen 1\nserial ");
    char copy[256] = "", *at;
    struct pc_seen seen = {.serial = 0};
    if (text.len <= start.len || text.len >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, text.ptr, text.len);
    seen.serial = strtoull(copy + start.len, &at, 10);
    struct pc_str digest = pc_str_slice(text, (size_t)(at - copy) + strlen("\ndigest "), text.len);
    for (size_t i = 0; i < PC_HASH_BYTES && 2 * i + 1 < digest.len; i++) {
        const char pair[] = {digest.ptr[2 * i], digest.ptr[2 * i + 1], '\0'};
        seen.digest.bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return seen.serial >= 1 && seen.serial <= INT64_MAX && is_text_of(&seen, text);
}

// An edition behind what the file says: whether it goes on from there, and what the file is then.
static void check_advance(const struct pc_seen *edition, const struct pc_seen *seen,
                          enum pc_seen_order expected)
{
    struct pc_seen before = {.serial = 0}, after;
    enum pc_seen_order order = PC_SEEN_OLDER;
    struct trust_case tried;
    trust_case_begin(&tried);
    const struct pc_seen_file file = {seen_path(), PC_SEEN_WAIT_MS};
    enum pc_status status = pc_seen_advance(&file, edition, &tried.diags, &before, &order);
    FUZZ_CHECK(status == PC_OK, "status %d", (int)status);
    FUZZ_CHECK(order == expected, "order %d, not %d", (int)order, (int)expected);
    FUZZ_CHECK(pc_seen_compare(seen, &before) == PC_SEEN_SAME, "another one before");
    FUZZ_CHECK(pc_seen_read(seen_path(), &tried.diags, &after) == PC_OK, "it is damaged");
    const struct pc_seen *newest = expected == PC_SEEN_NEWER ? edition : seen;
    FUZZ_CHECK(pc_seen_compare(newest, &after) == PC_SEEN_SAME, "serial %" PRIu64, after.serial);
    trust_case_end(&tried);
}

static void check_order(const struct pc_seen *seen)
{
    struct pc_seen older = *seen, other = *seen, newer = *seen, none = {.serial = 0};
    older.serial--;
    other.digest.bytes[0] ^= 1;
    newer.serial++;
    FUZZ_CHECK(pc_seen_compare(&none, &none) == PC_SEEN_OLDER, "nothing is taken for an edition");
    check_advance(&none, seen, PC_SEEN_OLDER);
    check_advance(&older, seen, PC_SEEN_OLDER);
    check_advance(&other, seen, PC_SEEN_OTHER);
    check_advance(seen, seen, PC_SEEN_SAME);
    if (seen->serial < PC_SIGNATURE_SERIAL_MAX) {
        check_advance(&newer, seen, PC_SEEN_NEWER);
        check_advance(seen, &newer, PC_SEEN_OLDER);
    }
}

// A file that is none lets nothing through, and stays for people to look at.
static void check_shut(struct pc_str text)
{
    const struct pc_seen edition = {.serial = PC_SIGNATURE_SERIAL_MAX};
    struct pc_seen before;
    enum pc_seen_order order = PC_SEEN_OLDER;
    struct trust_case tried;
    trust_case_begin(&tried);
    const struct pc_seen_file file = {seen_path(), PC_SEEN_WAIT_MS};
    enum pc_status status = pc_seen_advance(&file, &edition, &tried.diags, &before, &order);
    FUZZ_CHECK(status == PC_ERR_INVALID && order == PC_SEEN_OLDER, "status %d", (int)status);
    trust_check_said(&tried, status, text, PC_DIAG_SEEN_FILE);
    FUZZ_CHECK(has_file(text), "the file was changed");
    trust_case_end(&tried);
}

void trust_seen(struct pc_str text)
{
    struct pc_seen seen;
    struct trust_case tried;
    trust_case_begin(&tried);
    stage_write(seen_path(), text);
    enum pc_status status = pc_seen_read(seen_path(), &tried.diags, &seen);
    trust_check_said(&tried, status, text, PC_DIAG_SEEN_FILE);
    FUZZ_CHECK((status == PC_OK) == is_seen(text), "status %d", (int)status);
    if (status == PC_OK) {
        FUZZ_CHECK(is_text_of(&seen, text), "serial %" PRIu64, seen.serial);
        check_order(&seen);
    } else {
        check_shut(text);
    }
    trust_case_end(&tried);
}

void trust_edition(struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf checked = {0};
    const struct pc_hash check = pc_hash_of(text);
    pc_buf_str(&checked, text);
    pc_buf_text(&checked, "\ncheck ");
    print_hash(&checked, &check);
    pc_buf_byte(&checked, '\n');
    FUZZ_CHECK(pc_buf_status(&checked) == PC_OK, "no memory");
    trust_seen(pc_buf_view(&checked));
}

// Signatures ----------------------------------------------------------------------------------

static bool is_record(struct pc_str record, uint64_t version, size_t length)
{
    uint64_t start, serial; // little-endian, as every machine that this is run on
    if (record.len != length) {
        return false;
    }
    memcpy(&start, record.ptr, sizeof(start));
    memcpy(&serial, record.ptr + sizeof(start), sizeof(serial));
    return start == version && serial >= 1 && serial <= INT64_MAX;
}

static void check_removed(struct pc_str record)
{
    uint8_t again[PC_SIGNATURE_REMOVED_BYTES];
    pc_signature_write_removed(pc_signature_serial(record), again);
    FUZZ_CHECK(memcmp(again, record.ptr, sizeof(again)) == 0, "another record");
}

static void release(char **copy)
{
    free(*copy);
}

// Returns whether it is one, and right.
static bool try_record(struct pc_str bytes)
{
    struct pc_signature read = {.serial = 0};
    uint8_t again[PC_SIGNATURE_BYTES];
    PC_CLEANUP(release) char *copy = fuzz_copy(bytes);
    struct pc_str record = {copy, bytes.len};
    enum pc_status status = pc_signature_read(record, &read);
    enum pc_status expected = is_record(record, 1, PC_SIGNATURE_BYTES)           ? PC_OK
                              : is_record(record, 0, PC_SIGNATURE_REMOVED_BYTES) ? PC_ERR_NOTFOUND
                                                                                 : PC_ERR_INVALID;
    FUZZ_CHECK(status == expected, "status %d, not %d", (int)status, (int)expected);
    if (status == PC_ERR_NOTFOUND) {
        check_removed(record);
    }
    if (status != PC_OK) {
        return false;
    }
    pc_signature_write(&read, again);
    FUZZ_CHECK(memcmp(again, copy, sizeof(again)) == 0, "another record");
    FUZZ_CHECK(pc_signature_serial(record) == read.serial, "another serial");
    return pc_signature_check(&read) == PC_OK;
}

// No seed holds a right one, and nobody comes by one without the key: where a key of small order or
// a signature in a second form passes, this is where it shows.
void trust_record(struct pc_str record)
{
    FUZZ_CHECK(!try_record(record), "a signature that nobody made");
}

static void make_real(uint8_t record[PC_SIGNATURE_BYTES])
{
    static const uint8_t seed[PC_SIGN_SEED_BYTES] = {1, 2, 3};
    uint8_t secret[PC_SIGN_SECRET_BYTES];
    struct pc_signature made = {.serial = 1764187799000001, .signed_at = 1764187799};
    FUZZ_CHECK(pc_sign_pair(seed, made.key, secret) == PC_OK, "no pair");
    pc_signature_make(secret, &made);
    pc_signature_write(&made, record);
}

void trust_change(struct pc_str change)
{
    uint8_t record[PC_SIGNATURE_BYTES];
    bool changed = false;
    make_real(record);
    for (size_t i = 0; i < change.len && i < sizeof(record); i++) {
        record[i] ^= (uint8_t)change.ptr[i];
        changed = changed || change.ptr[i] != '\0';
    }
    const void *bytes = record;
    bool right = try_record((struct pc_str){bytes, sizeof(record)});
    FUZZ_CHECK(right == !changed, "%s", changed ? "changed, and right" : "the real one is wrong");
}
