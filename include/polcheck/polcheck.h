/* SPDX-License-Identifier: Apache-2.0 */
/**
 * libpolcheck: may this principal do this action on this resource, now?
 *
 * A server opens an engine on a store that `polcheck compile` wrote, makes one scratch for each of
 * its threads, and asks:
 *
 *     polcheck_request_begin(request, polcheck_text(session_arn), POLCHECK_STR("s3:GetObject"),
 *                            polcheck_text(object_arn));
 *     polcheck_request_add(request, POLCHECK_STR("aws:SecureTransport"), polcheck_boolean(true));
 *     if (polcheck_is_allowed(polcheck_ask(scratch, request))) { ... }
 *
 * What holds everywhere:
 *
 * - Zero is deny. Whatever goes wrong (no store, a damaged one, a malformed request, no memory) is
 * a deny with a status that says what. Read a verdict by polcheck_is_allowed and by nothing else: a
 * verdict is a struct, so that `if (polcheck_ask(...))` does not compile.
 * - Texts are views with a length: they need no zero at the end and may hold any byte. Texts that
 * are given are borrowed, for as long as the function says. Texts that come back are borrowed too,
 * and are UTF-8 where what they came from was.
 * - Functions that can fail return a status and want it looked at. On a failure out parameters stay
 * untouched.
 * - NULL for a handle is answered with a deny or with POLCHECK_ERR_USAGE, and freed without effect.
 * Handles of the wrong kind, freed ones and one handle in two threads at once (but where it is said
 * to be shared) are undefined.
 * - A public struct begins with its size, which its POLCHECK_..._INIT sets: so it can grow. A
 * struct that is larger than the library knows must have zeros there, else POLCHECK_ERR_USAGE: what
 * is not implemented is refused.
 * - No function prints, exits, changes the locale or the handler of a signal. Threads of the
 * library block all signals. File descriptors are closed on exec.
 * - After a fork the child may only free what it has of the parent's handles: an engine of the
 * parent denies there with POLCHECK_ERR_FORKED. A server that forks opens its engine in each
 * worker.
 * - A store is replaced by compiling into it or by renaming another into its place. A file that is
 * cut short, or written over by anything but polcheck, while it is in use can end the process by
 * SIGBUS or SIGSEGV, as with every mapped file; an engine that is still there denies within some
 * looks.
 * - A store is a folder, of whoever compiled it alone (mode 0700). The process must be able to read
 * it, and should be able to write to its lock.mdb, by which writers know of readers. Where it is
 * not, or others may who may not write to data.mdb, a state lasts until the second compile after
 * its own: then questions are denied with POLCHECK_ERR_BUSY until the engine has looked again.
 *
 * The rules of evaluation are those of corpus/SEMANTICS.md in polcheck's sources, the forms
 * of principals and requests those of CONTRACT.md there, section 2. `polcheck help POL0801`
 * explains the code of a message.
 */
#ifndef POLCHECK_POLCHECK_H
#define POLCHECK_POLCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define POLCHECK_API        __attribute__((visibility("default")))
#define POLCHECK_MUST_CHECK __attribute__((warn_unused_result))
#else
#define POLCHECK_API
#define POLCHECK_MUST_CHECK
#endif

/* Version -------------------------------------------------------------------------------------- */

#define POLCHECK_VERSION_MAJOR 0
#define POLCHECK_VERSION_MINOR 1
#define POLCHECK_VERSION_PATCH 0

/** The version of the library that runs, as "0.1.0"; lives for ever. */
POLCHECK_API const char *polcheck_version(void);

/* Texts ---------------------------------------------------------------------------------------- */

/** A view of bytes. ptr may be NULL when len is 0. */
struct polcheck_str {
    const char *ptr;
    size_t len; /* bytes */
};

/** A view of a text that ends in zero; of NULL the empty view. */
static inline struct polcheck_str polcheck_text(const char *text)
{
    struct polcheck_str view;
    view.ptr = text;
    view.len = text == NULL ? 0 : strlen(text);
    return view;
}

/** A view of so many bytes. */
static inline struct polcheck_str polcheck_bytes(const char *ptr, size_t len)
{
    struct polcheck_str view;
    view.ptr = ptr;
    view.len = len;
    return view;
}

/** A view of a string literal. */
#define POLCHECK_STR(literal) polcheck_bytes("" literal, sizeof(literal) - 1)

/** The two arguments of "%.*s"; an empty view may have a NULL pointer, which printf does not read
 * then. */
#define POLCHECK_STR_ARG(s) (int)(s).len, (s).ptr

/* Decisions and statuses ----------------------------------------------------------------------- */

/**
 * The decision. Allowed is a bit pattern far from zero and from the denies, so that memory that was
 * zeroed or never written does not read as allowed. Names in texts: "implicitDeny", "explicitDeny",
 * "allowed" (CONTRACT.md, section 1).
 */
enum polcheck_decision {
    POLCHECK_IMPLICIT_DENY = 0, /**< nothing allows it, or something that must allow it does not */
    POLCHECK_EXPLICIT_DENY = 1, /**< a matching Deny statement */
    POLCHECK_ALLOWED = 0x5ac35ac3 /**< allowed, whatever the guard-rails say included */
};

/** What became of a call. Numbers are fixed for ever; new ones may come. */
enum polcheck_status {
    POLCHECK_OK = 0,
    POLCHECK_ERR_USAGE = 1, /**< the function was called wrongly: a NULL handle, an unknown flag or
                               number, a struct without its size, reasons of no question */
    POLCHECK_ERR_NOMEM = 2, /**< out of memory */
    POLCHECK_ERR_REQUEST = 3,   /**< the request is malformed or contradicts itself or the store */
    POLCHECK_ERR_PRINCIPAL = 4, /**< the store does not know the principal */
    POLCHECK_ERR_OWNER =
        5, /**< nothing says which account the resource belongs to: the library does not guess */
    POLCHECK_ERR_LIMIT = 6, /**< a limit is exceeded (docs/limits.md): too many context keys, a text
                               over 1 MiB, too large a policy, a decision of too many steps */
    POLCHECK_ERR_POLICY = 7,    /**< a policy document is refused */
    POLCHECK_ERR_NO_STORE = 8,  /**< there is no store at the path */
    POLCHECK_ERR_NOT_STORE = 9, /**< what is at the path is no store, or none to rely on: others may
                                   write to it */
    POLCHECK_ERR_VERSION = 10,  /**< another version of polcheck wrote the store */
    POLCHECK_ERR_DAMAGED = 11, /**< the store is damaged, at the latest where this request looked */
    POLCHECK_ERR_BUSY = 12,    /**< no reader's slot of the store is free, one of its files was
                                  replaced, or the state asked was overwritten */
    POLCHECK_ERR_IO = 13, /**< the system refused to read or write: most often it may not be read */
    POLCHECK_ERR_FORKED = 14,   /**< the engine belongs to the parent process */
    POLCHECK_ERR_INTERNAL = 15, /**< a fault of the library, or of the C library */
    POLCHECK_ERR_ROOT_KEY =
        16,                   /**< the root key cannot be had, is exposed, or is another vault's */
    POLCHECK_ERR_KEY = 17,    /**< the key is disabled, waits for its deletion, is not there, or has
                                 two policies */
    POLCHECK_ERR_SECRET = 18, /**< the vault holds no such secret */
    POLCHECK_ERR_FUNCTION = 19, /**< the store does not know the function, or it is no function */
    POLCHECK_ERR_SESSION = 20,  /**< the principal is not the function's own session */
    POLCHECK_ERR_AUDIT = 21,    /**< the audit log cannot be written, or was tampered with */
    POLCHECK_ERR_UNTRUSTED =
        22, /**< no trusted key has signed the store, or it was altered since one did */
    POLCHECK_ERR_ROLLBACK = 23, /**< the store is older than one that was accepted before */
    POLCHECK_ERR_TRUST = 24     /**< the trusted keys cannot be had, or what was accepted before
                                   cannot be read or noted */
};

/** One line about a status, without an end of line; of an unknown one "unknown status". Lives for
 * ever. */
POLCHECK_API const char *polcheck_status_text(enum polcheck_status status);

/**
 * The name of a status for programs: "ok", "usage", "noMemory", "request", "principal", "owner",
 * "limit", "policy", "noStore", "notStore", "version", "damaged", "busy", "io", "forked",
 * "internal", "rootKey", "key", "secret", "function", "session", "audit", "untrusted", "rollback",
 * "trust"; of an unknown one "unknown". Never changes. Lives for ever.
 */
POLCHECK_API const char *polcheck_status_name(enum polcheck_status status);

/** "allowed", "implicitDeny" or "explicitDeny"; of any other value "implicitDeny". Lives for ever.
 */
POLCHECK_API const char *polcheck_decision_text(enum polcheck_decision decision);

/** What polcheck_ask says. Whenever status is not POLCHECK_OK the decision is
 * POLCHECK_IMPLICIT_DENY. */
struct polcheck_verdict {
    enum polcheck_decision decision;
    enum polcheck_status status;
};

/** The one way to read a verdict. Of a zeroed one: false. */
static inline bool polcheck_is_allowed(struct polcheck_verdict verdict)
{
    return verdict.decision == POLCHECK_ALLOWED && verdict.status == POLCHECK_OK;
}

/** The policy types of IAM. */
enum polcheck_policy_type {
    POLCHECK_IDENTITY = 0, /**< identity-based policies of a principal and of its groups */
    POLCHECK_RESOURCE =
        1, /**< the resource's own policy, key policies and role trust policies among them */
    POLCHECK_BOUNDARY = 2, /**< permissions boundary */
    POLCHECK_SESSION = 3,  /**< session policies */
    POLCHECK_SCP = 4,      /**< service control policies, all levels */
    POLCHECK_RCP = 5,      /**< resource control policies, all levels */
    POLCHECK_ENDPOINT = 6, /**< VPC endpoint policy */
    POLCHECK_NO_TYPE = 7   /**< none */
};

/** "identity", "resource", "boundary", "session", "scp", "rcp", "endpoint"; else "none". Lives for
 * ever. */
POLCHECK_API const char *polcheck_policy_type_text(enum polcheck_policy_type type);

/* Opaque handles ------------------------------------------------------------------------------- */

struct polcheck_engine;  /**< a store that is kept open and up to date; shared by any number of
                            threads */
struct polcheck_scratch; /**< what one thread needs to ask; for one thread at a time */
struct polcheck_request; /**< a question; for one thread at a time, for any scratch, any number of
                            times */
struct polcheck_answer;  /**< why a question was answered so; belongs to its scratch */
struct polcheck_policy;  /**< a compiled policy that a request carries; never changes, shared by any
                            number of threads */
struct polcheck_logger;  /**< writes decisions to a file; shared by any number of threads */
struct polcheck_secrets; /**< a vault that is open with its root key; shared by any number of
                            threads */
struct polcheck_environment; /**< secrets that were released; for one thread at a time */

/* The engine ----------------------------------------------------------------------------------- */

/** How an engine notices that its store was compiled anew, was replaced or came back. */
enum polcheck_reload {
    /**
     * A thread of the engine looks every interval_ms, verifies what changed, and lets the scratches
     * move on to it at their next question: a question never waits for it. New policies count
     * within two intervals and the time that verifying what changed takes.
     */
    POLCHECK_RELOAD_BACKGROUND = 0,
    /**
     * Each question looks first, at the cost of a few nanoseconds, and is answered from the newest
     * state. The question that meets a new state verifies it, and others wait meanwhile: for a time
     * that is linear in the size that the store's file says it has. A store that was replaced is
     * noticed after interval_ms. No thread.
     */
    POLCHECK_RELOAD_NEXT_CALL = 1,
    /** Only polcheck_engine_reload and polcheck_engine_poll look. No thread. */
    POLCHECK_RELOAD_MANUAL = 2
};

enum {
    /** polcheck_engine_open succeeds without a usable store. Questions are denied with the reason
     * until there is one. */
    POLCHECK_WAIT_FOR_STORE = 1,
    /** The wider reading of rule R-206: a '*' at the end of a field of a resource may run past the
     * colon. */
    POLCHECK_WIDE_STARS = 2,
    /** A Deny with NotPrincipal spares who is listed, also without the account. */
    POLCHECK_NO_ACCOUNT_LINK = 4
};

/** What became of the store of an engine. */
enum polcheck_store_change {
    POLCHECK_STORE_RELOADED =
        1, /**< questions are answered from a new snapshot, or from the first one */
    POLCHECK_STORE_REFUSED = 2, /**< there is a new state, which does not verify, or which no
                                   trusted key vouches for: the last good snapshot stays in use */
    POLCHECK_STORE_LOST =
        3 /**< no snapshot can be used: everything is denied with the status until it can again */
};

struct polcheck_store_event {
    size_t size;
    enum polcheck_store_change change;
    enum polcheck_status status; /**< of the failure; POLCHECK_OK for RELOADED */
    uint64_t snapshot;           /**< the snapshot in use from now on; 0: none */
    struct polcheck_str message; /**< one sentence for people, of a failure with the path and the
                                    system's reason; valid during the call */
};

/** One decision, as on_decision and a logger get it. Everything is valid during the call. */
struct polcheck_decision_event {
    size_t size;
    int64_t time;      /**< when the question was asked: nanoseconds since 1970 UTC */
    uint64_t duration; /**< nanoseconds that the decision took, the finding of its reasons not
                          included */
    uint64_t snapshot; /**< that was asked; 0: none could be */
    struct polcheck_verdict verdict;
    struct polcheck_str principal, action,
        resource;                           /**< as the request names them, whatever they are */
    const struct polcheck_request *request; /**< for polcheck_request_entry */
    const struct polcheck_answer
        *answer;                 /**< the reasons; NULL when the status is not POLCHECK_OK */
    struct polcheck_str message; /**< of a failure, what is wrong in one sentence; else "" */
};

/** What an engine is to be. Zeros are sensible but for the store. Begin with POLCHECK_OPTIONS_INIT.
 */
struct polcheck_options {
    size_t size;
    /** Path of the store, a folder; copied. A relative one counts from where the process is at each
     * look: who changes its folder later gives an absolute one. */
    const char *store;
    unsigned flags; /**< POLCHECK_WAIT_FOR_STORE and others */
    enum polcheck_reload reload;
    unsigned interval_ms; /**< how often to look at the store, 1 to 60,000 ms; 0: 25 ms */
    /**
     * NULL or called when the store changed for the engine: once a change, not once a look. By the
     * engine's thread or, in the other modes and in polcheck_engine_open, by the thread that
     * noticed. Calls never overlap. It must not call a function of this engine. Of an engine that
     * could not be opened it tells more than the status does.
     */
    void (*on_store)(void *context, const struct polcheck_store_event *event);
    void *store_context;
    /**
     * NULL or called for each decision before polcheck_ask returns, by the thread that asks: so by
     * several at a time. Makes every decision find its reasons, which costs about as much again as
     * the decision. polcheck_logger_log fits. It must not use the scratch or change the request.
     */
    void (*on_decision)(void *context, const struct polcheck_decision_event *event);
    void *decision_context;
    /**
     * NULL or the path of a file of public keys (polcheck keygen), one a line; copied. Then nothing
     * is answered from a store that none of them has signed (polcheck sign), in no mode, and each
     * state is verified whole before it is used, the first one as well. The file is looked at
     * whenever the store is, and every few milliseconds while one is verified: other keys count
     * from then on, without a restart. The store of a key that was removed is lost. When the file
     * is missing or wrong for an interval, or when polcheck_engine_reload meets it so, everything
     * is denied with POLCHECK_ERR_TRUST; until then nothing new is accepted.
     */
    const char *trusted_keys;
    /**
     * NULL or the path of a file where the newest state that was accepted is noted, so that an
     * older one is refused after a restart, too; copied. Without it that lasts as long as the
     * engine. Made (mode 0600) when it is missing; any number of processes may share it, and it is
     * for one store. To go back to an older store, sign that again. Only with trusted_keys.
     */
    const char *seen;
};

#define POLCHECK_OPTIONS_INIT                                                                      \
    {                                                                                              \
        sizeof(struct polcheck_options), NULL, 0, POLCHECK_RELOAD_BACKGROUND, 0, NULL, NULL, NULL, \
            NULL, NULL, NULL                                                                       \
    }

/**
 * Opens an engine on a store. Costs well under a millisecond, whatever the store's size; with
 * trusted_keys, a pass over all of the store.
 *
 * POLCHECK_ERR_NO_STORE, POLCHECK_ERR_NOT_STORE, POLCHECK_ERR_VERSION, POLCHECK_ERR_DAMAGED,
 * POLCHECK_ERR_BUSY, POLCHECK_ERR_IO, POLCHECK_ERR_UNTRUSTED, POLCHECK_ERR_ROLLBACK,
 * POLCHECK_ERR_TRUST: the store cannot be used, unless the options have POLCHECK_WAIT_FOR_STORE.
 * POLCHECK_ERR_USAGE: no store named, unknown flags or numbers, seen without trusted_keys.
 * POLCHECK_ERR_NOMEM; POLCHECK_ERR_INTERNAL: no thread could be started.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_engine_open(const struct polcheck_options *options, struct polcheck_engine **out);

/** Closes the engine. Its scratches must be freed before. Waits for its thread, which may be in
 * on_store. */
POLCHECK_API void polcheck_engine_close(struct polcheck_engine *engine);

/** What a good question would be answered with now: POLCHECK_OK, or why everything is denied. Any
 * thread. */
POLCHECK_API enum polcheck_status polcheck_engine_status(const struct polcheck_engine *engine);

/** The number of the snapshot that is answered from, which rises with each compile of a store; 0:
 * none. The store tells it, and no signature covers it. Any thread. */
POLCHECK_API uint64_t polcheck_engine_snapshot(const struct polcheck_engine *engine);

/**
 * Looks at the store now, in any mode: when it returns POLCHECK_OK, questions that begin from now
 * on are answered from the newest state there was when it was called. Any thread. Costs a few
 * system calls when nothing changed, else the verification of what changed.
 *
 * Otherwise the status is that of the event that on_store got: the last good snapshot is in use
 * (POLCHECK_STORE_REFUSED), or none (polcheck_engine_status says so too).
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_engine_reload(struct polcheck_engine *engine);

/**
 * The same for a server with an event loop, which can afford neither a thread nor a pause: looks at
 * the store, and verifies what is new, or what is in use when its file changed under it, for about
 * so many microseconds; the next call goes on with it. It ends behind a step, and one policy set is
 * a step, however large: 2 to 4 ms for each megabyte of its documents, however little is left of
 * them when they are compiled; those that AWS would take are done well within a millisecond
 * (docs/limits.md). True: there is more to do, so call again soon. False: call again after an
 * interval, in POLCHECK_RELOAD_MANUAL from a timer. What became of the store is told by on_store
 * and polcheck_engine_status. Where a store took the place of another it is the same. Any thread.
 */
POLCHECK_API bool polcheck_engine_poll(struct polcheck_engine *engine, unsigned budget_us);

/* The scratch ---------------------------------------------------------------------------------- */

/**
 * Makes what a thread needs to ask the engine: some tens of kilobytes, and for each 64 roles of the
 * store 8 bytes. POLCHECK_ERR_NOMEM, POLCHECK_ERR_USAGE. The engine must outlive it.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_scratch_new(struct polcheck_engine *engine, struct polcheck_scratch **out);

/** Frees it, with the reasons that it gave. Before its engine is closed. */
POLCHECK_API void polcheck_scratch_free(struct polcheck_scratch *scratch);

/**
 * Moves to the engine's snapshot, as the next question would. A scratch that rests for long keeps
 * the snapshot that it asked last, whose pages writers cannot use again meanwhile: the store's file
 * grows with each compile. So call this now and then for a scratch that is idle. What
 * polcheck_reasons gave is no longer valid. The status, as polcheck_engine_status gives it, need
 * not be looked at: the next question has it as well.
 */
POLCHECK_API enum polcheck_status polcheck_scratch_renew(struct polcheck_scratch *scratch);

/* Policies that a request carries -------------------------------------------------------------- */

/** Room for a text that ends in zero. */
struct polcheck_room {
    char *ptr;
    size_t size; /**< bytes, the zero included; 0: none */
};

/** One policy document. */
struct polcheck_document {
    struct polcheck_str name; /**< for people, as in the answer's statements; when empty
                                 "session[0]" or "endpoint[0]", by its place */
    struct polcheck_str json; /**< the document, UTF-8 */
};

/**
 * Compiles the documents that are looked at together: all session policies of a session (type
 * POLCHECK_SESSION), or the policy of a VPC endpoint (POLCHECK_ENDPOINT). None at all is a policy
 * that allows nothing. Costs some tens of microseconds and allocates: do it once a session and not
 * once a question.
 *
 * The diagnostics ("name:line:column: error: message [CODE]" a line, warnings too, and a line
 * "  hint: ..." after some) go into `why`, unless that is NULL: as much as fits, with a zero at the
 * end; "" when there are none. POLCHECK_ERR_POLICY: a
 * document is refused. POLCHECK_ERR_USAGE: another type. POLCHECK_ERR_NOMEM, POLCHECK_ERR_LIMIT.
 * Any thread.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_policy_compile(enum polcheck_policy_type type, const struct polcheck_document *documents,
                        size_t count, const struct polcheck_room *why,
                        struct polcheck_policy **out);

/** Frees it. No request that carries it may be asked, and no reasons of such be read, after this.
 */
POLCHECK_API void polcheck_policy_free(struct polcheck_policy *policy);

/* The request ---------------------------------------------------------------------------------- */

/** What a context key can hold. */
enum polcheck_value_type {
    POLCHECK_VALUE_NONE = 0, /**< not a value: refused */
    POLCHECK_VALUE_STRING = 1,
    POLCHECK_VALUE_INTEGER = 2,
    POLCHECK_VALUE_NUMBER = 3, /**< any that is finite */
    POLCHECK_VALUE_BOOLEAN = 4
};

/** Made by polcheck_string, polcheck_integer, polcheck_number and polcheck_boolean. */
struct polcheck_value {
    enum polcheck_value_type type;
    struct polcheck_str string;
    int64_t integer;
    double number;
    bool boolean;
};

/** A text, a date ("2026-11-25T12:00:00Z"), an address ("203.0.113.7"), an ARN, or base64. */
static inline struct polcheck_value polcheck_string(struct polcheck_str text)
{
    struct polcheck_value value;
    memset(&value, 0, sizeof(value));
    value.type = POLCHECK_VALUE_STRING;
    value.string = text;
    return value;
}

static inline struct polcheck_value polcheck_integer(int64_t integer)
{
    struct polcheck_value value;
    memset(&value, 0, sizeof(value));
    value.type = POLCHECK_VALUE_INTEGER;
    value.integer = integer;
    return value;
}

static inline struct polcheck_value polcheck_number(double number)
{
    struct polcheck_value value;
    memset(&value, 0, sizeof(value));
    value.type = POLCHECK_VALUE_NUMBER;
    value.number = number;
    return value;
}

static inline struct polcheck_value polcheck_boolean(bool boolean)
{
    struct polcheck_value value;
    memset(&value, 0, sizeof(value));
    value.type = POLCHECK_VALUE_BOOLEAN;
    value.boolean = boolean;
    return value;
}

/** A context key, or a tag, with one text. */
struct polcheck_pair {
    struct polcheck_str key, value;
};

/**
 * Makes an empty request, which is denied with POLCHECK_ERR_REQUEST until polcheck_request_begin.
 * It keeps its memory from question to question. POLCHECK_ERR_NOMEM.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_request_new(struct polcheck_request **out);
POLCHECK_API void polcheck_request_free(struct polcheck_request *request);

/**
 * Empties the request and says who asks for which action on what. The functions below add to it.
 * Every text, and every array that is said to be borrowed, must live until the last question and
 * the last look at its reasons. None of them fails by itself: what is wrong with the request is the
 * status of the verdict.
 *
 * principal: an ARN of a user, role, assumed-role session, federated user or account root, a
 * service principal (s3.amazonaws.com), or "*" for an anonymous caller. A role's ARN stands for any
 * session of the role. action: service:Name, without wildcards. resource: an ARN, or "*" where the
 * action has no resources.
 */
POLCHECK_API void polcheck_request_begin(struct polcheck_request *request,
                                         struct polcheck_str principal, struct polcheck_str action,
                                         struct polcheck_str resource);

/** The same for a caller of STS who comes from an OIDC or SAML provider: accounts.google.com, or a
 * provider's ARN. */
POLCHECK_API void polcheck_request_begin_federated(struct polcheck_request *request,
                                                   struct polcheck_str provider,
                                                   struct polcheck_str action,
                                                   struct polcheck_str resource);

/** Of an assumed-role session: its role's ARN with the path, arn:aws:iam::111122223333:role/team/R.
 * A store that holds the role knows it. */
POLCHECK_API void polcheck_request_set_role(struct polcheck_request *request,
                                            struct polcheck_str role);

/** Of a federated user: the user, or root, whose credentials it has. */
POLCHECK_API void polcheck_request_set_parent(struct polcheck_request *request,
                                              struct polcheck_str parent);

/** aws:userid: AIDA..., AROA...:session, an account's id. */
POLCHECK_API void polcheck_request_set_userid(struct polcheck_request *request,
                                              struct polcheck_str userid);

/** Of a service: a further name that it calls itself by. */
POLCHECK_API void polcheck_request_add_service(struct polcheck_request *request,
                                               struct polcheck_str service);

/** A tag of the principal or of its session (aws:PrincipalTag/key). It goes before the store's tag
 * of that key, and the store's others count beside it; of a user, whose tags are the store's,
 * another value is refused. */
POLCHECK_API void polcheck_request_add_principal_tag(struct polcheck_request *request,
                                                     struct polcheck_str key,
                                                     struct polcheck_str value);

/** The account that owns the resource: 12 digits. Needed where neither the ARN nor the store says
 * it. */
POLCHECK_API void polcheck_request_set_resource_account(struct polcheck_request *request,
                                                        struct polcheck_str account);

/** The session policies of the caller's session; NULL takes them away. Borrowed. */
POLCHECK_API void polcheck_request_set_session_policy(struct polcheck_request *request,
                                                      const struct polcheck_policy *policy);

/** The policy of the VPC endpoint that the request came through; NULL takes it away. Borrowed. */
POLCHECK_API void polcheck_request_set_endpoint_policy(struct polcheck_request *request,
                                                       const struct polcheck_policy *policy);

/** A context key with one value. Keys compare without case; one that is given twice is refused
 * (R-406). */
POLCHECK_API void polcheck_request_add(struct polcheck_request *request, struct polcheck_str key,
                                       struct polcheck_value value);

/** A multivalued context key, also with one value or with none. The array is read at once,
 * not borrowed; its texts are. NULL with a count other than 0 is refused. */
POLCHECK_API void polcheck_request_add_list(struct polcheck_request *request,
                                            struct polcheck_str key,
                                            const struct polcheck_value *values, size_t count);

/** Several keys with one text each: what costs least. The array is read at once, not borrowed; its
 * texts are. NULL with a count other than 0 is refused. */
POLCHECK_API void polcheck_request_add_pairs(struct polcheck_request *request,
                                             const struct polcheck_pair *pairs, size_t count);

/** Says that a context key is not there, also where it would follow from the rest of the request,
 * as aws:PrincipalArn does. */
POLCHECK_API void polcheck_request_add_absent(struct polcheck_request *request,
                                              struct polcheck_str key);

/** A context key as a request has it. */
struct polcheck_entry {
    struct polcheck_str key;
    bool list;
    const struct polcheck_str *values; /**< as texts, in the way that a condition sees them */
    size_t count;                      /**< 1 unless list; 0: it is said to be absent */
};

/** Entry number `at`, from 0: single values in the order given, then the others. False: there are
 * no so many. Valid until the request changes. */
POLCHECK_API POLCHECK_MUST_CHECK bool polcheck_request_entry(const struct polcheck_request *request,
                                                             size_t at, struct polcheck_entry *out);

/* Asking --------------------------------------------------------------------------------------- */

/**
 * Decides. Never fails otherwise than by a deny with a status. Allocates nothing once scratch and
 * request have been used for such a question, takes no lock unless the engine has a new snapshot,
 * and asks the system for nothing but, where a condition wants to know it, the time; with
 * POLCHECK_RELOAD_NEXT_CALL it looks at the store first, and so may do both. A status can
 * be about the engine (polcheck_engine_status), about the request (POLCHECK_ERR_REQUEST,
 * POLCHECK_ERR_PRINCIPAL, POLCHECK_ERR_OWNER, POLCHECK_ERR_LIMIT), about what the store holds for
 * it (POLCHECK_ERR_DAMAGED, POLCHECK_ERR_BUSY), or POLCHECK_ERR_NOMEM, POLCHECK_ERR_USAGE,
 * POLCHECK_ERR_INTERNAL.
 */
POLCHECK_API POLCHECK_MUST_CHECK struct polcheck_verdict
polcheck_ask(struct polcheck_scratch *scratch, const struct polcheck_request *request);

/**
 * What was wrong with the last question of this scratch, in one sentence, with a code where it was
 * the request: "\"x\" is not a principal [POL0801]". Parts of the request have their names in JSON
 * (CONTRACT.md): "role", "parent", "id" (polcheck_request_set_userid), "services", "tags". "" when
 * it was answered. Valid until the next question.
 */
POLCHECK_API struct polcheck_str polcheck_scratch_message(const struct polcheck_scratch *scratch);

/* Reasons -------------------------------------------------------------------------------------- */

/** A statement of a policy, and where it stands. Texts are valid as long as the answer. */
struct polcheck_statement {
    size_t size;
    enum polcheck_policy_type type;
    bool allows;                /**< its effect: Allow, or Deny */
    struct polcheck_str policy; /**< name of its document */
    struct polcheck_str sid;    /**< "" when it has none */
    uint32_t number;            /**< its place in its document, from 0 */
    struct polcheck_str file;   /**< that it was compiled from */
    uint32_t line, column;      /**< there, from 1; 0: not known */
};

/**
 * Gives the reasons of the last question of this scratch, from the snapshot that answered it: the
 * first call finds them, at about the cost of another decision. The answer belongs to the scratch
 * and is valid until its next question or renewal. The request must be as it was asked, and what it
 * borrows must still be there.
 * POLCHECK_ERR_USAGE: there was no question, or it was not answered. POLCHECK_ERR_BUSY: the state
 * that was asked has been overwritten, which happens only where the store's folder may not be
 * written to. POLCHECK_ERR_NOMEM.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_reasons(struct polcheck_scratch *scratch, const struct polcheck_answer **out);

/** As polcheck_ask said. Of NULL: a deny with POLCHECK_ERR_USAGE. */
POLCHECK_API struct polcheck_verdict polcheck_answer_verdict(const struct polcheck_answer *answer);

/** The snapshot that was asked. */
POLCHECK_API uint64_t polcheck_answer_snapshot(const struct polcheck_answer *answer);

/**
 * The deciding statements: for an explicit deny the Deny statements that matched, for an allow the
 * Allow statements of identity and resource policies that matched, for an implicit deny none. NULL:
 * there are no so many.
 */
POLCHECK_API size_t polcheck_answer_statement_count(const struct polcheck_answer *answer);
POLCHECK_API const struct polcheck_statement *
polcheck_answer_statement(const struct polcheck_answer *answer, size_t at);

/**
 * The policy types that stopped a request which identity and resource policies alone would have let
 * through: a bit 1u << type for each.
 */
POLCHECK_API uint32_t polcheck_answer_blockers(const struct polcheck_answer *answer);

/** The first of what stopped a denied request; POLCHECK_NO_TYPE: nothing did, or no
 * policy type. */
POLCHECK_API enum polcheck_policy_type
polcheck_answer_primary(const struct polcheck_answer *answer);

/** Keys that the request lacks and a condition asked for, as a policy spells them. "" : there are
 * no so many. */
POLCHECK_API size_t polcheck_answer_missing_count(const struct polcheck_answer *answer);
POLCHECK_API struct polcheck_str polcheck_answer_missing(const struct polcheck_answer *answer,
                                                         size_t at);

/**
 * A refusal in the words of AWS: "User: ARN is not authorized to perform: ACTION on
 * resource: ARN because no identity-based policy allows the ACTION action". "" for an allowed
 * request. Texts of the request stand in it as they are. Valid as long as the answer.
 */
POLCHECK_API struct polcheck_str polcheck_answer_message(const struct polcheck_answer *answer);

/* Explaining ----------------------------------------------------------------------------------- */

/** The first thing that kept a statement from matching, in the order in which they are looked at.
 */
enum polcheck_obstacle {
    POLCHECK_OBSTACLE_NONE = 0, /**< it matches */
    POLCHECK_OBSTACLE_ACTION = 1,
    POLCHECK_OBSTACLE_RESOURCE = 2,
    POLCHECK_OBSTACLE_PRINCIPAL = 3,
    POLCHECK_OBSTACLE_CONDITION = 4
};

/** "none", "action", "resource", "principal", "condition"; else "none". Lives for ever. */
POLCHECK_API const char *polcheck_obstacle_text(enum polcheck_obstacle obstacle);

/** What became of one statement. Valid during the call. */
struct polcheck_observation {
    size_t size;
    const struct polcheck_statement *statement;
    enum polcheck_obstacle obstacle;
    uint32_t conditions; /**< that the statement has, one for each operator and key */
    uint32_t held;       /**< of them hold; 0 unless resource, principal and action match */
    struct polcheck_str
        condition_operator; /**< of the first that does not hold, as "StringEquals"; else "" */
    struct polcheck_str condition_key; /**< of that one */
    bool key_absent;                   /**< the request does not have that key */
};

/** Begin with POLCHECK_OBSERVER_INIT. */
struct polcheck_observer {
    size_t size;
    void *context;
    /** Called for each statement of each policy that applies; must not use the scratch. NULL:
     * POLCHECK_ERR_USAGE. */
    void (*statement)(void *context, const struct polcheck_observation *observation);
};

#define POLCHECK_OBSERVER_INIT                                                                     \
    {                                                                                              \
        sizeof(struct polcheck_observer), NULL, NULL                                               \
    }

/**
 * Decides the last question of this scratch again, from the same snapshot and by the same
 * evaluator, and shows the observer what becomes of every statement, matching or not. Statuses as
 * polcheck_reasons, whose answer stays valid. Costs a look at every statement: for people, not for
 * each request.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_explain(struct polcheck_scratch *scratch, const struct polcheck_observer *observer);

/* The decision log ----------------------------------------------------------------------------- */

enum {
    /** Only decisions that denied or failed are written. */
    POLCHECK_LOG_ONLY_DENIED = 1
};

/** Begin with POLCHECK_LOGGER_OPTIONS_INIT. */
struct polcheck_logger_options {
    size_t size;
    unsigned flags; /**< POLCHECK_LOG_ONLY_DENIED */
    /** Of the file, which is appended to, and made (mode 0600) when missing; copied. */
    const char *path;
    /** Decisions in the ring, up to 1,048,576, rounded up to a power of two; 0: 4,096. */
    size_t entries;
    /** Room for one decision, 512 to 65,536; 0: 2,048. Longer ones are cut, and say so. */
    size_t entry_bytes;
    /** Context keys whose values are written as "***": names without case, one that ends in '*'
     * stands for all that begin so. {"aws:UserAgent", "aws:RequestTag*"}. Copied. */
    const struct polcheck_str *masked;
    size_t masked_count;
};

#define POLCHECK_LOGGER_OPTIONS_INIT                                                               \
    {                                                                                              \
        sizeof(struct polcheck_logger_options), 0, NULL, 0, 0, NULL, 0                             \
    }

/**
 * Opens a log of JSON lines and starts the thread that writes it. Each decision is an object with
 * `time` (RFC 3339, UTC, microseconds), `principal`, `action`, `resource`, `context`, `decision`,
 * `status` (of a failure: polcheck_status_name, with `message`), `statements` (policy, type, sid,
 * effect, file, line), `blockedBy`, `snapshot` and `durationNs`; `truncated` when it was cut.
 * Decisions that were dropped are a line of their own: {"time": ..., "dropped": 17, "droppedInAll":
 * 17}. Several processes may append to one file: a line is one write. POLCHECK_ERR_IO: the file
 * cannot be opened for appending. POLCHECK_ERR_USAGE, POLCHECK_ERR_NOMEM, POLCHECK_ERR_INTERNAL.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_logger_open(const struct polcheck_logger_options *options, struct polcheck_logger **out);

/** Writes what is in the ring, ends the thread and closes the file. No thread may log any more. */
POLCHECK_API void polcheck_logger_close(struct polcheck_logger *logger);

/**
 * Puts a decision into the ring: copies it, never waits, never allocates, takes no lock. When the
 * ring is full the decision is dropped and counted. `logger` is a struct polcheck_logger: this is
 * an on_decision. Any thread.
 */
POLCHECK_API void polcheck_logger_log(void *logger, const struct polcheck_decision_event *event);

/**
 * Has the writer open the path anew before it writes the next line, for logrotate. Safe in the
 * handler of a signal. When that fails, the old file goes on and the writer tries again each
 * second.
 */
POLCHECK_API void polcheck_logger_reopen(struct polcheck_logger *logger);

/** Waits until all that was logged before is in the file, at most so many milliseconds. False: it
 * is not. */
POLCHECK_API bool polcheck_logger_flush(struct polcheck_logger *logger, unsigned timeout_ms);

/** How many decisions were dropped so far: the ring was full, or the file could not be written. Any
 * thread. */
POLCHECK_API uint64_t polcheck_logger_dropped(const struct polcheck_logger *logger);

/* Secrets -------------------------------------------------------------------------------------- */

/**
 * What opens a vault (polcheck secrets init). Begin with POLCHECK_SECRETS_OPTIONS_INIT, and give
 * exactly one root key. No form of it is an argument of a command or a variable of the environment,
 * which others can read.
 */
struct polcheck_secrets_options {
    size_t size;
    const char *vault; /**< path of the vault's folder */
    /** File of the root key: mode 0600, of this user or root; 64 hexadecimal digits or 32 raw
     * bytes. */
    const char *root_key_file;
    /** Name of a systemd credential (below $CREDENTIALS_DIRECTORY) that holds it. */
    const char *root_key_credential;
    int root_key_fd; /**< descriptor that it is read from, to the end; -1: none. Stays open. */
    /** Passphrase from which it follows; borrowed during the call. Keep it in locked memory and
     * wipe it. */
    struct polcheck_str passphrase;
    /** NULL, or room for one sentence that says why the vault cannot be opened; ends in zero. */
    char *message;
    size_t message_size;
};

#define POLCHECK_SECRETS_OPTIONS_INIT                                                              \
    {                                                                                              \
        sizeof(struct polcheck_secrets_options), NULL, NULL, NULL, -1, {NULL, 0}, NULL, 0          \
    }

/**
 * Opens a vault. Costs some hundred microseconds, with a passphrase some tenths of a second and 256
 * MiB. What is changed in the vault afterwards counts at the next release. POLCHECK_ERR_ROOT_KEY.
 * POLCHECK_ERR_NO_STORE: no vault is there. POLCHECK_ERR_NOT_STORE. POLCHECK_ERR_DAMAGED: it was
 * tampered with, or is older than its audit log. POLCHECK_ERR_AUDIT. POLCHECK_ERR_LIMIT: memory
 * cannot be locked (RLIMIT_MEMLOCK). POLCHECK_ERR_VERSION, POLCHECK_ERR_BUSY, POLCHECK_ERR_IO,
 * POLCHECK_ERR_NOMEM, POLCHECK_ERR_USAGE.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_secrets_open(const struct polcheck_secrets_options *options,
                      struct polcheck_secrets **out);

/** Wipes the root key and closes the vault. No thread may use it any more. Safe in a child after a
 * fork. */
POLCHECK_API void polcheck_secrets_close(struct polcheck_secrets *secrets);

/**
 * Memory for what is released, of one environment at a time and used again: between guard pages,
 * locked into memory, in no core dump, not inherited by a fork, wiped at the next release and at
 * the end. execve and posix_spawn take it as it lies; a child of fork() does not have it, and finds
 * the environment empty. POLCHECK_ERR_LIMIT: memory cannot be locked. POLCHECK_ERR_NOMEM,
 * POLCHECK_ERR_USAGE.
 */
POLCHECK_API POLCHECK_MUST_CHECK enum polcheck_status
polcheck_environment_new(struct polcheck_environment **out);
POLCHECK_API void polcheck_environment_free(struct polcheck_environment *environment);

/** Empties it now. */
POLCHECK_API void polcheck_environment_wipe(struct polcheck_environment *environment);

/** The variables that were released, by name. 0 after a refusal. */
POLCHECK_API size_t polcheck_environment_count(const struct polcheck_environment *environment);
/** NULL or "": there are no so many. Both end in a zero that is not counted, and are valid until
 * the next release. */
POLCHECK_API struct polcheck_str
polcheck_environment_name(const struct polcheck_environment *environment, size_t at);
POLCHECK_API struct polcheck_str
polcheck_environment_value(const struct polcheck_environment *environment, size_t at);
/** "NAME=VALUE" as execve takes it; NULL: there are no so many. */
POLCHECK_API char *polcheck_environment_assignment(const struct polcheck_environment *environment,
                                                   size_t at);

/** The variables that the store says the function is configured with, secrets or not. */
POLCHECK_API size_t
polcheck_environment_declared_count(const struct polcheck_environment *environment);
POLCHECK_API struct polcheck_str
polcheck_environment_declared(const struct polcheck_environment *environment, size_t at);

/** What is to be released, to whom. Begin with POLCHECK_RELEASE_INIT. Everything is borrowed during
 * the call. */
struct polcheck_release {
    size_t size;
    struct polcheck_str function; /**< ARN, without version or alias */
    /** Who asks: a session of the function's execution role that bears the function's name; "":
     * that session. */
    struct polcheck_str principal;
    const struct polcheck_str *names; /**< of variables; a count of 0: all */
    size_t name_count;
    const struct polcheck_pair *context; /**< further context keys of the request */
    size_t context_count;
    struct polcheck_str delivery;  /**< for the audit log, up to 64 bytes; "": "library" */
    struct polcheck_str recipient; /**< for the audit log: whom it is sealed to; "": nobody */
};

#define POLCHECK_RELEASE_INIT                                                                      \
    {                                                                                              \
        sizeof(struct polcheck_release), {NULL, 0}, {NULL, 0}, NULL, 0, NULL, 0, {NULL, 0},        \
        {                                                                                          \
            NULL, 0                                                                                \
        }                                                                                          \
    }

/**
 * Releases a function's secrets, if its policies allow it: asks the evaluator, by the scratch,
 * whether the function's session may do kms:Decrypt on the key that they are sealed under, with
 * kms:EncryptionContext:aws:lambda:FunctionArn the function and kms:ViaService
 * lambda.REGION.amazonaws.com, under the key's policy, the role's policies and boundary, and the
 * organisation's guard-rails. Only when that is allowed is anything opened, and
 * only when the audit log has it is anything handed out. Each release and refusal is an entry of
 * the audit log. On any failure or refusal the environment is empty.
 *
 * A verdict that is not allowed and has no failure is the policies' refusal: polcheck_reasons and
 * polcheck_explain say why. Statuses: as polcheck_ask, and POLCHECK_ERR_KEY, POLCHECK_ERR_SECRET,
 * POLCHECK_ERR_FUNCTION, POLCHECK_ERR_SESSION, POLCHECK_ERR_AUDIT, POLCHECK_ERR_DAMAGED (the
 * vault), POLCHECK_ERR_IO, and POLCHECK_ERR_NOT_STORE where the store's folder, data.mdb or
 * lock.mdb belongs to another user than this process's and root, or group or others may write to
 * it: who writes the policies has the secrets. polcheck_scratch_message says what is wrong.
 *
 * Any thread; releases of one vault wait for each other, a few microseconds each, and for a change
 * of it that is being brought to the disk, some milliseconds. Where another process keeps its audit
 * log locked, each is refused after five seconds (POLCHECK_ERR_AUDIT). polcheck_secrets of a parent
 * process: POLCHECK_ERR_FORKED. The engine's on_decision must not release.
 */
POLCHECK_API POLCHECK_MUST_CHECK struct polcheck_verdict
polcheck_secrets_release(struct polcheck_secrets *secrets, struct polcheck_scratch *scratch,
                         const struct polcheck_release *release,
                         struct polcheck_environment *environment);

/**
 * Says whether polcheck_secrets_release would release, in the same words; opens nothing and writes
 * nothing to the audit log. With a principal that is not the function's own session the question is
 * asked of the policies all the same: a verdict that allows it means that nothing but the session
 * stands in the way.
 */
POLCHECK_API POLCHECK_MUST_CHECK struct polcheck_verdict
polcheck_secrets_ask(struct polcheck_secrets *secrets, struct polcheck_scratch *scratch,
                     const struct polcheck_release *release);

#ifdef __cplusplus
}
#endif

#endif
