/*
 * JSON map: a table of fields (core/dataset/json_source.h) made ready to be read by: one walk over
 * an item finds every member that the table names.
 */
#ifndef CHECKHOOK_CORE_DATASET_JSON_MAP_H
#define CHECKHOOK_CORE_DATASET_JSON_MAP_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "core/base/error.h"
#include "core/dataset/json_source.h"

struct json_map;

/* Both tables are lent until json_map_free; either may be NULL. */
struct json_map *json_map_new(const struct json_field *fields, const struct json_list *lists,
                              enum record_table table);
void json_map_free(struct json_map *m);

/* Fills `row`, of the map's table in the record, and adds the rows of the lists. ERR_INVALID:
 * "PATH: why". */
bool json_map_fill(const struct json_map *m, struct json_reader *r, const cJSON *item,
                   struct record *record, struct value *row, struct error *err);

#endif
