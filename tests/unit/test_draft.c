/* Drafts as files, and forms taken into them and opened from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "forms/form_draft.h"
#include "tests/support/formbed.h"

enum { FILE_BYTES = 65536 };

struct bed {
    struct formbed base;
    char *console_file;
};

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    formbed_init(&bed->base);
    bed->console_file = path_join(bed->base.dir.path, "console.conf");
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    formbed_release(&bed->base);
    free(bed->console_file);
    free(bed);
    return 0;
}

static void keep(struct bed *bed, const struct integration_form *form, int64_t now_s)
{
    struct draft draft = {0};
    struct error err = {0};
    form_draft_take(form, now_s, &draft);
    assert_true(draft_save(bed->console_file, &draft, &err));
    draft_release(&draft);
}

static void load(const struct bed *bed, const char *id, struct draft *out)
{
    struct error err = {0};
    assert_true(draft_load(bed->console_file, id, out, &err));
}

static char *path_of(const struct bed *bed, const char *id)
{
    return mem_printf("%s/drafts/%s.json", bed->base.dir.path, id);
}

static void draft_save__writes_no_secret_and_for_its_user_alone(void **state)
{
    struct bed *bed = *state;
    struct strbuf bytes;
    struct error err = {0};
    struct stat st;
    formbed_fill_basic(&bed->base.form);
    param_set(&bed->base.form.draft.params, PLACE_HEADER, "X-Key",
              bed->base.form.draft.auth.password, true);
    keep(bed, &bed->base.form, FORMBED_NOW_S);
    char *path = path_of(bed, bed->base.form.draft.id);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    strbuf_init(&bytes, FILE_BYTES);
    assert_true(file_read(path, &bytes, &err));
    assert_null(strstr(bytes.text, formbed_secret));
    assert_null(strstr(bytes.text, "sealed:"));
    assert_non_null(strstr(bytes.text, "X-Key"));
    strbuf_release(&bytes);
    free(path);
}

static void form_draft_open__brings_a_new_one_back(void **state)
{
    struct bed *bed = *state;
    struct integration_form again = {0};
    struct form_draft_notes notes = {0};
    struct draft draft = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->base.form);
    assert_false(integration_form_set(&bed->base.form, formbed_row("timeout_s"), "long"));
    keep(bed, &bed->base.form, FORMBED_NOW_S);
    load(bed, bed->base.form.draft.id, &draft);
    assert_true(draft.is_new);
    assert_string_equal(draft.name, "Billing events");
    assert_true(form_draft_open(&again, &bed->base.app, &draft, &notes, &err));
    assert_string_equal(again.draft.id, bed->base.form.draft.id);
    formbed_expect_text(&again, "url", "https://billing.example.com/in");
    formbed_expect_text(&again, "auth.username", "svc");
    formbed_expect_text(&again, "timeout_s", "long");
    assert_non_null(integration_form_error(&again, formbed_row("timeout_s")));
    assert_null(again.draft.auth.password);
    assert_true(text_list_has(&notes.secrets, "Password"));
    assert_int_equal(notes.overtaken.count, 0);
    form_draft_notes_release(&notes);
    draft_release(&draft);
    integration_form_release(&again);
}

static void form_draft_open__keeps_stored_secrets_and_tells_what_others_changed(void **state)
{
    struct bed *bed = *state;
    struct integration_form mine = {0}, again = {0};
    struct form_draft_notes notes = {0};
    struct draft draft = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->base.form);
    param_set(&bed->base.form.draft.params, PLACE_HEADER, "X-Key", "env:HOOK_KEY", true);
    assert_true(formbed_save(&bed->base.form, false, NULL, &err));
    assert_true(integration_form_open(&mine, &bed->base.app, bed->base.form.draft.id, &err));
    formbed_set(&mine, "description", "mine");
    formbed_set(&mine, "timeout_s", "7");
    param_set(&mine.draft.params, PLACE_QUERY, "team", "blue", false);
    keep(bed, &mine, FORMBED_NOW_S);
    formbed_set(&bed->base.form, "timeout_s", "9");
    assert_true(formbed_save(&bed->base.form, false, NULL, &err));

    load(bed, mine.draft.id, &draft);
    assert_int_equal(draft_changes(&draft), 3);
    assert_true(form_draft_open(&again, &bed->base.app, &draft, &notes, &err));
    assert_string_equal(again.draft.auth.password, bed->base.form.draft.auth.password);
    formbed_expect_text(&again, "timeout_s", "7");
    formbed_expect_text(&again, "description", "mine");
    formbed_expect_text(&again, "params", "1 header, 1 query");
    assert_string_equal(param_find(&again.draft.params, PLACE_HEADER, "X-Key")->value,
                        "env:HOOK_KEY");
    assert_int_equal(notes.secrets.count, 0);
    assert_int_equal(notes.overtaken.count, 1);
    assert_string_equal(notes.overtaken.items[0], "Timeout");
    form_draft_notes_release(&notes);
    draft_release(&draft);
    integration_form_release(&again);
    integration_form_release(&mine);
}

/* A second console, or one that died before it could remove the draft. */
static void form_draft_open__of_a_new_one_edits_what_was_saved_meanwhile(void **state)
{
    struct bed *bed = *state;
    struct integration_form again = {0};
    struct form_draft_notes notes = {0};
    struct draft draft = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->base.form);
    formbed_set(&bed->base.form, "timeout_s", "7");
    keep(bed, &bed->base.form, FORMBED_NOW_S);
    formbed_set(&bed->base.form, "timeout_s", "9");
    formbed_set(&bed->base.form, "description", "saved");
    assert_true(formbed_save(&bed->base.form, false, NULL, &err));

    load(bed, bed->base.form.draft.id, &draft);
    assert_true(draft.is_new);
    assert_true(form_draft_open(&again, &bed->base.app, &draft, &notes, &err));
    assert_false(again.is_new);
    assert_true(integration_equal(&again.before, &bed->base.form.draft));
    assert_int_equal(integration_form_changes(&again), 1);
    formbed_expect_text(&again, "timeout_s", "7");
    formbed_expect_text(&again, "description", "saved");
    assert_string_equal(again.draft.auth.password, bed->base.form.draft.auth.password);
    assert_int_equal(notes.secrets.count, 0);
    assert_int_equal(notes.overtaken.count, 1);
    assert_string_equal(notes.overtaken.items[0], "Timeout");
    form_draft_notes_release(&notes);
    draft_release(&draft);
    integration_form_release(&again);
}

static void form_draft_open__names_what_was_removed(void **state)
{
    struct bed *bed = *state;
    struct integration_form again = {0};
    struct form_draft_notes notes = {0};
    struct error err = {0};
    struct draft draft = {.id = "11111111-1111-4111-8111-111111111111"};
    assert_false(form_draft_open(&again, &bed->base.app, &draft, &notes, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    integration_form_release(&again);
}

static void drafts_read__gives_the_newest_first_and_drops_old_ones(void **state)
{
    static const struct {
        const char *id;
        int64_t age_s;
    } kept[] = {
        {"11111111-1111-4111-8111-111111111111", DRAFT_KEPT_S + 1},
        {"22222222-2222-4222-8222-222222222222", 3600},
        {"33333333-3333-4333-8333-333333333333", 60},
    };
    struct bed *bed = *state;
    struct draft_list list = {0};
    struct error err = {0};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        struct draft draft = {.saved_s = FORMBED_NOW_S - kept[i].age_s};
        memcpy(draft.id, kept[i].id, sizeof draft.id);
        draft_add_value(&draft, "description", "", "text");
        assert_true(draft_save(bed->console_file, &draft, &err));
        draft_release(&draft);
    }
    char *broken = path_of(bed, "44444444-4444-4444-8444-444444444444");
    assert_true(file_replace(broken, "{", 1, 0600, &err));
    drafts_read(bed->console_file, FORMBED_NOW_S, &list);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].id, kept[2].id);
    assert_string_equal(list.items[1].id, kept[1].id);
    assert_true(file_exists(broken));
    char *old = path_of(bed, kept[0].id);
    assert_false(file_exists(old));
    draft_list_release(&list);
    draft_remove(bed->console_file, kept[1].id);
    draft_remove(bed->console_file, kept[2].id);
    drafts_read(bed->console_file, FORMBED_NOW_S, &list);
    assert_int_equal(list.count, 0);
    free(broken);
    free(old);
}

/* The number stands in the id, so that files come in another order than ages. */
static void number_id(char out[UUID_LEN + 1], int number)
{
    snprintf(out, UUID_LEN + 1, "%08x-1111-4111-8111-111111111111", (unsigned)number);
}

static void save_aged(const struct bed *bed, int number, int64_t saved_s)
{
    struct draft draft = {.saved_s = saved_s};
    struct error err = {0};
    number_id(draft.id, number);
    assert_true(draft_save(bed->console_file, &draft, &err));
    draft_release(&draft);
}

static void drafts_read__drops_the_oldest_beyond_the_limit(void **state)
{
    enum { EXTRA = 3 };
    struct bed *bed = *state;
    struct draft_list list = {0};
    char id[UUID_LEN + 1];
    for (int i = 0; i < DRAFTS_MAX + EXTRA; i++) /* the first of the folder are the oldest */
        save_aged(bed, i, FORMBED_NOW_S - 1000 + i);
    drafts_read(bed->console_file, FORMBED_NOW_S, &list);
    assert_int_equal(list.count, DRAFTS_MAX);
    for (int i = 0; i < DRAFTS_MAX + EXTRA; i++) {
        number_id(id, i);
        char *path = path_of(bed, id);
        assert_int_equal(file_exists(path), i >= EXTRA);
        free(path);
    }
    number_id(id, DRAFTS_MAX + EXTRA - 1);
    assert_string_equal(list.items[0].id, id);
    draft_list_release(&list);
}

static void drafts_read__takes_the_future_as_now_and_any_age(void **state)
{
    struct bed *bed = *state;
    struct draft_list list = {0};
    char id[UUID_LEN + 1];
    save_aged(bed, 1, INT64_C(9007199254740991));
    save_aged(bed, 2, INT64_C(-9007199254740991));
    drafts_read(bed->console_file, FORMBED_NOW_S, &list);
    assert_int_equal(list.count, 1);
    number_id(id, 1);
    assert_string_equal(list.items[0].id, id);
    assert_int_equal(list.items[0].saved_s, FORMBED_NOW_S);
    draft_list_release(&list);
}

static void drafts_read__leaves_alone_what_is_no_draft_of_ours(void **state)
{
    static const char own[] = "11111111-1111-4111-8111-111111111111";
    static const char *const contents[] = {
        "",
        "{\"version\": 2, \"id\": \"11111111-1111-4111-8111-111111111111\", \"saved\": 1}",
        "{\"version\": 1, \"id\": \"../../../../../../../../tmp/aim/abcde\", \"saved\": 1}",
        "{\"version\": 1, \"id\": \"22222222-2222-4222-8222-222222222222\", \"saved\": 1}",
    };
    struct bed *bed = *state;
    for (size_t i = 0; i < ARRAY_LEN(contents); i++) {
        struct draft_list list = {0};
        struct draft draft = {0};
        struct error err = {0};
        char *name = mem_printf("drafts/%s.json", own);
        free(tmpdir_write(&bed->base.dir, name, contents[i]));
        drafts_read(bed->console_file, FORMBED_NOW_S, &list);
        assert_int_equal(list.count, 0);
        assert_true(tmpdir_exists(&bed->base.dir, name));
        assert_false(draft_load(bed->console_file, own, &draft, &err));
        free(name);
    }
}

static void draft__reaches_no_file_outside_its_folder(void **state)
{
    struct bed *bed = *state;
    struct draft draft = {.id = "../aim"}, out = {0};
    struct error err = {0};
    save_aged(bed, 1, FORMBED_NOW_S);
    free(tmpdir_write(&bed->base.dir, "aim.json", "{}"));
    draft_remove(bed->console_file, "../aim");
    assert_true(tmpdir_exists(&bed->base.dir, "aim.json"));
    assert_false(draft_save(bed->console_file, &draft, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(draft_load(bed->console_file, "../aim", &out, &err));
}

static void draft__follows_no_link(void **state)
{
    struct bed *bed = *state;
    struct draft draft = {.saved_s = FORMBED_NOW_S}, out = {0};
    struct error err = {0};
    number_id(draft.id, 1);
    char *path = path_of(bed, draft.id), *folder = tmpdir_path(&bed->base.dir, "drafts");
    char *target = tmpdir_write(&bed->base.dir, "target", "precious");
    free(tmpdir_write(&bed->base.dir, "drafts/other", ""));
    assert_int_equal(symlink(target, path), 0);
    assert_false(draft_save(bed->console_file, &draft, &err));
    assert_non_null(strstr(err.text, "is a link"));
    assert_false(draft_load(bed->console_file, draft.id, &out, &err));
    assert_non_null(strstr(err.text, "is a link"));
    char *text = tmpdir_read(&bed->base.dir, "target", NULL);
    assert_string_equal(text, "precious");
    free(text);

    char *elsewhere = tmpdir_path(&bed->base.dir, "elsewhere");
    assert_int_equal(rename(folder, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, folder), 0);
    number_id(draft.id, 2);
    assert_false(draft_save(bed->console_file, &draft, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    number_id(draft.id, 1);
    draft_remove(bed->console_file, draft.id);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(rename(elsewhere, folder), 0);
    assert_int_equal(unlink(path), 0);
    free(elsewhere);
    free(target);
    free(folder);
    free(path);
}

static void draft__keeps_nothing_in_the_folder_of_another_user(void **state)
{
    struct bed *bed = *state;
    struct draft draft = {.id = "11111111-1111-4111-8111-111111111111"};
    struct draft_list list = {0};
    struct error err = {0};
    if (geteuid() != 0)
        skip();
    save_aged(bed, 1, 0); /* too old: reading would remove it */
    char *folder = tmpdir_path(&bed->base.dir, "drafts");
    assert_int_equal(chown(folder, 65534, 65534), 0);
    assert_false(draft_save(bed->console_file, &draft, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "belongs to another user"));
    drafts_read(bed->console_file, FORMBED_NOW_S, &list);
    assert_int_equal(list.count, 0);
    number_id(draft.id, 1);
    draft_remove(bed->console_file, draft.id);
    char *path = path_of(bed, draft.id);
    assert_true(file_exists(path));
    free(path);
    free(folder);
}

static void draft_save__keeps_nothing_where_there_is_no_folder_for_it(void **state)
{
    struct draft draft = {.id = "11111111-1111-4111-8111-111111111111"}, out = {0};
    struct draft_list list = {0};
    struct error err = {0};
    (void)state;
    assert_true(draft_save(NULL, &draft, &err));
    assert_false(draft_load(NULL, draft.id, &out, &err));
    drafts_read(NULL, FORMBED_NOW_S, &list);
    assert_int_equal(list.count, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(draft_save__writes_no_secret_and_for_its_user_alone),
        TEST(form_draft_open__brings_a_new_one_back),
        TEST(form_draft_open__of_a_new_one_edits_what_was_saved_meanwhile),
        TEST(form_draft_open__keeps_stored_secrets_and_tells_what_others_changed),
        TEST(form_draft_open__names_what_was_removed),
        TEST(drafts_read__gives_the_newest_first_and_drops_old_ones),
        TEST(drafts_read__drops_the_oldest_beyond_the_limit),
        TEST(drafts_read__takes_the_future_as_now_and_any_age),
        TEST(drafts_read__leaves_alone_what_is_no_draft_of_ours),
        TEST(draft__reaches_no_file_outside_its_folder),
        TEST(draft__follows_no_link),
        TEST(draft__keeps_nothing_in_the_folder_of_another_user),
        TEST(draft_save__keeps_nothing_where_there_is_no_folder_for_it),
    };
    return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
