/* Tables, JSON, notes and progress of the commands. */
#include "core/cmd/output.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/command.h"
#include "core/cmd/interrupt.h"

enum {
    STEP_MS = 100,
    NOTE_MAX = 4096,
    CUT_MIN = 12,
    LAST_MIN = 24,
    ROWS_MEASURED = 1000,
    INDENT = 2
};

void table_init(struct table *t, const char *const *headers)
{
    *t = (struct table){0};
    for (; headers[t->columns]; t->columns++)
        t->right[t->columns] = headers[t->columns][0] == '>';
    for (size_t i = 0; i < t->columns; i++)
        table_add(t, headers[i] + (t->right[i] ? 1 : 0));
}

void table_add(struct table *t, const char *cell)
{
    char **slot = list_add(&t->cells, &t->cell_count, sizeof *t->cells);
    *slot = text_safe(cell ? cell : "");
}

void table_addf(struct table *t, const char *format, ...)
{
    struct strbuf text;
    va_list args;
    strbuf_init(&text, 4096);
    va_start(args, format);
    strbuf_addv(&text, format, args);
    va_end(args);
    table_add(t, text.text);
    strbuf_release(&text);
}

static void measure(struct table *t)
{
    for (size_t i = 0; i < t->cell_count; i++) {
        size_t width = text_width(t->cells[i]);
        if (width > t->widths[i % t->columns])
            t->widths[i % t->columns] = width;
    }
}

/* Columns of standard output when it is a terminal, else 0. */
static size_t terminal_columns(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                                      : 0;
}

static void print_cell(const char *cell, size_t width, bool right, bool last)
{
    int pad = width > text_width(cell) ? (int)(width - text_width(cell)) : 0;
    if (right)
        printf("%*s%s", pad, "", cell);
    else
        printf("%s%*s", cell, last ? 0 : pad, "");
    fputs(last ? "\n" : "  ", stdout);
}

/* Empty cells at the end are left out, so that no line ends in blanks. */
static void print_row(const struct table *t, char *const *cells)
{
    size_t count = t->columns;
    while (count > 1 && cells[count - 1][0] == '\0')
        count--;
    for (size_t i = 0; i < count; i++)
        print_cell(cells[i], t->widths[i], t->right[i], i + 1 == count);
}

static void cut_column(struct table *t, size_t column, size_t width)
{
    for (size_t i = column; i < t->cell_count; i += t->columns) {
        struct strbuf text;
        strbuf_init(&text, NOTE_MAX);
        text_cut_add(&text, t->cells[i], width, "…");
        mem_replace(&t->cells[i], text.text);
        strbuf_release(&text);
    }
    if (t->widths[column] > width)
        t->widths[column] = width;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* On a terminal a long last cell ends with the line, where there is room for some of it. */
static void fit(struct table *t, size_t columns)
{
    size_t before = 0, last = t->columns - 1, soft = t->gives_way;
    for (size_t i = 0; i < last; i++)
        before += t->widths[i] + 2;
    size_t wanted = before + min_size(t->widths[last], LAST_MIN);
    if (columns > 0 && soft > 0 && wanted > columns && t->widths[soft] > CUT_MIN) {
        size_t taken = min_size(wanted - columns, t->widths[soft] - CUT_MIN);
        cut_column(t, soft, t->widths[soft] - taken);
        before -= taken;
    }
    if (columns >= before + CUT_MIN)
        cut_column(t, last, columns - before);
}

static void free_cells(struct table *t)
{
    for (size_t i = 0; i < t->cell_count; i++)
        free(t->cells[i]);
    free(t->cells);
    t->cells = NULL;
    t->cell_count = 0;
}

void table_flush(struct table *t)
{
    if (!t->flushed)
        measure(t);
    fit(t, terminal_columns());
    for (size_t i = 0; i < t->cell_count; i += t->columns)
        print_row(t, t->cells + i);
    free_cells(t);
    t->flushed = true;
}

void table_flush_many(struct table *t)
{
    if (t->cell_count >= ROWS_MEASURED * t->columns)
        table_flush(t);
}

void table_print(struct table *t, const char *empty)
{
    if (t->flushed || t->cell_count > t->columns)
        table_flush(t);
    else
        print_note("%s", empty);
    table_release(t);
}

void table_release(struct table *t)
{
    free_cells(t);
    *t = (struct table){0};
}

const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* One character of JSON; above U+FFFF a surrogate pair (RFC 8259, 7). */
static void put_escaped(uint32_t code)
{
    if (code > 0xffff) {
        code -= 0x10000;
        printf("\\u%04x", (unsigned)(0xd800 + (code >> 10)));
        code = 0xdc00 + (code & 0x3ff);
    }
    printf("\\u%04x", (unsigned)code);
}

static void put_blanks(size_t count)
{
    printf("%*s", (int)count, "");
}

/* A line after the first begins with so many blanks. */
static void put_json(const char *text, size_t indent)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code = 0;
        size_t len = utf8_decode(text, left, &code);
        if (len > 0 && code != '\n' && text_is_unsafe(code))
            put_escaped(code);
        else
            fwrite(text, 1, len ? len : 1, stdout);
        if (code == '\n')
            put_blanks(indent);
        text += len ? len : 1;
        left -= len ? len : 1;
    }
}

void print_json_text(const char *text)
{
    put_json(text, 0);
    putchar('\n');
}

static void begin_level(struct json_stream *s, size_t depth);

/* What comes before a value at this depth: 0 is the value that all others are in. */
static void begin_value(struct json_stream *s, size_t depth, const char *name)
{
    if (depth == 0)
        return;
    struct json_level *in = &s->levels[depth - 1];
    begin_level(s, depth - 1);
    fputs(in->filled ? ",\n" : "\n", stdout);
    put_blanks(depth * INDENT);
    if (in->shape == JSON_OBJECT)
        printf("\"%s\": ", name);
    in->filled = true;
}

static void begin_level(struct json_stream *s, size_t depth)
{
    struct json_level *level = &s->levels[depth];
    if (level->begun)
        return;
    begin_value(s, depth, level->name);
    putchar(level->shape == JSON_OBJECT ? '{' : '[');
    level->begun = true;
}

void json_stream_open(struct json_stream *s, const char *name, enum json_shape shape)
{
    assert(s->depth < JSON_LEVELS);
    s->levels[s->depth++] = (struct json_level){.name = name, .shape = shape};
}

void json_stream_add(struct json_stream *s, const char *name, cJSON *value)
{
    char *text = json_pretty(value);
    begin_value(s, s->depth, name);
    put_json(text, s->depth * INDENT);
    free(text);
    cJSON_Delete(value);
}

void json_stream_members(struct json_stream *s, cJSON *object)
{
    while (object->child) {
        cJSON *member = cJSON_DetachItemViaPointer(object, object->child);
        json_stream_add(s, member->string, member);
    }
    cJSON_Delete(object);
}

void json_stream_close(struct json_stream *s)
{
    const struct json_level *level = &s->levels[--s->depth];
    begin_level(s, s->depth);
    if (level->filled) {
        putchar('\n');
        put_blanks(s->depth * INDENT);
    }
    putchar(level->shape == JSON_OBJECT ? '}' : ']');
    if (s->depth == 0)
        putchar('\n');
}

bool output_is_read(struct error *err)
{
    return !ferror(stdout) || error_set(err, ERR_CANCELLED, "the output could not be written");
}

int output_fail(const struct error *err)
{
    return ferror(stdout) ? EXIT_DONE : cmd_fail(err);
}

int print_json(cJSON *value)
{
    char *text = json_pretty(value);
    print_json_text(text);
    free(text);
    cJSON_Delete(value);
    return EXIT_DONE;
}

void print_note(const char *format, ...)
{
    struct strbuf text;
    va_list args;
    strbuf_init(&text, NOTE_MAX);
    va_start(args, format);
    strbuf_addv(&text, format, args);
    va_end(args);
    char *safe = text_safe(text.text);
    fflush(stdout);
    fprintf(stderr, "checkhook: %s\n", safe);
    free(safe);
    strbuf_release(&text);
}

char *time_for_people(int64_t unix_s)
{
    char text[TIME_TEXT_MAX];
    time_format_plain(unix_s, text);
    return mem_strdup(text);
}

bool on_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

void progress_show(const char *format, ...)
{
    va_list args;
    if (!on_terminal())
        return;
    va_start(args, format);
    fputc('\r', stderr);
    vfprintf(stderr, format, args);
    fputs("\033[K", stderr);
    va_end(args);
}

void progress_clear(void)
{
    if (on_terminal())
        fputs("\r\033[K", stderr);
}

static void show_progress(const struct job *job)
{
    struct job_progress p = {0};
    job_progress(job, &p);
    if (p.total > 0)
        progress_show("%s %lld%%", p.what, (long long)(p.done * 100 / p.total));
    else
        progress_show("%s %lld", p.what, (long long)p.done);
}

bool run_job(struct job *job, struct error *err)
{
    enum job_state state;
    while ((state = job_step(job, STEP_MS, err)) == JOB_RUNNING && !interrupt_seen())
        show_progress(job);
    progress_clear();
    if (state == JOB_RUNNING)
        return error_set(err, ERR_CANCELLED, "stopped; all is as it was before");
    return state == JOB_DONE;
}
