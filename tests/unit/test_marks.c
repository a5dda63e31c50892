/* Tests of marks by uid. */
#include "core/store/marks.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/base/mem.h"

static void marks__are_kept_by_uid_wherever_it_lies(void **state)
{
    static const int64_t uids[] = {INT64_MAX, 1, 65535, 65536, 1 << 20, 0, INT64_C(1) << 40};
    struct marks marks = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(uids); i++) {
        assert_int_equal(*marks_at(&marks, uids[i]), 0);
        *marks_at(&marks, uids[i]) = (unsigned char)(i + 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(uids); i++)
        assert_int_equal(*marks_at(&marks, uids[i]), i + 1);
    assert_int_equal(*marks_at(&marks, 2), 0);
    assert_int_equal(marks.count, 5);
    marks_release(&marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks__are_kept_by_uid_wherever_it_lies),
    };
    return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
