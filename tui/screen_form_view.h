/*
 * How the integration form looks and is typed into: all rows on one pad, the texts among them
 * fields of one libform form, the part around the focus copied into the window.
 *
 * Everything is put up anew when rows come, go or move; what is being typed survives that.
 */
#ifndef CHECKHOOK_TUI_SCREEN_FORM_VIEW_H
#define CHECKHOOK_TUI_SCREEN_FORM_VIEW_H

#include <form.h>

#include "forms/integration_form.h"
#include "tui/draw.h"
#include "tui/secret_line.h"

/* Where a row stands on the pad. */
struct form_place {
    int y;        /* of its value; errors stand below */
    int rows;     /* with the lines below; 0 = hidden */
    FIELD *field; /* NULL: not a text */
};

struct form_view {
    struct integration_form *form; /* lent */
    int focus;                     /* row; change it by form_view_focus */
    struct secret_line typed;      /* into the focused secret */

    /* private to screen_form_view.c and screen_form_draw.c */
    struct form_place *places; /* integration_setting_count */
    int section_y[SECTION_COUNT];
    FIELD **fields; /* ends with NULL */
    FORM *libform;
    WINDOW *pad;
    int rows, cols, top; /* of the pad; its first row that is shown */
    bool airy;           /* room for empty lines */
    bool stale;          /* to be put up anew */
    char *live;          /* typed into the focused field when it was taken down */
};

void form_view_init(struct form_view *v, struct integration_form *form);
void form_view_release(struct form_view *v); /* accepts a zeroed struct */

/* The form behind it changed: put up anew at the next need. */
void form_view_refresh(struct form_view *v);

/* Does the focus stand where letters are text? */
bool form_view_is_text(const struct form_view *v);
bool form_view_is_secret(const struct form_view *v);

/* Takes what was typed into the form; *newline_removed is about a secret. */
void form_view_take(struct form_view *v, int64_t now_s);

/* Forgets what was typed into the focused row. */
void form_view_forget(struct form_view *v);

/* Takes, then moves. */
void form_view_focus(struct form_view *v, int row, int64_t now_s);
/* The next visible row in that direction, around the ends; of the next section. */
int form_view_step(const struct form_view *v, int step);
int form_view_step_section(const struct form_view *v, int step);

/* Editing keys of the focused text or secret; true when it took the key. */
bool form_view_key(struct form_view *v, int key);
/* False: it does not fit. */
bool form_view_paste(struct form_view *v, const char *text, bool *newline_removed);

/* Changes, those that are typed just now included. */
size_t form_view_changes(struct form_view *v);

/* The whole text of the focused row, when its field cannot show all of it; NULL. The caller
 * frees. */
char *form_view_long_text(struct form_view *v);

/* Sections beside or above, and the rows; leaves the cursor on the focus. *y, *x are where the
 * focused value begins, for menus. */
void form_view_draw(struct form_view *v, WINDOW *w, const struct area *area, int *y, int *x);

/* --- between screen_form_view.c and screen_form_draw.c --------------------------------------- */

void form_view_ready(struct form_view *v); /* puts up when stale */

/* Places for all visible rows at this width; v->rows and section_y. */
void form_draw_place(struct form_view *v);
/* Columns of a row's value, brackets included, and where it begins. */
int form_draw_value_x(int row);
int form_draw_value_cols(const struct form_view *v, int row);
/* All that does not change while one types. */
void form_draw_rows(struct form_view *v);
/* Beside (wide) or above: returns what is left for the rows. */
struct area form_draw_sections(const struct form_view *v, WINDOW *w, const struct area *area);
/* What may be above and below the part that is shown. */
void form_draw_more(const struct form_view *v, WINDOW *w, const struct area *pane, int shown);

#endif
