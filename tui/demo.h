/*
 * A receiver to try things out with: this program's own `checkhook listen`, on this host only, as a
 * child that ends with the console.
 */
#ifndef CHECKHOOK_TUI_DEMO_H
#define CHECKHOOK_TUI_DEMO_H

#include <stdbool.h>

#include "core/base/error.h"

struct demo;

/* Where it may listen again by hand, if it can: checkhook listen has the same default. */
enum { DEMO_PORT = 8970 };

/* NULL with err where it did not start within a few seconds. */
struct demo *demo_start(struct error *err);
int demo_port(const struct demo *d);
bool demo_runs(struct demo *d); /* false once it has ended by itself; accepts NULL */
void demo_stop(struct demo *d); /* accepts NULL */

#endif
