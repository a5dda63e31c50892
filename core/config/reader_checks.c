/* Reads what the configuration says of each check. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/ignore.h"
#include "core/config/reader_private.h"

static bool read_value(const struct reader *r, const config_setting_t *s, const char *path)
{
    const char *name = config_setting_name(s);
    int64_t value;

    if (!check_value_name_valid(name))
        return reader_fail(r, s, path, "such a name is written with a-z, 0-9 and _");
    if (!reader_int(r, s, path, &value))
        return false;
    if (value < 0 || value > CHECK_VALUE_MAX)
        return reader_fail(r, s, path, "write 0 to %d", CHECK_VALUE_MAX);
    check_value_set(r->base, name, value);
    return true;
}

static bool read_ignore(const struct reader *r, const config_setting_t *s, const char *path,
                        struct check_config *check)
{
    struct error why = {0};

    if (!reader_texts(r, s, path, &check->ignore))
        return false;
    if (check->ignore.count > IGNORE_ENTRIES_MAX)
        return reader_fail(r, s, path, "at most %d entries", IGNORE_ENTRIES_MAX);
    for (size_t i = 0; i < check->ignore.count; i++)
        if (!ignore_valid(check->ignore.items[i], &why))
            return reader_fail(r, s, path, "%s", why.text);
    return true;
}

static bool read_check_severity(const struct reader *r, const config_setting_t *s, const char *path,
                                struct check_config *check)
{
    const char *text;
    enum severity severity;

    if (!reader_text(r, s, path, &text))
        return false;
    if (!severity_parse(text, &severity))
        return reader_fail(r, s, path, "write critical, moderate or low");
    check->severity = (int)severity;
    return true;
}

static bool read_check_enabled(const struct reader *r, const config_setting_t *s, const char *path,
                               struct check_config *check)
{
    bool enabled;

    if (!reader_bool(r, s, path, &enabled))
        return false;
    check->enabled = enabled;
    return true;
}

static bool read_check_member(const struct reader *r, const config_setting_t *s, const char *path)
{
    struct check_config *check = r->base;
    const char *name = config_setting_name(s);

    if (strcmp(name, "enabled") == 0)
        return read_check_enabled(r, s, path, check);
    if (strcmp(name, "severity") == 0)
        return read_check_severity(r, s, path, check);
    if (strcmp(name, "integrations") == 0)
        return reader_texts(r, s, path, &check->integrations);
    if (strcmp(name, "ignore") == 0)
        return read_ignore(r, s, path, check);
    if (strcmp(name, "settings") != 0)
        return reader_fail(r, s, path,
                           "there is no such setting; a check has enabled, severity, "
                           "integrations, ignore and settings");
    if (!config_setting_is_group(s))
        return reader_fail(r, s, path, "write a group: settings : { … }");
    return reader_each(r, s, path, read_value);
}

/* Where checks are read into, and the integrations that they may be ticked for. */
struct ticked {
    struct config *config;
    struct places ids;
};

/* The first tick for which there is no integration; NULL where all exist. */
static const char *dangling_tick(const struct places *ids, const struct check_config *check)
{
    for (size_t i = 0; i < check->integrations.count; i++) {
        if (!places_has(ids, check->integrations.items[i]))
            return check->integrations.items[i];
    }
    return NULL;
}

static bool fail_dangling(const struct reader *r, const config_setting_t *check, const char *path,
                          const char *tick)
{
    char *name = mem_printf("%s.integrations", path);

    reader_fail(r, config_setting_get_member(check, "integrations"), name,
                "there is no integration with the id '%s'", tick);
    free(name);
    return false;
}

static bool read_check(const struct reader *r, const config_setting_t *s, const char *path)
{
    const struct ticked *ticked = r->base;
    const char *id = config_setting_name(s);
    struct reader inner = {.file = r->file, .err = r->err};
    const char *tick;

    if (!check_id_valid(id))
        return reader_fail(r, s, path, "the id of a check is written with a-z, 0-9 and -");
    if (!config_setting_is_group(s))
        return reader_fail(r, s, path, "write a group: %s : { … }", id);
    inner.base = config_check_make(ticked->config, id);
    if (!reader_each(&inner, s, path, read_check_member))
        return false;
    tick = dangling_tick(&ticked->ids, inner.base);
    return !tick || fail_dangling(r, s, path, tick);
}

bool reader_checks(const struct reader *r, const config_setting_t *s, struct config *config)
{
    struct ticked ticked = {config, reader_ids(&config->integrations)};
    const struct reader inner = {.file = r->file, .err = r->err, .base = &ticked};

    bool ok = config_setting_is_group(s)
                  ? reader_each(&inner, s, "checks", read_check)
                  : reader_fail(r, s, "checks", "write a group: checks : { … }");
    places_release(&ticked.ids);
    return ok;
}
