/* Puts a text together that comes in pieces. */
#include "core/dataset/pieces.h"

void pieces_init(struct pieces *p, size_t max, size_t spare)
{
    *p = (struct pieces){.max = max};
    strbuf_init(&p->held, max + spare);
}

void pieces_release(struct pieces *p)
{
    strbuf_release(&p->held);
}

void pieces_begin(struct pieces *p, const char *from)
{
    strbuf_clear(&p->held);
    p->from = from;
}

bool pieces_hold(struct pieces *p, const char *to)
{
    const size_t len = (size_t)(to - p->from);
    if (p->held.len + len > p->max)
        return false;
    strbuf_add(&p->held, p->from, len);
    p->from = to;
    return true;
}

bool pieces_end(struct pieces *p, const char *to, const char **text, size_t *len)
{
    *text = p->from;
    *len = (size_t)(to - p->from);
    if (p->held.len == 0)
        return *len <= p->max;
    if (!pieces_hold(p, to))
        return false;
    *text = p->held.text;
    *len = p->held.len;
    return true;
}
