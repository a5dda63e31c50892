#ifndef CHECKHOOK_TESTS_SUPPORT_TERM_SHARING_H
#define CHECKHOOK_TESTS_SUPPORT_TERM_SHARING_H

#include <sys/types.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"

/*
 * Several processes on one home: consoles, a service and commands at the same time. None of them
 * may ever tell anybody that it is busy because another one works: the ends below fail the test
 * where one did.
 */
enum { SHARING_WAIT_MS = 60000 };

/* --- processes */

/* A service that has started; the caller ends it. */
struct run_child sharing_start_service(const struct product *p);
void sharing_end_service(struct run_child *service);

/* A console on page 1; ended from any page. */
struct term *sharing_start_console(const struct product *p, int rows, int cols);
void sharing_end_console(struct term *term);

/* A command in a process of many, which ends that process with status 1, and prints what went
 * wrong, unless it succeeds and complains of nothing. */
#define SHARING_COMMAND(p, ...) sharing_command(p, (const char *const[]){__VA_ARGS__, NULL})
void sharing_command(const struct product *p, const char *const *args);

/* COUNT processes at once, each of which does its work and ends; and their ends, all of them good.
 */
typedef void sharing_work(const struct product *p, int number);
void sharing_start_processes(const struct product *p, sharing_work *work, pid_t *pids, int count);
void sharing_wait_for_processes(const pid_t *pids, int count);

/* --- what they work on */

/* "Billing events" calls /hook of the receiver, with one more setting, and is ticked for no-mfa. */
void sharing_add_ticked(const struct product *p, struct receiver *receiver, const char *more);

/* That many users "PREFIX0@example.com" …, who all fail no-mfa, as the data set of that source. */
void sharing_import(const struct product *p, const char *source, const char *prefix, int users);

/* --- what came of it */

/* Deliveries in that state; NULL = in any. */
int sharing_count_deliveries(const struct product *p, const char *state);

/* Until so many arrived. A console that delivers meanwhile is kept going; NULL = none. */
void sharing_wait_until_delivered(const struct product *p, struct term *console, int count);

/* Every event came exactly once, 1 to 1000 of them. */
void sharing_expect_each_once(struct receiver *receiver, int count);

#endif
