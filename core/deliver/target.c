/* A shared copy of an integration. */
#include "core/deliver/target.h"

#include <stdlib.h>

#include "core/base/mem.h"

struct target *target_new(const struct integration *in)
{
    struct target *t = mem_zalloc(sizeof *t);
    integration_copy(&t->integration, in);
    t->refs = 1;
    return t;
}

struct target *target_ref(struct target *t)
{
    t->refs++;
    return t;
}

void target_unref(struct target *t)
{
    if (!t || --t->refs > 0)
        return;
    integration_release(&t->integration);
    free(t);
}
