/* What an open console has: opened once, stepped by the loop, closed in reverse. */
#include "tui/session.h"

#include <malloc.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/outbox.h"
#include "tui/demo.h"

enum {
    CHECK_EVERY_MS = 1000,
    FOLLOW_EVERY_MS = 250,
    JOB_SLICE_MS = 20,
    TRANSFER_TICK_MS = 250,
    GIVE_UP_MS = 1000,
    MMAP_THRESHOLD = 128 * 1024, /* bytes; told, it does not grow with what is freed */
};

static void read_names(struct session *s)
{
    if (gethostname(s->host, sizeof s->host - 1) != 0)
        snprintf(s->host, sizeof s->host, "localhost");
    s->host[strcspn(s->host, ".")] = '\0';
    const struct passwd *me = getpwuid(geteuid());
    if (me)
        snprintf(s->user, sizeof s->user, "%s", me->pw_name);
    else
        snprintf(s->user, sizeof s->user, "%ld", (long)geteuid());
}

static void read_rights(struct session *s)
{
    struct error why = {0};
    s->may_write = action_may_change(&s->app, &why);
    snprintf(s->read_only, sizeof s->read_only, "%s", why.text);
}

static void note_attempt(void *ctx, const struct delivery *d, const struct attempt_result *r)
{
    (void)d;
    (void)r;
    ((struct session *)ctx)->recorded = true;
}

/* Screens must read again before they draw. */
static void note_reload(void *ctx)
{
    ((struct session *)ctx)->generation++;
}

static void start_worker(struct session *s)
{
    struct error ignored = {0};
    if (!worker_lock_take(&s->lock, s->app.paths.lock_file, s->app.paths.wake_file, "console",
                          &ignored))
        return;
    const struct worker_options options = {
        .transport = s->transport,
        .store = s->app.store,
        .config = &s->app.config,
        .keyring = s->app.keyring,
        .recorded = note_attempt,
        .reloaded = note_reload,
        .ctx = s,
    };
    s->worker = worker_new(&options);
    s->handover = (struct handover){0};
}

/* The console goes on as one who only looks. */
static void hand_over(struct session *s)
{
    worker_free(s->worker);
    s->worker = NULL;
    worker_lock_release(&s->lock);
    s->away_until_ms = clock_monotonic_ms() + HANDOVER_AWAY_MS;
    s->generation++;
    if (!s->message[0])
        session_say(s, ROLE_OK, "● The service delivers from here on.");
}

static bool step_worker(struct session *s)
{
    struct error err = {0};
    const bool ok = worker_step(s->worker, &err);
    if (!ok)
        session_say_error(s, &err);
    return !ok;
}

/* True when there is something to show. */
static bool work(struct session *s)
{
    if (!s->worker)
        return false;
    handover_listen(&s->handover, &s->lock, s->worker, clock_monotonic_ms());
    const bool failed = step_worker(s);
    if (!handover_due(&s->handover, s->worker, clock_monotonic_ms()))
        return failed;
    hand_over(s);
    return true;
}

static bool is_configured(void *ctx, const char *id)
{
    const struct integration_list *list = &((const struct app *)ctx)->config.integrations;
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].id, id) == 0)
            return true;
    }
    return false;
}

static void count_failed(struct session *s)
{
    struct error ignored = {0};
    outbox_count_open_failures(s->app.store, is_configured, &s->app, SESSION_FAILED_MOST,
                               &s->failed, &ignored);
}

/* Said once for each fault, so that it hides no other message. True when something was said. */
static bool say_config_fault(struct session *s, const struct error *err)
{
    char text[sizeof s->config_fault];
    snprintf(text, sizeof text, "■ The old configuration stays in force: %.440s", err->text);
    if (strcmp(text, s->config_fault) == 0)
        return false;
    memcpy(s->config_fault, text, sizeof text);
    session_say(s, ROLE_BAD, "%s", text);
    return true;
}

static bool forget_config_fault(struct session *s)
{
    const bool shown = s->config_fault[0] && strcmp(s->message, s->config_fault) == 0;
    s->config_fault[0] = '\0';
    if (shown)
        session_say(s, ROLE_OK, "● The configuration can be read again.");
    return shown;
}

/* True when others saved something, or something was said. */
static bool refresh_config(struct session *s)
{
    struct error err = {0};
    bool changed = false;
    const bool ok = config_refresh(&s->app.config, &changed, &err);
    const bool said = ok ? forget_config_fault(s) : say_config_fault(s, &err);
    if (changed && s->worker)
        worker_config_changed(s->worker);
    return changed || said;
}

static bool notice_changes(struct session *s)
{
    bool changed = refresh_config(s);
    int64_t version = store_version(s->app.store);
    if (version != s->store_version) {
        s->store_version = version;
        count_failed(s);
        asked_follow(&s->asked, &s->app);
        changed = true;
    }
    if (changed)
        s->generation++;
    return changed;
}

static bool step_job(struct session *s)
{
    if (!session_job_running(s))
        return false;
    s->job_state = job_step(s->job, JOB_SLICE_MS, &s->job_error);
    if (s->job_state != JOB_RUNNING) {
        worker_wake(s->app.paths.wake_file);
        notice_changes(s);
        if (s->job_ended)
            s->job_ended(s);
    }
    return true;
}

bool session_find_holder(struct session *s)
{
    char role[WORKER_ROLE_MAX] = "";
    long pid = 0;
    const bool was_worker = s->worker != NULL;
    if (!was_worker && !worker_lock_holder(s->app.paths.lock_file, role, &pid) &&
        clock_monotonic_ms() >= s->away_until_ms)
        start_worker(s);
    const bool changed = strcmp(s->holder, role) != 0 || was_worker != (s->worker != NULL);
    memcpy(s->holder, role, sizeof role);
    return changed;
}

bool session_has_service(const struct session *s)
{
    return strcmp(s->holder, "service") == 0;
}

static bool wait_for_writer(void *ctx, int64_t waited_ms)
{
    const struct session *s = ctx;
    if (s->job_is_import && session_job_running(s)) /* it goes on when this has ended */
        return false;
    return s->waiting ? s->waiting(s->waiting_ctx, waited_ms) : waited_ms < GIVE_UP_MS;
}

/* A file that cannot be used is said once; the console then looks as it does at first. */
static void read_preferences(struct session *s)
{
    struct error err = {0};
    s->preferences = mem_zalloc(sizeof *s->preferences);
    if (!preferences_load(s->preferences, s->app.paths.console_file, &err))
        session_say(s, ROLE_WARN, "▲ Your preferences do not count: %.440s", err.text);
}

/* Large pieces go back to the system when they are freed; what loading used up goes back now. */
static void keep_memory_small(struct session *s)
{
    struct error ignored = {0};
    store_keep_small(s->app.store, &ignored);
    malloc_trim(0);
}

bool session_open(struct session *s, const char *home, struct error *err)
{
    *s = (struct session){.lock = {.fd = -1, .wake_fd = -1}, .generation = 1};
    mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
    if (!app_open(&s->app, home, APP_CONFIG | APP_STORE | APP_CATALOGUE, err))
        return false;
    keep_memory_small(s);
    store_on_wait(s->app.store, wait_for_writer, s);
    s->app.actor.through = THROUGH_CONSOLE;
    s->transport = transport_new();
    s->now_ms = clock_now_ms();
    read_names(s);
    read_preferences(s);
    read_rights(s);
    session_find_holder(s);
    s->store_version = store_version(s->app.store);
    count_failed(s);
    return true;
}

void session_close(struct session *s)
{
    session_end_job(s);
    asked_release(&s->asked);
    text_list_release(&s->run_checks);
    demo_stop(s->demo);
    worker_free(s->worker);
    if (s->transport)
        worker_lock_release(&s->lock);
    transport_free(s->transport);
    preferences_release(s->preferences);
    free(s->preferences);
    app_close(&s->app);
    *s = (struct session){.lock = {.fd = -1, .wake_fd = -1}};
}

int64_t session_now_s(const struct session *s)
{
    return s->now_ms / 1000;
}

bool session_may_change(struct session *s)
{
    if (!s->may_write)
        session_say(s, ROLE_WARN, "▲ Read-only: %s.", s->read_only);
    return s->may_write;
}

const char *session_no_change(const struct session *s)
{
    return s->may_write ? NULL : "(read-only)";
}

bool session_accessible(const struct session *s)
{
    return s->accessible;
}

int session_percent(const struct session *s, int64_t done, int64_t total)
{
    if (total <= 0 || done <= 0)
        return 0;
    const int percent = done >= total ? 100 : (int)((double)done * 100 / (double)total);
    return s->accessible ? percent / 10 * 10 : percent;
}

void session_say(struct session *s, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(s->message, sizeof s->message, format, args);
    va_end(args);
    s->message_role = role;
}

void session_say_error(struct session *s, const struct error *err)
{
    session_say(s, ROLE_BAD, "■ %s", err->text);
}

/* What the service says of a run that is looked at is shown soon. */
static int check_every_ms(const struct session *s)
{
    return asked_is_open(&s->asked) && session_has_service(s) ? FOLLOW_EVERY_MS : CHECK_EVERY_MS;
}

bool session_step(struct session *s)
{
    const uint64_t generation = s->generation;
    s->hurry = false;
    s->now_ms = clock_now_ms();
    bool changed = work(s);
    changed |= step_job(s);
    const int64_t looked_ms = clock_monotonic_ms(), since = looked_ms - s->checked_ms;
    if (s->recorded || since >= check_every_ms(s)) {
        s->recorded = false;
        s->checked_ms = looked_ms;
        changed |= session_find_holder(s);
        changed |= notice_changes(s);
    }
    return changed || s->generation != generation;
}

static int work_timeout_ms(struct session *s)
{
    if (session_job_running(s) || s->hurry)
        return 0;
    int timeout = s->worker ? worker_timeout_ms(s->worker) : -1;
    if (s->worker)
        timeout = handover_timeout_ms(&s->handover, timeout, clock_monotonic_ms());
    int most = transport_active(s->transport) > 0 ? TRANSFER_TICK_MS : check_every_ms(s);
    return timeout < 0 || timeout > most ? most : timeout;
}

/* Asked once for each turn, which then ticks: a screen that waits on says so again. */
int session_timeout_ms(struct session *s)
{
    const int timeout = work_timeout_ms(s);
    if (s->tick_by_ms == 0)
        return timeout;
    const int64_t left = s->tick_by_ms - clock_monotonic_ms();
    const int tick = left > 0 ? (int)left : 0;
    if (left <= 0)
        s->tick_by_ms = 0;
    return timeout < 0 || timeout > tick ? tick : timeout;
}

void session_tick_within(struct session *s, int ms)
{
    const int64_t by_ms = clock_monotonic_ms() + ms;
    if (s->tick_by_ms == 0 || by_ms < s->tick_by_ms)
        s->tick_by_ms = by_ms;
}

void session_changed(struct session *s)
{
    if (s->worker)
        worker_config_changed(s->worker);
    s->store_version = store_version(s->app.store);
    count_failed(s);
    s->generation++;
}

bool session_start_job(struct session *s, struct job *job, void *data, struct error *err)
{
    if (session_job_running(s)) {
        job_free(job);
        free(data);
        return error_set(err, ERR_BUSY, "Something is running already; wait for its end.");
    }
    session_end_job(s);
    s->job = job;
    s->job_data = data;
    s->job_state = JOB_RUNNING;
    s->job_error = (struct error){0};
    return true;
}

bool session_job_running(const struct session *s)
{
    return s->job && s->job_state == JOB_RUNNING;
}

void session_end_job(struct session *s)
{
    job_free(s->job);
    free(s->job_data);
    s->job = NULL;
    s->job_data = NULL;
    s->job_is_run = s->job_is_import = false;
    s->job_ended = NULL;
}
