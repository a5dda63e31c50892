/* Counts the minutes of the last day by their indexes, leaping over those in which nothing was. */
#include "core/store/outbox_day.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

/* SETTLE_S: what is committed by then bears no later time. SPAN_S: one statement's worth. */
enum {
    MINUTE_S = 60,
    HOUR_S = 3600,
    SETTLE_S = 5,
    SPAN_S = 10,
    SQL_MAX = 4096,
    NAME_MAX_BYTES = 32
};
enum series { CREATED, DELIVERED, FAILED };

static int64_t minute_of(int64_t unix_s)
{
    return unix_s / MINUTE_S * MINUTE_S;
}

static uint32_t *slot(struct outbox_day *day, enum series series, int64_t unix_s)
{
    return &day->minutes[series][unix_s / MINUTE_S % DAY_MINUTES];
}

/* Sources: what was created, of each integration or of all; then what was finished. */
static size_t created_sources(const struct window_filter *f)
{
    return f && f->integration_count > 0 ? f->integration_count : 1;
}

static bool is_finished(const struct outbox_day *day, const struct window_filter *f)
{
    return day->source == created_sources(f);
}

static const char *integration_of(const struct outbox_day *day, const struct window_filter *f)
{
    return f && f->integration_count > 0 ? f->integration_ids[day->source] : NULL;
}

/* --- statements ------------------------------------------------------------------------------ */

/* Of two bounds the engine takes the first: the one that every row meets comes last.
 * When the next one was, from `at` on; INT64_MAX = none. */
static bool leap(struct outbox_day *day, struct store *s, const struct window_filter *f,
                 struct error *err)
{
    const char *of = is_finished(day, f) ? NULL : integration_of(day, f);
    struct stmt *st =
        db_prepare(s->db,
                   is_finished(day, f) ? "SELECT min(finished_at) FROM deliveries"
                                         " WHERE finished_at >= :at AND finished_at > 0"
                   : of                ? "SELECT min(created_at) FROM deliveries"
                                         " WHERE created_at >= :at AND integration_id = :of"
                        : "SELECT min(created_at) FROM deliveries WHERE created_at >= :at",
                   err);
    if (!st)
        return false;
    stmt_bind_int(st, ":at", day->at);
    if (of)
        stmt_bind_text(st, ":of", of);
    const enum step step = stmt_step(st, err);
    day->at = step == STEP_ROW && !stmt_is_null(st, 0) ? stmt_int(st, 0) : INT64_MAX;
    stmt_reset(st);
    return step != STEP_FAILED;
}

static struct stmt *prepare_finished(struct store *s, const struct window_filter *f,
                                     struct error *err)
{
    const size_t count = f ? f->integration_count : 0;
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "SELECT state, count(*) FROM deliveries WHERE finished_at >= :at"
                      " AND finished_at < :until AND finished_at > 0 AND kind = 'finding'");
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&sql, "%s:of%zu", i == 0 ? " AND integration_id || '' IN (" : ", ", i);
    strbuf_adds(&sql, count > 0 ? ") GROUP BY state" : " GROUP BY state");
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    for (size_t i = 0; st && i < count; i++) {
        char name[NAME_MAX_BYTES];
        snprintf(name, sizeof name, ":of%zu", i);
        stmt_bind_text(st, name, f->integration_ids[i]);
    }
    return st;
}

static bool count_finished(struct outbox_day *day, struct store *s, const struct window_filter *f,
                           int64_t until, struct error *err)
{
    struct stmt *st = prepare_finished(s, f, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":at", day->at);
    stmt_bind_int(st, ":until", until);
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        const bool failed = strcmp(stmt_text(st, 0), delivery_state_text(DELIVERY_FAILED)) == 0;
        *slot(day, failed ? FAILED : DELIVERED, day->at) += (uint32_t)stmt_int(st, 1);
    }
    return step == STEP_DONE;
}

static bool count_created(struct outbox_day *day, struct store *s, const char *of, int64_t until,
                          struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 of ? "SELECT count(*) FROM deliveries WHERE integration_id = :of"
                                      " AND created_at >= :at AND created_at < :until"
                                    : "SELECT count(*) FROM deliveries"
                                      " WHERE created_at >= :at AND created_at < :until",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":at", day->at);
    stmt_bind_int(st, ":until", until);
    if (of)
        stmt_bind_text(st, ":of", of);
    const enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        *slot(day, CREATED, day->at) += (uint32_t)stmt_int(st, 0);
    stmt_reset(st);
    return step != STEP_FAILED;
}

/* --- slices ---------------------------------------------------------------------------------- */

static void publish(struct outbox_day *day)
{
    const int64_t first = (day->now / HOUR_S - (DAY_HOURS - 1)) * HOUR_S;
    day->created = 0;
    for (size_t i = 0; i < DAY_MINUTES; i++)
        day->created += day->minutes[CREATED][i];
    for (int h = 0; h < DAY_HOURS; h++) {
        struct day_hour *hour = &day->hours[h];
        *hour = (struct day_hour){.from = first + (int64_t)h * HOUR_S};
        for (int64_t at = hour->from; at < hour->from + HOUR_S && at <= day->now; at += MINUTE_S) {
            hour->delivered += *slot(day, DELIVERED, at);
            hour->failed += *slot(day, FAILED, at);
        }
    }
    day->settled = minute_of(day->now - SETTLE_S);
    day->known = true;
    day->under_way = false;
}

void outbox_day_begin(struct outbox_day *day, int64_t now)
{
    const int64_t first = minute_of(now) - (int64_t)(DAY_MINUTES - 1) * MINUTE_S;
    if (day->settled < first || day->settled > now)
        day->settled = first;
    for (int64_t at = day->settled; at <= now; at += MINUTE_S) {
        for (int i = 0; i < DAY_SERIES; i++)
            *slot(day, (enum series)i, at) = 0;
    }
    day->now = now;
    day->at = day->settled;
    day->source = 0;
    day->under_way = true;
}

/* A span within one minute; then on. */
static bool count_span(struct outbox_day *day, struct store *s, const struct window_filter *f,
                       struct error *err)
{
    if (!leap(day, s, f, err))
        return false;
    if (day->at > day->now) {
        const bool last = is_finished(day, f);
        day->source++;
        day->at = day->settled;
        if (last)
            publish(day);
        return true;
    }
    const int64_t next_minute = minute_of(day->at) + MINUTE_S;
    const int64_t until = day->at + SPAN_S < next_minute ? day->at + SPAN_S : next_minute;
    const bool ok = is_finished(day, f) ? count_finished(day, s, f, until, err)
                                        : count_created(day, s, integration_of(day, f), until, err);
    day->at = until;
    return ok;
}

bool outbox_day_step(struct outbox_day *day, struct store *s, const struct window_filter *f,
                     int budget_ms, struct error *err)
{
    const int64_t until = clock_monotonic_ms() + budget_ms;
    /* One snapshot for all of them: a lock for each span costs more than its count. */
    const bool began = store_begin_read(s, err);
    bool ok = began;
    while (ok && day->under_way && clock_monotonic_ms() <= until)
        ok = count_span(day, s, f, err);
    if (began)
        store_rollback(s);
    day->under_way = day->under_way && ok;
    return ok;
}

void outbox_day_totals(const struct outbox_day *day, int64_t *delivered, int64_t *failed)
{
    *delivered = *failed = 0;
    for (int i = 0; i < DAY_HOURS; i++) {
        *delivered += day->hours[i].delivered;
        *failed += day->hours[i].failed;
    }
}

static int share(int64_t count, int64_t most, int rows)
{
    const int share = (int)((count * rows + most / 2) / most);
    return count > 0 && share == 0 ? 1 : share;
}

void day_hour_bar(const struct day_hour *hour, int64_t most, int rows, int *delivered, int *failed)
{
    *delivered = share(hour->delivered, most > 0 ? most : 1, rows);
    *failed = share(hour->failed, most > 0 ? most : 1, rows);
    if (*delivered + *failed <= rows)
        return;
    if (*delivered >= *failed)
        *delivered = rows - *failed;
    else
        *failed = rows - *delivered;
}
