#ifndef CHECKHOOK_TESTS_SUPPORT_RECORDS_H
#define CHECKHOOK_TESTS_SUPPORT_RECORDS_H

#include <stddef.h>

#include "core/dataset/format.h"

/*
 * Reads LEN bytes as FORMAT in pieces of PIECE bytes (0: in one) under the file name "file" and
 * shows every record as text, values that are null left out:
 *
 *     user id='1' login='ann' enabled=1 factors_known=0
 *       factor kind='totp' strength=2
 *     adds id='1' roles_known=1
 *     covers roles
 *     otherwise risk_level='none'
 *     note shadow cannot be read
 *
 * Returns NULL where the format refused; the caller frees.
 */
char *records_read(const struct format *format, const char *bytes, size_t len, size_t piece,
                   struct error *err);

/* The same for several files, read in the order of their ranks; the path below the folder is also
 * their name. Ends with path NULL. */
struct records_file {
    const char *path;
    const char *text;
};
enum {
    RECORDS_MERGE = 1,
    RECORDS_SKIP_BAD = 2
}; /* rejected rows are shown: "rejected file:3: …" */
char *records_read_files(const struct format *format, const struct records_file *files,
                         unsigned how, struct error *err);

enum { RECORDS_NOW = 1767225600 }; /* 2026-01-01: when what is read counts as loaded */

/* The whole of a file below the top of the source tree; the caller frees. */
char *records_load(const char *path, size_t *len);

/*
 * The same as a test: what is read has to be that text, for bytes in pieces of any size; or the
 * format has to refuse them with that sentence. Else the test fails at the line of the call.
 */
#define records_expect(format, bytes, expected)                                                    \
    records_expect_at(__FILE__, __LINE__, format, bytes, expected)
void records_expect_at(const char *file, int line, const struct format *format, const char *bytes,
                       const char *expected);

#define records_refuse(format, bytes, sentence)                                                    \
    records_refuse_at(__FILE__, __LINE__, format, bytes, sentence)
void records_refuse_at(const char *file, int line, const struct format *format, const char *bytes,
                       const char *sentence);

#define records_expect_files(format, files, how, expected)                                         \
    records_expect_files_at(__FILE__, __LINE__, format, files, how, expected)
void records_expect_files_at(const char *file, int line, const struct format *format,
                             const struct records_file *files, unsigned how, const char *expected);

#define records_refuse_files(format, files, how, sentence)                                         \
    records_refuse_files_at(__FILE__, __LINE__, format, files, how, sentence)
void records_refuse_files_at(const char *file, int line, const struct format *format,
                             const struct records_file *files, unsigned how, const char *sentence);

#endif
