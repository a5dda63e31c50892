/* What a commit changed in the configuration, and putting it back. */
#include "core/config/changes.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/schema.h"

/* --- pieces ---------------------------------------------------------------------------------- */

static struct integration *integration_dup(const struct integration *in)
{
    if (!in)
        return NULL;
    struct integration *copy = mem_alloc(sizeof *copy);
    integration_copy(copy, in);
    return copy;
}

static void integration_drop(struct integration *in)
{
    if (in)
        integration_release(in);
    free(in);
}

static struct check_config *check_dup(const struct check_config *check)
{
    if (!check)
        return NULL;
    struct check_config *copy = mem_alloc(sizeof *copy);
    check_config_copy(copy, check);
    return copy;
}

static void check_drop(struct check_config *check)
{
    if (check)
        check_config_release(check);
    free(check);
}

static struct general *general_dup(const struct general *general)
{
    struct general *copy = mem_alloc(sizeof *copy);
    general_copy(copy, general);
    return copy;
}

static void general_drop(struct general *general)
{
    if (general)
        general_release(general);
    free(general);
}

/* A piece that nobody set anything in is as good as none. */
static const struct check_config *set_check(const struct check_config *check)
{
    return check && !check_config_is_empty(check) ? check : NULL;
}

static bool same_integration(const struct integration *a, const struct integration *b)
{
    return a && b ? integration_equal(a, b) : a == b;
}

static bool same_check(const struct check_config *a, const struct check_config *b)
{
    a = set_check(a);
    b = set_check(b);
    return a && b ? check_config_equal(a, b) : a == b;
}

static bool same_general(const struct general *a, const struct general *b)
{
    bool same = true;
    for (size_t i = 0; same && i < general_setting_count; i++) {
        char *left = setting_get(&general_settings[i], a);
        char *right = setting_get(&general_settings[i], b);
        same = strcmp(left, right) == 0;
        free(left);
        free(right);
    }
    return same;
}

/* --- places ---------------------------------------------------------------------------------- */

/* Lists keep their order, so what is looked for mostly stands where it stood in the other. */
static size_t integration_place(const struct config *config, const char *id, size_t hint)
{
    const struct integration_list *list = &config->integrations;
    if (hint < list->count && strcmp(list->items[hint].id, id) == 0)
        return hint;
    size_t i = 0;
    while (i < list->count && strcmp(list->items[i].id, id) != 0)
        i++;
    return i;
}

static size_t check_place(const struct config *config, const char *id, size_t hint)
{
    const struct check_config_list *list = &config->checks;
    if (hint < list->count && strcmp(list->items[hint].id, id) == 0)
        return hint;
    size_t i = 0;
    while (i < list->count && strcmp(list->items[i].id, id) != 0)
        i++;
    return i;
}

static const struct integration *integration_at(const struct config *config, size_t place)
{
    return place < config->integrations.count ? &config->integrations.items[place] : NULL;
}

static const struct check_config *check_at(const struct config *config, size_t place)
{
    return place < config->checks.count ? &config->checks.items[place] : NULL;
}

/* --- noting ---------------------------------------------------------------------------------- */

static const char *id_of(const struct integration_change *change)
{
    return change->before ? change->before->id : change->after->id;
}

static bool is_of(const struct integration_change *change, const char *id)
{
    const struct integration *in = change->before ? change->before : change->after;
    return in && id && strcmp(in->id, id) == 0;
}

static const char *check_id_of(const struct check_change *change)
{
    return change->before ? change->before->id : change->after->id;
}

static void forget_integration(struct config_changes *c, size_t index)
{
    integration_drop(c->integrations[index].before);
    integration_drop(c->integrations[index].after);
    list_remove(c->integrations, &c->integration_count, sizeof *c->integrations, index);
}

static void forget_check(struct config_changes *c, size_t index)
{
    check_drop(c->checks[index].before);
    check_drop(c->checks[index].after);
    list_remove(c->checks, &c->check_count, sizeof *c->checks, index);
}

static void note_integration(struct config_changes *c, const char *id,
                             const struct integration *before, const struct integration *after,
                             size_t place)
{
    size_t i = 0;
    while (i < c->integration_count && !is_of(&c->integrations[i], id))
        i++;
    if (i == c->integration_count) {
        struct integration_change *added =
            list_add(&c->integrations, &c->integration_count, sizeof *added);
        *added =
            (struct integration_change){integration_dup(before), integration_dup(after), place};
        return;
    }
    integration_drop(c->integrations[i].after);
    c->integrations[i].after = integration_dup(after);
    if (same_integration(c->integrations[i].before, after))
        forget_integration(c, i);
}

static void note_check(struct config_changes *c, const char *id, const struct check_config *before,
                       const struct check_config *after, size_t place)
{
    size_t i = 0;
    while (i < c->check_count && strcmp(check_id_of(&c->checks[i]), id) != 0)
        i++;
    if (i == c->check_count) {
        struct check_change *added = list_add(&c->checks, &c->check_count, sizeof *added);
        *added = (struct check_change){check_dup(before), check_dup(after), place};
        return;
    }
    check_drop(c->checks[i].after);
    c->checks[i].after = check_dup(after);
    if (same_check(c->checks[i].before, after))
        forget_check(c, i);
}

static void add_integrations(struct config_changes *c, const struct config *before,
                             const struct config *after)
{
    for (size_t i = 0; i < before->integrations.count; i++) {
        const struct integration *was = &before->integrations.items[i];
        const struct integration *is = integration_at(after, integration_place(after, was->id, i));
        if (!is || !integration_equal(was, is))
            note_integration(c, was->id, was, is, i);
    }
    for (size_t i = 0; i < after->integrations.count; i++) {
        const struct integration *is = &after->integrations.items[i];
        if (!integration_at(before, integration_place(before, is->id, i)))
            note_integration(c, is->id, NULL, is, i);
    }
}

static void add_checks(struct config_changes *c, const struct config *before,
                       const struct config *after)
{
    for (size_t i = 0; i < before->checks.count; i++) {
        const struct check_config *was = &before->checks.items[i];
        const struct check_config *is = check_at(after, check_place(after, was->id, i));
        if (!same_check(was, is))
            note_check(c, was->id, was, is, i);
    }
    for (size_t i = 0; i < after->checks.count; i++) {
        const struct check_config *is = &after->checks.items[i];
        if (set_check(is) && !check_at(before, check_place(before, is->id, i)))
            note_check(c, is->id, NULL, is, i);
    }
}

static void add_general(struct config_changes *c, const struct general *before,
                        const struct general *after)
{
    struct general was;
    general_copy(&was, before);
    if (!was.tenant_id)
        was.tenant_id = mem_strdup(after->tenant_id);
    if (!same_general(&was, after)) {
        if (!c->general.before)
            c->general.before = general_dup(&was);
        general_drop(c->general.after);
        c->general.after = general_dup(after);
    }
    general_release(&was);
}

void config_changes_release(struct config_changes *c)
{
    while (c->integration_count > 0)
        forget_integration(c, c->integration_count - 1);
    while (c->check_count > 0)
        forget_check(c, c->check_count - 1);
    free(c->integrations);
    free(c->checks);
    general_drop(c->general.before);
    general_drop(c->general.after);
    *c = (struct config_changes){0};
}

bool config_changes_none(const struct config_changes *c)
{
    return c->integration_count == 0 && c->check_count == 0 && !c->general.before;
}

void config_changes_add(struct config_changes *c, const struct config *before,
                        const struct config *after)
{
    add_integrations(c, before, after);
    add_checks(c, before, after);
    add_general(c, &before->general, &after->general);
}

/* --- taking back ----------------------------------------------------------------------------- */

static const char *name_of(const struct integration_change *change)
{
    return change->after ? change->after->name : change->before->name;
}

bool config_changes_stand(const struct config_changes *c, const struct config *now,
                          struct error *err)
{
    for (size_t i = 0; i < c->integration_count; i++) {
        const struct integration_change *change = &c->integrations[i];
        size_t place = integration_place(now, id_of(change), change->place);
        if (!same_integration(change->after, integration_at(now, place)))
            return error_set(err, ERR_CONFLICT,
                             "integration '%s' was changed by somebody else meanwhile",
                             name_of(change));
    }
    for (size_t i = 0; i < c->check_count; i++) {
        const struct check_change *change = &c->checks[i];
        size_t place = check_place(now, check_id_of(change), change->place);
        if (!same_check(change->after, check_at(now, place)))
            return error_set(err, ERR_CONFLICT, "check '%s' was changed by somebody else meanwhile",
                             check_id_of(change));
    }
    if (c->general.after && !same_general(c->general.after, &now->general))
        return error_set(err, ERR_CONFLICT, "the settings were changed by somebody else meanwhile");
    return true;
}

/* Moves the last item of a list to `place`. */
static void move_last(void *items, size_t count, size_t size, size_t place)
{
    char *base = items;
    if (count < 2 || place >= count - 1)
        return;
    void *last = mem_dup(base + (count - 1) * size, size);
    memmove(base + (place + 1) * size, base + place * size, (count - 1 - place) * size);
    memcpy(base + place * size, last, size);
    free(last);
}

static void revert_integration(const struct integration_change *change, struct config *config)
{
    const size_t count = config->integrations.count;
    if (!change->before) {
        config_remove(config, change->after->id);
        return;
    }
    config_put(config, change->before);
    if (config->integrations.count > count)
        move_last(config->integrations.items, config->integrations.count,
                  sizeof *config->integrations.items, change->place);
}

static void revert_check(const struct check_change *change, struct config *config)
{
    const size_t count = config->checks.count;
    struct check_config *check = config_check_make(config, check_id_of(change));
    char *id = mem_strdup(check->id);
    check_config_release(check);
    if (change->before)
        check_config_copy(check, change->before);
    else
        check_config_init(check, id);
    free(id);
    if (config->checks.count > count)
        move_last(config->checks.items, config->checks.count, sizeof *config->checks.items,
                  change->place);
}

void config_changes_revert(const struct config_changes *c, struct config *config)
{
    for (size_t i = 0; i < c->integration_count; i++)
        revert_integration(&c->integrations[i], config);
    for (size_t i = 0; i < c->check_count; i++)
        revert_check(&c->checks[i], config);
    if (c->general.before) {
        general_release(&config->general);
        general_copy(&config->general, c->general.before);
    }
}
