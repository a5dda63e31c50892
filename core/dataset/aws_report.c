/*
 * The AWS IAM credential report: CSV with one row a user and one for the root account.
 *
 * Columns are found by name, since shorter reports exist; unknown ones are left alone, since AWS
 * may add some. What the report cannot tell stays unknown: factors, roles, sign-ins, e-mail, who
 * is an administrator (but the root account is one), and the use of a certificate. Decisions:
 *
 * - id is the ARN, login the user name (`<root_account>` for root).
 * - enabled = a password or an access key works. The password of root is `not_supported`, which
 *   counts as one, because root can always sign in; where AWS says that root has none, the keys
 *   decide.
 * - user_type: root, member with a password, service without.
 * - last_login is the console alone. `no_information` = never. `N/A` = no password, so that a
 *   user without one is not said to have never signed in: unknown.
 * - A key exists when it is active or has a date; `N/A` as its last use = never.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/csv.h"
#include "core/dataset/format.h"

enum report_column {
    REPORT_USER,
    REPORT_ARN,
    REPORT_CREATED,
    REPORT_PASSWORD,
    REPORT_PASSWORD_USED,
    REPORT_PASSWORD_CHANGED,
    REPORT_MFA,
    REPORT_KEY_1,
    REPORT_KEY_1_CREATED,
    REPORT_KEY_1_USED,
    REPORT_KEY_2,
    REPORT_KEY_2_CREATED,
    REPORT_KEY_2_USED,
    REPORT_CERT_1,
    REPORT_CERT_1_CREATED,
    REPORT_CERT_2,
    REPORT_CERT_2_CREATED,
    REPORT_COLUMNS,
};

static const struct column report_columns[REPORT_COLUMNS] = {
    [REPORT_USER] = {.name = "user", .kind = COLUMN_TEXT},
    [REPORT_ARN] = {.name = "arn", .kind = COLUMN_TEXT},
    [REPORT_CREATED] = {.name = "user_creation_time", .kind = COLUMN_TIME},
    [REPORT_PASSWORD] = {.name = "password_enabled", .kind = COLUMN_FLAG},
    [REPORT_PASSWORD_USED] = {.name = "password_last_used", .kind = COLUMN_TIME},
    [REPORT_PASSWORD_CHANGED] = {.name = "password_last_changed", .kind = COLUMN_TIME},
    [REPORT_MFA] = {.name = "mfa_active", .kind = COLUMN_FLAG},
    [REPORT_KEY_1] = {.name = "access_key_1_active", .kind = COLUMN_FLAG},
    [REPORT_KEY_1_CREATED] = {.name = "access_key_1_last_rotated", .kind = COLUMN_TIME},
    [REPORT_KEY_1_USED] = {.name = "access_key_1_last_used_date", .kind = COLUMN_TIME},
    [REPORT_KEY_2] = {.name = "access_key_2_active", .kind = COLUMN_FLAG},
    [REPORT_KEY_2_CREATED] = {.name = "access_key_2_last_rotated", .kind = COLUMN_TIME},
    [REPORT_KEY_2_USED] = {.name = "access_key_2_last_used_date", .kind = COLUMN_TIME},
    [REPORT_CERT_1] = {.name = "cert_1_active", .kind = COLUMN_FLAG},
    [REPORT_CERT_1_CREATED] = {.name = "cert_1_last_rotated", .kind = COLUMN_TIME},
    [REPORT_CERT_2] = {.name = "cert_2_active", .kind = COLUMN_FLAG},
    [REPORT_CERT_2_CREATED] = {.name = "cert_2_last_rotated", .kind = COLUMN_TIME},
};

static const struct report_credential {
    const char *id, *kind;
    enum report_column active, created, used; /* used REPORT_COLUMNS: the report has none */
} report_credentials[] = {
    {"access_key_1", "access_key", REPORT_KEY_1, REPORT_KEY_1_CREATED, REPORT_KEY_1_USED},
    {"access_key_2", "access_key", REPORT_KEY_2, REPORT_KEY_2_CREATED, REPORT_KEY_2_USED},
    {"cert_1", "certificate", REPORT_CERT_1, REPORT_CERT_1_CREATED, REPORT_COLUMNS},
    {"cert_2", "certificate", REPORT_CERT_2, REPORT_CERT_2_CREATED, REPORT_COLUMNS},
};

/* What one cell says. */
enum cell_state {
    CELL_ABSENT,         /* no such column, empty, or a time that is none (columns.h) */
    CELL_VALUE,          /* a flag or a time, in `number` */
    CELL_NOT_APPLICABLE, /* N/A */
    CELL_NO_INFORMATION,
    CELL_NOT_SUPPORTED,
};

static const struct {
    const char *word;
    enum cell_state state;
} state_words[] = {
    {"N/A", CELL_NOT_APPLICABLE},
    {"no_information", CELL_NO_INFORMATION},
    {"not_supported", CELL_NOT_SUPPORTED},
};

struct cell {
    enum cell_state state;
    int64_t number;
};

struct aws_report {
    const struct format_output *output;
    struct csv_reader *reader; /* of the file at hand; NULL */
    struct record record;
    size_t places[REPORT_COLUMNS]; /* in a row, or column_missing */
    struct cell cells[REPORT_COLUMNS];
};

static const size_t column_missing = SIZE_MAX;
static const char root_name[] = "<root_account>";

static const char *text_of(const struct aws_report *a, char *const *cells, enum report_column c)
{
    return a->places[c] == column_missing ? NULL : cells[a->places[c]];
}

static bool read_cell(enum report_column c, const char *text, struct cell *out, struct error *err)
{
    *out = (struct cell){.state = text && *text ? CELL_VALUE : CELL_ABSENT};
    if (out->state == CELL_ABSENT)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(state_words); i++)
        if (strcasecmp(text, state_words[i].word) == 0)
            out->state = state_words[i].state;
    if (out->state != CELL_VALUE)
        return true;
    struct value value;
    if (!column_read_text(&report_columns[c], text, &value, err))
        return error_wrap(err, "column '%s'", report_columns[c].name);
    if (value.kind == VALUE_NULL)
        out->state = CELL_ABSENT;
    out->number = value.number;
    return true;
}

static bool read_cells(struct aws_report *a, char *const *cells, struct error *err)
{
    for (size_t c = REPORT_CREATED; c < REPORT_COLUMNS; c++) {
        const char *text = text_of(a, cells, (enum report_column)c);
        if (!read_cell((enum report_column)c, text, &a->cells[c], err))
            return false;
    }
    return true;
}

static bool is_true(const struct cell *cell)
{
    return cell->state == CELL_VALUE && cell->number == 1;
}

static struct value *slot(struct value *row, enum record_table table, const char *name)
{
    return &row[column_find(record_tables[table].columns, name, 0)];
}

static void put_text(struct value *row, enum record_table table, const char *name, const char *text)
{
    if (text)
        *slot(row, table, name) = (struct value){.kind = VALUE_TEXT, .text = text};
}

static void put_number(struct value *row, enum record_table table, const char *name, int64_t number)
{
    *slot(row, table, name) = (struct value){.kind = VALUE_INT, .number = number};
}

/* Leaves the value unknown where the cell has none. */
static void put_cell(struct value *row, enum record_table table, const char *name,
                     const struct cell *cell)
{
    if (cell->state == CELL_VALUE)
        put_number(row, table, name, cell->number);
}

static bool signs_in(const struct aws_report *a, bool root)
{
    const struct cell *password = &a->cells[REPORT_PASSWORD];
    return is_true(password) || is_true(&a->cells[REPORT_KEY_1]) ||
           is_true(&a->cells[REPORT_KEY_2]) || (root && password->state != CELL_VALUE);
}

/* Whether the report says enough to call a user disabled who has nothing active. */
static bool tells_enabled(const struct aws_report *a)
{
    return a->cells[REPORT_PASSWORD].state == CELL_VALUE &&
           a->cells[REPORT_KEY_1].state != CELL_ABSENT &&
           a->cells[REPORT_KEY_2].state != CELL_ABSENT;
}

static void put_state(const struct aws_report *a, struct value *user, bool root)
{
    if (signs_in(a, root))
        put_text(user, RECORD_USER, "status", "active");
    else if (tells_enabled(a))
        put_text(user, RECORD_USER, "status", "disabled");
}

static const char *user_type(const struct aws_report *a, bool root)
{
    const struct cell *password = &a->cells[REPORT_PASSWORD];
    if (root)
        return "root";
    if (password->state != CELL_VALUE)
        return NULL;
    return password->number ? "member" : "service";
}

static void put_last_login(const struct aws_report *a, struct value *user)
{
    const struct cell *used = &a->cells[REPORT_PASSWORD_USED];
    bool never = used->state == CELL_NO_INFORMATION ||
                 (used->state == CELL_NOT_APPLICABLE && is_true(&a->cells[REPORT_PASSWORD]));
    put_cell(user, RECORD_USER, "last_login_at", used);
    put_number(user, RECORD_USER, "last_login_known", never || used->state == CELL_VALUE);
}

static void put_user(struct aws_report *a, const char *name, const char *arn)
{
    struct value *user = record_user(&a->record);
    bool root = strcmp(name, root_name) == 0;
    put_text(user, RECORD_USER, "id", arn && *arn ? arn : name);
    put_text(user, RECORD_USER, "login", name);
    put_text(user, RECORD_USER, "user_type", user_type(a, root));
    put_state(a, user, root);
    put_cell(user, RECORD_USER, "created_at", &a->cells[REPORT_CREATED]);
    put_last_login(a, user);
    put_cell(user, RECORD_USER, "password_enabled", &a->cells[REPORT_PASSWORD]);
    put_cell(user, RECORD_USER, "password_changed_at", &a->cells[REPORT_PASSWORD_CHANGED]);
    put_cell(user, RECORD_USER, "mfa_enrolled", &a->cells[REPORT_MFA]);
    put_number(user, RECORD_USER, "credentials_known",
               a->cells[REPORT_KEY_1].state != CELL_ABSENT &&
                   a->cells[REPORT_KEY_2].state != CELL_ABSENT);
    if (root)
        put_number(user, RECORD_USER, "is_admin", 1);
}

static void put_credential(struct aws_report *a, const struct report_credential *c)
{
    const struct cell *active = &a->cells[c->active], *created = &a->cells[c->created];
    if (!is_true(active) && created->state != CELL_VALUE)
        return;
    struct value *row = record_add(&a->record, RECORD_CREDENTIALS);
    put_text(row, RECORD_CREDENTIALS, "cred_id", c->id);
    put_text(row, RECORD_CREDENTIALS, "kind", c->kind);
    put_number(row, RECORD_CREDENTIALS, "active", is_true(active));
    put_cell(row, RECORD_CREDENTIALS, "created_at", created);
    if (c->used == REPORT_COLUMNS)
        return;
    const struct cell *used = &a->cells[c->used];
    put_cell(row, RECORD_CREDENTIALS, "last_used_at", used);
    put_number(row, RECORD_CREDENTIALS, "last_used_known",
               used->state == CELL_VALUE || used->state == CELL_NOT_APPLICABLE);
}

/* Old reports have fewer columns about keys; one without these is cut or no report. */
static const enum report_column always_there[] = {REPORT_USER, REPORT_PASSWORD, REPORT_MFA};

static bool take_header(void *ctx, char *const *names, size_t count, struct error *err)
{
    struct aws_report *a = ctx;
    for (size_t c = 0; c < REPORT_COLUMNS; c++) {
        a->places[c] = column_missing;
        for (size_t i = 0; i < count; i++)
            if (strcasecmp(names[i], report_columns[c].name) == 0)
                a->places[c] = i;
    }
    for (size_t i = 0; i < ARRAY_LEN(always_there); i++)
        if (a->places[always_there[i]] == column_missing)
            return error_set(err, ERR_INVALID,
                             "the column '%s' is missing, which every credential report has",
                             report_columns[always_there[i]].name);
    return true;
}

static bool take_row(void *ctx, char *const *cells, struct error *err)
{
    struct aws_report *a = ctx;
    const char *name = text_of(a, cells, REPORT_USER);
    if (!name || !*name)
        return error_set(err, ERR_INVALID, "column 'user': a value is required");
    if (!read_cells(a, cells, err))
        return false;
    record_clear(&a->record);
    put_user(a, name, text_of(a, cells, REPORT_ARN));
    for (size_t i = 0; i < ARRAY_LEN(report_credentials); i++)
        put_credential(a, &report_credentials[i]);
    return record_complete(&a->record, err) && a->output->sink(a->output->ctx, &a->record, err);
}

static const struct csv_handler handler = {.header = take_header, .row = take_row};

static bool begins(const char *text, size_t len, const char *with)
{
    size_t with_len = strlen(with);
    return len >= with_len && strncasecmp(text, with, with_len) == 0;
}

/* The report as the AWS command line gives it: in base64, perhaps in JSON. */
static bool is_wrapped(const char *bytes, size_t len)
{
    static const char member[] = "\"ReportFormat\"";
    return begins(bytes, len, "dXNlcixhcm4s") || /* user,arn, */
           (begins(bytes, len, "{") && memmem(bytes, len, member, sizeof member - 1));
}

/* Also where the report is still wrapped, so that begin can say how to take it out. */
static bool recognise(const char *head, size_t len)
{
    return begins(head, len, "user,arn,") || is_wrapped(head, len);
}

static void *open_report(const struct format_output *output)
{
    struct aws_report *a = mem_zalloc(sizeof *a);
    a->output = output;
    record_init(&a->record);
    return a;
}

static bool begin(void *state, const struct format_file *file, struct error *err)
{
    struct aws_report *a = state;
    csv_reader_free(a->reader);
    a->reader = csv_reader_new(a->output, &handler, a);
    if (!is_wrapped(file->head, file->head_len))
        return true;
    error_set(err, ERR_INVALID,
              "the report is still wrapped; unwrap it: aws iam get-credential-report --query "
              "Content --output text | base64 -d > report.csv");
    return format_error_at(err, a->output->name, 1);
}

static bool feed(void *state, const char *bytes, size_t len, struct error *err)
{
    return csv_reader_feed(((struct aws_report *)state)->reader, bytes, len, err);
}

static bool finish(void *state, struct error *err)
{
    return csv_reader_finish(((struct aws_report *)state)->reader, err);
}

static void close_report(void *state)
{
    struct aws_report *a = state;
    csv_reader_free(a->reader);
    record_release(&a->record);
    free(a);
}

static const char *const suffixes[] = {NULL};

const struct format aws_report_format = {
    .recognise = recognise,
    .suffixes = suffixes,
    .open = open_report,
    .begin = begin,
    .feed = feed,
    .finish = finish,
    .close = close_report,
};
