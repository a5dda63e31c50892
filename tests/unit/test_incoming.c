/* Integrations of another installation: what is read, what is judged, what is saved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/incoming.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1691501242 };

/* Two installations: theirs has "Tickets" with a sealed password and "Chat" with a reference. */
struct bed {
    struct tmpdir dir;
    char *their_home, *our_home, *their_file;
    struct app theirs, ours;
    struct incoming_list list;
};

static void fine(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static void add(struct app *app, const char *name, bool sealed)
{
    struct error err = {0};
    struct integration in = {0};
    struct problem_list problems = {0};
    const struct save_options options = {.now_s = NOW};
    integration_init(&in);
    in.name = mem_strdup(name);
    in.url = mem_strdup("https://hooks.example.com/in");
    in.auth.type = AUTH_BASIC;
    in.auth.username = mem_strdup("svc");
    if (sealed)
        fine(secret_seal(app->keyring, true, in.id, "auth.password", "s3cret", 6, NOW,
                         &in.auth.password, &err),
             &err);
    else
        in.auth.password = mem_strdup("env:CHAT_PASSWORD");
    fine(action_save_integration(app, &in, &options, NULL, &problems, &err), &err);
    integration_release(&in);
}

static int setup(void **state)
{
    struct error err = {0};
    struct bed *bed = mem_zalloc(sizeof *bed);
    tmpdir_init(&bed->dir);
    bed->their_home = tmpdir_path(&bed->dir, "theirs");
    bed->our_home = tmpdir_path(&bed->dir, "ours");
    bed->their_file = path_join(bed->their_home, "checkhook.conf");
    fine(app_open(&bed->theirs, bed->their_home, APP_STORE, &err), &err);
    fine(app_open(&bed->ours, bed->our_home, APP_STORE, &err), &err);
    add(&bed->theirs, "Tickets", true);
    add(&bed->theirs, "Chat", false);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;
    incoming_list_release(&bed->list);
    app_close(&bed->theirs);
    app_close(&bed->ours);
    tmpdir_release(&bed->dir);
    free(bed->their_home);
    free(bed->our_home);
    free(bed->their_file);
    free(bed);
    return 0;
}

static const struct incoming *look(struct bed *bed, struct app *app, const char *file,
                                   const char *name)
{
    struct error err = {0};
    incoming_list_release(&bed->list);
    fine(incoming_read(&bed->list, app, file, NOW, &err), &err);
    for (size_t i = 0; i < bed->list.count; i++) {
        if (bed->list.items[i].in.name && strcmp(bed->list.items[i].in.name, name) == 0)
            return &bed->list.items[i];
    }
    fail_msg("there is no '%s'", name);
    return NULL;
}

static size_t save_all(struct bed *bed, struct app *app)
{
    struct error err = {0};
    size_t saved = 0;
    bool *wanted = mem_zalloc(bed->list.count * sizeof *wanted);
    for (size_t i = 0; i < bed->list.count; i++)
        wanted[i] = true;
    fine(incoming_save(app, &bed->list, wanted, NOW, &saved, &err), &err);
    free(wanted);
    return saved;
}

static char *write_file(struct bed *bed, const char *text)
{
    struct error err = {0};
    char *path = tmpdir_path(&bed->dir, "file");
    fine(file_replace(path, text, strlen(text), 0600, &err), &err);
    return path;
}

static void incoming_read__names_secrets_that_this_key_does_not_open(void **state)
{
    struct bed *bed = *state;
    const struct incoming *item = look(bed, &bed->ours, bed->their_file, "Tickets");
    assert_int_equal(item->fate, INCOMING_NEW);
    assert_int_equal(item->missing.count, 1);
    assert_string_equal(item->missing.items[0], "auth.password");
    assert_null(item->in.auth.password);
    item = look(bed, &bed->ours, bed->their_file, "Chat");
    assert_int_equal(item->missing.count, 0);
    assert_string_equal(item->in.auth.password, "env:CHAT_PASSWORD");
    assert_int_equal(bed->ours.config.integrations.count, 0);
}

static void incoming_save__saves_what_was_chosen_and_nothing_twice(void **state)
{
    struct bed *bed = *state;
    look(bed, &bed->ours, bed->their_file, "Chat");
    assert_int_equal(save_all(bed, &bed->ours), 2);
    assert_int_equal(bed->ours.config.integrations.count, 2);
    assert_int_equal(look(bed, &bed->ours, bed->their_file, "Chat")->fate, INCOMING_SAME);
    assert_int_equal(save_all(bed, &bed->ours), 0);
}

/* With the same key a secret is bound to the integration that takes it over. */
static void incoming_read__keeps_secrets_of_its_own_key(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct secret clear = {0};
    char *json = mem_printf("{\"id\":\"%s\",\"name\":\"Tickets\",\"url\":\"https://x.example/\","
                            "\"auth\":{\"type\":\"basic\",\"username\":\"svc\","
                            "\"password\":{\"set\":true,\"since\":\"2026-01-01\"}}}",
                            bed->theirs.config.integrations.items[0].id);
    char *file = write_file(bed, json);
    const struct incoming *item = look(bed, &bed->theirs, file, "Tickets");
    assert_int_equal(item->fate, INCOMING_REPLACES);
    assert_int_equal(item->missing.count, 1); /* it would be sent to another host now */
    assert_null(item->in.auth.password);

    char *copy = tmpdir_path(&bed->dir, "copy.conf");
    struct strbuf text;
    strbuf_init(&text, 1 << 16);
    fine(file_read(bed->their_file, &text, &err), &err);
    fine(file_replace(copy, text.text, text.len, 0600, &err), &err);
    strbuf_release(&text);
    item = look(bed, &bed->theirs, copy, "Tickets");
    assert_int_equal(item->fate, INCOMING_SAME);
    assert_int_equal(item->missing.count, 0);
    fine(secret_open(bed->theirs.keyring, item->in.id, "auth.password", item->in.auth.password,
                     &clear, &err),
         &err);
    assert_string_equal(clear.text, "s3cret");
    secret_release(&clear);
    free(copy);
    free(file);
    free(json);
}

static void incoming_read__takes_all_that_show_prints(void **state)
{
    struct bed *bed = *state;
    char *file = write_file(
        bed, "[{\"name\":\"A\",\"enabled\":false,\"url\":\"https://a.example/\",\"timeout_s\":7,"
             "\"auth\":{\"type\":\"none\"},\"retry\":{\"max_attempts\":3},\"state\":\"ok\","
             "\"params\":[{\"place\":\"header\",\"key\":\"X-Team\",\"value\":\"id\"},"
             "{\"place\":\"body\",\"key\":\"t\",\"value\":{\"set\":true},\"secret\":true}]},"
             "{\"name\":\"B\",\"url\":\"https://b.example/\",\"auth\":{\"type\":\"none\"},"
             "\"timeout_s\":9999},"
             "{\"name\":\"a\",\"url\":\"https://c.example/\",\"auth\":{\"type\":\"nothing\"}}]");
    const struct incoming *item = look(bed, &bed->ours, file, "A");
    assert_int_equal(item->fate, INCOMING_NEW);
    assert_false(item->in.enabled);
    assert_int_equal(item->in.timeout_s, 7);
    assert_int_equal(item->in.max_attempts, 3);
    assert_int_equal(item->in.params.count, 2);
    assert_string_equal(item->missing.items[0], "params body:t");
    item = look(bed, &bed->ours, file, "B");
    assert_int_equal(item->fate, INCOMING_BAD);
    assert_non_null(strstr(item->why, "timeout_s: "));
    assert_int_equal(look(bed, &bed->ours, file, "a")->fate, INCOMING_BAD);
    assert_int_equal(save_all(bed, &bed->ours), 1);
    free(file);
}

static void incoming_read__refuses_what_holds_no_integration(void **state)
{
    static const char *const texts[] = {"",     "[]", "{", "retention_days = 7;", "nonsense = 1;",
                                        "[1,2]"};
    struct bed *bed = *state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct error err = {0};
        char *file = write_file(bed, texts[i]);
        assert_false(incoming_read(&bed->list, &bed->ours, file, NOW, &err));
        assert_int_not_equal(err.kind, ERR_NONE);
        assert_int_equal(bed->list.count, 0);
        free(file);
    }
}

static void incoming_read__refuses_the_second_of_one_name_alone(void **state)
{
    struct bed *bed = *state;
    char *file = write_file(
        bed, "[{\"name\":\"Dup A\",\"url\":\"https://a.example/\",\"auth\":{\"type\":\"none\"},"
             "\"timeout_s\":9999},"
             "{\"name\":\"Dup A\",\"url\":\"https://b.example/\",\"auth\":{\"type\":\"none\"}},"
             "{\"name\":\"dup a\",\"url\":\"https://c.example/\",\"auth\":{\"type\":\"none\"}},"
             "{\"name\":\"Other\",\"url\":\"https://d.example/\",\"auth\":{\"type\":\"none\"}}]");
    const struct incoming *item = look(bed, &bed->ours, file, "dup a");
    assert_int_equal(item->fate, INCOMING_BAD);
    assert_string_equal(item->why, "the file already holds one named 'Dup A'");
    assert_int_equal(bed->list.items[0].fate, INCOMING_BAD);
    assert_int_equal(bed->list.items[1].fate, INCOMING_NEW); /* the one before it is not saved */
    assert_int_equal(save_all(bed, &bed->ours), 2);
    free(file);
}

/* Between the look and the save. */
static void change_here(struct app *app, const char *name, int timeout_s)
{
    struct error err = {0};
    fine(action_begin(app, &err), &err);
    config_find(&app->config, name)->timeout_s = timeout_s;
    fine(action_commit(app, NOW, &err), &err);
}

static void assert_conflict(struct bed *bed, const char *want)
{
    struct error err = {0};
    size_t saved = 0;
    bool *wanted = mem_zalloc(bed->list.count * sizeof *wanted);
    for (size_t i = 0; i < bed->list.count; i++)
        wanted[i] = true;
    assert_false(incoming_save(&bed->ours, &bed->list, wanted, NOW, &saved, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_non_null(strstr(err.text, want));
    assert_int_equal(saved, 0);
    free(wanted);
}

static void incoming_save__refuses_what_changed_meanwhile(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    add(&bed->ours, "Chat", false);
    change_here(&bed->ours, "Chat", 11);
    assert_int_equal(look(bed, &bed->ours, bed->their_file, "Chat")->fate, INCOMING_REPLACES);
    change_here(&bed->ours, "Chat", 12);
    assert_conflict(bed, "'Chat' was changed by somebody else meanwhile");
    assert_int_equal(config_find(&bed->ours.config, "Chat")->timeout_s, 12);

    look(bed, &bed->ours, bed->their_file, "Chat");
    char *id = mem_strdup(config_find(&bed->ours.config, "Chat")->id);
    fine(action_remove_integration(&bed->ours, id, NOW, &err), &err);
    assert_conflict(bed, "'Chat' was removed by somebody else meanwhile");
    assert_int_equal(bed->ours.config.integrations.count, 0);
    free(id);
}

static void incoming_save__refuses_what_was_added_meanwhile(void **state)
{
    struct bed *bed = *state;
    struct incoming_list first = {0};
    look(bed, &bed->ours, bed->their_file, "Chat");
    first = bed->list;
    bed->list = (struct incoming_list){0};
    look(bed, &bed->ours, bed->their_file, "Chat");
    assert_int_equal(save_all(bed, &bed->ours), 2);
    change_here(&bed->ours, "Chat", 12);
    incoming_list_release(&bed->list);
    bed->list = first;
    assert_conflict(bed, "was added by somebody else meanwhile");
    assert_int_equal(config_find(&bed->ours.config, "Chat")->timeout_s, 12);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(incoming_read__names_secrets_that_this_key_does_not_open),
        TEST(incoming_save__saves_what_was_chosen_and_nothing_twice),
        TEST(incoming_read__keeps_secrets_of_its_own_key),
        TEST(incoming_read__takes_all_that_show_prints),
        TEST(incoming_read__refuses_what_holds_no_integration),
        TEST(incoming_read__refuses_the_second_of_one_name_alone),
        TEST(incoming_save__refuses_what_changed_meanwhile),
        TEST(incoming_save__refuses_what_was_added_meanwhile),
    };
    return cmocka_run_group_tests_name("incoming", tests, NULL, NULL);
}
