/* The page of users before there is any. */
#include "tui/users_empty.h"

#include "core/base/mem.h"

enum { WIDE = 100, NORMAL = 80 };

void users_empty_draw(WINDOW *w, const struct area *area)
{
    static const struct {
        const char *text;
        int indent;
        enum role role;
    } lines[] = {
        {"No users yet", 0, ROLE_HEADING},
        {"Checks are questions asked of users, and nothing was imported.", 0, ROLE_TEXT},
        {"", 0, ROLE_TEXT},
        {"► i  Import a file", 0, ROLE_ACCENT},
        {"CSV, JSON Lines, AWS credential report: shown before it counts", 5, ROLE_TEXT},
        {"d  Try the sample data", 2, ROLE_ACCENT},
        {"people who do not exist, and what the checks find", 5, ROLE_TEXT},
        {"", 0, ROLE_TEXT},
        {"On the command line: checkhook data import FILE", 0, ROLE_TEXT},
    };
    const int left = area->x + (area->cols >= WIDE ? 18 : area->cols >= NORMAL ? 8 : 2);
    const int top = area->y + (area->rows > (int)ARRAY_LEN(lines) + 3 ? 2 : 0);
    for (int i = 0; i < (int)ARRAY_LEN(lines) && top + i < area->y + area->rows; i++)
        draw_text(w, top + i, left + lines[i].indent, area->cols - left - lines[i].indent,
                  lines[i].role, lines[i].text);
    wmove(w, top + 3, left);
}
