/*
 * Accounts of a Linux host: passwd with what shadow, group and lastlog say about them. Those are
 * read first, so that every line of passwd is a whole user. Decisions:
 *
 * - id is the login. A uid is no better: several logins may share one (root and toor), and a new
 *   account often gets that of a removed one, which would hand on its history.
 * - enabled is the shell and what shadow says of the account itself: a password that somebody
 *   locked ('!' before the hash), expiry day 1 (usermod --expiredate 1), or a password too old for
 *   too long. An account that never had a password may sign in with a key: active, password off.
 *   Past its end date it is still enabled, which is what a check asks for. Without shadow only a
 *   shell that lets nobody in tells anything.
 * - roles are uid 0 and the groups that are root in the end. Groups do not nest, so that with group
 *   they are complete; sudoers is not read.
 * - lastlog goes by uid: logins that share one share its time. A lastlog without any record says
 *   nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"
#include "core/dataset/format.h"
#include "core/dataset/lines.h"
#include "core/dataset/linux_lastlog.h"
#include "core/dataset/linux_tables.h"

static const int64_t seconds_per_day = 86400;
static const int64_t last_day = 2932896; /* 9999-12-31 */
static const int64_t system_uids = 1000; /* login.defs: UID_MIN */
static const int64_t nobody_uid = 65534;
static const int64_t uid_max = 4294967295;

/* In the order in which they are read. */
enum kind { KIND_NONE = FORMAT_NOT_MINE, SHADOW, GROUP, LASTLOG, PRINTED, PASSWD };

struct linux_host {
    const struct format_output *output;
    struct lines lines;
    struct linux_lastlog lastlog;
    struct linux_tables tables;
    struct record record;
    enum kind kind;
    int64_t taken; /* lines of the file at hand, without those that were left out */
    bool has_passwd, misses_shadow;
    bool lost_groups, lost_sign_ins; /* some were left out, so that the rest is not all */
};

/* --- which file it is ------------------------------------------------------------------------ */

static bool is_number(const char *text, bool may_be_empty)
{
    return text[strspn(text, "0123456789")] == '\0' && (may_be_empty || *text);
}

static enum kind kind_of_fields(char *const *fields, size_t count)
{
    if (!*fields[0] || fields[0][strcspn(fields[0], " \t\"{<")])
        return KIND_NONE;
    if (count == 7 && is_number(fields[2], false) && is_number(fields[3], false))
        return PASSWD;
    if (count == 9 && is_number(fields[2], true) && is_number(fields[3], true) &&
        is_number(fields[4], true))
        return SHADOW;
    const bool closed = count == 4 && fields[1][strspn(fields[1], "x*!")] == '\0';
    return closed && is_number(fields[2], false) ? GROUP : KIND_NONE;
}

/* A line that is for people or for NIS. */
static bool is_skipped(const char *line)
{
    return *line == '\0' || *line == '#' || *line == '+' || *line == '-';
}

static enum kind kind_of_line(char *line)
{
    char *fields[LINUX_FIELDS_MAX];
    static const char printed[] = "Username ";
    if (strncmp(line, printed, sizeof printed - 1) == 0 && strstr(line, " Latest"))
        return PRINTED;
    size_t count = linux_split(line, fields);
    return kind_of_fields(fields, count);
}

/* The first line that counts tells. */
static enum kind kind_of_text(const char *head, size_t len)
{
    enum kind kind = KIND_NONE;
    char *text = mem_strndup(head, len), *rest = text;
    for (char *line; (line = strsep(&rest, "\r\n"));) {
        if (is_skipped(line))
            continue;
        kind = kind_of_line(line);
        break;
    }
    free(text);
    return kind;
}

static enum kind kind_of_head(const char *head, size_t len)
{
    if (linux_lastlog_recognise(head, len))
        return LASTLOG;
    return memchr(head, '\0', len) ? KIND_NONE : kind_of_text(head, len);
}

static bool recognise(const char *head, size_t len)
{
    return kind_of_head(head, len) != KIND_NONE;
}

/* A lastlog may begin with more empty records than one looks at. Editors and passwd(1) leave copies
 * behind ("passwd-"), which are not read. */
static enum kind kind_of_file(const struct format_file *file)
{
    const char *slash = strrchr(file->below, '/'), *name = slash ? slash + 1 : file->below;
    const size_t len = strlen(name);
    if (len > 0 && (name[len - 1] == '-' || name[len - 1] == '~'))
        return KIND_NONE;
    enum kind kind = kind_of_head(file->head, file->head_len);
    return kind == KIND_NONE && strcmp(name, "lastlog") == 0 ? LASTLOG : kind;
}

static int rank(const struct format_file *file)
{
    return (int)kind_of_file(file);
}

/* What lies beside a passwd of this or another host. */
static char *companion(const char *path, size_t index)
{
    static const char *const beside[] = {"shadow", "group", "lastlog"};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (strcmp(name, "passwd") != 0)
        return NULL;
    if (index < ARRAY_LEN(beside))
        return mem_printf("%.*s%s", (int)(name - path), path, beside[index]);
    return index == ARRAY_LEN(beside) && strcmp(path, "/etc/passwd") == 0
               ? mem_strdup("/var/log/lastlog")
               : NULL;
}

/* --- one account ----------------------------------------------------------------------------- */

static struct value *slot(struct linux_host *h, const char *column)
{
    return &record_user(&h->record)[column_find(user_columns, column, 0)];
}

static void put_text(struct linux_host *h, const char *column, const char *text)
{
    *slot(h, column) = (struct value){.kind = VALUE_TEXT, .text = text};
}

static void put_number(struct linux_host *h, const char *column, int64_t number)
{
    *slot(h, column) = (struct value){.kind = VALUE_INT, .number = number};
}

/* An empty shell is /bin/sh. */
static bool lets_in(const char *shell)
{
    static const char *const none[] = {"nologin", "false", "sync", "shutdown", "halt"};
    const char *slash = strrchr(shell, '/'), *name = slash ? slash + 1 : shell;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (strcmp(name, none[i]) == 0)
            return false;
    return true;
}

static const char *status_of(const struct linux_shadow *s, int64_t today)
{
    if (s->password == LINUX_PASSWORD_LOCKED || s->aging.expires == 1)
        return "disabled";
    if (s->password == LINUX_PASSWORD_NONE)
        return "active";
    if (linux_password_dead(&s->aging, today))
        return "disabled";
    return linux_password_expired(&s->aging, today) ? "password_expired" : "active";
}

/* What lies after the year 9999 was not written by a clock, and as an end is none. */
static void put_day(struct linux_host *h, const char *column, int64_t day)
{
    if (day > 0 && day <= last_day)
        put_number(h, column, day * seconds_per_day);
}

static void put_aging(struct linux_host *h, const struct linux_aging *a, bool has_password)
{
    put_day(h, "password_changed_at", a->changed);
    put_number(h, "password_must_change", a->changed == 0);
    put_number(h, "password_never_expires", has_password && linux_password_endless(a));
    put_day(h, "expires_at", a->expires);
}

static void put_password(struct linux_host *h, enum linux_password password)
{
    put_number(h, "password_enabled",
               password == LINUX_PASSWORD_SET || password == LINUX_PASSWORD_EMPTY);
    put_number(h, "password_not_required", password == LINUX_PASSWORD_EMPTY);
}

/* What is known of the account's password. The second field of passwd is "x" where shadow has it;
 * else it is the password itself. */
static bool find_shadow(struct linux_host *h, char *const *fields, struct linux_shadow *out,
                        bool *aged)
{
    const struct linux_shadow *found = linux_tables_shadow(&h->tables, fields[0]);
    const bool elsewhere = strcmp(fields[1], "x") == 0;
    *aged = found != NULL;
    *out = found ? *found : (struct linux_shadow){.aging = {-1, -1, -1, -1}};
    if (!elsewhere)
        out->password = linux_password(fields[1]);
    h->misses_shadow |= elsewhere && !found;
    return found || !elsewhere;
}

static void put_account(struct linux_host *h, char *const *fields)
{
    struct linux_shadow shadow;
    bool aged;
    const bool known = find_shadow(h, fields, &shadow, &aged);
    if (known)
        put_password(h, shadow.password);
    if (aged)
        put_aging(h, &shadow.aging, shadow.password == LINUX_PASSWORD_SET);
    if (!lets_in(fields[6]))
        put_text(h, "status", "disabled");
    else if (known)
        put_text(h, "status", status_of(&shadow, h->output->now / seconds_per_day));
}

static const char *type_of(int64_t uid)
{
    if (uid == 0)
        return "root";
    return uid < system_uids || uid == nobody_uid ? "service" : "member";
}

static int64_t add_role(struct linux_host *h, const char *role, int64_t tier)
{
    struct value *row = record_add(&h->record, RECORD_ROLES);
    row[column_find(role_columns, "role", 0)] = (struct value){.kind = VALUE_TEXT, .text = role};
    row[column_find(role_columns, "tier", 0)] = (struct value){.kind = VALUE_INT, .number = tier};
    row[column_find(role_columns, "assignment", 0)] =
        (struct value){.kind = VALUE_TEXT, .text = "active"};
    return tier;
}

static void put_roles(struct linux_host *h, const char *login, int64_t uid, int64_t gid)
{
    const struct linux_role *roles[LINUX_ROLES_MAX];
    const size_t count = linux_tables_roles(&h->tables, login, gid, roles);
    if (uid == 0)
        add_role(h, "root", 3);
    for (size_t i = 0; i < count; i++)
        add_role(h, roles[i]->group, roles[i]->tier);
    put_number(h, "roles_known", h->tables.has_groups);
    if (uid == 0 || count > 0 || h->tables.has_groups)
        put_number(h, "is_admin", uid == 0 || count > 0);
}

/* Name and number of room stand in one field, divided by commas. */
static void put_name(struct linux_host *h, char *gecos)
{
    gecos[strcspn(gecos, ",")] = '\0';
    if (*gecos)
        put_text(h, "display_name", gecos);
}

static bool read_id(const char *what, const char *text, int64_t *out, struct error *err)
{
    if (text_to_int(text, 0, uid_max, out))
        return true;
    char *quoted = column_quote(text);
    error_set(err, ERR_INVALID, "%s: '%s' is not a number", what, quoted);
    free(quoted);
    return false;
}

static bool take_account(struct linux_host *h, char *line, struct error *err)
{
    char *fields[LINUX_FIELDS_MAX];
    int64_t uid, gid, signed_in;
    if (!linux_expect_fields(linux_split(line, fields), 7, err) ||
        !read_id("user number", fields[2], &uid, err) ||
        !read_id("group number", fields[3], &gid, err))
        return false;
    record_clear(&h->record);
    put_text(h, "id", fields[0]);
    put_text(h, "login", fields[0]);
    put_name(h, fields[4]);
    put_text(h, "user_type", type_of(uid));
    put_account(h, fields);
    if (linux_tables_sign_in(&h->tables, fields[0], uid, &signed_in)) {
        put_number(h, "last_login_known", 1);
        if (signed_in > 0)
            put_number(h, "last_login_at", signed_in);
    }
    put_roles(h, fields[0], uid, gid);
    return record_complete(&h->record, err) && h->output->sink(h->output->ctx, &h->record, err);
}

/* --- files ----------------------------------------------------------------------------------- */

static bool take_text(struct linux_host *h, char *line, struct error *err)
{
    switch (h->kind) {
    case SHADOW:
        return linux_tables_add_shadow(&h->tables, line, err);
    case GROUP:
        return linux_tables_add_group(&h->tables, line, err);
    case PRINTED:
        return linux_tables_add_printed(&h->tables, line, err);
    default:
        return take_account(h, line, err);
    }
}

static bool take_line(void *ctx, const char *text, size_t len, int64_t number, struct error *err)
{
    struct linux_host *h = ctx;
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    char *line = mem_strndup(text, len);
    const bool ok = is_skipped(line) || take_text(h, line, err);
    free(line);
    h->taken += ok;
    return ok || format_refuse(h->output, err, number);
}

static void *open_host(const struct format_output *output)
{
    struct linux_host *h = mem_zalloc(sizeof *h);
    h->output = output;
    lines_init(&h->lines, output, take_line, h);
    record_init(&h->record);
    return h;
}

static bool begin(void *state, const struct format_file *file, struct error *err)
{
    (void)err;
    struct linux_host *h = state;
    h->kind = kind_of_file(file);
    h->taken = 0;
    lines_begin(&h->lines);
    linux_lastlog_begin(&h->lastlog);
    h->has_passwd |= h->kind == PASSWD || h->kind == KIND_NONE;
    h->tables.has_shadow |= h->kind == SHADOW;
    if (h->kind == PASSWD)
        linux_tables_sort(&h->tables);
    return true;
}

static bool refuse_lastlog(struct linux_host *h, struct error *err)
{
    h->lost_sign_ins = true;
    return format_refuse_at(h->output, err, "lastlog");
}

static bool feed(void *state, const char *bytes, size_t len, struct error *err)
{
    struct linux_host *h = state;
    if (h->kind != LASTLOG)
        return lines_feed(&h->lines, bytes, len, err);
    return linux_lastlog_feed(&h->lastlog, &h->tables, h->output->offset, bytes, len, err) ||
           refuse_lastlog(h, err);
}

static bool finish_lines(struct linux_host *h, struct error *err)
{
    if (!lines_finish(&h->lines, err))
        return false;
    if (h->kind == GROUP) {
        h->lost_groups |= h->taken != h->lines.number;
        h->tables.has_groups = !h->lost_groups;
    }
    return true;
}

static bool finish(void *state, struct error *err)
{
    struct linux_host *h = state;
    if (h->kind != LASTLOG)
        return finish_lines(h, err);
    if (!linux_lastlog_finish(&h->lastlog, &h->tables, err) && !refuse_lastlog(h, err))
        return false;
    h->tables.has_all_sign_ins = h->tables.sign_in_count > 0 && !h->lost_sign_ins;
    return true;
}

static bool complete(void *state, struct error *err)
{
    const struct linux_host *h = state;
    if (!h->has_passwd)
        return error_set(err, ERR_INVALID,
                         "there is no passwd among the files, which lists the users; name it too");
    if (h->misses_shadow && !h->tables.has_shadow)
        format_note(h->output, "without the file shadow, which root may read, passwords, locks and "
                               "end dates are unknown");
    return true;
}

static void close_host(void *state)
{
    struct linux_host *h = state;
    lines_release(&h->lines);
    linux_tables_release(&h->tables);
    record_release(&h->record);
    free(h);
}

static const char *const suffixes[] = {NULL};

const struct format linux_format = {
    .recognise = recognise,
    .suffixes = suffixes,
    .rank = rank,
    .companion = companion,
    .sparse = true,
    .open = open_host,
    .begin = begin,
    .feed = feed,
    .finish = finish,
    .complete = complete,
    .close = close_host,
};
