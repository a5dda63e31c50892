/* Walks the users in slices and keeps the numbers of those that fit. */
#include "core/store/people.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/store/datasets.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 2048, KEY_BYTES = 24, PATTERN_MAX = 1024 };

struct people_key {
    int64_t number;
    char text[KEY_BYTES]; /* the first bytes, in lower case */
    uint32_t uid;
};

static const char *const key_columns[] = {
    [PEOPLE_BY_NAME] = "lower(COALESCE(u.display_name, u.login))",
    [PEOPLE_BY_LOGIN] = "lower(u.login)",
    [PEOPLE_BY_LAST_LOGIN] = "COALESCE(u.last_login_at, 0)",
};

/* --- what is asked ---------------------------------------------------------------------------- */

/* "%text%" for LIKE, its own signs escaped. */
static char *pattern_of(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, PATTERN_MAX);
    strbuf_addc(&out, '%');
    for (; *text; text++) {
        if (strchr("%_\\", *text))
            strbuf_addc(&out, '\\');
        strbuf_addc(&out, *text);
    }
    strbuf_addc(&out, '%');
    return strbuf_detach(&out);
}

/* LIKE knows the case of ASCII letters alone. */
static bool only_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

static void add_text_condition(struct strbuf *sql, bool lower_too)
{
    static const char *const columns[] = {"u.display_name", "u.login", "u.email", "u.department",
                                          "u.id"};
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        strbuf_addf(sql, "%s %s LIKE :text ESCAPE '\\'", i == 0 ? " AND (" : " OR", columns[i]);
        if (lower_too)
            strbuf_addf(sql, " OR %s LIKE :lower ESCAPE '\\'", columns[i]);
    }
    strbuf_addc(sql, ')');
}

/* A walk by uid reads the table in its own order; each slice ends at a uid, not at a number of
 * rows, since very many may not fit. */
static struct stmt *prepare_slice(const struct people *p, struct store *s, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "SELECT u.uid, %s FROM users u WHERE u.uid > :after AND u.uid <= :until",
                key_columns[p->order]);
    if (p->source)
        strbuf_adds(&sql, " AND u.source = :source");
    if (p->failing || p->check)
        strbuf_addf(&sql,
                    " AND EXISTS (SELECT 1 FROM findings f WHERE f.source = u.source"
                    " AND f.user_id = u.id AND f.resolved_at IS NULL%s)",
                    p->check ? " AND f.check_id = :check" : "");
    if (p->role)
        strbuf_adds(&sql, " AND CASE WHEN COALESCE(u.user_type, 'member') <> 'member'"
                          " THEN u.user_type WHEN u.is_admin = 1 THEN 'admin'"
                          " ELSE 'user' END = :role");
    if (p->text)
        add_text_condition(&sql, p->lower != NULL);
    strbuf_adds(&sql, " ORDER BY u.uid");
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    return st;
}

bool people_begin(struct people *p, struct store *s, const struct people_filter *filter,
                  enum people_order order, bool reverse, struct error *err)
{
    struct people fresh = {.order = order, .reverse = reverse, .failing = filter->failing};
    if (!datasets_last_uid(s, &fresh.last, err))
        return false;
    fresh.text = filter->text && *filter->text ? pattern_of(filter->text) : NULL;
    if (fresh.text && !only_ascii(filter->text)) {
        char *lower = text_lower(filter->text);
        fresh.lower = pattern_of(lower);
        free(lower);
    }
    fresh.source = mem_strdup(filter->source);
    fresh.check = mem_strdup(filter->check);
    fresh.role = mem_strdup(filter->role);
    fresh.done = fresh.sorted = fresh.last == 0;
    people_release(p);
    *p = fresh;
    return true;
}

void people_release(struct people *p)
{
    free(p->uids);
    free(p->keys);
    free(p->text);
    free(p->lower);
    free(p->source);
    free(p->check);
    free(p->role);
    *p = (struct people){0};
}

/* --- the walk --------------------------------------------------------------------------------- */

/* Grows in powers of two. */
static void add_uid(struct people *p, uint32_t uid)
{
    if ((p->count & (p->count - 1)) == 0)
        p->uids = mem_realloc(p->uids, (p->count > 0 ? p->count * 2 : 1) * sizeof *p->uids);
    p->uids[p->count++] = uid;
}

static void add_key(struct people *p, const struct stmt *st)
{
    if (p->count > PEOPLE_SORTED_MAX) {
        free(p->keys);
        p->keys = NULL;
        return;
    }
    if (!p->keys)
        p->keys = mem_alloc(PEOPLE_SORTED_MAX * sizeof *p->keys);
    struct people_key *key = &p->keys[p->count - 1];
    *key = (struct people_key){.uid = p->uids[p->count - 1]};
    if (p->order == PEOPLE_BY_LAST_LOGIN)
        key->number = -stmt_int(st, 1);
    else
        strncpy(key->text, stmt_text(st, 1) ? stmt_text(st, 1) : "", KEY_BYTES - 1);
}

static int compare_keys(const void *left, const void *right)
{
    const struct people_key *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    const int order = strcmp(a->text, b->text);
    if (order != 0)
        return order;
    return a->uid < b->uid ? -1 : a->uid > b->uid;
}

static void finish(struct people *p)
{
    p->done = true;
    p->sorted = p->count <= PEOPLE_SORTED_MAX;
    if (!p->sorted || p->count == 0)
        return;
    qsort(p->keys, p->count, sizeof *p->keys, compare_keys);
    for (size_t i = 0; i < p->count; i++)
        p->uids[i] = p->keys[p->reverse ? p->count - 1 - i : i].uid;
    free(p->keys);
    p->keys = NULL;
}

bool people_step(struct people *p, struct store *s, int64_t users, struct error *err)
{
    if (p->done)
        return true;
    struct stmt *st = prepare_slice(p, s, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":after", p->looked);
    stmt_bind_int(st, ":until", p->looked + users);
    if (p->source)
        stmt_bind_text(st, ":source", p->source);
    if (p->check)
        stmt_bind_text(st, ":check", p->check);
    if (p->role)
        stmt_bind_text(st, ":role", p->role);
    if (p->text)
        stmt_bind_text(st, ":text", p->text);
    if (p->lower)
        stmt_bind_text(st, ":lower", p->lower);
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        add_uid(p, (uint32_t)stmt_int(st, 0));
        add_key(p, st);
    }
    stmt_reset(st);
    p->looked += users;
    if (step == STEP_DONE && p->looked >= p->last)
        finish(p);
    return step == STEP_DONE;
}
