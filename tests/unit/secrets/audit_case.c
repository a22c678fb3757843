// SPDX-License-Identifier: Apache-2.0
#include "audit_case.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int audit_case_empty(void **state)
{
    struct audit_case *c = calloc(1, sizeof(*c));
    if (c == NULL || pc_crypto_init() != PC_OK) {
        free(c);
        return -1;
    }
    (void)snprintf(c->folder, sizeof(c->folder), "/tmp/polcheck-audit-XXXXXX");
    if (mkdtemp(c->folder) == NULL) {
        free(c);
        return -1;
    }
    for (size_t i = 0; i < sizeof(c->key); i++) {
        c->key[i] = (uint8_t)i;
    }
    c->place.folder = open(c->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    c->place.name = pc_str_from(c->folder);
    c->place.key = c->key;
    memcpy(c->place.vault, "the vault's id 1", PC_VAULT_ID_BYTES);
    pc_diags_init(&c->diags, &c->arena);
    *state = c;
    return 0;
}

int audit_case_open(void **state)
{
    if (audit_case_empty(state) != 0) {
        return -1;
    }
    struct audit_case *c = *state;
    return pc_audit_open(&c->place, true, &c->diags, &c->audit) == PC_OK ? 0 : -1;
}

int audit_case_close(void **state)
{
    struct audit_case *c = *state;
    pc_audit_close(c->audit);
    DIR *folder = opendir(c->folder);
    for (const struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    (void)closedir(folder);
    (void)close(c->place.folder);
    int failure = rmdir(c->folder);
    pc_arena_release(&c->arena);
    free(c);
    return failure;
}

void audit_case_reopen(struct audit_case *c)
{
    pc_audit_close(c->audit);
    c->audit = NULL;
    assert_int_equal(pc_audit_open(&c->place, false, &c->diags, &c->audit), PC_OK);
}

struct pc_audit_entry audit_case_entry(unsigned number)
{
    static const struct pc_str names[] = {
        PC_STR_INIT("DATABASE_URL"), PC_STR_INIT("API_TOKEN"),   PC_STR_INIT("SIGNING_KEY"),
        PC_STR_INIT("QUEUE_SECRET"), PC_STR_INIT("SMTP_PASSWD"), PC_STR_INIT("CACHE_AUTH"),
    };
    static const struct pc_audit_statement statement = {
        PC_STR_INIT("identity"), PC_STR_INIT("DecryptOwn"),         PC_STR_INIT("Own"),
        PC_STR_INIT("Allow"),    PC_STR_INIT("policies/role.json"), 12,
    };
    return (struct pc_audit_entry){
        .time = INT64_C(1764072000123456789) + number, // 2025-11-25T12:00:00.123456789Z
        .event = PC_STR("release"),
        .principal = PC_STR("arn:aws:sts::111122223333:assumed-role/pay/pay"),
        .function = PC_STR("arn:aws:lambda:eu-west-1:111122223333:function:pay"),
        .names = names,
        .name_count = number % 7,
        .key = PC_STR("arn:aws:kms:eu-west-1:111122223333:key/service"),
        .key_version = 1,
        .decision = PC_STR("allowed"),
        .statements = &statement,
        .statement_count = 1,
        .delivery = PC_STR("exec"),
        .snapshot = 42,
        .generation = number,
    };
}

void audit_case_append(struct audit_case *c, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        struct pc_audit_entry entry = audit_case_entry(i);
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    }
}

struct pc_str audit_case_read(struct audit_case *c, const char *name)
{
    struct stat info;
    int fd = openat(c->place.folder, name, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    char *bytes = pc_arena_alloc(&c->arena, (size_t)info.st_size);
    assert_non_null(bytes);
    assert_int_equal(read(fd, bytes, (size_t)info.st_size), info.st_size);
    assert_int_equal(close(fd), 0);
    return (struct pc_str){bytes, (size_t)info.st_size};
}

void audit_case_write(struct audit_case *c, const char *name, struct pc_str bytes)
{
    int fd = openat(c->place.folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    assert_int_equal(close(fd), 0);
}

struct pc_str audit_case_line(struct pc_str log, size_t number)
{
    size_t begin = 0;
    size_t end = pc_str_find(log, '\n', 0) + 1;
    for (size_t i = 1; i < number; i++) {
        begin = end;
        end = pc_str_find(log, '\n', begin) + 1;
    }
    assert_true(end > begin);
    return pc_str_slice(log, begin, end);
}

struct pc_audit_verdict audit_case_verify(struct audit_case *c)
{
    struct pc_audit_verdict verdict = {.fault = PC_AUDIT_UNHEADED};
    assert_int_equal(pc_audit_verify(&c->place, NULL, &c->diags, &verdict), PC_OK);
    assert_int_equal(c->diags.errors, 0);
    return verdict;
}

void audit_case_assert_sound(struct audit_case *c, uint64_t entries)
{
    struct pc_audit_verdict verdict = audit_case_verify(c);
    assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
    assert_int_equal(verdict.end.seq, entries);
    assert_int_equal(verdict.line, entries + 1);
}

void audit_case_assert_said(struct audit_case *c, enum pc_diag_code code, const char *text,
                            uint32_t line)
{
    const struct pc_diag *last = c->diags.last;
    assert_non_null(last);
    assert_int_equal(last->code, code);
    assert_true(last->hint.len > 0);
    assert_true(pc_str_has_prefix(last->place.file, c->place.name));
    assert_int_equal(last->place.line, line);
    if (strstr(last->message.ptr, text) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", last->message.ptr, text);
    }
    pc_diags_init(&c->diags, &c->arena);
}

void audit_case_limit_files(uint64_t bytes)
{
    struct rlimit limit;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void audit_case_unlimit_files(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}
