// SPDX-License-Identifier: Apache-2.0
//
// Typed values of conditions and names: read, written and read again, and compared, as the engine
// does and as the reference does (5.3). Input: a line with the kind, a row of `kinds` below, then a
// text a line; at most eight of them are compared, each with each.
#include "values.h"
#include "arn.h"
#include "fuzz.h"
#include "match/name.h"
#include "text.h"
#include "value/arn.h"
#include "value/base64.h"
#include "value/boolean.h"
#include "value/date.h"
#include "value/decimal.h"
#include "value/ip.h"
#include "value/number_text.h"

enum {
    MOST = 8,
    NANOSECONDS = 9, // digits of a second that the engine keeps
};

struct texts {
    struct pc_arena *arena;
    struct pc_str items[MOST];
    size_t count;
};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

// Orders ------------------------------------------------------------------------------------------

// What two texts compare as; both sides are asked.
struct order {
    int engine, reference;
};

// For each pair, and for what follows from two pairs.
static void check_orders(const struct texts *texts, struct order orders[MOST][MOST])
{
    for (size_t i = 0; i < texts->count; i++) {
        FUZZ_CHECK(orders[i][i].engine == 0, "\"%.*s\" is not itself", PC_STR_ARG(texts->items[i]));
        for (size_t j = 0; j < texts->count; j++) {
            FUZZ_CHECK(orders[i][j].engine == orders[j][i].reference * -1 &&
                           orders[i][j].engine == orders[i][j].reference,
                       "\"%.*s\" and \"%.*s\": %d, by the rules %d", PC_STR_ARG(texts->items[i]),
                       PC_STR_ARG(texts->items[j]), orders[i][j].engine, orders[i][j].reference);
            for (size_t k = 0; k < texts->count; k++) {
                FUZZ_CHECK(orders[i][j].engine > 0 || orders[j][k].engine > 0 ||
                               orders[i][k].engine <= 0,
                           "no order of three");
            }
        }
    }
}

// Dates (R-417) -----------------------------------------------------------------------------------

static void check_date_text(struct pc_instant instant)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_instant again;
    pc_instant_write(&text, instant);
    struct pc_str view = pc_buf_view(&text);
    FUZZ_CHECK(view.len > 0 && view.len <= PC_INSTANT_TEXT, "%zu bytes", view.len);
    bool year_of_four = pc_char_is_digit(view.ptr[0]);
    FUZZ_CHECK(pc_instant_parse(view, &again) == year_of_four, "\"%.*s\"", PC_STR_ARG(view));
    FUZZ_CHECK(!year_of_four || pc_instant_cmp(instant, again) == 0, "another date: \"%.*s\"",
               PC_STR_ARG(view));
}

static void check_dates(struct texts *texts)
{
    struct pc_instant engine[MOST];
    struct ref_date reference[MOST];
    struct order orders[MOST][MOST];
    size_t count = 0;
    for (size_t i = 0; i < texts->count; i++) {
        struct pc_str text = texts->items[i];
        bool read = pc_instant_parse(text, &engine[count]);
        FUZZ_CHECK(read == ref_date_read(text, &reference[count]), "the engine %s \"%.*s\"",
                   read ? "reads" : "refuses", PC_STR_ARG(text));
        if (read) {
            check_date_text(engine[count]);
            // The engine cuts what is below a nanosecond.
            struct ref_number cut = {.fraction =
                                         pc_str_slice(reference[count].fraction, 0, NANOSECONDS)};
            while (cut.fraction.len > 0 && cut.fraction.ptr[cut.fraction.len - 1] == '0') {
                cut.fraction.len--;
            }
            reference[count].fraction = cut.fraction;
            texts->items[count] = text;
            count++;
        }
    }
    texts->count = count;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            orders[i][j] = (struct order){sign(pc_instant_cmp(engine[i], engine[j])),
                                          sign(ref_date_compare(&reference[i], &reference[j]))};
        }
    }
    check_orders(texts, orders);
}

// Numbers (R-415, R-408) --------------------------------------------------------------------------

static void check_numbers(struct texts *texts)
{
    struct pc_decimal engine[MOST];
    struct ref_number reference[MOST];
    struct order orders[MOST][MOST];
    size_t count = 0;
    for (size_t i = 0; i < texts->count; i++) {
        struct pc_str text = texts->items[i];
        bool read = pc_decimal_parse(text, &engine[count]);
        FUZZ_CHECK(read == ref_number_read(text, &reference[count]), "the engine %s \"%.*s\"",
                   read ? "reads" : "refuses", PC_STR_ARG(text));
        texts->items[count] = text;
        count += read;
    }
    texts->count = count;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            orders[i][j] = (struct order){sign(pc_decimal_cmp(&engine[i], &engine[j])),
                                          sign(ref_number_compare(&reference[i], &reference[j]))};
        }
    }
    check_orders(texts, orders);
}

// A JSON number has the same value without its exponent; both refuse the same ones.
static void check_json_number(struct texts *texts, struct pc_str written)
{
    struct pc_diags diags;
    const struct pc_json *json;
    const struct pc_json_source source = {.file = PC_STR("input"), .text = written};
    struct pc_str text = PC_STR("");
    pc_diags_init(&diags, texts->arena);
    if (pc_json_parse(texts->arena, &source, &diags, &json) != PC_OK ||
        json->type != PC_JSON_NUMBER) {
        return;
    }
    enum pc_status status = pc_number_text(texts->arena, json->text, &text);
    struct pc_str canonical = ref_number_text(texts->arena, json->text);
    FUZZ_CHECK(status == (canonical.len > 0 ? PC_OK : PC_ERR_LIMIT), "status %d of \"%.*s\"",
               (int)status, PC_STR_ARG(json->text));
    FUZZ_CHECK(pc_str_eq(text, canonical), "\"%.*s\" became \"%.*s\", not \"%.*s\"",
               PC_STR_ARG(json->text), PC_STR_ARG(text), PC_STR_ARG(canonical));
}

static void check_json_numbers(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        check_json_number(texts, texts->items[i]);
    }
}

// Addresses (R-419, R-420) ------------------------------------------------------------------------

static void check_address_text(const struct pc_ip *ip)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_ip again;
    pc_ip_write(&text, ip);
    FUZZ_CHECK(pc_ip_parse(pc_buf_view(&text), &again), "\"%.*s\" cannot be read",
               PC_STR_ARG(pc_buf_view(&text)));
    FUZZ_CHECK(again.family == ip->family && again.prefix == ip->prefix &&
                   memcmp(again.bytes, ip->bytes, sizeof(ip->bytes)) == 0,
               "another address: \"%.*s\"", PC_STR_ARG(pc_buf_view(&text)));
}

static void check_addresses(struct texts *texts)
{
    struct pc_ip engine[MOST];
    struct ref_address reference[MOST];
    size_t count = 0;
    for (size_t i = 0; i < texts->count; i++) {
        struct pc_str text = texts->items[i];
        struct pc_ip one;
        struct ref_address other;
        bool read = pc_ip_parse(text, &engine[count]);
        FUZZ_CHECK(read == ref_network_read(text, &reference[count]), "the engine %s \"%.*s\"",
                   read ? "reads" : "refuses", PC_STR_ARG(text));
        FUZZ_CHECK(pc_ip_parse_address(text, &one) == ref_address_read(text, &other),
                   "an address or none: \"%.*s\"", PC_STR_ARG(text));
        if (read) {
            check_address_text(&engine[count]);
        }
        texts->items[count] = text;
        count += read;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            bool within = reference[i].bits == reference[j].bits &&
                          reference[i].prefix <= reference[j].prefix &&
                          ref_network_has(&reference[i], &reference[j]);
            FUZZ_CHECK(pc_ip_contains(&engine[i], &engine[j]) == within,
                       "is \"%.*s\" in \"%.*s\"? by the rules %d", PC_STR_ARG(texts->items[j]),
                       PC_STR_ARG(texts->items[i]), (int)within);
        }
    }
}

// Bytes and booleans ----------------------------------------------------------------------

static void check_base64(const struct texts *texts, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf again = {0};
    struct pc_str expected;
    bool read = pc_base64_decode(text, &bytes);
    FUZZ_CHECK(read == ref_bytes_read(texts->arena, text, &expected), "the engine %s \"%.*s\"",
               read ? "reads" : "refuses", PC_STR_ARG(text));
    FUZZ_CHECK(read == pc_base64_is(text), "base64 or not: \"%.*s\"", PC_STR_ARG(text));
    pc_base64_write(&written, text);
    FUZZ_CHECK(pc_base64_decode(pc_buf_view(&written), &again) &&
                   pc_str_eq(pc_buf_view(&again), text) &&
                   pc_base64_equals(pc_buf_view(&written), text),
               "\"%.*s\" is not what was written", PC_STR_ARG(pc_buf_view(&written)));
    FUZZ_CHECK(read || bytes.len == 0, "something is left of what was refused");
    FUZZ_CHECK(!read || pc_str_eq(pc_buf_view(&bytes), expected), "other bytes");
}

static void check_bytes(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        check_base64(texts, texts->items[i]);
        for (size_t j = 0; j < texts->count; j++) {
            struct pc_str ours, theirs;
            bool same = ref_bytes_read(texts->arena, texts->items[i], &ours) &&
                        ref_bytes_read(texts->arena, texts->items[j], &theirs) &&
                        pc_str_eq(ours, theirs);
            FUZZ_CHECK(!ref_bytes_read(texts->arena, texts->items[j], &theirs) ||
                           pc_base64_equals(texts->items[i], theirs) == same,
                       "the same bytes or not");
        }
    }
}

static void check_booleans(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        bool ours = false, theirs = false;
        bool read = pc_boolean_parse(texts->items[i], &ours);
        FUZZ_CHECK(read == ref_boolean_read(texts->items[i], &theirs) && ours == theirs, "\"%.*s\"",
                   PC_STR_ARG(texts->items[i]));
    }
}

// Names (R-032 to R-036) --------------------------------------------------------------------------

static void check_arn(struct pc_str text)
{
    struct pc_arn arn;
    struct pc_str fields[REF_ARN_FIELDS];
    bool read = pc_arn_parse(text, &arn);
    FUZZ_CHECK(read == ref_arn_read(text, fields), "the engine %s \"%.*s\"",
               read ? "reads" : "refuses", PC_STR_ARG(text));
    FUZZ_CHECK(!read || (pc_str_eq(arn.partition, fields[REF_ARN_PARTITION]) &&
                         pc_str_eq(arn.service, fields[REF_ARN_SERVICE]) &&
                         pc_str_eq(arn.region, fields[REF_ARN_REGION]) &&
                         pc_str_eq(arn.account, fields[REF_ARN_ACCOUNT]) &&
                         pc_str_eq(arn.resource, fields[REF_ARN_RESOURCE])),
               "other fields");
    FUZZ_CHECK(pc_account_id_is(text) == ref_is_account(text) &&
                   pc_account_id_is(text) == pc_shape_is(PC_SHAPE_ACCOUNT_ID, text),
               "an account or none: \"%.*s\"", PC_STR_ARG(text));
}

// match/name.h: what is accepted is exactly what the forms of match/shape.h accept.
static void check_name(struct pc_str text)
{
    static const enum pc_shape principals[] = {PC_SHAPE_ARN_ROOT, PC_SHAPE_ARN_USER,
                                               PC_SHAPE_ARN_ROLE, PC_SHAPE_ARN_SESSION,
                                               PC_SHAPE_ARN_FEDERATED_USER};
    struct pc_principal_name name;
    struct pc_str service, action;
    enum pc_shape expected = PC_SHAPE_NONE;
    for (size_t i = 0; i < sizeof(principals) / sizeof(principals[0]); i++) {
        expected = pc_shape_is(principals[i], text) ? principals[i] : expected;
    }
    bool read = pc_principal_name_parse(text, &name);
    FUZZ_CHECK((read ? name.shape : PC_SHAPE_NONE) == expected, "\"%.*s\" is of shape %d, not %d",
               PC_STR_ARG(text), read ? (int)name.shape : 0, (int)expected);
    FUZZ_CHECK(pc_service_name_is(text) == pc_shape_is(PC_SHAPE_SERVICE, text),
               "a service or none: \"%.*s\"", PC_STR_ARG(text));
    char *room = fuzz_copy(text);
    FUZZ_CHECK(pc_action_name_parse(text, room, &service, &action) ==
                   pc_shape_is(PC_SHAPE_ACTION, text),
               "an action or none: \"%.*s\"", PC_STR_ARG(text));
    free(room);
}

static void check_names(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        check_arn(texts->items[i]);
        check_name(texts->items[i]);
        (void)pc_region_is(texts->items[i]);
        for (int shape = PC_SHAPE_NONE; shape <= PC_SHAPE_CONDITION_KEY; shape++) {
            (void)pc_shape_is((enum pc_shape)shape, texts->items[i]);
        }
    }
}

// -------------------------------------------------------------------------------------------------

static const struct {
    const char *name;
    void (*check)(struct texts *texts);
} kinds[] = {
    {"date", check_dates},        {"number", check_numbers}, {"json", check_json_numbers},
    {"address", check_addresses}, {"base64", check_bytes},   {"boolean", check_booleans},
    {"name", check_names},
};

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct texts texts = {.arena = &arena};
    struct pc_str kind = fuzz_line(&input);
    pc_arena_init(&arena);
    while (texts.count < MOST && input.len > 0) {
        texts.items[texts.count] = fuzz_line(&input);
        texts.count++;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (pc_str_eq(kind, pc_str_from(kinds[i].name))) {
            kinds[i].check(&texts);
        }
    }
}
