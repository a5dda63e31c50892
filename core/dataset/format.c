/* What formats share: places of errors, rows left out, remarks, and the calls a format may lack. */
#include "core/dataset/format.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { PLACE_MAX = 200, NOTE_MAX = 512 };

/* The place is there already. */
static bool refuse(const struct format_output *output, struct error *err)
{
    if (err->kind != ERR_INVALID || !output->rejected)
        return false;
    output->rejected(output->ctx, err->text);
    *err = (struct error){0};
    return true;
}

int format_rank(const struct format *format, const struct format_file *file)
{
    if (format->rank)
        return format->rank(file);
    return format->recognise(file->head, file->head_len) ? 0 : FORMAT_NOT_MINE;
}

bool format_begin(const struct format *format, void *state, const struct format_file *file,
                  struct error *err)
{
    return !format->begin || format->begin(state, file, err);
}

bool format_complete(const struct format *format, void *state, struct error *err)
{
    return !format->complete || format->complete(state, err);
}

bool format_error_at(struct error *err, const char *name, int64_t line)
{
    return err->kind == ERR_INVALID ? error_wrap(err, "%s:%" PRId64, name, line) : false;
}

bool format_refuse(const struct format_output *output, struct error *err, int64_t line)
{
    format_error_at(err, output->name, line);
    return refuse(output, err);
}

bool format_refuse_at(const struct format_output *output, struct error *err, const char *place, ...)
{
    char text[PLACE_MAX];
    va_list args;
    if (err->kind != ERR_INVALID)
        return false;
    va_start(args, place);
    vsnprintf(text, sizeof text, place, args);
    va_end(args);
    error_wrap(err, "%s: %s", output->name, text);
    return refuse(output, err);
}

void format_note(const struct format_output *output, const char *text, ...)
{
    char note[NOTE_MAX];
    va_list args;
    if (!output->noted)
        return;
    va_start(args, text);
    vsnprintf(note, sizeof note, text, args);
    va_end(args);
    output->noted(output->ctx, note);
}

void format_covers(const struct format_output *output, enum record_table table)
{
    if (output->covered)
        output->covered(output->ctx, table);
}

void format_doubts(const struct format_output *output, enum record_table table)
{
    if (output->doubted)
        output->doubted(output->ctx, table);
}

void format_otherwise(const struct format_output *output, const char *column, struct value value)
{
    if (output->otherwise)
        output->otherwise(output->ctx, column, value);
}
