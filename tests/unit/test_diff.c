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

static int64_t uid_of(const void *ctx, size_t user)
{
    (void)ctx;
    return FIRST_UID + (int64_t)user;
}

/* One letter a user: fail, pass, outside, unknown. */
static enum verdict verdict_of(const void *ctx, size_t user)
{
    switch (((const char *)ctx)[user]) {
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

/* "new:1 resolved:3 …": the number of the user, or the uid of the finding. */
static char *show(const struct diff *diff)
{
    static const char *const words[] = {
        [CHANGE_NEW] = "new",
        [CHANGE_RESOLVED] = "resolved",
        [CHANGE_STALE] = "stale",
        [CHANGE_AGAIN] = "again",
    };
    struct strbuf out;

    strbuf_init(&out, 1000);
    for (size_t i = 0; i < diff->count; i++) {
        const struct change *c = &diff->items[i];
        strbuf_addf(&out, "%s%s:%lld", i > 0 ? " " : "", words[c->kind],
                    c->kind == CHANGE_NEW ? (long long)c->user : (long long)c->finding_id);
    }
    return strbuf_detach(&out);
}

static void diff_make__compares(void **state)
{
    static const struct {
        const char *verdicts;
        const char *open; /* a letter a uid from 8: open, stale, '-' no finding; finding id = uid */
        const char *changes;
        int fresh, resolved, kept;
    } rows[] = {
        {"", "", "", 0, 0, 0},
        {"ffpu", "", "new:0 new:1", 2, 0, 0},
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
        {"f", "oo", "resolved:8 resolved:9 new:0", 1, 2, 0},
        {"f", "---oo", "new:0 resolved:11 resolved:12", 1, 2, 0},
        {"fpuf", "o-ooo-s", "resolved:8 resolved:11 stale:12 new:3 resolved:14", 1, 3, 1},
        {"", "os", "resolved:8 resolved:9", 0, 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct open_finding_list open = {0};
        struct diff diff = {0};
        for (size_t j = 0; rows[i].open[j]; j++)
            if (rows[i].open[j] != '-')
                *(struct open_finding *)list_add(&open.items, &open.count, sizeof *open.items) =
                    (struct open_finding){8 + (int64_t)j, 8 + (int64_t)j, rows[i].open[j] == 's'};
        diff_make(
            &(struct diff_input){
                .users = strlen(rows[i].verdicts),
                .uid = uid_of,
                .verdict = verdict_of,
                .ctx = rows[i].verdicts,
                .open = &open,
            },
            &diff);
        char *changes = show(&diff);
        assert_string_equal(changes, rows[i].changes);
        assert_int_equal(diff.fresh, rows[i].fresh);
        assert_int_equal(diff.resolved, rows[i].resolved);
        assert_int_equal(diff.kept, rows[i].kept);
        free(changes);
        diff_release(&diff);
        open_finding_list_release(&open);
    }
}

static void diff_make__resolves_findings_without_a_user(void **state)
{
    struct open_finding items[] = {{1, 0, false}, {2, 0, true}, {3, FIRST_UID, false}};
    struct open_finding_list open = {items, ARRAY_LEN(items)};
    struct diff diff = {0};

    (void)state;
    diff_make(&(struct diff_input){1, uid_of, verdict_of, "f", &open}, &diff);
    char *changes = show(&diff);
    assert_string_equal(changes, "resolved:1 resolved:2");
    free(changes);
    diff_release(&diff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diff_make__compares),
        cmocka_unit_test(diff_make__resolves_findings_without_a_user),
    };

    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
