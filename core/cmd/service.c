/* checkhook service: stay, run the checks daily, deliver. */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/notify.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/service.h"
#include "core/store/lock.h"

enum {
    ASK_FOR_MS = 10 * 1000, /* a console or a command gives the lock up within a second */
    ASK_EVERY_MS = 200,
    STORE_WAIT_MS = 5 * 1000, /* for another writer, before other things are done */
    END_WITHIN_MS = 4 * 1000, /* of the first signal to end: then nobody is waited for */
};

/* The process around the engine. */
struct process {
    struct cmd *cmd;
    struct log log;
    struct notify notify;
    char status[SERVICE_STATUS_MAX]; /* as it was told */
    struct worker_lock lock;
    int signal_fd;
    struct transport *transport;
    struct service *service;
    int end_signals;   /* how many came */
    int64_t end_by_ms; /* monotonic, after the first */
};

static void write_line(void *ctx, const struct log_line *line)
{
    log_write(&((struct process *)ctx)->log, line, clock_now_ms());
}

static void say(struct process *p, enum log_level level, const char *event, const char *key,
                const char *value)
{
    struct log_line line;
    log_line_init(&line, level, event);
    log_line_text(&line, key, value);
    write_line(p, &line);
    log_line_release(&line);
}

static void tell_status(struct process *p)
{
    char status[SERVICE_STATUS_MAX];
    service_status(p->service, status);
    if (strcmp(status, p->status) == 0)
        return;
    memcpy(p->status, status, sizeof status);
    notify_status(&p->notify, status);
}

/* --- signals --------------------------------------------------------------------------------- */

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void reload(struct process *p)
{
    notify_reloading(&p->notify);
    service_reload(p->service);
    service_status(p->service, p->status);
    notify_ready(&p->notify, p->status);
}

static void end(struct process *p)
{
    p->end_by_ms = clock_monotonic_ms() + END_WITHIN_MS;
    notify_stopping(&p->notify);
    service_stop(p->service);
}

static void obey_signals(struct process *p)
{
    struct signalfd_siginfo info;
    while (read(p->signal_fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGHUP)
            reload(p);
        else if (p->end_signals++ == 0)
            end(p);
    }
}

/* True when one came within the time. */
static bool wait_for_signal(const struct process *p, int timeout_ms)
{
    struct pollfd fd = {.fd = p->signal_fd, .events = POLLIN};
    return poll(&fd, 1, timeout_ms) > 0;
}

/* True when one to end came within the time. All is read at the beginning anyway: a reload is
 * granted by going on. */
static bool wait_for_end(const struct process *p, int timeout_ms)
{
    struct signalfd_siginfo info;
    while (wait_for_signal(p, timeout_ms) && read(p->signal_fd, &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGHUP)
            return true;
    return false;
}

/* While another process writes: the manager sees that we live, and who wants us to end is heard. */
static bool wait_for_store(void *ctx, int64_t waited_ms)
{
    struct process *p = ctx;
    int64_t now_ms = clock_monotonic_ms();
    notify_alive(&p->notify, now_ms);
    return p->end_signals > 0 ? now_ms < p->end_by_ms
                              : waited_ms < STORE_WAIT_MS && !wait_for_signal(p, 0);
}

/* --- the worker lock ------------------------------------------------------------------------- */

static bool is_held_by_service(const struct process *p)
{
    char role[WORKER_ROLE_MAX];
    long pid;
    return worker_lock_holder(p->cmd->app.paths.lock_file, role, &pid) &&
           strcmp(role, "service") == 0;
}

/* Asks a console or a command that has it until it gives way. */
static bool take_lock(struct process *p, struct error *err)
{
    const struct paths *paths = &p->cmd->app.paths;
    int64_t give_up_ms = clock_monotonic_ms() + ASK_FOR_MS;
    for (bool told = false;; told = true) {
        struct error why = {0};
        if (worker_lock_take(&p->lock, paths->lock_file, paths->wake_file, "service", &why))
            return true;
        if (why.kind != ERR_BUSY || is_held_by_service(p))
            return error_set(err, why.kind, "%s", why.text);
        if (clock_monotonic_ms() >= give_up_ms)
            return error_set(err, ERR_BUSY,
                             "%s, and did not give way within %d s: end it, then start the "
                             "service again",
                             why.text, ASK_FOR_MS / 1000);
        if (!told)
            say(p, LEVEL_NOTICE, "waiting to take over", "reason", why.text);
        worker_ask(paths->wake_file);
        if (wait_for_end(p, ASK_EVERY_MS))
            return error_set(err, ERR_CANCELLED, "the service was stopped before it had begun");
    }
}

/* --- the service ----------------------------------------------------------------------------- */

static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static void serve(struct process *p)
{
    service_status(p->service, p->status);
    notify_ready(&p->notify, p->status);
    while (!service_stopped(p->service) && p->end_signals < 2) {
        struct poll_fd fds[] = {{.fd = p->signal_fd}, {.fd = p->lock.wake_fd}};
        service_step(p->service);
        tell_status(p);
        notify_alive(&p->notify, clock_monotonic_ms());
        int alive_ms = notify_timeout_ms(&p->notify, clock_monotonic_ms());
        transport_poll(p->transport, fds, ARRAY_LEN(fds),
                       sooner(service_timeout_ms(p->service), alive_ms));
        if (fds[1].readable)
            service_woken(p->service);
        worker_wake_drain(&p->lock);
        obey_signals(p);
    }
}

static bool run_locked(struct process *p, struct error *err)
{
    struct service_options options = {.app = &p->cmd->app, .log = write_line, .log_ctx = p};
    options.transport = p->transport = transport_new();
    p->service = service_new(&options, err);
    if (p->service)
        serve(p);
    bool ok = p->service != NULL;
    service_free(p->service);
    transport_free(p->transport);
    return ok;
}

static bool run(struct process *p, struct error *err)
{
    struct app *app = &p->cmd->app;
    /* Without the key every integration would go on hold. */
    if (config_has_sealed(&app->config) && !keyring_load(app->keyring, false, err))
        return false;
    if (!take_lock(p, err))
        return false;
    say(p, LEVEL_INFO, "checkhook service", "version", CHECKHOOK_VERSION);
    store_on_wait(app->store, wait_for_store, p);
    bool ok = run_locked(p, err);
    store_on_wait(app->store, NULL, NULL);
    worker_lock_release(&p->lock);
    return ok;
}

static int service(struct cmd *cmd)
{
    struct process p = {.cmd = cmd, .lock = {.fd = -1, .wake_fd = -1}};
    struct error err = {0};
    log_init(&p.log, STDERR_FILENO);
    p.signal_fd = open_signals();
    notify_open(&p.notify);
    bool ok =
        p.signal_fd >= 0 ? run(&p, &err) : error_errno(&err, ERR_IO, "signals cannot be received");
    notify_close(&p.notify);
    close(p.signal_fd);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

const struct command cmd_service = {
    .group = "service",
    .summary = "Stay: run the checks daily, deliver what is due",
    .details =
        "Runs all checks that are on once a day at schedule.hour:schedule.minute UTC; a run that\n"
        "was missed is made up for at the next start. Delivers at once what this and other\n"
        "processes write. Removes what is older than retention_days at the start, after each\n"
        "daily run, and when that setting changed. Logs to standard error.\n"
        "\n"
        "SIGHUP reads configuration and checks again; SIGTERM and Ctrl-C end it within 5 s, and\n"
        "what is being sent then is given back. Exit 4 when another service is delivering; a\n"
        "console or a command that delivers is asked to give way.",
    .no_json = true,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = service,
};
