/* What was changed in the showcase during the last days, and by whom. */
#include "core/store/audit.h"

#include "core/base/mem.h"
#include "tests/showcase/showcase.h"

struct deed {
    int64_t ago_s;
    struct actor actor;
    const char *what, *subject_id, *subject, *before, *after;
};

/* Oldest first. */
static const struct deed deeds[] = {
    {9 * SHOWCASE_DAY,
     {"alice", "10.20.0.17", THROUGH_COMMAND},
     "settings changed",
     "",
     "",
     "{\"retention_days\":\"30\"}",
     "{\"retention_days\":\"90\"}"},
    {8 * SHOWCASE_DAY,
     {"bob", "10.20.0.41", THROUGH_CONSOLE},
     "integration added",
     "6",
     "Zürich DR site",
     "{}",
     "{\"name\":\"Zürich DR site\",\"auth.type\":\"none\","
     "\"url\":\"https://dr.example.ch/hooks\"}"},
    {3 * SHOWCASE_DAY,
     {"bob", "10.20.0.41", THROUGH_CONSOLE},
     "integration disabled",
     "5",
     "Legacy CRM",
     "{\"enabled\":\"true\"}",
     "{\"enabled\":\"false\"}"},
    {2 * SHOWCASE_DAY,
     {"alice", "10.20.0.17", THROUGH_CONSOLE},
     "webhooks changed",
     "no-mfa",
     "No MFA",
     "{\"webhook Chat alerts\":\"off\"}",
     "{\"webhook Chat alerts\":\"on\"}"},
    {8 * SHOWCASE_HOUR + 34 * SHOWCASE_MINUTE,
     {"alice", "pts/2", THROUGH_COMMAND},
     "data imported",
     "corp",
     "corp",
     "{}",
     "{\"users\":\"412\",\"format\":\"checkhook-csv\",\"file\":\"users.csv\"}"},
    {8 * SHOWCASE_HOUR + 32 * SHOWCASE_MINUTE,
     {"service", "", THROUGH_SERVICE},
     "daily run",
     "11",
     "",
     "{}",
     "{\"new\":\"2\",\"deliveries\":\"4\"}"},
    {25 * SHOWCASE_MINUTE,
     {"alice", "10.20.0.17", THROUGH_CONSOLE},
     "delivery sent again",
     "d_8f2b",
     "Billing events",
     "{}",
     "{\"delivery\":\"d_8f2c\"}"},
    {19 * SHOWCASE_MINUTE,
     {"alice", "10.20.0.17", THROUGH_CONSOLE},
     "integration changed",
     "2",
     "Billing events",
     "{\"auth.client_secret\":\"(set)\",\"timeout_s\":\"30\",\"retry.max_attempts\":\"185\"}",
     "{\"auth.client_secret\":\"(changed)\",\"timeout_s\":\"10\",\"retry.max_attempts\":\"5\"}"},
};

void showcase_audit(struct app *app)
{
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
        const struct deed *d = &deeds[i];
        const struct audit_row row = {.at = SHOWCASE_NOW_S - d->ago_s,
                                      .what = d->what,
                                      .subject_id = d->subject_id,
                                      .subject = d->subject,
                                      .before = d->before,
                                      .after = d->after};
        struct error err = {0};
        showcase_must(audit_add(app->store, &d->actor, &row, &err), &err);
    }
}
