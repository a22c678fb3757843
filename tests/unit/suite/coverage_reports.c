// SPDX-License-Identifier: Apache-2.0
//
// The reports of coverage, to the letter.
#include "world.h"

#define KEY    "arn:aws:s3:::b/k"
#define DENIED PC_DECISION_IMPLICIT_DENY

// Statements on lines 2 and 5, conditions on lines 3 and 4 of the first; below that, all in a line.
#define TEAM                                                                                       \
    POLICY("\n{'Sid':'Read','Effect':'Allow','Action':'s3:Get*','Resource':'*','Condition':{\n"    \
           "'StringEquals':{'aws:username':'alice'},\n"                                            \
           "'StringLike':{'s3:prefix':'x'}}},\n"                                                   \
           "{'Effect':'Deny','Action':'s3:Put*','Resource':'*','Condition':{'Bool':"               \
           "{'aws:SecureTransport':'false'}}}")
#define OPEN POLICY("{'Effect':'Allow','Action':'sqs:*','Resource':'*'}")

// Read: matched once, username held twice and failed once, prefix held once and failed twice.
// The Deny: no case asks for its action. open.json: matched once.
static struct pc_coverage cover(struct world *world)
{
    static const struct question questions[] = {
        {ALICE, "s3:GetObject", KEY, "s3:prefix", "x", PC_DECISION_ALLOWED},
        {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED},
        {BOB, "s3:GetObject", KEY, NULL, NULL, DENIED},
        {BOB, "sqs:SendMessage", "*", NULL, NULL, PC_DECISION_ALLOWED},
    };
    const struct document documents[] = {{"open.json", OPEN}, {"team&.json", TEAM}, {NULL, NULL}};
    struct pc_suite_set *set = pc_arena_alloc(&world->arena, sizeof(*set));
    struct pc_coverage coverage;
    assert_non_null(set);
    *set = set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, documents);
    for (size_t i = 0; i < COUNT(questions); i++) {
        ask(world, set, 1, &questions[i]);
    }
    assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
    return coverage;
}

static void check_text(struct pc_buf *buf, const char *expected)
{
    pc_buf_byte(buf, '\0');
    assert_int_equal(pc_buf_status(buf), PC_OK);
    assert_string_equal(buf->ptr, expected);
    pc_buf_release(buf);
}

static void people_read_a_table(void **state)
{
    struct pc_coverage coverage = cover(*state);
    struct pc_buf text = {0};
    pc_coverage_write_text(&coverage, false, &text);
    check_text(&text, " covered  statements  conditions  file\n"
                      "  62.5 %         1/2         4/6  team&.json\n"
                      "          team&.json:5:1: Deny #1: no case asks for its actions, so its "
                      "condition is never asked\n"
                      " 100.0 %         1/1         0/0  open.json\n"
                      "  66.6 %         2/3         4/6  all\n");
}

static void colour_is_added_only(void **state)
{
    struct pc_coverage coverage = cover(*state);
    struct pc_buf text = {0};
    pc_coverage_write_text(&coverage, true, &text);
    pc_buf_byte(&text, '\0');
    assert_non_null(strstr(text.ptr, "\033[33m  62.5 %\033[0m"));
    assert_non_null(strstr(text.ptr, "\033[32m 100.0 %\033[0m"));
    pc_buf_release(&text);
}

struct gap {
    const char *statement;
    struct question question;
    const char *expected; // behind the place and the name
};

#define WHEN(keys) ",'Condition':{'StringEquals':{" keys "}}}"

static void what_is_missing_has_words(void **state)
{
    static const struct gap gaps[] = {
        {"{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::c'}",
         {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED},
         "Allow #0: no case that asks for its actions asks for its resources\n"},
        {"{'Effect':'Allow','Action':'s3:*','Resource':'*'" WHEN("'aws:username':'bob'"),
         {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED},
         "Allow #0: its condition never holds\n"},
        {"{'Effect':'Allow','Action':'s3:*','Resource':'*'" WHEN(
             "'aws:username':'bob','s3:prefix':'x'"),
         {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED},
         "Allow #0: its conditions never hold together\n"},
        {"{'Effect':'Deny','Action':'s3:*','Resource':'*'" WHEN("'aws:username':'alice'"),
         {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED},
         "Deny #0: condition StringEquals aws:username never fails\n"},
        {"{'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::c'" WHEN(
             "'aws:username':'a','s3:prefix':'x'"),
         {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED},
         "Deny #0: no case that asks for its actions asks for its resources, so its conditions are "
         "never asked\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(gaps); i++) {
        void *room = NULL;
        assert_int_equal(world_set_up(&room), 0);
        struct world *world = room;
        struct pc_coverage coverage;
        struct pc_str text;
        struct pc_buf out = {0};
        assert_int_equal(pc_arena_format(&world->arena, &text, POLICY("%s"), gaps[i].statement),
                         PC_OK);
        struct pc_suite_set set = identity(world, "a.json", text.ptr);
        ask(world, &set, 1, &gaps[i].question);
        assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
        pc_coverage_write_text(&coverage, false, &out);
        pc_buf_byte(&out, '\0');
        const char *found = strstr(out.ptr, gaps[i].expected);
        if (found == NULL) {
            fail_msg("no \"%s\" in:\n%s", gaps[i].expected, out.ptr);
        }
        pc_buf_release(&out);
        world_tear_down(&room);
    }
}

static void programs_read_json(void **state)
{
    struct pc_coverage coverage = cover(*state);
    struct pc_buf text = {0};
    pc_coverage_write_json(&coverage, &text);
    check_text(
        &text,
        "{\"coverage\":{\"percent\":66.6,\"statements\":{\"covered\":2,\"total\":3},"
        "\"conditions\":{\"covered\":4,\"total\":6},\"files\":["
        "{\"file\":\"team&.json\",\"percent\":62.5,\"statements\":{\"covered\":1,\"total\":2},"
        "\"conditions\":{\"covered\":4,\"total\":6},\"missing\":["
        "{\"line\":5,\"column\":1,\"statement\":\"#1\",\"stoppedBy\":\"action\"},"
        "{\"line\":5,\"column\":73,\"statement\":\"#1\",\"operator\":\"Bool\",\"key\":"
        "\"aws:SecureTransport\",\"held\":false,\"failed\":false}]},"
        "{\"file\":\"open.json\",\"percent\":100.0,\"statements\":{\"covered\":1,\"total\":1},"
        "\"conditions\":{\"covered\":0,\"total\":0},\"missing\":[]}]}}");
}

static void lcov_reads_a_trace(void **state)
{
    struct world *world = *state;
    struct pc_coverage coverage = cover(world);
    struct pc_buf text = {0};
    assert_int_equal(pc_coverage_write_lcov(&coverage, &world->arena, &text), PC_OK);
    check_text(&text, "TN:\nSF:open.json\nBRF:0\nBRH:0\nDA:1,1\nLF:1\nLH:1\nend_of_record\n"
                      "TN:\nSF:team&.json\n"
                      "BRDA:3,0,0,2\nBRDA:3,0,1,1\nBRDA:4,0,0,1\nBRDA:4,0,1,2\n"
                      "BRDA:5,0,0,-\nBRDA:5,0,1,-\nBRF:6\nBRH:4\n"
                      "DA:2,1\nDA:3,3\nDA:4,3\nDA:5,0\nLF:4\nLH:3\nend_of_record\n");
}

static void cobertura_is_xml(void **state)
{
    static const struct pc_cobertura_facts facts = {PC_STR_INIT("/srv/<x>"), 1500, "1.2.3"};
    struct world *world = *state;
    struct pc_coverage coverage = cover(world);
    struct pc_buf text = {0};
    assert_int_equal(pc_coverage_write_cobertura(&coverage, &facts, &world->arena, &text), PC_OK);
    check_text(
        &text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n"
        "<coverage line-rate=\"0.8000\" branch-rate=\"0.6666\" lines-covered=\"4\" "
        "lines-valid=\"5\" branches-covered=\"4\" branches-valid=\"6\" complexity=\"0\" "
        "version=\"1.2.3\" timestamp=\"1500\">\n"
        "  <sources>\n    <source>/srv/&lt;x&gt;</source>\n  </sources>\n"
        "  <packages>\n"
        "    <package name=\"policies\" line-rate=\"0.8000\" branch-rate=\"0.6666\" "
        "complexity=\"0\">\n"
        "      <classes>\n"
        "        <class name=\"open.json\" filename=\"open.json\" line-rate=\"1.0000\" "
        "branch-rate=\"1.0000\" complexity=\"0\">\n"
        "          <methods/>\n          <lines>\n"
        "            <line number=\"1\" hits=\"1\" branch=\"false\"/>\n"
        "          </lines>\n        </class>\n"
        "        <class name=\"team&amp;.json\" filename=\"team&amp;.json\" line-rate=\"0.7500\" "
        "branch-rate=\"0.6666\" complexity=\"0\">\n"
        "          <methods/>\n          <lines>\n"
        "            <line number=\"2\" hits=\"1\" branch=\"false\"/>\n"
        "            <line number=\"3\" hits=\"3\" branch=\"true\" condition-coverage=\"100% "
        "(2/2)\">\n              <conditions>\n"
        "                <condition number=\"0\" type=\"jump\" coverage=\"100%\"/>\n"
        "              </conditions>\n            </line>\n"
        "            <line number=\"4\" hits=\"3\" branch=\"true\" condition-coverage=\"100% "
        "(2/2)\">\n              <conditions>\n"
        "                <condition number=\"0\" type=\"jump\" coverage=\"100%\"/>\n"
        "              </conditions>\n            </line>\n"
        "            <line number=\"5\" hits=\"0\" branch=\"true\" condition-coverage=\"0% "
        "(0/2)\">\n              <conditions>\n"
        "                <condition number=\"0\" type=\"jump\" coverage=\"0%\"/>\n"
        "              </conditions>\n            </line>\n"
        "          </lines>\n        </class>\n"
        "      </classes>\n    </package>\n  </packages>\n</coverage>\n");
}

// Everything in one line: it counts as hit only when all of it was.
static void a_line_is_as_good_as_its_worst(void **state)
{
    static const struct question question = {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED};
    struct world *world = *state;
    struct pc_coverage coverage;
    struct pc_buf text = {0};
    struct pc_suite_set set = identity(
        world, "a.json",
        POLICY("{'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
               "{'aws:username':'alice','s3:prefix':'x'}}},"
               "{'Effect':'Allow','Action':'s3:*','Resource':'*'}"));
    ask(world, &set, 1, &question);
    assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
    assert_int_equal(pc_coverage_write_lcov(&coverage, &world->arena, &text), PC_OK);
    check_text(&text, "TN:\nSF:a.json\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nBRDA:1,1,0,0\nBRDA:1,1,1,1\n"
                      "BRF:4\nBRH:2\nDA:1,0\nLF:1\nLH:0\nend_of_record\n");
}

static void a_name_cannot_break_a_line(void **state)
{
    static const struct question question = {ALICE, "s3:GetObject", KEY, NULL, NULL, DENIED};
    struct world *world = *state;
    struct pc_coverage coverage;
    struct pc_buf text = {0};
    struct pc_suite_set set = identity(world, "a\nDA:9,9.json", OPEN);
    ask(world, &set, 1, &question);
    assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
    assert_int_equal(pc_coverage_write_lcov(&coverage, &world->arena, &text), PC_OK);
    check_text(&text, "TN:\nSF:a?DA:9,9.json\nBRF:0\nBRH:0\nDA:1,0\nLF:1\nLH:0\nend_of_record\n");
    pc_coverage_write_text(&coverage, false, &text);
    pc_buf_byte(&text, '\0');
    assert_null(strstr(text.ptr, "a\nDA"));
    assert_non_null(strstr(text.ptr, "   0.0 %         0/1         0/0  a\\x0aDA:9,9.json\n"));
    pc_buf_release(&text);
}

static void mutants_are_told(void **state)
{
    struct world *world = *state;
    struct pc_buf text = {0};
    struct pc_diags diags;
    struct pc_mutation mutation = {.killed = 0};
    (void)cover(world);
    mutation = mutate(world);
    mutation.survivor_count = 1; // the first of them
    mutation.killed = 2;
    mutation.equivalent = 1;
    mutation.invalid = 2;
    mutation.mute = 1;
    pc_mutation_write_text(&mutation, &text);
    check_text(&text, "2 of 3 mutants noticed (66.6 %); 1 more changes nothing; 2 do not "
                      "compile; 1 case that fails anyway notices nothing\n");
    pc_diags_init(&diags, &world->arena);
    pc_mutation_report(&mutation, &diags);
    assert_int_equal(diags.warnings, 1);
    assert_int_equal(diags.first->code, PC_DIAG_MUTANT_SURVIVES);
    pc_diag_write(&text, diags.first, false);
    check_text(&text, "team&.json:2:41: warning: no test notices when \"s3:Get*\" is widened "
                      "to \"s3:*\" [POL1350]\n"
                      "  hint: add a case for another action of the service that is denied\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(people_read_a_table),
        WORLD_TEST(colour_is_added_only),
        cmocka_unit_test(what_is_missing_has_words),
        WORLD_TEST(programs_read_json),
        WORLD_TEST(lcov_reads_a_trace),
        WORLD_TEST(cobertura_is_xml),
        WORLD_TEST(a_line_is_as_good_as_its_worst),
        WORLD_TEST(a_name_cannot_break_a_line),
        WORLD_TEST(mutants_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
