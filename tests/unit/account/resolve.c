// SPDX-License-Identifier: Apache-2.0
#include "stored.h"

#define A           "arn:aws:iam::111122223333:"
#define S           "arn:aws:sts::111122223333:"
#define FN          "arn:aws:lambda:eu-west-1:111122223333:function:f"
#define TABLE       "arn:aws:dynamodb:eu-west-1:111122223333:table/t"
#define KEY         "arn:aws:kms:eu-west-1:111122223333:key/k"
#define OPEN_TO_ALL "{'Statement':{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}}"
#define OPEN_KEY    "{'Statement':{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'*'}}"
#define DENY_RCP                                                                                   \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'s3:*',"        \
    "'Resource':'*'}}"

static const char picture[] =
    "{'polcheck':1,"
    "'roles':[{'arn':'" A "role/path/Deploy','policies':[" ALLOW_ALL "],'boundary':" ALLOW_ALL
    ",'trust':" TRUST_LAMBDA ",'tags':{'team':'a','stage':'prod','état':'clos'},'id':'AROA1'},"
    "{'arn':'" A "role/plain'}],"
    "'users':[{'arn':'" A "user/p/alice','policies':[" ALLOW_ALL "],'tags':{'team':'b'},"
    "'boundary':" ALLOW_ALL ",'id':'AIDA1'},{'arn':'arn:aws:iam::444455556666:user/bob'}],"
    "'resources':[{'arn':'arn:aws:s3:::photos','account':'111122223333','policy':" OPEN_TO_ALL
    ",'tags':{'k':'v'}},{'arn':'arn:aws:s3:::empty','account':'444455556666'},"
    "{'arn':'" FN ":prod','policy':" OPEN_TO_ALL "},"
    "{'arn':'" FN "','policy':" OPEN_TO_ALL ",'tags':{'fn':'f'}},"
    "{'arn':'" TABLE "','policy':" OPEN_TO_ALL "},"
    "{'arn':'" KEY "','policy':" OPEN_KEY "}],"
    "'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL "],'rcp':[" DENY_RCP "]},"
    "{'id':'ou-1','parent':'r-1'},{'id':'ou-2','parent':'ou-1','scp':[]}],"
    "'accounts':[{'id':'111122223333','parent':'ou-2','scp':[" ALLOW_ALL "]},"
    "{'id':'777788889999','parent':'r-1','management':true}]}}";

struct asking {
    struct sandbox *box;
    struct pc_store *store;
    struct pc_resolver *resolver;
    struct pc_request request;
    struct pc_policies policies;
};

static int open_asking(void **state)
{
    void *box;
    struct asking *asking = calloc(1, sizeof(*asking));
    if (asking == NULL || sandbox_open(&box) != 0) {
        free(asking);
        return -1;
    }
    asking->box = box;
    *state = asking;
    sandbox_write(asking->box, "m.json", picture);
    sandbox_accept(asking->box);
    (void)sandbox_publish(asking->box);
    assert_int_equal(
        pc_store_open(pc_str_from(asking->box->store), &asking->box->diags, &asking->store), PC_OK);
    assert_int_equal(pc_resolver_new(asking->store, &asking->resolver), PC_OK);
    return 0;
}

static int close_asking(void **state)
{
    struct asking *asking = *state;
    void *box = asking->box;
    pc_resolver_free(asking->resolver);
    pc_store_close(asking->store);
    free(asking);
    return sandbox_close(&box);
}

static void prepare(struct asking *asking, const char *caller, const char *action,
                    const char *resource)
{
    asking->request =
        (struct pc_request){.action = pc_str_from(action), .resource = pc_str_from(resource)};
    memset(&asking->policies, 0, sizeof(asking->policies));
    assert_true(pc_caller_parse(pc_str_from(caller), &asking->request.caller));
}

static enum pc_status resolve(struct asking *asking)
{
    const struct pc_place place = {.file = PC_STR("questions"), .line = 3, .column = 4};
    struct sandbox *box = asking->box;
    pc_diags_init(&box->diags, &box->arena);
    const struct pc_asking source = {&box->arena, place, &box->diags};
    return pc_resolve(asking->resolver, &source, &asking->request, &asking->policies);
}

static enum pc_status ask(struct asking *asking, const char *caller, const char *action,
                          const char *resource)
{
    prepare(asking, caller, action, resource);
    return resolve(asking);
}

static void expect_unknown(struct asking *asking, enum pc_status status)
{
    const struct pc_diag *diag = asking->box->diags.last;
    assert_int_equal(status, PC_ERR_NOTFOUND);
    assert_non_null(diag);
    assert_int_equal(diag->code, PC_DIAG_PRINCIPAL_UNKNOWN);
    assert_int_equal(diag->place.line, 3);
    assert_null(asking->policies.identity);
}

static struct pc_str tag_of(const struct pc_tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(tags[i].key, pc_str_from(key))) {
            return tags[i].value;
        }
    }
    return PC_STR("(none)");
}

static void a_user(void **state)
{
    struct asking *asking = *state;
    const struct pc_request *request = &asking->request;
    assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "*"), PC_OK);
    assert_non_null(asking->policies.identity);
    assert_int_equal(pc_image_count(asking->policies.identity, PC_IMAGE_STATEMENTS), 1);
    assert_non_null(asking->policies.boundary);
    assert_view(request->caller.id, "AIDA1");
    assert_int_equal(request->caller.tag_count, 1);
    assert_int_equal(asking->policies.scp_count, 3); // root, ou-2, account: ou-1 says nothing
    assert_int_equal(pc_image_count(&asking->policies.scp[1], PC_IMAGE_STATEMENTS), 0);
    assert_false(request->management_account);
    // Another path is another user, and names compare with case.
    expect_unknown(asking, ask(asking, A "user/alice", "s3:GetObject", "*"));
    expect_unknown(asking, ask(asking, A "user/p/Alice", "s3:GetObject", "*"));
    expect_unknown(asking, ask(asking, "arn:aws-cn:iam::111122223333:user/p/alice", "s3:Get", "*"));
    // No policies at all are a set that allows nothing.
    assert_int_equal(ask(asking, "arn:aws:iam::444455556666:user/bob", "s3:GetObject", "*"), PC_OK);
    assert_int_equal(pc_image_count(asking->policies.identity, PC_IMAGE_STATEMENTS), 0);
    assert_null(asking->policies.boundary);
    assert_int_equal(asking->policies.scp_count, 0);
}

// the session's ARN has no path.
static void a_session(void **state)
{
    struct asking *asking = *state;
    const struct pc_caller *caller = &asking->request.caller;
    assert_int_equal(ask(asking, S "assumed-role/deploy/s", "s3:GetObject", "*"), PC_OK);
    assert_view(caller->role, A "role/path/Deploy");
    assert_true(pc_str_has_prefix(caller->id, PC_STR("AROA1")));
    assert_non_null(asking->policies.identity);
    assert_non_null(asking->policies.boundary);
    assert_view(tag_of(caller->tags, caller->tag_count, "team"), "a");

    assert_int_equal(ask(asking, A "role/path/Deploy", "s3:GetObject", "*"), PC_OK);
    assert_non_null(asking->policies.boundary);
    expect_unknown(asking, ask(asking, A "role/Deploy", "s3:GetObject", "*"));
    expect_unknown(asking, ask(asking, S "assumed-role/other/s", "s3:GetObject", "*"));
    expect_unknown(asking, ask(asking, S "assumed-role/alice/s", "s3:GetObject", "*"));

    prepare(asking, S "assumed-role/Deploy/s", "s3:GetObject", "*");
    asking->request.caller.role = PC_STR(A "role/other/Deploy");
    expect_unknown(asking, resolve(asking));
    assert_view(caller->role, A "role/other/Deploy"); // as it was
}

static void tags_of_the_session_come_first(void **state)
{
    struct asking *asking = *state;
    const struct pc_caller *caller = &asking->request.caller;
    const struct pc_tag tags[] = {{PC_STR("Team"), PC_STR("mine")},
                                  {PC_STR("État"), PC_STR("ouvert")}};
    prepare(asking, S "assumed-role/Deploy/s", "s3:GetObject", "*");
    asking->request.caller.tags = tags;
    asking->request.caller.tag_count = 2;
    asking->request.caller.id = PC_STR("AROA9:s");
    assert_int_equal(resolve(asking), PC_OK);
    assert_int_equal(caller->tag_count, 3);
    assert_view(tag_of(caller->tags, 3, "Team"), "mine");
    assert_view(tag_of(caller->tags, 3, "État"), "ouvert");
    assert_view(tag_of(caller->tags, 3, "stage"), "prod");
    assert_view(caller->id, "AROA9:s");
}

//
static void tags_of_a_user_are_those_of_the_store(void **state)
{
    struct asking *asking = *state;
    const struct pc_tag same[] = {{PC_STR("TEAM"), PC_STR("b")}};
    const struct pc_tag other[] = {{PC_STR("team"), PC_STR("a")}};
    prepare(asking, A "user/p/alice", "s3:GetObject", "*");
    asking->request.caller.tags = same;
    asking->request.caller.tag_count = 1;
    assert_int_equal(resolve(asking), PC_OK);
    prepare(asking, A "user/p/alice", "s3:GetObject", "*");
    asking->request.caller.tags = other;
    asking->request.caller.tag_count = 1;
    assert_int_equal(resolve(asking), PC_ERR_INVALID);
    assert_int_equal(asking->box->diags.last->code, PC_DIAG_REQUEST_CONTRADICTION);
}

static enum pc_status ask_federated(struct asking *asking, const char *parent)
{
    prepare(asking, S "federated-user/guest", "s3:GetObject", "*");
    asking->request.caller.parent = pc_str_from(parent);
    return resolve(asking);
}

static void a_federated_user(void **state)
{
    struct asking *asking = *state;
    assert_int_equal(ask_federated(asking, A "user/p/alice"), PC_OK);
    assert_non_null(asking->policies.identity);
    assert_non_null(asking->policies.boundary);
    assert_int_equal(asking->policies.scp_count, 3);
    assert_int_equal(asking->request.caller.id.len, 0); // that of the user is not its own
    assert_view(asking->request.caller.parent_id, "AIDA1");
    expect_unknown(asking, ask_federated(asking, ""));
    expect_unknown(asking, ask_federated(asking, A "user/alice"));
    expect_unknown(asking, ask_federated(asking, A "role/plain"));
    expect_unknown(asking, ask_federated(asking, "arn:aws:iam::444455556666:user/bob"));
    expect_unknown(asking, ask_federated(asking, "alice"));
    assert_int_equal(ask_federated(asking, A "root"), PC_OK);
    assert_null(asking->policies.identity);
    assert_int_equal(asking->policies.scp_count, 3);
}

static void root(void **state)
{
    struct asking *asking = *state;
    assert_int_equal(ask(asking, A "root", "s3:GetObject", "*"), PC_OK);
    assert_null(asking->policies.identity);
    assert_null(asking->policies.boundary);
    assert_int_equal(asking->policies.scp_count, 3);
    assert_int_equal(asking->policies.rcp_count, 1); // the owner of "*" is the caller
    assert_int_equal(ask(asking, "arn:aws:iam::777788889999:root", "s3:GetObject", "*"), PC_OK);
    assert_true(asking->request.management_account);
    assert_int_equal(ask(asking, "arn:aws:iam::444455556666:root", "s3:GetObject", "*"), PC_OK);
    expect_unknown(asking, ask(asking, "arn:aws:iam::999999999999:root", "s3:GetObject", "*"));
}

static void callers_without_account(void **state)
{
    struct asking *asking = *state;
    static const char *const callers[] = {"*", "s3.amazonaws.com"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ask(asking, callers[i], "s3:GetObject", "arn:aws:s3:::photos/x"), PC_OK);
        assert_null(asking->policies.identity);
        assert_int_equal(asking->policies.scp_count, 0);
        assert_int_equal(asking->policies.resource_count, 1);
        assert_int_equal(asking->policies.rcp_count, 1);
    }
    prepare(asking, "*", "sts:AssumeRoleWithWebIdentity", A "role/path/Deploy");
    asking->request.caller = pc_caller_provider(PC_STR("accounts.google.com"));
    assert_int_equal(resolve(asking), PC_OK);
    assert_int_equal(asking->policies.resource_count, 1);
    asking->request.caller.kind = PC_CALLER_NONE;
    memset(&asking->policies, 0, sizeof(asking->policies));
    expect_unknown(asking, resolve(asking));
}

// What judges a request on each resource: how many policies, and whose owner.
static void resources_and_their_holders(void **state)
{
    struct asking *asking = *state;
    static const struct {
        const char *action, *resource, *owner;
        size_t policies;
        const char *tag;
    } rows[] = {
        {"s3:GetObject", "arn:aws:s3:::photos/a/b", "111122223333", 1, "(none)"},
        {"s3:ListBucket", "arn:aws:s3:::photos", "111122223333", 1, "v"},
        {"s3:GetObject", "arn:aws:s3:::empty/a", "444455556666", 0, "(none)"},
        {"s3:GetObject", "arn:aws:s3:::unknown/a", "", 0, "(none)"},
        {"lambda:InvokeFunction", FN ":prod", "111122223333", 2, "(none)"},
        {"lambda:InvokeFunction", FN ":7", "111122223333", 1, "(none)"},
        {"lambda:InvokeFunction", FN, "111122223333", 1, "(none)"},
        {"lambda:InvokeFunction", FN "2", "111122223333", 0, "(none)"},
        {"dynamodb:Query", TABLE "/index/i", "111122223333", 1, "(none)"},
        {"kms:Decrypt", KEY, "111122223333", 1, "(none)"},
        {"sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q", "444455556666", 0, "(none)"},
        {"s3:ListAllMyBuckets", "*", "", 0, "(none)"},
        {"sts:AssumeRole", A "role/path/Deploy", "111122223333", 1, "(none)"},
        {"STS:AssumeRole", A "role/path/Deploy", "111122223333", 1, "(none)"},
        {"sts:AssumeRole", A "role/Deploy", "111122223333", 0, "(none)"},
        {"sts:AssumeRole", A "role/plain", "111122223333", 0, "(none)"},
        {"iam:PassRole", A "role/path/Deploy", "111122223333", 0, "(none)"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(ask(asking, A "role/plain", rows[i].action, rows[i].resource), PC_OK);
        assert_int_equal(asking->policies.resource_count, rows[i].policies);
        assert_true(pc_str_eq(asking->request.resource_account, pc_str_from(rows[i].owner)));
        assert_true(pc_str_eq(
            tag_of(asking->request.resource_tags, asking->request.resource_tag_count, "k"),
            pc_str_from(rows[i].tag)));
        assert_false(asking->request.account_assumed);
    }
}

static void resource_tags(void **state)
{
    struct asking *asking = *state;
    const struct pc_request *request = &asking->request;
    assert_int_equal(ask(asking, A "role/plain", "lambda:InvokeFunction", FN ":prod"), PC_OK);
    assert_view(tag_of(request->resource_tags, request->resource_tag_count, "fn"), "f");
    assert_int_equal(ask(asking, A "role/plain", "iam:GetRole", A "role/path/Deploy"), PC_OK);
    assert_view(tag_of(request->resource_tags, request->resource_tag_count, "stage"), "prod");
    assert_int_equal(ask(asking, A "role/plain", "iam:GetUser", A "user/p/alice"), PC_OK);
    assert_view(tag_of(request->resource_tags, request->resource_tag_count, "team"), "b");
}

static void the_owner_is_not_open_to_debate(void **state)
{
    struct asking *asking = *state;
    prepare(asking, A "role/plain", "s3:GetObject", "arn:aws:s3:::photos/a");
    asking->request.resource_account = PC_STR("444455556666");
    assert_int_equal(resolve(asking), PC_ERR_INVALID);
    assert_int_equal(asking->box->diags.last->code, PC_DIAG_REQUEST_CONTRADICTION);
    prepare(asking, A "role/plain", "s3:GetObject", "arn:aws:s3:::unknown/a");
    asking->request.resource_account = PC_STR("777788889999");
    assert_int_equal(resolve(asking), PC_OK);
    assert_true(asking->request.resource_management_account);
    assert_false(asking->request.management_account);
}

static void the_context_may_name_the_owner(void **state)
{
    struct asking *asking = *state;
    static const struct pc_str owner = PC_STR_INIT("777788889999");
    static const struct pc_context_key entry = {
        .key = PC_STR_INIT("aws:ResourceAccount"), .values = &owner, .count = 1};
    prepare(asking, A "role/plain", "s3:GetObject", "arn:aws:s3:::unknown/a");
    assert_int_equal(pc_request_add(&asking->box->arena, &asking->request, &entry), PC_OK);
    assert_int_equal(resolve(asking), PC_OK);
    assert_true(asking->request.resource_management_account);
}

// RCPs go by the owner's account, SCPs by the caller's.
static void guard_rails_by_account(void **state)
{
    struct asking *asking = *state;
    assert_int_equal(
        ask(asking, "arn:aws:iam::444455556666:user/bob", "s3:GetObject", "arn:aws:s3:::photos/a"),
        PC_OK);
    assert_int_equal(asking->policies.scp_count, 0);
    assert_int_equal(asking->policies.rcp_count, 1);
    assert_int_equal(ask(asking, A "role/plain", "s3:GetObject", "arn:aws:s3:::empty/a"), PC_OK);
    assert_int_equal(asking->policies.scp_count, 3);
    assert_int_equal(asking->policies.rcp_count, 0);
}

// Deeper than AWS nests, which is warned of and counts all the same.
static void an_organisation_of_many_levels(void **state)
{
    struct asking *asking = *state;
    struct sandbox *box = asking->box;
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{'polcheck':1,'roles':[{'arn':'" A "role/plain'}],'organization':{'levels':"
                       "[{'id':'l0','scp':[" ALLOW_ALL "]}");
    for (int i = 1; i < 20; i++) {
        pc_buf_format(&text, ",{'id':'l%d','parent':'l%d','scp':[%s],'rcp':[%s]}", i, i - 1,
                      ALLOW_ALL, DENY_RCP);
    }
    pc_buf_text(&text, "],'accounts':[{'id':'111122223333','parent':'l19'}]}}");
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write(box, "m.json", text.ptr);
    pc_buf_release(&text);
    pc_resolver_free(asking->resolver);
    pc_store_close(asking->store);
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
    (void)sandbox_publish(box);
    assert_int_equal(pc_store_open(pc_str_from(box->store), &box->diags, &asking->store), PC_OK);
    assert_int_equal(pc_resolver_new(asking->store, &asking->resolver), PC_OK);
    assert_int_equal(ask(asking, A "role/plain", "s3:GetObject", "*"), PC_OK);
    assert_int_equal(asking->policies.scp_count, 20);
    assert_int_equal(asking->policies.rcp_count, 19);
    for (size_t i = 0; i < 19; i++) {
        assert_int_equal(asking->policies.scp[i].header->type, PC_IMAGE_TYPE_SCP);
        assert_int_equal(asking->policies.rcp[i].header->type, PC_IMAGE_TYPE_RCP);
    }
}

static void images_are_verified_once(void **state)
{
    struct asking *asking = *state;
    assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "*"), PC_OK);
    const char *first = asking->policies.identity->bytes;
    assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "*"), PC_OK);
    assert_ptr_equal(asking->policies.identity->bytes, first);
    assert_int_equal(pc_resolver_renew(asking->resolver), PC_OK);
    assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "*"), PC_OK);
}

// Opens the store again after a change to one value.
static void change(struct asking *asking, const struct stored_value *value)
{
    struct sandbox *box = asking->box;
    struct stored_value copy = *value;
    pc_resolver_free(asking->resolver);
    pc_store_close(asking->store);
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, stored_put, &copy),
                     PC_OK);
    assert_int_equal(pc_store_open(pc_str_from(box->store), &box->diags, &asking->store), PC_OK);
    assert_int_equal(pc_resolver_new(asking->store, &asking->resolver), PC_OK);
}

// Items of the only shard of a directory, their bytes copied.
static size_t take_items(struct asking *asking, enum pc_store_table table,
                         struct pc_directory_item *items)
{
    struct stored stored = stored_open(asking->box, asking->box->store);
    const struct pc_directory_header *shard = stored_shard(&stored, table, 0);
    size_t count = 0;
    assert_int_equal(stored_shards(&stored, table), 1);
    for (const struct pc_directory_entry *entry = pc_directory_first(shard); entry != NULL;
         entry = pc_directory_next(shard, entry)) {
        struct pc_directory_item *item = &items[count++];
        struct pc_arena *arena = &asking->box->arena;
        assert_int_equal(pc_arena_copy(arena, pc_directory_key(entry), &item->key), PC_OK);
        assert_int_equal(pc_arena_copy(arena, pc_directory_value(shard, entry), &item->value),
                         PC_OK);
        item->hash = pc_census_hash(table, item->key);
    }
    stored_close(&stored);
    return count;
}

static void put_items(struct asking *asking, enum pc_store_table table,
                      const struct pc_directory_item *items, size_t count)
{
    struct pc_buf buf;
    pc_buf_init(&buf);
    assert_int_equal(pc_directory_write(items, count, table == PC_STORE_TREES, &buf), PC_OK);
    change(asking, &(struct stored_value){table, PC_STR("\0\0\0\0"), pc_buf_view(&buf)});
    pc_buf_release(&buf);
}

static void expect_damage(struct asking *asking, enum pc_status status)
{
    assert_int_equal(status, PC_ERR_DAMAGED);
    assert_int_equal(asking->box->diags.last->code, PC_DIAG_STORE_DAMAGED);
    assert_null(asking->policies.identity);
    assert_int_equal(asking->policies.resource_count, 0);
}

enum {
    ITEMS = 64,
};

static void damaged_records_end_in_an_error(void **state)
{
    struct asking *asking = *state;
    struct pc_directory_item items[ITEMS];
    static const enum pc_store_table tables[] = {PC_STORE_PRINCIPALS, PC_STORE_RESOURCES,
                                                 PC_STORE_LEVELS};
    for (size_t t = 0; t < 3; t++) {
        size_t count = take_items(asking, tables[t], items);
        for (size_t i = 0; i < count; i++) {
            struct pc_str kept = items[i].value;
            items[i].value = PC_STR("\1P\1nonsense");
            put_items(asking, tables[t], items, count);
            items[i].value = kept;
            expect_damage(asking,
                          ask(asking, A "user/p/alice", "s3:GetObject", "arn:aws:s3:::photos/a"));
        }
        put_items(asking, tables[t], items, count);
        assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "arn:aws:s3:::photos/a"),
                         PC_OK);
    }
}

static void damaged_shards_end_in_an_error(void **state)
{
    struct asking *asking = *state;
    static const struct stored_value values[] = {
        {PC_STORE_PRINCIPALS, PC_STR_INIT("\0\0\0\0"), PC_STR_INIT("PCDR nonsense")},
        {PC_STORE_PRINCIPALS, PC_STR_INIT("\0\0\0\0"), PC_STR_INIT("")},
        {PC_STORE_META, PC_STR_INIT("directories"), PC_STR_INIT("nonsense")},
    };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        change(asking, &values[i]);
        expect_damage(asking, ask(asking, A "user/p/alice", "s3:GetObject", "*"));
    }
    expect_damage(asking, ask(asking, "*", "s3:GetObject", "arn:aws:s3:::photos/a"));
}

// A principal in another's place would have its rights.
static void records_under_other_keys_are_refused(void **state)
{
    struct asking *asking = *state;
    struct pc_directory_item items[ITEMS];
    size_t count = take_items(asking, PC_STORE_PRINCIPALS, items);
    struct pc_str kept = items[0].value;
    items[0].value = items[1].value;
    items[1].value = kept;
    put_items(asking, PC_STORE_PRINCIPALS, items, count);
    expect_damage(asking, ask(asking, A "user/p/alice", "s3:GetObject", "*"));
}

static void damaged_images_end_in_an_error(void **state)
{
    struct asking *asking = *state;
    struct pc_directory_item items[ITEMS];
    size_t count = take_items(asking, PC_STORE_TREES, items);
    for (size_t i = 0; i < count; i++) {
        items[i].value = PC_STR("PCIM but not really");
    }
    put_items(asking, PC_STORE_TREES, items, count);
    expect_damage(asking, ask(asking, A "user/p/alice", "s3:GetObject", "*"));
    expect_damage(asking, ask(asking, "*", "s3:GetObject", "arn:aws:s3:::photos/a"));
    // An image that is missing, in the shard or outside of it, is damage as well.
    items[0].value = PC_STR("");
    put_items(asking, PC_STORE_TREES, items, 1);
    expect_damage(asking, ask(asking, A "user/p/alice", "s3:GetObject", "*"));
    expect_damage(asking, ask(asking, "*", "s3:GetObject", "arn:aws:s3:::photos/a"));
    // Compiling again puts it right.
    pc_resolver_free(asking->resolver);
    pc_store_close(asking->store);
    sandbox_accept(asking->box);
    assert_int_equal(sandbox_publish(asking->box).reused, 0);
    assert_int_equal(
        pc_store_open(pc_str_from(asking->box->store), &asking->box->diags, &asking->store), PC_OK);
    assert_int_equal(pc_resolver_new(asking->store, &asking->resolver), PC_OK);
    assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "*"), PC_OK);
}

// More images in a shard than are remembered are verified each time.
static void a_shard_with_many_images(void **state)
{
    struct asking *asking = *state;
    struct pc_directory_item items[ITEMS + 80];
    size_t count = take_items(asking, PC_STORE_TREES, items);
    char keys[70][32] = {{0}};
    for (size_t n = 0; n < 70; n++) {
        uint64_t hash = items[0].hash - 1 - n; // before all of those that are asked for
        memcpy(keys[n], &hash, sizeof(hash));
        items[count++] =
            (struct pc_directory_item){hash, {keys[n], sizeof(keys[n])}, items[0].value};
    }
    qsort(items, count, sizeof(items[0]), pc_directory_order);
    put_items(asking, PC_STORE_TREES, items, count);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "arn:aws:s3:::photos/a"),
                         PC_OK);
        assert_int_equal(pc_image_count(asking->policies.identity, PC_IMAGE_STATEMENTS), 1);
    }
    for (size_t i = 70; i < count; i++) {
        items[i].value = PC_STR("PCIM but not really");
    }
    put_items(asking, PC_STORE_TREES, items, count);
    for (int i = 0; i < 2; i++) {
        expect_damage(asking, ask(asking, A "user/p/alice", "s3:GetObject", "*"));
    }
}

// An image with a value of its own is found there, also the second time, and in the next state.
static void large_images(void **state)
{
    struct asking *asking = *state;
    struct pc_directory_item items[ITEMS];
    size_t count = take_items(asking, PC_STORE_TREES, items);
    for (size_t i = 0; i < count; i++) {
        struct pc_str image = items[i].value;
        items[i].value = PC_STR("");
        change(asking, &(struct stored_value){PC_STORE_IMAGES, items[i].key, image});
    }
    put_items(asking, PC_STORE_TREES, items, count);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(asking, A "user/p/alice", "s3:GetObject", "arn:aws:s3:::photos/a"),
                         PC_OK);
        assert_int_equal(pc_image_count(asking->policies.identity, PC_IMAGE_STATEMENTS), 1);
        assert_int_equal(asking->policies.identity->header->type, PC_IMAGE_TYPE_IDENTITY);
        assert_int_equal(asking->policies.boundary->header->type, PC_IMAGE_TYPE_BOUNDARY);
    }
    for (size_t i = 0; i < count; i++) {
        change(asking, &(struct stored_value){PC_STORE_IMAGES, items[i].key, PC_STR("PCIM")});
    }
    expect_damage(asking, ask(asking, A "user/p/alice", "s3:GetObject", "*"));
}

static enum pc_status note(void *context, const char *what, const struct pc_image *image)
{
    struct pc_buf *out = context;
    pc_buf_format(out, "%s:%u ", what, image->header->type);
    return PC_OK;
}

static void images_for_the_dump(void **state)
{
    struct asking *asking = *state;
    struct pc_buf out;
    pc_buf_init(&out);
    static const struct {
        const char *arn, *images;
    } rows[] = {
        {A "role/path/Deploy", "identity:1 boundary:2 trust:5 "},
        {S "assumed-role/Deploy/s", "identity:1 boundary:2 trust:5 "},
        {A "user/p/alice", "identity:1 boundary:2 "},
        {"arn:aws:s3:::photos", "resource:4 "},
        {KEY, "resource:6 "},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        pc_buf_reset(&out);
        assert_int_equal(
            pc_resolver_each_image(asking->resolver, pc_str_from(rows[i].arn), note, &out), PC_OK);
        assert_true(pc_str_eq(pc_buf_view(&out), pc_str_from(rows[i].images)));
    }
    static const char *const unknown[] = {A "role/Deploy", A "user/alice", "arn:aws:s3:::none", "x",
                                          A "root"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(
            pc_resolver_each_image(asking->resolver, pc_str_from(unknown[i]), note, &out),
            PC_ERR_NOTFOUND);
    }
    pc_buf_release(&out);
}

#define ASKING_TEST(function) cmocka_unit_test_setup_teardown(function, open_asking, close_asking)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASKING_TEST(a_user),
        ASKING_TEST(a_session),
        ASKING_TEST(tags_of_the_session_come_first),
        ASKING_TEST(tags_of_a_user_are_those_of_the_store),
        ASKING_TEST(a_federated_user),
        ASKING_TEST(root),
        ASKING_TEST(callers_without_account),
        ASKING_TEST(resources_and_their_holders),
        ASKING_TEST(resource_tags),
        ASKING_TEST(the_owner_is_not_open_to_debate),
        ASKING_TEST(the_context_may_name_the_owner),
        ASKING_TEST(guard_rails_by_account),
        ASKING_TEST(an_organisation_of_many_levels),
        ASKING_TEST(images_are_verified_once),
        ASKING_TEST(damaged_records_end_in_an_error),
        ASKING_TEST(damaged_shards_end_in_an_error),
        ASKING_TEST(records_under_other_keys_are_refused),
        ASKING_TEST(damaged_images_end_in_an_error),
        ASKING_TEST(a_shard_with_many_images),
        ASKING_TEST(large_images),
        ASKING_TEST(images_for_the_dump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
