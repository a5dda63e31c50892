/*
 * JSON nesting: finds where a value ends, over pieces of any size, by its brackets and quotes
 * alone. What else is wrong with a value is json_parse's to say.
 */
#ifndef CHECKHOOK_CORE_DATASET_JSON_NEST_H
#define CHECKHOOK_CORE_DATASET_JSON_NEST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/json.h"

/* Zeroed: before a value. */
struct json_nest {
    int depth;
    bool in_string, escaped;
    const char *fault; /* what is wrong where the last of the calls below returned; NULL */
    uint64_t objects[JSON_DEPTH_MAX / 64 + 1]; /* a bit for each depth: opened by a brace */
};

/* One bracket. NULL, or what is wrong with it. */
const char *json_nest_bracket(struct json_nest *n, char c);

/* In a string: returns what follows the quote that ends it, or `end`. */
const char *json_nest_string(struct json_nest *n, const char *p, const char *end);

/* Returns what follows the bracket or quote with which depth `floor` is reached again, or `end`
 * (then it is not reached). */
const char *json_nest_skip(struct json_nest *n, const char *p, const char *end, int floor);

/* Writes the brackets that are missing, terminated; returns how many. */
int json_nest_closers(const struct json_nest *n, char out[JSON_DEPTH_MAX + 1]);

#endif
