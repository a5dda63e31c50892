/* Texts that stand twice in a list, and texts that stand in one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/config/repeat.h"

static struct places places_of(const char *const *texts, size_t count)
{
    struct places p;
    places_init(&p, count);
    for (size_t i = 0; i < count; i++)
        places_add(&p, texts[i]);
    places_sort(&p);
    return p;
}

static void repeat__tells_the_first_that_stood_before(void **state)
{
    static const char *const texts[] = {"c", "z", "a", "c", "z", "a", "c"};
    size_t index = 0, earlier = 0;
    (void)state;
    struct places p = places_of(texts, ARRAY_LEN(texts));
    assert_true(places_repeat(&p, &index, &earlier));
    assert_int_equal(index, 3);
    assert_int_equal(earlier, 0);
    places_release(&p);
}

static void repeat__finds_none_where_all_differ(void **state)
{
    static const char *const texts[] = {"b", "a", "ab", ""};
    size_t index = 0, earlier = 0;
    (void)state;
    struct places p = places_of(texts, ARRAY_LEN(texts));
    assert_false(places_repeat(&p, &index, &earlier));
    places_release(&p);
    p = places_of(texts, 0);
    assert_false(places_repeat(&p, &index, &earlier));
    places_release(&p);
}

static void has__finds_each_and_no_other(void **state)
{
    static const char *const texts[] = {"d", "b", "f"};
    (void)state;
    struct places p = places_of(texts, ARRAY_LEN(texts));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_true(places_has(&p, texts[i]));
    assert_false(places_has(&p, "a"));
    assert_false(places_has(&p, "c"));
    assert_false(places_has(&p, "g"));
    places_release(&p);
    p = places_of(texts, 0);
    assert_false(places_has(&p, "d"));
    places_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeat__tells_the_first_that_stood_before),
        cmocka_unit_test(repeat__finds_none_where_all_differ),
        cmocka_unit_test(has__finds_each_and_no_other),
    };
    return cmocka_run_group_tests_name("repeat", tests, NULL, NULL);
}
