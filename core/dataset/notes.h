/*
 * Notes: the first of perhaps very many sentences, and how many there were.
 */
#ifndef CHECKHOOK_CORE_DATASET_NOTES_H
#define CHECKHOOK_CORE_DATASET_NOTES_H

#include <stddef.h>
#include <stdint.h>

enum { NOTES_KEPT = 20 };

/* Zeroed = none. */
struct notes {
    char *items[NOTES_KEPT];
    size_t count;  /* of items */
    int64_t total; /* of all that were added */
};

void notes_add(struct notes *n, const char *text);
void notes_release(struct notes *n);

#endif
