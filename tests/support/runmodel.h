#ifndef CHECKHOOK_TESTS_SUPPORT_RUNMODEL_H
#define CHECKHOOK_TESTS_SUPPORT_RUNMODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

/*
 * What runs must do to findings, events and deliveries, said once more as plainly as can be: a few
 * sources of a few users, four checks, three integrations, and arrays. A campaign does to the
 * product what it does to the model and compares.
 *
 * Values of a user are 1, 0 or MODEL_UNKNOWN.
 */
enum { MODEL_SOURCES = 3, MODEL_USERS = 6, MODEL_HOOKS = 3 };
enum { MODEL_UNKNOWN = -1, MODEL_NEVER = -2 };

/* In the order of the catalogue, which is that of their ids as well. */
enum model_check {
    MODEL_ADMIN,  /* applies: enabled; fails: is_admin; needs is_admin */
    MODEL_NO_MFA, /* applies: enabled; fails: not mfa_enrolled */
    MODEL_OLD,    /* fails: signed in, and not within `days`; needs last_login */
    MODEL_OWN,    /* of the administrator; fails: is_admin and not mfa_enrolled */
    MODEL_CHECKS,
};

extern const char *const model_source_names[MODEL_SOURCES]; /* ascending, as the next two */
extern const char *const model_check_ids[MODEL_CHECKS];
extern const char *const model_hook_names[MODEL_HOOKS];

struct model_user {
    bool here;
    int enabled, mfa, admin;
    int64_t last_login; /* Unix seconds, MODEL_UNKNOWN or MODEL_NEVER */
};

struct model_finding {
    bool open, stale;
    int64_t since, run;
};

/* An own check is refused when it is read, or breaks at the first user. */
enum model_fault { MODEL_SOUND, MODEL_WRONG, MODEL_BREAKS };

struct model {
    struct model_user users[MODEL_SOURCES][MODEL_USERS]; /* user n has id and login "un" */
    bool on[MODEL_CHECKS];
    enum model_fault fault; /* of MODEL_OWN */
    int64_t days;
    bool ignored[MODEL_CHECKS][MODEL_USERS]; /* by login */
    bool hook_here[MODEL_HOOKS], hook_enabled[MODEL_HOOKS];
    bool ticked[MODEL_CHECKS][MODEL_HOOKS];
    struct model_finding findings[MODEL_CHECKS][MODEL_SOURCES][MODEL_USERS];
    int64_t resolved; /* findings that have ended */
};

/* What a merge makes of a user, who may not be here yet, or may not come. */
void model_merge_user(struct model_user *user, const struct model_user *added);

/* What one run has to say and to write. */
struct model_line {
    bool asked; /* it is on, and among those that were asked for */
    bool error; /* it could not be evaluated */
    int64_t evaluated, failing, fresh, resolved, unknown, kept;
    struct strbuf logins; /* of the new ones, "u1 u3 ", by login */
};
struct model_run {
    struct model_line lines[MODEL_CHECKS];
    int64_t users, events, deliveries;
};

/* A run of the checks in `asked` that are on, at `now`. The model moves on unless run_id is 0. The
 * caller releases. */
void model_run(struct model *m, const bool asked[MODEL_CHECKS], int64_t now, int64_t run_id,
               struct model_run *out);
void model_run_release(struct model_run *run);

/*
 * Lines of text as the queries of the campaign give them: what is open; what a run counted; what
 * it sends. model_add_sent needs the model as it was during the run.
 */
void model_add_open(struct strbuf *out, const struct model *m);
void model_add_counts(struct strbuf *out, const struct model_run *run);
void model_add_sent(struct strbuf *out, const struct model *m, const struct model_run *run);

#endif
