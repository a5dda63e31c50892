/*
 * A run of the checks that the service was asked for, as the console follows it in the store.
 */
#ifndef CHECKHOOK_TUI_ASKED_H
#define CHECKHOOK_TUI_ASKED_H

#include "core/app.h"
#include "core/checks/run.h"
#include "core/store/run_requests.h"

/* Zeroed = none. */
struct asked {
    struct run_request request; /* as last read; id 0 = none */
    struct run_result result;   /* as far as it is known */
    bool recalled;              /* what came of it was read */
};

/* Begins to follow the request of that id. Nothing has changed where it fails. */
bool asked_take_up(struct asked *a, struct app *app, int64_t id, struct error *err);

/* Reads again what may have changed: until it has ended. */
void asked_follow(struct asked *a, struct app *app);

bool asked_is_open(const struct asked *a);

void asked_release(struct asked *a); /* the run itself goes on */

#endif
