/* What will be sent, before it is: the request, the token request before it, and curl commands. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/request_preview.h"
#include "forms/integration_form.h"
#include "tui/mouse.h"
#include "tui/pager.h"
#include "tui/registry.h"
#include "tui/textview.h"

enum { MARGIN = 2, TEXT_COLS_MAX = 100, TEXT_MAX = 512 * 1024 };
enum tab { TAB_REQUEST, TAB_TOKEN, TAB_CURL, TAB_COUNT };

struct preview_screen {
    struct integration in;
    struct request_preview preview;
    struct textview text;
    enum tab tab;
    bool draft;
};

static const enum key_context preview_contexts[] = {KEYS_PREVIEW, KEYS_LIST, KEYS_END};

static const char *const tab_titles[TAB_COUNT] = {
    [TAB_REQUEST] = "Request", [TAB_TOKEN] = "Token request", [TAB_CURL] = "curl"};

/* --- text ------------------------------------------------------------------------------------ */

static void add_headers(struct textview *out, const char *json)
{
    struct error ignored = {0};
    cJSON *headers = json_parse(json, strlen(json), &ignored);
    for (const cJSON *h = headers ? headers->child : NULL; h; h = h->next)
        textview_add(out, ROLE_TEXT, "%s: %s", h->string, cJSON_IsString(h) ? h->valuestring : "");
    cJSON_Delete(headers);
}

static void add_body(struct textview *out, const struct preview *p)
{
    struct error not_json = {0};
    if (!p->body) {
        textview_add(out, ROLE_DIM, "No body is sent.");
        return;
    }
    cJSON *json = json_parse(p->body, p->body_len, &not_json);
    char *pretty = json ? json_pretty(json) : NULL;
    if (pretty)
        textview_bytes(out, ROLE_TEXT, pretty, strlen(pretty));
    else
        textview_bytes(out, ROLE_TEXT, p->body, p->body_len);
    free(pretty);
    cJSON_Delete(json);
}

static void add_request(struct textview *out, const struct preview *p)
{
    textview_add(out, ROLE_HEADING, "%s %s", http_method_text(p->method), p->url);
    add_headers(out, p->headers);
    textview_blank(out);
    add_body(out, p);
    textview_blank(out);
    if (p->content_length >= 0)
        textview_add(out, ROLE_DIM, "%" PRId64 " bytes as they are sent, on one line",
                     p->content_length);
    else if (p->unknown[0])
        textview_add(out, ROLE_DIM, "%s", p->unknown);
}

static void fill(struct preview_screen *p)
{
    textview_clear(&p->text);
    p->text.top = 0;
    switch (p->tab) {
    case TAB_REQUEST:
        add_request(&p->text, &p->preview.message);
        break;
    case TAB_TOKEN:
        add_request(&p->text, &p->preview.token);
        break;
    default:
        textview_bytes(&p->text, ROLE_TEXT, p->preview.curl, strlen(p->preview.curl));
        break;
    }
}

static void turn(struct preview_screen *p, int step)
{
    do
        p->tab = (enum tab)(((int)p->tab + step + TAB_COUNT) % TAB_COUNT);
    while (p->tab == TAB_TOKEN && !p->preview.has_token);
    fill(p);
}

/* The request as it goes over the wire, for the clipboard; the caller frees. */
static char *plain_text(const struct preview *p)
{
    struct strbuf out;
    struct error ignored = {0};
    strbuf_init(&out, TEXT_MAX);
    strbuf_addf(&out, "%s %s\n", http_method_text(p->method), p->url);
    cJSON *headers = json_parse(p->headers, strlen(p->headers), &ignored);
    for (const cJSON *h = headers ? headers->child : NULL; h; h = h->next)
        strbuf_addf(&out, "%s: %s\n", h->string, cJSON_IsString(h) ? h->valuestring : "");
    cJSON_Delete(headers);
    if (p->body) {
        strbuf_addc(&out, '\n');
        strbuf_add(&out, p->body, p->body_len);
        strbuf_addc(&out, '\n');
    }
    return strbuf_detach(&out);
}

/* --- life ------------------------------------------------------------------------------------ */

static bool take(struct screen *s, const char *arg, struct error *err)
{
    struct preview_screen *p = s->state;
    int bad;
    p->draft = strcmp(arg, "draft") == 0;
    if (p->draft) {
        struct integration_form *form = s->session->form;
        return (form && integration_form_for_test(form, &p->in, &bad)) ||
               error_set(err, ERR_INVALID, "There is no form that could be sent.");
    }
    const struct integration *in = config_find(&s->session->app.config, arg);
    if (!in)
        return error_set(err, ERR_NOT_FOUND, "This integration was removed meanwhile.");
    integration_copy(&p->in, in);
    return true;
}

static bool preview_open(struct screen *s, const char *arg, struct error *err)
{
    struct preview_screen *p = s->state;
    if (!take(s, arg, err) ||
        !request_preview_make(&p->preview, &s->session->app, &p->in, s->session->now_ms, err))
        return false;
    fill(p);
    return true;
}

static void preview_close(struct screen *s)
{
    struct preview_screen *p = s->state;
    textview_release(&p->text);
    request_preview_release(&p->preview);
    integration_release(&p->in);
}

/* --- drawing --------------------------------------------------------------------------------- */

static bool pick_tab(void *ctx, size_t tab)
{
    struct preview_screen *p = ctx;
    p->tab = (enum tab)tab;
    fill(p);
    return true;
}

static void draw_tabs(struct preview_screen *p, WINDOW *w, const struct area *area)
{
    int x = area->x + 2;
    draw_rule(w, area->y, area->x, area->cols);
    for (int i = 0; i < TAB_COUNT; i++) {
        const bool here = (int)p->tab == i;
        if (i == TAB_TOKEN && !p->preview.has_token)
            continue;
        const int used = draw_textf(w, area->y, x, area->cols - x, here ? ROLE_HEADING : ROLE_TEXT,
                                    "%c%s%c", here ? '[' : ' ', tab_titles[i], here ? ']' : ' ');
        mouse_target(w, area->y, x, used, pick_tab, p, (size_t)i, KEY_NONE);
        x += used + 1;
    }
}

static void preview_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct preview_screen *p = s->state;
    const int most = area->cols - 2 * MARGIN;
    const struct area tabs = {area->y + 1, area->x, 1, area->cols};
    const struct area text = {area->y + 2, area->x + MARGIN, area->rows - 2,
                              most < TEXT_COLS_MAX ? most : TEXT_COLS_MAX};
    draw_tabs(p, w, &tabs);
    textview_draw(&p->text, w, &text);
}

static void preview_heading(struct screen *s, char *out, size_t size)
{
    const struct preview_screen *p = s->state;
    snprintf(out, size, "Request preview · %s", p->in.name ? p->in.name : "New integration");
}

static void preview_badge(struct screen *s, char *out, size_t size)
{
    snprintf(out, size, "%s",
             ((const struct preview_screen *)s->state)->draft ? "the draft, not saved"
                                                              : "as saved");
}

static void preview_hint(struct screen *s, char *out, size_t size)
{
    (void)s;
    snprintf(out, size,
             "A sample notification with invented users; secrets are hidden. Nothing was "
             "sent.");
}

/* --- keys ------------------------------------------------------------------------------------ */

static char *shown(const struct preview_screen *p)
{
    if (p->tab == TAB_CURL)
        return mem_strdup(p->preview.curl);
    return plain_text(p->tab == TAB_TOKEN ? &p->preview.token : &p->preview.message);
}

static void page(struct screen *s)
{
    char *text = shown(s->state);
    struct error err = {0};
    if (!pager_show(s->session, text, strlen(text), &err))
        session_say_error(s->session, &err);
    free(text);
}

static struct reaction preview_key(struct screen *s, const struct key_event *event)
{
    struct preview_screen *p = s->state;
    if (textview_move(&p->text, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        turn(p, event->action == ACTION_NEXT ? 1 : -1);
        return react_stay();
    case ACTION_PAGER:
        page(s);
        return react_stay();
    case ACTION_BACK:
        return react_close();
    default:
        return react_ignore();
    }
}

static void preview_copies(struct screen *s, struct copy_list *out)
{
    const struct preview_screen *p = s->state;
    char *request = plain_text(&p->preview.message);
    copy_offer_shell(out, "curl command", p->preview.curl);
    copy_offer(out, "Request", request);
    free(request);
}

const struct screen_ops screen_preview = {
    .id = "preview",
    .title = "Request preview",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct preview_screen),
    .contexts = preview_contexts,
    .open = preview_open,
    .close = preview_close,
    .draw = preview_draw,
    .heading = preview_heading,
    .badge = preview_badge,
    .hint = preview_hint,
    .key = preview_key,
    .copies = preview_copies,
};
