/* Says in words what an import would do. */
#include "tui/import_about.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "tui/picker.h"

enum { MUCH_SMALLER = 2 };

static const char *users_word(int64_t count)
{
    return count == 1 ? "user" : "users";
}

static void add_count(struct textview *out, const char *label, int64_t count, const char *what)
{
    if (count > 0)
        textview_pair(out, label, ROLE_TEXT, "%lld %s", (long long)count, what);
}

static void add_file(struct textview *out, const struct import_about *a)
{
    const struct import_look *look = a->look;
    char size[32];
    picker_size_text(look->size, size, sizeof size);
    textview_pair(out, "File", ROLE_TEXT, "%s", a->path);
    textview_pair(out, "Format", ROLE_TEXT, "%s (%s)", look->format->label, look->format->name);
    textview_pair(out, "Size", ROLE_TEXT, "%s, %s%lld %s", size, look->exact ? "" : "about ",
                  (long long)look->users, users_word(look->users));
    if (look->fault[0])
        textview_pair(out, "Fault", ROLE_BAD, "■ %s", look->fault);
    const char *of = look->exact ? "" : " in the first part of it";
    char text[64];
    snprintf(text, sizeof text, "factors%s", of);
    add_count(out, "With", look->factors, text);
    snprintf(text, sizeof text, "roles%s", of);
    add_count(out, "", look->roles, text);
    snprintf(text, sizeof text, "sign-ins%s", of);
    add_count(out, "", look->sign_ins, text);
    snprintf(text, sizeof text, "credentials%s", of);
    add_count(out, "", look->credentials, text);
}

bool import_about_doubt(const struct import_about *a, char *out, size_t size)
{
    const struct dataset *was = a->replaced;
    if (!was)
        return false;
    if (strcmp(was->format, a->look->format->name) != 0) {
        snprintf(out, size, "it is of another format, %s", was->format);
        return true;
    }
    if (was->users > a->look->users * MUCH_SMALLER) {
        snprintf(out, size, "it has %lld %s, the file %s%lld", (long long)was->users,
                 users_word(was->users), a->look->exact ? "" : "about ", (long long)a->look->users);
        return true;
    }
    return false;
}

static void add_target(struct textview *out, const struct import_about *a)
{
    char age[16], doubt[160];
    textview_pair(out, "Source", ROLE_TEXT, "%s", a->source);
    if (!a->replaced) {
        textview_pair(out, "Replaces", ROLE_TEXT, "nothing, the source is new");
        return;
    }
    time_age(a->now_s - a->replaced->loaded_at, age);
    textview_pair(out, "Replaces", ROLE_TEXT, "%lld %s of %s, imported %s ago",
                  (long long)a->replaced->users, users_word(a->replaced->users),
                  a->replaced->format, age);
    if (import_about_doubt(a, doubt, sizeof doubt))
        textview_pair(out, "", ROLE_WARN, "▲ %s", doubt);
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
    add_file(out, a);
    textview_blank(out);
    add_target(out, a);
    add_first(out, a->look);
}
