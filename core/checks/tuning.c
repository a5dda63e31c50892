/* Settings of checks within the limits that their definitions give. */
#include "core/checks/tuning.h"

#include <inttypes.h>
#include <string.h>

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
