/* What libFuzzer calls: `fuzz TARGET …` and its own arguments, or `fuzz --list`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the text at hand where it finds a fault in it. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}

/* The environment tells the processes that libFuzzer starts of itself. */
static const char variable[] = "FUZZ_TARGET";

static void list(void)
{
    for (const char *const *name = fuzz_targets(); *name; name++)
        puts(*name);
    exit(0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *target = getenv(variable);
    if (!target && *argc > 1) {
        target = (*argv)[1];
        if (strcmp(target, "--list") == 0)
            list();
        setenv(variable, target, 1);
        (*argv)[1] = (*argv)[0];
        ++*argv;
        --*argc;
    }
    if (!target || !fuzz_choose(target)) {
        fprintf(stderr, "say which target; `%s --list` has their names\n", (*argv)[0]);
        exit(2);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    fuzz_one(bytes, len);
    return 0;
}
