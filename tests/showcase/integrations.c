/* The integrations of the showcase, and what they are ticked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/showcase/showcase.h"

const char *const showcase_names[SHOWCASE_INTEGRATIONS] = {
    "Audit archive", "Billing events", "Chat alerts", "Data lake", "Legacy CRM", "Zürich DR site",
};

static const char *const urls[SHOWCASE_INTEGRATIONS] = {
    "https://audit.corp.example/in",
    "https://billing.example.com/v1/hooks/in?tenant=emea&format=json",
    "https://chat.example.net/hooks/7f31",
    "https://lake.internal.example:8443/ingest/identity",
    "https://crm.internal.example/checks",
    "https://dr.example.ch/hooks",
};

static const struct {
    const char *check;
    const char *ticks; /* one letter for each integration */
} ticked[] = {
    {"admin-inactive-30", "x.x..."}, {"no-mfa", "xx...."},
    {"inactive-90", "..x..."},       {"unused-key-45", "xx.x.."},
    {"locked-out", "..x..."},        {"root-no-mfa", "xxxx.."},
    {"legacy-sign-in", "......"},    {"guest-inactive-60", "......"},
};

void showcase_id(enum showcase_integration which, char out[UUID_LEN + 1])
{
    snprintf(out, UUID_LEN + 1, "5f3c9a10-0000-4000-8000-%012x", (unsigned)which + 1);
}

static char *seal(struct app *app, const char *id, const char *name, const char *clear)
{
    struct error err = {0};
    char *stored = NULL;
    showcase_must(secret_seal(app->keyring, true, id, name, clear, strlen(clear),
                              SHOWCASE_NOW_S - 15 * SHOWCASE_DAY, &stored, &err),
                  &err);
    return stored;
}

static void use_api_key(struct app *app, struct integration *in)
{
    in->auth.type = AUTH_API_KEY;
    in->auth.key_name = mem_strdup("X-Api-Key");
    in->auth.key_value = seal(app, in->id, "auth.key_value", "showcase-key");
}

static void use_basic(struct app *app, struct integration *in)
{
    in->auth.type = AUTH_BASIC;
    in->auth.username = mem_strdup("checkhook");
    in->auth.password = seal(app, in->id, "auth.password", "showcase-password");
}

static void use_oauth(struct app *app, struct integration *in)
{
    in->auth.type = AUTH_OAUTH;
    in->auth.endpoint = mem_strdup("https://login.example.com/oauth2/token");
    in->auth.client_id = mem_strdup("svc-billing-prod");
    in->auth.client_secret = seal(app, in->id, "auth.client_secret", "showcase-secret");
    in->auth.client_auth = CLIENT_AUTH_BASIC;
    param_set(&in->auth.params, PLACE_BODY, "scope", "hooks.write", false);
    param_set(&in->auth.params, PLACE_BODY, "audience", "https://hooks.example.com", false);
    param_set(&in->params, PLACE_HEADER, "X-Team", "identity", false);
    param_set(&in->params, PLACE_HEADER, "X-Environment", "production", false);
    param_set(&in->params, PLACE_BODY, "tenant", "emea", false);
    in->timeout_s = 10;
    in->max_attempts = 5;
    in->description = mem_strdup("Failed checks for the billing team");
}

static void make(struct app *app, enum showcase_integration which, struct integration *in)
{
    integration_init(in);
    showcase_id(which, in->id);
    in->name = mem_strdup(showcase_names[which]);
    in->url = mem_strdup(urls[which]);
    in->auth.type = AUTH_NONE;
    in->enabled = which != SHOWCASE_CRM;
    if (which == SHOWCASE_BILLING)
        use_oauth(app, in);
    else if (which == SHOWCASE_AUDIT || which == SHOWCASE_LAKE)
        use_api_key(app, in);
    else if (which == SHOWCASE_CRM)
        use_basic(app, in);
    if (which == SHOWCASE_LAKE)
        in->max_attempts = 5;
}

static void tick(struct config *config)
{
    char id[UUID_LEN + 1];
    for (size_t i = 0; i < ARRAY_LEN(ticked); i++) {
        for (int n = 0; n < SHOWCASE_INTEGRATIONS; n++) {
            if (ticked[i].ticks[n] != 'x')
                continue;
            showcase_id((enum showcase_integration)n, id);
            text_list_add(&config_check_make(config, ticked[i].check)->integrations, id);
        }
    }
}

void showcase_integrations(struct app *app)
{
    struct error err = {0};
    showcase_must(config_begin(&app->config, &err), &err);
    for (int n = 0; n < SHOWCASE_INTEGRATIONS; n++) {
        struct integration in;
        make(app, (enum showcase_integration)n, &in);
        config_put(&app->config, &in);
        integration_release(&in);
    }
    tick(&app->config);
    app->config.general.schedule_hour = 6;
    app->config.general.schedule_minute = 0;
    showcase_must(config_commit(&app->config, &err), &err);
}
