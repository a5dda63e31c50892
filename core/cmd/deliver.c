/* checkhook deliver: send what is due now, then stop. */
#include "core/cmd/deliver_due.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/interrupt.h"
#include "core/cmd/output.h"
#include "core/deliver/handover.h"
#include "core/deliver/worker.h"
#include "core/store/lock.h"

enum { SHOW_EVERY_MS = 100 };

/* One call, from taking the lock on. */
struct delivering {
    struct deliver_report *report;
    struct transport *transport;
    struct worker *worker;
    const struct worker_lock *lock;
    int64_t due, attempted; /* when it began; since then */
    int64_t shown_ms;       /* monotonic */
};

static void count(void *ctx, const struct delivery *d, const struct attempt_result *r)
{
    struct delivering *now = ctx;
    (void)d;
    now->attempted++;
    now->report->delivered += r->state == DELIVERY_DELIVERED;
    now->report->failed += r->state == DELIVERY_FAILED;
}

/* One that waits may have been attempted often, or not at all: what is left is asked of the store.
 */
static bool count_left(struct cmd *cmd, struct deliver_report *report, struct error *err)
{
    struct outbox_counts counts;
    if (!outbox_count(cmd->app.store, NULL, INT64_MAX, &counts, err))
        return false;
    report->waiting = counts.waiting;
    report->held = counts.held;
    return true;
}

/* Returns the milliseconds until it is to be shown again; -1 = nobody sees it. */
static int show(struct delivering *now)
{
    const int64_t at_ms = clock_monotonic_ms();
    if (!on_terminal())
        return -1;
    if (at_ms - now->shown_ms >= SHOW_EVERY_MS) {
        now->shown_ms = at_ms;
        progress_show("delivering: %lld of %lld attempted, %zu being sent",
                      (long long)now->attempted, (long long)now->due, worker_sending(now->worker));
    }
    return (int)(now->shown_ms + SHOW_EVERY_MS - at_ms);
}

static int sooner(int a_ms, int b_ms)
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

/* Until what was due is sent, somebody presses Ctrl-C, or a service has asked for the lock. */
static bool work(struct delivering *now, struct error *err)
{
    struct handover handover = {0};
    struct deliver_report *report = now->report;
    struct worker *worker = now->worker;
    bool ok = worker_step(worker, err);
    while (ok && !interrupt_seen() && !report->handed_over &&
           (handover.asked || !worker_idle(worker))) {
        struct poll_fd wake = {.fd = now->lock->wake_fd};
        const int timeout_ms = sooner(worker_timeout_ms(worker), show(now));
        transport_poll(now->transport, &wake, 1,
                       handover_timeout_ms(&handover, timeout_ms, clock_monotonic_ms()));
        handover_listen(&handover, now->lock, worker, clock_monotonic_ms());
        ok = worker_step(worker, err);
        report->handed_over = handover_due(&handover, worker, clock_monotonic_ms());
    }
    report->stopped = interrupt_seen();
    return ok;
}

static bool work_locked(struct cmd *cmd, const struct worker_lock *lock,
                        struct deliver_report *report, struct error *err)
{
    struct delivering now = {.report = report, .transport = transport_new(), .lock = lock};
    struct worker_options options = {.transport = now.transport,
                                     .store = cmd->app.store,
                                     .config = &cmd->app.config,
                                     .keyring = cmd->app.keyring,
                                     .once = true,
                                     .recorded = count,
                                     .ctx = &now};
    now.worker = worker_new(&options);
    const bool ok =
        (!on_terminal() || outbox_count_due(cmd->app.store, clock_now_s(), &now.due, err)) &&
        work(&now, err);
    progress_clear();
    worker_free(now.worker);
    transport_free(now.transport);
    return ok;
}

bool deliver_due(struct cmd *cmd, struct deliver_report *report, struct error *err)
{
    struct worker_lock lock = {.fd = -1, .wake_fd = -1};
    *report = (struct deliver_report){.stopped = interrupt_seen()};
    if (report->stopped)
        return count_left(cmd, report, err);
    /* Without the key every integration would go on hold. */
    if (config_has_sealed(&cmd->app.config) && !keyring_load(cmd->app.keyring, false, err))
        return false;
    if (!worker_lock_take(&lock, cmd->app.paths.lock_file, cmd->app.paths.wake_file, "command",
                          err))
        return false;
    bool ok = work_locked(cmd, &lock, report, err) && count_left(cmd, report, err);
    worker_lock_release(&lock);
    if (ok && report->handed_over)
        print_note("handed over to the service, which delivers the rest");
    return ok;
}

void deliver_report_print(const struct deliver_report *report)
{
    printf("%lld delivered, %lld failed, %lld waiting for %s next attempt, %lld held.\n",
           (long long)report->delivered, (long long)report->failed, (long long)report->waiting,
           plural(report->waiting, "its", "their"), (long long)report->held);
}

static int deliver(struct cmd *cmd)
{
    struct error err = {0};
    struct deliver_report report;
    interrupt_catch();
    const bool ok = deliver_due(cmd, &report, &err);
    interrupt_release();
    if (!ok)
        return cmd_fail(&err);
    cmd->interrupted = report.stopped;
    if (report.stopped)
        print_note("stopped; what was being sent waits again");
    int code = report.failed > 0 ? EXIT_NO : report.handed_over ? EXIT_BUSY : EXIT_DONE;
    if (!cmd->json) {
        deliver_report_print(&report);
        return code;
    }
    cJSON *out = cJSON_CreateObject();
    json_add_int(out, "delivered", report.delivered);
    json_add_int(out, "failed", report.failed);
    json_add_int(out, "waiting", report.waiting);
    json_add_int(out, "held", report.held);
    print_json(out);
    return code;
}

const struct command cmd_deliver = {
    .group = "deliver",
    .summary = "Deliver what is due now, then stop",
    .details =
        "Says how many were delivered and failed during this call, and how many wait or are held\n"
        "at its end. Exit 1 when a delivery ended as failed during this call; one that waits for "
        "its next\n"
        "attempt or is held does not count. Each delivery is attempted once. Ctrl-C stops in good\n"
        "order; what was being sent waits again. Exit 4 when another worker is delivering, also "
        "when\n"
        "a service that starts takes over: the rest is delivered by it.",
    .parts = APP_STORE,
    .run = deliver,
};
