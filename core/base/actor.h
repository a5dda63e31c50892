/*
 * Who acts, and from where, for the audit.
 *
 * who: SUDO_USER where we are root; else the user that logged in, which the kernel keeps in
 * /proc/self/loginuid through su and sudo; else the user that we run as. Environment variables can
 * be set by anybody: SUDO_USER counts for root alone, who could write the audit anyway, and both it
 * and SSH_CLIENT only when they look as they should.
 * from: the address of the SSH client, else the terminal ("pts/3"), else "".
 */
#ifndef CHECKHOOK_CORE_BASE_ACTOR_H
#define CHECKHOOK_CORE_BASE_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

enum { ACTOR_TEXT_MAX = 64 };

enum through { THROUGH_COMMAND, THROUGH_CONSOLE, THROUGH_SERVICE };

struct actor {
    char who[ACTOR_TEXT_MAX];
    char from[ACTOR_TEXT_MAX];
    enum through through;
};

/* What is known about this process. Texts are lent; NULL where there is none. */
struct actor_facts {
    bool is_root;
    const char *sudo_user;  /* $SUDO_USER */
    const char *login_user; /* name, or number, of /proc/self/loginuid */
    const char *user;       /* that of the effective uid */
    const char *ssh_client; /* $SSH_CLIENT: "ADDRESS PORT PORT" */
    const char *terminal;   /* "/dev/pts/3" */
};

/* The rule alone. */
void actor_decide(struct actor *actor, const struct actor_facts *facts);

/* Whoever runs this process. */
void actor_find(struct actor *actor, enum through through);

/* The service itself, in what nobody asked it for. */
void actor_service(struct actor *actor);

const char *through_text(enum through through); /* "command", "console", "service" */

#endif
