/* Functions of SQL that are ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"

/* The caller frees. */
static char *fold(struct db *db, const char *text)
{
    struct error err = {0};
    struct stmt *st = db_prepare(db, "SELECT folded(:a)", &err);
    assert_non_null(st);
    stmt_bind_text(st, ":a", text);
    assert_int_equal(stmt_step(st, &err), STEP_ROW);
    char *answer = mem_strdup(stmt_text(st, 0));
    stmt_reset(st);
    return answer;
}

static void folded__knows_more_than_ascii(void **state)
{
    static const char *const rows[][2] = {
        {"plain", "plain"},       {"Plain", "plain"}, {"M\xc3\x9cLLER", "m\xc3\xbcller"},
        {"\xce\xa3", "\xcf\x83"}, {"", ""},           {NULL, NULL},
    };
    struct error err = {0};
    struct db *db = db_open_memory(&err);
    (void)state;
    assert_non_null(db);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *found = fold(db, rows[i][0]);
        if (rows[i][1])
            assert_string_equal(found, rows[i][1]);
        else
            assert_null(found);
        free(found);
    }
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folded__knows_more_than_ascii),
    };

    return cmocka_run_group_tests_name("functions", tests, NULL, NULL);
}
