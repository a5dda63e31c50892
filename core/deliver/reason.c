/* Says in one sentence what came of an attempt, and what to try next. */
#include "core/deliver/reason.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/base/url.h"

enum { DETAIL_WIDTH = 160, SENTENCE_BYTES = 2048, PLAIN_BODY_MAX = 200 };

/* Blanks in braces are filled in; {detail} and {wait} bring their own punctuation. */
struct sentence {
    const char *text, *advice;
};

static const struct sentence fault_sentences[] = {
    [FAULT_RESOLVE] = {"the name {host} was not found",
                       "Check the host in Endpoint URL for a typing error."},
    [FAULT_CONNECT] = {"{host} cannot be reached{detail}",
                       "Check host and port in Endpoint URL, and that a firewall lets this "
                       "machine out."},
    [FAULT_TLS_CA] = {"the certificate of {host} is signed by an authority that this machine does "
                      "not know",
                      "Set CA file to the authority's certificate (PEM)."},
    [FAULT_TLS_HOST] = {"the certificate that answers for {host} belongs to another host",
                        "Enter the name that the certificate is for in Endpoint URL."},
    [FAULT_TLS_EXPIRED] = {"the certificate of {host} has expired or is not valid yet",
                           "Have the certificate renewed, and check this machine's clock."},
    [FAULT_TLS] = {"no TLS connection to {host} could be made{detail}",
                   "Check the port in Endpoint URL, and whether the receiver wants http:// there."},
    [FAULT_TIMEOUT] = {"{host} did not answer within {limit} s ({phase})",
                       "Have the receiver answer before its slow work, or raise Timeout."},
    [FAULT_CLOSED] = {"{host} closed the connection without an answer",
                      "Check the port in Endpoint URL, and the receiver's own log."},
    [FAULT_PROTOCOL] = {"{host} answered, but not with HTTP{detail}",
                        "Check scheme and port in Endpoint URL."},
    [FAULT_PROXY] = {"the proxy {proxy} could not be used{detail}", "Check Proxy."},
    [FAULT_CANCELLED] = {"it was cancelled", ""},
    [FAULT_OTHER] = {"the request could not be made{detail}", ""},
};

struct status_sentence {
    int from, to;
    struct sentence words;
};

/* The first row that matches counts; 2xx has no sentence. */
static const struct status_sentence status_sentences[] = {
    {200, 299, {"", ""}},
    {300,
     399,
     {"{host} redirects to {location}; redirects are never followed ({status})",
      "Set Endpoint URL to the place where the receiver wants its events."}},
    {401,
     401,
     {"{host} refused the credentials ({status}){detail}",
      "Enter the credentials of Authorization again."}},
    {403,
     403,
     {"{host} does not allow these credentials to send here ({status}){detail}",
      "Give the account the right to post there, or use other credentials."}},
    {404,
     404,
     {"{host} has nothing at this address ({status}){detail}", "Check the path in Endpoint URL."}},
    {405,
     405,
     {"{host} does not take {method} at this address ({status}){detail}",
      "Choose another Method, or check the path in Endpoint URL."}},
    {407,
     407,
     {"the proxy {proxy} wants credentials ({status}){detail}",
      "Put user and password of the proxy into Proxy, or use another proxy."}},
    {408, 408, {"{host} gave up waiting for the request ({status}){detail}", ""}},
    {410,
     410,
     {"{host} says that this webhook is gone for good ({status}){detail}",
      "Make a new webhook at the receiver and enter its URL."}},
    {413, 413, {"the message is too large for {host} ({status}){detail}", "Lower Largest event."}},
    {415,
     415,
     {"{host} does not take this content type ({status}){detail}",
      "Add a header parameter Content-Type with the type that it wants."}},
    {425, 425, {"{host} asks to send it again later ({status}){wait}{detail}", ""}},
    {429,
     429,
     {"{host} asks to slow down ({status}){wait}{detail}", "Lower Rate limit if this is lasting."}},
    {400,
     499,
     {"{host} did not accept the message ({status}){detail}",
      "Compare what the receiver expects with Format and the parameters."}},
    {500,
     599,
     {"{host} has a fault of its own ({status}){wait}{detail}",
      "Look into the receiver's log; deliveries are tried again by themselves."}},
    {0, 999, {"{host} gave an answer that fits no request ({status}){detail}", ""}},
};

void reason_format(char *out, size_t size, const char *format, ...)
{
    struct strbuf text;
    va_list args;
    strbuf_init(&text, 2 * SENTENCE_BYTES);
    va_start(args, format);
    strbuf_addv(&text, format, args);
    va_end(args);
    size_t len = text.len < size ? text.len : size - 1;
    while (len > 0 && len < text.len && (text.text[len] & 0xC0) == 0x80)
        len--;
    memcpy(out, text.text, len);
    out[len] = '\0';
    strbuf_release(&text);
}

void reason_phrase(int status, char *out, size_t size)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {425, "Too Early"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    const char *phrase = NULL;
    for (size_t i = 0; i < ARRAY_LEN(phrases) && !phrase; i++)
        if (phrases[i].status == status)
            phrase = phrases[i].phrase;
    snprintf(out, size, "%d%s%s", status, phrase ? " " : "", phrase ? phrase : "");
}

void reason_host(const char *url, char *out, size_t size)
{
    struct error err;
    struct url parts = {0};
    if (!url || !url_parse(&parts, url, &err)) {
        snprintf(out, size, "the receiver");
        return;
    }
    bool usual = parts.port == (strcmp(parts.scheme, "https") == 0 ? 443 : 80);
    if (usual)
        snprintf(out, size, "%s", parts.host);
    else
        snprintf(out, size, "%s:%d", parts.host, parts.port);
    url_release(&parts);
}

void reason_proxy(const char *proxy, char *out, size_t size)
{
    const char *host = proxy ? strstr(proxy, "://") : NULL;
    host = host ? host + 3 : proxy ? proxy : "";
    size_t len = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', len);
    if (at) {
        len -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    snprintf(out, size, "%.*s", (int)len, host);
}

/* Outside text: visible, one line, cut. */
static void add_outside(struct strbuf *out, const char *text)
{
    struct strbuf safe;
    strbuf_init(&safe, SENTENCE_BYTES);
    text_safe_add(&safe, text, strlen(text), false);
    text_cut_add(out, safe.text, DETAIL_WIDTH, "…");
    strbuf_release(&safe);
}

static void add_part(struct strbuf *out, const char *text)
{
    if (!text || !*text)
        return;
    if (out->len > 0)
        strbuf_adds(out, ": ");
    add_outside(out, text);
}

/* RFC 6749 5.2, RFC 9457, and what others use; `error` may be an object that holds a message. */
static void detail_from_json(struct strbuf *out, const struct answer *answer)
{
    static const char *const more[] = {"error_description", "message", "title", "detail"};
    struct error err;
    cJSON *json = json_parse(answer->body ? answer->body : "", answer->body_len, &err);
    if (cJSON_IsObject(json)) {
        const cJSON *inner = json_member(json, "error");
        if (cJSON_IsObject(inner))
            add_part(out, json_text(inner, "message"));
        add_part(out, json_text(json, "error"));
        const char *text = NULL;
        for (size_t i = 0; i < ARRAY_LEN(more) && !text; i++)
            text = json_text(json, more[i]);
        add_part(out, text);
    }
    cJSON_Delete(json);
}

/* name="value" of a WWW-Authenticate header (RFC 6750, 3). */
static void detail_from_challenge(struct strbuf *out, const char *header, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = header; (at = strcasestr(at, name)); at += len) {
        bool starts = at == header || at[-1] == ' ' || at[-1] == ',';
        const char *end =
            starts && strncmp(at + len, "=\"", 2) == 0 ? strchr(at + len + 2, '"') : NULL;
        if (!end)
            continue;
        char *value = mem_strndup(at + len + 2, (size_t)(end - at) - len - 2);
        add_part(out, value);
        free(value);
        return;
    }
}

static void detail_from_text(struct strbuf *out, const struct answer *answer)
{
    if (!answer->body || answer->body_len > PLAIN_BODY_MAX || strpbrk(answer->body, "<{") ||
        !utf8_valid(answer->body, answer->body_len))
        return;
    char *text = text_trim(answer->body);
    text[strcspn(text, "\r\n")] = '\0';
    add_part(out, text);
    free(text);
}

void reason_detail(const struct answer *answer, char *out, size_t size)
{
    struct strbuf sb;
    strbuf_init(&sb, SENTENCE_BYTES);
    const char *challenge = http_headers_get(&answer->headers, "WWW-Authenticate");
    detail_from_json(&sb, answer);
    if (sb.len == 0 && challenge) {
        detail_from_challenge(&sb, challenge, "error");
        detail_from_challenge(&sb, challenge, "error_description");
    }
    if (sb.len == 0)
        detail_from_text(&sb, answer);
    reason_format(out, size, "%s", sb.text);
    strbuf_release(&sb);
}

static const char *phase_text(const struct reason_input *in)
{
    const struct phases *p = &in->answer->phases;
    if (in->answer->begun) /* on a reused connection the phases before it did not happen */
        return "waiting for the answer";
    if (p->resolve_us < 0 && p->total_us < 0)
        return "another request was still connecting";
    if (p->resolve_us < 0)
        return "looking up its name";
    if (p->connect_us < 0)
        return "connecting";
    if (p->tls_us < 0 && in->url && strncasecmp(in->url, "https:", 6) == 0 && p->first_byte_us < 0)
        return "during the TLS handshake";
    return "waiting for the answer";
}

/* What libraries say, in words of ours; "" where the sentence says it all already. */
static const char *plain_words(const char *detail)
{
    static const struct {
        const char *part, *words;
    } known[] = {
        {"wrong version number", "it speaks no TLS on this port"},
        {"unsupported protocol", "it speaks only old versions of TLS"},
        {"protocol version", "it speaks only old versions of TLS"},
        {"certificate verify locations", "the file in CA file cannot be read as certificates"},
        {"HTTP/0.9", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strstr(detail, known[i].part))
            return known[i].words;
    return detail;
}

static void fill_detail(struct strbuf *out, const struct reason_input *in)
{
    char detail[256];
    if (in->answer->fault == FAULT_NONE)
        reason_detail(in->answer, detail, sizeof detail);
    else
        reason_format(detail, sizeof detail, "%s", plain_words(in->answer->detail));
    if (*detail)
        strbuf_adds(out, ": ");
    add_outside(out, detail);
}

static void fill_location(struct strbuf *out, const struct reason_input *in)
{
    const char *to = http_headers_get(&in->answer->headers, "Location");
    add_outside(out, to && *to ? to : "a place that it does not name");
}

static void fill_wait(struct strbuf *out, const struct reason_input *in)
{
    if (in->retry_after_s > in->max_wait_s && in->max_wait_s > 0)
        strbuf_adds(out, ", asks to wait for longer than the age limit");
    else if (in->retry_after_s >= 0)
        strbuf_addf(out, ", again after %" PRId64 " s", in->retry_after_s);
}

static void fill_host(struct strbuf *out, const struct reason_input *in)
{
    char text[256];
    reason_host(in->url, text, sizeof text);
    strbuf_adds(out, text);
}

static void fill_proxy(struct strbuf *out, const struct reason_input *in)
{
    char text[256];
    reason_proxy(in->proxy, text, sizeof text);
    strbuf_adds(out, text);
}

static void fill_status(struct strbuf *out, const struct reason_input *in)
{
    char text[48];
    reason_phrase(in->answer->status, text, sizeof text);
    strbuf_adds(out, text);
}

static void fill_limit(struct strbuf *out, const struct reason_input *in)
{
    strbuf_addf(out, "%" PRId64, in->timeout_s);
}

static void fill_method(struct strbuf *out, const struct reason_input *in)
{
    strbuf_adds(out, in->method ? in->method : "this method");
}

static void fill_phase(struct strbuf *out, const struct reason_input *in)
{
    strbuf_adds(out, phase_text(in));
}

/* What stands in braces in the sentences. */
static const struct {
    const char *name;
    void (*fill)(struct strbuf *out, const struct reason_input *in);
} blanks[] = {
    {"host", fill_host},     {"proxy", fill_proxy},       {"status", fill_status},
    {"limit", fill_limit},   {"method", fill_method},     {"phase", fill_phase},
    {"detail", fill_detail}, {"location", fill_location}, {"wait", fill_wait},
};

static void fill(struct strbuf *out, const struct reason_input *in, const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++)
        if (strlen(blanks[i].name) == len && strncmp(blanks[i].name, name, len) == 0)
            blanks[i].fill(out, in);
}

static const struct sentence *sentence_for(const struct reason_input *in)
{
    static const struct sentence wants_credentials = {
        "{host} wants credentials ({status}){detail}",
        "Choose an Authorization Type, or check the parameters that hold a key."};
    const struct answer *answer = in->answer;
    if (in->anonymous && answer->fault == FAULT_NONE && answer->status == 401)
        return &wants_credentials;
    if (answer->fault != FAULT_NONE && !(answer->fault == FAULT_PROXY && answer->status == 407))
        return &fault_sentences[answer->fault];
    size_t i = 0;
    while (answer->status < status_sentences[i].from || answer->status > status_sentences[i].to)
        i++;
    return &status_sentences[i].words;
}

static void expand(const char *text, const struct reason_input *in, char *out, size_t size)
{
    struct strbuf sb;
    strbuf_init(&sb, SENTENCE_BYTES);
    while (text && *text) {
        const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            strbuf_adds(&sb, text);
            break;
        }
        strbuf_add(&sb, text, (size_t)(open - text));
        fill(&sb, in, open + 1, (size_t)(close - open) - 1);
        text = close + 1;
    }
    reason_format(out, size, "%s", sb.text);
    strbuf_release(&sb);
}

void reason_write(const struct reason_input *in, char *out, size_t size)
{
    expand(sentence_for(in)->text, in, out, size);
}

void reason_advice(const struct reason_input *in, char *out, size_t size)
{
    expand(sentence_for(in)->advice, in, out, size);
}
