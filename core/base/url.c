/* Takes URLs apart with libcurl's parser and edits their query. */
#include "core/base/url.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/encode.h"
#include "core/base/mem.h"
#include "core/base/text.h"

static const char whole_url[] = "write the whole URL, beginning with https://";
static const char bad_url[] = "this is not a URL; write it like https://host/path";

static const struct {
    const char *name;
    int port;
} schemes[] = {{"http", 80}, {"https", 443}};

static const struct {
    CURLUcode code;
    const char *text;
} refusals[] = {
    {CURLUE_BAD_SCHEME, whole_url},
    {CURLUE_USER_NOT_ALLOWED,
     "leave user name and password out of the URL; use the Basic authorization type"},
    {CURLUE_BAD_PORT_NUMBER, "the port of a URL is a number from 1 to 65535"},
    {CURLUE_NO_HOST, "write a host name after https://"},
    {CURLUE_BAD_HOSTNAME, "this is not a host name; write it like example.com"},
    {CURLUE_BAD_IPV6, "write an IPv6 address in brackets, like https://[2001:db8::1]/"},
};

/* A piece of a URL as it was typed. */
struct span {
    const char *text;
    size_t len;
};

/* White space of every script: a no-break space is easily pasted. */
static const struct {
    uint32_t first, last;
} blanks[] = {{' ', ' '},       {'\t', '\t'},     {0xa0, 0xa0},     {0x1680, 0x1680},
              {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

static bool refuse(CURLUcode code, struct error *err)
{
    const char *reason = bad_url;

    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        if (refusals[i].code == code)
            reason = refusals[i].text;
    }
    error_set(err, ERR_INVALID, "%s", reason);
    return false;
}

static bool is_blank(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        if (code >= blanks[i].first && code <= blanks[i].last)
            return true;
    }
    return false;
}

static bool check_characters(const char *text, struct error *err)
{
    size_t left = strlen(text), step;
    uint32_t code;

    for (; left > 0; text += step, left -= step) {
        step = 1;
        if (*text > ' ' && *text < 0x7f) /* nearly all of them */
            continue;
        step = utf8_decode(text, left, &code);
        if (step == 0)
            return error_set(err, ERR_INVALID, "the URL is not UTF-8; type it again");
        if (is_blank(code))
            return error_set(err, ERR_INVALID, "a URL has no blanks; write %%20");
        if (text_is_unsafe(code))
            return error_set(err, ERR_INVALID,
                             "the URL has the invisible character U+%04X; type it again",
                             (unsigned)code);
    }
    return true;
}

/* What curl does not check, or mends silently. */
static bool check_text(const char *text, struct error *err)
{
    size_t len = strlen(text);
    const char *colon = strchr(text, ':');

    if (len > URL_MAX)
        return error_set(err, ERR_INVALID, "a URL has at most %d characters, this one has %zu",
                         URL_MAX, len);
    if (!check_characters(text, err))
        return false;
    if (!colon || colon == text || strncmp(colon, "://", 3) != 0 || colon[3] == '/')
        return error_set(err, ERR_INVALID, "%s", whole_url);
    return true;
}

/* The part, owned by us; NULL where the URL has none. */
static char *take_part(CURLU *handle, CURLUPart part, unsigned flags)
{
    char *text = NULL, *copy;

    if (curl_url_get(handle, part, &text, flags) != CURLUE_OK)
        return NULL;
    copy = mem_strdup(text);
    curl_free(text);
    return copy;
}

static char *take_lower(CURLU *handle, CURLUPart part)
{
    char *text = take_part(handle, part, 0);

    for (char *p = text; p && *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

static int take_port(CURLU *handle)
{
    char *text = take_part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    int64_t port = 0;

    if (text)
        text_to_int(text, 1, 65535, &port);
    free(text);
    return (int)port;
}

static bool scheme_known(const char *scheme, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (strcmp(scheme, schemes[i].name) == 0)
            return true;
    }
    return error_set(err, ERR_INVALID, "only http and https URLs can be called, not %s", scheme);
}

/* curl decodes "%XX" in a host after it has looked whether that is an address: of "%33" it makes
 * the host "3", which the next to read it takes for 0.0.0.3. In brackets it begins a zone. */
static bool host_is_encoded(const char *text)
{
    const char *host = strchr(text, ':') + 3;

    return *host != '[' && memchr(host, '%', strcspn(host, "/?#"));
}

static bool host_usable(const char *host)
{
    struct error ignored;

    return check_characters(host, &ignored) && !strchr(host, '%') && host[strspn(host, ".")];
}

static bool take_parts(CURLU *handle, const char *text, struct url *url, struct error *err)
{
    url->scheme = take_lower(handle, CURLUPART_SCHEME);
    if (!url->scheme)
        return refuse(CURLUE_BAD_SCHEME, err);
    if (!scheme_known(url->scheme, err))
        return false;
    url->host = take_lower(handle, CURLUPART_HOST);
    if (!url->host)
        return refuse(CURLUE_NO_HOST, err);
    if (host_is_encoded(text) || !host_usable(url->host))
        return refuse(CURLUE_BAD_HOSTNAME, err);
    url->port = take_port(handle);
    if (url->port == 0)
        return refuse(CURLUE_BAD_PORT_NUMBER, err);
    url->path = take_part(handle, CURLUPART_PATH, 0);
    url->query = take_part(handle, CURLUPART_QUERY, 0);
    return url->path || error_set(err, ERR_INVALID, "%s", bad_url);
}

static bool port_is_default(const struct url *url)
{
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (strcmp(url->scheme, schemes[i].name) == 0)
            return url->port == schemes[i].port;
    }
    return false;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* One decoded character of a query ('+' is a blank); moves on. */
static unsigned char next_decoded(struct span *s)
{
    char c = *s->text;
    int high = s->len > 2 ? hex_value(s->text[1]) : -1;
    int low = s->len > 2 ? hex_value(s->text[2]) : -1;
    size_t step = c == '%' && high >= 0 && low >= 0 ? 3 : 1;

    s->text += step;
    s->len -= step;
    if (step == 3)
        return (unsigned char)(high * 16 + low);
    return (unsigned char)(c == '+' ? ' ' : c);
}

/* True when the parameter ("key=value" or "key") has this key. */
static bool has_key(struct span parameter, const char *key)
{
    const char *equals = memchr(parameter.text, '=', parameter.len);

    if (equals)
        parameter.len = (size_t)(equals - parameter.text);
    while (parameter.len > 0 && *key) {
        if (next_decoded(&parameter) != (unsigned char)*key++)
            return false;
    }
    return parameter.len == 0 && !*key;
}

/* Takes the next parameter of a query, up to '&'. False when there is none. */
static bool next_parameter(struct span *query, struct span *parameter)
{
    const char *end;

    if (!query->text)
        return false;
    end = memchr(query->text, '&', query->len);
    *parameter = (struct span){query->text, end ? (size_t)(end - query->text) : query->len};
    *query = end ? (struct span){end + 1, query->len - parameter->len - 1} : (struct span){0};
    return true;
}

/* The query as typed, without '?' and '#'; a NULL text where there is none. */
static struct span find_query(const char *url)
{
    size_t before = strcspn(url, "?#");

    if (url[before] != '?')
        return (struct span){0};
    return (struct span){url + before + 1, strcspn(url + before + 1, "#")};
}

static void add_pair(struct strbuf *out, const char *key, const char *value)
{
    percent_add(out, key);
    strbuf_addc(out, '=');
    percent_add(out, value);
}

bool url_parse(struct url *url, const char *text, struct error *err)
{
    CURLU *handle;
    CURLUcode code;
    bool ok;

    *url = (struct url){0};
    if (!check_text(text, err))
        return false;
    handle = mem_check(curl_url());
    /* The path is sent as it was typed: PATH_AS_IS keeps "..". */
    code = curl_url_set(handle, CURLUPART_URL, text,
                        CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER | CURLU_PATH_AS_IS);
    if (code != CURLUE_OK)
        refuse(code, err);
    ok = code == CURLUE_OK && take_parts(handle, text, url, err);
    curl_url_cleanup(handle);
    if (!ok)
        url_release(url);
    return ok;
}

void url_release(struct url *url)
{
    free(url->scheme);
    free(url->host);
    free(url->path);
    free(url->query);
    *url = (struct url){0};
}

bool url_same_origin(const char *a, const char *b)
{
    char *first = url_origin(a), *second = url_origin(b);
    bool same = first && second && strcmp(first, second) == 0;

    free(first);
    free(second);
    return same;
}

char *url_origin(const char *text)
{
    struct url url;
    struct error ignored;
    char *origin;

    if (!url_parse(&url, text, &ignored))
        return NULL;
    origin = port_is_default(&url) ? mem_printf("%s://%s", url.scheme, url.host)
                                   : mem_printf("%s://%s:%d", url.scheme, url.host, url.port);
    url_release(&url);
    return origin;
}

void url_set_query(struct strbuf *url, const char *key, const char *value)
{
    struct span query = find_query(url->text), parameter;
    size_t head = strcspn(url->text, "?#");
    const char *fragment = url->text + strcspn(url->text, "#");
    struct strbuf out;
    bool placed = false;
    char joint = '?';

    strbuf_init(&out, url->max);
    strbuf_add(&out, url->text, head);
    while (next_parameter(&query, &parameter)) {
        bool ours = has_key(parameter, key);

        if (ours && placed)
            continue;
        strbuf_addc(&out, joint);
        joint = '&';
        if (ours)
            add_pair(&out, key, value);
        else
            strbuf_add(&out, parameter.text, parameter.len);
        placed = placed || ours;
    }
    if (!placed) {
        /* After the "?" of an empty query, or "&" at the end, no other joint is needed. */
        if (joint == '?' || (out.len > head + 1 && out.text[out.len - 1] != '&'))
            strbuf_addc(&out, joint);
        add_pair(&out, key, value);
    }
    strbuf_adds(&out, fragment);
    out.overflow |= url->overflow;
    strbuf_release(url);
    *url = out;
}

char *url_masked(const char *text)
{
    static const char hidden[] = "…";
    struct span query, parameter;
    struct strbuf out;
    char joint = '?';
    struct url url;
    struct error ignored;

    if (!url_parse(&url, text, &ignored))
        return mem_strdup(hidden);
    url_release(&url);
    strbuf_init(&out, URL_MAX * sizeof hidden);
    strbuf_add(&out, text, strcspn(text, "?#"));
    query = find_query(text);
    for (; next_parameter(&query, &parameter); joint = '&') {
        const char *equals = memchr(parameter.text, '=', parameter.len);

        strbuf_addc(&out, joint);
        if (equals)
            strbuf_add(&out, parameter.text, (size_t)(equals - parameter.text) + 1);
        strbuf_adds(&out, hidden);
    }
    if (strchr(text, '#'))
        strbuf_addf(&out, "#%s", hidden);
    return strbuf_detach(&out);
}
