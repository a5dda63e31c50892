/* Events and the deliveries made of them. */
#include "core/store/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

static const char *const state_words[] = {
    [DELIVERY_PENDING] = "pending",     [DELIVERY_IN_FLIGHT] = "in_flight",
    [DELIVERY_DELIVERED] = "delivered", [DELIVERY_FAILED] = "failed",
    [DELIVERY_HELD] = "held",
};
static const char *const kind_words[] = {[KIND_FINDING] = "finding", [KIND_TEST] = "test"};

static enum delivery_kind kind_parse(const char *text)
{
    return strcmp(text, kind_words[KIND_TEST]) == 0 ? KIND_TEST : KIND_FINDING;
}

/* --- words and ids ------------------------------------------------------------------------------
 */

const char *delivery_state_text(enum delivery_state state)
{
    return state_words[state];
}

bool delivery_state_parse(const char *text, enum delivery_state *state)
{
    for (size_t i = 0; i < ARRAY_LEN(state_words); i++)
        if (strcmp(text, state_words[i]) == 0) {
            *state = (enum delivery_state)i;
            return true;
        }
    return false;
}

const char *delivery_kind_text(enum delivery_kind kind)
{
    return kind_words[kind];
}

void delivery_id_text(int64_t id, char out[DELIVERY_ID_MAX])
{
    snprintf(out, DELIVERY_ID_MAX, "d_%" PRIx64, (uint64_t)id);
}

bool delivery_id_parse(const char *text, int64_t *id)
{
    bool marked = strncmp(text, "d_", 2) == 0;
    const char *digits = marked ? text + 2 : text;
    const char *allowed = marked ? "0123456789abcdefABCDEF" : "0123456789";
    enum { DIGITS_MAX = 15 }; /* below 2^63 in either base */
    size_t len = strlen(digits);
    if (len == 0 || len > DIGITS_MAX || strspn(digits, allowed) != len)
        return false;
    *id = strtoll(digits, NULL, marked ? 16 : 10);
    return true;
}

/* --- events -------------------------------------------------------------------------------------
 */

void event_release(struct event *e)
{
    free(e->id);
    free(e->envelope_id);
    free(e->check_id);
    free(e->detail);
    free(e->explain);
    *e = (struct event){0};
}

static bool add_event_head(struct store *s, const struct event *e, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   "INSERT INTO events (id, envelope_id, kind, check_id, run_id, published_ms)"
                   " VALUES (:id, :envelope_id, :kind, :check_id, :run_id, :published_ms)",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":id", e->id);
    stmt_bind_text(st, ":envelope_id", e->envelope_id);
    stmt_bind_text(st, ":kind", kind_words[e->kind]);
    stmt_bind_text(st, ":check_id", e->check_id);
    stmt_bind_int(st, ":run_id", e->run_id);
    stmt_bind_int(st, ":published_ms", e->published_ms);
    return stmt_run(st, err);
}

static bool add_event_body(struct store *s, const struct event *e, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   "INSERT INTO event_bodies (event_id, envelope_id, run_id, published_ms, detail,"
                   " explain) VALUES (:event_id, :envelope_id, :run_id, :published_ms, :detail,"
                   " :explain)",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":event_id", e->id);
    stmt_bind_text(st, ":envelope_id", e->envelope_id);
    stmt_bind_int(st, ":run_id", e->run_id);
    stmt_bind_int(st, ":published_ms", e->published_ms);
    stmt_bind_text(st, ":detail", e->detail);
    stmt_bind_text(st, ":explain", e->explain);
    return stmt_run(st, err);
}

bool outbox_add_event(struct store *s, const struct event *e, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, add_event_head(s, e, err) && add_event_body(s, e, err), err);
}

static void event_read(const struct stmt *st, struct event *out)
{
    out->id = mem_strdup(stmt_text(st, 0));
    out->envelope_id = mem_strdup(stmt_text(st, 1));
    out->kind = kind_parse(stmt_text(st, 2));
    out->check_id = mem_strdup(stmt_text(st, 3));
    out->run_id = stmt_int(st, 4);
    out->published_ms = stmt_int(st, 5);
    out->detail = mem_strdup(stmt_text(st, 6));
    out->explain = mem_strdup(stmt_text(st, 7));
}

bool outbox_event(struct store *s, const char *id, struct event *out, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT e.id, e.envelope_id, e.kind, e.check_id, e.run_id,"
                                 " e.published_ms, b.detail, b.explain"
                                 " FROM events e JOIN event_bodies b ON b.event_id = e.id"
                                 " WHERE e.id = :id",
                                 err);
    if (!st)
        return false;
    stmt_bind_text(st, ":id", id);
    enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        event_read(st, out);
    stmt_reset(st);
    if (step == STEP_DONE)
        error_set(err, ERR_NOT_FOUND, "there is no event '%s'", id);
    return step == STEP_ROW;
}

static void body_read(const struct stmt *st, const struct delivery *d, struct event *out)
{
    *out = (struct event){
        .id = mem_strdup(d->event_id),
        .envelope_id = mem_strdup(stmt_text(st, 0)),
        .kind = d->kind,
        .check_id = mem_strdup(d->check_id),
        .run_id = stmt_int(st, 1),
        .published_ms = stmt_int(st, 2),
        .detail = mem_strdup(stmt_text(st, 3)),
        .explain = mem_strdup(stmt_text(st, 4)),
    };
}

bool outbox_event_of(struct store *s, const struct delivery *d, struct event *out,
                     struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT envelope_id, run_id, published_ms, detail, explain"
                                 " FROM event_bodies WHERE key = :key",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":key", d->body_key);
    enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        body_read(st, d, out);
    stmt_reset(st);
    if (step == STEP_DONE)
        error_set(err, ERR_NOT_FOUND, "there is no event '%s'", d->event_id);
    return step == STEP_ROW;
}

/* --- deliveries ---------------------------------------------------------------------------------
 */

void delivery_copy(struct delivery *to, const struct delivery *from)
{
    *to = *from;
    to->event_id = mem_strdup(from->event_id);
    to->check_id = mem_strdup(from->check_id);
    to->integration_id = mem_strdup(from->integration_id);
    to->integration_name = mem_strdup(from->integration_name);
    to->reason = mem_strdup(from->reason);
}

void delivery_release(struct delivery *d)
{
    free(d->event_id);
    free(d->check_id);
    free(d->integration_id);
    free(d->integration_name);
    free(d->reason);
    *d = (struct delivery){0};
}

void delivery_list_release(struct delivery_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        delivery_release(&list->items[i]);
    free(list->items);
    *list = (struct delivery_list){0};
}

void delivery_read(const struct stmt *st, struct delivery *out)
{
    enum delivery_state state = DELIVERY_FAILED;
    delivery_state_parse(stmt_text(st, 6), &state);
    /* Why it waited, and until when, is over while it is sent. */
    bool waits_no_more = state == DELIVERY_IN_FLIGHT;
    *out = (struct delivery){
        .id = stmt_int(st, 0),
        .kind = kind_parse(stmt_text(st, 1)),
        .event_id = mem_strdup(stmt_text(st, 2)),
        .check_id = mem_strdup(stmt_text(st, 3)),
        .integration_id = mem_strdup(stmt_text(st, 4)),
        .integration_name = mem_strdup(stmt_text(st, 5)),
        .state = state,
        .attempts = (int)stmt_int(st, 7),
        .status = (int)stmt_int(st, 8),
        .took_ms = stmt_int(st, 9),
        .reason = mem_strdup(waits_no_more ? "" : stmt_text(st, 10)),
        .created_at = stmt_int(st, 11),
        .due_at = waits_no_more ? 0 : stmt_int(st, 12),
        .aged_from = stmt_int(st, 13),
        .finished_at = stmt_int(st, 14),
        .redelivery_of = stmt_int(st, 15),
        .body_key = stmt_int(st, 16),
    };
}

void delivery_read_shown(const struct stmt *st, struct delivery *out)
{
    delivery_read(st, out);
    out->sent_again_as = stmt_int(st, 17);
}

static enum delivery_state first_state(const struct new_delivery *d)
{
    if (d->kind == KIND_TEST)
        return DELIVERY_IN_FLIGHT;
    return d->held_reason ? DELIVERY_HELD : DELIVERY_PENDING;
}

static bool insert_delivery(struct store *s, const struct new_delivery *d, int64_t *id,
                            struct error *err)
{
    enum delivery_state state = first_state(d);
    struct stmt *st = db_prepare(
        s->db,
        "INSERT INTO deliveries (kind, event_id, check_id, integration_id, integration_name, state,"
        " reason, created_at, due_at, aged_from, redelivery_of, body_key)"
        " VALUES (:kind, :event_id, :check_id, :integration_id, :integration_name, :state,"
        " :reason, :now, :due_at, :now, :redelivery_of,"
        " coalesce((SELECT key FROM event_bodies WHERE event_id = :event_id), 0))",
        err);
    if (!st)
        return false;
    stmt_bind_text(st, ":kind", kind_words[d->kind]);
    stmt_bind_text(st, ":event_id", d->event_id);
    stmt_bind_text(st, ":check_id", d->check_id);
    stmt_bind_text(st, ":integration_id", d->integration_id);
    stmt_bind_text(st, ":integration_name", d->integration_name);
    stmt_bind_text(st, ":state", state_words[state]);
    stmt_bind_text(st, ":reason", d->held_reason ? d->held_reason : "");
    stmt_bind_int(st, ":now", d->now);
    stmt_bind_int(st, ":due_at", state == DELIVERY_PENDING ? d->now : 0);
    stmt_bind_int(st, ":redelivery_of", d->redelivery_of);
    if (!stmt_run(st, err))
        return false;
    *id = db_last_id(s->db);
    return state != DELIVERY_PENDING || hold_apply(s, err);
}

bool outbox_add_delivery(struct store *s, const struct new_delivery *d, int64_t *id,
                         struct error *err)
{
    bool own;
    return change_begin(s, &own, err) && change_end(s, own, insert_delivery(s, d, id, err), err);
}
