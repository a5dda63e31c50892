/* The requests of an integration before anything is sent. */
#include "core/request_preview.h"

#include <stdlib.h>

#include "core/deliver/curl_command.h"
#include "core/deliver/message.h"

bool request_preview_make(struct request_preview *out, const struct app *app,
                          const struct integration *in, int64_t now_ms, struct error *err)
{
    struct event event = {0};
    const struct preview_of of = {.event = &event,
                                  .integration = in,
                                  .general = &app->config.general,
                                  .keyring = app->keyring};
    message_sample_event(&event, now_ms);
    out->has_token = in->auth.type == AUTH_OAUTH;
    bool ok = preview_message(&out->message, &of, err) &&
              (!out->has_token || preview_token(&out->token, &of, err));
    out->curl = ok ? curl_command(&of, err) : NULL;
    event_release(&event);
    if (!out->curl)
        request_preview_release(out);
    return out->curl != NULL;
}

void request_preview_release(struct request_preview *p)
{
    preview_release(&p->message);
    preview_release(&p->token);
    free(p->curl);
    *p = (struct request_preview){0};
}
