// SPDX-License-Identifier: Apache-2.0
#include "generate_pattern.h"

// A pattern under construction.
struct pattern {
    struct gen_scene *scene;
    bool variables; // ${...} means something in this document
    bool escaped;   // characters that would act are written as ${*} and its like
};

// Is the byte one that differs between upper and lower case by the bit of ASCII: a letter of ASCII,
// or the second byte of one of Latin-1?
static bool is_cased(struct pc_str s, size_t i)
{
    unsigned char c = (unsigned char)s.ptr[i];
    bool letter = pc_char_lower((char)c) >= 'a' && pc_char_lower((char)c) <= 'z';
    bool latin = i > 0 && (unsigned char)s.ptr[i - 1] == 0xc3;
    bool sign = (c & 0x1f) == 0x17 || (c & 0x1f) == 0x1f; // multiplication, division; sharp s
    return letter || (latin && !sign);
}

struct pc_str gen_recase(struct gen_scene *scene, struct pc_str s)
{
    size_t begin = gen_text_begin(scene);
    uint64_t flips = gen_random_next(scene->random);
    gen_text_add(scene, s);
    struct pc_str copy = gen_text_end(scene, begin);
    for (size_t i = 0; i < copy.len; i++) {
        char *c = &scene->text[begin + i];
        if (is_cased(copy, i) && ((flips >> (i % 64)) & 1) != 0) {
            *c = (char)(*c ^ ('a' ^ 'A'));
        }
    }
    return copy;
}

// The first place at or after `at` where a character begins.
static size_t boundary(struct pc_str s, size_t at)
{
    while (at < s.len && ((unsigned char)s.ptr[at] & 0xc0) == 0x80) {
        at++;
    }
    return at < s.len ? at : s.len;
}

static size_t some_place(struct gen_scene *scene, struct pc_str s)
{
    return boundary(s, gen_below(scene, s.len + 1));
}

// Text that stands for itself, as far as the document can say so (R-505).
static void add_literal(const struct pattern *pattern, struct pc_str s)
{
    size_t from = 0;
    for (size_t i = 0; pattern->variables && i < s.len; i++) {
        char c = s.ptr[i];
        bool opens = c == '$' && i + 1 < s.len && s.ptr[i + 1] == '{';
        bool acts = pattern->escaped && (c == '*' || c == '?');
        if (opens || acts) {
            const char escape[] = {'$', '{', c, '}'};
            gen_text_add(pattern->scene, pc_str_slice(s, from, i));
            gen_text_add(pattern->scene, (struct pc_str){escape, sizeof(escape)});
            from = i + 1;
        }
    }
    gen_text_add(pattern->scene, pc_str_slice(s, from, s.len));
}

static void add(const struct pattern *pattern, const char *text)
{
    gen_text_add(pattern->scene, pc_str_from(text));
}

// Place of part in s, or SIZE_MAX.
static size_t place_of(struct pc_str s, struct pc_str part)
{
    for (size_t i = 0; part.len > 0 && i + part.len <= s.len; i++) {
        if (memcmp(s.ptr + i, part.ptr, part.len) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static bool is_variable_name(const char *name)
{
    return strchr(name, ' ') == NULL;
}

// A key whose one value occurs in s, at *at.
static const struct gen_entry *held_in(struct gen_scene *scene, struct pc_str s, size_t *at)
{
    size_t start = gen_below(scene, scene->entry_count);
    for (size_t i = 0; i < scene->entry_count; i++) {
        const struct gen_entry *entry = &scene->entries[(start + i) % scene->entry_count];
        bool usable = !entry->list && entry->count == 1 && is_variable_name(entry->key->name);
        *at = usable ? place_of(s, entry->values[0]) : SIZE_MAX;
        if (*at != SIZE_MAX) {
            return entry;
        }
    }
    return NULL;
}

// `${` and the name of a key, of which case does not count (R-501).
static void add_key(const struct pattern *pattern, const char *name)
{
    add(pattern, "${");
    if (gen_percent(pattern->scene, 15)) {
        gen_recase(pattern->scene, pc_str_from(name)); // adds itself to the text
    } else {
        add(pattern, name);
    }
}

static bool can_be_default(struct pc_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (strchr("'{}$", s.ptr[i]) != NULL) {
            return false;
        }
    }
    return true;
}

// A variable with a default in the place of a part of s: one without a value, as a rule (R-509).
static void add_defaulted(const struct pattern *pattern, struct pc_str s)
{
    static const char *const names[] = {"aws:PrincipalTag/none",  "app:none",    "aws:username",
                                        "aws:PrincipalTag/Stage", "aws:TagKeys", "app:texts"};
    struct gen_scene *scene = pattern->scene;
    size_t from = some_place(scene, s);
    size_t to = boundary(s, from + gen_below(scene, s.len - from + 1));
    struct pc_str middle = pc_str_slice(s, from, to);
    bool with = can_be_default(middle) && !gen_percent(scene, 10);
    add_literal(pattern, pc_str_slice(s, 0, from));
    add_key(pattern, names[gen_below(scene, sizeof(names) / sizeof(names[0]))]);
    if (with) {
        add(pattern, ", '");
        gen_text_add(scene, middle);
        add(pattern, "'");
    }
    add(pattern, "}");
    add_literal(pattern, pc_str_slice(s, to, s.len));
}

static void add_with_variable(const struct pattern *pattern, struct pc_str s)
{
    struct gen_scene *scene = pattern->scene;
    size_t at = SIZE_MAX;
    const struct gen_entry *entry = gen_percent(scene, 65) ? held_in(scene, s, &at) : NULL;
    if (entry == NULL) {
        add_defaulted(pattern, s);
        return;
    }
    add_literal(pattern, pc_str_slice(s, 0, at));
    add_key(pattern, entry->key->name);
    add(pattern, gen_percent(scene, 15) ? ", 'else'}" : "}");
    add_literal(pattern, pc_str_slice(s, at + entry->values[0].len, s.len));
}

static void add_near(const struct pattern *pattern, struct pc_str s)
{
    struct gen_scene *scene = pattern->scene;
    size_t at = some_place(scene, s);
    size_t next = at < s.len ? boundary(s, at + 1) : at;
    switch (gen_below(scene, 4)) {
    case 0: // one character less
        add_literal(pattern, pc_str_slice(s, 0, at));
        add_literal(pattern, pc_str_slice(s, next, s.len));
        break;
    case 1: // one more
        add_literal(pattern, pc_str_slice(s, 0, at));
        add(pattern, gen_percent(scene, 50) ? "x" : "/");
        add_literal(pattern, pc_str_slice(s, at, s.len));
        break;
    case 2: // another
        add_literal(pattern, pc_str_slice(s, 0, at));
        add(pattern, "z");
        add_literal(pattern, pc_str_slice(s, next, s.len));
        break;
    default:
        gen_text_add(scene, s);
        break;
    }
}

// Wildcards in the place of parts of s.
static void add_wild(const struct pattern *pattern, struct pc_str s)
{
    struct gen_scene *scene = pattern->scene;
    size_t from = some_place(scene, s);
    size_t to = boundary(s, from + gen_below(scene, s.len - from + 1));
    size_t next = from < s.len ? boundary(s, from + 1) : from;
    switch (gen_below(scene, 7)) {
    case 0:
        add_literal(pattern, pc_str_slice(s, 0, from));
        add(pattern, "*");
        break;
    case 1:
        add(pattern, "*");
        add_literal(pattern, pc_str_slice(s, from, s.len));
        break;
    case 2:
        add_literal(pattern, pc_str_slice(s, 0, from));
        add(pattern, "*");
        add_literal(pattern, pc_str_slice(s, to, s.len));
        break;
    case 3:
        add_literal(pattern, pc_str_slice(s, 0, from));
        add(pattern, next > from ? "?" : "");
        add_literal(pattern, pc_str_slice(s, next, s.len));
        break;
    case 4:
        add(pattern, "*");
        add_literal(pattern, pc_str_slice(s, from, to));
        add(pattern, gen_percent(scene, 60) ? "*" : "?*");
        break;
    case 5: // matches when one character is there
        add_literal(pattern, s);
        add(pattern, "?");
        break;
    default:
        add(pattern, gen_percent(scene, 80) ? "*" : "**");
        break;
    }
}

static struct pattern start(struct gen_scene *scene, bool variables)
{
    return (struct pattern){scene, variables, variables && gen_percent(scene, 65)};
}

static bool with_variable(const struct pattern *pattern)
{
    return gen_percent(pattern->scene, pattern->variables ? 25 : 6);
}

struct pc_str gen_exact(struct gen_scene *scene, struct pc_str s, bool variables)
{
    struct pattern pattern = start(scene, variables);
    if (!with_variable(&pattern)) {
        return s;
    }
    size_t begin = gen_text_begin(scene);
    add_with_variable(&pattern, s);
    return gen_text_end(scene, begin);
}

static void add_like(const struct pattern *pattern, struct pc_str s)
{
    uint32_t dice = gen_below(pattern->scene, 100);
    if (with_variable(pattern)) {
        add_with_variable(pattern, s);
    } else if (dice < 25) {
        add_literal(pattern, s);
    } else if (dice < 85) {
        add_wild(pattern, s);
    } else {
        add_near(pattern, s);
    }
}

struct pc_str gen_like(struct gen_scene *scene, struct pc_str s, bool variables)
{
    struct pattern pattern = start(scene, variables);
    size_t begin = gen_text_begin(scene);
    add_like(&pattern, s);
    return gen_text_end(scene, begin);
}

// A field in front of the last one: short, and rarely a variable, which is one in the value of an
// ARN operator (R-503) and plain text in a resource (R-209).
static void add_field(const struct pattern *pattern, struct pc_str field)
{
    struct gen_scene *scene = pattern->scene;
    uint32_t dice = gen_below(scene, 100);
    size_t at = gen_below(scene, field.len + 1);
    if (dice < 78) {
        gen_text_add(scene, field);
    } else if (dice < 90) {
        add(pattern, "*");
    } else if (dice < 94) {
        gen_text_add(scene, pc_str_slice(field, 0, at));
        add(pattern, "*");
    } else if (dice < 97 && field.len > 0) {
        gen_text_add(scene, pc_str_slice(field, 0, at));
        add(pattern, "?");
        gen_text_add(scene, pc_str_slice(field, at + 1, field.len));
    } else if (dice < 99) {
        add(pattern, gen_percent(scene, 50) ? "" : "us-west-2");
    } else {
        add(pattern, "${aws:PrincipalAccount}");
    }
}

bool gen_arn_like(struct gen_scene *scene, struct pc_str arn, bool variables, struct pc_str *out)
{
    struct pc_str fields[6];
    struct pattern pattern = start(scene, variables);
    if (pc_str_split(arn, ':', fields, 6) != 6) {
        return false;
    }
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, PC_STR("arn:"));
    for (int i = 1; i < 5; i++) {
        add_field(&pattern, fields[i]);
        gen_text_add(scene, PC_STR(":"));
    }
    add_like(&pattern, fields[5]);
    *out = gen_text_end(scene, begin);
    return true;
}

bool gen_arn_start(struct gen_scene *scene, struct pc_str arn, struct pc_str *out)
{
    static const char *const ends[] = {
        "", "", "", "*", "*", "*", "/*", "?", "?*", "x", "${aws:username}*"};
    struct pc_str fields[6];
    struct pattern pattern = start(scene, false);
    if (pc_str_split(arn, ':', fields, 6) != 6) {
        return false;
    }
    bool whole = gen_percent(scene, 30);
    size_t end = whole ? fields[5].len : some_place(scene, fields[5]);
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, PC_STR("arn:"));
    for (int i = 1; i < 5; i++) {
        add_field(&pattern, fields[i]);
        gen_text_add(scene, PC_STR(":"));
    }
    gen_text_add(scene, pc_str_slice(fields[5], 0, end));
    add(&pattern, ends[gen_below(scene, sizeof(ends) / sizeof(ends[0]))]);
    *out = gen_text_end(scene, begin);
    return true;
}

struct pc_str gen_near(struct gen_scene *scene, struct pc_str s)
{
    struct pattern pattern = {scene, true, false};
    size_t begin = gen_text_begin(scene);
    add_near(&pattern, s);
    return gen_text_end(scene, begin);
}
