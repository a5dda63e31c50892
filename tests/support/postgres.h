#ifndef CHECKHOOK_TESTS_SUPPORT_POSTGRES_H
#define CHECKHOOK_TESTS_SUPPORT_POSTGRES_H

/*
 * A PostgreSQL server of our own (Debian's postgresql), in a temporary folder, asked through its
 * socket there. Where it is not installed the running test is skipped or, with
 * CHECKHOOK_PEERS=required, fails, as with the peers of peer.h.
 */
struct postgres;

struct postgres *postgres_start(void);
void postgres_stop(struct postgres *server); /* accepts NULL */

/*
 * Runs the statements of a script and gives what they answer: a line for each row, its columns
 * with a blank between them. An error fails the test. The caller frees.
 */
char *postgres_ask(struct postgres *server, const char *script);

#endif
