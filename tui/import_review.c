/* Keeps what was chosen for an import, and looks into it again when the wishes change. */
#include "tui/import_review.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void import_review_release(struct import_review *r)
{
    free(r->path);
    free(r->source);
    import_look_release(&r->look);
    dataset_list_release(&r->datasets);
    textview_release(&r->about);
    *r = (struct import_review){0};
}

bool import_review_read_datasets(struct import_review *r, struct store *store, int64_t now_s,
                                 struct error *err)
{
    struct dataset_list now = {0};
    if (!datasets_list(store, &now, err))
        return false;
    dataset_list_release(&r->datasets);
    r->datasets = now;
    if (r->source)
        import_review_write(r, now_s);
    return true;
}

static const struct dataset *dataset_of(const struct import_review *r, const char *source)
{
    for (size_t i = 0; i < r->datasets.count; i++) {
        if (strcmp(r->datasets.items[i].source, source) == 0)
            return &r->datasets.items[i];
    }
    return NULL;
}

/* That which was imported in this format before, else the name of the format. */
static const char *usual_source(const struct import_review *r, const char *format)
{
    for (size_t i = 0; i < r->datasets.count; i++) {
        if (strcmp(r->datasets.items[i].format, format) == 0)
            return r->datasets.items[i].source;
    }
    return format;
}

struct import_about import_review_about(const struct import_review *r, int64_t now_s)
{
    return (struct import_about){.path = r->path,
                                 .source = r->source,
                                 .merge = r->merge,
                                 .skip_bad = r->skip_bad,
                                 .look = &r->look,
                                 .there = dataset_of(r, r->source),
                                 .now_s = now_s};
}

void import_review_write(struct import_review *r, int64_t now_s)
{
    const struct import_about about = import_review_about(r, now_s);
    r->shown_at = about.there ? about.there->loaded_at : 0;
    import_about(&r->about, &about);
}

bool import_review_look(struct import_review *r, const char *path, const char *format,
                        int64_t now_s, bool *ask_format, struct error *err)
{
    struct import_look look = {0};
    const struct look_options options = {
        .path = path, .format = format, .merge = r->merge, .skip_bad = r->skip_bad, .now = now_s};
    const bool ok = import_look(&options, &look, err);
    *ask_format = look.ambiguous;
    if (ok || look.ambiguous)
        mem_replace(&r->path, path);
    if (!ok)
        return false;
    import_look_release(&r->look);
    r->look = look;
    if (!format || !r->source)
        mem_replace(&r->source, usual_source(r, look.format->name));
    import_review_write(r, now_s);
    r->about.top = 0;
    return true;
}

/* The same path once more, in the format it was found to have. */
static bool look_again(struct import_review *r, int64_t now_s, struct error *err)
{
    bool ask_format;
    char *path = mem_strdup(r->path);
    const bool ok = import_review_look(r, path, r->look.format->name, now_s, &ask_format, err);
    free(path);
    return ok;
}

bool import_review_set_merge(struct import_review *r, bool merge, int64_t now_s, struct error *err)
{
    r->merge = merge;
    return look_again(r, now_s, err);
}

bool import_review_set_skip_bad(struct import_review *r, bool skip, int64_t now_s,
                                struct error *err)
{
    r->skip_bad = skip;
    return look_again(r, now_s, err);
}

void import_review_set_source(struct import_review *r, const char *source, int64_t now_s)
{
    mem_replace(&r->source, source);
    import_review_write(r, now_s);
}
