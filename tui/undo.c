/* Undo over what this console changed in the configuration. */
#include "tui/undo.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/undo.h"

enum { CAPTION_MAX = 200 };

static const char undoes[] = "  u undoes";

static void step_release(struct undo_step *step)
{
    free(step->caption);
    free(step->stays);
    config_changes_release(&step->changes);
    *step = (struct undo_step){0};
}

static void forget_oldest(struct undo *u)
{
    step_release(&u->steps[0]);
    u->count--;
    memmove(u->steps, u->steps + 1, u->count * sizeof u->steps[0]);
    u->steps[u->count] = (struct undo_step){0};
}

static void note_commit(void *ctx, const struct config *before, const struct config *now)
{
    config_changes_add(&((struct undo *)ctx)->fresh, before, now);
}

static void forget_old(struct undo *u, int64_t now_s)
{
    while (u->count > 0 && now_s - u->steps[0].done_s > UNDO_GRACE_S)
        forget_oldest(u);
}

static void add_hint(struct session *s, const char *hint)
{
    const size_t len = strlen(s->message);
    if (len > 0)
        snprintf(s->message + len, sizeof s->message - len, "%s", hint);
}

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

void undo_start(struct undo *u, struct session *s)
{
    s->undo = u;
    s->app.config.committed = note_commit;
    s->app.config.committed_ctx = u;
}

void undo_stop(struct session *s)
{
    s->app.config.committed = NULL;
    while (s->undo->count > 0)
        forget_oldest(s->undo);
    config_changes_release(&s->undo->fresh);
    s->undo = NULL;
}

void undo_push(struct session *s, const char *format, ...)
{
    struct undo *u = s->undo;
    char caption[CAPTION_MAX];
    va_list args;
    if (!u || config_changes_none(&u->fresh))
        return;
    if (u->count == UNDO_STEPS_MAX)
        forget_oldest(u);
    va_start(args, format);
    vsnprintf(caption, sizeof caption, format, args);
    va_end(args);
    u->steps[u->count++] = (struct undo_step){
        .caption = mem_strdup(caption),
        .done_s = session_now_s(s),
        .changes = u->fresh,
    };
    u->fresh = (struct config_changes){0};
    s->saved++;
    add_hint(s, undoes);
}

void undo_leaves_queued(struct session *s, size_t users)
{
    struct undo *u = s->undo;
    if (!u || u->count == 0)
        return;
    struct undo_step *step = &u->steps[u->count - 1];
    free(step->stays);
    step->stays = mem_printf("What was queued for %zu %s is sent all the same.", users,
                             users == 1 ? "user" : "users");
    if (!ends_with(s->message, undoes))
        add_hint(s, undoes);
    add_hint(s, " the ticks; what is queued is sent all the same.");
}

const char *undo_caption(struct session *s)
{
    forget_old(s->undo, session_now_s(s));
    return s->undo->count > 0 ? s->undo->steps[s->undo->count - 1].caption : NULL;
}

void undo_last(struct session *s)
{
    struct error err = {0};
    if (!undo_caption(s)) {
        session_say(s, ROLE_WARN, "▲ There is nothing to undo.");
        return;
    }
    struct undo_step *step = &s->undo->steps[s->undo->count - 1];
    bool stale;
    const bool done =
        undo_changes(&s->app, &step->changes, step->done_s, session_now_s(s), &stale, &err);
    if (done)
        session_say(s, ROLE_OK, "● Undone: %s.%s%s", step->caption, step->stays ? " " : "",
                    step->stays ? step->stays : "");
    else
        session_say(s, ROLE_BAD, "■ Not undone: %s.", err.text);
    s->saved -= done;
    if (done || stale)
        step_release(&s->undo->steps[--s->undo->count]);
    config_changes_release(&s->undo->fresh);
    session_changed(s);
}

void undo_forget_unnamed(struct session *s)
{
    if (config_changes_none(&s->undo->fresh))
        return;
    s->saved++;
    config_changes_release(&s->undo->fresh);
}
