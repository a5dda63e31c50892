/*
 * The last 24 hours in minutes: what was created, delivered and failed. Counted in slices, each
 * minute once; only the last ones are looked at again when something has changed.
 */
#ifndef CHECKHOOK_CORE_STORE_OUTBOX_DAY_H
#define CHECKHOOK_CORE_STORE_OUTBOX_DAY_H

#include "core/store/outbox_window.h"

enum { DAY_HOURS = 24, DAY_MINUTES = 1440, DAY_SERIES = 3 };

struct day_hour {
    int64_t from; /* Unix seconds, a whole hour */
    int64_t delivered, failed;
};

struct outbox_day {
    /* As of the last complete look. Tests are left out of the hours. */
    struct day_hour hours[DAY_HOURS]; /* oldest first; the last one is not over yet */
    int64_t created;                  /* in the last 24 hours, tests among them */
    bool known;                       /* there was one */
    bool under_way;
    /* private */
    uint32_t minutes[DAY_SERIES][DAY_MINUTES];
    int64_t settled; /* counted for good before this */
    int64_t now, at;
    size_t source;
};

/* Looks again from the next step on, as of `now`. Zeroed at first, and whenever the filter is
 * another one. */
void outbox_day_begin(struct outbox_day *day, int64_t now);
/* Of these integrations (at most WINDOW_SOURCES_MAX; NULL = all). Works for about budget_ms;
 * under_way is false when it is done. */
bool outbox_day_step(struct outbox_day *day, struct store *s, const struct window_filter *f,
                     int budget_ms, struct error *err);

/* The whole of the hours. */
void outbox_day_totals(const struct outbox_day *day, int64_t *delivered, int64_t *failed);

/* How many of `rows` rows the bar of an hour takes where `most` takes all of them: whatever there
 * is takes at least one, a failure too. */
void day_hour_bar(const struct day_hour *hour, int64_t most, int rows, int *delivered, int *failed);

#endif
