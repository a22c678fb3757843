// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // setresuid, getgrouplist
#include "user.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    MOST_GROUPS = 65536, // of the kernel: NGROUPS_MAX
    FIRST_GROUPS = 32,   // tried before it is known how many there are
};

// Finding -----------------------------------------------------------------------------------------

static enum pc_status refuse(struct pc_diags *diags, struct pc_str text, const char *why,
                             const char *hint)
{
    pc_diag_report(diags, PC_DIAG_USAGE, (struct pc_place){.file = PC_STR("")},
                   "--user \"%.*s\": %s", PC_STR_ARG(text), why);
    pc_diag_hint(diags, "%s", hint);
    return PC_ERR_INVALID;
}

// The number of a user or group; the last one stands for none.
static bool read_number(struct pc_str text, uint32_t *out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!pc_char_is_digit(text.ptr[i]) || number > UINT32_MAX) {
            return false;
        }
        number = number * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    *out = (uint32_t)number;
    return text.len > 0 && number < UINT32_MAX;
}

static enum pc_status add_variable(struct pc_arena *arena, struct pc_user *user, const char *name,
                                   const char *value)
{
    static const size_t most = 4;
    size_t count = 0;
    struct pc_str text;
    if (user->variables == NULL) {
        user->variables = pc_arena_array(arena, most + 1, sizeof(*user->variables));
    }
    if (user->variables == NULL) {
        return PC_ERR_NOMEM;
    }
    while (user->variables[count] != NULL) {
        count++;
    }
    PC_TRY(pc_arena_format(arena, &text, "%s%s%s", name, value != NULL ? "=" : "",
                           value != NULL ? value : ""));
    user->variables[count] = pc_arena_alloc(arena, text.len + 1);
    if (user->variables[count] == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(user->variables[count], text.ptr, text.len);
    return PC_OK;
}

// entry: NULL when there is none; then nothing is left to say that it is the caller.
static enum pc_status add_variables(struct pc_arena *arena, const struct passwd *entry,
                                    struct pc_user *user)
{
    PC_TRY(add_variable(arena, user, "HOME", entry != NULL ? entry->pw_dir : NULL));
    PC_TRY(add_variable(arena, user, "SHELL", entry != NULL ? entry->pw_shell : NULL));
    PC_TRY(add_variable(arena, user, "USER", entry != NULL ? entry->pw_name : NULL));
    return add_variable(arena, user, "LOGNAME", entry != NULL ? entry->pw_name : NULL);
}

static enum pc_status make_groups(struct pc_arena *arena, size_t count, struct pc_user *user)
{
    user->groups = pc_arena_array(arena, count, sizeof(*user->groups));
    user->room = pc_arena_array(arena, count, sizeof(*user->room));
    user->group_count = count;
    return user->groups == NULL || user->room == NULL ? PC_ERR_NOMEM : PC_OK;
}

static enum pc_status read_groups(struct pc_arena *arena, const char *name, struct pc_user *user)
{
    int count = FIRST_GROUPS;
    PC_TRY(make_groups(arena, FIRST_GROUPS, user));
    while (getgrouplist(name, user->gid, user->groups, &count) < 0) {
        size_t more = user->group_count * 2;
        if (more > MOST_GROUPS) {
            return PC_ERR_NOMEM;
        }
        PC_TRY(make_groups(arena, more, user));
        count = (int)more;
    }
    user->group_count = (size_t)count;
    return PC_OK;
}

static enum pc_status find_group(struct pc_str text, struct pc_diags *diags, gid_t *out)
{
    const struct group *entry = getgrnam(text.ptr); // ends where the whole text does
    uint32_t number;
    if (entry != NULL) {
        *out = entry->gr_gid;
    } else if (read_number(text, &number)) {
        *out = number;
    } else {
        return refuse(diags, text, "there is no such group",
                      "--user USER[:GROUP], names or numbers");
    }
    return PC_OK;
}

// As chown takes it: a name that looks like a number is a name first.
static const struct passwd *find_entry(const char *name, uint32_t *number, bool *is_number)
{
    const struct passwd *entry = getpwnam(name);
    *is_number = read_number(pc_str_from(name), number);
    return entry == NULL && *is_number ? getpwuid(*number) : entry;
}

static enum pc_status fill(struct pc_arena *arena, struct pc_str name, struct pc_diags *diags,
                           bool has_group, struct pc_user *user)
{
    uint32_t number = 0;
    bool is_number;
    const struct passwd *entry = find_entry(name.ptr, &number, &is_number);
    if (entry == NULL && !is_number) {
        return refuse(diags, name, "there is no such user",
                      "--user USER[:GROUP], names or numbers");
    }
    if (entry == NULL && !has_group) {
        return refuse(diags, name,
                      "the user database has no such number, so its group is not known",
                      "name it: --user USER:GROUP");
    }
    user->uid = entry != NULL ? entry->pw_uid : number;
    user->gid = entry != NULL && !has_group ? entry->pw_gid : user->gid;
    PC_TRY(add_variables(arena, entry, user));
    if (entry != NULL) {
        return read_groups(arena, entry->pw_name, user);
    }
    PC_TRY(make_groups(arena, 1, user));
    user->groups[0] = user->gid;
    return PC_OK;
}

enum pc_status pc_user_find(struct pc_arena *arena, const char *text, struct pc_diags *diags,
                            const struct pc_user **out)
{
    struct pc_user *user = pc_arena_alloc(arena, sizeof(*user));
    struct pc_str all = pc_str_from(text);
    size_t colon = pc_str_find(all, ':', 0);
    bool has_group = colon != SIZE_MAX;
    struct pc_str name;
    if (user == NULL) {
        return PC_ERR_NOMEM;
    }
    user->shown = all;
    PC_TRY(pc_arena_copy(arena, pc_str_slice(all, 0, colon), &name));
    if (has_group) {
        PC_TRY(find_group(pc_str_slice(all, colon + 1, all.len), diags, &user->gid));
    }
    PC_TRY(fill(arena, name, diags, has_group, user));
    *out = user;
    return PC_OK;
}

// Becoming ----------------------------------------------------------------------------------------

// Whoever is not root, but may set ids, keeps that right over them: it would be the command's.
static int drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof(none));
    // A kernel that does not know ambient ones has none.
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return syscall(SYS_capset, &header, none) != 0 ? errno : 0;
}

static bool has_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, had) != 0) {
        return true;
    }
    uint32_t all = 0;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        all |= had[i].effective | had[i].permitted | had[i].inheritable;
    }
    return all != 0;
}

static bool is_member(const struct pc_user *user, gid_t group)
{
    for (size_t i = 0; i < user->group_count; i++) {
        if (user->groups[i] == group) {
            return true;
        }
    }
    return false;
}

static bool is_become(const struct pc_user *user)
{
    uid_t real, effective, saved;
    gid_t group, effective_group, saved_group;
    int count = getgroups((int)user->group_count, user->room);
    bool well = count == (int)user->group_count && getresuid(&real, &effective, &saved) == 0 &&
                getresgid(&group, &effective_group, &saved_group) == 0;
    for (int i = 0; well && i < count; i++) {
        well = is_member(user, user->room[i]);
    }
    return well && real == user->uid && effective == user->uid && saved == user->uid &&
           group == user->gid && effective_group == user->gid && saved_group == user->gid &&
           (user->uid == 0 || !has_capabilities());
}

int pc_user_become(const struct pc_user *user)
{
    if (setgroups(user->group_count, user->groups) != 0 ||
        setresgid(user->gid, user->gid, user->gid) != 0 ||
        setresuid(user->uid, user->uid, user->uid) != 0) {
        return errno;
    }
    int error = user->uid != 0 ? drop_capabilities() : 0;
    return error != 0 || is_become(user) ? error : EPERM;
}
