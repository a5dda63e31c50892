/* Builds token requests and reads their answers. */
#include "core/deliver/oauth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/encode.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/config/validate.h"
#include "core/deliver/reason.h"
#include "core/deliver/request.h"
#include "core/deliver/transfer.h"

enum { FORM_BYTES = 1 << 20, EXPIRES_MAX_S = 365 * 86400, RENEW_EARLY_S = 60 };

/* A token request while it is being built. */
struct draft {
    struct http_request *out;
    struct strbuf url, shown, form;
    bool in_query; /* GET: the form is the query */
};

static void add_field(struct draft *d, const char *key, const char *value, bool secret)
{
    if (secret)
        http_headers_add(&d->out->hidden, key, value, true);
    if (d->in_query) {
        request_set_query(&d->url, &d->shown, key, value, secret);
        return;
    }
    if (d->form.len > 0)
        strbuf_addc(&d->form, '&');
    form_add(&d->form, key);
    strbuf_addc(&d->form, '=');
    form_add(&d->form, value);
}

/* RFC 6749, 2.3.1: both parts form-encoded before base64. */
static void add_basic_encoded(struct http_headers *headers, const char *id, const char *secret)
{
    struct strbuf user, password;
    strbuf_init(&user, FORM_BYTES);
    strbuf_init(&password, FORM_BYTES);
    form_add(&user, id);
    form_add(&password, secret);
    request_add_basic(headers, user.text, password.text);
    explicit_bzero(password.text, password.len);
    strbuf_release(&user);
    strbuf_release(&password);
}

/* What is not given as a parameter of the pair that stands in the form. */
static void add_pair(struct draft *d, const struct auth *auth, const char *id, const char *secret,
                     bool with_secret)
{
    if (!oauth_param_given(&auth->params, "client_id"))
        add_field(d, "client_id", id, false);
    if (with_secret && !oauth_param_given(&auth->params, "client_secret"))
        add_field(d, "client_secret", secret, true);
}

static void add_client(struct draft *d, const struct auth *auth, const struct credentials *c)
{
    const char *id = auth->client_id ? auth->client_id : "";
    const char *secret = c->client_secret.text ? c->client_secret.text : "";
    bool replaced = oauth_param_given(&auth->params, "client_id") ||
                    oauth_param_given(&auth->params, "client_secret");
    if (oauth_param_given(&auth->params, "Authorization"))
        return;
    if (auth->client_auth == CLIENT_AUTH_NONE)
        add_pair(d, auth, id, secret, false);
    else if (replaced || auth->client_auth == CLIENT_AUTH_POST)
        add_pair(d, auth, id, secret, true);
    else if (auth->client_auth == CLIENT_AUTH_BASIC)
        add_basic_encoded(&d->out->headers, id, secret);
    else
        request_add_basic(&d->out->headers, id, secret);
}

static void add_header(struct draft *d, const struct param *p, const char *value)
{
    struct error err;
    struct http_header *there = http_headers_find(&d->out->headers, p->key);
    if (!header_name_allowed(p->key, &err))
        return;
    if (there)
        mem_replace(&there->value, value);
    else
        there = http_headers_add(&d->out->headers, p->key, value, false);
    there->secret = p->secret || strcasecmp(p->key, "Authorization") == 0;
}

static void add_params(struct draft *d, const struct param_list *params,
                       const struct credentials *c)
{
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        const char *value = credentials_oauth_param(c, params, i);
        if (p->place == PLACE_HEADER) {
            add_header(d, p, value);
        } else if (p->place == PLACE_BODY) {
            add_field(d, p->key, value, p->secret);
        } else {
            if (p->secret)
                http_headers_add(&d->out->hidden, p->key, value, true);
            request_set_query(&d->url, &d->shown, p->key, value, p->secret);
        }
    }
}

static void draft_init(struct draft *d, struct http_request *out, const struct auth *auth)
{
    *out = (struct http_request){.method = (enum http_method)auth->method};
    d->out = out;
    d->in_query = out->method == METHOD_GET;
    strbuf_init(&d->url, REQUEST_URL_BYTES);
    strbuf_init(&d->shown, REQUEST_URL_BYTES);
    strbuf_init(&d->form, FORM_BYTES);
    strbuf_adds(&d->url, auth->endpoint);
    strbuf_adds(&d->shown, auth->endpoint);
}

void oauth_request(struct http_request *out, const struct integration *in,
                   const struct credentials *credentials)
{
    const struct auth *auth = &in->auth;
    struct draft d;
    draft_init(&d, out, auth);
    if (!d.in_query)
        http_headers_add(&out->headers, "Content-Type", "application/x-www-form-urlencoded", false);
    http_headers_add(&out->headers, "Accept", "application/json", false);
    http_headers_add(&out->headers, "User-Agent", request_user_agent(), false);
    if (!oauth_param_given(&auth->params, "grant_type"))
        add_field(&d, "grant_type", "client_credentials", false);
    add_client(&d, auth, credentials);
    add_params(&d, &auth->params, credentials);

    out->url = strbuf_detach(&d.url);
    out->shown_url = strbuf_detach(&d.shown);
    out->body_len = d.form.len;
    out->body = strbuf_detach(&d.form);
    if (d.in_query) {
        free(out->body);
        out->body = NULL;
    }
}

void oauth_token_release(struct oauth_token *token)
{
    secret_release(&token->text);
    *token = (struct oauth_token){0};
}

static bool refuse(struct oauth_refusal *why, const char *text)
{
    reason_format(why->what, sizeof why->what, "%s", text);
    return false;
}

static void read_error(const struct answer *answer, struct oauth_refusal *why)
{
    struct error err;
    char detail[224], phrase[48];
    cJSON *json = json_parse(answer->body ? answer->body : "", answer->body_len, &err);
    const char *code = json_text(json, "error");
    reason_format(why->code, sizeof why->code, "%s", code ? code : "");
    cJSON_Delete(json);
    reason_detail(answer, detail, sizeof detail);
    reason_phrase(answer->status, phrase, sizeof phrase);
    reason_format(why->what, sizeof why->what, "answered %s%s%s", phrase, *detail ? ": " : "",
                  detail);
}

/* The token goes into a header: visible ASCII alone (RFC 6750, 2.1 allows even less). */
static bool token_usable(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return *text != '\0';
}

/* 0 is what some servers say for "never", and nobody issues what has ended: not said. */
static int64_t read_expiry(const cJSON *json)
{
    int64_t seconds = -1;
    const char *text = json_text(json, "expires_in");
    const cJSON *number = json_member(json, "expires_in");
    double said = cJSON_IsNumber(number) ? number->valuedouble : -1;
    if (text && text_to_int(text, 1, INT64_MAX, &seconds))
        said = (double)seconds;
    if (said < 1)
        return -1;
    return said > EXPIRES_MAX_S ? EXPIRES_MAX_S : (int64_t)said;
}

static bool read_token(const cJSON *json, struct oauth_token *token, struct oauth_refusal *why)
{
    struct error err;
    const char *text = json_text(json, "access_token"), *type = json_text(json, "token_type");
    if (!text)
        return refuse(why, "answered without an access_token");
    if (type && strcasecmp(type, "bearer") != 0)
        return refuse(why, "issued a token of another type than Bearer");
    if (!token_usable(text))
        return refuse(why, "issued a token with characters that no header can carry");
    token->expires_in_s = read_expiry(json);
    return secret_set(&token->text, text, strlen(text), &err) || refuse(why, err.text);
}

int64_t oauth_use_for_s(int64_t expires_in_s)
{
    int64_t half = expires_in_s / 2;
    if (expires_in_s < 1)
        return INT64_MAX;
    return expires_in_s - (half < RENEW_EARLY_S ? half : RENEW_EARLY_S);
}

static bool refuse_text(const struct answer *answer, struct oauth_refusal *why)
{
    if (!answer->cut)
        return refuse(why, "did not answer with a JSON object: is this a token endpoint?");
    why->broke_off = answer->body_len < ANSWER_READ_BYTES;
    return refuse(why, why->broke_off
                           ? "broke its answer off"
                           : "answered with more than a token: is this a token endpoint?");
}

bool oauth_read_answer(const struct answer *answer, struct oauth_token *token,
                       struct oauth_refusal *why)
{
    struct error err;
    *why = (struct oauth_refusal){0};
    *token = (struct oauth_token){.expires_in_s = -1};
    if (answer->status < 200 || answer->status > 299) {
        read_error(answer, why);
        return false;
    }
    cJSON *json = json_parse(answer->body ? answer->body : "", answer->body_len, &err);
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        return refuse_text(answer, why);
    }
    bool ok = read_token(json, token, why);
    cJSON_Delete(json);
    return ok;
}
