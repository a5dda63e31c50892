/*
 * JSON laid out for people: a member a line, indented, every value as it was written (numbers are
 * not read, so that none is rounded).
 */
#ifndef CHECKHOOK_CORE_BASE_JSON_LINES_H
#define CHECKHOOK_CORE_BASE_JSON_LINES_H

#include <stddef.h>

/*
 * NULL where it is not JSON (json_parse), except that control characters may stand raw in texts:
 * they come out as they are. The caller frees; *out_len may hold NUL bytes.
 */
char *json_lines(const char *bytes, size_t len, size_t *out_len);

#endif
