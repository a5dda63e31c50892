/* Secrets into commands: from a file, from standard input, or asked for on a terminal; never in
 * clear on the command line. */
#ifndef CHECKHOOK_CORE_CMD_SECRET_INPUT_H
#define CHECKHOOK_CORE_CMD_SECRET_INPUT_H

#include <stdbool.h>

#include "core/config/secret.h"

/*
 * "@FILE" or "@-": read literally, one trailing newline dropped. ERR_INVALID: anything else (`what`
 * names the form that works: "auth.password=@FILE"), an empty or unreadable file, a NUL, a text
 * longer than SECRET_MAX.
 */
bool secret_input_read(const char *value, const char *what, struct secret *out, struct error *err);

/* May a question be asked? Only when standard input and standard error are terminals. */
bool secret_input_can_ask(void);

/* Asks with echo off; ERR_CANCELLED on an empty answer or end of file. */
bool secret_input_ask(const char *prompt, struct secret *out, struct error *err);

#endif
