/*
 * What the files that read the configuration share.
 */
#ifndef CHECKHOOK_CORE_CONFIG_READER_PRIVATE_H
#define CHECKHOOK_CORE_CONFIG_READER_PRIVATE_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/repeat.h"
#include "core/config/schema.h"

/* Where a walk stands: rows of which base, under which prefix. */
struct reader {
    const char *file;
    struct error *err;
    const struct setting *rows;
    size_t count;
    void *base;
};

typedef bool read_member(const struct reader *r, const config_setting_t *s, const char *path);

/* "FILE:LINE: setting 'path': why"; returns false. */
bool reader_fail(const struct reader *r, const config_setting_t *s, const char *path,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* One value, or the sentence that says what to write. */
bool reader_text(const struct reader *r, const config_setting_t *s, const char *path,
                 const char **text);
bool reader_bool(const struct reader *r, const config_setting_t *s, const char *path, bool *value);
bool reader_int(const struct reader *r, const config_setting_t *s, const char *path,
                int64_t *value);
bool reader_texts(const struct reader *r, const config_setting_t *s, const char *path,
                  struct text_list *list);

/* Calls `read` for each member of a group until one fails. */
bool reader_each(const struct reader *r, const config_setting_t *group, const char *prefix,
                 read_member *read);

/* The ids of a list, sorted; the caller releases them before the list. */
struct places reader_ids(const struct integration_list *list);

/* The group `checks`, ticks and all; the integrations have been read. */
bool reader_checks(const struct reader *r, const config_setting_t *s, struct config *config);

#endif
