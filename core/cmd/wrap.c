/* Breaks text into lines, word by word. */
#include "core/cmd/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"

enum { GAP = 2 }; /* between a term and its text, at least */

static size_t put_word(const char *word, size_t len, size_t indent, size_t column)
{
    char *copy = mem_strndup(word, len);
    size_t width = text_width(copy), blank = column > indent;
    if (blank && column + 1 + width > LINE_COLUMNS) {
        printf("\n%*s", (int)indent, "");
        column = indent;
        blank = 0;
    }
    printf("%s%s", blank ? " " : "", copy);
    free(copy);
    return column + blank + width;
}

void wrap_print(const char *text, size_t indent)
{
    size_t column = indent;
    while (*text) {
        size_t len = strcspn(text, " \n");
        if (len > 0)
            column = put_word(text, len, indent, column);
        text += len;
        if (strncmp(text, "\n\n", 2) == 0) {
            printf("\n\n%*s", (int)indent, "");
            column = indent;
        }
        text += strspn(text, " \n");
    }
    putchar('\n');
}

void wrap_entry(const char *term, const char *text, size_t indent)
{
    size_t width = 2 + text_width(term);
    printf("  %s", term);
    if (width + GAP > indent) {
        putchar('\n');
        width = 0;
    }
    printf("%*s", (int)(indent - width), "");
    wrap_print(text, indent);
}
