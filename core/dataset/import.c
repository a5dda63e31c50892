/* The import job: reads files in blocks, lets their format find the users, loads them. */
#include "core/dataset/import.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/format.h"
#include "core/dataset/import_audit.h"
#include "core/dataset/import_sink.h"
#include "core/dataset/pace.h"
#include "core/dataset/recognise.h"
#include "core/store/datasets.h"

enum { BLOCK_SIZE = 64 * 1024, SOURCE_MAX = 64, WAIT_SLICE_MS = 10 };

enum stage { STAGE_BEGIN, STAGE_CLEAR, STAGE_OPEN, STAGE_FEED, STAGE_SETTLE };

struct import_job {
    struct job job;
    enum job_state state;
    enum stage stage;
    struct store *store;
    bool apart; /* store is our own */
    char *what; /* the files, for texts */
    char *source;
    int64_t now;
    int64_t began_ms;
    const struct actor *actor; /* lent; NULL */
    bool loading;              /* a transaction is open in the store */
    bool waiting;              /* for another process that writes */

    const struct import_format *format;
    void *reader; /* the format's state */
    struct format_output output;
    struct import_sink sink;
    struct import_result result;

    struct error late; /* what the store refused at its end, whose place is looked for */

    struct import_files files;
    size_t at; /* of the file at hand */
    int fd;    /* it; -1 */
    bool seekable;
    int64_t size, done; /* bytes of all files; size 0 = not known */
    char block[BLOCK_SIZE];
    size_t block_len; /* read and not yet fed */
};

/* --- reading -----------------------------------------------------------------------------------
 */

/* A pipe has more than its first bytes. */
static bool wait_for_more(struct import_job *ij)
{
    struct pollfd one = {.fd = ij->fd, .events = POLLIN};
    return poll(&one, 1, WAIT_SLICE_MS) >= 0 || errno == EINTR;
}

/* Jumps over a hole; at the last one the file has ended. */
static void skip_hole(struct import_job *ij)
{
    if (!ij->format->format->sparse || !ij->seekable)
        return;
    const off_t data = lseek(ij->fd, (off_t)ij->output.offset, SEEK_DATA);
    if (data >= 0)
        ij->output.offset = data;
    else if (errno == ENXIO)
        lseek(ij->fd, 0, SEEK_END);
}

/* *ended where there is no more; neither that nor a block where a pipe keeps one waiting. */
static bool read_block(struct import_job *ij, bool *ended, struct error *err)
{
    skip_hole(ij);
    const ssize_t got = read(ij->fd, ij->block, sizeof ij->block);
    *ended = got == 0;
    if (got < 0 && errno != EINTR && (errno != EAGAIN || !wait_for_more(ij)))
        return error_errno(err, ERR_INVALID, "%s cannot be read", ij->output.name);
    ij->block_len = got > 0 ? (size_t)got : 0;
    return true;
}

/* A file that somebody is still writing would be cut anywhere. */
static bool check_size(const struct import_job *ij, bool ended, struct error *err)
{
    const struct import_file *file = &ij->files.items[ij->at];
    const int64_t at = ij->seekable ? lseek(ij->fd, 0, SEEK_CUR) : -1;
    if (!ij->seekable || file->size == 0 || (ended ? at == file->size : at <= file->size))
        return true;
    return error_set(err, ERR_INVALID,
                     "%s changed while it was read; import it again when it is complete",
                     file->name);
}

static bool feed_block(struct import_job *ij, struct error *err)
{
    const size_t len = ij->block_len;
    ij->block_len = 0;
    const bool ok = ij->format->format->feed(ij->reader, ij->block, len, err);
    ij->output.offset += (int64_t)len;
    ij->done += (int64_t)len;
    return ok;
}

static bool open_file(struct import_job *ij, struct import_file *file, struct error *err)
{
    ij->fd = file->pipe_fd >= 0 ? file->pipe_fd : file_open(file->path, err);
    if (ij->fd < 0)
        return false;
    ij->seekable = file->pipe_fd < 0;
    file->pipe_fd = -1;
    ij->output.name = file->name;
    ij->output.offset = 0;
    import_sink_begin_file(&ij->sink);
    return true;
}

static bool begin_file(struct import_job *ij, struct import_file *file, struct error *err)
{
    char *head;
    size_t len;
    if (!open_file(ij, file, err) || !import_file_head(file, &head, &len, err))
        return false;
    const struct format_file about = {file->name, file->below, head, len};
    const bool ok = format_begin(ij->format->format, ij->reader, &about, err);
    free(head);
    if (file->head) {
        memcpy(ij->block, file->head, file->head_len);
        ij->block_len = file->head_len;
    }
    return ok;
}

static void close_file(struct import_job *ij)
{
    if (ij->fd >= 0)
        close(ij->fd);
    ij->fd = -1;
}

/* --- stages ------------------------------------------------------------------------------------
 */

/* Users of two sources in one set would be told apart by nothing. */
static bool check_same_kind(const struct import_job *ij, struct error *err)
{
    const char *there = datasets_loaded_format(ij->store);
    const struct import_format *f = import_formats;
    while (f->name && strcmp(f->name, there) != 0)
        f++;
    return ij->format == f || ij->format->general || !f->name || f->general ||
           error_set(
               err, ERR_INVALID,
               "the data set '%s' is of the format %s, and what you add to it is %s; name the "
               "set that it belongs to with --source, or import it as one of its own",
               ij->source, there, ij->format->name);
}

/* Over a connection of its own somebody else may be waited for in slices. */
static struct import_counts counts_of(const struct dataset *set)
{
    return (struct import_counts){.users = set->users,
                                  .factors = set->factors,
                                  .roles = set->roles,
                                  .sign_ins = set->sign_ins,
                                  .credentials = set->credentials};
}

static bool stage_begin(struct import_job *ij, struct error *err)
{
    struct dataset before;
    struct error why = {0};
    const struct dataset_info info = {.source = ij->source,
                                      .format = ij->format->name,
                                      .loaded_at = ij->now,
                                      .within_ms = ij->apart ? WAIT_SLICE_MS : 0,
                                      .merge = ij->output.merge,
                                      .repeats = ij->format->format->repeats,
                                      .lenient = ij->output.rejected != NULL,
                                      .derives = ij->format->format->derives};
    ij->loading = datasets_begin(ij->store, &info, &why);
    ij->waiting = !ij->loading && ij->apart && why.kind == ERR_BUSY;
    if (ij->waiting)
        return true;
    if (!ij->loading) {
        *err = why;
        return false;
    }
    if (ij->output.merge && !check_same_kind(ij, err))
        return false;
    datasets_before(ij->store, &before);
    ij->result.before = counts_of(&before);
    ij->began_ms = clock_monotonic_ms();
    ij->stage = STAGE_CLEAR;
    return true;
}

static bool stage_clear(struct import_job *ij, struct error *err)
{
    bool done;
    if (!datasets_clear(ij->store, &done, err))
        return false;
    ij->stage = done ? STAGE_OPEN : STAGE_CLEAR;
    return true;
}

static bool check_holds_something(const struct import_job *ij, struct error *err)
{
    if (ij->result.users > 0 ||
        (ij->output.merge && (ij->sink.rows > 0 || import_sink_tells_of_all(&ij->sink))))
        return true;
    if (ij->output.merge)
        return error_set(err, ERR_INVALID, "%s holds nothing to add", ij->what);
    if (ij->result.unmatched > 0)
        return error_set(err, ERR_INVALID,
                         "%s holds no users, only more about some; add it to the data set that has "
                         "them with --merge",
                         ij->what);
    if (ij->result.before.users == 0)
        return error_set(err, ERR_INVALID, "%s holds no users; there is nothing to import",
                         ij->what);
    return error_set(err, ERR_INVALID,
                     "%s holds no users; to drop a data set, use: checkhook data remove %s",
                     ij->what, ij->source);
}

static bool stage_open(struct import_job *ij, struct error *err)
{
    if (ij->at < ij->files.count) {
        ij->stage = STAGE_FEED;
        return begin_file(ij, &ij->files.items[ij->at], err);
    }
    ij->stage = STAGE_SETTLE;
    if (ij->sink.second > 0) {
        *err = ij->late;
        return false;
    }
    if (!format_complete(ij->format->format, ij->reader, err) || !check_holds_something(ij, err))
        return false;
    import_sink_complete(&ij->sink);
    return true;
}

static bool end_file(struct import_job *ij, struct error *err)
{
    if (!ij->format->format->finish(ij->reader, err) ||
        !import_sink_end_file(&ij->sink, ij->output.name, err))
        return false;
    close_file(ij);
    ij->at++;
    ij->result.files++;
    ij->stage = STAGE_OPEN;
    return true;
}

static bool stage_feed(struct import_job *ij, struct error *err)
{
    bool ended = false;
    if (ij->block_len == 0 && (!read_block(ij, &ended, err) || !check_size(ij, ended, err)))
        return false;
    if (ended)
        return end_file(ij, err);
    return ij->block_len == 0 || feed_block(ij, err);
}

/* What the set has at the end, where rows that came twice are one. */
static void count_set(struct import_job *ij)
{
    struct import_result *r = &ij->result;
    struct dataset set;
    datasets_loaded(ij->store, &set);
    r->now = counts_of(&set);
    r->kept = datasets_kept(ij->store);
    r->told = datasets_told(ij->store);
    r->users = r->merged ? r->users : set.users - r->kept;
    if (r->merged)
        r->new_users = set.users - r->before.users;
    if (r->merged || r->kept > 0)
        return;
    r->factors = set.factors;
    r->roles = set.roles;
    r->sign_ins = set.sign_ins;
    r->credentials = set.credentials;
}

static bool stage_settle(struct import_job *ij, struct error *err)
{
    bool done;
    if (!datasets_settle(ij->store, &done, err))
        return false;
    if (!done)
        return true;
    count_set(ij);
    if ((ij->actor && !import_audit(ij->store, ij->actor, &ij->result, ij->what, ij->now, err)) ||
        !datasets_finish(ij->store, err))
        return false;
    ij->loading = false;
    ij->state = JOB_DONE;
    return true;
}

/* --- the job -----------------------------------------------------------------------------------
 */

/* Each goes one part further. */
static bool (*const stages[])(struct import_job *, struct error *) = {
    [STAGE_BEGIN] = stage_begin, [STAGE_CLEAR] = stage_clear,   [STAGE_OPEN] = stage_open,
    [STAGE_FEED] = stage_feed,   [STAGE_SETTLE] = stage_settle,
};

static void abandon(struct import_job *ij)
{
    if (ij->loading)
        datasets_abandon(ij->store);
    ij->loading = false;
}

static bool may_read_again(const struct import_job *ij)
{
    for (size_t i = 0; i < ij->files.count; i++)
        if (ij->files.items[i].head)
            return false;
    return true;
}

/* Of very many users the store finds out at its end that two have the same id. Where that is, only
 * who reads the files again can say, up to the second one and without loading anything. */
static bool look_for_second(struct import_job *ij, const struct error *why)
{
    const int64_t second = datasets_second_user(ij->store);
    if (ij->sink.second > 0 || second == 0 || !may_read_again(ij))
        return false;
    ij->sink.second = second;
    ij->late = *why;
    close_file(ij);
    ij->format->format->close(ij->reader);
    ij->reader = ij->format->format->open(&ij->output);
    ij->block_len = 0;
    ij->at = 0;
    ij->done = 0;
    ij->stage = STAGE_OPEN;
    return true;
}

static void go_on(struct import_job *ij, struct error *err)
{
    struct error why = {0};
    if (stages[ij->stage](ij, &why))
        return;
    abandon(ij);
    if (look_for_second(ij, &why))
        return;
    *err = why;
    ij->state = JOB_FAILED;
}

static enum job_state import_step(struct job *job, int budget_ms, struct error *err)
{
    struct import_job *ij = (struct import_job *)job;
    int64_t until = clock_monotonic_ms() + budget_ms;
    do {
        if (ij->state == JOB_RUNNING)
            go_on(ij, err);
    } while (ij->state == JOB_RUNNING && clock_monotonic_ms() < until);
    return ij->state;
}

static void import_progress(const struct job *job, struct job_progress *out)
{
    const struct import_job *ij = (const struct import_job *)job;
    const struct pace pace = {
        .rows = ij->sink.rows,
        .unit = ij->sink.rows == ij->result.users ? "users" : "rows",
        .done = ij->done,
        .total = ij->size,
        .took_ms = ij->loading ? clock_monotonic_ms() - ij->began_ms : 0,
    };
    *out = (struct job_progress){.done = ij->size > 0 && ij->done > ij->size ? ij->size : ij->done,
                                 .total = ij->size};
    if (ij->waiting)
        snprintf(out->what, sizeof out->what, "waiting for another process that writes");
    else
        pace_text(&pace, out->what, sizeof out->what);
}

static void import_free(struct job *job)
{
    struct import_job *ij = (struct import_job *)job;
    abandon(ij);
    if (ij->reader)
        ij->format->format->close(ij->reader);
    close_file(ij);
    if (ij->apart)
        store_close(ij->store);
    import_files_release(&ij->files);
    notes_release(&ij->result.rejected);
    notes_release(&ij->result.notes);
    free(ij->what);
    free(ij->source);
    free(ij);
}

static const struct job_ops import_ops = {
    .step = import_step, .progress = import_progress, .free = import_free};

static bool choose_files(struct import_job *ij, const struct import_options *o, struct error *err)
{
    if (!import_files_find(&ij->files, o->paths, o->path_count,
                           o->apart ? FILES_BRIEF : FILES_PIPES, err))
        return false;
    ij->format = import_format_choose(&ij->files, o->format, err);
    if (!ij->format)
        return ij->files.count == 0 ? error_wrap(err, "%s", o->paths[0]) : false;
    ij->what = o->path_count == 1 ? mem_strdup(o->paths[0])
                                  : mem_printf("%s and %zu more", o->paths[0], o->path_count - 1);
    for (size_t i = 0; i < ij->files.count; i++) {
        const struct import_file *file = &ij->files.items[i];
        ij->size += file->size;
        if (file->pipe_fd >= 0) {
            ij->size = 0;
            break;
        }
    }
    return true;
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

static void open_reader(struct import_job *ij, const struct import_options *options)
{
    ij->result.format = ij->format->name;
    ij->result.source = ij->source;
    ij->result.merged = options->merge;
    ij->result.notes = ij->files.left_out;
    ij->files.left_out = (struct notes){0};
    ij->sink = (struct import_sink){.store = ij->store, .result = &ij->result};
    ij->output = import_sink_output(&ij->sink, options);
    ij->reader = ij->format->format->open(&ij->output);
}

struct job *import_job_new(const struct import_options *options, struct error *err)
{
    struct import_job *ij = mem_zalloc(sizeof *ij);
    ij->job.ops = &import_ops;
    ij->fd = -1;
    ij->apart = options->apart;
    ij->now = options->now;
    ij->actor = options->actor;
    if (!choose_files(ij, options, err) || !choose_source(ij, options->source, err) ||
        !choose_store(ij, options->store, err)) {
        import_free(&ij->job);
        return NULL;
    }
    open_reader(ij, options);
    return &ij->job;
}

const struct import_result *import_job_result(const struct job *job)
{
    return &((const struct import_job *)job)->result;
}
