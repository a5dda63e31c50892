/* Puts records into the store, whole users and what is added to them, and counts them. */
#include "core/dataset/import_sink.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/store/datasets.h"

static const char *text_of(const struct value *value)
{
    return value->kind == VALUE_TEXT && value->text[0] ? value->text : NULL;
}

static bool load_lists(const struct import_sink *sink, const struct record *record, int64_t uid,
                       struct error *err)
{
    const bool anew = record->part == RECORD_WHOLE;
    const struct value *user = record_row(record, RECORD_USER, 0);
    for (size_t t = RECORD_USER + 1; t < RECORD_TABLES; t++) {
        const struct record_rows *rows = &record->rows[t];
        if (!rows->given)
            continue;
        const bool whole = user[record->places.known[t]].number == 1;
        if (!datasets_begin_list(sink->store, record_tables[t].columns, uid,
                                 whole ? LIST_WHOLE : LIST_PART, anew, err))
            return false;
        for (size_t i = 0; i < rows->count; i++)
            if (!datasets_add_row(sink->store, record_tables[t].columns, uid,
                                  record_row(record, (enum record_table)t, i), err))
                return false;
    }
    return true;
}

static void count(struct import_sink *sink, const struct record *record)
{
    struct import_result *r = sink->result;
    r->users += record->part == RECORD_WHOLE;
    r->factors += (int64_t)record->rows[RECORD_FACTORS].count;
    r->roles += (int64_t)record->rows[RECORD_ROLES].count;
    r->sign_ins += (int64_t)record->rows[RECORD_SIGN_INS].count;
    r->credentials += (int64_t)record->rows[RECORD_CREDENTIALS].count;
}

/* *uid becomes 0 where a record adds to nobody. */
static bool load_user(struct import_sink *sink, const struct record *record, int64_t *uid,
                      struct error *err)
{
    const struct value *user = record_row(record, RECORD_USER, 0);
    if (record->part == RECORD_WHOLE)
        return datasets_add_user(sink->store, user, uid, err);
    return datasets_find_user(sink->store, text_of(&user[record->places.id]),
                              text_of(&user[record->places.login]), uid, err) &&
           (*uid == 0 || datasets_change_user(sink->store, *uid, user, err));
}

static bool pass_record(struct import_sink *sink, const struct record *record, struct error *err)
{
    const struct value *id = record_row(record, RECORD_USER, 0) + record->places.id;
    sink->passed += record->part == RECORD_WHOLE;
    return sink->passed < sink->second ||
           error_set(err, ERR_INVALID, "a second user has the id '%s'", id->text);
}

static bool take_record(void *ctx, const struct record *record, struct error *err)
{
    struct import_sink *sink = ctx;
    int64_t uid;
    if (sink->second > 0)
        return pass_record(sink, record, err);
    if (!load_user(sink, record, &uid, err))
        return false;
    sink->taken++;
    sink->rows++;
    if (uid == 0) {
        sink->result->unmatched++;
        return true;
    }
    if (!load_lists(sink, record, uid, err))
        return false;
    count(sink, record);
    return true;
}

static void take_rejected(void *ctx, const char *text)
{
    struct import_sink *sink = ctx;
    sink->rejected++;
    sink->rows++;
    notes_add(&sink->result->rejected, text);
}

static void take_note(void *ctx, const char *text)
{
    notes_add(&((struct import_sink *)ctx)->result->notes, text);
}

static void take_covered(void *ctx, enum record_table table)
{
    ((struct import_sink *)ctx)->covered[table] = true;
}

static void take_doubted(void *ctx, enum record_table table)
{
    ((struct import_sink *)ctx)->doubted[table] = true;
}

static void take_otherwise(void *ctx, const char *column, struct value value)
{
    struct import_sink *sink = ctx;
    sink->otherwise = column;
    sink->otherwise_value = value;
}

struct format_output import_sink_output(struct import_sink *sink,
                                        const struct import_options *options)
{
    return (struct format_output){
        .sink = take_record,
        .ctx = sink,
        .now = options->now,
        .merge = options->merge,
        .rejected = options->skip_bad ? take_rejected : NULL,
        .noted = take_note,
        .covered = take_covered,
        .doubted = take_doubted,
        .otherwise = take_otherwise,
    };
}

void import_sink_begin_file(struct import_sink *sink)
{
    if (sink->second == 0)
        datasets_next_file(sink->store);
    sink->taken = 0;
    sink->rejected = 0;
    sink->first_rejection = sink->result->rejected.count;
}

bool import_sink_end_file(const struct import_sink *sink, const char *name, struct error *err)
{
    const struct notes *rejected = &sink->result->rejected;
    if (sink->taken > 0 || sink->rejected == 0)
        return true;
    const bool kept = sink->first_rejection < rejected->count;
    return error_set(err, ERR_INVALID, "none of the %" PRId64 " rows of %s could be read%s%s",
                     sink->rejected, name, kept ? ": " : "",
                     kept ? rejected->items[sink->first_rejection] : "");
}

bool import_sink_tells_of_all(const struct import_sink *sink)
{
    bool any = sink->otherwise != NULL;
    for (size_t t = 0; t < RECORD_TABLES; t++)
        any = any || sink->covered[t];
    return any;
}

static void doubt(struct import_sink *sink, enum record_table table)
{
    enum { NOTE_MAX = 128 };
    char note[NOTE_MAX];
    snprintf(note, sizeof note,
             "rows of %s were left out that may have been anybody's: nobody's are known to be all",
             record_tables[table].name);
    notes_add(&sink->result->notes, note);
    datasets_doubt(sink->store, record_tables[table].columns);
}

void import_sink_complete(struct import_sink *sink)
{
    const bool any = import_sink_tells_of_all(sink);
    for (size_t t = 0; t < RECORD_TABLES; t++)
        if (sink->doubted[t])
            doubt(sink, (enum record_table)t);
    if (sink->result->rejected.total > 0)
        datasets_keep(sink->store);
    if (any && sink->result->rejected.total > 0) {
        notes_add(&sink->result->notes,
                  "rows were left out: who has nothing in a list is not known to have nothing");
        return;
    }
    for (size_t t = 0; t < RECORD_TABLES; t++)
        if (sink->covered[t])
            datasets_cover(sink->store, record_tables[t].columns);
    if (sink->otherwise)
        datasets_otherwise(sink->store, sink->otherwise, sink->otherwise_value);
}
