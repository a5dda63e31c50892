/* The reference of what was written to an outbox, and the comparison with what became of it. */
#include "tests/support/ledger.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "tests/support/fail.h"

enum { ANNOUNCED = 1, COMMITTED = 2 };

enum { DIFFERENCES_SHOWN = 20 };

struct entry {
    uint32_t batch;
    uint32_t received;
    uint8_t integration;
    uint8_t word; /* ANNOUNCED, COMMITTED */
};

struct ledger {
    size_t size, used; /* entries */
    size_t bytes;      /* of the whole mapping */
    uint32_t seed, batches;
    size_t integration_count;
    char ids[LEDGER_INTEGRATIONS][UUID_LEN + 1];
    char names[LEDGER_INTEGRATIONS][64];
    enum ledger_fate fates[LEDGER_INTEGRATIONS];
    size_t requests_strange;
    char strange[80], complaint[512];
    struct entry entries[];
};

struct ledger *ledger_new(size_t most_events, uint64_t seed)
{
    size_t bytes = sizeof(struct ledger) + most_events * sizeof(struct entry);
    struct ledger *ledger =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED)
        support_die("no shared memory of %zu bytes", bytes);
    ledger->size = most_events;
    ledger->bytes = bytes;
    ledger->seed = (uint32_t)seed;
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    if (ledger)
        munmap(ledger, ledger->bytes);
}

size_t ledger_add_integration(struct ledger *ledger, const struct integration *in,
                              enum ledger_fate fate)
{
    size_t i = ledger->integration_count++;
    if (i >= LEDGER_INTEGRATIONS)
        support_die("the ledger has no room for more integrations");
    snprintf(ledger->ids[i], sizeof ledger->ids[i], "%s", in->id);
    snprintf(ledger->names[i], sizeof ledger->names[i], "%s", in->name);
    ledger->fates[i] = fate;
    return i;
}

size_t ledger_room(const struct ledger *ledger)
{
    return ledger->size - ledger->used;
}

/* --- writing --------------------------------------------------------------------------------- */

/* The place in the ledger can be read from the id. */
static void make_id(const struct ledger *ledger, size_t place, char out[UUID_LEN + 1])
{
    snprintf(out, UUID_LEN + 1, "%08" PRIx32 "-0000-4000-8000-%012zx", ledger->seed,
             place & 0xffffffffffffU);
}

static bool find_place(const struct ledger *ledger, const char *id, size_t *place)
{
    char again[UUID_LEN + 1];
    if (strlen(id) != UUID_LEN)
        return false;
    *place = (size_t)strtoull(id + UUID_LEN - 12, NULL, 16);
    make_id(ledger, *place, again);
    return *place < ledger->used && strcmp(again, id) == 0;
}

/* About as long as the notification of a few users. */
static char *make_detail(const char *id)
{
    return mem_printf(
        "{\"id\":\"%s\",\"checkId\":\"no-mfa\",\"title\":\"MFA is not configured\","
        "\"description\":[\"A user without a second factor can be taken over by anyone who learns "
        "the password.\"],\"recommendedActions\":[\"Ask the user to enrol a second factor.\"],"
        "\"severity\":\"critical\",\"usersFailing\":[\"alder.finch@example.com\","
        "\"sage.wagtail@example.com\",\"fern.siskin@example.com\",\"moss.plover@example.com\"],"
        "\"published\":\"2023-08-08T13:27:22.416Z\"}",
        id);
}

static bool write_one(struct ledger *ledger, size_t place, struct store *store, int64_t now,
                      struct error *err)
{
    char id[UUID_LEN + 1];
    int64_t delivery_id;
    const struct entry *entry = &ledger->entries[place];
    make_id(ledger, place, id);
    struct event event = {.id = mem_strdup(id),
                          .envelope_id = mem_strdup(id),
                          .kind = KIND_FINDING,
                          .check_id = mem_strdup("no-mfa"),
                          .published_ms = now * 1000,
                          .detail = make_detail(id)};
    struct new_delivery delivery = {.event_id = id,
                                    .check_id = "no-mfa",
                                    .integration_id = ledger->ids[entry->integration],
                                    .integration_name = ledger->names[entry->integration],
                                    .kind = KIND_FINDING,
                                    .now = now};
    bool ok = outbox_add_event(store, &event, err) &&
              outbox_add_delivery(store, &delivery, &delivery_id, err);
    event_release(&event);
    return ok;
}

static void announce(struct ledger *ledger, size_t place, size_t integration)
{
    ledger->entries[place] = (struct entry){
        .batch = ledger->batches, .integration = (uint8_t)integration, .word = ANNOUNCED};
}

/* The entries from `first` on are announced. */
static bool write_batch(struct ledger *ledger, struct store *store, size_t first, size_t count,
                        int64_t now, struct error *err)
{
    ledger->used = first + count;
    ledger->batches++;
    if (!store_begin(store, err))
        return false;
    bool ok = true;
    for (size_t i = first; ok && i < first + count; i++)
        ok = write_one(ledger, i, store, now, err);
    if (!ok || !store_commit(store, err)) {
        store_rollback(store);
        return false;
    }
    for (size_t i = first; i < first + count; i++)
        ledger->entries[i].word = COMMITTED;
    return true;
}

bool ledger_enqueue(struct ledger *ledger, struct store *store, struct dice *dice, size_t count,
                    int64_t now, struct error *err)
{
    size_t first = ledger->used;
    if (count > ledger_room(ledger))
        support_die("the ledger has no room for %zu more events", count);
    for (size_t i = 0; i < count; i++)
        announce(ledger, first + i,
                 (size_t)dice_between(dice, 0, (int64_t)ledger->integration_count - 1));
    return write_batch(ledger, store, first, count, now, err);
}

bool ledger_enqueue_all(struct ledger *ledger, struct store *store, size_t first, size_t end,
                        size_t each, int64_t now, struct error *err)
{
    size_t from = ledger->used, place = from;
    if (each * (end - first) > ledger_room(ledger))
        support_die("the ledger has no room for %zu more events", each * (end - first));
    for (size_t n = 0; n < each; n++)
        for (size_t i = first; i < end; i++)
            announce(ledger, place++, i);
    return write_batch(ledger, store, from, place - from, now, err);
}

void ledger_complain(struct ledger *ledger, const char *sentence)
{
    if (ledger->complaint[0] == '\0')
        snprintf(ledger->complaint, sizeof ledger->complaint, "%s", sentence);
}

/* --- receiving ------------------------------------------------------------------------------- */

void ledger_take_requests(struct ledger *ledger, struct receiver *receiver)
{
    size_t count = receiver_count(receiver), place;
    for (size_t i = 0; i < count; i++) {
        const struct receiver_request *request = receiver_wait(receiver, i, 0);
        char *id = receiver_header(request, "X-Checkhook-Event-Id");
        if (id && find_place(ledger, id, &place)) {
            ledger->entries[place].received++;
        } else {
            ledger->requests_strange++;
            snprintf(ledger->strange, sizeof ledger->strange, "%s", id ? id : "none");
        }
        free(id);
    }
    receiver_forget(receiver);
}

/* --- comparing ------------------------------------------------------------------------------- */

/* An event as the outbox has it. */
struct found {
    bool there;
    int64_t attempts, rows;
    enum delivery_state state;
};

struct comparison {
    struct ledger *ledger;
    struct db *db;
    struct found *found; /* one an entry */
    struct ledger_report *report;
    size_t differences;
};

__attribute__((format(printf, 2, 3))) static void differ(struct comparison *c, const char *format,
                                                         ...)
{
    va_list args;
    if (c->differences++ >= DIFFERENCES_SHOWN)
        return;
    va_start(args, format);
    fputs("# differs: ", stdout);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
}

static void read_outbox(struct comparison *c)
{
    struct error err = {0};
    struct stmt *st = db_prepare(c->db,
                                 "SELECT e.id, d.attempts, d.state,"
                                 " (SELECT count(*) FROM attempts a WHERE a.delivery_id = d.id)"
                                 " FROM events e LEFT JOIN deliveries d ON d.event_id = e.id",
                                 &err);
    enum step step = STEP_FAILED;
    size_t place;
    while (st && (step = stmt_step(st, &err)) == STEP_ROW) {
        struct found found = {.there = true,
                              .attempts = stmt_int(st, 1),
                              .rows = stmt_int(st, 3),
                              .state = DELIVERY_FAILED};
        if (!find_place(c->ledger, stmt_text(st, 0), &place))
            differ(c, "event %s is in the outbox and was never announced", stmt_text(st, 0));
        else if (stmt_is_null(st, 2) || !delivery_state_parse(stmt_text(st, 2), &found.state))
            differ(c, "event %s has no delivery", stmt_text(st, 0));
        else if (c->found[place].there)
            differ(c, "event %s has more than one delivery", stmt_text(st, 0));
        else
            c->found[place] = found;
    }
    if (step != STEP_DONE)
        differ(c, "the outbox cannot be read: %s", err.text);
}

/* The first row of the answer has to be the text. */
static void expect_answer(struct comparison *c, const char *sql, const char *text)
{
    struct error err = {0};
    struct stmt *st = db_prepare(c->db, sql, &err);
    enum step step = st ? stmt_step(st, &err) : STEP_FAILED;
    const char *got = step == STEP_ROW ? stmt_text(st, 0) : step == STEP_DONE ? "" : err.text;
    if (strcmp(got, text) != 0)
        differ(c, "%s says '%s', not '%s'", sql, got, text);
    if (st)
        stmt_reset(st);
}

static void compare_database(struct comparison *c)
{
    expect_answer(c, "PRAGMA integrity_check", "ok");
    expect_answer(c, "PRAGMA foreign_key_check", "");
    expect_answer(c, "SELECT count(*) FROM deliveries WHERE state = 'in_flight'", "0");
    expect_answer(c,
                  "SELECT count(*) FROM deliveries d WHERE d.attempts <>"
                  " (SELECT coalesce(max(a.n), 0) FROM attempts a WHERE a.delivery_id = d.id)",
                  "0");
    expect_answer(c,
                  "SELECT count(*) FROM events e WHERE NOT EXISTS"
                  " (SELECT 1 FROM event_bodies b WHERE b.event_id = e.id)",
                  "0");
}

static void compare_presence(struct comparison *c, size_t i)
{
    const struct entry *entry = &c->ledger->entries[i], *before = i > 0 ? entry - 1 : entry;
    c->report->announced++;
    c->report->committed += entry->word == COMMITTED;
    if (entry->word == COMMITTED && !c->found[i].there)
        differ(c, "event %zu was committed and is lost", i);
    if (entry->word == ANNOUNCED && c->found[i].there)
        c->report->kept++;
    if (before->batch == entry->batch && c->found[i].there != c->found[i - (i > 0)].there)
        differ(c, "of the transaction of events %zu and %zu only a part is there", i - 1, i);
    if (!c->found[i].there && entry->received > 0)
        differ(c, "event %zu was received, but is not in the outbox", i);
}

static void compare_fate(struct comparison *c, size_t i)
{
    const struct entry *entry = &c->ledger->entries[i];
    const struct found *found = &c->found[i];
    const char *name = c->ledger->names[entry->integration];
    static const enum delivery_state states[] = {
        [LEDGER_DELIVERED] = DELIVERY_DELIVERED,
        [LEDGER_WAITS] = DELIVERY_PENDING,
        [LEDGER_FAILED] = DELIVERY_FAILED,
    };
    enum ledger_fate fate = c->ledger->fates[entry->integration];
    if (found->state != states[fate])
        differ(c, "event %zu for %s is %s, not %s", i, name, delivery_state_text(found->state),
               delivery_state_text(states[fate]));
    if (found->attempts != found->rows || found->attempts == 0)
        differ(c, "event %zu for %s counts %" PRId64 " attempts and has %" PRId64 " on record", i,
               name, found->attempts, found->rows);
    c->report->requests += entry->received;
    c->report->received += entry->received > 0;
    if (fate != LEDGER_DELIVERED) {
        if (entry->received > 0)
            differ(c, "event %zu for %s was received where nobody is", i, name);
        return;
    }
    c->report->attempts += (size_t)found->rows;
    if (entry->received < found->rows || entry->received == 0)
        differ(c, "event %zu for %s was received %" PRIu32 " times, and has %" PRId64 " attempts",
               i, name, entry->received, found->rows);
    else
        c->report->repeats += entry->received - (size_t)found->rows;
}

void ledger_compare_at(const char *file, int line, struct ledger *ledger, const char *db_path,
                       struct ledger_report *report)
{
    struct error err = {0};
    struct comparison c = {.ledger = ledger, .report = report};
    *report = (struct ledger_report){0};
    c.db = db_open(db_path, DB_READ, &err);
    if (!c.db)
        support_fail_at(file, line, "%s", err.text);
    c.found = mem_zalloc((ledger->used + 1) * sizeof *c.found);
    read_outbox(&c);
    compare_database(&c);
    for (size_t i = 0; i < ledger->used; i++) {
        compare_presence(&c, i);
        if (c.found[i].there)
            compare_fate(&c, i);
    }
    if (ledger->requests_strange > 0)
        differ(&c, "%zu requests were of events that nobody wrote, the last of '%s'",
               ledger->requests_strange, ledger->strange);
    if (ledger->complaint[0] != '\0')
        differ(&c, "a child says: %s", ledger->complaint);
    free(c.found);
    db_close(c.db);
    if (c.differences > 0)
        support_fail_at(file, line, "%zu differences between ledger, outbox and receiver",
                        c.differences);
}
