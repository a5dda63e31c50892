/* Says in words what an import would do, and what one did. */
#include "tui/import_about.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "tui/count.h"
#include "tui/picker.h"

enum { MUCH_SMALLER = 2 };

static const char *users_word(int64_t count)
{
    return count == 1 ? "user" : "users";
}

/* one: "factor"; `of` follows. */
static void add_count(struct textview *out, const char *label, int64_t count, const char *one,
                      const char *of)
{
    char number[COUNT_TEXT_MAX];
    count_text(count, number);
    if (count > 0)
        textview_pair(out, label, ROLE_TEXT, "%s %s%s%s", number, one, count == 1 ? "" : "s", of);
}

static const char *part_of(const struct import_look *look)
{
    return look->exact ? "" : " in the first part of it";
}

static void add_inside(struct textview *out, const struct import_look *look)
{
    const char *of = part_of(look);
    char about_users[64];
    add_count(out, "With", look->factors, "factor", of);
    add_count(out, "", look->roles, "role", of);
    add_count(out, "", look->sign_ins, "sign-in", of);
    add_count(out, "", look->credentials, "credential", of);
    snprintf(about_users, sizeof about_users, " about users%s", of);
    add_count(out, "", look->adds, "row", about_users);
}

static void add_files(struct textview *out, const struct import_about *a)
{
    const struct import_look *look = a->look;
    const int64_t others = look->left_out.total;
    char size[32], users[COUNT_TEXT_MAX];
    picker_size_text(look->size, size, sizeof size);
    textview_pair(out, look->files == 1 && others == 0 ? "File" : "Folder", ROLE_TEXT, "%s",
                  a->path);
    if (look->files != 1 || others > 0)
        textview_pair(out, "Files", others > 0 ? ROLE_WARN : ROLE_TEXT, "%zu%s", look->files,
                      others > 0 ? "; others are left out, see below" : "");
    textview_pair(out, "Format", ROLE_TEXT, "%s (%s)", look->format->label, look->format->name);
    count_text(look->users, users);
    textview_pair(out, "Size", ROLE_TEXT, "%s, %s%s %s", size, look->exact ? "" : "about ", users,
                  users_word(look->users));
    if (look->fault[0])
        textview_pair(out, "Fault", ROLE_BAD, "■ %s", look->fault);
    add_inside(out, look);
}

bool import_about_hopeless(const struct import_about *a, char *out, size_t size)
{
    if (!a->look->fault[0])
        return false;
    snprintf(out, size, "%s.%s", a->look->fault, a->skip_bad ? "" : " b leaves such rows out.");
    return true;
}

bool import_about_doubt(const struct import_about *a, char *out, size_t size)
{
    const struct dataset *was = a->there;
    if (!was || a->merge)
        return false;
    if (strcmp(was->format, a->look->format->name) != 0) {
        snprintf(out, size, "it is of another format, %s", was->format);
        return true;
    }
    if (was->users > a->look->users * MUCH_SMALLER) {
        char there[COUNT_TEXT_MAX], here[COUNT_TEXT_MAX];
        count_text(was->users, there);
        count_text(a->look->users, here);
        snprintf(out, size, "it has %s %s, the file %s%s", there, users_word(was->users),
                 a->look->exact ? "" : "about ", here);
        return true;
    }
    return false;
}

static void add_there(struct textview *out, const struct import_about *a)
{
    char age[16], doubt[160], users[COUNT_TEXT_MAX];
    count_text(a->there->users, users);
    time_age(a->now_s - a->there->loaded_at, age);
    textview_pair(out, a->merge ? "Adds to" : "Replaces", ROLE_TEXT, "%s %s of %s, imported %s ago",
                  users, users_word(a->there->users), a->there->format, age);
    if (import_about_doubt(a, doubt, sizeof doubt))
        textview_pair(out, "", ROLE_WARN, "▲ %s", doubt);
    if (a->merge)
        textview_pair(out, "", ROLE_DIM,
                      "Who is not in it stays; of the others only what it says is changed.");
}

static void add_target(struct textview *out, const struct import_about *a)
{
    textview_pair(out, "Source", ROLE_TEXT, "%s", a->source);
    if (a->there)
        add_there(out, a);
    else if (a->merge)
        textview_pair(out, "Adds to", ROLE_BAD, "■ no data set has that name");
    else
        textview_pair(out, "Replaces", ROLE_TEXT, "nothing, the source is new");
    if (!a->skip_bad)
        textview_pair(out, "Bad rows", ROLE_TEXT, "stop the import");
    else if (a->look->rejected.total == 0)
        textview_pair(out, "Bad rows", ROLE_TEXT, "are left out and listed; none%s",
                      a->look->exact ? "" : " in the first part");
    else
        textview_pair(out, "Bad rows", ROLE_WARN, "▲ %lld%s left out, see below",
                      (long long)a->look->rejected.total,
                      a->look->exact ? "" : " in the first part");
}

/* A heading and the sentences; nothing where there is none. */
static void add_notes(struct textview *out, const char *heading, const struct notes *notes)
{
    if (notes->total == 0)
        return;
    textview_blank(out);
    textview_add(out, ROLE_HEADING, "%s", heading);
    for (size_t i = 0; i < notes->count; i++)
        textview_add(out, ROLE_TEXT, "%s", notes->items[i]);
    const int64_t more = notes->total - (int64_t)notes->count;
    if (more > 0)
        textview_add(out, ROLE_DIM, "and %lld more", (long long)more);
}

static void add_first(struct textview *out, const struct import_look *look)
{
    if (look->first_count == 0)
        return;
    textview_blank(out);
    textview_add(out, ROLE_HEADING, "First users");
    for (size_t i = 0; i < look->first_count; i++) {
        const struct look_user *u = &look->first[i];
        textview_add(out, ROLE_TEXT, "%s%s%s%s%s", u->login ? u->login : "", u->name ? " · " : "",
                     u->name ? u->name : "", u->email ? " · " : "", u->email ? u->email : "");
    }
}

void import_about(struct textview *out, const struct import_about *a)
{
    textview_clear(out);
    add_files(out, a);
    textview_blank(out);
    add_target(out, a);
    add_first(out, a->look);
    add_notes(out, "Rows that are left out", &a->look->rejected);
    add_notes(out, "Files that are left out", &a->look->left_out);
}

bool import_about_remarks(const struct import_result *r)
{
    return r->rejected.total > 0 || r->notes.total > 0 || r->unmatched > 0;
}

static const char *rows_word(int64_t count)
{
    return count == 1 ? "row" : "rows";
}

/* What did not come as it stood in the files. */
static void add_remarks(struct textview *out, const struct import_result *r)
{
    char count[COUNT_TEXT_MAX];
    count_text(r->unmatched, count);
    if (r->unmatched > 0)
        textview_pair(out, "Nobody", ROLE_WARN, "▲ %s %s about users who are not there", count,
                      r->unmatched == 1 ? "row is" : "rows are");
    count_text(r->rejected.total, count);
    if (r->rejected.total > 0)
        textview_pair(out, "Left out", ROLE_WARN, "▲ %s %s", count, rows_word(r->rejected.total));
    count_text(r->kept, count);
    if (r->kept > 0)
        textview_pair(out, "Kept", ROLE_WARN,
                      "▲ %s %s who are not in the files, since rows were left out", count,
                      users_word(r->kept));
}

void import_about_result(struct textview *out, const struct import_result *r)
{
    char users[COUNT_TEXT_MAX], fresh[COUNT_TEXT_MAX], now[COUNT_TEXT_MAX];
    count_text(r->merged ? r->told : r->users, users);
    count_text(r->new_users, fresh);
    count_text(r->now.users, now);
    textview_clear(out);
    textview_pair(out, "Source", ROLE_TEXT, "%s (%s)", r->source, r->format);
    textview_pair(out, "Files", ROLE_TEXT, "%lld", (long long)r->files);
    if (r->merged)
        textview_pair(out, "Users", ROLE_TEXT, "%s read, %s of them new; the data set has %s",
                      users, fresh, now);
    else
        textview_pair(out, "Users", ROLE_TEXT, "%s", users);
    add_count(out, "With", r->factors, "factor", "");
    add_count(out, "", r->roles, "role", "");
    add_count(out, "", r->sign_ins, "sign-in", "");
    add_count(out, "", r->credentials, "credential", "");
    add_remarks(out, r);
    add_notes(out, "Rows that were left out", &r->rejected);
    add_notes(out, "Remarks", &r->notes);
}
