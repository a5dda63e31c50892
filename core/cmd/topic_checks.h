/* The topic "checks": every built-in check with what it needs and what can be tuned. */
#ifndef CHECKHOOK_CORE_CMD_TOPIC_CHECKS_H
#define CHECKHOOK_CORE_CMD_TOPIC_CHECKS_H

#include "core/cmd/topics.h"

/* A heading for each catalogue file, an entry for each check; or why there is no catalogue. */
void topic_print_checks(const struct page_style *style, const struct console *console);

#endif
