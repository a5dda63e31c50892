/* Lines of a run that goes on or went on in another process. */
#include "core/checks/recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/runs.h"

enum { CHECKS_BYTES_MAX = 64 * 1024 };

/* The numbers of a line that are told, by their name. */
struct told_number {
    const char *name;
    size_t offset;
};

#define NUMBER(member)                                                                             \
    {                                                                                              \
#member, offsetof(struct run_line, member)                                                 \
    }
static const struct told_number told_numbers[] = {
    NUMBER(evaluated), NUMBER(failing), NUMBER(fresh), NUMBER(resolved), NUMBER(unknown),
    NUMBER(kept),      NUMBER(done),    NUMBER(total), NUMBER(time_ms),  NUMBER(ended_ms),
};

static int64_t *number_of(struct run_line *line, size_t i)
{
    return (int64_t *)(void *)((char *)line + told_numbers[i].offset);
}

static int64_t const_number_of(const struct run_line *line, size_t i)
{
    return *(const int64_t *)(const void *)((const char *)line + told_numbers[i].offset);
}

/* --- which checks ----------------------------------------------------------------------------- */

char *run_checks_join(const struct text_list *ids)
{
    struct strbuf out;
    strbuf_init(&out, CHECKS_BYTES_MAX);
    for (size_t i = 0; i < ids->count; i++)
        strbuf_addf(&out, "%s%s", i > 0 ? " " : "", ids->items[i]);
    return strbuf_detach(&out);
}

void run_checks_split(const char *checks, struct text_list *ids)
{
    for (const char *at = checks; *at;) {
        const size_t len = strcspn(at, " ");
        char *id = mem_strndup(at, len);
        if (len > 0)
            text_list_add(ids, id);
        free(id);
        at += len + (at[len] == ' ');
    }
}

static void make_lines(const struct catalogue *catalogue, const char *checks,
                       struct run_result *out)
{
    struct text_list ids = {0};
    run_checks_split(checks, &ids);
    out->lines = mem_zalloc((catalogue->count + 1) * sizeof *out->lines);
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct check *check = &catalogue->items[i];
        if (ids.count == 0 || text_list_has(&ids, check->id))
            out->lines[out->line_count++] =
                (struct run_line){.check = check, .state = RUN_SKIPPED, .time_ms = -1};
    }
    text_list_release(&ids);
}

static struct run_line *find_line(const struct run_result *result, const char *id)
{
    for (size_t i = 0; i < result->line_count; i++)
        if (strcmp(result->lines[i].check->id, id) == 0)
            return &result->lines[i];
    return NULL;
}

/* --- while it goes on ------------------------------------------------------------------------- */

char *run_lines_tell(const struct run_result *result)
{
    cJSON *array = mem_check(cJSON_CreateArray());
    for (size_t i = 0; i < result->line_count; i++) {
        const struct run_line *line = &result->lines[i];
        if (line->state == RUN_SKIPPED)
            continue;
        cJSON *row = mem_check(cJSON_CreateObject());
        json_add_text(row, "id", line->check->id);
        json_add_text(row, "state", run_state_text(line->state));
        for (size_t n = 0; n < ARRAY_LEN(told_numbers); n++)
            if (const_number_of(line, n) != 0)
                json_add_int(row, told_numbers[n].name, const_number_of(line, n));
        if (line->error[0])
            json_add_text(row, "error", line->error);
        cJSON_AddItemToArray(array, row);
    }
    char *text = json_compact(array);
    cJSON_Delete(array);
    return text;
}

static void hear_line(const cJSON *row, const struct run_result *out)
{
    const char *id = json_text(row, "id"), *state = json_text(row, "state");
    const char *error = json_text(row, "error");
    struct run_line *line = id ? find_line(out, id) : NULL;
    if (!line || !state || !run_state_parse(state, &line->state))
        return;
    for (size_t n = 0; n < ARRAY_LEN(told_numbers); n++) {
        *number_of(line, n) = 0;
        json_int(row, told_numbers[n].name, number_of(line, n));
    }
    snprintf(line->error, sizeof line->error, "%s", error ? error : "");
}

/* What cannot be read was written by another version: then it stays as it was guessed. */
static void hear_lines(const char *lines, const struct run_result *out)
{
    struct error ignored = {0};
    cJSON *array = lines[0] ? json_parse(lines, strlen(lines), &ignored) : NULL;
    const cJSON *row;
    cJSON_ArrayForEach(row, array)
    {
        hear_line(row, out);
    }
    cJSON_Delete(array);
}

void run_foresee(const struct catalogue *catalogue, const struct config *config,
                 const struct run_elsewhere *run, struct run_result *out)
{
    *out = (struct run_result){.users = run->total};
    make_lines(catalogue, run->checks, out);
    for (size_t i = 0; i < out->line_count; i++) {
        struct run_line *line = &out->lines[i];
        if (!check_enabled(line->check, config))
            continue;
        line->state = run->total > 0 ? RUN_RUNNING : RUN_WAITING;
        line->done = run->done;
        line->total = run->total;
    }
    hear_lines(run->lines, out);
}

/* --- when it has ended ------------------------------------------------------------------------ */

static void fill_line(struct run_line *line, const struct run_check *row, const struct run *run)
{
    line->evaluated = row->evaluated;
    line->failing = row->failing;
    line->fresh = row->fresh;
    line->resolved = row->resolved;
    line->unknown = row->unknown;
    line->kept = row->kept;
    line->time_ms = row->time_ms;
    line->ended_ms = run->started_ms + run->time_ms;
    line->done = line->total = run->users;
    snprintf(line->error, sizeof line->error, "%s", row->error ? row->error : "");
    line->state = row->error         ? RUN_ERROR
                  : row->failing > 0 ? RUN_FAIL
                  : row->kept > 0    ? RUN_STALE
                                     : RUN_PASS;
}

bool run_recall(struct store *s, const struct catalogue *catalogue, const char *checks,
                int64_t run_id, struct run_result *out, struct error *err)
{
    struct run run;
    struct run_check_list rows = {0};

    if (!runs_find(s, run_id, &run, &rows, err))
        return false;
    *out = (struct run_result){.run_id = run.id, .time_ms = run.time_ms, .users = run.users};
    make_lines(catalogue, checks, out);
    for (size_t i = 0; i < rows.count; i++) {
        struct run_line *line = find_line(out, rows.items[i].check_id);
        if (line)
            fill_line(line, &rows.items[i], &run);
    }
    run_check_list_release(&rows);
    return true;
}

void run_recalled_release(struct run_result *result)
{
    free(result->lines);
    *result = (struct run_result){0};
}
