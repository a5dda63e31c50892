#ifndef CHECKHOOK_TESTS_SUPPORT_PRODUCT_H
#define CHECKHOOK_TESTS_SUPPORT_PRODUCT_H

#include <cjson/cJSON.h>

#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

/* A home of its own for one test, and the product's commands run in it. */
struct product {
    struct tmpdir dir; /* for files of the test; the home is "home" in it */
    char variable[300];
    const char *env[2];
};

/* As cmocka's setup and teardown: *state becomes a struct product. */
int product_setup(void **state);
int product_teardown(void **state);

/* Runs the product in that home; the caller calls run_release. */
struct run_result product_run(const struct product *p, const char *const *args,
                              const char *stdin_text);
#define PRODUCT(p, ...) product_run(p, (const char *const[]){__VA_ARGS__, NULL}, NULL)

/*
 * Runs it and fails the test, showing what was printed, unless it exits with `status` and standard
 * output and error together hold `text` (NULL = anything).
 */
#define product_expect(p, status, text, ...)                                                       \
    product_expect_at(__FILE__, __LINE__, p, status, text, (const char *const[]){__VA_ARGS__, NULL})
void product_expect_at(const char *file, int line, const struct product *p, int status,
                       const char *text, const char *const *args);

/* What the command prints with --json, which must end with 0; the caller deletes it. */
#define product_json(p, ...)                                                                       \
    product_json_at(__FILE__, __LINE__, p, (const char *const[]){__VA_ARGS__, "--json", NULL})
cJSON *product_json_at(const char *file, int line, const struct product *p,
                       const char *const *args);

/* A member of what is printed, which must be there and a text; lent. */
const char *product_text(const cJSON *object, const char *name);

/* Starts `checkhook listen --port 0 …`; *url becomes its address, which the caller frees. */
struct run_child product_listen(const struct product *p, const char *const *args, char **url);

#endif
