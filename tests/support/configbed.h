#ifndef CHECKHOOK_TESTS_SUPPORT_CONFIGBED_H
#define CHECKHOOK_TESTS_SUPPORT_CONFIGBED_H

#include "core/config/config.h"
#include "tests/support/tmpdir.h"

/*
 * A configuration and its file in a temporary folder. Whatever goes wrong here fails the running
 * test.
 */
struct configbed {
    struct tmpdir dir;
    char *path; /* of checkhook.conf there, which is missing at first */
    struct config config;
};

/* As cmocka's setup and teardown: *state becomes a struct configbed, nothing is loaded. */
int configbed_setup(void **state);
int configbed_teardown(void **state);

/* Writes the file, as by hand. */
void configbed_write(struct configbed *bed, const char *text);

/* Loads the file into that configuration, of which there may be others, as of other processes. */
void configbed_load(struct configbed *bed, struct config *config);

/* Writes the file and loads it into the bed's own. */
void configbed_load_text(struct configbed *bed, const char *text);

void configbed_begin(struct config *config);
void configbed_commit(struct config *config);

/* An integration without authorization. */
void configbed_put(struct config *config, const char *id, const char *name);

/* Two ids; and the beginning of a file with integration "One" of the first, up to its last setting:
 * "} );" ends it. */
#define CONFIGBED_A "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11"
#define CONFIGBED_B "6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12"
#define CONFIGBED_ONE                                                                              \
    "integrations = ( { id = \"" CONFIGBED_A "\"; name = \"One\";\n"                               \
    "auth : { type = \"none\"; };\n"                                                               \
    "url = \"https://a.example\";\n"

#endif
