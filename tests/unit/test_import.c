/* Tests of core/dataset/import: real files into a real store, all or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/import.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "tests/support/records.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1795500000, LONG_BUDGET_MS = 60000, DUMP_MAX = 16 << 20 };

static const char good_csv[] = "id,login,factors,roles\n"
                               "1,ann,totp:active,Admin:3:active\n"
                               "2,bob,\"\",\"\"\n"
                               "3,cat,,\n";

struct world {
    struct tmpdir dir;
    char *db_path;
    struct store *store;
};

static int set_up(void **state)
{
    struct error err = {0};
    struct world *w = mem_zalloc(sizeof *w);
    tmpdir_init(&w->dir);
    w->db_path = tmpdir_path(&w->dir, "checkhook.db");
    w->store = store_open(w->db_path, &err);
    assert_string_equal(err.text, "");
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    store_close(w->store);
    free(w->db_path);
    tmpdir_release(&w->dir);
    free(w);
    return 0;
}

static struct job *new_job(struct world *w, const char *path, const char *source, struct error *err)
{
    const struct import_options options = {
        .store = w->store, .paths = &path, .path_count = 1, .source = source, .now = NOW};
    return import_job_new(&options, err);
}

static enum job_state run_to_end(struct job *job, int budget_ms, struct error *err)
{
    enum job_state state;
    do
        state = job_step(job, budget_ms, err);
    while (state == JOB_RUNNING);
    return state;
}

static struct import_result import_file(struct world *w, const char *path, const char *source)
{
    struct error err = {0};
    struct job *job = new_job(w, path, source, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(run_to_end(job, LONG_BUDGET_MS, &err), JOB_DONE);
    assert_string_equal(err.text, "");
    struct import_result result = *import_job_result(job);
    job_free(job);
    return result;
}

static void import_text(struct world *w, const char *name, const char *text, const char *source)
{
    char *path = tmpdir_write(&w->dir, name, text);
    import_file(w, path, source);
    free(path);
}

/* All that another reader sees. */
static char *dump(const struct world *w)
{
    struct strbuf out;
    struct error err = {0};
    struct db *db = db_open(w->db_path, DB_READ, &err);
    assert_non_null(db);
    struct stmt *st = db_prepare(
        db,
        "SELECT u.source || '|' || u.uid || '|' || u.id || '|' || u.login || '|' || u.status || '|'"
        " || COALESCE(u.enabled, 'null') || '|' || COALESCE(u.last_login_at, 'null') || '|'"
        " || (SELECT COUNT(*) || ':' || COALESCE(SUM(f.strength), 0) FROM factors f"
        " WHERE f.user_uid = u.uid) || '|'"
        " || (SELECT COUNT(*) || ':' || COALESCE(SUM(r.tier), 0) FROM roles r"
        " WHERE r.user_uid = u.uid) || '|'"
        " || (SELECT COUNT(*) FROM sign_ins s WHERE s.user_uid = u.uid) || '|'"
        " || (SELECT COUNT(*) FROM credentials c WHERE c.user_uid = u.uid)"
        " FROM users u JOIN datasets d ON d.source = u.source ORDER BY u.source, u.id",
        &err);
    assert_non_null(st);
    strbuf_init(&out, DUMP_MAX);
    while (stmt_step(st, &err) == STEP_ROW)
        strbuf_addf(&out, "%s\n", stmt_text(st, 0));
    db_close(db);
    assert_string_equal(err.text, "");
    return strbuf_detach(&out);
}

static void assert_dump(const struct world *w, const char *expected)
{
    char *seen = dump(w);
    assert_string_equal(seen, expected);
    free(seen);
}

static void import__loads_users_with_their_rows(void **state)
{
    struct world *w = *state;
    char *path = tmpdir_write(&w->dir, "u.csv", good_csv);
    struct error err = {0};
    struct job *job = new_job(w, path, NULL, &err);
    assert_int_equal(run_to_end(job, LONG_BUDGET_MS, &err), JOB_DONE);
    const struct import_result *result = import_job_result(job);
    assert_string_equal(result->format, "checkhook-csv");
    assert_string_equal(result->source, "checkhook-csv");
    assert_int_equal(result->users, 3);
    assert_int_equal(result->factors, 1);
    assert_int_equal(result->roles, 1);
    job_free(job);
    free(path);
    assert_dump(w, "checkhook-csv|1|1|ann|unknown|null|null|1:2|1:3|0|0\n"
                   "checkhook-csv|2|2|bob|unknown|null|null|0:0|0:0|0|0\n"
                   "checkhook-csv|3|3|cat|unknown|null|null|0:0|0:0|0|0\n");
    struct dataset_list list;
    assert_true(datasets_list(w->store, &list, &err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].loaded_at, NOW);
    assert_int_equal(list.items[0].users, 3);
    dataset_list_release(&list);
}

static void import__loads_the_samples(void **state)
{
    struct world *w = *state;
    struct import_result people = import_file(w, "share/samples/users.csv", "people");
    assert_int_equal(people.users, 502);
    struct import_result aws = import_file(w, "share/samples/aws-credential-report.csv", NULL);
    assert_int_equal(aws.users, 26);
    struct import_result all = import_file(w, "share/samples/users.jsonl", NULL);
    assert_int_equal(all.users, 10);
    assert_int_equal(all.factors, 5);
    assert_int_equal(all.roles, 2);
    assert_int_equal(all.sign_ins, 2);
    assert_int_equal(all.credentials, 3);
    struct dataset_list list;
    struct error err = {0};
    assert_true(datasets_list(w->store, &list, &err));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].format, "aws-credential-report");
    assert_string_equal(list.items[1].format, "checkhook-jsonl");
    assert_string_equal(list.items[2].source, "people");
    dataset_list_release(&list);
}

static void import__keeps_uids_and_drops_who_is_gone(void **state)
{
    struct world *w = *state;
    import_text(w, "u.csv", good_csv, "s");
    import_text(w, "v.csv", "id,login\n4,dan\n3,cat\n1,anna\n", "s");
    assert_dump(w, "s|1|1|anna|unknown|null|null|0:0|0:0|0|0\n"
                   "s|3|3|cat|unknown|null|null|0:0|0:0|0|0\n"
                   "s|4|4|dan|unknown|null|null|0:0|0:0|0|0\n");
}

static void import__leaves_other_sources_alone(void **state)
{
    struct world *w = *state;
    import_text(w, "u.csv", "id,login\n1,ann\n", "a");
    import_text(w, "v.csv", "id,login\n1,bob\n", "b");
    import_text(w, "v.csv", "id,login\n2,cat\n", "b");
    assert_dump(w, "a|1|1|ann|unknown|null|null|0:0|0:0|0|0\n"
                   "b|3|2|cat|unknown|null|null|0:0|0:0|0|0\n");
}

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *name, *bytes;
    size_t len;
    const char *why;
} broken_files[] = {
    {"missing.csv", BYTES("id,email\n1,a\n"), ":1: the column 'login' is missing"},
    {"cells.csv", BYTES("id,login\n9,x\n8\n"), ":3: 1 cells, but the header names 2 columns"},
    {"number.csv", BYTES("id,login,created_at\n9,x,12\n8,y,1o\n"),
     ":3: column 'created_at': '1o' is not a time; write Unix seconds or RFC 3339, for example "
     "2026-11-24T08:30:00Z"},
    {"quote.csv", BYTES("id,login\n9,x\n8,\"y\n7,z\n"),
     ":3: a quote opens a cell on this line and is never closed"},
    {"nul.csv", BYTES("id,login\n9,x\n8,\0\n"),
     ":3: byte 3 of the line is a NUL; the file is damaged"},
    {"latin1.csv", BYTES("id,login\n9,x\n8,\xe9\n"),
     ":3: byte 3 of the line is not valid UTF-8; save the file as UTF-8"},
    {"twice.csv", BYTES("id,login\n9,x\n8,y\n9,z\n"), ":4: a second user has the id '9'"},
    {"cut.jsonl", BYTES("{\"id\":\"9\",\"login\":\"x\"}\n{\"id\":\"8\",\"log"), ":2: "},
    {"twice.jsonl", BYTES("{\"id\":\"9\",\"login\":\"x\"}\n{\"id\":\"9\",\"login\":\"x\"}"),
     ":2: a second user has the id '9'"},
    {"cut.csv", BYTES("user,arn,password_enabled,mfa_active\nann,arn:1,true,true\nbob,ar"),
     ":3: 2 cells, but the header names 4 columns"},
    {"nobody.csv", BYTES("id,login\n"),
     " holds no users; to drop a data set, use: checkhook data remove s"},
    {"empty.jsonl", BYTES(""), " holds no users; to drop a data set, use: checkhook data remove s"},
};

static void assert_fails(struct world *w, const char *path, const char *why, int budget_ms)
{
    struct error err = {0};
    struct job *job = new_job(w, path, "s", &err);
    assert_non_null(job);
    assert_int_equal(run_to_end(job, budget_ms, &err), JOB_FAILED);
    assert_int_equal(err.kind, ERR_INVALID);
    char *expected = mem_printf("%s%s", path, why);
    assert_memory_equal(err.text, expected, strlen(expected));
    free(expected);
    job_free(job);
}

static void import__keeps_the_old_set_when_the_file_is_broken(void **state)
{
    struct world *w = *state;
    import_text(w, "u.csv", good_csv, "s");
    char *before = dump(w);
    for (size_t i = 0; i < ARRAY_LEN(broken_files); i++) {
        char *path = tmpdir_write_bytes(&w->dir, broken_files[i].name, broken_files[i].bytes,
                                        broken_files[i].len);
        assert_fails(w, path, broken_files[i].why, LONG_BUDGET_MS);
        assert_fails(w, path, broken_files[i].why, 0);
        assert_dump(w, before);
        free(path);
    }
    free(before);
}

static void import__refuses_ten_megabytes_on_one_line(void **state)
{
    struct world *w = *state;
    size_t len = 10u << 20;
    char *bytes = mem_alloc(len);
    memset(bytes, 'x', len);
    memcpy(bytes, "id,login\n9,", strlen("id,login\n9,"));
    char *path = tmpdir_write_bytes(&w->dir, "long.csv", bytes, len);
    import_text(w, "u.csv", good_csv, "s");
    char *before = dump(w);
    assert_fails(w, path, ":2: the line is longer than 1 MiB", LONG_BUDGET_MS);
    assert_dump(w, before);
    free(before);
    free(path);
    free(bytes);
}

/* As a download that is still going on, and one that begins anew. */
static void import__refuses_a_file_that_changes_meanwhile(void **state)
{
    struct world *w = *state;
    static const char *const changed[] = {"id,login\n1,ann\n2,bob\n3,c", "id,login\n1,ann\n", ""};
    import_text(w, "u.csv", good_csv, "s");
    char *before = dump(w);
    for (size_t i = 0; i < ARRAY_LEN(changed); i++) {
        struct error err = {0};
        char *path = tmpdir_write(&w->dir, "growing.csv", "id,login\n1,ann\n2,bob\n");
        struct job *job = new_job(w, path, "s", &err);
        assert_non_null(job);
        free(tmpdir_write(&w->dir, "growing.csv", changed[i]));
        assert_int_equal(run_to_end(job, LONG_BUDGET_MS, &err), JOB_FAILED);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_non_null(strstr(err.text, "growing.csv changed while it was read; import it again"));
        job_free(job);
        assert_dump(w, before);
        free(path);
    }
    free(before);
}

static void import__shows_nothing_before_it_is_done(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    import_text(w, "u.csv", good_csv, "people");
    char *before = dump(w);
    struct job *job = new_job(w, "share/samples/users.csv", "people", &err);
    while (import_job_result(job)->users == 0)
        assert_int_equal(job_step(job, 0, &err), JOB_RUNNING);
    assert_dump(w, before);
    job_free(job); /* cancelled */
    assert_dump(w, before);
    import_text(w, "v.csv", "id,login\n9,zoe\n", "people");
    assert_dump(w, "people|4|9|zoe|unknown|null|null|0:0|0:0|0|0\n");
    free(before);
}

static struct job *job_apart(struct world *w, const char *path, struct error *err)
{
    const struct import_options options = {.store = w->store,
                                           .paths = &path,
                                           .path_count = 1,
                                           .source = "people",
                                           .now = NOW,
                                           .apart = true};
    return import_job_new(&options, err);
}

static void import__apart_leaves_the_store_to_others(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    import_text(w, "u.csv", good_csv, "people");
    char *before = dump(w);
    struct job *job = job_apart(w, "share/samples/users.csv", &err);
    assert_non_null(job);
    while (import_job_result(job)->users == 0)
        assert_int_equal(job_step(job, 0, &err), JOB_RUNNING);
    assert_dump(w, before); /* over the connection that goes on meanwhile */
    assert_false(store_begin_within(w->store, 0, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    job_free(job);
    assert_dump(w, before);
    assert_true(store_begin_within(w->store, 0, &err));
    store_rollback(w->store);
    free(before);
}

static void import__apart_waits_in_slices_for_another_writer(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    struct job_progress progress;
    assert_true(store_begin(w->store, &err));
    struct job *job = job_apart(w, "share/samples/users.csv", &err);
    assert_non_null(job);
    for (int i = 0; i < 3; i++)
        assert_int_equal(job_step(job, 1, &err), JOB_RUNNING);
    job_progress(job, &progress);
    assert_string_equal(progress.what, "waiting for another process that writes");
    store_rollback(w->store);
    assert_int_equal(run_to_end(job, LONG_BUDGET_MS, &err), JOB_DONE);
    assert_int_equal(import_job_result(job)->users, 502);
    job_free(job);
}

/* More users than one part of the clearing takes, of two sources in turn. */
static void import__replaces_large_sets_in_parts(void **state)
{
    struct world *w = *state;
    struct strbuf many;
    strbuf_init(&many, DUMP_MAX);
    strbuf_adds(&many, "id,login,factors\n");
    for (int i = 0; i < 9000; i++)
        strbuf_addf(&many, "%d,user%d,totp:active\n", i, i);
    import_text(w, "other.csv", "id,login,factors\n1,ann,sms:active\n", "other");
    import_text(w, "many.csv", many.text, "people");
    import_text(w, "more.csv", "id,login,factors\n1,ann,sms:active\n2,bob,\n", "other");
    import_text(w, "few.csv", "id,login,factors\n8999,last,\n", "people");
    assert_dump(w, "other|1|1|ann|unknown|null|null|1:1|0:0|0|0\n"
                   "other|9002|2|bob|unknown|null|null|0:0|0:0|0|0\n"
                   "people|9001|8999|last|unknown|null|null|0:0|0:0|0|0\n");
    strbuf_release(&many);
}

static void import__makes_the_same_in_slices(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    int slices = 0;
    int64_t last = -1;
    struct job_progress progress;
    struct job *job = new_job(w, "share/samples/users.csv", "s", &err);
    while (job_step(job, 0, &err) == JOB_RUNNING) {
        job_progress(job, &progress);
        assert_true(progress.done >= last && progress.done <= progress.total);
        last = progress.done;
        slices++;
    }
    assert_string_equal(err.text, "");
    job_progress(job, &progress);
    assert_int_equal(progress.done, progress.total);
    assert_string_equal(progress.what, "502 users");
    assert_true(slices > 1);
    assert_int_equal(job_step(job, 0, &err), JOB_DONE);
    job_free(job);
    char *sliced = dump(w);
    import_file(w, "share/samples/users.csv", "s");
    assert_dump(w, sliced);
    free(sliced);
}

static const struct {
    const char *name, *bytes, *format;
} recognised[] = {
    {"a", "id,login\n", "checkhook-csv"},
    {"a", "\xef\xbb\xbf\"login\",\"id\"\r\n", "checkhook-csv"},
    {"a.txt", " \n{\"id\":\"1\"}", "checkhook-jsonl"},
    {"a.csv", "{\"id\":\"1\"}", "checkhook-jsonl"},
    {"a.csv", "user,arn,user_creation_time\n", "aws-credential-report"},
    {"a.json", "{\"Content\":\"dXNl\",\"ReportFormat\":\"text/csv\"}", "aws-credential-report"},
    {"a.CSV", "whatever", "checkhook-csv"},
    {"a.jsonl", "", "checkhook-jsonl"},
    {"a.txt", "whatever", NULL},
};

/* "aws-credential-report, ldif, …"; the caller frees. */
static char *format_names(void)
{
    struct strbuf names;
    strbuf_init(&names, 1000);
    for (const struct import_format *f = import_formats; f->name; f++)
        strbuf_addf(&names, "%s%s", f == import_formats ? "" : ", ", f->name);
    return strbuf_detach(&names);
}

static void import__recognises_formats(void **state)
{
    struct world *w = *state;
    char *names = format_names();
    for (size_t i = 0; i < ARRAY_LEN(recognised); i++) {
        struct error err = {0};
        char *path = tmpdir_write(&w->dir, recognised[i].name, recognised[i].bytes);
        struct job *job = new_job(w, path, NULL, &err);
        if (recognised[i].format) {
            assert_non_null(job);
            assert_string_equal(import_job_result(job)->format, recognised[i].format);
        } else {
            char *expected = mem_printf(
                "%s: the format is not recognised; name it with --format, one of %s", path, names);
            assert_null(job);
            assert_string_equal(err.text, expected);
            assert_int_equal(err.kind, ERR_INVALID);
            free(expected);
        }
        job_free(job);
        free(path);
    }
    free(names);
}

static void import__refuses_bad_options(void **state)
{
    struct world *w = *state;
    struct error err = {0};
    char *missing = tmpdir_path(&w->dir, "missing.csv");
    assert_null(new_job(w, missing, NULL, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);

    err = (struct error){0};
    assert_null(new_job(w, w->dir.path, NULL, &err));
    assert_int_equal(err.kind, ERR_INVALID);

    err = (struct error){0};
    const char *const sample = "share/samples/users.csv";
    const struct import_options options = {
        .store = w->store, .paths = &sample, .path_count = 1, .format = "xml", .now = NOW};
    assert_null(import_job_new(&options, &err));
    char *names = format_names();
    char *expected = mem_printf("format 'xml' is not known; it is one of %s", names);
    assert_string_equal(err.text, expected);
    free(expected);
    free(names);

    static const char *const bad_sources[] = {
        "", "a\nb", "12345678901234567890123456789012345678901234567890123456789012345", "\xff"};
    for (size_t i = 0; i < ARRAY_LEN(bad_sources); i++) {
        err = (struct error){0};
        assert_null(new_job(w, "share/samples/users.csv", bad_sources[i], &err));
        assert_int_equal(err.kind, ERR_INVALID);
    }
    free(missing);
}

static const struct {
    const char *path;
    const struct format *format;
} samples[] = {
    {"share/samples/users.csv", &checkhook_csv_format},
    {"share/samples/users.jsonl", &checkhook_jsonl_format},
    {"share/samples/aws-credential-report.csv", &aws_report_format},
};

static void formats__do_not_depend_on_where_pieces_end(void **state)
{
    static const size_t pieces[] = {1, 7, 4096};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct error err = {0};
        size_t len;
        char *bytes = records_load(samples[i].path, &len);
        char *whole = records_read(samples[i].format, bytes, len, 0, &err);
        assert_non_null(whole);
        for (size_t p = 0; p < ARRAY_LEN(pieces); p++) {
            char *again = records_read(samples[i].format, bytes, len, pieces[p], &err);
            assert_string_equal(again, whole);
            free(again);
        }
        free(whole);
        free(bytes);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Changes a few bytes, mostly to those that mean something to a parser. */
static void damage(char *bytes, size_t len, uint32_t *seed)
{
    static const char tricky[] = "\0\",;:{}[]\\\r\n\xff\xc3-0eN";
    for (uint32_t n = next_random(seed) % 4 + 1; n > 0; n--)
        bytes[next_random(seed) % len] = tricky[next_random(seed) % (sizeof tricky - 1)];
}

/* Whatever the bytes, the answer is users or a sentence that names file and line. */
static void formats__survive_damaged_files(void **state)
{
    enum { ROUNDS = 400, PART_MAX = 6000 };
    uint32_t seed = 20261124;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        size_t len, refused = 0;
        char *bytes = records_load(samples[i].path, &len);
        len = len < PART_MAX ? len : PART_MAX;
        for (int round = 0; round < ROUNDS; round++) {
            struct error err = {0};
            size_t part = len - next_random(&seed) % (len / 2);
            char *copy = mem_dup(bytes, part);
            damage(copy, part, &seed);
            size_t piece = next_random(&seed) % 512;
            char *users = records_read(samples[i].format, copy, part, piece, &err);
            if (!users) {
                assert_int_equal(err.kind, ERR_INVALID);
                assert_memory_equal(err.text, "file:", 5);
                refused++;
            }
            free(users);
            free(copy);
        }
        assert_true(refused > ROUNDS / 2);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(import__loads_users_with_their_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__loads_the_samples, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__keeps_uids_and_drops_who_is_gone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(import__leaves_other_sources_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__keeps_the_old_set_when_the_file_is_broken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(import__refuses_ten_megabytes_on_one_line, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(import__refuses_a_file_that_changes_meanwhile, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(import__shows_nothing_before_it_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__makes_the_same_in_slices, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__apart_leaves_the_store_to_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(import__apart_waits_in_slices_for_another_writer, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(import__replaces_large_sets_in_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__recognises_formats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(import__refuses_bad_options, set_up, tear_down),
        cmocka_unit_test(formats__do_not_depend_on_where_pieces_end),
        cmocka_unit_test(formats__survive_damaged_files),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
