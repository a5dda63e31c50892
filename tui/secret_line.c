/* A secret being typed, in locked memory. */
#include "tui/secret_line.h"

#include <string.h>

#include "core/base/text.h"
#include "tui/keytable.h"

/* What is there and the added bytes; false where that is too long. */
static bool append(struct secret_line *l, const char *bytes, size_t len)
{
    char joined[SECRET_MAX];
    struct error err = {0};
    const size_t had = l->text.len;
    if (had + len > sizeof joined)
        return false;
    if (had > 0)
        memcpy(joined, l->text.text, had);
    memcpy(joined + had, bytes, len);
    bool ok = secret_set(&l->text, joined, had + len, &err);
    explicit_bzero(joined, sizeof joined);
    return ok;
}

static void drop_last(struct secret_line *l)
{
    size_t len = l->text.len;
    if (len == 0)
        return;
    do
        len--;
    while (len > 0 && ((unsigned char)l->text.text[len] & 0xc0) == 0x80);
    explicit_bzero(l->text.text + len, l->text.len - len);
    l->text.len = len;
}

void secret_line_release(struct secret_line *l)
{
    secret_release(&l->text);
    l->reveal = l->pasted = false;
}

bool secret_line_is_empty(const struct secret_line *l)
{
    return l->text.len == 0;
}

bool secret_line_key(struct secret_line *l, int key)
{
    char bytes[4];
    l->pasted = false;
    if (key == KEY_FN(KEY_BACKSPACE)) {
        drop_last(l);
        return true;
    }
    if (key == KEY_CTL('w')) {
        secret_release(&l->text);
        return true;
    }
    if (!key_is_text(key))
        return false;
    append(l, bytes, utf8_encode((uint32_t)key, bytes));
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

bool secret_line_paste(struct secret_line *l, const char *text, bool *newline_removed)
{
    size_t len = strlen(text), end = len;
    if (end > 0 && text[end - 1] == '\n')
        end--;
    if (end > 0 && text[end - 1] == '\r')
        end--;
    *newline_removed = end < len;
    const size_t before = l->text.len;
    if (!append(l, text, end))
        return false;
    l->before = before;
    l->pasted = true;
    return true;
}

bool secret_line_unpaste(struct secret_line *l)
{
    if (!l->pasted)
        return false;
    explicit_bzero(l->text.text + l->before, l->text.len - l->before);
    l->text.len = l->before;
    l->pasted = false;
    return true;
}

void secret_line_draw(const struct secret_line *l, WINDOW *w, int y, int x, int cols)
{
    const char *text = l->text.len > 0 ? l->text.text : "";
    const int inner = cols - 2;
    if (inner < 1)
        return;
    int used = l->reveal ? draw_width(text) : (int)utf8_count(text);
    draw_field(w, y, x, cols, true, l->reveal ? text : "");
    used = used < inner ? used : inner - 1;
    for (int i = 0; !l->reveal && i < used; i++)
        draw_text(w, y, x + 1 + i, 1, ROLE_FOCUS, "•");
    wmove(w, y, x + 1 + used);
}
