/* The table of all commands, in the order of --help. */
#include "core/cmd/commands.h"

const struct command *const commands[] = {
    &cmd_integration_list,
    &cmd_integration_show,
    &cmd_integration_add,
    &cmd_integration_set,
    &cmd_integration_remove,
    &cmd_integration_test,
    &cmd_check_list,
    &cmd_check_show,
    &cmd_check_enable,
    &cmd_check_disable,
    &cmd_check_set,
    &cmd_check_run,
    &cmd_data_import,
    &cmd_data_show,
    &cmd_data_users,
    &cmd_data_remove,
    &cmd_delivery_list,
    &cmd_delivery_show,
    &cmd_delivery_retry,
    &cmd_deliver,
    &cmd_listen,
    &cmd_config_check,
    &cmd_config_path,
    NULL,
};
