/*
 * What a check may say it needs of a source, by name, with how it is known for a user `u` and what
 * it is called to people ("source lacks last sign-in").
 */
#ifndef CHECKHOOK_CORE_STORE_NEEDS_H
#define CHECKHOOK_CORE_STORE_NEEDS_H

struct need {
    const char *name;  /* "last_login", as in a catalogue */
    const char *label; /* "last sign-in" */
    const char *known; /* SQL: true where the source said it of user u */
};

/* Ends with name NULL; at most 62 rows, because an evaluation keeps them as bits. */
extern const struct need needs[];

const struct need *need_find(const char *name); /* NULL where there is none */

#endif
