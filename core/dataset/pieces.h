/*
 * Pieces: a text that comes in pieces, made whole; copied only where pieces share it.
 */
#ifndef CHECKHOOK_CORE_DATASET_PIECES_H
#define CHECKHOOK_CORE_DATASET_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/strbuf.h"

struct pieces {
    struct strbuf held; /* what earlier pieces had of the text */
    const char *from;   /* where it goes on in this piece; set for each piece */
    size_t max;
};

/* `spare`: room in `held` beyond the limit of the text, for what its owner puts there. */
void pieces_init(struct pieces *p, size_t max, size_t spare);
void pieces_release(struct pieces *p);

/* A new text begins at `from`. */
void pieces_begin(struct pieces *p, const char *from);

/* The piece ends at `to`, the text does not. False where it is larger than the limit. */
bool pieces_hold(struct pieces *p, const char *to);

/* The text ends at `to`: gives the whole of it, lent until the next one begins. False likewise. */
bool pieces_end(struct pieces *p, const char *to, const char **text, size_t *len);

#endif
