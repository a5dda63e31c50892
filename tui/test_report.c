/* The lower half of a test's result. */
#include "tui/test_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/deliver/reason.h"

enum { LABEL_COLS = 13, TEXT_ROWS_MAX = 200, BODY_MAX = 4096 };

/* The header that says most, where there are several. */
static const char *const telling[] = {"www-authenticate", "location", "retry-after", "content-type",
                                      "server"};

static void add(struct test_report *r, const char *label, enum role role, const char *text)
{
    struct report_line *line = list_add(&r->lines, &r->count, sizeof *line);
    *line = (struct report_line){mem_strdup(label), text_safe(text), role};
}

static void add_headers(struct test_report *r, const char *label, const char *json)
{
    struct error err = {0};
    cJSON *headers = json_parse(json, strlen(json), &err);
    const char *first = label;
    for (const cJSON *h = headers ? headers->child : NULL; h; h = h->next) {
        char *line = mem_printf("%s: %s", h->string, cJSON_IsString(h) ? h->valuestring : "");
        add(r, first, ROLE_TEXT, line);
        first = "";
        free(line);
    }
    if (first == label)
        add(r, label, ROLE_TEXT, "none");
    cJSON_Delete(headers);
}

static void add_telling_header(struct test_report *r, const cJSON *headers)
{
    for (size_t i = 0; i < ARRAY_LEN(telling); i++) {
        for (const cJSON *h = headers ? headers->child : NULL; h; h = h->next) {
            if (strcasecmp(h->string, telling[i]) != 0 || !cJSON_IsString(h))
                continue;
            char *line = mem_printf("%s: %s", h->string, h->valuestring);
            add(r, "Header", ROLE_TEXT, line);
            free(line);
            return;
        }
    }
}

static const char *header_of(const cJSON *headers, const char *name)
{
    for (const cJSON *h = headers ? headers->child : NULL; h; h = h->next) {
        if (strcasecmp(h->string, name) == 0 && cJSON_IsString(h))
            return h->valuestring;
    }
    return NULL;
}

static void add_status(struct test_report *r, const struct attempt *a, const char *type)
{
    char phrase[48];
    if (a->status == 0)
        return;
    reason_phrase(a->status, phrase, sizeof phrase);
    char *text = mem_printf("%s · %zu byte%s%s%s%s", phrase, a->response_len,
                            a->response_len == 1 ? "" : "s", a->response_cut ? " and more" : "",
                            type ? " · " : "", type ? type : "");
    add(r, "Status", ROLE_TEXT, text);
    free(text);
}

static void add_body(struct test_report *r, const struct attempt *a)
{
    struct strbuf body;
    if (a->response_len == 0)
        return;
    strbuf_init(&body, BODY_MAX);
    text_safe_add(&body, a->response_body, a->response_len, false);
    add(r, "Body", ROLE_TEXT, body.text);
    strbuf_release(&body);
}

static void add_answer(struct test_report *r, const struct attempt *a)
{
    struct error err = {0};
    const char *json = a->response_headers ? a->response_headers : "{}";
    cJSON *headers = json_parse(json, strlen(json), &err);
    add_status(r, a, header_of(headers, "content-type"));
    add_telling_header(r, headers);
    add_body(r, a);
    cJSON_Delete(headers);
}

void test_report_make(struct test_report *report, const struct conntest *test, bool all_headers)
{
    const struct attempt *a = conntest_attempt(test);
    const struct outcome *outcome = conntest_outcome(test);
    const bool ok = outcome->verdict == VERDICT_DELIVERED;
    if (all_headers) {
        add_headers(report, "Request", a->request_headers ? a->request_headers : "{}");
        add(report, "", ROLE_TEXT, "");
        add_headers(report, "Response", a->response_headers ? a->response_headers : "{}");
        return;
    }
    add(report, ok ? "Result" : "Reason", ok ? ROLE_OK : ROLE_BAD, outcome->reason);
    if (*conntest_advice(test))
        add(report, "Try next", ROLE_ACCENT, conntest_advice(test));
    if (*conntest_unrecorded(test))
        add(report, "Not recorded", ROLE_BAD, conntest_unrecorded(test));
    add(report, "", ROLE_TEXT, "");
    add_answer(report, a);
    if (conntest_delivery_id(test) > 0) {
        char *id = mem_printf("%s (also in Deliveries as kind=test)", conntest_event_id(test));
        add(report, "", ROLE_TEXT, "");
        add(report, "Event id", ROLE_TEXT, id);
        free(id);
    }
}

void test_report_release(struct test_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->lines[i].label);
        free(report->lines[i].text);
    }
    free(report->lines);
    *report = (struct test_report){0};
}

/* Rows above the area are drawn nowhere; the text is wrapped on a pad of its own only when it
 * begins above. */
static int draw_line(const struct report_line *line, WINDOW *w, const struct area *area, int y)
{
    const int cols = area->cols - LABEL_COLS;
    int rows = draw_wrapped_rows(cols, line->text);
    rows = rows < 1 ? 1 : rows > TEXT_ROWS_MAX ? TEXT_ROWS_MAX : rows;
    if (cols < 1 || y + rows <= area->y || y >= area->y + area->rows)
        return rows;
    WINDOW *pad = mem_check(newpad(rows, area->cols));
    theme_erase(pad);
    const struct area all = {0, LABEL_COLS, rows, cols};
    draw_text(pad, 0, 0, LABEL_COLS - 1, ROLE_HEADING, line->label);
    draw_wrapped(pad, &all, line->role, line->text);
    int skip = y < area->y ? area->y - y : 0;
    int last = y + rows < area->y + area->rows ? y + rows : area->y + area->rows;
    copywin(pad, w, skip, 0, y + skip, area->x, last - 1, area->x + area->cols - 1, FALSE);
    delwin(pad);
    return rows;
}

static const char *const step_words[] = {
    [STEP_NOT_REACHED] = "not reached",
    [STEP_UNDER_WAY] = "under way",
    [STEP_OK] = "ok",
    [STEP_BAD] = "failed",
    [STEP_NOT_NEEDED] = "not needed",
};

static void add_step(struct strbuf *out, enum test_step which, const struct test_step_result *step)
{
    char time[32] = "";
    if (step->state == STEP_OK || step->state == STEP_BAD)
        snprintf(time, sizeof time, "%lld ms", (long long)(step->time_us + 500) / 1000);
    strbuf_addf(out, "%-12s %-12s %9s  %s\n", test_step_label(which), step_words[step->state], time,
                step->detail);
}

static void add_report(struct strbuf *out, const struct conntest *test, bool all_headers)
{
    struct test_report report = {0};
    test_report_make(&report, test, all_headers);
    strbuf_addc(out, '\n');
    for (size_t i = 0; i < report.count; i++)
        strbuf_addf(out, "%-12s %s\n", report.lines[i].label, report.lines[i].text);
    test_report_release(&report);
}

char *test_report_text(const char *title, const struct conntest *test)
{
    enum { TEXT_MAX = 1 << 20 };
    const struct test_step_result *steps = conntest_steps(test);
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX);
    strbuf_addf(&out, "%s\n\n", title);
    for (int i = 0; i < TEST_STEP_COUNT; i++)
        add_step(&out, (enum test_step)i, &steps[i]);
    add_report(&out, test, false);
    add_report(&out, test, true);
    return strbuf_detach(&out);
}

int test_report_draw(const struct test_report *report, WINDOW *w, const struct area *area, int top)
{
    int y = area->y - top, total = 0;
    for (size_t i = 0; i < report->count; i++) {
        int rows = draw_line(&report->lines[i], w, area, y);
        y += rows;
        total += rows;
    }
    return total;
}
