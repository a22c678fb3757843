// SPDX-License-Identifier: Apache-2.0
//
// What is told of mutants.
#include "suite/mutation.h"

#include "json/writer.h"

struct pc_coverage_count pc_mutation_score(const struct pc_mutation *mutation)
{
    return (struct pc_coverage_count){mutation->killed,
                                      mutation->killed + mutation->survivor_count};
}

void pc_mutation_report(const struct pc_mutation *mutation, struct pc_diags *diags)
{
    for (size_t i = 0; i < mutation->survivor_count; i++) {
        const struct pc_mutant_survivor *survivor = &mutation->survivors[i];
        pc_diag_report(diags, PC_DIAG_MUTANT_SURVIVES, survivor->place, "no test notices when %.*s",
                       PC_STR_ARG(survivor->text));
        pc_diag_hint(diags, "%s", survivor->hint);
    }
}

static void write_more(struct pc_buf *out, size_t count, const char *one, const char *many)
{
    if (count > 0) {
        pc_buf_format(out, "; %zu %s", count, count == 1 ? one : many);
    }
}

void pc_mutation_write_text(const struct pc_mutation *mutation, struct pc_buf *out)
{
    struct pc_coverage_count score = pc_mutation_score(mutation);
    unsigned tenths = pc_coverage_tenths(score);
    pc_buf_format(out, "%zu of %zu %s noticed", score.covered, score.total,
                  score.total == 1 ? "mutant" : "mutants");
    if (score.total > 0) {
        pc_buf_format(out, " (%u.%u %%)", tenths / 10, tenths % 10);
    }
    write_more(out, mutation->equivalent, "more changes nothing", "more change nothing");
    write_more(out, mutation->invalid, "does not compile", "do not compile");
    write_more(out, mutation->fixed, "policy of a whole account stays as it is",
               "policies of whole accounts stay as they are");
    write_more(out, mutation->unasked, "case of a whole account was not asked",
               "cases of whole accounts were not asked");
    write_more(out, mutation->mute, "case that fails anyway notices nothing",
               "cases that fail anyway notice nothing");
    pc_buf_byte(out, '\n');
}

static void write_survivor(struct pc_json_writer *json, const struct pc_mutant_survivor *survivor)
{
    pc_json_begin_object(json);
    pc_json_key(json, "file");
    pc_json_string(json, survivor->place.file);
    pc_json_key(json, "line");
    pc_json_number(json, survivor->place.line);
    pc_json_key(json, "column");
    pc_json_number(json, survivor->place.column);
    pc_json_key(json, "statement");
    pc_json_string(json, survivor->statement);
    pc_json_key(json, "mutation");
    pc_json_text(json, survivor->kind->name);
    pc_json_key(json, "message");
    pc_json_string(json, survivor->text);
    pc_json_key(json, "hint");
    pc_json_text(json, survivor->hint);
    pc_json_end_object(json);
}

static void write_number(struct pc_json_writer *json, const char *key, size_t number)
{
    pc_json_key(json, key);
    pc_json_number(json, (int64_t)number);
}

void pc_mutation_write_json(const struct pc_mutation *mutation, struct pc_buf *out)
{
    struct pc_json_writer json;
    pc_json_writer_init(&json, out, false);
    pc_json_begin_object(&json);
    pc_json_key(&json, "mutants");
    pc_json_begin_object(&json);
    write_number(&json, "killed", mutation->killed);
    write_number(&json, "survived", mutation->survivor_count);
    write_number(&json, "equivalent", mutation->equivalent);
    write_number(&json, "invalid", mutation->invalid);
    write_number(&json, "unchangedPolicies", mutation->fixed);
    write_number(&json, "unaskedCases", mutation->unasked);
    write_number(&json, "failedCases", mutation->mute);
    pc_json_key(&json, "survivors");
    pc_json_begin_array(&json);
    for (size_t i = 0; i < mutation->survivor_count; i++) {
        write_survivor(&json, &mutation->survivors[i]);
    }
    pc_json_end_array(&json);
    pc_json_end_object(&json);
    pc_json_end_object(&json);
}
