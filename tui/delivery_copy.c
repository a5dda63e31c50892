/* Offers the texts of a delivery to be copied. */
#include "tui/delivery_copy.h"

#include <stdlib.h>

#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/deliver/curl_command.h"
#include "tui/delivery_text.h"

enum { BODY_MAX = 1 << 20 };

/* As the integration is configured now; NULL where it was removed. */
static char *curl_text(const struct delivery_about *d, const struct app *app)
{
    const struct integration *in = config_find(&app->config, d->delivery.integration_id);
    const struct preview_of of = {
        .event = &d->event, .integration = in, .general = &app->config.general};
    struct error ignored = {0};
    return in && d->event.id ? curl_command(&of, &ignored) : NULL;
}

static void offer_response(const struct delivery_about *d, struct copy_list *out)
{
    const struct attempt *a =
        d->attempts.count > 0 ? &d->attempts.items[d->attempts.count - 1] : NULL;
    struct strbuf safe;
    strbuf_init(&safe, BODY_MAX);
    if (a && a->response_body)
        text_safe_add(&safe, a->response_body, a->response_len, true);
    copy_offer(out, "Response body", safe.text);
    strbuf_release(&safe);
}

void delivery_copies(const struct delivery_about *d, const struct app *app, struct copy_list *out)
{
    char id[DELIVERY_ID_MAX];
    if (d->delivery.id == 0)
        return;
    char *curl = curl_text(d, app), *body = delivery_request_body(d, app);
    delivery_id_text(d->delivery.id, id);
    copy_offer_shell(out, "curl command", curl);
    copy_offer(out, "Id", id);
    copy_offer(out, "Event id", d->delivery.event_id);
    offer_response(d, out);
    copy_offer(out, "Request body", body);
    free(curl);
    free(body);
}
