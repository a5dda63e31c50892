/* Counts the steps of the engine by its question for a deadline. */
#include "tests/support/engine_steps.h"

#include "core/store/db.h"
#include "core/store/store_private.h"

static int steps;

static bool count(void *ctx)
{
    (void)ctx;
    steps += DB_DEADLINE_STEPS;
    return false;
}

void engine_steps_begin(struct store *s)
{
    steps = 0;
    db_set_deadline(store_db(s), count, NULL);
}

int engine_steps_end(struct store *s)
{
    db_set_deadline(store_db(s), NULL, NULL);
    return steps;
}
