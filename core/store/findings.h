/*
 * Findings: one user failing one check, from the run that first saw it to the run that saw it
 * fixed. Keyed by check, source and the user's id in the source.
 */
#ifndef CHECKHOOK_CORE_STORE_FINDINGS_H
#define CHECKHOOK_CORE_STORE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

struct finding {
    int64_t id;
    const char *check_id, *source, *user_id, *login;
    int64_t since;       /* Unix seconds: when first seen failing */
    int64_t resolved_at; /* 0 = open */
    bool stale;          /* failing as last known; today's data does not say */
    const char *explain; /* JSON object, "{}" at least */
};

/* Called for each row; texts are valid during the call. false stops (err set by the sink). */
typedef bool finding_sink(void *ctx, const struct finding *f, struct error *err);

/* Open findings of a check (NULL = of all), newest first, at most limit (0 = all). */
bool findings_each(struct store *s, const char *check_id, int64_t limit, finding_sink *sink,
                   void *ctx, struct error *err);

/* The same of one check in the order of source and user, which is found at once however many there
 * are, with what their data set says of the user now. */
struct finding_user {
    int64_t uid;      /* 0 = gone from the data set */
    const char *type; /* "guest"; NULL = not known, as email and department */
    const char *email, *department;
    int is_admin; /* -1 = not known */
    bool seen_known;
    int64_t seen_at; /* Unix seconds; 0 = never */
};
typedef bool finding_user_sink(void *ctx, const struct finding *f, const struct finding_user *user,
                               struct error *err);
bool findings_first(struct store *s, const char *check_id, int64_t limit, finding_user_sink *sink,
                    void *ctx, struct error *err);

/* Has the check any open finding? */
bool findings_exist(struct store *s, const char *check_id, bool *exist, struct error *err);

/* Open findings of the check, stale ones among them; reads as many rows of an index. */
bool findings_count(struct store *s, const char *check_id, int64_t *count, struct error *err);

/* The same of one user. */
bool findings_of_user(struct store *s, const char *source, const char *user_id, finding_sink *sink,
                      void *ctx, struct error *err);

/* --- for the run that writes them, in its transaction ----------------------------------------- */

/* An open finding as a run compares it: uid 0 = its user is no longer in the data set. */
struct open_finding {
    int64_t id, uid;
    bool stale;
};
/* Up to `room` open findings of a check that come after that uid and id, ordered by both; fewer
 * where there are no more. */
bool findings_open(struct store *s, const char *check_id, const struct open_finding *after,
                   struct open_finding *out, size_t room, size_t *count, struct error *err);

/* Users of the present data sets who newly fail a check. explain: JSON object. All texts are lent.
 * There may be very many, and everybody else waits for the transaction. */
struct new_finding {
    const char *source, *user_id, *login, *explain;
    int64_t uid;
};
struct new_findings {
    const char *check_id;
    int64_t run_id, now;
    const struct new_finding *items;
    size_t count;
};
bool findings_add(struct store *s, const struct new_findings *added, struct error *err);

/* Around all that a run adds: where they are FINDINGS_MANY and more than there are, the indexes by
 * user are made anew at the end (*many), because the ids of users come in no order. Then the store
 * had better be set for bulk. */
enum { FINDINGS_MANY = 20000 };
bool findings_begin_many(struct store *s, int64_t count, bool *many, struct error *err);
bool findings_end_many(struct store *s, bool many, struct error *err);
bool findings_resolve(struct store *s, int64_t id, int64_t run_id, int64_t now, struct error *err);

/* Users leave their data set, all of a source or one, and come back with another uid. To be called
 * in the transaction that changes the set: before they are deleted, and after all were added. */
bool findings_lose_source(struct store *s, const char *source, struct error *err);
bool findings_lose_user(struct store *s, int64_t uid, struct error *err);
bool findings_meet_again(struct store *s, const char *source, struct error *err);

/* Stale: today's data does not say. Not stale: seen failing again at `now`. */
bool findings_set_stale(struct store *s, int64_t id, bool stale, int64_t now, struct error *err);

#endif
