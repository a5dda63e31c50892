/* The import job: reads a file in blocks, lets its format find the users, loads them. */
#include "core/dataset/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/format.h"
#include "core/dataset/recognise.h"
#include "core/store/audit.h"
#include "core/store/datasets.h"

enum { BLOCK_SIZE = 64 * 1024, SOURCE_MAX = 64, WAIT_SLICE_MS = 10 };

struct import_job {
    struct job job;
    enum job_state state;
    struct store *store;
    bool apart; /* store is our own */
    char *path, *source;
    int64_t now;
    const struct import_format *format;
    void *reader; /* the format's state */

    int fd;
    int64_t size, done; /* bytes; size 0 = not known */
    char block[BLOCK_SIZE];
    size_t block_len; /* read and not yet fed */

    const struct actor *actor; /* lent; NULL */
    bool loading;              /* a transaction is open in the store */
    bool waiting;              /* for another process that writes */
    bool cleared, fed;         /* the old rows are gone; the file has ended */
    struct import_result result;
};

static bool load_user(void *ctx, const struct record *record, struct error *err)
{
    struct import_job *ij = ctx;
    int64_t *const counts[RECORD_TABLES] = {
        [RECORD_USER] = &ij->result.users,
        [RECORD_FACTORS] = &ij->result.factors,
        [RECORD_ROLES] = &ij->result.roles,
        [RECORD_SIGN_INS] = &ij->result.sign_ins,
        [RECORD_CREDENTIALS] = &ij->result.credentials,
    };
    int64_t uid;
    if (!datasets_add_user(ij->store, record_row(record, RECORD_USER, 0), &uid, err))
        return false;
    for (size_t t = RECORD_USER + 1; t < RECORD_TABLES; t++)
        for (size_t i = 0; i < record->rows[t].count; i++)
            if (!datasets_add_row(ij->store, record_tables[t].columns, uid,
                                  record_row(record, (enum record_table)t, i), err))
                return false;
    for (size_t t = 0; t < RECORD_TABLES; t++)
        *counts[t] += (int64_t)record->rows[t].count;
    return true;
}

static bool read_block(struct import_job *ij, struct error *err)
{
    ssize_t got;
    do
        got = read(ij->fd, ij->block, sizeof ij->block);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_errno(err, ERR_INVALID, "%s cannot be read", ij->path);
    ij->block_len = (size_t)got;
    return true;
}

/* Over a connection of its own somebody else may be waited for in slices. */
static bool begin(struct import_job *ij, struct error *err)
{
    struct error why = {0};
    const struct dataset_info info = {.source = ij->source,
                                      .format = ij->format->name,
                                      .loaded_at = ij->now,
                                      .within_ms = ij->apart ? WAIT_SLICE_MS : 0};
    ij->loading = datasets_begin(ij->store, &info, &why);
    ij->waiting = !ij->loading && ij->apart && why.kind == ERR_BUSY;
    if (!ij->loading && !ij->waiting)
        *err = why;
    return ij->loading || ij->waiting;
}

/* In the transaction of the load. */
static bool write_audit(struct import_job *ij, struct error *err)
{
    cJSON *after = mem_check(cJSON_CreateObject());
    char users[24];
    snprintf(users, sizeof users, "%lld", (long long)ij->result.users);
    json_add_text(after, "users", users);
    json_add_text(after, "format", ij->format->name);
    json_add_text(after, "file", ij->path);
    char *text = json_compact(after);
    const struct audit_row row = {.at = ij->now,
                                  .what = "data imported",
                                  .subject_id = ij->source,
                                  .subject = ij->source,
                                  .after = text};
    const bool ok = audit_add(ij->store, ij->actor, &row, err);
    free(text);
    cJSON_Delete(after);
    return ok;
}

static bool end_of_file(struct import_job *ij, struct error *err)
{
    if (!ij->format->format->finish(ij->reader, err))
        return false;
    if (ij->result.users == 0)
        return error_set(err, ERR_INVALID,
                         "%s holds no users; to drop a data set, use: checkhook data remove %s",
                         ij->path, ij->source);
    ij->fed = true;
    return true;
}

static bool finish(struct import_job *ij, struct error *err)
{
    bool done;
    if (!datasets_prune(ij->store, &done, err))
        return false;
    if (!done)
        return true;
    if ((ij->actor && !write_audit(ij, err)) || !datasets_finish(ij->store, err))
        return false;
    ij->loading = false;
    ij->state = JOB_DONE;
    return true;
}

static bool feed(struct import_job *ij, struct error *err)
{
    if (ij->block_len == 0 && !read_block(ij, err))
        return false;
    if (ij->block_len == 0)
        return end_of_file(ij, err);
    size_t len = ij->block_len;
    ij->block_len = 0;
    ij->done += (int64_t)len;
    return ij->format->format->feed(ij->reader, ij->block, len, err);
}

/* One part further. */
static bool advance(struct import_job *ij, struct error *err)
{
    if (!ij->loading && !begin(ij, err))
        return false;
    if (!ij->loading)
        return true;
    if (!ij->cleared && !datasets_clear(ij->store, &ij->cleared, err))
        return false;
    if (!ij->cleared)
        return true;
    if (!ij->fed && !feed(ij, err))
        return false;
    return !ij->fed || finish(ij, err);
}

static void abandon(struct import_job *ij)
{
    if (ij->loading)
        datasets_abandon(ij->store);
    ij->loading = false;
}

static enum job_state import_step(struct job *job, int budget_ms, struct error *err)
{
    struct import_job *ij = (struct import_job *)job;
    int64_t until = clock_monotonic_ms() + budget_ms;
    do {
        if (ij->state == JOB_RUNNING && !advance(ij, err)) {
            abandon(ij);
            ij->state = JOB_FAILED;
        }
    } while (ij->state == JOB_RUNNING && clock_monotonic_ms() < until);
    return ij->state;
}

static void import_progress(const struct job *job, struct job_progress *out)
{
    const struct import_job *ij = (const struct import_job *)job;
    *out = (struct job_progress){.done = ij->done, .total = ij->size};
    if (ij->waiting)
        snprintf(out->what, sizeof out->what, "waiting for another process that writes");
    else
        snprintf(out->what, sizeof out->what, "importing %lld users", (long long)ij->result.users);
}

static void import_free(struct job *job)
{
    struct import_job *ij = (struct import_job *)job;
    abandon(ij);
    if (ij->reader && ij->format)
        ij->format->format->close(ij->reader);
    if (ij->fd >= 0)
        close(ij->fd);
    if (ij->apart)
        store_close(ij->store);
    free(ij->path);
    free(ij->source);
    free(ij);
}

static const struct job_ops import_ops = {
    .step = import_step, .progress = import_progress, .free = import_free};

static bool open_file(struct import_job *ij, struct error *err)
{
    struct stat info;
    ij->fd = open(ij->path, O_RDONLY | O_CLOEXEC);
    if (ij->fd < 0)
        return error_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID,
                           "%s cannot be opened", ij->path);
    if (fstat(ij->fd, &info) == 0 && S_ISREG(info.st_mode))
        ij->size = info.st_size;
    return read_block(ij, err);
}

static bool choose_source(struct import_job *ij, const char *name, struct error *err)
{
    if (name && (utf8_count(name) > SOURCE_MAX || !utf8_valid(name, strlen(name)) ||
                 text_has_control(name) || !*name))
        return error_set(err, ERR_INVALID,
                         "the source needs a name of 1 to %d characters, none of them a control "
                         "character",
                         SOURCE_MAX);
    ij->source = mem_strdup(name ? name : ij->format->name);
    return true;
}

static bool choose_store(struct import_job *ij, struct store *store, struct error *err)
{
    ij->store = ij->apart ? store_open(store_path(store), err) : store;
    return ij->store != NULL;
}

struct job *import_job_new(const struct import_options *options, struct error *err)
{
    struct import_job *ij = mem_zalloc(sizeof *ij);
    ij->job.ops = &import_ops;
    ij->fd = -1;
    ij->apart = options->apart;
    ij->now = options->now;
    ij->actor = options->actor;
    ij->path = mem_strdup(options->path);
    if (!open_file(ij, err) ||
        !(ij->format =
              import_format_choose(options->format, ij->path, ij->block, ij->block_len, err)) ||
        !choose_source(ij, options->source, err) || !choose_store(ij, options->store, err)) {
        import_free(&ij->job);
        return NULL;
    }
    const struct format_output output = {.name = ij->path, .sink = load_user, .ctx = ij};
    ij->reader = ij->format->format->open(&output);
    ij->result.format = ij->format->name;
    ij->result.source = ij->source;
    return &ij->job;
}

const struct import_result *import_job_result(const struct job *job)
{
    return &((const struct import_job *)job)->result;
}
