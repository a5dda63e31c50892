/* Reads the first part of the files and counts what is in it. */
#include "core/dataset/look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/format.h"
#include "core/dataset/recognise.h"

enum { PART_BYTES = 256 * 1024 };

struct looking {
    struct import_look *out;
    struct format_output output;
    void *reader;
    char *bytes; /* PART_BYTES */
    size_t done;
    size_t login, name, email; /* columns */
};

static char *text_of(const struct value *value)
{
    return value->kind == VALUE_TEXT ? mem_strdup(value->text) : NULL;
}

static void count_user(const struct looking *l, const struct record *record)
{
    struct import_look *out = l->out;
    const struct value *user = record_row(record, RECORD_USER, 0);
    out->users++;
    if (out->first_count < LOOK_USERS)
        out->first[out->first_count++] = (struct look_user){
            text_of(&user[l->login]), text_of(&user[l->name]), text_of(&user[l->email])};
}

static bool count_record(void *ctx, const struct record *record, struct error *err)
{
    const struct looking *l = ctx;
    struct import_look *out = l->out;
    (void)err;
    if (record->part == RECORD_WHOLE)
        count_user(l, record);
    else
        out->adds++;
    out->factors += (int64_t)record->rows[RECORD_FACTORS].count;
    out->roles += (int64_t)record->rows[RECORD_ROLES].count;
    out->sign_ins += (int64_t)record->rows[RECORD_SIGN_INS].count;
    out->credentials += (int64_t)record->rows[RECORD_CREDENTIALS].count;
    return true;
}

static void count_rejected(void *ctx, const char *text)
{
    notes_add(&((struct looking *)ctx)->out->rejected, text);
}

/* Up to what is left of the part. */
static bool read_part(struct looking *l, const struct import_file *file, size_t *len,
                      struct error *err)
{
    const size_t room = PART_BYTES - l->done;
    const int fd = file_open(file->path, err);
    ssize_t got = 1;
    *len = 0;
    if (fd < 0)
        return false;
    while (got != 0 && *len < room) {
        got = read(fd, l->bytes + *len, room - *len);
        if (got < 0 && errno != EINTR)
            break;
        *len += got > 0 ? (size_t)got : 0;
    }
    const bool ok = got >= 0 || error_errno(err, ERR_IO, "%s cannot be read", file->path);
    close(fd);
    return ok;
}

static bool begin_file(struct looking *l, const struct import_file *file, struct error *err)
{
    char *head;
    size_t len;
    if (!import_file_head(file, &head, &len, err))
        return false;
    const struct format_file about = {file->name, file->below, head, len};
    l->output.name = file->name;
    const bool ok = format_begin(l->out->format->format, l->reader, &about, err);
    free(head);
    return ok;
}

static bool read_file(struct looking *l, const struct import_file *file, struct error *err)
{
    const struct format *format = l->out->format->format;
    size_t len;
    if (!read_part(l, file, &len, err) || !begin_file(l, file, err))
        return false;
    l->done += len;
    l->out->exact = l->out->exact && (int64_t)len >= file->size;
    return format->feed(l->reader, l->bytes, len, err) &&
           (!l->out->exact || format->finish(l->reader, err));
}

static bool read_files(struct looking *l, const struct import_files *files, struct error *err)
{
    l->out->exact = true;
    for (size_t i = 0; l->out->exact && i < files->count; i++)
        if (!read_file(l, &files->items[i], err))
            return false;
    return !l->out->exact || format_complete(l->out->format->format, l->reader, err);
}

static void look_inside(struct import_look *out, const struct import_files *files,
                        const struct look_options *options)
{
    struct error why = {0};
    struct looking l = {
        .out = out,
        .bytes = mem_alloc(PART_BYTES),
        .login = (size_t)column_find(user_columns, "login", 0),
        .name = (size_t)column_find(user_columns, "display_name", 0),
        .email = (size_t)column_find(user_columns, "email", 0),
    };
    l.output = (struct format_output){.sink = count_record,
                                      .ctx = &l,
                                      .now = options->now,
                                      .merge = options->merge,
                                      .rejected = options->skip_bad ? count_rejected : NULL};
    l.reader = out->format->format->open(&l.output);
    if (!read_files(&l, files, &why))
        snprintf(out->fault, sizeof out->fault, "%s", why.text);
    out->format->format->close(l.reader);
    free(l.bytes);
    if (!out->exact && l.done > 0)
        out->users = (int64_t)((double)out->users * (double)out->size / (double)l.done);
}

static bool could_be_many(const struct import_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const uint32_t formats = files->items[i].formats;
        if (formats & (formats - 1))
            return true;
    }
    return false;
}

bool import_look(const struct look_options *options, struct import_look *out, struct error *err)
{
    struct import_look look = {0};
    struct import_files files;
    if (!import_files_find(&files, &options->path, 1, FILES_BRIEF, err))
        return false;
    look.format = import_format_choose(&files, options->format, err);
    if (look.format) {
        look.files = files.count;
        for (size_t i = 0; i < files.count; i++)
            look.size += files.items[i].size;
        look_inside(&look, &files, options);
        look.left_out = files.left_out;
        files.left_out = (struct notes){0};
        *out = look;
    }
    if (!look.format && !options->format)
        out->ambiguous = could_be_many(&files);
    import_files_release(&files);
    return look.format != NULL;
}

void import_look_release(struct import_look *l)
{
    for (size_t i = 0; i < l->first_count; i++) {
        free(l->first[i].login);
        free(l->first[i].name);
        free(l->first[i].email);
    }
    notes_release(&l->left_out);
    notes_release(&l->rejected);
    *l = (struct import_look){0};
}
