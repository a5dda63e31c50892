/* A configuration and its file in a folder of its own. */
#include "tests/support/configbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

int configbed_setup(void **state)
{
    struct configbed *bed = mem_zalloc(sizeof *bed);

    tmpdir_init(&bed->dir);
    bed->path = tmpdir_path(&bed->dir, "checkhook.conf");
    *state = bed;
    return 0;
}

int configbed_teardown(void **state)
{
    struct configbed *bed = *state;

    config_release(&bed->config);
    free(bed->path);
    tmpdir_release(&bed->dir);
    free(bed);
    return 0;
}

void configbed_write(struct configbed *bed, const char *text)
{
    free(tmpdir_write(&bed->dir, "checkhook.conf", text));
}

void configbed_load(struct configbed *bed, struct config *config)
{
    struct error err = {0};

    if (!config_load(config, bed->path, &err))
        fail_msg("%s", err.text);
}

void configbed_load_text(struct configbed *bed, const char *text)
{
    configbed_write(bed, text);
    configbed_load(bed, &bed->config);
}

void configbed_begin(struct config *config)
{
    struct error err = {0};

    if (!config_begin(config, &err))
        fail_msg("%s", err.text);
}

void configbed_commit(struct config *config)
{
    struct error err = {0};

    if (!config_commit(config, &err))
        fail_msg("%s", err.text);
}

void configbed_put(struct config *config, const char *id, const char *name)
{
    struct integration in;

    integration_init(&in);
    memcpy(in.id, id, sizeof in.id);
    in.name = mem_strdup(name);
    in.url = mem_strdup("https://a.example/");
    in.auth.type = AUTH_NONE;
    config_put(config, &in);
    integration_release(&in);
}
