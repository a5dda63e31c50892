/*
 * A list that is held in memory, with what every list offers: a filter over all its columns, an
 * order, columns that can be left out, and marks. It owns none of the rows; it maps what is shown
 * to them. Rows count from 0 as the screen has them, whatever is shown.
 */
#ifndef CHECKHOOK_TUI_LISTING_H
#define CHECKHOOK_TUI_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config/model.h"
#include "core/config/preferences.h"
#include "tui/filter.h"
#include "tui/list.h"

struct listing_ops {
    const char *name; /* of its preferences */
    const struct list_column *columns;
    size_t column_count;
    size_t sort_column; /* at first; LISTING_UNSORTED = as the rows are */
    list_cell_fn *cell;
    /* What the row is known by when everything is read again; lent. */
    const char *(*id)(void *ctx, size_t row);
    /* Orders two rows by a column. NULL: by the text of the cells. */
    int (*compare)(void *ctx, size_t a, size_t b, size_t column);
};

struct listing {
    const struct listing_ops *ops;
    void *ctx; /* of the functions in ops; lent */
    struct list list;
    struct filter filter;
    size_t *order; /* the row of each line shown */
    size_t total;  /* rows, shown or not */
    size_t sort_column;
    bool reverse;
    struct text_list marks; /* ids */

    /* private to listing.c */
    struct preferences *preferences;
    bool rearranged; /* since it was remembered */
};

enum { LISTING_NO_ROW = -1, LISTING_UNSORTED = LIST_COLUMNS_MAX };

void listing_init(struct listing *l, const struct listing_ops *ops, void *ctx);
/* Right after it: shows the list as this user left it, and keeps for them how it is left (when it
 * is released). `preferences` outlives it. */
void listing_remember(struct listing *l, struct preferences *preferences);
void listing_release(struct listing *l); /* accepts a zeroed struct */

/* The rows were read again, or changed: selects the row of that id (NULL: the line stays), and
 * forgets the marks of rows that are gone. */
void listing_set_count(struct listing *l, size_t rows, const char *selected_id);
/* Selects the row of that id, if it is shown. */
void listing_select(struct listing *l, const char *id);

/* The selected row; LISTING_NO_ROW where nothing is shown. */
long listing_row(const struct listing *l);

bool listing_is_marked(const struct listing *l, size_t row);
void listing_forget_marks(struct listing *l);
/* What an action is for: the ids of the marked rows, or else of the selected one, added to out. */
void listing_chosen(const struct listing *l, struct text_list *out);

/* Takes moving, filter, sort and marks; false when the key is for the screen. */
bool listing_key(struct listing *l, const struct key_event *event);
bool listing_paste(struct listing *l, const char *text);
bool listing_typing(const struct listing *l);

/* Where there is no filter, does an action of lists do anything? For screen_ops.works. */
bool listing_works(const struct listing *l, enum action action);

/* A popup to choose the columns, and its answer. */
struct popup *listing_ask_columns(const struct listing *l, int tag);
void listing_take_columns(struct listing *l, const struct popup *popup);

/* "sort: name ▲"; "" for the rows as they are. */
void listing_order_text(const struct listing *l, char *out, size_t size);

/* Where rows are hidden: which are shown, at the right end of a row. */
void listing_draw_place(const struct listing *l, WINDOW *w, int y, int x, int cols);
void listing_draw(struct listing *l, WINDOW *w, const struct area *area, bool focus);
/* The filter at the place of a summary; see filter_draw. */
int listing_draw_filter(struct listing *l, WINDOW *w, int y, int x, int cols);

#endif
