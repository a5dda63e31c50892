/*
 * One user of a data set, with everything that is known: for screens and `data user`.
 */
#ifndef CHECKHOOK_CORE_STORE_PERSON_H
#define CHECKHOOK_CORE_STORE_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/findings.h"
#include "core/store/outbox.h"
#include "core/store/store.h"

/* Flags are 1, 0, or -1 where the source did not say; times 0 where they are not known. */
struct person {
    int64_t uid; /* 0 = there is none */
    char *source, *id, *login;
    char *name, *email, *type, *status, *department, *manager; /* NULL = not known */
    int enabled, is_admin, mfa_enrolled, password_enabled;
    bool last_login_known, factors_known, roles_known;
    int64_t last_login_at, created_at, password_changed_at;
    int64_t findings; /* open ones */
};

/* out is zeroed or released before. ERR_NOT_FOUND. */
bool person_read(struct store *s, int64_t uid, struct person *out, struct error *err);
void person_release(struct person *p);

/* The uids of those who have this login, regardless of ASCII case, or are `source/id`; at most max.
 * Returns how many in *count. */
bool person_find(struct store *s, const char *login, int64_t *uids, size_t max, size_t *count,
                 struct error *err);

/* One line for each, as "totp, active" or "Administrator, tier 2, eligible"; lent. */
typedef bool person_line(void *ctx, const char *text, struct error *err);
bool person_factors(struct store *s, int64_t uid, person_line *line, void *ctx, struct error *err);
bool person_roles(struct store *s, int64_t uid, person_line *line, void *ctx, struct error *err);

/* Deliveries of events that name this user for this finding, newest first, at most `limit`. */
bool person_deliveries(struct store *s, const struct finding *f, int64_t limit, delivery_sink *sink,
                       void *ctx, struct error *err);

#endif
