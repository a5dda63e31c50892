#ifndef CHECKHOOK_TESTS_SUPPORT_RUN_H
#define CHECKHOOK_TESTS_SUPPORT_RUN_H

#include <stddef.h>
#include <sys/types.h>

/* What a command left behind. */
struct run_result {
    int status; /* exit status; 128 + N when signal N ended it; RUN_TIMED_OUT */
    char *out;  /* standard output with a NUL after it, never NULL */
    size_t out_len;
    char *err; /* standard error, likewise */
    size_t err_len;
    long peak_kib; /* the most memory it had */
};

enum { RUN_TIMED_OUT = -1 };

/* How to run it; a zeroed struct is fine. */
struct run_options {
    const char *stdin_text; /* NULL: standard input is /dev/null */
    const char *const *env; /* NULL, or "NAME=VALUE" (set) and "NAME" (unset) up to a NULL */
    const char *dir;        /* NULL, or the folder to run in */
    int timeout_ms;         /* 0: 2 minutes; then the command is killed */
};

/*
 * Runs ARGV[0], looked up in PATH, up to a NULL in ARGV. OPTIONS may be NULL. The caller calls
 * run_release. A command that cannot be started ends with status 127. All commands are killed when
 * the test dies.
 */
struct run_result run_command(const char *const *argv, const struct run_options *options);

/*
 * Runs the product with arguments: RUN("integration", "list", "--json"). Its path is that of
 * run_product.
 */
struct run_result run_checkhook(const char *const *args, const struct run_options *options);
#define RUN(...) run_checkhook((const char *const[]){__VA_ARGS__, NULL}, NULL)

/* The program under test: $CHECKHOOK_BIN, else build/release/checkhook. */
const char *run_product(void);

void run_release(struct run_result *result);

/* A command that stays: its standard output can be waited for line by line. */
struct run_child {
    pid_t pid;
    int out_fd;
    char *seen; /* standard output and error so far, with a NUL after it */
    size_t seen_len;
};

/* Starts a command, or the product, and leaves it running; the caller ends it with run_stop. */
struct run_child run_start_command(const char *const *argv, const struct run_options *options);
struct run_child run_start(const char *const *args, const struct run_options *options);

/*
 * Waits until TEXT was printed and returns where it begins in `seen`. Fails the test after
 * TIMEOUT_MS, or when the command ends before, and shows what it printed.
 */
#define run_wait_text(child, text, timeout_ms)                                                     \
    run_wait_text_at(__FILE__, __LINE__, child, text, timeout_ms)
const char *run_wait_text_at(const char *file, int line, struct run_child *child, const char *text,
                             int timeout_ms);

/* Adds what was printed meanwhile to `seen`, without waiting. */
void run_take_output(struct run_child *child);

/*
 * Sends SIGNAL (0: none), reads the rest of the output, waits for the end, at most 10 s (then
 * SIGKILL), and returns the status as in struct run_result. Frees everything.
 */
int run_stop(struct run_child *child, int signal);

#endif
