/* Judges and saves integrations that come from another installation. */
#include "core/incoming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/config/schema.h"
#include "core/config/validate.h"

enum { FILE_MAX = 16 * 1024 * 1024 };

static const char *const fate_texts[] = {
    [INCOMING_NEW] = "new",
    [INCOMING_REPLACES] = "replaces the one here",
    [INCOMING_SAME] = "the same as here",
    [INCOMING_BAD] = "cannot be imported",
};

const char *incoming_fate_text(enum incoming_fate fate)
{
    return fate_texts[fate];
}

void incoming_list_release(struct incoming_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        integration_release(&list->items[i].in);
        if (list->items[i].here)
            integration_release(list->items[i].here);
        free(list->items[i].here);
        text_list_release(&list->items[i].missing);
    }
    free(list->items);
    *list = (struct incoming_list){0};
}

/* --- secrets --------------------------------------------------------------------------------- */

/* How the secrets of one come here. */
struct move {
    struct keyring *keyring;
    const char *from, *to;          /* ids */
    const struct integration *here; /* the one that is replaced; NULL */
    int64_t now_s;
    struct text_list *missing;
};

/* One that this key does not open is missing, unless the one that is replaced has it. */
static void move_secret(const struct move *m, const char *name, const char *kept, char **slot)
{
    struct error ignored = {0};
    char *bound = NULL;
    if (*slot &&
        !secret_rebind(m->keyring, m->from, name, *slot, m->to, name, m->now_s, &bound, &ignored)) {
        if (!kept)
            text_list_add(m->missing, name);
    }
    if (bound && strcmp(m->from, m->to) == 0) { /* as it is: nothing seems to have changed */
        free(bound);
        return;
    }
    if (!bound && kept) {
        bound = mem_strdup(kept);
        text_list_remove(m->missing, name);
    }
    free(*slot);
    *slot = bound;
}

static void move_params(const struct move *m, const struct setting *row, struct integration *in)
{
    struct param_list *list = setting_params(row, in);
    for (size_t i = 0; i < list->count; i++) {
        struct param *p = &list->items[i];
        const struct param *kept =
            m->here ? param_find(setting_params_of(row, m->here), p->place, p->key) : NULL;
        char *name = secret_param_name(row->name, p->place, p->key);
        if (p->secret)
            move_secret(m, name, kept && kept->secret ? kept->value : NULL, &p->value);
        free(name);
    }
}

static void move_secrets(const struct move *m, struct integration *in)
{
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];
        if (row->kind == KIND_PARAMS)
            move_params(m, row, in);
        else if (row->kind == KIND_SECRET)
            move_secret(m, row->name, m->here ? setting_secret(row, m->here) : NULL,
                        setting_secret_slot(row, in));
    }
}

/* --- judging --------------------------------------------------------------------------------- */

static bool is_valid(struct incoming *item, const struct integration_list *others)
{
    struct problem_list problems = {0};
    const bool ok = integration_validate(&item->in, others, VALIDATE_STORED, &problems);
    if (!ok) {
        const struct problem *p = &problems.items[0];
        snprintf(item->why, sizeof item->why, "%.60s%s%.180s", p->row ? p->row->name : "",
                 p->row ? ": " : "", p->text);
        item->fate = INCOMING_BAD;
    }
    problem_list_release(&problems);
    return ok;
}

/* Two of one name or id in the file: the later one cannot be saved. */
static void refuse_repeated(struct incoming_list *list, size_t index)
{
    struct incoming *item = &list->items[index];
    for (size_t i = 0; i < index && item->fate != INCOMING_BAD; i++) {
        const struct incoming *other = &list->items[i];
        if (other->fate == INCOMING_BAD)
            continue;
        const bool same_name = text_equal_nocase(other->in.name, item->in.name);
        if (!same_name && strcmp(other->in.id, item->in.id) != 0)
            continue;
        item->fate = INCOMING_BAD;
        snprintf(item->why, sizeof item->why, "the file already holds one %s '%.180s'",
                 same_name ? "named" : "with this id,", other->in.name);
    }
}

static const struct integration *of_name(const struct config *config, const char *name)
{
    const struct integration *found = name ? config_find(config, name) : NULL;
    return found && strcmp(found->id, name) != 0 ? found : NULL;
}

static void judge(struct incoming *item, struct app *app, int64_t now_s)
{
    char from[UUID_LEN + 1];
    const struct integration *here = of_name(&app->config, item->in.name);
    memcpy(from, item->in.id, sizeof from);
    if (here) {
        item->here = mem_zalloc(sizeof *item->here);
        integration_copy(item->here, here);
        memcpy(item->in.id, here->id, sizeof item->in.id);
    } else if (config_find(&app->config, from)) {
        uuid_make(item->in.id);
    }
    const struct move move = {app->keyring, from, item->in.id, here, now_s, &item->missing};
    move_secrets(&move, &item->in);
    if (here)
        integration_drop_moved_secrets(here, &item->in, &item->missing);
    if (item->fate == INCOMING_BAD || !is_valid(item, &app->config.integrations))
        return;
    item->fate = !here                                ? INCOMING_NEW
                 : integration_equal(here, &item->in) ? INCOMING_SAME
                                                      : INCOMING_REPLACES;
}

bool incoming_read(struct incoming_list *out, struct app *app, const char *path, int64_t now_s,
                   struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, FILE_MAX);
    const bool ok =
        file_read(path, &text, err) && incoming_parse(out, path, text.text, text.len, err);
    strbuf_release(&text);
    for (size_t i = 0; ok && i < out->count; i++) {
        judge(&out->items[i], app, now_s);
        refuse_repeated(out, i);
    }
    /* It is a file that was given, and none of this installation. */
    if (!ok && err->kind != ERR_NOT_FOUND)
        err->kind = ERR_INVALID;
    if (!ok)
        incoming_list_release(out);
    return ok;
}

/* --- saving ---------------------------------------------------------------------------------- */

static bool check_unchanged(const struct incoming *item, const struct integration *now,
                            struct error *err)
{
    if (now && item->here ? integration_equal(item->here, now) : !now && !item->here)
        return true;
    return error_set(err, ERR_CONFLICT,
                     "integration '%s' was %s by somebody else meanwhile: read the file again to "
                     "see what would happen now",
                     now ? now->name : item->here->name,
                     !now         ? "removed"
                     : item->here ? "changed"
                                  : "added");
}

static bool put(struct app *app, const struct incoming *item, struct error *err)
{
    struct problem_list problems = {0};
    const bool ok =
        integration_validate(&item->in, &app->config.integrations, VALIDATE_STORED, &problems);
    if (ok)
        config_put(&app->config, &item->in);
    else
        error_set(err, ERR_INVALID, "%s: %s", item->in.name, problems.items[0].text);
    problem_list_release(&problems);
    return ok;
}

bool incoming_save(struct app *app, const struct incoming_list *list, const bool *wanted,
                   int64_t now_s, size_t *saved, struct error *err)
{
    size_t count = 0;
    if (!action_begin(app, err))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const struct incoming *item = &list->items[i];
        if (!wanted[i] || item->fate == INCOMING_BAD || item->fate == INCOMING_SAME)
            continue;
        if (!check_unchanged(item, config_find(&app->config, item->in.id), err) ||
            !put(app, item, err)) {
            action_abort(app);
            return false;
        }
        count++;
    }
    *saved = count;
    return action_commit(app, now_s, err);
}
