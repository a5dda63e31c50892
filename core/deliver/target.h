/*
 * An integration as it was when work for it began, shared by everything under way to it, so that a
 * reloaded configuration pulls nothing away.
 */
#ifndef CHECKHOOK_CORE_DELIVER_TARGET_H
#define CHECKHOOK_CORE_DELIVER_TARGET_H

#include <stddef.h>

#include "core/config/model.h"

struct target {
    struct integration integration;
    size_t refs;
};

struct target *target_new(const struct integration *in); /* copies; one reference */
struct target *target_ref(struct target *t);
void target_unref(struct target *t); /* NULL is fine */

#endif
