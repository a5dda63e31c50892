/*
 * The showcase: a home with the integrations, users, runs and deliveries that the reference screens
 * show, the same to the byte each time when the clock is frozen (frozen.c).
 */
#ifndef CHECKHOOK_TESTS_SHOWCASE_SHOWCASE_H
#define CHECKHOOK_TESTS_SHOWCASE_SHOWCASE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/app.h"

/* The moment of the screens, 2026-09-17 14:32:05 UTC; other times count back from it. */
#define SHOWCASE_NOW_S INT64_C(1789655525)

enum { SHOWCASE_MINUTE = 60, SHOWCASE_HOUR = 3600, SHOWCASE_DAY = 86400 };

/* In the order of the reference screen. */
enum showcase_integration {
    SHOWCASE_AUDIT,
    SHOWCASE_BILLING,
    SHOWCASE_CHAT,
    SHOWCASE_LAKE,
    SHOWCASE_CRM,
    SHOWCASE_DR,
    SHOWCASE_INTEGRATIONS
};

extern const char *const showcase_names[SHOWCASE_INTEGRATIONS];

/* The id of an integration: the same each time. */
void showcase_id(enum showcase_integration which, char out[UUID_LEN + 1]);

/* Each writes its part into the open application; ends the program with a sentence on failure. */
void showcase_integrations(struct app *app);
void showcase_users(struct app *app);      /* and ten days of runs */
void showcase_deliveries(struct app *app); /* needs the others */

void showcase_audit(struct app *app);

void showcase_must(bool ok, const struct error *err);

#endif
