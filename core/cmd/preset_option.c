/* Providers on the command line. */
#include "core/cmd/preset_option.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/config/preset.h"
#include "core/config/schema.h"

enum { IDS_MAX = 256 };

static const char *given_preset(const struct cmd *cmd)
{
    const char *id = NULL;
    for (size_t i = 0; i < cmd->given_count; i++) {
        if (strcmp(cmd->given[i].option->name, "preset") == 0)
            id = cmd->given[i].value;
    }
    return id;
}

static const struct setting *row(const char *name)
{
    return setting_find(integration_settings, integration_setting_count, name);
}

void preset_option_apply(const struct cmd *cmd, struct integration *in,
                         struct problem_list *problems)
{
    const char *id = given_preset(cmd);
    const struct preset *preset = id ? preset_find(id) : NULL;
    struct strbuf ids;
    if (preset)
        preset_apply(preset, in);
    if (!id || preset)
        return;
    strbuf_init(&ids, IDS_MAX);
    for (size_t i = 0; i < preset_count; i++)
        strbuf_addf(&ids, "%s%s", i ? ", " : "", presets[i].id);
    problem_add(problems, NULL, "there is no preset '%s': known are %s", id, ids.text);
    strbuf_release(&ids);
}

void preset_option_check(const struct cmd *cmd, const struct integration *in,
                         struct problem_list *problems)
{
    char gap[PRESET_GAP_MAX];
    if (!given_preset(cmd) || in->auth.type != AUTH_OAUTH)
        return;
    if (in->auth.endpoint && preset_gap(in->auth.endpoint, gap))
        problem_add(problems, row("auth.endpoint"), "fill in %s: write auth.endpoint=%s", gap,
                    in->auth.endpoint);
    for (size_t i = 0; i < in->auth.params.count; i++) {
        const struct param *p = &in->auth.params.items[i];
        if (!p->secret && p->value && preset_gap(p->value, gap))
            problem_add(problems, row("auth.params"), "fill in %s: write --auth-param 'body:%s=%s'",
                        gap, p->key, p->value);
    }
}
