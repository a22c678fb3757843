// SPDX-License-Identifier: Apache-2.0
//
// Lets a key wait for its deletion.
#include "key_step.h"

#include "base/clock.h"

enum option {
    OPT_DAYS = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_DAYS, 0, "days", "N", "How long the key waits: 7 to 30 days; without it 30.", false},
};

enum { // as in KMS
    DAYS_LEAST = 7,
    DAYS_MOST = 30,
    DAY_SECONDS = 86400,
};

// 0: not a number of days that may be.
static int read_days(const char *text)
{
    int days = 0;
    if (text == NULL) {
        return DAYS_MOST;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (!pc_char_is_digit(*at) || at - text == 2) {
            return 0;
        }
        days = days * 10 + (*at - '0');
    }
    return days >= DAYS_LEAST && days <= DAYS_MOST ? days : 0;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    int days = read_days(pc_args_value(args, OPT_DAYS));
    if (days == 0) {
        return pc_cli_usage(cli, "--days is a number from %d to %d", DAYS_LEAST, DAYS_MOST);
    }
    const struct pc_key_step step = {
        .verb = "keys schedule-deletion",
        .event = "keys schedule-deletion",
        .state = PC_KEY_PENDING_DELETION,
        .deletion = pc_clock_now() + (int64_t)days * DAY_SECONDS,
    };
    return pc_key_step_run(cli, args, &step);
}

static const struct pc_example examples[] = {
    {"polcheck keys schedule-deletion --vault vault --root-key root.key --days 7 alias/app",
     "In a week the key goes, with all that is sealed under it."},
};

const struct pc_verb pc_verb_keys_schedule_deletion = {
    .name = "keys schedule-deletion",
    .summary = "Lets a key go later, with all that is sealed under it.",
    .usage = PC_VAULT_USAGE " [--days N] KEY",
    .details = PC_VAULT_DETAILS
    "\n"
    "KEY is an ARN or an alias. From now on it neither seals nor opens. When its time has come it "
    "goes with the next change of the vault, and so do the variables that are sealed under it: "
    "until then polcheck keys cancel-deletion keeps it.\n"
    "Exit status: 0 scheduled, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
