/* From what was done to rows of the audit. */
#include "core/audit.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/audit.h"

enum { CHANGE_MAX = 16 * 1024 };

/* Is this the only name on both sides, and is it there? */
static bool only(const struct config_difference *d, const char *name)
{
    const cJSON *sides[] = {d->before, d->after};
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        for (const cJSON *member = sides[i]->child; member; member = member->next) {
            if (strcmp(member->string, name) != 0)
                return false;
            found = true;
        }
    return found;
}

static bool only_webhooks(const struct config_difference *d)
{
    static const char prefix[] = "webhook ";
    for (const cJSON *member = d->after->child; member; member = member->next)
        if (strncmp(member->string, prefix, strlen(prefix)) != 0)
            return false;
    for (const cJSON *member = d->before->child; member; member = member->next)
        if (strncmp(member->string, prefix, strlen(prefix)) != 0)
            return false;
    return true;
}

static const char *integration_words(const struct config_difference *d)
{
    if (!d->was)
        return "integration added";
    if (!d->is)
        return "integration removed";
    if (only(d, "enabled"))
        return d->is->enabled ? "integration enabled" : "integration disabled";
    return "integration changed";
}

static const char *check_words(const struct config_difference *d)
{
    const char *enabled = json_text(d->after, "enabled");
    if (only_webhooks(d))
        return "webhooks changed";
    if (enabled && only(d, "enabled"))
        return strcmp(enabled, "true") == 0 ? "check switched on" : "check switched off";
    return "check changed";
}

static const char *words_of(const struct config_difference *d)
{
    switch (d->part) {
    case PART_INTEGRATION:
        return integration_words(d);
    case PART_CHECK:
        return check_words(d);
    case PART_GENERAL:
        break;
    }
    return "settings changed";
}

static const char *name_of(const struct app *app, const struct config_difference *d)
{
    const struct check *check =
        d->part == PART_CHECK ? catalogue_find(&app->catalogue, d->id) : NULL;
    return check ? check->title : d->name;
}

bool audit_difference(struct app *app, const struct config_difference *d, int64_t now_s,
                      struct error *err)
{
    char *before = json_compact(d->before), *after = json_compact(d->after);
    const struct audit_row row = {
        .at = now_s,
        .what = words_of(d),
        .subject_id = d->id,
        .subject = name_of(app, d),
        .before = before,
        .after = after,
    };
    const bool ok = audit_add(app->store, &app->actor, &row, err);
    free(before);
    free(after);
    return ok;
}

/* {"name":"value"}; the caller frees. */
static char *one_value(const char *name, const char *value)
{
    cJSON *object = mem_check(cJSON_CreateObject());
    if (name && value)
        json_add_text(object, name, value);
    char *text = json_compact(object);
    cJSON_Delete(object);
    return text;
}

bool audit_note(struct app *app, const struct audit_note *note, struct error *err)
{
    char *before = note->before_all ? json_compact(note->before_all)
                                    : one_value(note->before_name, note->before);
    char *after = one_value(note->after_name, note->after);
    const struct audit_row row = {
        .at = clock_now_s(),
        .what = note->what,
        .subject_id = note->subject_id,
        .subject = note->subject,
        .before = before,
        .after = after,
    };
    const bool ok = audit_add(app->store, note->actor ? note->actor : &app->actor, &row, err);
    free(before);
    free(after);
    return ok;
}

/* --- showing -------------------------------------------------------------------------------- */

static const char *shown(const cJSON *object, const char *name)
{
    const char *text = json_text(object, name);
    return text && !*text ? "(empty)" : text;
}

static void walk(const cJSON *before, const cJSON *after, audit_change_sink *sink, void *ctx)
{
    for (const cJSON *m = before ? before->child : NULL; m; m = m->next)
        sink(ctx, m->string, shown(before, m->string), shown(after, m->string));
    for (const cJSON *m = after ? after->child : NULL; m; m = m->next) {
        if (!json_member(before, m->string))
            sink(ctx, m->string, NULL, shown(after, m->string));
    }
}

void audit_each_change(const char *before, const char *after, audit_change_sink *sink, void *ctx)
{
    cJSON *old = cJSON_Parse(before), *now = cJSON_Parse(after);
    walk(old, now, sink, ctx);
    cJSON_Delete(old);
    cJSON_Delete(now);
}

static void add_change(void *ctx, const char *name, const char *before, const char *after)
{
    struct strbuf *out = ctx;
    strbuf_addf(out, "%s%s: %s", out->len > 0 ? ", " : "", name, before ? before : "");
    if (after)
        strbuf_addf(out, "%s%s", before ? " → " : "", after);
    else
        strbuf_adds(out, " → nothing");
}

char *audit_change_text(const char *before, const char *after)
{
    struct strbuf out;
    strbuf_init(&out, CHANGE_MAX);
    audit_each_change(before, after, add_change, &out);
    return strbuf_detach(&out);
}
