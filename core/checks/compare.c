/* Compares answers with findings, describes who is new, and writes the difference. */
#include "core/checks/compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/checks/explain.h"

enum { OPEN_PART = 256, WRITE_PART = 1024 };

/* What is kept of one who newly fails, each text with its end. */
enum described_text { SOURCE, USER_ID, LOGIN, EXPLAIN, DESCRIBED_TEXTS };

/* --- comparing -------------------------------------------------------------------------------- */

static bool read_open(struct comparison *c, struct error *err)
{
    const struct open_finding none = {0};
    const struct open_finding *last = c->open_count > 0 ? &c->open[c->open_count - 1] : &none;
    const struct open_finding after = *last;

    if (!c->open)
        c->open = mem_alloc(OPEN_PART * sizeof *c->open);
    if (!findings_open(c->store, c->check_id, &after, c->open, OPEN_PART, &c->open_count, err))
        return false;
    c->open_at = 0;
    c->open_ended = c->open_count < OPEN_PART;
    return true;
}

static bool next_open(void *ctx, struct open_finding *out, bool *found, struct error *err)
{
    struct comparison *c = ctx;

    if (c->open_at == c->open_count && !c->open_ended && !read_open(c, err))
        return false;
    *found = c->open_at < c->open_count;
    if (*found)
        *out = c->open[c->open_at++];
    return true;
}

static bool take_change(void *ctx, const struct change *change, struct error *err)
{
    struct comparison *c = ctx;

    if (change->kind == CHANGE_NEW)
        return spool_add(&c->fresh, &change->uid, sizeof change->uid, err);
    return spool_add(&c->changed, change, sizeof *change, err);
}

static const struct diff_ops diff_ops = {.next = next_open, .change = take_change};

bool comparison_begin(struct comparison *c, struct store *s, const char *check_id,
                      struct spool_file *file, struct error *err)
{
    const size_t logins_max = c->logins_max;

    comparison_release(c);
    *c = (struct comparison){.store = s, .check_id = check_id, .logins_max = logins_max};
    spool_init(&c->changed, file);
    spool_init(&c->fresh, file);
    spool_init(&c->described, file);
    return diff_begin(&c->diff, &diff_ops, c, err);
}

bool comparison_end(struct comparison *c, struct error *err)
{
    if (!diff_end(&c->diff, err))
        return false;
    free(c->open);
    c->open = NULL;
    spool_read_from_start(&c->describing, &c->fresh);
    return true;
}

/* --- describing ------------------------------------------------------------------------------- */

static bool keep_described(struct comparison *c, int64_t uid, const struct described *user,
                           const char *explain, struct error *err)
{
    if (c->logins.count < c->logins_max)
        text_list_add(&c->logins, user->login);
    return spool_add(&c->described, &uid, sizeof uid, err) &&
           spool_add_text(&c->described, user->source, err) &&
           spool_add_text(&c->described, user->id, err) &&
           spool_add_text(&c->described, user->login, err) &&
           spool_add_text(&c->described, explain, err);
}

static bool describe_next(struct comparison *c, struct evaluation *evaluation, size_t question,
                          const struct check *check, struct error *err)
{
    struct described user;
    int64_t uid;

    if (!spool_read(&c->describing, &uid, sizeof uid, err) ||
        !evaluation_describe_uid(evaluation, question, uid, &user, err))
        return false;
    char *explain = explain_make(check, &user);
    const bool ok = keep_described(c, uid, &user, explain, err);
    free(explain);
    return ok;
}

bool comparison_describe(struct comparison *c, struct evaluation *evaluation, size_t question,
                         const struct check *check, int64_t until_ms, bool *done, struct error *err)
{
    bool ok = true;

    /* A fault: the explains have used up their time, and the check says nothing. One explain of an
     * administrator's own may be slow: whoever waits for keys wants them. */
    while (ok && !spool_at_end(&c->describing) && !evaluation_fault(evaluation, question)) {
        ok = describe_next(c, evaluation, question, check, err);
        if (clock_monotonic_ms() >= until_ms)
            break;
    }
    if (!ok)
        return false;
    *done = spool_at_end(&c->describing) || evaluation_fault(evaluation, question);
    return true;
}

/* --- reading them back ------------------------------------------------------------------------ */

/* Some of the described, whose texts lie one behind the other in one buffer. */
struct part {
    struct strbuf texts;
    size_t places[WRITE_PART][DESCRIBED_TEXTS];
    int64_t uids[WRITE_PART];
    size_t count;
};

static bool read_part(struct part *p, struct spool_reader *r, struct error *err)
{
    strbuf_clear(&p->texts);
    for (p->count = 0; p->count < WRITE_PART && !spool_at_end(r); p->count++) {
        if (!spool_read(r, &p->uids[p->count], sizeof p->uids[p->count], err))
            return false;
        for (size_t i = 0; i < DESCRIBED_TEXTS; i++) {
            p->places[p->count][i] = p->texts.len;
            if (!spool_read_text(r, &p->texts, err))
                return false;
        }
    }
    return true;
}

static const char *text_of(const struct part *p, size_t user, enum described_text which)
{
    return p->texts.text + p->places[user][which];
}

static struct part *part_new(void)
{
    struct part *p = mem_zalloc(sizeof *p);

    strbuf_init(&p->texts, SIZE_MAX);
    return p;
}

static void part_free(struct part *p)
{
    strbuf_release(&p->texts);
    free(p);
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool add_part(const struct part *p, struct store *s, struct new_findings added,
                     struct error *err)
{
    struct new_finding items[WRITE_PART];

    for (size_t i = 0; i < p->count; i++)
        items[i] = (struct new_finding){.source = text_of(p, i, SOURCE),
                                        .user_id = text_of(p, i, USER_ID),
                                        .login = text_of(p, i, LOGIN),
                                        .explain = text_of(p, i, EXPLAIN),
                                        .uid = p->uids[i]};
    added.items = items;
    added.count = p->count;
    return findings_add(s, &added, err);
}

static bool write_new(const struct comparison *c, struct store *s, struct new_findings added,
                      struct error *err)
{
    struct spool_reader reader = {0};
    struct part *part = part_new();
    bool ok = true;

    spool_read_from_start(&reader, &c->described);
    while (ok && !spool_at_end(&reader))
        ok = read_part(part, &reader, err) && add_part(part, s, added, err);
    spool_reader_release(&reader);
    part_free(part);
    return ok;
}

static bool write_change(const struct change *change, struct store *s, int64_t run_id,
                         int64_t now_s, struct error *err)
{
    if (change->kind == CHANGE_RESOLVED)
        return findings_resolve(s, change->finding_id, run_id, now_s, err);
    return findings_set_stale(s, change->finding_id, change->kind == CHANGE_STALE, now_s, err);
}

static bool write_changes(const struct comparison *c, struct store *s, int64_t run_id,
                          int64_t now_s, struct error *err)
{
    struct spool_reader reader = {0};
    struct change change;
    bool ok = true;

    spool_read_from_start(&reader, &c->changed);
    while (ok && !spool_at_end(&reader)) {
        ok = spool_read(&reader, &change, sizeof change, err) &&
             write_change(&change, s, run_id, now_s, err);
    }
    spool_reader_release(&reader);
    return ok;
}

bool comparison_write(const struct comparison *c, struct store *s, const struct check *check,
                      int64_t run_id, int64_t now_s, struct error *err)
{
    return write_changes(c, s, run_id, now_s, err) &&
           write_new(c, s, (struct new_findings){check->id, run_id, now_s, NULL, 0}, err);
}

/* --- for events ------------------------------------------------------------------------------- */

static bool feed_rewind(void *ctx, struct error *err)
{
    struct comparison_feed *f = ctx;

    (void)err;
    spool_read_from_start(&f->reader, &f->comparison->described);
    return true;
}

static bool feed_next(void *ctx, struct event_user *out, struct error *err)
{
    struct comparison_feed *f = ctx;
    size_t places[DESCRIBED_TEXTS];
    int64_t uid;

    strbuf_clear(&f->texts);
    if (!spool_read(&f->reader, &uid, sizeof uid, err))
        return false;
    for (size_t i = 0; i < DESCRIBED_TEXTS; i++) {
        places[i] = f->texts.len;
        if (!spool_read_text(&f->reader, &f->texts, err))
            return false;
    }
    *out = (struct event_user){f->texts.text + places[LOGIN], f->texts.text + places[EXPLAIN]};
    return true;
}

void comparison_feed_init(struct comparison_feed *f, const struct comparison *c)
{
    *f = (struct comparison_feed){.feed = {feed_rewind, feed_next, f}, .comparison = c};
    strbuf_init(&f->texts, SIZE_MAX);
}

void comparison_feed_release(struct comparison_feed *f)
{
    spool_reader_release(&f->reader);
    strbuf_release(&f->texts);
}

void comparison_release(struct comparison *c)
{
    free(c->open);
    spool_release(&c->changed);
    spool_release(&c->fresh);
    spool_release(&c->described);
    spool_reader_release(&c->describing);
    text_list_release(&c->logins);
    *c = (struct comparison){.logins_max = c->logins_max};
}
