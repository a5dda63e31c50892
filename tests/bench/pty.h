#ifndef CHECKHOOK_TESTS_BENCH_PTY_H
#define CHECKHOOK_TESTS_BENCH_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A program in a pseudo terminal of 100x30 cells; nothing looks at what it writes, so that only the
 * program is measured. */
struct pty {
    pid_t pid;
    int fd;
    int64_t started_us;
};

struct pty pty_start(const char *const *args);

/* Ends it by SIGTERM and waits. */
void pty_stop(struct pty *pty);

/* What it wrote, and when its first and its last byte came, since the key (or the start). */
struct answer {
    size_t bytes;
    double first_ms, last_ms;
    bool ended; /* the program did */
};

/* Reads until nothing has come for `quiet_ms`; times count from `since_us`. */
struct answer pty_read(struct pty *pty, int64_t since_us, int quiet_ms);

/* Sends a key and reads the answer; its first byte is waited for as long as a patient user would.
 */
struct answer pty_press(struct pty *pty, const char *key, int quiet_ms);

/* The same for a key that may have no answer. */
void pty_press_unseen(struct pty *pty, const char *key);

/* A number of /proc/PID/status, "VmRSS" (kB) or "voluntary_ctxt_switches". */
long pty_status(const struct pty *pty, const char *name);

/* Milliseconds of processor time so far. */
double pty_cpu_ms(const struct pty *pty);

#endif
