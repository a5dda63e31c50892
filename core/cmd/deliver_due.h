/* Delivering what is due from a command: shared by `deliver` and `check run`. */
#ifndef CHECKHOOK_CORE_CMD_DELIVER_DUE_H
#define CHECKHOOK_CORE_CMD_DELIVER_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cmd/command.h"

struct deliver_report {
    int64_t delivered, failed; /* what ended in this call */
    int64_t waiting, held;     /* what the store has at its end, tests left out */
    bool handed_over;          /* a service asked for the lock: it delivers the rest */
    bool stopped;              /* by a signal */
};

/*
 * Takes the worker lock, sends everything that is due now, waits for the answers, and gives the
 * lock back. ERR_BUSY: another worker delivers already; ERR_CRYPTO: the key cannot be used. Shows
 * progress on a terminal. A signal that the caller catches (core/cmd/interrupt.h) stops it early;
 * what was in flight goes back to waiting. A service that asks gets the lock within a second, and
 * a note on standard error says so.
 */
bool deliver_due(struct cmd *cmd, struct deliver_report *report, struct error *err);

/* The sentence for people: "1 delivered, 0 failed, 6 waiting for their next attempt, 0 held." */
void deliver_report_print(const struct deliver_report *report);

#endif
