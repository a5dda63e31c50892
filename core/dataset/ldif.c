/* LDIF of a directory: each entry that is a user, by the tables of its kind of directory. */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"
#include "core/dataset/ldap_values.h"
#include "core/dataset/ldif_mapping.h"

enum { RULES_MAX = 32, MADE_MAX = 2 * LDIF_ENTRY_MAX };

/* A directory with the places of its columns found. */
struct directory {
    const struct ldif_directory *is;
    size_t places[RULES_MAX];
};

struct ldif {
    const struct format_output *output;
    struct ldif_reader *reader;
    struct record record;
    struct ldif_user user;
    struct directory active_directory, openldap;
};

static void directory_init(struct directory *d, const struct ldif_directory *is)
{
    d->is = is;
    for (size_t i = 0; is->rules[i].column; i++)
        d->places[i] = (size_t)column_find(user_columns, is->rules[i].column, 0);
}

/* Attributes that no other directory gives to users. */
static bool is_of_active_directory(const struct ldif_entry *entry)
{
    static const enum ldap_attribute own[] = {LDAP_OBJECT_GUID, LDAP_SAM_ACCOUNT_NAME,
                                              LDAP_USER_ACCOUNT_CONTROL, LDAP_PWD_LAST_SET};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (entry->first[own[i]])
            return true;
    return false;
}

static bool apply_rules(struct ldif_user *u, const struct directory *d, struct error *err)
{
    struct value *row = record_user(u->record);
    for (size_t i = 0; d->is->rules[i].column; i++) {
        const struct ldif_rule *rule = &d->is->rules[i];
        const struct ldif_value *said = u->entry->first[rule->from];
        struct value *out = &row[d->places[i]];
        if (!said || (out->kind != VALUE_NULL && !rule->later))
            continue;
        if (!rule->convert(u, said, out, err))
            return false;
    }
    return true;
}

/* Room for all that may be made of the entry, so that nothing made moves. */
static void make_room(struct ldif_user *u)
{
    size_t room = LDAP_GUID_TEXT;
    for (size_t i = 0; i < u->entry->count; i++)
        room += u->entry->values[i].len + 1;
    strbuf_clear(&u->made);
    strbuf_reserve(&u->made, room);
}

/* Without an identifier that stays, a user is known by its name in the directory. */
static void put_id(struct ldif_user *u)
{
    if (ldif_slot(u, "id")->kind == VALUE_NULL)
        ldif_put_text(u, "id", u->entry->dn);
}

static bool take_entry(void *ctx, struct ldif_entry *entry, struct error *err)
{
    struct ldif *l = ctx;
    const struct directory *d = is_of_active_directory(entry) ? &l->active_directory : &l->openldap;
    if (!d->is->is_user(entry))
        return true;
    record_clear(&l->record);
    l->user.entry = entry;
    make_room(&l->user);
    if (!apply_rules(&l->user, d, err))
        return false;
    put_id(&l->user);
    return d->is->finish(&l->user, err) && record_complete(&l->record, err) &&
           l->output->sink(l->output->ctx, &l->record, err);
}

static void *open_ldif(const struct format_output *output)
{
    struct ldif *l = mem_zalloc(sizeof *l);
    l->output = output;
    l->reader = ldif_reader_new(output, ldap_attribute_names, take_entry, l);
    record_init(&l->record);
    l->user = (struct ldif_user){.output = output, .record = &l->record};
    strbuf_init(&l->user.made, MADE_MAX);
    directory_init(&l->active_directory, &ldif_active_directory);
    directory_init(&l->openldap, &ldif_openldap);
    return l;
}

static bool begin(void *state, const struct format_file *file, struct error *err)
{
    (void)file;
    (void)err;
    ldif_reader_begin(((struct ldif *)state)->reader);
    return true;
}

static bool feed(void *state, const char *bytes, size_t len, struct error *err)
{
    return ldif_reader_feed(((struct ldif *)state)->reader, bytes, len, err);
}

static bool finish(void *state, struct error *err)
{
    return ldif_reader_finish(((struct ldif *)state)->reader, err);
}

static void close_ldif(void *state)
{
    struct ldif *l = state;
    ldif_reader_free(l->reader);
    record_release(&l->record);
    strbuf_release(&l->user.made);
    free(l);
}

static const char *const suffixes[] = {".ldif", ".ldf", NULL};

const struct format ldif_format = {
    .recognise = ldif_recognise,
    .suffixes = suffixes,
    .open = open_ldif,
    .begin = begin,
    .feed = feed,
    .finish = finish,
    .close = close_ldif,
};
