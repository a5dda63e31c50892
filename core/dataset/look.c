/* Reads the first part of a file and counts what is in it. */
#include "core/dataset/look.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/format.h"
#include "core/dataset/recognise.h"

enum { HEAD_BYTES = 256 * 1024 };

struct reading {
    struct import_look *out;
    size_t login, name, email; /* columns */
};

static char *text_of(const struct value *value)
{
    return value->kind == VALUE_TEXT ? mem_strdup(value->text) : NULL;
}

static bool count_user(void *ctx, const struct record *record, struct error *err)
{
    const struct reading *r = ctx;
    struct import_look *out = r->out;
    const struct value *user = record_row(record, RECORD_USER, 0);
    (void)err;
    out->users++;
    out->factors += (int64_t)record->rows[RECORD_FACTORS].count;
    out->roles += (int64_t)record->rows[RECORD_ROLES].count;
    out->sign_ins += (int64_t)record->rows[RECORD_SIGN_INS].count;
    out->credentials += (int64_t)record->rows[RECORD_CREDENTIALS].count;
    if (out->first_count < LOOK_USERS)
        out->first[out->first_count++] = (struct look_user){
            text_of(&user[r->login]), text_of(&user[r->name]), text_of(&user[r->email])};
    return true;
}

/* Up to HEAD_BYTES; false when the file cannot be read. */
static bool read_head(int fd, const char *path, char *head, size_t *len, struct error *err)
{
    *len = 0;
    while (*len < HEAD_BYTES) {
        const ssize_t got = read(fd, head + *len, HEAD_BYTES - *len);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return error_errno(err, ERR_IO, "%s cannot be read", path);
        *len += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static void read_users(struct import_look *out, const char *name, const char *head, size_t len)
{
    struct error why = {0};
    struct reading reading = {
        .out = out,
        .login = (size_t)column_find(user_columns, "login", 0),
        .name = (size_t)column_find(user_columns, "display_name", 0),
        .email = (size_t)column_find(user_columns, "email", 0),
    };
    const struct format_output output = {.name = name, .sink = count_user, .ctx = &reading};
    void *reader = out->format->format->open(&output);
    const bool ok = out->format->format->feed(reader, head, len, &why) &&
                    (!out->exact || out->format->format->finish(reader, &why));
    out->format->format->close(reader);
    if (!ok)
        snprintf(out->fault, sizeof out->fault, "%s", why.text);
    if (!out->exact && len > 0)
        out->users = (int64_t)((double)out->users * (double)out->size / (double)len);
}

/* Errors tell the name of the file alone: who looks has just chosen it. */
static bool look_at(int fd, const char *path, const char *format, struct import_look *out,
                    struct error *err)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct stat info;
    size_t len = 0;
    char *head = mem_alloc(HEAD_BYTES);
    bool ok = read_head(fd, path, head, &len, err);
    if (ok) {
        out->size = fstat(fd, &info) == 0 ? info.st_size : (int64_t)len;
        out->exact = out->size <= (int64_t)len;
        out->format = import_format_choose(format, name, head, len, err);
        ok = out->format != NULL;
    }
    if (ok)
        read_users(out, name, head, len);
    free(head);
    return ok;
}

bool import_look(const char *path, const char *format, struct import_look *out, struct error *err)
{
    struct import_look look = {0};
    const int fd = file_open(path, err);
    if (fd < 0)
        return false;
    const bool ok = look_at(fd, path, format, &look, err);
    close(fd);
    if (ok)
        *out = look;
    return ok;
}

void import_look_release(struct import_look *l)
{
    for (size_t i = 0; i < l->first_count; i++) {
        free(l->first[i].login);
        free(l->first[i].name);
        free(l->first[i].email);
    }
    *l = (struct import_look){0};
}
