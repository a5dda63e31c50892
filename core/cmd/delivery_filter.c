/* Reads the options that choose deliveries. */
#include "core/cmd/delivery_filter.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/cmd/named.h"

enum { LIST_MAX = 300 };

bool delivery_id_read(const char *text, int64_t *id, struct error *err)
{
    return delivery_id_parse(text, id) ||
           error_set(err, ERR_INVALID, "'%s' is no delivery's id: they look like d_1f2e", text);
}

static bool read_state(struct cmd *cmd, struct delivery_filter *f, struct error *err)
{
    const char *text = cmd_option(cmd, "state");
    enum delivery_state state;
    if (!text)
        return true;
    if (!delivery_state_parse(text, &state))
        return error_set(err, ERR_INVALID,
                         "--state: write pending, in_flight, delivered, failed or held, not '%s'",
                         text);
    f->state = (int)state;
    return true;
}

/* --- integrations ---------------------------------------------------------------------------- */

struct former {
    size_t count;
    char id[UUID_LEN + 1];
    struct strbuf ids; /* of all, for the sentence that asks for one */
};

static void note_former(void *ctx, const char *id, const char *name)
{
    struct former *found = ctx;
    (void)name;
    snprintf(found->id, sizeof found->id, "%s", id);
    strbuf_addf(&found->ids, "%s%s", found->count > 0 ? ", " : "", id);
    found->count++;
}

/* One that is not configured any more is known by its deliveries. */
static bool find_former(struct cmd *cmd, const char *name, struct chosen_deliveries *out,
                        struct error *err)
{
    struct former found = {0};
    strbuf_init(&found.ids, LIST_MAX);
    bool ok = outbox_former_integrations(cmd->app.store, name, note_former, &found, err);
    if (ok && found.count == 0)
        ok = error_set(err, ERR_NOT_FOUND,
                       "there is no integration '%s', nor was anything sent to one of that name: "
                       "see checkhook integration list",
                       name);
    if (ok && found.count > 1)
        ok = error_set(err, ERR_INVALID,
                       "'%s' was the name of more than one removed integration: write the id of "
                       "one (%s)",
                       name, found.ids.text);
    snprintf(out->integration_id, sizeof out->integration_id, "%s", found.id);
    strbuf_release(&found.ids);
    return ok;
}

static bool read_integration(struct cmd *cmd, struct chosen_deliveries *out, struct error *err)
{
    const char *name = cmd_option(cmd, "integration");
    const struct integration *in = name ? config_find(&cmd->app.config, name) : NULL;
    if (!name)
        return true;
    if (in)
        snprintf(out->integration_id, sizeof out->integration_id, "%s", in->id);
    else if (!find_former(cmd, name, out, err))
        return false;
    out->filter.integration_id = out->integration_id;
    return true;
}

static bool read_check(struct cmd *cmd, struct error *err)
{
    const char *id = cmd_option(cmd, "check");
    return !id || named_sent_check(cmd, id, err);
}

/* --- times ----------------------------------------------------------------------------------- */

static bool read_time(struct cmd *cmd, const char *option, int64_t now, int64_t *out,
                      struct error *err)
{
    const char *text = cmd_option(cmd, option);
    if (!text || time_parse_or_age(text, now, out))
        return true;
    return error_set(err, ERR_INVALID,
                     "--%s: write a date (2026-11-24), a time (2026-11-24T06:00:00Z), Unix seconds "
                     "or an age (30m, 2h, 7d), not '%s'",
                     option, text);
}

static bool read_times(struct cmd *cmd, int64_t now, struct delivery_filter *f, struct error *err)
{
    if (!read_time(cmd, "since", now, &f->since, err) ||
        !read_time(cmd, "until", now, &f->until, err))
        return false;
    return f->since <= 0 || f->until <= 0 || f->since < f->until ||
           error_set(err, ERR_INVALID, "--since has to be earlier than --until");
}

static bool is_configured(void *ctx, const char *integration_id)
{
    return config_find(ctx, integration_id) != NULL;
}

bool delivery_filter_read(struct cmd *cmd, int64_t now, struct chosen_deliveries *out,
                          struct error *err)
{
    *out = (struct chosen_deliveries){.filter = DELIVERY_FILTER_ALL};
    out->filter.check_id = cmd_option(cmd, "check");
    out->filter.text = cmd_option(cmd, "text");
    if (cmd_has(cmd, "open")) {
        out->filter.state = DELIVERY_FAILED;
        out->filter.open_of = is_configured;
        out->filter.ctx = &cmd->app.config;
    }
    return read_state(cmd, &out->filter, err) && read_check(cmd, err) &&
           read_integration(cmd, out, err) && read_times(cmd, now, &out->filter, err) &&
           cmd_option_int(cmd, "limit", 0, INT32_MAX, 0, &out->filter.limit, err);
}
