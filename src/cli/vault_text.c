// SPDX-License-Identifier: Apache-2.0
#include "vault_text.h"

#include "base/diag.h"
#include "value/date.h"

#include <inttypes.h>

void pc_moment_write(struct pc_buf *out, int64_t moment)
{
    pc_instant_write(out, (struct pc_instant){.seconds = moment});
}

void pc_moment_write_json(struct pc_json_writer *writer, int64_t moment)
{
    char room[PC_INSTANT_TEXT];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    pc_moment_write(&text, moment);
    pc_json_string(writer, pc_buf_view(&text));
}

void pc_age_write(struct pc_buf *out, int64_t moment, int64_t now)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "days"}, {3600, "h"}, {60, "min"}};
    int64_t age = now > moment ? now - moment : 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (age >= 2 * units[i].seconds) {
            pc_buf_format(out, "%" PRId64 " %s", age / units[i].seconds, units[i].name);
            return;
        }
    }
    pc_buf_format(out, "%" PRId64 " s", age);
}

void pc_names_write(struct pc_buf *out, const struct pc_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pc_buf_text(out, i == 0 ? "" : ", ");
        pc_buf_printable(out, names[i]);
    }
}
