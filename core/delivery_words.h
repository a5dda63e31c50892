/*
 * How a delivery is told of, the same in the console and on the command line.
 */
#ifndef CHECKHOOK_CORE_DELIVERY_WORDS_H
#define CHECKHOOK_CORE_DELIVERY_WORDS_H

#include "core/config/config.h"
#include "core/store/outbox.h"

enum { DELIVERY_WORD_MAX = 24 };

/* What came of it: "200", "failed" without an answer, "retry", "queued", "sending", "held". */
void delivery_word(const struct delivery *d, char out[DELIVERY_WORD_MAX]);

/* "3/186": attempts, and how many there may be; "3/-" where its integration was removed. */
void delivery_try(const struct delivery *d, const struct config *config,
                  char out[DELIVERY_WORD_MAX]);

#endif
