/* The matrix as data: turning over, rows and columns, counting, the way back. */
#include "tui/matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const size_t first_three[] = {0, 1, 2};

/* Three checks, four integrations; the cell (1, 2) is saved as on. */
static struct matrix make(void)
{
    struct matrix m;
    matrix_init(&m, 3, 4);
    matrix_put(&m, 1, 2, true);
    return m;
}

static void matrix_toggle__says_what_is_not_saved(void **state)
{
    struct matrix m = make();
    (void)state;
    assert_int_equal(matrix_cell(&m, 1, 2), MATRIX_ON);
    assert_int_equal(matrix_cell(&m, 0, 0), MATRIX_OFF);
    matrix_toggle(&m, 1, 2);
    matrix_toggle(&m, 0, 0);
    assert_int_equal(matrix_cell(&m, 1, 2), MATRIX_REMOVED);
    assert_int_equal(matrix_cell(&m, 0, 0), MATRIX_ADDED);
    assert_int_equal(matrix_added(&m), 1);
    assert_int_equal(matrix_removed(&m), 1);
    matrix_toggle(&m, 1, 2);
    assert_int_equal(matrix_cell(&m, 1, 2), MATRIX_ON);
    matrix_release(&m);
}

static void matrix_toggle_row__turns_all_on_then_all_off(void **state)
{
    struct matrix m = make();
    (void)state;
    matrix_toggle_row(&m, 1, first_three, 3);
    for (size_t column = 0; column < 3; column++)
        assert_true(matrix_is_on(&m, 1, column));
    assert_false(matrix_is_on(&m, 1, 3));
    assert_int_equal(matrix_added(&m), 2);
    matrix_toggle_row(&m, 1, first_three, 3);
    assert_int_equal(matrix_removed(&m), 1);
    assert_int_equal(matrix_added(&m), 0);
    matrix_release(&m);
}

static void matrix_toggle_column__takes_only_the_rows_named(void **state)
{
    static const size_t rows[] = {0, 2};
    struct matrix m = make();
    (void)state;
    matrix_toggle_column(&m, 2, rows, 2);
    assert_int_equal(matrix_column_count(&m, 2), 3);
    matrix_toggle_column(&m, 2, rows, 2);
    assert_int_equal(matrix_column_count(&m, 2), 1);
    assert_int_equal(matrix_column_count(&m, 0), 0);
    matrix_release(&m);
}

static void matrix_undo__takes_back_step_by_step(void **state)
{
    struct matrix m = make();
    (void)state;
    assert_false(matrix_undo(&m));
    matrix_toggle(&m, 0, 1);
    matrix_toggle_row(&m, 1, first_three, 3);
    assert_true(matrix_undo(&m));
    assert_true(matrix_is_on(&m, 0, 1));
    assert_true(matrix_is_on(&m, 1, 2));
    assert_false(matrix_is_on(&m, 1, 0));
    assert_true(matrix_undo(&m));
    assert_int_equal(matrix_added(&m) + matrix_removed(&m), 0);
    assert_false(matrix_undo(&m));
    matrix_release(&m);
}

static void matrix_put__leaves_nothing_unsaved(void **state)
{
    struct matrix m = make();
    (void)state;
    matrix_toggle(&m, 0, 0);
    matrix_put(&m, 0, 0, true);
    assert_int_equal(matrix_cell(&m, 0, 0), MATRIX_ON);
    matrix_release(&m);
    matrix_init(&m, 0, 0);
    matrix_toggle_row(&m, 0, NULL, 0);
    assert_false(matrix_undo(&m));
    matrix_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrix_toggle__says_what_is_not_saved),
        cmocka_unit_test(matrix_toggle_row__turns_all_on_then_all_off),
        cmocka_unit_test(matrix_toggle_column__takes_only_the_rows_named),
        cmocka_unit_test(matrix_undo__takes_back_step_by_step),
        cmocka_unit_test(matrix_put__leaves_nothing_unsaved),
    };
    return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
