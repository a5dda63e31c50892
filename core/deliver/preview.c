/* Builds requests with stand-ins in place of secrets, to be shown. */
#include "core/deliver/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/deliver/credentials.h"
#include "core/deliver/message.h"
#include "core/deliver/oauth.h"
#include "core/deliver/request.h"

typedef void build_request(struct http_request *out, const struct preview_of *of,
                           const struct credentials *credentials);

static bool hide(void *ctx, const struct credential *what, struct secret *out, struct error *err)
{
    const char *mark = ctx;
    (void)what;
    return secret_set(out, mark, strlen(mark), err);
}

static void build_message(struct http_request *out, const struct preview_of *of,
                          const struct credentials *credentials)
{
    struct strbuf body;
    strbuf_init(&body, REQUEST_BODY_BYTES);
    message_render(&body, of->event, of->integration, of->general, credentials);
    struct request_parts parts = {.integration = of->integration,
                                  .credentials = credentials,
                                  .token = http_hidden,
                                  .event_id = of->event->id,
                                  .body_len = body.len};
    parts.body = strbuf_detach(&body);
    request_build(out, &parts);
}

static void build_token(struct http_request *out, const struct preview_of *of,
                        const struct credentials *credentials)
{
    oauth_request(out, of->integration, credentials);
}

/* --- the true length ------------------------------------------------------------------------- */

/* Whether the body holds it: a parameter there, or the client secret in a token request's form. */
static bool is_in_body(const struct credential *what, bool token)
{
    bool of_token = strncmp(what->name, "auth.", strlen("auth.")) == 0;
    if (what->param)
        return of_token == token && what->param->place == PLACE_BODY;
    return token && strcmp(what->name, "auth.client_secret") == 0;
}

struct measuring {
    const struct preview_of *of;
    bool token;
};

/* Opens what the body holds and nothing else: whoever looks may not be able to open the rest. */
static bool open_for_body(void *ctx, const struct credential *what, struct secret *out,
                          struct error *err)
{
    const struct measuring *m = ctx;
    if (!is_in_body(what, m->token))
        return true;
    if (!m->of->keyring)
        return error_set(err, ERR_CRYPTO, "the secret \"%s\" was not opened", what->label);
    return credential_open(what, m->of->keyring, m->of->integration, out, err);
}

static void measure(struct preview *out, const struct preview_of *of, build_request *build)
{
    struct measuring m = {of, build == build_token};
    struct credentials credentials;
    struct http_request request;
    struct error why = {0};
    if (!credentials_fill(&credentials, of->integration, open_for_body, &m, &why)) {
        snprintf(out->unknown, sizeof out->unknown, "%s", why.text);
        return;
    }
    build(&request, of, &credentials);
    out->content_length = (int64_t)request.body_len;
    http_request_release(&request);
    credentials_release(&credentials);
}

/* --- what is shown --------------------------------------------------------------------------- */

/* As on the wire; the length is that of the true body, or absent. */
static char *describe_headers(const struct http_request *request, int64_t content_length)
{
    struct http_request measured = *request;
    struct http_headers sent = {0};
    if (content_length < 0)
        measured.body = NULL;
    else
        measured.body_len = (size_t)content_length;
    http_request_wire_headers(&measured, &sent);
    char *text = http_headers_json(&sent);
    http_headers_release(&sent);
    return text;
}

static bool make(struct preview *out, const struct preview_of *of, build_request *build,
                 struct error *err)
{
    /* In a form the mark has to be one that needs no encoding. */
    char mark[16];
    struct credentials hidden;
    struct http_request request;
    snprintf(mark, sizeof mark, "%s", build == build_token ? http_hidden_url : http_hidden);
    if (!credentials_fill(&hidden, of->integration, hide, mark, err))
        return false;
    build(&request, of, &hidden);
    credentials_release(&hidden);
    *out = (struct preview){.method = request.method, .content_length = -1};
    if (request.body)
        measure(out, of, build);
    out->headers = describe_headers(&request, out->content_length);
    out->url = request.shown_url;
    out->body = request.body;
    out->body_len = request.body_len;
    request.shown_url = request.body = NULL;
    http_request_release(&request);
    return true;
}

bool preview_message(struct preview *out, const struct preview_of *of, struct error *err)
{
    return make(out, of, build_message, err);
}

bool preview_token(struct preview *out, const struct preview_of *of, struct error *err)
{
    return make(out, of, build_token, err);
}

void preview_release(struct preview *p)
{
    free(p->url);
    free(p->headers);
    free(p->body);
    *p = (struct preview){0};
}
