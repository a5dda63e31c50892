/*
 * The message of a run for one check: the check notification of DESIGN 6 and its explanations, in
 * parts that are not larger than an integration takes. Pure.
 */
#ifndef CHECKHOOK_CORE_CHECKS_EVENT_H
#define CHECKHOOK_CORE_CHECKS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/checks/catalogue.h"
#include "core/config/config.h"

/* A user whom the event names. */
struct event_user {
    const char *login;
    const char *explain; /* JSON object whose members are texts */
};

struct event_subject {
    const struct check *check;
    enum severity severity;
    int64_t published_ms;
};

/* {"id":…,"checkId":…,…,"usersFailing":[…],"published":…}; the caller frees. */
char *event_detail(const struct event_subject *subject, const char *id,
                   const struct event_user *users, size_t count);

/* [{"login":…,"key":…,"value":…},…], or NULL where there is nothing to say; the caller frees. */
char *event_explain(const struct event_user *users, size_t count);

/* How large the message may become at most beside detail and explanations, in its format and with
 * its body parameters. */
size_t event_overhead(const struct config *config, const struct integration *in);

/*
 * Divides users into parts, one after another: each part is at most what the integration takes
 * (max_event_kb of 1,024 bytes; 0 = no limit), and holds one user at least.
 */
struct event_splitter {
    size_t limit, start, size; /* bytes: of a message, without users, of the users so far */
    bool explain;
};
void event_splitter_init(struct event_splitter *sp, const struct event_subject *subject,
                         const struct config *config, const struct integration *in);
/* The next user; true: it begins another part. */
bool event_splitter_add(struct event_splitter *sp, const struct event_user *user);

/* Where the parts end: ends[i] is the number of users up to and with part i, so that the last one
 * is `count`. Gives the number of parts; the caller frees *ends. */
size_t event_split(const struct event_subject *subject, const struct config *config,
                   const struct integration *in, const struct event_user *users, size_t count,
                   size_t **ends);

#endif
