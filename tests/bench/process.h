#ifndef CHECKHOOK_TESTS_BENCH_PROCESS_H
#define CHECKHOOK_TESTS_BENCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* What a process used, by the kernel's own account at its end. */
struct usage {
    double wall_s, cpu_s; /* cpu: user and system */
    double peak_mb;       /* resident */
};

/* Runs `work(ctx)` in a child, or a command; stops the bench with a sentence when it fails. */
struct usage measure_function(void (*work)(void *ctx), void *ctx);
struct usage measure_command(const char *const *args, const char *output_file);

/* The same in two steps: a command that is left running, and its end after `signal` (0 = none). */
struct running {
    pid_t pid;
    int64_t started_us;
};
struct running start_command(const char *const *args, const char *output_file);
struct usage end_command(struct running *r, int signal);

int64_t monotonic_us(void);

/* Prints a sentence and ends the program. */
_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
