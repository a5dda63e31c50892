#ifndef CHECKHOOK_TESTS_SUPPORT_IMPORTS_H
#define CHECKHOOK_TESTS_SUPPORT_IMPORTS_H

#include "core/dataset/import.h"
#include "tests/support/loadbed.h"

/* Imports of files into the store of a loadbed. They count as loaded at IMPORTS_NOW. */
enum { IMPORTS_NOW = 1795500000 };

/* A job over one file or folder, or NULL where it is refused; `how` says all but store, path and
 * moment. */
#define IMPORTS_JOB(bed, path, err, ...)                                                           \
    imports_job(bed, path, err, (struct import_options){__VA_ARGS__})
struct job *imports_job(struct loadbed *bed, const char *path, struct error *err,
                        struct import_options how);

/* Steps it to its end in slices of that time; 0 = in the smallest. */
enum { IMPORTS_WHOLE_MS = 60000 };
enum job_state imports_end(struct job *job, int slice_ms, struct error *err);

/* A whole import, which must be good. What it noted is not given. */
#define IMPORTS_FILE(bed, path, ...) imports_file(bed, path, (struct import_options){__VA_ARGS__})
struct import_result imports_file(struct loadbed *bed, const char *path, struct import_options how);

/* The same of a text, as the file NAME of the folder. */
void imports_text(struct loadbed *bed, const char *name, const char *text, const char *source);

/*
 * All users that another reader of the store sees, a line each, which the caller frees: source,
 * uid, id, login, status, enabled, last sign-in, factors and the sum of their strengths, roles and
 * the sum of their tiers, sign-ins, credentials:
 *
 *     people|1|7|ann|unknown|null|null|1:2|0:0|0|0
 */
char *imports_seen(const struct loadbed *bed);

#define imports_expect(bed, expected) imports_expect_at(__FILE__, __LINE__, bed, expected)
void imports_expect_at(const char *file, int line, const struct loadbed *bed, const char *expected);

#endif
