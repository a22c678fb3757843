// SPDX-License-Identifier: Apache-2.0
//
// Values of the types that condition operators compare (R-412 to R-424), and the mistakes that look
// like them (R-426). Rows of one group mean the same in other words; a policy's row with a group
// meets a request's row of that group.
#include "pools.h"

#define POOL(rows)                                                                                 \
    {                                                                                              \
        rows, sizeof(rows) / sizeof((rows)[0])                                                     \
    }

#define PRECOMPOSED "\xc3\xaa"  // U+00EA
#define DECOMPOSED  "e\xcc\x82" // U+0065 U+0302
#define OVER_2_53   "9007199254740993"
#define AT_2_53     "9007199254740992"

static const struct gen_value words[] = {
    {1, false, "red"},
    {1, false, "Red"},
    {1, false, "RED"},
    {2, false, "blue"},
    {3, false, "team-1"},
    {3, false, "Team-1"},
    {0, false, ""},
    {0, false, "*"},
    {0, false, "?"},
    {0, false, "a*b"},
    {0, false, "ab"},
    {0, false, "axb"},
    {0, false, "${aws:username}"},
    {0, false, "$"},
    {4, false,
     "Gr\xc3\xb6\xc3\x9f"
     "e"},
    {4, false,
     "GR\xc3\x96\xc3\x9f"
     "E"},
    {5, false, PRECOMPOSED},
    {5, false, DECOMPOSED},
    {6, false, "\xe6\x97\xa5\xe6\x9c\xac"},
    {0, false, "\xf0\x9f\x98\x80"},
    {0, false, " red "},
    {0, false, "home/%n/"},
    {0, false, "%n"},
    {0, false, "a:b/c"},
    {7, false, "\xd0\x96\xd0\xa3\xd0\x9a"},
    {7, false, "\xd0\xb6\xd1\x83\xd0\xba"},
    {0, true, "12"},
    {0, true, "1.50"},
    {0, true, "true"},
};

static const struct gen_value arns[] = {
    {0, false, "arn:%p:sns:us-east-1:%o:alarms"},
    {0, false, "arn:%p:s3:::photos"},
    {0, false, "arn:%p:lambda:us-east-1:%a:function:thumbs"},
    {0, false, "arn:%p:events:us-east-1:%o:rule/nightly"},
    {0, false, "arn:%p:execute-api:eu-west-1:%o:a1b2/prod/GET/x/y"},
    {0, false, "arn:%p:logs:us-east-1:%o:log-group:/aws/lambda/x:log-stream:a:b"},
    {0, false, "arn:%p:iam::%a:role/svc/app"},
    {0, false, "arn:%p:s3:::photos/${aws:username}/*"},
    {0, false, "arn:%p:sqs:us-east-1:%x:%t"},
};

static const struct gen_value booleans[] = {
    {1, true, "true"},  {1, false, "true"},  {1, false, "TRUE"},  {1, false, "True"},
    {2, true, "false"}, {2, false, "false"}, {2, false, "False"},
};

// R-508: Bool knows variables.
static const struct gen_value policy_booleans[] = {
    {1, true, "true"},
    {1, false, "true"},
    {1, false, "TRUE"},
    {2, true, "false"},
    {2, false, "false"},
    {2, false, "fALSE"},
    {0, false, "${aws:ViaAWSService}"},
    {0, false, "${aws:SecureTransport}"},
    {1, false, "${aws:PrincipalTag/none, 'true'}"},
    {2, false, "${aws:PrincipalTag/none, 'false'}"},
};

static const struct gen_value numbers[] = {
    {1, true, "10"},
    {1, false, "10"},
    {1, false, "10.0"},
    {1, false, "+10"},
    {1, false, "0010"},
    {2, true, "0"},
    {2, false, "-0"},
    {2, false, "0.000"},
    {3, true, OVER_2_53},
    {3, false, OVER_2_53 ".0"},
    {4, true, AT_2_53},
    {4, false, "+" AT_2_53},
    {5, false, "0.1"},
    {5, true, "0.1"},
    {5, false, "00.1000"},
    {6, false, "0.10000000000000000000000000000000001"},
    {7, true, "-1"},
    {7, false, "-1.0"},
    {8, true, "2700"},
    {9, true, "3600"},
    {9, false, "3600.00"},
    {0, false, "-9223372036854775809"},
    {0, false, "123456789012345678901234567890"},
};

// JSON numbers that a request may hold and that have a canonical text of their own (R-408).
static const struct gen_value request_numbers[] = {
    {1, true, "10"},
    {1, false, "10"},
    {1, false, "10.0"},
    {1, true, "1e1"},
    {1, true, "10.0"},
    {1, true, "1000E-2"},
    {1, false, "+10"},
    {2, true, "0"},
    {2, true, "-0"},
    {2, false, "0.0"},
    {3, true, OVER_2_53},
    {3, false, OVER_2_53},
    {4, true, AT_2_53},
    {5, true, "0.1"},
    {5, false, "0.10"},
    {7, true, "-1"},
    {8, true, "2700"},
    {8, false, "002700"},
    {9, true, "3600"},
    {9, true, "3.6e3"},
    {9, false, "3600"},
    {0, true, "1"},
    {0, true, "9999999999999"},
    {6, false, "0.10000000000000000000000000000000001"},
};

static const struct gen_value dates[] = {
    {1, false, "2024-05-01T00:00:00Z"},
    {1, false, "2024-05-01"},
    {1, false, "2024-05"},
    {1, true, "1714521600"},
    {1, false, "1714521600"},
    {1, false, "2024-05-01T02:00:00+02:00"},
    {1, false, "2024-04-30T18:30:00-05:30"},
    {1, false, "2024-05-01T00:00Z"},
    {1, false, "2024-05-01T00:00:00.000Z"},
    {1, false, "2024-05-01T00:00:00"},
    {2, false, "2024-05-01T12:30:00.5Z"},
    {2, false, "2024-05-01T12:30:00.500Z"},
    {2, false, "2024-05-01T14:30:00.5000000+02:00"},
    {3, false, "2024-01-01T00:00:00Z"},
    {3, true, "1704067200"},
    {3, false, "2023-12-31T23:00:00-01:00"},
    {3, false, "2024-01"},
    {4, true, "2024"},
    {4, false, "1970-01-01T00:33:44Z"},
    {5, false, "2024-05-01T12:30:00Z"},
    {5, true, "1714566600"},
    {6, false, "1969-12-31T23:59:59Z"},
    {7, false, "2000-02-29T23:59:59.999Z"},
    {8, false, "2000-03-01T00:00:00Z"},
    {9, true, "0"},
    {9, false, "1970-01-01"},
    {1, false, "2024-05-01T05:45+05:45"},
};

static const struct gen_value addresses[] = {
    {1, false, "203.0.113.7"},
    {1, false, "203.0.113.77"},
    {2, false, "10.1.2.3"},
    {2, false, "10.1.255.254"},
    {3, false, "2001:db8::1"},
    {3, false, "2001:0DB8:0:0:0:0:0:1"},
    {4, false, "2001:db8:1::5"},
    {5, false, "::ffff:203.0.113.7"},
    {5, false, "::ffff:cb00:7107"},
    {0, false, "0.0.0.0"},
    {0, false, "::"},
    {0, false, "255.255.255.255"},
    {6, false, "fe80::a"},
};

static const struct gen_value networks[] = {
    {1, false, "203.0.113.7"},
    {1, false, "203.0.113.0/24"},
    {1, false, "203.0.113.77/24"},
    {1, false, "203.0.113.7/32"},
    {1, false, "128.0.0.0/1"},
    {0, false, "0.0.0.0/0"},
    {2, false, "10.0.0.0/8"},
    {2, false, "10.1.0.0/16"},
    {2, false, "10.1.2.3/31"},
    {3, false, "2001:db8::1"},
    {3, false, "2001:DB8::/64"},
    {3, false, "2001:db8:0:0:0:0:0:1/128"},
    {3, false, "2001:db8::ff/120"},
    {4, false, "2001:DB8::/32"},
    {4, false, "2001:db8:1::/48"},
    {0, false, "::/0"},
    {5, false, "::ffff:203.0.113.0/120"},
    {5, false, "::ffff:203.0.113.7"},
    {5, false, "::ffff:0:0/96"},
    {6, false, "fe80::/10"},
    {0, false, "255.255.255.255"},
};

static const struct gen_value bytes[] = {
    {1, false, "AAEC"},     {1, false, "AA EC"},    {1, false, "AAE\nC"},
    {2, false, "aGVsbG8="}, {2, false, "aGVsbG8"},  {2, false, "aGVs\r\nbG8="},
    {3, false, "/+8="},     {3, false, "/+8"},      {4, false, "AA=="},
    {4, false, "AA"},       {0, false, "aGVsbG8h"}, {0, false, "AAED"},
};

static const struct gen_value not_arns[] = {
    {0, false, "foo"}, {0, false, "arn:aws:sns"}, {0, false, "arn:aws:s3:::"}, {0, false, ""},
    {0, false, "*"},   {0, true, "12"},           {0, false, "a:b:c:d:e:f"},
};
static const struct gen_value not_booleans[] = {
    {0, false, "yes"}, {0, false, ""}, {0, true, "1"}, {0, true, "0"}, {0, false, " true"},
};
static const struct gen_value not_numbers[] = {
    {0, false, "abc"}, {0, false, "10abc"}, {0, false, ""},     {0, false, "1.2.3"},
    {0, false, "1."},  {0, false, ".5"},    {0, false, "0x10"}, {0, false, "--1"},
    {0, false, " 10"}, {0, true, "true"},   {0, false, "1e1"},
};
static const struct gen_value not_dates[] = {
    {0, false, "yesterday"},
    {0, false, "2024-13-01"},
    {0, false, "2023-02-29"},
    {0, false, "2024-05-01 00:00:00Z"},
    {0, false, ""},
    {0, false, "2024-5-1"},
    {0, false, "2024-05-01T00:00:00z"},
    {0, false, "-1"},
    {0, true, "1714521600.5"},
    {0, false, "2024-05-01T00:00:60Z"},
    {0, false, "2000-02-29T24:00:00Z"},
    {0, false, "2024-05-01T00:00:00.Z"},
    {0, false, "2024-05-01T00:00:00+25:00"},
    {0, true, "99999999999999999999"},
};
static const struct gen_value not_addresses[] = {
    {0, false, "foo"},
    {0, false, ""},
    {0, false, "203.0.113"},
    {0, false, "203.0.113.256"},
    {0, false, "203.0.113.07"},
    {0, false, "2001:db8::1::2"},
    {0, false, "203.0.113.0/24"},
};
static const struct gen_value not_bytes[] = {
    {0, false, "@@@"},
    {0, false, "A"},
    {0, false, "aGVsbG9="},
    {0, true, "true"},
};

const struct gen_pool gen_words = POOL(words);

const struct gen_type_pools gen_types[GEN_TYPES] = {
    [GEN_STRING] = {POOL(words), POOL(words), POOL(words)},
    [GEN_ARN] = {POOL(arns), POOL(arns), POOL(not_arns)},
    [GEN_BOOL] = {POOL(booleans), POOL(policy_booleans), POOL(not_booleans)},
    [GEN_NUMBER] = {POOL(request_numbers), POOL(numbers), POOL(not_numbers)},
    [GEN_DATE] = {POOL(dates), POOL(dates), POOL(not_dates)},
    [GEN_IP] = {POOL(addresses), POOL(networks), POOL(not_addresses)},
    [GEN_BINARY] = {POOL(bytes), POOL(bytes), POOL(not_bytes)},
};
