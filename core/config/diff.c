/* Compares two configurations part by part. */
#include "core/config/diff.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/config/ignore.h"
#include "core/config/schema.h"

enum { TEXT_MAX = 16 * 1024 };

static const char secret_set[] = "(set)";
static const char secret_changed[] = "(changed)";

/* Both sides of what is compared, as it is found. */
struct sides {
    cJSON *before, *after;
};

static void sides_init(struct sides *s)
{
    s->before = mem_check(cJSON_CreateObject());
    s->after = mem_check(cJSON_CreateObject());
}

static void sides_release(struct sides *s)
{
    cJSON_Delete(s->before);
    cJSON_Delete(s->after);
}

static bool sides_equal(const struct sides *s)
{
    return !s->before->child && !s->after->child;
}

static bool is_empty(const char *text)
{
    return !text || !*text;
}

/* NULL: it is not there, which is something else than empty. */
static void add_pair(struct sides *s, const char *name, const char *before, const char *after)
{
    if (before && after ? strcmp(before, after) == 0 : before == after)
        return;
    if (before)
        json_add_text(s->before, name, before);
    if (after)
        json_add_text(s->after, name, after);
}

/* Of a setting: one that is empty is not set. */
static void add_value(struct sides *s, const char *name, const char *before, const char *after)
{
    add_pair(s, name, is_empty(before) ? NULL : before, is_empty(after) ? NULL : after);
}

/* What is stored is compared, and not shown. NULL as in add_pair. */
static void add_secret(struct sides *s, const char *name, const char *before, const char *after)
{
    const bool had = before && *before, has = after && *after;
    if (had && has)
        add_pair(s, name, secret_set, strcmp(before, after) == 0 ? secret_set : secret_changed);
    else
        add_pair(s, name, had ? secret_set : before, has ? secret_set : after);
}

/* --- parameters ----------------------------------------------------------------------------- */

static const char *value_or_empty(const struct param *p)
{
    return p && !p->value ? "" : p ? p->value : NULL;
}

/* The parameter `any` as it was and as it is; one of the two may be NULL. */
static void add_param(struct sides *s, const char *list, const struct param *any,
                      const struct param *was, const struct param *is)
{
    char *name = mem_printf("%s.%s:%s", list, param_place_text(any->place), any->key);
    if ((was && was->secret) || (is && is->secret))
        add_secret(s, name, value_or_empty(was), value_or_empty(is));
    else
        add_pair(s, name, value_or_empty(was), value_or_empty(is));
    free(name);
}

static void add_params(struct sides *s, const char *name, const struct param_list *before,
                       const struct param_list *after)
{
    static const struct param_list none = {0};
    const struct param_list *a = before ? before : &none, *b = after ? after : &none;
    for (size_t i = 0; i < a->count; i++) {
        const struct param *was = &a->items[i];
        add_param(s, name, was, was, param_find(b, was->place, was->key));
    }
    for (size_t i = 0; i < b->count; i++) {
        const struct param *is = &b->items[i];
        if (!param_find(a, is->place, is->key))
            add_param(s, name, is, NULL, is);
    }
}

/* --- settings ------------------------------------------------------------------------------- */

/* The value where it applies; alone: only one side is there, and a default says nothing. The caller
 * frees. */
static char *value_of(const struct setting *row, const struct integration *in, bool alone)
{
    if (!in || !setting_applies(row, in) || (alone && setting_is_default(row, in)))
        return NULL;
    return setting_get(row, in);
}

static const struct param_list *params_of(const struct setting *row, const struct integration *in)
{
    return in && setting_applies(row, in) ? setting_params_of(row, in) : NULL;
}

static void add_setting(struct sides *s, const struct setting *row, const struct integration *was,
                        const struct integration *is)
{
    if (row->kind == KIND_PARAMS) {
        add_params(s, row->name, params_of(row, was), params_of(row, is));
        return;
    }
    const bool alone = !was || !is;
    char *before = value_of(row, was, alone), *after = value_of(row, is, alone);
    if (row->kind == KIND_SECRET)
        add_secret(s, row->name, is_empty(before) ? NULL : before, is_empty(after) ? NULL : after);
    else
        add_value(s, row->name, before, after);
    free(before);
    free(after);
}

/* --- integrations --------------------------------------------------------------------------- */

static const struct integration *at_or_find(const struct integration_list *list, size_t hint,
                                            const char *id)
{
    if (hint < list->count && strcmp(list->items[hint].id, id) == 0)
        return &list->items[hint];
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].id, id) == 0)
            return &list->items[i];
    }
    return NULL;
}

/* The checks it is ticked for, "no-mfa, inactive-90"; the caller frees. */
static char *checks_of(const struct config *config, const char *id)
{
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < config->checks.count; i++) {
        const struct check_config *check = &config->checks.items[i];
        if (text_list_has(&check->integrations, id))
            strbuf_addf(&out, "%s%s", out.len > 0 ? ", " : "", check->id);
    }
    return strbuf_detach(&out);
}

struct walk {
    const struct config *before, *after;
    config_difference_sink *sink;
    void *ctx;
    struct error *err;
};

static bool tell(const struct walk *w, struct config_difference *d, const struct sides *s)
{
    d->before = s->before;
    d->after = s->after;
    return w->sink(w->ctx, d, w->err);
}

static bool tell_words(const struct walk *w, struct config_difference *d, const struct sides *s)
{
    return sides_equal(s) || tell(w, d, s);
}

/* any: one of the two, of which the other may be NULL. */
static bool compare_integration(const struct walk *w, const struct integration *any,
                                const struct integration *was, const struct integration *is)
{
    struct sides s;
    assert(any);
    if (was && is && integration_equal(was, is))
        return true;
    sides_init(&s);
    for (size_t i = 0; i < integration_setting_count; i++)
        add_setting(&s, &integration_settings[i], was, is);
    struct config_difference d = {
        .part = PART_INTEGRATION, .id = any->id, .name = any->name, .was = was, .is = is};
    if (!was || !is) {
        char *checks = checks_of(is ? w->after : w->before, any->id);
        add_value(&s, "checks", is ? NULL : checks, is ? checks : NULL);
        free(checks);
    }
    const bool ok = tell(w, &d, &s); /* what differs may have no words: the order of parameters */
    sides_release(&s);
    return ok;
}

static bool compare_integrations(const struct walk *w)
{
    const struct integration_list *old = &w->before->integrations, *now = &w->after->integrations;
    bool ok = true;
    for (size_t i = 0; ok && i < old->count; i++) {
        const struct integration *was = &old->items[i], *is = at_or_find(now, i, was->id);
        ok = compare_integration(w, is ? is : was, was, is);
    }
    for (size_t i = 0; ok && i < now->count; i++) {
        const struct integration *is = &now->items[i];
        if (!at_or_find(old, i, is->id))
            ok = compare_integration(w, is, NULL, is);
    }
    return ok;
}

/* --- checks --------------------------------------------------------------------------------- */

/* The ticks of an integration that came or went are told with it. */
static const char *lasting_name(const struct walk *w, const char *id)
{
    const struct integration *was = at_or_find(&w->before->integrations, 0, id);
    const struct integration *is = at_or_find(&w->after->integrations, 0, id);
    return was && is ? is->name : NULL;
}

static void add_tick(struct sides *s, const struct walk *w, const char *id, bool was)
{
    const char *name = lasting_name(w, id);
    if (!name)
        return;
    char *label = mem_printf("webhook %s", name);
    add_pair(s, label, was ? "on" : "off", was ? "off" : "on");
    free(label);
}

static void add_ticks(struct sides *s, const struct walk *w, const struct check_config *was,
                      const struct check_config *is)
{
    for (size_t i = 0; i < was->integrations.count; i++) {
        if (!text_list_has(&is->integrations, was->integrations.items[i]))
            add_tick(s, w, was->integrations.items[i], true);
    }
    for (size_t i = 0; i < is->integrations.count; i++) {
        if (!text_list_has(&was->integrations, is->integrations.items[i]))
            add_tick(s, w, is->integrations.items[i], false);
    }
}

static const char *enabled_text(const struct check_config *check)
{
    return check->enabled < 0 ? NULL : check->enabled ? "true" : "false";
}

static const char *severity_or_none(const struct check_config *check)
{
    const enum severity severity = (enum severity)check->severity;
    return severity == SEVERITY_UNSET ? NULL : severity_text(severity);
}

static void add_number(struct sides *s, const char *name, const int64_t *before,
                       const int64_t *after)
{
    char *label = mem_printf("settings.%s", name);
    char *old = before ? mem_printf("%" PRId64, *before) : NULL;
    char *now = after ? mem_printf("%" PRId64, *after) : NULL;
    add_pair(s, label, old, now);
    free(label);
    free(old);
    free(now);
}

static void add_numbers(struct sides *s, const struct check_config *was,
                        const struct check_config *is)
{
    for (size_t i = 0; i < was->value_count; i++) {
        const char *name = was->values[i].name;
        add_number(s, name, &was->values[i].value, check_value_find(is, name));
    }
    for (size_t i = 0; i < is->value_count; i++) {
        if (!check_value_find(was, is->values[i].name))
            add_number(s, is->values[i].name, NULL, &is->values[i].value);
    }
}

static bool compare_check(const struct walk *w, const char *id, const struct check_config *before,
                          const struct check_config *after)
{
    static const struct check_config unset = {.enabled = -1};
    const struct check_config *was = before ? before : &unset, *is = after ? after : &unset;
    char *old_ignore = ignore_join(&was->ignore), *ignore = ignore_join(&is->ignore);
    struct config_difference d = {.part = PART_CHECK, .id = id, .name = id};
    struct sides s;
    sides_init(&s);
    add_pair(&s, "enabled", enabled_text(was), enabled_text(is));
    add_pair(&s, "severity", severity_or_none(was), severity_or_none(is));
    add_ticks(&s, w, was, is);
    add_value(&s, "ignore", old_ignore, ignore);
    add_numbers(&s, was, is);
    const bool ok = tell_words(w, &d, &s);
    sides_release(&s);
    free(old_ignore);
    free(ignore);
    return ok;
}

static bool compare_checks(const struct walk *w)
{
    const struct check_config_list *old = &w->before->checks, *now = &w->after->checks;
    bool ok = true;
    for (size_t i = 0; ok && i < old->count; i++) {
        const char *id = old->items[i].id;
        ok = compare_check(w, id, &old->items[i], config_check(w->after, id));
    }
    for (size_t i = 0; ok && i < now->count; i++) {
        if (!config_check(w->before, now->items[i].id))
            ok = compare_check(w, now->items[i].id, NULL, &now->items[i]);
    }
    return ok;
}

/* --- top level ------------------------------------------------------------------------------ */

static bool compare_general(const struct walk *w)
{
    struct config_difference d = {.part = PART_GENERAL, .id = "", .name = ""};
    struct sides s;
    sides_init(&s);
    for (size_t i = 0; i < general_setting_count; i++) {
        const struct setting *row = &general_settings[i];
        char *before = setting_get(row, &w->before->general);
        char *after = setting_get(row, &w->after->general);
        add_value(&s, row->name, before, after);
        free(before);
        free(after);
    }
    const bool ok = tell_words(w, &d, &s);
    sides_release(&s);
    return ok;
}

bool config_diff(const struct config *before, const struct config *after,
                 config_difference_sink *sink, void *ctx, struct error *err)
{
    const struct walk w = {before, after, sink, ctx, err};
    return compare_general(&w) && compare_integrations(&w) && compare_checks(&w);
}
