/* Imports of files into a store, and what came of them. */
#include "tests/support/imports.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/fail.h"

enum { SEEN_MAX = 16 << 20 };

struct job *imports_job(struct loadbed *bed, const char *path, struct error *err,
                        struct import_options how)
{
    how.store = bed->store;
    how.paths = &path;
    how.path_count = 1;
    how.now = IMPORTS_NOW;
    return import_job_new(&how, err);
}

enum job_state imports_end(struct job *job, int slice_ms, struct error *err)
{
    enum job_state state;
    do
        state = job_step(job, slice_ms, err);
    while (state == JOB_RUNNING);
    return state;
}

struct import_result imports_file(struct loadbed *bed, const char *path, struct import_options how)
{
    struct error err = {0};
    struct job *job = imports_job(bed, path, &err, how);
    if (!job || imports_end(job, IMPORTS_WHOLE_MS, &err) != JOB_DONE)
        support_fail_at(__FILE__, __LINE__, "%s", err.text);
    struct import_result result = *import_job_result(job);
    result.rejected = result.notes = (struct notes){0};
    job_free(job);
    return result;
}

void imports_text(struct loadbed *bed, const char *name, const char *text, const char *source)
{
    char *path = tmpdir_write(&bed->dir, name, text);
    IMPORTS_FILE(bed, path, .source = source);
    free(path);
}

char *imports_seen(const struct loadbed *bed)
{
    struct strbuf out;
    struct error err = {0};
    struct db *db = db_open(bed->path, DB_READ, &err);
    if (!db)
        support_die("%s", err.text);
    strbuf_init(&out, SEEN_MAX);
    sql_lines(
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
        &out);
    db_close(db);
    return strbuf_detach(&out);
}

void imports_expect_at(const char *file, int line, const struct loadbed *bed, const char *expected)
{
    char *seen = imports_seen(bed);
    if (strcmp(seen, expected) != 0)
        support_fail_at(file, line, "another reader sees\n%s\nand not\n%s", seen, expected);
    free(seen);
}
