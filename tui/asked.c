/* Follows a run that goes on in the service. */
#include "tui/asked.h"

#include "core/checks/recall.h"

static void read_result(struct asked *a, struct app *app)
{
    const struct run_request *r = &a->request;
    const struct run_elsewhere run = {r->checks, r->progress.done, r->progress.total, r->lines};
    struct error err = {0};
    if (a->recalled)
        return;
    run_recalled_release(&a->result);
    a->recalled = r->state == REQUEST_DONE &&
                  run_recall(app->store, &app->catalogue, r->checks, r->run_id, &a->result, &err);
    if (!a->recalled)
        run_foresee(&app->catalogue, &app->config, &run, &a->result);
}

static bool read_again(struct asked *a, struct app *app, int64_t id, struct error *err)
{
    struct run_request now = {0};
    if (!run_requests_find(app->store, id, &now, err))
        return false;
    run_request_release(&a->request);
    a->request = now;
    read_result(a, app);
    return true;
}

bool asked_take_up(struct asked *a, struct app *app, int64_t id, struct error *err)
{
    struct asked fresh = {0};
    if (!read_again(&fresh, app, id, err))
        return false;
    asked_release(a);
    *a = fresh;
    return true;
}

void asked_follow(struct asked *a, struct app *app)
{
    struct error ignored = {0}; /* read at the next look */
    if (asked_is_open(a))
        read_again(a, app, a->request.id, &ignored);
}

bool asked_is_open(const struct asked *a)
{
    return run_request_is_open(&a->request);
}

void asked_release(struct asked *a)
{
    run_request_release(&a->request);
    run_recalled_release(&a->result);
    *a = (struct asked){0};
}
