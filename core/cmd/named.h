/* What a word of the command line names; where there is no such thing, the error says where to
 * look. */
#ifndef CHECKHOOK_CORE_CMD_NAMED_H
#define CHECKHOOK_CORE_CMD_NAMED_H

#include "core/cmd/command.h"

/* Valid until the configuration changes. */
const struct integration *named_integration(struct cmd *cmd, const char *name, struct error *err);
const struct check *named_check(struct cmd *cmd, const char *id, struct error *err);

/* Is there such a data set? */
bool named_source(struct cmd *cmd, const char *name, struct error *err);
/* Is there such a check, or was anything sent of it? WebhookTest counts as one. */
bool named_sent_check(struct cmd *cmd, const char *id, struct error *err);

#endif
