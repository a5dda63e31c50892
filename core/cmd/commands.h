/* Every command's row, each defined in the file that bears its group's name. */
#ifndef CHECKHOOK_CORE_CMD_COMMANDS_H
#define CHECKHOOK_CORE_CMD_COMMANDS_H

#include "core/cmd/command.h"

extern const struct command cmd_integration_list, cmd_integration_show, cmd_integration_add,
    cmd_integration_set, cmd_integration_remove, cmd_integration_test, cmd_integration_preview,
    cmd_integration_import;
extern const struct command cmd_check_list, cmd_check_show, cmd_check_enable, cmd_check_disable,
    cmd_check_matrix, cmd_check_set, cmd_check_reset, cmd_check_run, cmd_check_test;
extern const struct command cmd_data_import, cmd_data_show, cmd_data_users, cmd_data_user,
    cmd_data_export, cmd_data_remove;
extern const struct command cmd_delivery_list, cmd_delivery_show, cmd_delivery_stats,
    cmd_delivery_retry;
extern const struct command cmd_deliver, cmd_service, cmd_listen;
extern const struct command cmd_audit_list;
extern const struct command cmd_config_show, cmd_config_set, cmd_config_check, cmd_config_path;
extern const struct command cmd_config_new_key;

#endif
