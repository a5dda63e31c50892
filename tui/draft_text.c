/* Drafts in words. */
#include "tui/draft_text.h"

#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/config/schema.h"
#include "tui/when.h"

enum { FIELDS_MAX = 512 };

bool drafts_wait(const struct session *s)
{
    struct draft_list drafts = {0};
    if (!s->may_write)
        return false;
    drafts_read(s->app.paths.console_file, session_now_s(s), &drafts);
    const bool any = drafts.count > 0;
    draft_list_release(&drafts);
    return any;
}

const char *draft_name(const struct draft *d)
{
    return d->name && *d->name ? d->name : "New integration";
}

void draft_when(const struct draft *d, int64_t now_s, char *out, size_t size)
{
    char text[WHEN_MAX];
    when_minute(d->saved_s, now_s, text);
    snprintf(out, size, "%s", text);
}

static void add_label(struct strbuf *out, const char *setting, bool *first)
{
    const struct setting *s =
        setting_find(integration_settings, integration_setting_count, setting);
    strbuf_addf(out, "%s%s", *first ? "" : ", ", s ? s->label : setting);
    *first = false;
}

char *draft_fields(const struct draft *d)
{
    const size_t count = draft_changes(d);
    struct strbuf out;
    bool first = true;
    strbuf_init(&out, FIELDS_MAX);
    strbuf_addf(&out, "%zu field%s: ", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < d->value_count; i++)
        add_label(&out, d->values[i].setting, &first);
    for (size_t i = 0; i < d->list_count; i++)
        add_label(&out, d->lists[i].setting, &first);
    for (size_t i = 0; i < d->secrets.count; i++)
        add_label(&out, d->secrets.items[i], &first);
    return strbuf_detach(&out);
}
