/* The difference between today's verdicts and the open findings, as a table of histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/diff.h"

enum { FIRST_UID = 10 };

/* Open findings as a text, a letter a uid from FIRST_UID - 2: open, stale, '-' none; or as a list.
 * What changed is written down. */
struct bed {
    const char *letters;
    size_t at;
    const struct open_finding *list;
    size_t count;
    struct strbuf changes;
};

static bool next_open(void *ctx, struct open_finding *out, bool *found, struct error *err)
{
    struct bed *bed = ctx;
    (void)err;
    if (bed->list) {
        *found = bed->at < bed->count;
        if (*found)
            *out = bed->list[bed->at++];
        return true;
    }
    bed->at += strspn(bed->letters + bed->at, "-");
    const int64_t uid = FIRST_UID - 2 + (int64_t)bed->at;
    *found = bed->letters[bed->at];
    if (*found)
        *out = (struct open_finding){uid, uid, bed->letters[bed->at++] == 's'};
    return true;
}

/* "new:10 resolved:8 …": the uid of the user, or the id of the finding. */
static bool take_change(void *ctx, const struct change *c, struct error *err)
{
    static const char *const words[] = {
        [CHANGE_NEW] = "new",
        [CHANGE_RESOLVED] = "resolved",
        [CHANGE_STALE] = "stale",
        [CHANGE_AGAIN] = "again",
    };
    struct bed *bed = ctx;
    (void)err;
    strbuf_addf(&bed->changes, "%s%s:%lld", bed->changes.len > 0 ? " " : "", words[c->kind],
                c->kind == CHANGE_NEW ? (long long)c->uid : (long long)c->finding_id);
    return true;
}

static const struct diff_ops ops = {.next = next_open, .change = take_change};

static enum verdict verdict_of(char letter)
{
    switch (letter) {
    case 'f':
        return VERDICT_FAIL;
    case 'p':
        return VERDICT_PASS;
    case 'o':
        return VERDICT_OUTSIDE;
    default:
        return VERDICT_UNKNOWN;
    }
}

/* A letter a user: fail, pass, outside, unknown. Who is idle is not told, as in a run. */
static struct diff walk(struct bed *bed, const char *verdicts)
{
    struct diff d;
    struct error err = {0};
    strbuf_init(&bed->changes, 1000);
    assert_true(diff_begin(&d, &ops, bed, &err));
    for (int64_t uid = FIRST_UID; *verdicts; uid++, verdicts++)
        if (!diff_is_idle(&d, uid, verdict_of(*verdicts)))
            assert_true(diff_user(&d, uid, verdict_of(*verdicts), &err));
    assert_true(diff_end(&d, &err));
    return d;
}

static void diff_user__compares(void **state)
{
    static const struct {
        const char *verdicts, *open, *changes;
        int fresh, resolved, kept;
    } rows[] = {
        {"", "", "", 0, 0, 0},
        {"ffpu", "", "new:10 new:11", 2, 0, 0},
        {"ffpu", "--oo", "", 0, 0, 0},
        {"p", "--o", "resolved:10", 0, 1, 0},
        {"o", "--o", "resolved:10", 0, 1, 0},
        {"u", "--o", "stale:10", 0, 0, 1},
        {"u", "--s", "", 0, 0, 1},
        {"f", "--s", "again:10", 0, 0, 0},
        {"p", "--s", "resolved:10", 0, 1, 0},
        {"o", "--s", "resolved:10", 0, 1, 0},
        {"u", "", "", 0, 0, 0},
        /* Users who left: before, between and after those who are there. */
        {"f", "oo", "resolved:8 resolved:9 new:10", 1, 2, 0},
        {"f", "---oo", "new:10 resolved:11 resolved:12", 1, 2, 0},
        {"fpuf", "o-ooo-s", "resolved:8 resolved:11 stale:12 new:13 resolved:14", 1, 3, 1},
        {"", "os", "resolved:8 resolved:9", 0, 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bed bed = {.letters = rows[i].open};
        const struct diff d = walk(&bed, rows[i].verdicts);
        assert_string_equal(bed.changes.text, rows[i].changes);
        assert_int_equal(d.fresh, rows[i].fresh);
        assert_int_equal(d.resolved, rows[i].resolved);
        assert_int_equal(d.kept, rows[i].kept);
        strbuf_release(&bed.changes);
    }
}

static void diff_user__resolves_findings_without_a_user(void **state)
{
    static const struct open_finding items[] = {{1, 0, false}, {2, 0, true}, {3, FIRST_UID, false}};
    struct bed bed = {.list = items, .count = ARRAY_LEN(items)};

    (void)state;
    walk(&bed, "f");
    assert_string_equal(bed.changes.text, "resolved:1 resolved:2");
    strbuf_release(&bed.changes);
}

static bool fail_next(void *ctx, struct open_finding *out, bool *found, struct error *err)
{
    (void)ctx;
    (void)out;
    *found = false;
    return error_set(err, ERR_IO, "the findings cannot be read");
}

static void diff_begin__hands_on_an_error(void **state)
{
    static const struct diff_ops failing = {.next = fail_next, .change = take_change};
    struct diff d;
    struct error err = {0};

    (void)state;
    assert_false(diff_begin(&d, &failing, NULL, &err));
    assert_string_equal(err.text, "the findings cannot be read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diff_user__compares),
        cmocka_unit_test(diff_user__resolves_findings_without_a_user),
        cmocka_unit_test(diff_begin__hands_on_an_error),
    };

    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
