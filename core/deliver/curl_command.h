/*
 * A delivery as commands for a POSIX shell, to be tried by hand: curl with the options that make it
 * send what the sender sends. Secrets are shell variables, named and explained in a comment at the
 * top; they hold the plain text, and the commands encode it as its place demands. With OAuth a
 * first command fetches the token. Nothing secret is opened for it.
 */
#ifndef CHECKHOOK_CORE_DELIVER_CURL_COMMAND_H
#define CHECKHOOK_CORE_DELIVER_CURL_COMMAND_H

#include "core/deliver/preview.h"

/* The caller frees. NULL only where the cryptographic library fails. Characters that a terminal
 * must not get are written as octal escapes of printf. */
char *curl_command(const struct preview_of *of, struct error *err);

#endif
