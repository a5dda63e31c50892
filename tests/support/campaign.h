#ifndef CHECKHOOK_TESTS_SUPPORT_CAMPAIGN_H
#define CHECKHOOK_TESTS_SUPPORT_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/config/model.h"

/*
 * What campaigns share. A campaign is a test that draws what it does from a seed and has two forms:
 * a short one, a part of `make test`, and a long one (`make campaign`, CAMPAIGN_LONG=1). Its
 * parameters are numbers in the environment, named CAMPAIGN_SOMETHING.
 */

/* The parameter of that name where the environment has it, else the one of the form. */
int64_t campaign_number(const char *name, int64_t in_short, int64_t in_long);

/* A row of numbers that is the same for the same seed. */
struct dice {
    uint64_t state;
};

/* CAMPAIGN_SEED, or one of its own, which is printed. */
uint64_t campaign_seed(void);

struct dice dice_of(uint64_t seed);
uint64_t dice_roll(struct dice *dice);
int64_t dice_between(struct dice *dice, int64_t least, int64_t most); /* both included */

/* Prints one line of what was done and measured. */
void campaign_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether the program was built with AddressSanitizer, whose memory and speed are its own. */
bool campaign_is_sanitized(void);

/* The most memory that a process has had so far, and what it has now, in KiB; 0 where it is gone.
 */
int64_t campaign_peak_kib(pid_t pid);
int64_t campaign_memory_kib(pid_t pid);

void campaign_pause_us(int64_t us);

/* An integration without authorization and rate limit; the caller releases it. */
struct integration campaign_integration(const char *name, const char *url);

/* Adds integrations to the configuration of a home, which is made when it is missing. */
void campaign_save(const char *home, const struct integration *integrations, size_t count);

/* Runs the product in a home and fails the test, showing what it printed, unless it exits with 0.
 */
#define CAMPAIGN_RUN(home, ...)                                                                    \
    campaign_run_at(__FILE__, __LINE__, home, (const char *const[]){__VA_ARGS__, NULL})
void campaign_run_at(const char *file, int line, const char *home, const char *const *args);

/* Starts the product in a home, its output appended to the file LOG there. */
pid_t campaign_start(const char *home, const char *log, const char *const *args);

/* True when the child has ended; then *status is 0, its exit status, or 128 + its signal. */
bool campaign_ended(pid_t pid, int *status);

/* SIGKILL, and waits for the end. */
void campaign_kill(pid_t pid);

/* Prints the end of a file of the home. */
void campaign_show(const char *home, const char *log);

#endif
