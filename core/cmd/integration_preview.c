/* checkhook integration preview: what would be sent, without sending it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/request_preview.h"

/* --- JSON ----------------------------------------------------------------------------------- */

static void add_request(cJSON *out, const char *name, const struct preview *p)
{
    struct error ignored = {0};
    cJSON *object = json_add_object(out, name);
    cJSON *headers = json_parse(p->headers, strlen(p->headers), &ignored);
    json_add_text(object, "method", http_method_text(p->method));
    json_add_text(object, "url", p->url);
    if (headers)
        cJSON_AddItemToObject(object, "headers", headers);
    json_add_text(object, "body", p->body);
    if (p->content_length >= 0)
        json_add_int(object, "length", p->content_length);
    else
        json_add_null(object, "length");
}

static int print_as_json(const struct request_preview *p)
{
    cJSON *out = cJSON_CreateObject();
    if (p->has_token)
        add_request(out, "token", &p->token);
    else
        json_add_null(out, "token");
    add_request(out, "request", &p->message);
    json_add_text(out, "curl", p->curl);
    return print_json(out);
}

/* --- text ----------------------------------------------------------------------------------- */

static void print_request(const struct preview *p)
{
    struct error ignored = {0};
    char *url = text_safe(p->url);
    printf("%s %s\n", http_method_text(p->method), url);
    free(url);
    cJSON *headers = json_parse(p->headers, strlen(p->headers), &ignored);
    for (const cJSON *h = headers ? headers->child : NULL; h; h = h->next) {
        char *value = text_safe(cJSON_IsString(h) ? h->valuestring : "");
        printf("%s: %s\n", h->string, value);
        free(value);
    }
    cJSON_Delete(headers);
    if (p->body) {
        char *body = text_safe(p->body);
        printf("\n%s\n", body);
        free(body);
    }
}

static int print_as_text(const struct request_preview *p)
{
    if (p->has_token) {
        print_request(&p->token);
        putchar('\n');
    }
    print_request(&p->message);
    if (p->message.unknown[0])
        print_note("%s", p->message.unknown);
    return EXIT_DONE;
}

/* --- the command ----------------------------------------------------------------------------- */

static int preview(struct cmd *cmd)
{
    struct error err = {0};
    struct request_preview p = {0};
    const struct integration *in = named_integration(cmd, cmd->args[0], &err);
    if (!in || !request_preview_make(&p, &cmd->app, in, clock_now_ms(), &err))
        return cmd_fail(&err);
    int code = EXIT_DONE;
    if (cmd->json)
        code = print_as_json(&p);
    else if (cmd_has(cmd, "curl"))
        fputs(p.curl, stdout);
    else
        code = print_as_text(&p);
    request_preview_release(&p);
    return code;
}

static const struct option options[] = {
    {"curl", NULL, "as commands for a POSIX shell; secrets are variables in them"},
    {NULL, NULL, NULL},
};

const struct command cmd_integration_preview = {
    .group = "integration",
    .verb = "preview",
    .arguments = "NAME",
    .summary = "Show what would be sent, without sending it",
    .details =
        "A sample notification with invented users in the integration's own format, and with\n"
        "OAuth the token request before it. Secrets are hidden.",
    .options = options,
    .min_args = 1,
    .max_args = 1,
    .parts = APP_CONFIG,
    .run = preview,
};
