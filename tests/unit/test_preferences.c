/* Tests of core/config/preferences: defaults, keeping, and files that cannot be used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/config/preferences.h"
#include "tests/support/tmpdir.h"

struct place {
    struct tmpdir dir;
    char *path;
    struct preferences p;
    struct error err;
};

static int set_up(void **state)
{
    struct place *place = mem_zalloc(sizeof *place);
    tmpdir_init(&place->dir);
    place->path = tmpdir_path(&place->dir, "own/console.conf");
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    preferences_release(&place->p);
    free(place->path);
    tmpdir_release(&place->dir);
    free(place);
    return 0;
}

/* Saves what is there and loads it anew. */
static void save_and_load(struct place *place)
{
    assert_true(preferences_save(&place->p, &place->err));
    preferences_release(&place->p);
    assert_true(preferences_load(&place->p, place->path, &place->err));
}

static void assert_defaults(const struct preferences *p)
{
    assert_int_equal(p->theme, PREFER_AUTO);
    assert_true(p->mouse);
    assert_int_equal(p->escape_delay_ms, 50);
    assert_false(p->ascii);
    assert_false(p->accessible);
    assert_int_equal(p->list_count, 0);
}

static void load__has_defaults_without_a_file(void **state)
{
    struct place *place = *state;
    assert_true(preferences_load(&place->p, place->path, &place->err));
    assert_defaults(&place->p);
    preferences_release(&place->p);
    assert_true(preferences_load(&place->p, NULL, &place->err));
    assert_defaults(&place->p);
    assert_true(preferences_save(&place->p, &place->err));
}

static void save__keeps_every_row(void **state)
{
    static const char *const other[] = {"light", "false", "120", "true", "true"};
    struct place *place = *state;
    preferences_init(&place->p, place->path);
    assert_int_equal(preference_setting_count, ARRAY_LEN(other));
    for (size_t i = 0; i < preference_setting_count; i++)
        assert_true(setting_set(&preference_settings[i], &place->p, other[i], &place->err));
    save_and_load(place);
    for (size_t i = 0; i < preference_setting_count; i++) {
        char *text = setting_get(&preference_settings[i], &place->p);
        assert_string_equal(text, other[i]);
        free(text);
    }
}

static void save__is_for_nobody_else(void **state)
{
    struct place *place = *state;
    preferences_init(&place->p, place->path);
    place->p.theme = PREFER_DARK;
    assert_true(preferences_save(&place->p, &place->err));
    assert_int_equal(tmpdir_mode(&place->dir, "own"), 0700);
    assert_int_equal(tmpdir_mode(&place->dir, "own/console.conf"), 0600);
}

static void save__keeps_lists_by_name(void **state)
{
    struct place *place = *state;
    preferences_init(&place->p, place->path);
    struct list_preference *list = preferences_list_make(&place->p, "users");
    mem_replace(&list->sort, "last \"seen\"");
    list->reverse = true;
    list = preferences_list_make(&place->p, "integrations");
    text_list_add(&list->hidden, "auth");
    text_list_add(&list->hidden, "endpoint");
    preferences_list_make(&place->p, "untouched");
    save_and_load(place);

    const struct list_preference *users = preferences_list(&place->p, "users");
    assert_non_null(users);
    assert_string_equal(users->sort, "last \"seen\"");
    assert_true(users->reverse);
    assert_int_equal(users->hidden.count, 0);
    const struct list_preference *integrations = preferences_list(&place->p, "integrations");
    assert_non_null(integrations);
    assert_null(integrations->sort);
    assert_int_equal(integrations->hidden.count, 2);
    assert_string_equal(integrations->hidden.items[1], "endpoint");
    assert_null(preferences_list(&place->p, "untouched"));
}

static void save__writes_nothing_for_defaults(void **state)
{
    struct place *place = *state;
    preferences_init(&place->p, place->path);
    assert_true(preferences_save(&place->p, &place->err));
    char *text = tmpdir_read(&place->dir, "own/console.conf", NULL);
    assert_null(strstr(text, " = "));
    free(text);
}

static void load__names_file_line_and_setting(void **state)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        {"theme = \"pink\";\n", ":1: setting 'theme': write auto, dark, light, mono or contrast"},
        {"mouse = true;\nescape_delay_ms = 10001;\n", ":2: setting 'escape_delay_ms'"},
        {"colour = 1;\n", ":1: setting 'colour': there is no such setting"},
        {"ascii = ( 1 );\n", ":1: setting 'ascii': this is no single value"},
        {"lists = \"users\";\n", ":1: setting 'lists'"},
        {"lists = ( { sort = \"name\"; } );\n", "write a group with the name of a list"},
        {"theme = \n", ":"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};
        free(tmpdir_write(&place->dir, "own/console.conf", bad[i].text));
        assert_false(preferences_load(&place->p, place->path, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_non_null(strstr(err.text, place->path));
        assert_non_null(strstr(err.text, bad[i].want));
        assert_defaults(&place->p);
        preferences_release(&place->p);
    }
}

static void save__leaves_a_file_alone_that_could_not_be_read(void **state)
{
    static const char mine[] = "mouse = false;\ntheme = \"pink\";\n";
    struct place *place = *state;
    struct error err = {0};
    free(tmpdir_write(&place->dir, "own/console.conf", mine));
    assert_false(preferences_load(&place->p, place->path, &err));
    place->p.ascii = true;
    assert_false(preferences_save(&place->p, &place->err));
    assert_int_equal(place->err.kind, ERR_CONFIG);
    assert_non_null(
        strstr(place->err.text, "console.conf cannot be read (line 2: setting 'theme'"));
    assert_non_null(strstr(place->err.text, "so it is left alone"));
    char *text = tmpdir_read(&place->dir, "own/console.conf", NULL);
    assert_string_equal(text, mine);
    free(text);
    free(tmpdir_write(&place->dir, "own/console.conf", "mouse = false;\n"));
    preferences_release(&place->p);
    assert_true(preferences_load(&place->p, place->path, &err));
    place->p.ascii = true;
    save_and_load(place);
    assert_true(place->p.ascii);
}

static void save__follows_no_link(void **state)
{
    struct place *place = *state;
    char *target = tmpdir_write(&place->dir, "target", "precious");
    free(tmpdir_write(&place->dir, "own/other", ""));
    assert_int_equal(symlink(target, place->path), 0);
    preferences_init(&place->p, place->path);
    place->p.ascii = true;
    assert_false(preferences_save(&place->p, &place->err));
    assert_int_equal(place->err.kind, ERR_INVALID);
    assert_non_null(strstr(place->err.text, "is a link"));
    char *text = tmpdir_read(&place->dir, "target", NULL);
    assert_string_equal(text, "precious");
    free(text);
    free(target);
}

/* As when HOME still names the user whom sudo was called by; `given` is what that user owns. */
static void save_as_root_below(struct place *place, const char *given, const char *file)
{
    char *folder = tmpdir_path(&place->dir, given), *path = tmpdir_path(&place->dir, file);
    struct error err = {0};
    assert_int_equal(chown(folder, 65534, 65534), 0);
    preferences_init(&place->p, path);
    place->p.ascii = true;
    assert_false(preferences_save(&place->p, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "belongs to another user"));
    assert_false(tmpdir_exists(&place->dir, file));
    preferences_release(&place->p);
    free(folder);
    free(path);
}

static void save__keeps_nothing_in_the_folder_of_another_user(void **state)
{
    struct place *place = *state;
    if (geteuid() != 0)
        skip();
    free(tmpdir_write(&place->dir, "alice/.config/other", ""));
    save_as_root_below(place, "alice/.config", "alice/.config/console.conf");
    free(tmpdir_write(&place->dir, "bob/.config/other", ""));
    save_as_root_below(place, "bob", "bob/.config/checkhook/console.conf");
    assert_false(tmpdir_exists(&place->dir, "bob/.config/checkhook"));
}

static void nothing__is_asked_of_no_preferences(void **state)
{
    struct error err = {0};
    (void)state;
    assert_null(preferences_list(NULL, "users"));
    assert_null(preferences_list_make(NULL, "users"));
    assert_true(preferences_save(NULL, &err));
    preferences_release(NULL);
}

static void theme__is_named_as_in_the_file(void **state)
{
    int theme = -1;
    (void)state;
    assert_true(preferred_theme_parse("contrast", &theme));
    assert_int_equal(theme, PREFER_CONTRAST);
    assert_string_equal(preferred_theme_text(PREFER_MONO), "mono");
    assert_false(preferred_theme_parse("Dark", &theme));
    assert_int_equal(theme, PREFER_CONTRAST);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(load__has_defaults_without_a_file),
        TEST(save__keeps_every_row),
        TEST(save__is_for_nobody_else),
        TEST(save__keeps_lists_by_name),
        TEST(save__writes_nothing_for_defaults),
        TEST(load__names_file_line_and_setting),
        TEST(save__leaves_a_file_alone_that_could_not_be_read),
        TEST(save__follows_no_link),
        TEST(save__keeps_nothing_in_the_folder_of_another_user),
        cmocka_unit_test(nothing__is_asked_of_no_preferences),
        cmocka_unit_test(theme__is_named_as_in_the_file),
    };
    return cmocka_run_group_tests_name("preferences", tests, NULL, NULL);
}
