/* Writes imports to the audit log. */
#include "core/dataset/import_audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/store/audit.h"

static void add_count(cJSON *object, const char *name, int64_t count)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)count);
    json_add_text(object, name, text);
}

bool import_audit(struct store *s, const struct actor *actor, const struct import_result *result,
                  const char *what, int64_t now, struct error *err)
{
    cJSON *after = mem_check(cJSON_CreateObject());
    add_count(after, "users", result->users);
    if (result->rejected.total > 0)
        add_count(after, "rows left out", result->rejected.total);
    json_add_text(after, "format", result->format);
    json_add_text(after, "file", what);
    char *text = json_compact(after);
    const struct audit_row row = {.at = now,
                                  .what = result->merged ? "data merged" : "data imported",
                                  .subject_id = result->source,
                                  .subject = result->source,
                                  .after = text};
    const bool ok = audit_add(s, actor, &row, err);
    free(text);
    cJSON_Delete(after);
    return ok;
}
