/*
 * Reference pages that come from tables: settings, commands, keys, columns of import files. Shown
 * by `checkhook help TOPIC` and set into the manual page.
 */
#ifndef CHECKHOOK_CORE_CMD_TOPICS_H
#define CHECKHOOK_CORE_CMD_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/cmd/cmd.h"

/* How an entry is written: for a terminal, or as a man page. */
struct page_style {
    void (*heading)(const char *text);
    void (*entry)(const char *term, const char *text);
};
extern const struct page_style page_text, page_roff;

/* False where there is no such topic. */
bool topic_print(const char *name, const struct page_style *style, const struct console *console);

/* The topics, each with what it has from the column `indent` on. */
void topics_list(size_t indent);

/* Prints a man page from its template: each line `.\" @TOPIC@` is replaced by the topic. */
int manual_print(const char *template_path, const struct console *console);

#endif
