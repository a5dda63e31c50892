/* Export: what is written is what was imported, and no file is lost by it. */
#include "core/dataset/export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/dataset/import.h"
#include "core/store/store.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1795500000, SLICE_MS = 60000 };

struct world {
    struct tmpdir dir;
    struct store *store;
};

static int set_up(void **state)
{
    struct error err = {0};
    struct world *w = mem_zalloc(sizeof *w);
    tmpdir_init(&w->dir);
    char *path = tmpdir_path(&w->dir, "checkhook.db");
    w->store = store_open(path, &err);
    assert_string_equal(err.text, "");
    free(path);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    store_close(w->store);
    tmpdir_release(&w->dir);
    free(w);
    return 0;
}

static enum job_state run_to_end(struct job *job, struct error *err)
{
    enum job_state job_state;
    do
        job_state = job_step(job, SLICE_MS, err);
    while (job_state == JOB_RUNNING);
    return job_state;
}

static void import_file(struct world *w, const char *path, const char *source)
{
    struct error err = {0};
    const struct import_options options = {
        .store = w->store, .paths = &path, .path_count = 1, .source = source, .now = NOW};
    struct job *job = import_job_new(&options, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(run_to_end(job, &err), JOB_DONE);
    job_free(job);
}

static void import_text(struct world *w, const char *text, const char *source)
{
    char *path = tmpdir_write(&w->dir, "import.csv", text);
    import_file(w, path, source);
    free(path);
}

/* The file that an export makes; the caller frees. */
static char *export_text(struct world *w, const struct people_filter *filter, const char *name)
{
    struct error err = {0};
    char *path = tmpdir_path(&w->dir, name);
    const struct export_options options = {.store = w->store, .filter = *filter, .path = path};
    struct job *job = export_job_new(&options, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(run_to_end(job, &err), JOB_DONE);
    job_free(job);
    free(path);
    return tmpdir_read(&w->dir, name, NULL);
}

static void export__can_be_imported_again(void **state)
{
    struct world *w = *state;
    import_file(w, "share/samples/users.csv", "one");
    char *first = export_text(w, &(struct people_filter){.source = "one"}, "first.csv");
    char *path = tmpdir_path(&w->dir, "first.csv");
    import_file(w, path, "two");
    char *second = export_text(w, &(struct people_filter){.source = "two"}, "second.csv");
    assert_string_equal(first, second);
    assert_int_equal(tmpdir_mode(&w->dir, "first.csv"), 0600);
    free(path);
    free(first);
    free(second);
}

static void export__keeps_hostile_texts_as_they_are(void **state)
{
    static const char text[] = "id,login,display_name,factors,roles\n"
                               "1,\"a \"\"quoted\"\", one\",\"two\nlines\",,\n"
                               "2,=cmd(),\xe2\x80\xaereversed,\"\",\"Ops: night:2:active\"\n"
                               "3,\x1b[31mred,,totp:pending,\n";
    struct world *w = *state;
    import_text(w, text, "one");
    char *first = export_text(w, &(struct people_filter){0}, "first.csv");
    assert_non_null(strstr(first, "\"a \"\"quoted\"\", one\""));
    assert_non_null(strstr(first, "\"two\nlines\""));
    assert_non_null(strstr(first, "\"\x1b[31mred\""));
    assert_non_null(strstr(first, ",\"\",\"Ops: night:2:active\"\n"));
    char *path = tmpdir_path(&w->dir, "first.csv");
    import_file(w, path, "one");
    char *second = export_text(w, &(struct people_filter){0}, "second.csv");
    assert_string_equal(first, second);
    free(path);
    free(first);
    free(second);
}

static void export__writes_only_who_fits(void **state)
{
    struct world *w = *state;
    import_text(w, "id,login,department\n1,ann,Sales\n2,bob,Support\n", "one");
    import_text(w, "id,login,department\n1,cat,Sales\n", "two");
    const struct people_filter filter = {.text = "sales", .source = "one"};
    char *text = export_text(w, &filter, "out.csv");
    assert_non_null(strstr(text, "\"ann\""));
    assert_null(strstr(text, "\"bob\""));
    assert_null(strstr(text, "\"cat\""));
    free(text);
}

/* A job that is done is kept for a while by the console. */
static void export__leaves_nothing_beside_the_file(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    import_text(w, "id,login\n1,ann\n", "one");
    char *path = tmpdir_path(&w->dir, "out/users.csv"), *folder = tmpdir_path(&w->dir, "out");
    assert_int_equal(mkdir(folder, 0700), 0);
    struct export_options options = {.store = w->store, .path = path};
    struct job *first = export_job_new(&options, &err);
    assert_int_equal(run_to_end(first, &err), JOB_DONE);
    options.replace = true;
    struct job *second = export_job_new(&options, &err);
    assert_non_null(second);
    job_free(first);
    assert_int_equal(run_to_end(second, &err), JOB_DONE);
    job_free(second);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* empty */
    free(folder);
    free(path);
}

static void export__never_overwrites_unless_told(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    import_text(w, "id,login\n1,ann\n", "one");
    char *path = tmpdir_write(&w->dir, "mine.csv", "precious");
    struct export_options options = {.store = w->store, .path = path};
    assert_null(export_job_new(&options, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "exists already"));
    options.replace = true;
    err = (struct error){0};
    struct job *job = export_job_new(&options, &err);
    assert_int_equal(run_to_end(job, &err), JOB_DONE);
    job_free(job);
    char *text = tmpdir_read(&w->dir, "mine.csv", NULL);
    assert_non_null(strstr(text, "\"ann\""));
    free(text);
    free(path);
}

/* One that appears while it is written is kept, too. */
static void export__keeps_a_file_that_appears_meanwhile(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    import_text(w, "id,login\n1,ann\n", "one");
    char *path = tmpdir_path(&w->dir, "late.csv");
    const struct export_options options = {.store = w->store, .path = path};
    struct job *job = export_job_new(&options, &err);
    assert_non_null(job);
    assert_false(tmpdir_exists(&w->dir, "late.csv"));
    free(tmpdir_write(&w->dir, "late.csv", "precious"));
    assert_int_equal(run_to_end(job, &err), JOB_FAILED);
    assert_non_null(strstr(err.text, "exists already"));
    job_free(job);
    char *text = tmpdir_read(&w->dir, "late.csv", NULL);
    assert_string_equal(text, "precious");
    free(text);
    free(path);
}

/* Another's, or left by one that died under the same number. */
static void export__keeps_a_part_file_that_it_did_not_make(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    char *path = tmpdir_path(&w->dir, "users.csv");
    char *part = mem_printf("users.csv.part-%ld", (long)getpid());
    free(tmpdir_write(&w->dir, part, "precious"));
    const struct export_options options = {.store = w->store, .path = path};
    assert_null(export_job_new(&options, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "File exists"));
    char *text = tmpdir_read(&w->dir, part, NULL);
    assert_string_equal(text, "precious");
    free(text);
    free(part);
    free(path);
}

static void export__that_is_cancelled_leaves_nothing(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    struct job_progress progress;
    import_file(w, "share/samples/users.csv", "one");
    char *path = tmpdir_path(&w->dir, "out/users.csv");
    char *folder = tmpdir_path(&w->dir, "out");
    assert_int_equal(mkdir(folder, 0700), 0);
    const struct export_options options = {.store = w->store, .path = path};
    struct job *job = export_job_new(&options, &err);
    assert_non_null(job);
    for (int i = 0; i < 10; i++)
        assert_int_equal(job_step(job, 0, &err), JOB_RUNNING);
    job_progress(job, &progress);
    assert_int_equal(progress.total, 502);
    job_free(job);
    assert_int_equal(rmdir(folder), 0); /* empty */
    free(folder);
    free(path);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED(export__can_be_imported_again),
        FIXED(export__keeps_hostile_texts_as_they_are),
        FIXED(export__writes_only_who_fits),
        FIXED(export__leaves_nothing_beside_the_file),
        FIXED(export__never_overwrites_unless_told),
        FIXED(export__keeps_a_file_that_appears_meanwhile),
        FIXED(export__keeps_a_part_file_that_it_did_not_make),
        FIXED(export__that_is_cancelled_leaves_nothing),
    };
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
