/* Settings of checks within the limits that their definitions give. */
#include "core/checks/tuning.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/config/assign.h"

enum { NAMES_MAX = 300 };

static const char prefix[] = "settings.";

static const struct check_number *find_number(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->number_count; i++)
        if (strcmp(check->numbers[i].name, name) == 0)
            return &check->numbers[i];
    return NULL;
}

static bool fail_unknown(const struct check *check, const char *name, struct error *err)
{
    struct strbuf known;

    strbuf_init(&known, NAMES_MAX);
    for (size_t i = 0; i < check->number_count; i++)
        strbuf_addf(&known, "%s%s%s", i > 0 ? ", " : "", prefix, check->numbers[i].name);
    error_set(err, ERR_INVALID, "settings.%s: check %s has no such setting; it has %s", name,
              check->id, check->number_count > 0 ? known.text : "none");
    strbuf_release(&known);
    return false;
}

static bool number_fits(const struct check *check, const char *name, int64_t value,
                        struct error *err)
{
    const struct check_number *number = find_number(check, name);

    if (!number)
        return fail_unknown(check, name, err);
    return (value >= number->min && value <= number->max) ||
           error_set(err, ERR_INVALID,
                     "settings.%s: %" PRId64 " will not do; write %" PRId64 " to %" PRId64, name,
                     value, number->min, number->max);
}

bool tuning_set(const struct check *check, struct check_config *own, const char *name,
                const char *value, struct error *err)
{
    const char *number = name + strlen(prefix);
    int64_t whole;

    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return check_config_set(own, name, value, err);
    /* Where the check has no such setting (any more), it can still be taken back. */
    if (*value && !find_number(check, number))
        return fail_unknown(check, number, err);
    if (text_to_int(value, 0, CHECK_VALUE_MAX, &whole) && !number_fits(check, number, whole, err))
        return false;
    return check_config_set(own, name, value, err);
}

void tuning_reset(const struct check *check, struct check_config *own)
{
    struct check_config left;

    check_config_init(&left, own->id);
    if (check)
        text_list_copy(&left.integrations, &own->integrations);
    check_config_release(own);
    *own = left;
}

bool tuning_possible(const char *check_id, struct error *err)
{
    return check_id_valid(check_id) ||
           error_set(err, ERR_INVALID,
                     "'%s' is the place of a check whose id cannot be read: nothing can be set for "
                     "it until that is mended",
                     check_id);
}

bool tuning_fits(const struct check *check, const struct check_config *own, struct error *err)
{
    for (size_t i = 0; own && i < own->value_count; i++)
        if (!number_fits(check, own->values[i].name, own->values[i].value, err))
            return error_wrap(err, "checks.%s", check->id);
    return true;
}

bool tuning_can_fail(const struct check *check, const struct config *config, struct error *why)
{
    for (size_t i = 0; i < check->number_count; i++) {
        const struct check_number *n = &check->numbers[i];
        const struct check_number *lower = n->above ? find_number(check, n->above) : NULL;
        if (!lower)
            continue;
        const int64_t value = check_number(check, config, i);
        const int64_t floor = check_number(check, config, (size_t)(lower - check->numbers));
        if (value <= floor)
            return error_set(why, ERR_INVALID,
                             "%s can name nobody: settings.%s is %" PRId64
                             " and has to be more than settings.%s, which is %" PRId64,
                             check->id, n->name, value, lower->name, floor);
    }
    return true;
}

/* --- as it is set ---------------------------------------------------------------------------- */

/* Takes its texts. */
static void add_tuned(struct tuned_list *out, struct tuned row)
{
    *(struct tuned *)list_add(&out->items, &out->count, sizeof *out->items) = row;
}

/* Numbers that the check has no more stay set until somebody takes them back. */
static void add_left_over(struct tuned_list *out, const struct check *check,
                          const struct check_config *own)
{
    for (size_t i = 0; own && i < own->value_count; i++) {
        const struct check_value *v = &own->values[i];
        if (!find_number(check, v->name))
            add_tuned(out, (struct tuned){.name = mem_printf("%s%s", prefix, v->name),
                                          .value = mem_printf("%" PRId64, v->value)});
    }
}

void tuned_read(struct tuned_list *out, const struct check *check, const struct config *config)
{
    const bool on = check_enabled(check, config);
    const enum severity severity = check_severity(check, config);

    *out = (struct tuned_list){0};
    add_tuned(out, (struct tuned){.name = mem_strdup("enabled"),
                                  .value = mem_strdup(on ? "true" : "false"),
                                  .fallback = on == check->enabled});
    add_tuned(out, (struct tuned){.name = mem_strdup("severity"),
                                  .value = mem_strdup(severity_text(severity)),
                                  .fallback = severity == check->severity});
    for (size_t i = 0; i < check->number_count; i++) {
        const struct check_number *n = &check->numbers[i];
        const int64_t value = check_number(check, config, i);
        add_tuned(out, (struct tuned){.name = mem_printf("%s%s", prefix, n->name),
                                      .value = mem_printf("%" PRId64, value),
                                      .fallback = value == n->value});
    }
    add_left_over(out, check, config_check(config, check->id));
}

void tuned_release(struct tuned_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].value);
    }
    free(list->items);
    *list = (struct tuned_list){0};
}

const struct tuned *tuned_find(const struct tuned_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}
