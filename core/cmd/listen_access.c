/* Credentials and tokens of `checkhook listen`. */
#include "core/cmd/listen_access.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/encode.h"
#include "core/base/random.h"

enum { FORM_MAX = 16 * 1024 };

void listen_access_release(struct listen_access *a)
{
    free(a->basic_user);
    free(a->key_name);
    free(a->client_id);
    secret_release(&a->password);
    secret_release(&a->key);
    secret_release(&a->client_secret);
}

/* Takes the same time wherever the texts differ. */
static bool same(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b);
    unsigned differ = la != lb;
    for (size_t i = 0; i < la; i++)
        differ |= (unsigned)((unsigned char)a[i] ^ (unsigned char)b[lb ? i % lb : 0]);
    return differ == 0;
}

static bool has_scheme(const char *authorization, const char *scheme)
{
    size_t len = strlen(scheme);
    return authorization && strncasecmp(authorization, scheme, len) == 0 &&
           authorization[len] == ' ';
}

/* "user:password" of a Basic header, as it was encoded (RFC 7617); the caller frees. NULL = none.
 */
static char *basic_pair(const char *authorization)
{
    uint8_t pair[FORM_MAX];
    size_t len = 0;
    if (!has_scheme(authorization, "Basic") ||
        !base64_decode(authorization + strlen("Basic "), pair, sizeof pair - 1, &len))
        return NULL;
    pair[len] = '\0';
    return strdup((char *)pair);
}

static bool basic_matches(const char *authorization, const char *user, const struct secret *secret)
{
    struct strbuf want;
    char *pair = basic_pair(authorization);
    strbuf_init(&want, FORM_MAX);
    strbuf_addf(&want, "%s:%s", user, secret->text ? secret->text : "");
    bool ok = pair && same(pair, want.text);
    explicit_bzero(want.text, want.len);
    strbuf_release(&want);
    free(pair);
    return ok;
}

/* The id and secret of a client may stand form-encoded inside Basic (RFC 6749, 2.3.1). */
static bool client_basic_matches(const char *authorization, const struct listen_access *a)
{
    struct strbuf want;
    char *pair = basic_pair(authorization);
    strbuf_init(&want, FORM_MAX);
    form_add(&want, a->client_id);
    strbuf_addc(&want, ':');
    form_add(&want, a->client_secret.text ? a->client_secret.text : "");
    bool ok = (pair && same(pair, want.text)) ||
              basic_matches(authorization, a->client_id, &a->client_secret);
    explicit_bzero(want.text, want.len);
    strbuf_release(&want);
    free(pair);
    return ok;
}

static bool token_valid(const struct listen_access *a, const char *text, int64_t now)
{
    bool ok = false;
    for (size_t i = 0; i < LISTEN_TOKENS_MAX; i++)
        ok = ok || (a->tokens[i].text[0] && a->tokens[i].expires_at > now &&
                    same(a->tokens[i].text, text));
    return ok;
}

static bool credentials_match(const struct listen_access *a, listen_header *header, void *ctx,
                              int64_t now)
{
    const char *authorization = header(ctx, "Authorization");
    if (a->basic_user)
        return basic_matches(authorization, a->basic_user, &a->password);
    if (a->key_name) {
        const char *given = header(ctx, a->key_name);
        return given && same(given, a->key.text ? a->key.text : "");
    }
    if (a->client_id)
        return has_scheme(authorization, "Bearer") &&
               token_valid(a, authorization + strlen("Bearer "), now);
    return true;
}

bool listen_access_allows(const struct listen_access *a, listen_header *header, void *ctx,
                          int64_t now, const char **challenge)
{
    bool allowed = credentials_match(a, header, ctx, now);
    *challenge = "";
    if (!allowed && a->basic_user)
        *challenge = "Basic realm=\"checkhook listen\"";
    else if (!allowed && a->client_id)
        *challenge = "Bearer error=\"invalid_token\"";
    return allowed;
}

static int hex_value(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : (tolower((unsigned char)c) - 'a') + 10;
}

/* One field of a form, decoded; the caller frees. NULL where it is absent. */
static char *form_field(const char *form, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = form; at && *at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL) {
        if (strncmp(at, name, len) != 0 || at[len] != '=')
            continue;
        struct strbuf value;
        strbuf_init(&value, FORM_MAX);
        for (const char *p = at + len + 1; *p && *p != '&'; p++) {
            if (*p == '%' && isxdigit((unsigned char)p[1]) && isxdigit((unsigned char)p[2])) {
                strbuf_addc(&value, (char)(hex_value(p[1]) * 16 + hex_value(p[2])));
                p += 2;
            } else {
                strbuf_addc(&value, *p == '+' ? ' ' : *p);
            }
        }
        return strbuf_detach(&value);
    }
    return NULL;
}

static bool client_form_matches(const char *form, const struct listen_access *a)
{
    char *id = form_field(form, "client_id"), *secret = form_field(form, "client_secret");
    bool ok = id && secret && same(id, a->client_id) &&
              same(secret, a->client_secret.text ? a->client_secret.text : "");
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(id);
    free(secret);
    return ok;
}

static const struct listen_token *issue(struct listen_access *a, int64_t now)
{
    uint8_t bytes[24];
    struct strbuf text;
    struct listen_token *token = &a->tokens[a->next_token++ % LISTEN_TOKENS_MAX];
    random_bytes(bytes, sizeof bytes);
    strbuf_init(&text, sizeof token->text - 1);
    base64_add(&text, bytes, sizeof bytes);
    memcpy(token->text, text.text, text.len + 1);
    strbuf_release(&text);
    token->expires_at = now + a->token_ttl_s;
    return token;
}

static bool grant_is_client_credentials(const char *form)
{
    char *grant = form_field(form, "grant_type");
    bool ok = grant && strcmp(grant, "client_credentials") == 0;
    free(grant);
    return ok;
}

int listen_access_token(struct listen_access *a, const char *authorization, const char *form,
                        int64_t now, struct strbuf *out)
{
    bool known =
        authorization ? client_basic_matches(authorization, a) : client_form_matches(form, a);
    if (!known) {
        strbuf_adds(out, "{\"error\":\"invalid_client\",\"error_description\":\"unknown client id "
                         "or wrong secret\"}");
        return 401;
    }
    if (!grant_is_client_credentials(form)) {
        strbuf_adds(out, "{\"error\":\"unsupported_grant_type\",\"error_description\":\"only "
                         "client_credentials\"}");
        return 400;
    }
    strbuf_addf(out, "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%lld}",
                issue(a, now)->text, (long long)a->token_ttl_s);
    return 200;
}
