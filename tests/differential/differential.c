// SPDX-License-Identifier: Apache-2.0
//
// The differential test: generated cases, and those of the corpus, are put to the engine, to the
// engine without its index and to the reference evaluator, which must all say the same.
#include "corpus.h"
#include "workers.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK = 5000,     // cases of one line of TAP
    LEAST_PERCENT = 5 // of the cases, for each decision: else the generator tests too little
};

struct options {
    struct workers_run run;
    const char *corpus;
    bool tap;
};

static const char usage[] =
    "usage: differential [OPTION]...\n"
    "  --cases N       generated cases to ask (default 100000)\n"
    "  --seed S        of the generator (default 1); case I of a seed is always the same\n"
    "  --first I       number of the first case (default 0)\n"
    "  --jobs J        processes (default: one a processor)\n"
    "  --stop-after K  disagreements (default 10)\n"
    "  --out DIR       folder for what is found (default \"differential-found\")\n"
    "  --corpus PATH   asks the cases of these files, too\n"
    "  --large         only cases with sets of 9 to 400 statements\n"
    "  --tap           prints TAP, a line for each 5000 cases\n"
    "Exit status: 0 all agree, 1 some do not, 2 the question could not be asked.\n";

static void fail_usage(const char *what, const char *value)
{
    (void)fprintf(stderr, "differential: %s%s\n%s", what, value, usage);
    exit(2);
}

static uint64_t number_of(const char *text, uint64_t least, uint64_t most)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || !pc_char_is_digit(*text) || number < least || number > most) {
        fail_usage("not a number that fits: ", text);
    }
    return number;
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : (unsigned)count;
}

static const struct option names[] = {
    {"cases", required_argument, NULL, 'n'},
    {"seed", required_argument, NULL, 's'},
    {"first", required_argument, NULL, 'f'},
    {"jobs", required_argument, NULL, 'j'},
    {"stop-after", required_argument, NULL, 'k'},
    {"out", required_argument, NULL, 'o'},
    {"corpus", required_argument, NULL, 'c'},
    {"large", no_argument, NULL, 'l'},
    {"tap", no_argument, NULL, 't'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static struct options options_of(int argc, char **argv)
{
    struct options options = {.run = {.seed = 1, .cases = 100000, .jobs = processors()}};
    struct workers_run *run = &options.run;
    run->stop_after = 10;
    run->folder = "differential-found";
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (option) {
        case 'n':
            run->cases = number_of(optarg, 0, UINT64_MAX / 2);
            break;
        case 's':
            run->seed = number_of(optarg, 0, UINT64_MAX);
            break;
        case 'f':
            run->first = number_of(optarg, 0, UINT64_MAX / 2);
            break;
        case 'j':
            run->jobs = (unsigned)number_of(optarg, 1, WORKERS_MAX);
            break;
        case 'k':
            run->stop_after = number_of(optarg, 1, UINT64_MAX);
            break;
        case 'o':
            run->folder = optarg;
            break;
        case 'c':
            options.corpus = optarg;
            break;
        case 'l':
            run->large = true;
            break;
        case 't':
            options.tap = true;
            break;
        case 'h':
            (void)fputs(usage, stdout);
            exit(0);
        default:
            (void)fputs(usage, stderr); // getopt_long has said what is wrong
            exit(2);
        }
    }
    if (optind < argc) {
        fail_usage("no operand is known: ", argv[optind]);
    }
    return options;
}

static void make_folder(const char *folder)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        (void)fprintf(stderr, "differential: %s: %s\n", folder, strerror(errno));
        exit(2);
    }
}

static bool agrees(const struct workers_sum *sum)
{
    return sum->disagreements == 0 && sum->crashes == 0;
}

static void write_sum(struct pc_buf *out, const struct workers_sum *sum)
{
    pc_buf_format(out,
                  "%llu cases: %llu allowed, %llu explicitDeny, %llu implicitDeny, %llu refused; "
                  "%llu disagreements",
                  (unsigned long long)sum->cases, (unsigned long long)sum->decisions[REF_ALLOWED],
                  (unsigned long long)sum->decisions[REF_EXPLICIT_DENY],
                  (unsigned long long)sum->decisions[REF_IMPLICIT_DENY],
                  (unsigned long long)sum->refused, (unsigned long long)sum->disagreements);
    if (sum->crashes > 0) {
        pc_buf_format(out, ", %llu crashes", (unsigned long long)sum->crashes);
    }
}

// A line for each party that differs from the engine: how often in what.
static void write_kinds(struct pc_buf *out, const struct workers_sum *sum)
{
    for (int party = 0; party < JUDGE_PARTIES; party++) {
        const char *before = "";
        for (int aspect = 0; aspect < JUDGE_ASPECTS; aspect++) {
            uint64_t count = sum->kinds[party][aspect];
            if (count > 0 && before[0] == '\0') {
                pc_buf_format(out,
                              "\n# the %s differs:", judge_party_text((enum judge_party)party));
            }
            if (count > 0) {
                pc_buf_format(out, "%s %llu in %s", before, (unsigned long long)count,
                              judge_aspect_text((enum judge_aspect)aspect));
                before = ",";
            }
        }
    }
}

static void print_sum(const char *before, const struct workers_sum *sum)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    write_sum(&text, sum);
    write_kinds(&text, sum);
    (void)printf("%s%.*s\n", before, PC_STR_ARG(pc_buf_view(&text)));
    (void)fflush(stdout);
}

static void ask_case(void *context, struct pc_str text, const char *name)
{
    if (!workers_interrupted()) {
        (void)check_case(context, text, name);
    }
}

// True when every case could be read.
static bool ask_corpus(const struct options *options, struct workers_sum *sum)
{
    struct check_tally tally = {0};
    struct check check;
    check_init(&check, &tally, options->run.folder, options->run.stop_after);
    bool sound = corpus_each(options->corpus, ask_case, &check);
    check_release(&check);
    workers_add(sum, &tally);
    return sound;
}

static int run_plainly(const struct options *options)
{
    struct workers_sum sum = {0};
    workers_run(&options->run, &sum);
    bool sound = options->corpus == NULL || ask_corpus(options, &sum);
    (void)printf("seed %llu: ", (unsigned long long)options->run.seed);
    print_sum(workers_interrupted() ? "interrupted after " : "", &sum);
    return !sound ? 2 : agrees(&sum) ? 0 : 1;
}

// TAP.

static unsigned tap_number;

static bool tap_line(bool well, const char *what, const struct workers_sum *sum)
{
    (void)printf("%s %u - %s", well ? "ok" : "not ok", ++tap_number, what);
    print_sum(": ", sum);
    return well;
}

static void add_up(struct workers_sum *all, const struct workers_sum *sum)
{
    all->cases += sum->cases;
    all->refused += sum->refused;
    all->disagreements += sum->disagreements;
    for (int decision = 0; decision <= REF_ALLOWED; decision++) {
        all->decisions[decision] += sum->decisions[decision];
    }
}

static bool tap_block(const struct options *options, uint64_t first, struct workers_sum *all)
{
    char what[96];
    struct workers_sum sum = {0};
    struct workers_run run = options->run;
    run.first = first;
    run.cases = options->run.first + options->run.cases - first;
    run.cases = run.cases < BLOCK ? run.cases : BLOCK;
    workers_run(&run, &sum);
    (void)snprintf(what, sizeof(what), "seed %llu, cases %llu to %llu",
                   (unsigned long long)run.seed, (unsigned long long)first,
                   (unsigned long long)(first + run.cases - 1));
    add_up(all, &sum);
    return tap_line(agrees(&sum) && sum.cases == run.cases, what, &sum);
}

// A test whose cases are nearly all decided the same tests nearly nothing.
static bool tap_mix(const struct workers_sum *sum)
{
    bool well = true;
    for (int decision = 0; decision <= REF_ALLOWED; decision++) {
        well = well && sum->decisions[decision] * 100 >= sum->cases * LEAST_PERCENT;
    }
    return tap_line(well, "every decision has its share", sum);
}

static int run_tap(const struct options *options)
{
    const struct workers_run *run = &options->run;
    struct workers_sum all = {0};
    bool well = true;
    bool corpus = options->corpus != NULL;
    uint64_t end = run->first + run->cases;
    unsigned long long blocks = (run->cases + BLOCK - 1) / BLOCK;
    (void)printf("1..%llu\n", blocks + 1 + corpus);
    for (uint64_t first = run->first; first < end; first += BLOCK) {
        well = tap_block(options, first, &all) && well;
    }
    well = tap_mix(&all) && well;
    if (corpus) {
        struct workers_sum sum = {0};
        bool sound = ask_corpus(options, &sum);
        well = tap_line(sound && agrees(&sum) && sum.cases > 0, "the corpus", &sum) && well;
    }
    return well ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct options options = options_of(argc, argv);
    make_folder(options.run.folder);
    workers_init();
    return options.tap ? run_tap(&options) : run_plainly(&options);
}
