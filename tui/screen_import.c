/* Import: a file or folder is chosen, looked into, and read into a data set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tui/import_about.h"
#include "tui/import_ask.h"
#include "tui/import_pick.h"
#include "tui/import_review.h"
#include "tui/importing.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/registry.h"

enum { TAG_SOURCE = 1, TAG_FORMAT, TAG_REPLACE, TAG_CANCEL };
enum { MARGIN = 2, GAUGE_MAX = 40 };

enum phase { PHASE_PICK, PHASE_REVIEW, PHASE_RUN, PHASE_RESULT };

struct import_page {
    enum phase phase;
    struct import_pick pick;

    struct import_review review;
    struct textview result;
};

static const enum key_context pick_contexts[] = {KEYS_PICKER, KEYS_LIST, KEYS_GLOBAL, KEYS_END};
static const enum key_context import_contexts[] = {KEYS_IMPORT, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

/* --- looking into it ----------------------------------------------------------------------- */

static int64_t now_of(const struct screen *s)
{
    return session_now_s(s->session);
}

static bool read_datasets(struct screen *s, struct error *err)
{
    struct import_page *p = s->state;
    return import_review_read_datasets(&p->review, s->session->app.store, now_of(s), err);
}

static void ask_format(struct screen *s)
{
    const struct import_page *p = s->state;
    screen_popup(s, import_ask_format(TAG_FORMAT, p->review.look.format));
}

/* format NULL = recognised. Where it is not, nothing has changed. */
static void look_into(struct screen *s, const char *path, const char *format)
{
    struct import_page *p = s->state;
    struct error err = {0};
    bool which;
    if (import_review_look(&p->review, path, format, now_of(s), &which, &err)) {
        p->phase = PHASE_REVIEW;
        return;
    }
    session_say_error(s->session, &err);
    if (which)
        ask_format(s);
}

static void choose(struct screen *s)
{
    struct import_page *p = s->state;
    struct error err = {0};
    char *path = import_pick_path(&p->pick);
    if (path && picker_is_folder(path)) {
        if (!import_pick_open(&p->pick, path, &err))
            session_say_error(s->session, &err);
    } else if (path) {
        look_into(s, path, NULL);
    }
    free(path);
}

static void choose_folder(struct screen *s)
{
    const struct import_page *p = s->state;
    char *path = import_pick_folder(&p->pick);
    look_into(s, path, NULL);
    free(path);
}

static void go_to(struct screen *s, const char *folder)
{
    struct import_page *p = s->state;
    struct error err = {0};
    if (!import_pick_open(&p->pick, folder, &err))
        session_say_error(s->session, &err);
}

static void go_to_samples(struct screen *s)
{
    char *samples = path_join(s->session->app.paths.share_dir, "samples");
    go_to(s, samples);
    free(samples);
}

/* --- importing ----------------------------------------------------------------------------- */

static void start(struct screen *s)
{
    struct import_page *p = s->state;
    struct error err = {0};
    const struct import_review *r = &p->review;
    const struct importing_plan plan = {r->path, r->look.format->name, r->source, r->merge,
                                        r->skip_bad};
    if (!importing_start(s->session, &plan, &err))
        session_say_error(s->session, &err);
    else
        p->phase = PHASE_RUN;
}

/* Somebody may have imported, or removed, what the screen says is replaced. */
static bool still_as_shown(struct screen *s)
{
    struct import_page *p = s->state;
    struct error err = {0};
    const int64_t shown = p->review.shown_at;
    if (!read_datasets(s, &err))
        session_say_error(s->session, &err);
    else if (p->review.shown_at != shown)
        session_say(s->session, ROLE_WARN, "▲ The data set '%s' is another now: look, then Enter.",
                    p->review.source);
    return err.kind == ERR_NONE && p->review.shown_at == shown;
}

static void confirm(struct screen *s)
{
    const struct import_page *p = s->state;
    char doubt[160], fault[600];
    if (!session_may_change(s->session) || !still_as_shown(s))
        return;
    const struct import_about about = import_review_about(&p->review, now_of(s));
    if (import_about_hopeless(&about, fault, sizeof fault)) {
        session_say(s->session, ROLE_BAD, "■ Nothing would be imported: %s", fault);
        return;
    }
    if (about.merge && !about.there)
        session_say(s->session, ROLE_WARN,
                    "▲ There is no data set '%s' to add to: n names another, m replaces instead.",
                    about.source);
    else if (import_about_doubt(&about, doubt, sizeof doubt))
        screen_popup(s, import_ask_replace(TAG_REPLACE, about.source, doubt));
    else
        start(s);
}

/* --- opening ------------------------------------------------------------------------------- */

/* What the last import left out, once. */
static bool show_remarks(struct screen *s)
{
    struct import_page *p = s->state;
    const struct import_result *result = importing_take_remarks(s->session);
    if (!result)
        return false;
    import_about_result(&p->result, result);
    p->phase = PHASE_RESULT;
    return true;
}

/* arg: a folder to begin in, "samples", or "" = where one is. */
static bool import_open(struct screen *s, const char *arg, struct error *err)
{
    struct import_page *p = s->state;
    struct error why = {0};
    import_pick_init(&p->pick);
    screen_stale(s);
    if (importing_goes_on(s->session)) {
        p->phase = PHASE_RUN;
        return true;
    }
    if (show_remarks(s))
        return true;
    if (!s->session->may_write)
        return error_set(err, ERR_IO, "Read-only: %s.", s->session->read_only);
    if (!read_datasets(s, err))
        return false;
    if (strcmp(arg, "samples") == 0) {
        go_to_samples(s);
        return p->pick.picker.folder != NULL || import_pick_open(&p->pick, "/", err);
    }
    return import_pick_open(&p->pick, *arg ? arg : ".", &why) ||
           import_pick_open(&p->pick, "/", err);
}

static void import_close(struct screen *s)
{
    struct import_page *p = s->state;
    import_pick_release(&p->pick);
    import_review_release(&p->review);
    textview_release(&p->result);
}

/* Whoever was asked whether to cancel it presses a key now, and would miss what came. */
static bool end_question(struct screen *s)
{
    struct import_page *p = s->state;
    const struct import_result *result = importing_result(s->session);
    struct popup *asked = s->popup;
    if (!asked || !result || s->session->job_state != JOB_DONE)
        return false;
    s->popup = asked->below;
    popup_free(asked);
    import_about_result(&p->result, result);
    p->phase = PHASE_RESULT;
    return true;
}

static struct reaction import_tick(struct screen *s)
{
    const struct import_page *p = s->state;
    if (p->phase != PHASE_RUN)
        return screen_reread(s, read_datasets);
    if (importing_goes_on(s->session) || show_remarks(s) || end_question(s))
        return react_stay();
    return react_close();
}

/* --- drawing ------------------------------------------------------------------------------- */

static void draw_run(const struct screen *s, WINDOW *w, const struct area *area)
{
    const struct import_result *r = importing_result(s->session);
    struct job_progress progress = {0};
    if (!r)
        return;
    job_progress(s->session->job, &progress);
    const int x = area->x + MARGIN, cols = area->cols - 2 * MARGIN;
    const int percent = session_percent(s->session, progress.done, progress.total);
    const int gauge = cols / 2 < GAUGE_MAX ? cols / 2 : GAUGE_MAX;
    draw_textf(w, area->y + 1, x, cols, ROLE_HEADING, "Importing into %s", r->source);
    draw_gauge(w, area->y + 3, x, gauge, percent);
    draw_textf(w, area->y + 3, x + gauge + 2, cols - gauge - 2, ROLE_TEXT, "%3d%%", percent);
    draw_text(w, area->y + 5, x, cols, ROLE_TEXT, progress.what);
    draw_text(w, area->y + 6, x, cols, ROLE_DIM, "The old data is shown until all of it is there.");
    wmove(w, area->y + 1, x);
}

static void import_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct import_page *p = s->state;
    const struct area text = {area->y + 1, area->x + MARGIN, area->rows - 1,
                              area->cols - 2 * MARGIN};
    if (p->phase == PHASE_PICK)
        import_pick_draw(&p->pick, w, area, session_now_s(s->session));
    else if (p->phase == PHASE_REVIEW)
        textview_draw(&p->review.about, w, &text);
    else if (p->phase == PHASE_RESULT)
        textview_draw(&p->result, w, &text);
    else
        draw_run(s, w, area);
}

static void import_heading(struct screen *s, char *out, size_t size)
{
    static const char *const headings[] = {
        [PHASE_PICK] = "Import users · choose a file or folder",
        [PHASE_REVIEW] = "Import users · what would come",
        [PHASE_RUN] = "Import users",
        [PHASE_RESULT] = "Import users · what came, and what was left out",
    };
    snprintf(out, size, "%s", headings[((const struct import_page *)s->state)->phase]);
}

static void import_hint(struct screen *s, char *out, size_t size)
{
    static const char *const hints[] = {
        [PHASE_PICK] =
            "Type a part of a name, or paste a path. Nothing is imported before you agree.",
        [PHASE_REVIEW] = "Enter imports it: all of it, or nothing where the file turns out broken.",
        [PHASE_RUN] = "1-5 leave, the import goes on. Deliveries go on; changes wait for its end.",
        [PHASE_RESULT] = "The data set is in place. R on page 2 runs the checks.",
    };
    const struct import_page *p = s->state;
    if (p->phase == PHASE_REVIEW && p->review.look.fault[0])
        snprintf(out, size, "Something is wrong in it, so that it cannot be imported as it is.");
    else if (p->phase == PHASE_REVIEW && p->review.skip_bad)
        snprintf(out, size, "Enter imports it without the bad rows, which are listed then.");
    else
        snprintf(out, size, "%s", hints[p->phase]);
}

/* --- keys ---------------------------------------------------------------------------------- */

static struct reaction pick_key(struct screen *s, const struct key_event *event)
{
    struct import_page *p = s->state;
    if (event->action == ACTION_SAMPLE) {
        go_to_samples(s);
        return react_stay();
    }
    if (event->action == ACTION_WHOLE_FOLDER) {
        choose_folder(s);
        return react_stay();
    }
    switch (import_pick_key(&p->pick, event)) {
    case PICK_IGNORED:
        return react_ignore();
    case PICK_LEAVE:
        return react_close();
    case PICK_CHOSEN:
        choose(s);
        break;
    case PICK_UP:
        go_to(s, "..");
        break;
    case PICK_TOOK:
        break;
    }
    return react_stay();
}

static void change_wish(struct screen *s, enum action action)
{
    struct import_page *p = s->state;
    struct import_review *r = &p->review;
    struct error err = {0};
    const bool ok = action == ACTION_MERGE
                        ? import_review_set_merge(r, !r->merge, now_of(s), &err)
                        : import_review_set_skip_bad(r, !r->skip_bad, now_of(s), &err);
    if (!ok)
        session_say_error(s->session, &err);
}

static struct reaction review_key(struct screen *s, const struct key_event *event)
{
    struct import_page *p = s->state;
    switch (event->action) {
    case ACTION_ENTER:
        confirm(s);
        return react_stay();
    case ACTION_EDIT:
        screen_popup(s, import_ask_source(TAG_SOURCE, p->review.source, p->review.merge));
        return react_stay();
    case ACTION_PRESET:
        ask_format(s);
        return react_stay();
    case ACTION_MERGE:
    case ACTION_SKIP_BAD:
        change_wish(s, event->action);
        return react_stay();
    case ACTION_BACK:
        p->phase = PHASE_PICK;
        return react_stay();
    default:
        return textview_move(&p->review.about, event->action) ? react_stay() : react_ignore();
    }
}

static struct reaction result_key(struct screen *s, const struct key_event *event)
{
    struct import_page *p = s->state;
    if (event->action == ACTION_BACK)
        return react_close();
    return textview_move(&p->result, event->action) ? react_stay() : react_ignore();
}

static struct reaction import_key(struct screen *s, const struct key_event *event)
{
    const struct import_page *p = s->state;
    if (p->phase == PHASE_PICK)
        return pick_key(s, event);
    if (p->phase == PHASE_REVIEW)
        return review_key(s, event);
    if (p->phase == PHASE_RESULT)
        return result_key(s, event);
    if (event->action != ACTION_BACK)
        return react_ignore();
    screen_popup(s, import_ask_cancel(TAG_CANCEL));
    return react_stay();
}

static bool take_source(struct screen *s, struct popup *popup)
{
    struct import_page *p = s->state;
    char *name = prompt_text(popup);
    const bool ok = *name != '\0';
    if (ok) {
        import_review_set_source(&p->review, name, now_of(s));
    } else {
        prompt_complain(popup, "A name is needed.");
    }
    free(name);
    return ok;
}

static struct reaction import_answered(struct screen *s, struct popup *popup)
{
    const struct import_page *p = s->state;
    if (popup->tag == TAG_SOURCE)
        take_source(s, popup);
    else if (popup->tag == TAG_FORMAT)
        look_into(s, p->review.path, import_formats[menu_value(popup)].name);
    else if (popup->tag == TAG_REPLACE)
        start(s);
    else if (popup->tag == TAG_CANCEL)
        importing_cancel(s->session);
    return react_stay();
}

static void import_paste(struct screen *s, const char *text)
{
    struct import_page *p = s->state;
    if (p->phase != PHASE_PICK) {
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
        return;
    }
    import_pick_paste(&p->pick, text);
}

static bool import_typing(const struct screen *s)
{
    return ((const struct import_page *)s->state)->phase == PHASE_PICK;
}

static bool import_works(const struct screen *s, enum action action)
{
    const struct import_page *p = s->state;
    const bool of_review = action == ACTION_EDIT || action == ACTION_PRESET ||
                           action == ACTION_MERGE || action == ACTION_SKIP_BAD;
    const bool reviewing = p->phase == PHASE_PICK || p->phase == PHASE_REVIEW;
    return reviewing || (action != ACTION_ENTER && !of_review);
}

/* Nothing is taken back where all of it is in place, nor where another file is chosen. */
static const char *import_caption(const struct screen *s, enum action action)
{
    const enum phase phase = ((const struct import_page *)s->state)->phase;
    return action == ACTION_BACK && (phase == PHASE_RESULT || phase == PHASE_REVIEW) ? "Back"
                                                                                     : NULL;
}

const struct screen_ops screen_import = {
    .id = "import",
    .title = "Import users",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct import_page),
    .contexts = import_contexts,
    .typing_contexts = pick_contexts,
    .open = import_open,
    .close = import_close,
    .draw = import_draw,
    .heading = import_heading,
    .hint = import_hint,
    .key = import_key,
    .works = import_works,
    .caption = import_caption,
    .answered = import_answered,
    .tick = import_tick,
    .paste = import_paste,
    .typing = import_typing,
};
