/*
 * A list of rows in columns: titles, a selection, scrolling. It owns no data: the screen tells how
 * many rows there are and is asked for each cell that is drawn.
 */
#ifndef CHECKHOOK_TUI_LIST_H
#define CHECKHOOK_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/draw.h"
#include "tui/keytable.h"

struct list_column {
    const char *title;
    const char *id; /* in preferences; NULL = the title in lower case */
    int width;      /* the least it needs */
    int grow;       /* the shown column with the highest takes what is left; 0 = never */
    int most;       /* it grows to this, and the next one takes the rest; 0 = without limit */
    int drop;       /* when narrow the highest goes first; 0 = never */
    bool right;     /* aligned */
    int gap;        /* blanks in front of it; 0 = 2 */
};

enum { LIST_COLUMNS_MAX = 12 };

struct list_cell {
    char text[512];
    enum role role; /* ROLE_TEXT when not set */
};

/* Fills a cell; `out` is empty before. */
typedef void list_cell_fn(void *ctx, size_t row, size_t column, struct list_cell *out);

struct list {
    const struct list_column *columns;
    size_t column_count;
    uint32_t hidden;                       /* bit N: column N is left out, as somebody chose */
    uint32_t no_room;                      /* bit N: it found none at the last drawing */
    bool (*marked)(void *ctx, size_t row); /* NULL = none is; ctx as that of list_draw */
    size_t count;                          /* rows; set by list_set_count */
    size_t selected;                       /* always below count, or 0 */
    size_t top;                            /* first row shown */
    int page;                              /* rows shown at the last drawing */
    int first_y;                           /* where the first row shown stood at the last drawing */
    int selected_y; /* where the selected row stands, also before it is drawn: anchor of menus */
};

void list_init(struct list *l, const struct list_column *columns, size_t column_count);

/* After reading again: keeps the selection inside. */
void list_set_count(struct list *l, size_t count);
void list_select(struct list *l, size_t row);

/* "13-34 of 412" as it was drawn last; "" where every row is shown. */
void list_place_text(const struct list *l, char *out, size_t size);

/*
 * Title row and rows; leaves the cursor on the selected row. focus false draws no selection bar.
 * The first or last row shown bears `▲` or `▼` in front where there are more above or below.
 */
void list_draw(struct list *l, WINDOW *w, const struct area *area, bool focus, list_cell_fn *cell,
               void *ctx);

/* Takes the moving actions of KEYS_LIST; true when it was one. */
bool list_move(struct list *l, enum action action);

#endif
