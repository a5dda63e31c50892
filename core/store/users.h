/*
 * Users as listings show them: those of the data sets, or those that fail a check.
 */
#ifndef CHECKHOOK_CORE_STORE_USERS_H
#define CHECKHOOK_CORE_STORE_USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

struct user_row {
    const char *source, *id, *login;
    int64_t since;       /* Unix seconds: when first seen failing; 0 without a check */
    const char *explain; /* JSON object; "{}" without a check */
    bool stale;          /* failing as last known; today's data does not say */
};

/* Called for each row; texts are valid during the call. false stops (err set by the sink). */
typedef bool user_sink(void *ctx, const struct user_row *user, struct error *err);

struct user_filter {
    const char *failing; /* the check they fail (open findings); NULL = all users */
    const char *source;  /* NULL = any */
    const char *text; /* in name, login, e-mail, department or id, regardless of case; NULL = any */
    int64_t limit;    /* 0 = all */
};

/* By login, regardless of case. */
bool users_each(struct store *s, const struct user_filter *f, user_sink *sink, void *ctx,
                struct error *err);

/*
 * Is there a user of whom the condition, an SQL expression over a user `u`, is true? *none: there
 * are no users at all. It comes from the program, never from a file.
 */
bool users_any(struct store *s, const char *condition, bool *any, bool *none, struct error *err);

#endif
