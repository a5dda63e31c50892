/*
 * One entry of a catalogue file: a libconfig group as a check, or as a check with a fault.
 */
#ifndef CHECKHOOK_CORE_CHECKS_ENTRY_H
#define CHECKHOOK_CORE_CHECKS_ENTRY_H

#include <libconfig.h>

#include "core/checks/catalogue.h"
#include "core/store/probe.h"

/*
 * Reads every setting of the entry. What is wrong with it (unknown or missing settings, wrong
 * types, expressions that are refused) becomes check->fault, "FILE:LINE: why", the first of them;
 * what could be read is there all the same. `check` is zeroed before; id and title are never NULL
 * afterwards. `file` is shown in faults. With a probe the expressions are tried, too; NULL = not.
 */
void entry_read(struct check *check, const config_setting_t *entry, const char *file,
                struct probe *probe);

/* A check that stands for something unreadable, so that it is seen: its id can be no other's. */
void entry_make_faulty(struct check *check, const char *file, int line, const char *why);

int entry_line(const config_setting_t *setting);

void check_release(struct check *check);

#endif
