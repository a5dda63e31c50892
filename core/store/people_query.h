/*
 * What is typed to find users: words, and terms like `source:NAME`, `failing:CHECK`, `role:admin`.
 */
#ifndef CHECKHOOK_CORE_STORE_PEOPLE_QUERY_H
#define CHECKHOOK_CORE_STORE_PEOPLE_QUERY_H

#include "core/store/people.h"

/* Owns what people_query_filter lends. Zeroed = nothing asked for. */
struct people_query {
    char *text, *source, *check, *role; /* NULL = any */
};

/*
 * A term is at the start or after a blank; its value ends at a blank, or stands in double quotes.
 * A term without a value, as while it is typed, asks for nothing. All else is the text, as it
 * stands, without blanks at its ends.
 */
void people_query_parse(struct people_query *q, const char *typed);
void people_query_release(struct people_query *q); /* accepts a zeroed struct */

struct people_filter people_query_filter(const struct people_query *q);

#endif
