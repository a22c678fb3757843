// SPDX-License-Identifier: Apache-2.0
//
// The table of forms and their one-time compilation. Runs are possessive or cannot overlap with
// what follows them, so that no text makes PCRE2 go back more than a few steps a place.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "match/shape.h"

#include <pthread.h>
#include <stdlib.h>

#define ACCOUNT   "[0-9]{12}"
#define ARN(rest) "arn:aws(?:-[a-z]++)*+:" rest
#define IAM(rest) ARN("iam::" ACCOUNT ":" rest)
#define STS(rest) ARN("sts::" ACCOUNT ":" rest)
#define NAME      "[A-Za-z0-9_+=,.@-]{1,64}"
// AWS has roles of its own in an account, such as aws:ec2-infrastructure.
#define ROLE "(?:aws:)?" NAME
// An IAM path behind its first '/': U+0021 to U+007E, but no wildcard.
#define PATH  "(?>[!-)+->@-~]{1,510}/)?"
#define LABEL "[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})"
#define DOMAIN                                                                                     \
    "(?>" LABEL "(?:\\." LABEL ")++)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%!$&'()+,;=:@/-]*+)?"

// What names of services end in, the DNS suffixes of all partitions among them.
#define SUFFIX                                                                                     \
    "amazonaws\\.com(?:\\.cn)?|amazonaws\\.eu|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|"                   \
    "cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov|amazon\\.com|aws\\.internal"

// A condition key is prefix:name or, for tags, prefix:name/tag-key. Tag keys and
// keys of an encryption context can hold spaces; the tag families need their tag key. The prefix of
// an OIDC provider's keys is its address.
#define KEY_TEXT "[^\\x00-\\x1f\\x7f]++"
#define KEY                                                                                        \
    "(?!(?i:aws:(?:request|resource|principal)tag(?:/?\\z|:)|kms:encryptioncontext:?\\z))"         \
    "[A-Za-z0-9][A-Za-z0-9._~%/-]*+:"                                                              \
    "(?:(?<=(?i:kms:))(?i:EncryptionContext:)" KEY_TEXT                                            \
    "|(?!:)[^\\x00-\\x20\\x7f*?$/]++(?:/" KEY_TEXT ")?)"

struct form {
    enum pc_shape shape;
    const char *text;
};

static const struct form forms[] = {
    {PC_SHAPE_ACCOUNT_ID, ACCOUNT},
    {PC_SHAPE_ARN_ROOT, IAM("root")},
    {PC_SHAPE_ARN_USER, IAM("user/" PATH NAME)},
    {PC_SHAPE_ARN_ROLE, IAM("role/" PATH ROLE)},
    {PC_SHAPE_ARN_SESSION, STS("assumed-role/" ROLE "/" NAME)},
    {PC_SHAPE_ARN_FEDERATED_USER, STS("federated-user/" NAME)},
    {PC_SHAPE_ARN_PROVIDER,
     IAM("(?:saml-provider/[A-Za-z0-9._-]{1,128}|oidc-provider/" DOMAIN ")")},
    {PC_SHAPE_UNIQUE_ID, "A(?:ID|RO)A[A-Z0-9]{1,124}"},
    {PC_SHAPE_SERVICE, "(?:[a-z0-9-]++\\.)+(?:" SUFFIX ")"},
    {PC_SHAPE_DOMAIN, DOMAIN},
    {PC_SHAPE_CANONICAL_USER, "[0-9A-Fa-f]{64}"},
    {PC_SHAPE_SID_IAM, "[A-Za-z0-9]*+"},
    {PC_SHAPE_ACTION, "[A-Za-z0-9-]++:[A-Za-z0-9._-]++"},
    {PC_SHAPE_SERVICE_PREFIX, "[A-Za-z0-9-]++"},
    {PC_SHAPE_CONDITION_KEY, KEY},
};

enum {
    FORMS = sizeof(forms) / sizeof(forms[0]),
    ROOM = 16 << 10, // bytes
    DESK = 24 << 10,
};

// Written once under `once`, read by every thread after it; never freed.
static pcre2_code *codes[FORMS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Memory for what PCRE2 needs to read the patterns, so that they can be read when memory is out: a
// text must not be refused for that, and with pthread_once there is no second time. Nothing is
// given back. What has no room comes from the heap; the tests show that all has. So does what JIT
// needs, which is much, and can be done without.
static struct {
    bool closed;
    size_t used;
    _Alignas(16) unsigned char bytes[ROOM];
} room;

static void *take_room(size_t size, void *context)
{
    (void)context;
    size_t rounded = (size + 15) & ~(size_t)15;
    if (room.closed || rounded < size || rounded > sizeof(room.bytes) - room.used) {
        return malloc(size);
    }
    void *piece = room.bytes + room.used;
    room.used += rounded;
    return piece;
}

static void keep_room(void *piece, void *context)
{
    (void)context;
    uintptr_t start = (uintptr_t)room.bytes;
    if ((uintptr_t)piece < start || (uintptr_t)piece >= start + sizeof(room.bytes)) {
        free(piece);
    }
}

static void compile_all(void)
{
    pcre2_general_context *general = pcre2_general_context_create(take_room, keep_room, NULL);
    pcre2_compile_context *context = general == NULL ? NULL : pcre2_compile_context_create(general);
    for (size_t i = 0; i < FORMS && context != NULL; i++) {
        int error;
        PCRE2_SIZE offset;
        codes[i] = pcre2_compile((PCRE2_SPTR)forms[i].text, PCRE2_ZERO_TERMINATED,
                                 PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY, &error,
                                 &offset, context);
    }
    room.closed = true;
    for (size_t i = 0; i < FORMS; i++) {
        if (codes[i] != NULL) {
            // Without JIT the interpreter serves.
            (void)pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE);
        }
    }
}

// Memory on the stack for what PCRE2 needs in a match, so that a match takes none from the heap:
// the interpreter, which serves where there is no JIT, begins with 20 KiB. What does not fit comes
// from the heap all the same.
struct desk {
    size_t used;
    _Alignas(16) unsigned char bytes[DESK];
};

static void *take(size_t size, void *context)
{
    struct desk *desk = context;
    size_t rounded = (size + 15) & ~(size_t)15;
    if (rounded < size || rounded > sizeof(desk->bytes) - desk->used) {
        return malloc(size);
    }
    void *piece = desk->bytes + desk->used;
    desk->used += rounded;
    return piece;
}

static void give_back(void *piece, void *context)
{
    const struct desk *desk = context;
    uintptr_t start = (uintptr_t)desk->bytes;
    if ((uintptr_t)piece < start || (uintptr_t)piece >= start + sizeof(desk->bytes)) {
        free(piece);
    }
}

static bool has_form(const pcre2_code *code, struct pc_str text)
{
    struct desk desk; // whose bytes have no value yet
    desk.used = 0;
    pcre2_general_context *general = pcre2_general_context_create(take, give_back, &desk);
    pcre2_match_data *data = general == NULL ? NULL : pcre2_match_data_create(1, general);
    int count = -1;
    if (data != NULL) {
        count = pcre2_match(code, (PCRE2_SPTR)(text.ptr == NULL ? "" : text.ptr), text.len, 0, 0,
                            data, NULL);
    }
    pcre2_match_data_free(data);
    pcre2_general_context_free(general);
    return count >= 0;
}

bool pc_shape_is(enum pc_shape shape, struct pc_str text)
{
    if (text.len > PC_SHAPE_LONGEST || pthread_once(&once, compile_all) != 0) {
        return false;
    }
    for (size_t i = 0; i < FORMS; i++) {
        if (forms[i].shape == shape) {
            return codes[i] != NULL && has_form(codes[i], text);
        }
    }
    return false;
}
