/* Requests of `checkhook listen` as text and as JSON. */
#include "core/cmd/listen_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/encode.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/output.h"

enum { QUERY_MAX = 16 * 1024, SHOWN_MAX = 32 * 1024 * 1024 };

static const char hidden[] = "(hidden)";

void listen_request_init(struct listen_request *r, const char *method, const char *path,
                         const char *version)
{
    *r = (struct listen_request){.method = method, .path = path, .version = version};
    strbuf_init(&r->query, QUERY_MAX);
}

void listen_request_add_header(struct listen_request *r, const char *name, const char *value)
{
    struct listen_header_line *line = list_add(&r->headers, &r->header_count, sizeof *line);
    line->name = mem_strdup(name);
    line->value = mem_strdup(value ? value : "");
}

void listen_request_add_query(struct listen_request *r, const char *name, const char *value)
{
    if (r->query.len)
        strbuf_addc(&r->query, '&');
    percent_add(&r->query, name);
    if (value) {
        strbuf_addc(&r->query, '=');
        percent_add(&r->query, value);
    }
}

void listen_request_release(struct listen_request *r)
{
    for (size_t i = 0; i < r->header_count; i++) {
        free(r->headers[i].name);
        free(r->headers[i].value);
    }
    free(r->headers);
    strbuf_release(&r->query);
}

static bool is_token_request(const struct listen_request *r)
{
    return strcmp(r->path, "/token") == 0;
}

static const char *shown_value(const struct listen_style *style,
                               const struct listen_header_line *line)
{
    bool secret = strcasecmp(line->name, "Authorization") == 0 ||
                  (style->key_name && strcasecmp(line->name, style->key_name) == 0);
    return secret && !style->show_credentials ? hidden : line->value;
}

/* The body as people read it: JSON indented, everything else made safe. The caller frees. */
static char *shown_body(const struct listen_style *style, const struct listen_request *r)
{
    struct error ignored = {0};
    struct strbuf out;
    if (is_token_request(r) && r->body_len > 0 && !style->show_credentials)
        return mem_strdup(hidden);
    cJSON *json = r->body_len ? json_parse(r->body, r->body_len, &ignored) : NULL;
    char *pretty = json ? json_pretty(json) : NULL;
    strbuf_init(&out, SHOWN_MAX);
    if (pretty)
        text_safe_add(&out, pretty, strlen(pretty), true);
    else
        text_safe_add(&out, r->body, r->body_len, true);
    free(pretty);
    cJSON_Delete(json);
    return strbuf_detach(&out);
}

static const char *shown_query(const struct listen_style *style, const struct listen_request *r)
{
    return is_token_request(r) && r->query.len && !style->show_credentials ? hidden : r->query.text;
}

static void print_text(const struct listen_style *style, const struct listen_request *r,
                       unsigned status, const char *when)
{
    char *method = text_safe(r->method), *path = text_safe(r->path), *body = shown_body(style, r);
    const char *query = shown_query(style, r);
    printf("--- %s, answered %u\n%s %s%s%s %s\n", when, status, method, path, query[0] ? "?" : "",
           query, r->version);
    for (size_t i = 0; i < r->header_count; i++) {
        char *name = text_safe(r->headers[i].name);
        char *value = text_safe(shown_value(style, &r->headers[i]));
        printf("%s: %s\n", name, value);
        free(name);
        free(value);
    }
    if (body[0])
        printf("\n%s\n%s", body, r->body_cut ? "(cut here)\n" : "");
    putchar('\n');
    free(method);
    free(path);
    free(body);
}

static void print_json_line(const struct listen_style *style, const struct listen_request *r,
                            unsigned status, const char *when)
{
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "time", when);
    json_add_text(out, "method", r->method);
    json_add_text(out, "path", r->path);
    json_add_text(out, "query", shown_query(style, r));
    cJSON *headers = json_add_object(out, "headers");
    for (size_t i = 0; i < r->header_count; i++)
        json_add_text(headers, r->headers[i].name, shown_value(style, &r->headers[i]));
    bool hide = is_token_request(r) && r->body_len > 0 && !style->show_credentials;
    json_add_text(out, "body", hide ? hidden : r->body);
    json_add_int(out, "status", status);
    char *text = json_compact(out);
    print_json_text(text);
    free(text);
    cJSON_Delete(out);
}

void listen_print(const struct listen_style *style, const struct listen_request *r, unsigned status,
                  int64_t now_ms)
{
    char when[TIME_TEXT_MAX];
    time_format_ms(now_ms, when);
    if (style->json)
        print_json_line(style, r, status, when);
    else
        print_text(style, r, status, when);
    fflush(stdout);
}
