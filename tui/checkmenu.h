/*
 * A menu of boxes to tick: Space toggles, `a` ticks all or none, `/` leaves those that hold a text,
 * Enter applies, Esc cancels; the footer says what would change.
 */
#ifndef CHECKHOOK_TUI_CHECKMENU_H
#define CHECKHOOK_TUI_CHECKMENU_H

#include "core/config/model.h"
#include "tui/popup.h"

struct checkmenu_entry {
    const char *id, *label;
    const char *note; /* at the right: "● ok"; NULL */
    enum role note_role;
    bool ticked;
    bool fixed; /* stays as it is */
};

/* Texts are copied. */
struct popup *checkmenu_new(int tag, const char *title, const struct checkmenu_entry *entries,
                            size_t count);

/* One more box, below the line, of something that is sent to the entries: those newly ticked, or
 * where none is, those that stay ticked; behind the label stands which. `a` leaves it alone, and it
 * cannot be ticked while nothing else is. */
void checkmenu_add_extra(struct popup *menu, const char *label);
bool checkmenu_extra(const struct popup *menu);

/* Ids that are ticked, in the order of the entries, added to out. */
void checkmenu_ticked(const struct popup *menu, struct text_list *out);
bool checkmenu_changed(const struct popup *menu);
/* Of one entry: now, and when it was opened. */
bool checkmenu_is_ticked(const struct popup *menu, size_t index);
bool checkmenu_was_ticked(const struct popup *menu, size_t index);

#endif
