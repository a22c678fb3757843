// SPDX-License-Identifier: Apache-2.0
//
// Checked functions as DOT: which nodes and edges there are, how they look, and that no text of the
// input gets out of its string.
#include "testing.h"

#include "base/faults.h"
#include "lambda/graph.h"

#include <stdio.h>

#define FUNCTION "arn:aws:lambda:eu-west-1:111122223333:function:thumbs"
#define QUEUE    "arn:aws:sqs:eu-west-1:111122223333:jobs"

// A function with at most so many integrations, each with at most one finding.
enum {
    MOST = 8,
};

struct world {
    struct pc_arena arena;
    struct pc_checked_function function;
    struct pc_checked integrations[MOST];
    struct pc_finding findings[MOST];
    struct pc_buf facts[MOST];
    struct pc_buf out;
};

static void start(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->function = (struct pc_checked_function){.arn = PC_STR(FUNCTION), .mark = PC_MARK_WORKS};
}

static void release(struct world *world)
{
    for (size_t i = 0; i < MOST; i++) {
        pc_buf_release(&world->facts[i]);
    }
    pc_buf_release(&world->out);
    pc_arena_release(&world->arena);
}

static struct pc_checked *add(struct world *world, const char *kind, const char *other)
{
    size_t at = world->function.integration_count++;
    struct pc_checked *checked = &world->integrations[at];
    assert_true(at < MOST);
    *checked = (struct pc_checked){
        .row = pc_integration_find(pc_str_from(kind)),
        .connection = {.kind = pc_str_from(kind), .other = pc_str_from(other)},
        .configured = PC_STR(FUNCTION),
        .mark = PC_MARK_WORKS,
    };
    assert_non_null(checked->row);
    if (at == 0) {
        world->function.integrations = checked;
    } else {
        world->integrations[at - 1].next = checked;
    }
    return checked;
}

static struct pc_finding *find(struct world *world, struct pc_checked *checked,
                               enum pc_severity severity, struct pc_str message)
{
    struct pc_finding *finding = &world->findings[checked - world->integrations];
    *finding = (struct pc_finding){
        .code = PC_DIAG_INTEGRATION_DENIED, .severity = severity, .message = message};
    checked->findings = finding;
    checked->mark = severity == PC_SEVERITY_ERROR ? PC_MARK_FAILS : PC_MARK_WARNS;
    return finding;
}

static void tell(struct world *world, struct pc_checked *checked, const char *name,
                 const char *value)
{
    struct pc_buf *facts = &world->facts[checked - world->integrations];
    pc_buf_u32(facts, (uint32_t)strlen(name));
    pc_buf_text(facts, name);
    pc_buf_u32(facts, (uint32_t)strlen(value));
    pc_buf_text(facts, value);
    checked->connection.facts = pc_buf_view(facts);
    checked->connection.fact_count++;
}

// The graph, which ends in a zero here.
static const char *write(struct world *world)
{
    pc_buf_reset(&world->out);
    assert_int_equal(pc_graph_write(&world->arena, &world->function, 1, &world->out), PC_OK);
    pc_buf_byte(&world->out, '\0');
    assert_int_equal(pc_buf_status(&world->out), PC_OK);
    world->out.len--;
    assert_int_equal(strlen(world->out.ptr), world->out.len);
    return world->out.ptr;
}

// The line that begins so behind its blanks; there is one.
static struct pc_str line_of(const char *text, const char *begin)
{
    struct pc_str found = PC_STR("");
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        struct pc_str rest = {line, strcspn(line, "\n")};
        size_t blanks = strspn(line, " ");
        if (pc_str_has_prefix(pc_str_slice(rest, blanks, rest.len), pc_str_from(begin))) {
            assert_int_equal(found.len, 0);
            found = rest;
        }
    }
    if (found.len == 0) {
        fail_msg("no line begins with %s in:\n%s", begin, text);
    }
    return found;
}

static bool has(struct pc_str text, const char *part)
{
    size_t length = strlen(part);
    for (size_t at = 0; at + length <= text.len; at++) {
        if (memcmp(text.ptr + at, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static void expect(struct pc_str text, const char *part)
{
    if (!has(text, part)) {
        fail_msg("%s is not in %.*s", part, PC_STR_ARG(text));
    }
}

// What DOT says of quoted strings, and labels of what is in them: nothing but `\"`, `\\` and `\n`
// behind a backslash, no control characters; outside nothing of the input.
static void expect_strict(struct pc_str text)
{
    static const char outside[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_.-> =,;[]{}\n";
    bool quoted = false;
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted) {
            assert_non_null(strchr(outside, c));
        } else if (c == '\\') {
            at++;
            assert_true(at < text.len && strchr("\"\\n", text.ptr[at]) != NULL);
        } else {
            assert_true((unsigned char)c >= 0x20 && c != 0x7f);
        }
    }
    assert_false(quoted);
}

// Nodes and edges --------------------------------------------------------------------------------

static void sides(void **state)
{
    struct world world;
    (void)state;
    start(&world);
    add(&world, "s3", "arn:aws:s3:::photos");
    add(&world, "sqs", QUEUE);
    add(&world, "dead-letter-sns", "arn:aws:sns:eu-west-1:111122223333:lost");
    add(&world, "role", "arn:aws:iam::111122223333:role/r");
    const char *text = write(&world);
    expect(line_of(text, "f0 ["), "label=\"thumbs\\n111122223333 eu-west-1\"");
    expect(line_of(text, "f0 ["), "tooltip=\"" FUNCTION "\"");
    expect(line_of(text, "f0_0 ["), "label=\"S3 event notification\\nphotos\"");
    expect(line_of(text, "f0_1 ["), "\\njobs\"");
    expect(line_of(text, "f0_1 ["), "tooltip=\"" QUEUE "\"");
    // Into the function what calls it and what is polled, out of it the rest.
    (void)line_of(text, "f0_0 -> f0 [");
    (void)line_of(text, "f0_1 -> f0 [");
    (void)line_of(text, "f0 -> f0_2 [");
    (void)line_of(text, "f0 -> f0_3 [");
    // Only the role is attached.
    const char *attached = strstr(text, "subgraph cluster_0_attached {");
    struct pc_str inside = {attached, (size_t)(strchr(attached, '}') - attached)};
    assert_true(has(inside, "f0_3 [") && !has(inside, "f0_0 [") && !has(inside, "f0_1 [") &&
                !has(inside, "f0_2 ["));
    expect_strict(pc_buf_view(&world.out));
    release(&world);
}

static void marks(void **state)
{
    struct world world;
    (void)state;
    start(&world);
    add(&world, "s3", "arn:aws:s3:::photos");
    find(&world, add(&world, "sns", "arn:aws:sns:eu-west-1:111122223333:t"), PC_SEVERITY_WARNING,
         PC_STR("it is odd"));
    struct pc_finding *fails =
        find(&world, add(&world, "sqs", QUEUE), PC_SEVERITY_ERROR,
             PC_STR("arn:aws:iam::111122223333:role/r may not sqs:ReceiveMessage on " QUEUE
                    ": nothing allows it"));
    fails->symptom = PC_STR("no records");
    world.function.mark = PC_MARK_FAILS;
    const char *text = write(&world);
    struct pc_str works = line_of(text, "f0_0 -> f0 [");
    struct pc_str warns = line_of(text, "f0_1 -> f0 [");
    struct pc_str failing = line_of(text, "f0_2 -> f0 [");
    expect(works, "[label=\"\", ");
    expect(works, " color=\"#2da44e\", ");
    expect(works, " style=solid]");
    expect(warns, "[label=\"warns POL1180\\nit is odd\", ");
    expect(warns, " color=\"#e36209\", ");
    expect(warns, " style=solid]");
    // ARNs by their resource, the whole in the tooltip.
    expect(failing, "[label=\"fails POL1180\\nrole/r may not sqs:ReceiveMessage on jobs:\\n"
                    "nothing allows it\", ");
    expect(failing, "\\nfails POL1180: arn:aws:iam::111122223333:role/r may not sqs:ReceiveMessage "
                    "on " QUEUE ": nothing allows it (no records)\", ");
    expect(failing, " color=\"#cf222e\", ");
    expect(failing, " style=dashed]");
    expect(line_of(text, "f0 ["), " color=\"#cf222e\", ");
    release(&world);
}

// The finding that the mark comes from is the one on the edge.
static void the_worst_is_shown(void **state)
{
    struct world world;
    struct pc_finding first = {
        .code = PC_DIAG_INTEGRATION_GRANT, .severity = PC_SEVERITY_WARNING, .message = PC_STR("a")};
    (void)state;
    start(&world);
    struct pc_checked *checked = add(&world, "sqs", QUEUE);
    first.next = find(&world, checked, PC_SEVERITY_ERROR, PC_STR("b"));
    checked->findings = &first;
    struct pc_str edge = line_of(write(&world), "f0_0 -> f0 [");
    expect(edge, "label=\"fails POL1180\\nb\"");
    expect(edge, "\\nwarns POL1182: a\\nfails POL1180: b\"");
    release(&world);
}

static void qualifiers(void **state)
{
    struct world world;
    (void)state;
    start(&world);
    add(&world, "s3", "arn:aws:s3:::photos")->configured = PC_STR(FUNCTION ":prod");
    struct pc_checked *queue = add(&world, "destination-sqs", QUEUE);
    tell(&world, queue, "on", "success");
    find(&world, queue, PC_SEVERITY_ERROR, PC_STR("no"));
    queue->configured = PC_STR(FUNCTION ":7");
    const char *text = write(&world);
    expect(line_of(text, "f0_0 -> f0 ["), "[label=\":prod\", ");
    expect(line_of(text, "f0 -> f0_1 ["), "[label=\":7\\non success\\nfails POL1180\\nno\", ");
    release(&world);
}

static void what_has_no_other_end(void **state)
{
    struct world world;
    (void)state;
    start(&world);
    tell(&world, add(&world, "tracing", ""), "mode", "Active");
    add(&world, "metrics", "");
    const char *text = write(&world);
    expect(line_of(text, "f0_0 ["), "[label=\"X-Ray tracing\\nmode Active\", tooltip=\"X-Ray tra");
    expect(line_of(text, "f0_1 ["), "[label=\"metrics\", tooltip=\"metrics\"]");
    release(&world);
}

static void other_accounts(void **state)
{
    struct world world;
    (void)state;
    start(&world);
    add(&world, "sns", "arn:aws:sns:eu-west-1:444455556666:t");
    add(&world, "sns", "arn:aws:sns:us-east-1:111122223333:t");
    add(&world, "sns", "arn:aws:sns:us-east-1:444455556666:t");
    add(&world, "s3", "arn:aws:s3:::photos");
    const char *text = write(&world);
    expect(line_of(text, "f0_0 ["), "\\nt\\n444455556666\", ");
    expect(line_of(text, "f0_1 ["), "\\nt\\nus-east-1\", ");
    expect(line_of(text, "f0_2 ["), "\\nt\\n444455556666 us-east-1\", ");
    expect(line_of(text, "f0_3 ["), "\\nphotos\", ");
    release(&world);
}

// One that calls the function twice is one node with two edges.
static void nodes_are_shared(void **state)
{
    struct world world;
    (void)state;
    start(&world);
    add(&world, "s3", "arn:aws:s3:::photos")->configured = PC_STR(FUNCTION ":a");
    add(&world, "sqs", "arn:aws:s3:::photos");
    add(&world, "s3", "arn:aws:s3:::photos")->configured = PC_STR(FUNCTION ":b");
    add(&world, "metrics", "");
    add(&world, "metrics", "");
    const char *text = write(&world);
    assert_null(strstr(text, "f0_2"));
    expect(pc_str_from(text), "f0_0 -> f0 [label=\":a\", ");
    expect(pc_str_from(text), "f0_0 -> f0 [label=\":b\", ");
    (void)line_of(text, "f0_1 [");
    (void)line_of(text, "f0_3 [");
    (void)line_of(text, "f0_4 [");
    release(&world);
}

static void dangers(void **state)
{
    struct world world;
    struct pc_finding list[6];
    (void)state;
    start(&world);
    for (size_t i = 0; i < 6; i++) {
        list[i] = (struct pc_finding){.code = PC_DIAG_INTEGRATION_DENIED,
                                      .severity = PC_SEVERITY_WARNING,
                                      .message = PC_STR("anybody may"),
                                      .next = i < 5 ? &list[i + 1] : NULL};
    }
    list[0].severity = PC_SEVERITY_SUGGESTION; // does not count among what is shown
    world.function.dangers = list;
    struct pc_str node = line_of(write(&world), "f0 [");
    expect(node, " eu-west-1\\nwarns POL1180\\nanybody may\\nwarns POL1180\\nanybody may\\n"
                 "warns POL1180\\nanybody may\\nand 2 more\", tooltip=");
    release(&world);
}

static void several_functions(void **state)
{
    struct world a, b;
    struct pc_buf again = {0};
    (void)state;
    start(&a);
    start(&b);
    add(&a, "sqs", QUEUE);
    add(&b, "sqs", QUEUE);
    const struct pc_checked_function both[] = {a.function, b.function};
    assert_int_equal(pc_graph_write(&a.arena, both, 2, &a.out), PC_OK);
    assert_int_equal(pc_graph_write(&a.arena, both, 2, &again), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&a.out), pc_buf_view(&again)));
    expect(pc_buf_view(&a.out), "subgraph cluster_0 {");
    expect(pc_buf_view(&a.out), "subgraph cluster_1 {");
    expect(pc_buf_view(&a.out), "f1_0 -> f1 [");
    expect_strict(pc_buf_view(&a.out));
    pc_buf_reset(&again);
    assert_int_equal(pc_graph_write(&a.arena, NULL, 0, &again), PC_OK);
    expect(pc_buf_view(&again), "digraph polcheck {\n");
    pc_buf_release(&again);
    release(&a);
    release(&b);
}

// Texts ------------------------------------------------------------------------------------------

static const struct {
    struct pc_str text;
    const char *shown;
} hostile[] = {
    {PC_STR_INIT("a\", b=\"c"), "a\\\", b=\\\"c"},
    {PC_STR_INIT("a\\"), "a\\\\"},
    {PC_STR_INIT("a\\\""), "a\\\\\\\""},
    {PC_STR_INIT("\\n \\N \\G \\l"), "\\\\n \\\\N \\\\G \\\\l"},
    {PC_STR_INIT("a\nb\r\tc"), "a\\\\x0ab\\\\x0d\\\\x09c"},
    {PC_STR_INIT("a\0b"), "a\\\\x00b"},
    {PC_STR_INIT("\033[31m\177"), "\\\\x1b[31m\\\\x7f"},
    {PC_STR_INIT("\xff\xc0\x80"), "\\\\xff\\\\xc0\\\\x80"},
    {PC_STR_INIT("\xc2\x9b"), "\\\\xc2\\\\x9b"},            // C1
    {PC_STR_INIT("\xe2\x80\xae"), "\\\\xe2\\\\x80\\\\xae"}, // turns the direction
    {PC_STR_INIT("\xef\xbf\xbe\xef\xbf\xbf"), "\\\\xef\\\\xbf\\\\xbe\\\\xef\\\\xbf\\\\xbf"},
    {PC_STR_INIT("&lt;b&gt; &#60; &x0;"), "\\\\x26lt;b\\\\x26gt; \\\\x26#60; \\\\x26x0;"},
    {PC_STR_INIT("a & b &; &c d; &"), "a & b &; &c d; &"},
    {PC_STR_INIT("<b>x</b> <!-- {|} -->"), "<b>x</b> <!-- {|} -->"},
    {PC_STR_INIT("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"), "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"},
};

static void hostile_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        struct world world;
        char wanted[128];
        start(&world);
        struct pc_checked *checked = add(&world, "s3", "");
        checked->connection.other = hostile[i].text;
        find(&world, checked, PC_SEVERITY_ERROR, hostile[i].text)->symptom = hostile[i].text;
        const char *text = write(&world);
        expect_strict(pc_buf_view(&world.out));
        (void)snprintf(wanted, sizeof(wanted), "notification\\n%s\", tooltip=\"%s\"];",
                       hostile[i].shown, hostile[i].shown);
        expect(line_of(text, "f0_0 ["), wanted);
        (void)snprintf(wanted, sizeof(wanted), "POL1180\\n%s\", tooltip=", hostile[i].shown);
        expect(line_of(text, "f0_0 -> f0 ["), wanted);
        (void)snprintf(wanted, sizeof(wanted), "POL1180: %s (%s)\", color=", hostile[i].shown,
                       hostile[i].shown);
        expect(line_of(text, "f0_0 -> f0 ["), wanted);
        release(&world);
    }
}

#define LINE "12345678901234567890123456789012345678901234"

// Lines of at most 44 characters, seven of them, broken at blanks; "…" for what is not shown.
static const struct {
    const char *text, *shown;
} wrapped[] = {
    {"", ""},
    {"one", "one"},
    {"1234567 1234567 1234567 1234567 1234567 1234",
     "1234567 1234567 1234567 1234567 1234567 1234"},
    {"1234567 1234567 1234567 1234567 1234567 12345",
     "1234567 1234567 1234567 1234567 1234567\\n12345"},
    {"1234567890123456789012345678901234567890123456789",
     "12345678901234567890123456789012345678901234\\n56789"},
    // By characters and not by bytes.
    {"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
     "12345678901234567890123456789012345",
     "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
     "1234567890123456789012345678901234\\n5"},
    {LINE " " LINE " " LINE " " LINE " " LINE " " LINE " " LINE,
     LINE "\\n" LINE "\\n" LINE "\\n" LINE "\\n" LINE "\\n" LINE "\\n" LINE},
    {LINE " " LINE " " LINE " " LINE " " LINE " " LINE
          " 123456789012345678901234567890123456789 1234 5",
     LINE "\\n" LINE "\\n" LINE "\\n" LINE "\\n" LINE "\\n" LINE
          "\\n123456789012345678901234567890123456789\xe2\x80\xa6"},
    // Paths behind a slash, where there is no blank.
    {"(examples/shop-broken/iam/account-authorization-details.json:1033:29), more",
     "(examples/shop-broken/iam/\\naccount-authorization-details.json:1033:29),\\nmore"},
    {"1/3 " LINE, "1/3\\n" LINE},
    // ARNs by their resource.
    {"on \"arn:aws:s3:::b\" (arn:aws:iam::1:role/r):", "on \\\"b\\\" (role/r):"},
    {"arn:aws:logs:r:1:log-group:g:*", "log-group:g:*"},
    {"arn:aws:s3, arn:aws:s3::: or barn:a:b:c:d:e", "arn:aws:s3, arn:aws:s3::: or barn:a:b:c:d:e"},
};

static void lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrapped) / sizeof(wrapped[0]); i++) {
        struct world world;
        char wanted[512];
        start(&world);
        find(&world, add(&world, "s3", ""), PC_SEVERITY_ERROR, pc_str_from(wrapped[i].text));
        (void)snprintf(wanted, sizeof(wanted),
                       "label=\"fails POL1180\\n%s\", tooltip=", wrapped[i].shown);
        expect(line_of(write(&world), "f0_0 -> f0 ["), wanted);
        release(&world);
    }
}

// Without memory there is an error, and never a graph that lacks something.
static void faults(void **state)
{
    struct world world;
    enum pc_status status = PC_ERR_NOMEM;
    (void)state;
    start(&world);
    find(&world, add(&world, "s3", "arn:aws:s3:::photos"), PC_SEVERITY_ERROR, PC_STR("no"));
    add(&world, "role", "arn:aws:iam::111122223333:role/r");
    (void)write(&world);
    for (size_t left = 0; status == PC_ERR_NOMEM; left++) {
        struct pc_arena arena = {0};
        struct pc_buf out = {0};
        assert_true(left < 1000);
        allocations_left = left;
        status = pc_graph_write(&arena, &world.function, 1, &out);
        allocations_left = SIZE_MAX;
        assert_true(status == PC_ERR_NOMEM || left > 2);
        if (status == PC_OK) {
            assert_true(pc_str_eq(pc_buf_view(&out), pc_buf_view(&world.out)));
        }
        pc_buf_release(&out);
        pc_arena_release(&arena);
    }
    assert_int_equal(status, PC_OK);
    release(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides),
        cmocka_unit_test(marks),
        cmocka_unit_test(the_worst_is_shown),
        cmocka_unit_test(qualifiers),
        cmocka_unit_test(what_has_no_other_end),
        cmocka_unit_test(other_accounts),
        cmocka_unit_test(nodes_are_shared),
        cmocka_unit_test(dangers),
        cmocka_unit_test(several_functions),
        cmocka_unit_test(hostile_texts),
        cmocka_unit_test(lines),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
