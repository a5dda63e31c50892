/*
 * How many steps of its engine a store takes for something: unlike its time, the same on every
 * machine.
 */
#ifndef CHECKHOOK_TESTS_SUPPORT_ENGINE_STEPS_H
#define CHECKHOOK_TESTS_SUPPORT_ENGINE_STEPS_H

#include "core/store/store.h"

void engine_steps_begin(struct store *s);
/* Since then, less than DB_DEADLINE_STEPS left out. */
int engine_steps_end(struct store *s);

#endif
