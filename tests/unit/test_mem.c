/* Tests of core/base/mem: copies and growing lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct point {
    int x, y;
};

struct points {
    struct point *items;
    size_t count;
};

static void mem_zalloc__clears(void **state)
{
    char *bytes = mem_zalloc(64);

    (void)state;
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
}

static void mem_alloc__gives_something_for_nothing(void **state)
{
    void *none = mem_alloc(0), *clear = mem_zalloc(0), *copy = mem_dup(NULL, 0);

    (void)state;
    assert_non_null(none);
    assert_non_null(clear);
    assert_non_null(copy);
    free(none);
    free(clear);
    free(copy);
}

static void mem_strdup__accepts_null(void **state)
{
    char *copy = mem_strdup("abc");

    (void)state;
    assert_null(mem_strdup(NULL));
    assert_string_equal(copy, "abc");
    free(copy);
}

static void mem_strndup__stops_at_the_length_or_the_end(void **state)
{
    char *cut = mem_strndup("abcdef", 3), *whole = mem_strndup("ab", 9);

    (void)state;
    assert_string_equal(cut, "abc");
    assert_string_equal(whole, "ab");
    free(cut);
    free(whole);
}

static void mem_printf__formats(void **state)
{
    char *text = mem_printf("%s-%03d", "id", 7);

    (void)state;
    assert_string_equal(text, "id-007");
    free(text);
}

static void mem_replace__copies_even_from_its_own_slot(void **state)
{
    char *slot = NULL;

    (void)state;
    mem_replace(&slot, "one two");
    assert_string_equal(slot, "one two");
    mem_replace(&slot, slot + 4);
    assert_string_equal(slot, "two");
    mem_replace(&slot, NULL);
    assert_null(slot);
}

static void list_add__grows_and_clears_each_item(void **state)
{
    struct points list = {0};

    (void)state;
    for (int i = 0; i < 100; i++) {
        struct point *p = list_add(&list.items, &list.count, sizeof *p);

        assert_int_equal(p->x, 0);
        assert_int_equal(p->y, 0);
        *p = (struct point){i, -i};
    }
    assert_int_equal(list.count, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(list.items[i].y, -i);
    free(list.items);
}

static void list_remove__closes_the_gap(void **state)
{
    struct points list = {0};
    static const int left[] = {1, 3};

    (void)state;
    for (int i = 0; i < 5; i++)
        *(struct point *)list_add(&list.items, &list.count, sizeof *list.items) =
            (struct point){i, i};
    list_remove(list.items, &list.count, sizeof *list.items, 0);
    list_remove(list.items, &list.count, sizeof *list.items, 1);
    list_remove(list.items, &list.count, sizeof *list.items, 2);
    assert_int_equal(list.count, ARRAY_LEN(left));
    for (size_t i = 0; i < ARRAY_LEN(left); i++)
        assert_int_equal(list.items[i].x, left[i]);
    free(list.items);
}

static void list_add__is_safe_after_removing_at_every_size(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 17; size++) {
        struct points list = {0};

        while (list.count < size)
            list_add(&list.items, &list.count, sizeof *list.items);
        while (list.count > size / 2)
            list_remove(list.items, &list.count, sizeof *list.items, list.count - 1);
        while (list.count < size + 3)
            ((struct point *)list_add(&list.items, &list.count, sizeof *list.items))->x = 5;
        assert_int_equal(list.items[size + 2].x, 5);
        free(list.items);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mem_zalloc__clears),
        cmocka_unit_test(mem_alloc__gives_something_for_nothing),
        cmocka_unit_test(mem_strdup__accepts_null),
        cmocka_unit_test(mem_strndup__stops_at_the_length_or_the_end),
        cmocka_unit_test(mem_printf__formats),
        cmocka_unit_test(mem_replace__copies_even_from_its_own_slot),
        cmocka_unit_test(list_add__grows_and_clears_each_item),
        cmocka_unit_test(list_remove__closes_the_gap),
        cmocka_unit_test(list_add__is_safe_after_removing_at_every_size),
    };

    return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
