#ifndef CHECKHOOK_TESTS_SUPPORT_LEDGER_H
#define CHECKHOOK_TESTS_SUPPORT_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config/model.h"
#include "core/store/store.h"
#include "tests/support/campaign.h"
#include "tests/support/receiver.h"

/*
 * What was written to an outbox, by those who wrote it: the reference with which the outbox and the
 * receiver are compared at the end. It lies in memory that child processes share, so what a child
 * noted outlives its SIGKILL.
 *
 * Every event has one delivery. Events are written in batches, one transaction each: announced
 * before, committed once the commit has returned. A batch that was announced and not committed may
 * be there or not, but only as a whole.
 */
struct ledger;

/* What has to become of the deliveries of an integration. */
enum ledger_fate {
    LEDGER_DELIVERED,
    LEDGER_WAITS,  /* nobody is there: pending, tried at least once */
    LEDGER_FAILED, /* nobody is there: failed by its policy */
};

enum { LEDGER_INTEGRATIONS = 64 };

struct ledger *ledger_new(size_t most_events, uint64_t seed);
void ledger_free(struct ledger *ledger);

/* Another integration, by id and display name; returns its number from 0. */
size_t ledger_add_integration(struct ledger *ledger, const struct integration *in,
                              enum ledger_fate fate);

/* Room for more events. */
size_t ledger_room(const struct ledger *ledger);

/*
 * Writes a batch of `count` events, each to an integration that the dice choose. False when the
 * store refuses; what it refused was rolled back, as far as the store knows.
 */
bool ledger_enqueue(struct ledger *ledger, struct store *store, struct dice *dice, size_t count,
                    int64_t now, struct error *err);

/* Writes one batch: `each` events for every integration from `first` to before `end`, in turns. */
bool ledger_enqueue_all(struct ledger *ledger, struct store *store, size_t first, size_t end,
                        size_t each, int64_t now, struct error *err);

/* A sentence of a child that could go no further; the first one stays. */
void ledger_complain(struct ledger *ledger, const char *sentence);

/* Notes the requests that a receiver has kept, which forgets them. */
void ledger_take_requests(struct ledger *ledger, struct receiver *receiver);

struct ledger_report {
    size_t announced, committed; /* events */
    size_t kept;                 /* announced alone, and yet in the outbox */
    size_t received;             /* different events */
    size_t requests, attempts;   /* attempts: recorded ones, of what was received */
    size_t repeats;              /* requests without an attempt on record */
};

/*
 * Compares at the end, when nobody writes any more, and fails the test with every difference:
 * every committed event is in the outbox, of the others whole batches or nothing; each event of
 * the outbox met the fate of its integration and was received at least as often as attempts are on
 * record; nothing else was received; the database is sound.
 */
#define ledger_compare(ledger, db_path, report)                                                    \
    ledger_compare_at(__FILE__, __LINE__, ledger, db_path, report)
void ledger_compare_at(const char *file, int line, struct ledger *ledger, const char *db_path,
                       struct ledger_report *report);

#endif
