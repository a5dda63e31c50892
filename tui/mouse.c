/* What can be pressed on the screen. */
#include "tui/mouse.h"

#include "tui/keytable.h"

enum { TARGETS_MAX = 512 };

struct target {
    int y, x, cols;
    bool always;
    int key;
    mouse_pick *pick; /* NULL: only the key */
    void *ctx;
    size_t n;
};

static struct {
    struct target items[TARGETS_MAX];
    size_t count;
} targets;

/* Windows can be larger than what they show; a target ends where its window does. */
static void add(WINDOW *w, int y, int x, int cols, const struct target *what)
{
    const int right = getmaxx(w);
    if (targets.count == TARGETS_MAX || y < 0 || y >= getmaxy(w) || x < 0 || x >= right)
        return;
    struct target *t = &targets.items[targets.count++];
    *t = *what;
    t->y = getbegy(w) + y;
    t->x = getbegx(w) + x;
    t->cols = cols < right - x ? cols : right - x;
}

void mouse_forget(void)
{
    targets.count = 0;
}

void mouse_cover(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < targets.count; i++) {
        if (targets.items[i].always)
            targets.items[kept++] = targets.items[i];
    }
    targets.count = kept;
}

void mouse_key(WINDOW *w, int y, int x, int cols, int key, bool always)
{
    add(w, y, x, cols, &(struct target){.key = key, .always = always});
}

void mouse_target(WINDOW *w, int y, int x, int cols, mouse_pick *pick, void *ctx, size_t n, int key)
{
    add(w, y, x, cols, &(struct target){.key = key, .pick = pick, .ctx = ctx, .n = n});
}

/* The last that was drawn there lies on top. */
static const struct target *find(int y, int x)
{
    for (size_t i = targets.count; i > 0; i--) {
        const struct target *t = &targets.items[i - 1];
        if (t->y == y && x >= t->x && x < t->x + t->cols)
            return t;
    }
    return NULL;
}

int mouse_press(int y, int x, bool *hit)
{
    const struct target *t = find(y, x);
    *hit = t != NULL;
    if (!t)
        return KEY_NONE;
    return !t->pick || t->pick(t->ctx, t->n) ? t->key : KEY_NONE;
}
