/* Parameter lists in a few words, for the form. */
#include "forms/summary.h"

#include "core/base/mem.h"
#include "core/base/strbuf.h"

enum { SUMMARY_MAX = 512, PLACES = PLACE_BODY + 1 };

static const struct {
    const char *one, *many;
} words[PLACES] = {
    [PLACE_HEADER] = {"header", "headers"},
    [PLACE_QUERY] = {"query", "query"},
    [PLACE_BODY] = {"body", "body"},
};

static void add_keys(struct strbuf *out, const struct param_list *list)
{
    strbuf_addf(out, "%zu: ", list->count);
    for (size_t i = 0; i < list->count; i++)
        strbuf_addf(out, "%s%s", i ? ", " : "", list->items[i].key);
}

static void add_places(struct strbuf *out, const struct param_list *list)
{
    size_t counts[PLACES] = {0};
    for (size_t i = 0; i < list->count; i++)
        counts[list->items[i].place]++;
    for (int i = 0; i < PLACES; i++) {
        if (counts[i] > 0)
            strbuf_addf(out, "%s%zu %s", out->len ? ", " : "", counts[i],
                        counts[i] == 1 ? words[i].one : words[i].many);
    }
}

char *summary_of_params(const struct param_list *list, bool keys)
{
    struct strbuf out;
    if (list->count == 0)
        return mem_strdup("none");
    strbuf_init(&out, SUMMARY_MAX);
    if (keys)
        add_keys(&out, list);
    else
        add_places(&out, list);
    return strbuf_detach(&out);
}
