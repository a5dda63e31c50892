/*
 * The one key table: dispatch, key bar, menus and help read it.
 *
 * A row says in which context which keys do what, its caption for the key bar, and a sentence for
 * the help. A key is looked up in the contexts of whatever has the focus, in their order. In forms
 * and fields letters are text, so every function key has a Ctrl twin.
 */
#ifndef CHECKHOOK_TUI_KEYTABLE_H
#define CHECKHOOK_TUI_KEYTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/theme.h"

/* One number for every key: characters as their code point, function keys above them. */
#define KEY_FN(k)  (0x200000 | (k))
#define KEY_CTL(c) ((c)&0x1f)
enum { KEY_NONE = 0, KEY_TAB = '\t', KEY_ESC = 27, KEY_RETURN = '\n' };

/* True for a character that can be typed into a field. */
bool key_is_text(int key);

enum key_context {
    KEYS_END, /* ends a list of contexts */
    KEYS_GLOBAL,
    KEYS_LIST,
    KEYS_LISTING,
    KEYS_MENU,
    KEYS_CHECKMENU,
    KEYS_DIALOG,
    KEYS_PROMPT,
    KEYS_HELP,
    KEYS_INTEGRATIONS,
    KEYS_FORM,
    KEYS_PARAMS,
    KEYS_PARAM,
    KEYS_TEST,
    KEYS_CHECKS,
    KEYS_CHECK,
    KEYS_TUNE,
    KEYS_FINDINGS,
    KEYS_RUN,
    KEYS_DELIVERIES,
    KEYS_DELIVERY,
    KEYS_MATRIX,
    KEYS_USERS,
    KEYS_USER,
    KEYS_SETTINGS,
    KEYS_AUDIT,
    KEYS_PREVIEW,
    KEYS_MERGE,
    KEYS_FILTER,
    KEYS_PICKER,
    KEYS_IMPORT,
    KEYS_SOURCES,
    KEYS_PALETTE,
    KEYS_COPY,
    KEYS_DRAFTS,
    KEYS_CONTEXT_COUNT,
};

enum action {
    ACTION_NONE,
    /* everywhere */
    ACTION_PAGE_1,
    ACTION_PAGE_2,
    ACTION_PAGE_3,
    ACTION_PAGE_4,
    ACTION_PAGE_5,
    ACTION_PAGE_NEXT,
    ACTION_PAGE_PREVIOUS,
    ACTION_HELP,
    ACTION_BACK,
    ACTION_QUIT,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_PALETTE,
    ACTION_UNDO,
    ACTION_COPY,
    ACTION_MOUSE,
    ACTION_SETTINGS,
    ACTION_AUDIT,
    /* moving */
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_FIRST,
    ACTION_LAST,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    /* lists */
    ACTION_FILTER,
    ACTION_SORT,
    ACTION_SORT_REVERSE,
    ACTION_COLUMNS,
    ACTION_MARK,
    /* doing */
    ACTION_ENTER,
    ACTION_TOGGLE,
    ACTION_ALL,
    ACTION_NEW,
    ACTION_EDIT,
    ACTION_TEST,
    ACTION_DELIVERIES,
    ACTION_ASSIGN,
    ACTION_ENABLE,
    ACTION_DUPLICATE,
    ACTION_DELETE,
    ACTION_SAVE,
    ACTION_RESET,
    ACTION_REVEAL,
    ACTION_FULL_VALUE,
    ACTION_RUN,
    ACTION_AGAIN,
    ACTION_HEADERS,
    ACTION_FINDINGS,
    ACTION_FAILED_ONLY,
    ACTION_REDELIVER,
    ACTION_WRAP,
    ACTION_CANCEL,
    ACTION_SECTION_NEXT,
    ACTION_SECTION_PREVIOUS,
    ACTION_SAMPLE,
    ACTION_DEMO,
    ACTION_IMPORT,
    ACTION_WHOLE_FOLDER,
    ACTION_MERGE,
    ACTION_SKIP_BAD,
    ACTION_EXPORT,
    ACTION_SOURCES,
    ACTION_PAGER,
    ACTION_WEBHOOK,
    ACTION_PREVIEW,
    ACTION_PRESET,
    ACTION_LOG,
    ACTION_ROW,
    ACTION_COLUMN,
    ACTION_COUNT,
};

enum { KEYS_PER_ROW = 6 };

struct key_row {
    enum key_context context;
    enum action action;
    int keys[KEYS_PER_ROW]; /* ends with KEY_NONE */
    const char *label;      /* "F2 ^S" as the help shows it; the key bar shows the first word */
    const char *caption;    /* in the key bar; NULL = help only */
    const char *help;       /* NULL = key bar only */
    int rank;               /* the most useful has the lowest; the highest are dropped first */
};

extern const struct key_row key_table[];
extern const size_t key_table_count;

/* Title of a context in the help: "This page", "Lists", "Everywhere". */
const char *key_context_title(enum key_context context);

/*
 * What the key does in these contexts (they end with KEYS_END). typing: characters are text and
 * not looked up. ACTION_NONE where it does nothing.
 */
enum action key_action(const enum key_context *contexts, int key, bool typing);

/* The row of an action, in the first context that has it; NULL. */
const struct key_row *key_find(const enum key_context *contexts, enum action action);

/* Tells all keys that have a help text, by context in the order of the enumeration: its title
 * (label NULL), then each key. */
void key_table_each(void (*sink)(void *ctx, const char *label, const char *help), void *ctx);

/* What a key of a page needs before it does something. */
struct key_need {
    enum key_context context;
    enum action action;
    const char *of;   /* what has to be selected: "an integration"; NULL = nothing */
    bool changes;     /* only who may write does it */
    const char *idle; /* why it does nothing, where the screen says that it does nothing: "(…)" */
};

/* Of the action in this context; where the table has none: one that needs nothing. */
struct key_need key_need(enum key_context context, enum action action);

/* First word of its label, "F2"; "" without a row. Cut to out. */
void key_label(const struct key_row *row, char out[16]);

#endif
