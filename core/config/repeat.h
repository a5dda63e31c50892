/*
 * Texts that must not stand twice in a list, and texts that must stand in one: found by their
 * order, for there may be thousands.
 */
#ifndef CHECKHOOK_CORE_CONFIG_REPEAT_H
#define CHECKHOOK_CORE_CONFIG_REPEAT_H

#include <stdbool.h>
#include <stddef.h>

/* A list of texts, each lent and not NULL, with the places where they stood. */
struct places {
    struct place {
        const char *text;
        size_t index;
    } * items; /* by text, then by index */
    size_t count;
};

void places_init(struct places *p, size_t most);
void places_add(struct places *p, const char *text); /* in the order of the list */
void places_sort(struct places *p);                  /* once, after the last */
void places_release(struct places *p);

bool places_has(const struct places *p, const char *text);

/* The first text of the list that stood there before: its index and that of the earlier one. False
 * when there is none. */
bool places_repeat(const struct places *p, size_t *index, size_t *earlier);

#endif
