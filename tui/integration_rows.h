/*
 * The rows of the list of integrations: configuration and store, read together, sorted by name.
 */
#ifndef CHECKHOOK_TUI_INTEGRATION_ROWS_H
#define CHECKHOOK_TUI_INTEGRATION_ROWS_H

#include <stddef.h>

#include "core/status.h"

enum { STATUS_KINDS = STATUS_UNTESTED + 1 };

struct integration_row {
    char *id, *name;
    char *url;       /* see integration_row_url */
    bool url_masked; /* it has been asked for */
    int64_t failed;  /* see integration_row_failed */
    enum auth_type auth;
    bool enabled;
    struct integration_status status; /* without what failed */
};

struct integration_rows {
    struct integration_row *items;
    size_t count;
    size_t of_status[STATUS_KINDS]; /* how many are in each state */
};

/* Replaces what is there; on failure the old rows stay. */
bool integration_rows_read(struct integration_rows *rows, struct app *app, struct error *err);
void integration_rows_release(struct integration_rows *rows); /* accepts a zeroed struct */

/* Index of that id; count where it is not there. */
size_t integration_rows_find(const struct integration_rows *rows, const char *id);

/* The URL with what may be secret in it hidden. */
const char *integration_row_url(struct integration_row *row);

/* How many of its deliveries failed; counted when it is asked for the first time. */
int64_t integration_row_failed(struct integration_row *row, struct store *store);

/* "2m ago 200", "14m ago error", "never". */
void integration_row_last(const struct integration_row *row, int64_t now_s, char *out, size_t size);

/* One sentence for the message line: why it is in that state, and what to do next. */
void integration_row_explain(const struct integration_row *row, int64_t now_s, char *out,
                             size_t size);

#endif
