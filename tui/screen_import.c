/* Import: a file is chosen, looked into, and read into a data set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tui/dialog.h"
#include "tui/import_about.h"
#include "tui/import_pick.h"
#include "tui/importing.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/registry.h"

enum { TAG_SOURCE = 1, TAG_FORMAT, TAG_REPLACE, TAG_CANCEL };
enum { SOURCE_MAX = 64, MARGIN = 2 };
enum { GAUGE_MAX = 40, FORMATS_MAX = 8 };

enum phase { PHASE_PICK, PHASE_REVIEW, PHASE_RUN };

struct import_page {
    enum phase phase;
    struct import_pick pick;

    char *path; /* the file that was chosen */
    struct import_look look;
    char *source;
    struct dataset_list datasets;
    struct textview about;
};

static const enum key_context pick_contexts[] = {KEYS_PICKER, KEYS_LIST, KEYS_GLOBAL, KEYS_END};
static const enum key_context import_contexts[] = {KEYS_IMPORT, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

/* --- looking into it ----------------------------------------------------------------------- */

static const struct dataset *dataset_of(const struct import_page *p, const char *source)
{
    for (size_t i = 0; i < p->datasets.count; i++) {
        if (strcmp(p->datasets.items[i].source, source) == 0)
            return &p->datasets.items[i];
    }
    return NULL;
}

/* That which was imported in this format before, else the name of the format. */
static const char *usual_source(const struct import_page *p, const char *format)
{
    for (size_t i = 0; i < p->datasets.count; i++) {
        if (strcmp(p->datasets.items[i].format, format) == 0)
            return p->datasets.items[i].source;
    }
    return format;
}

static struct import_about about_of(const struct screen *s)
{
    const struct import_page *p = s->state;
    return (struct import_about){.path = p->path,
                                 .source = p->source,
                                 .look = &p->look,
                                 .replaced = dataset_of(p, p->source),
                                 .now_s = session_now_s(s->session)};
}

static void write_about(struct screen *s)
{
    struct import_page *p = s->state;
    const struct import_about about = about_of(s);
    import_about(&p->about, &about);
}

static bool read_datasets(struct screen *s, struct error *err)
{
    struct import_page *p = s->state;
    struct dataset_list now = {0};
    if (!datasets_list(s->session->app.store, &now, err))
        return false;
    dataset_list_release(&p->datasets);
    p->datasets = now;
    return true;
}

/* format NULL = recognised. Where it is not recognised, nothing has changed. */
static bool look_into(struct screen *s, const char *path, const char *format, struct error *err)
{
    struct import_page *p = s->state;
    struct import_look look = {0};
    const struct look_options options = {.path = path, .format = format};
    if (!import_look(&options, &look, err))
        return false;
    import_look_release(&p->look);
    p->look = look;
    mem_replace(&p->path, path);
    if (!format || !p->source)
        mem_replace(&p->source, usual_source(p, look.format->name));
    write_about(s);
    p->about.top = 0;
    p->phase = PHASE_REVIEW;
    return true;
}

static bool take_path(struct screen *s, const char *path, struct error *err)
{
    if (picker_is_folder(path))
        return import_pick_open(&((struct import_page *)s->state)->pick, path, err);
    return look_into(s, path, NULL, err);
}

static void choose(struct screen *s)
{
    const struct import_page *p = s->state;
    struct error err = {0};
    char *path = import_pick_path(&p->pick);
    if (path && !take_path(s, path, &err))
        session_say_error(s->session, &err);
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
    const struct importing_plan plan = {p->path, p->look.format->name, p->source};
    if (!importing_start(s->session, &plan, &err))
        session_say_error(s->session, &err);
    else
        p->phase = PHASE_RUN;
}

static void ask_replace(struct screen *s, const char *doubt)
{
    static const struct dialog_button buttons[] = {{"Keep the old", KEY_NONE, 0},
                                                   {"Replace", 'R', 1}};
    const struct import_page *p = s->state;
    char *text = mem_printf("%s will be replaced, but %s.\nWhoever is not in the file is gone, and "
                            "what they fail counts as fixed.",
                            p->source, doubt);
    const struct dialog_spec spec = {.tag = TAG_REPLACE,
                                     .title = "Replace the data set",
                                     .text = text,
                                     .buttons = buttons,
                                     .button_count = ARRAY_LEN(buttons)};
    screen_popup(s, dialog_new(&spec));
    free(text);
}

static void confirm(struct screen *s)
{
    const struct import_about about = about_of(s);
    char doubt[160];
    if (!session_may_change(s->session))
        return;
    if (import_about_doubt(&about, doubt, sizeof doubt))
        ask_replace(s, doubt);
    else
        start(s);
}

static void ask_cancel(struct screen *s)
{
    static const struct dialog_button buttons[] = {{"Go on", KEY_NONE, 0},
                                                   {"Cancel import", 'C', 1}};
    const struct dialog_spec spec = {.tag = TAG_CANCEL,
                                     .title = "Cancel the import",
                                     .text = "The old data stays as it is.",
                                     .buttons = buttons,
                                     .button_count = ARRAY_LEN(buttons)};
    screen_popup(s, dialog_new(&spec));
}

static void ask_source(struct screen *s)
{
    const struct import_page *p = s->state;
    const struct prompt_spec spec = {.tag = TAG_SOURCE,
                                     .title = "Source name",
                                     .label = "Name",
                                     .text = p->source,
                                     .max = SOURCE_MAX,
                                     .explain = "A data set of the same name is replaced."};
    screen_popup(s, prompt_new(&spec));
}

static void ask_format(struct screen *s)
{
    const struct import_page *p = s->state;
    struct menu_entry entries[FORMATS_MAX];
    size_t count = 0, here = 0;
    for (const struct import_format *f = import_formats; f->name && count < FORMATS_MAX; f++) {
        if (f == p->look.format)
            here = count;
        entries[count] = (struct menu_entry){.label = f->label, .value = (int)count};
        count++;
    }
    screen_popup(s, menu_new(TAG_FORMAT, "Read it as", entries, count, here));
}

/* --- opening ------------------------------------------------------------------------------- */

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
    free(p->path);
    free(p->source);
    import_look_release(&p->look);
    dataset_list_release(&p->datasets);
    textview_release(&p->about);
}

static struct reaction import_tick(struct screen *s)
{
    const struct import_page *p = s->state;
    if (p->phase != PHASE_RUN)
        return screen_reread(s, read_datasets);
    if (importing_goes_on(s->session))
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
    draw_textf(w, area->y + 5, x, cols, ROLE_TEXT, "%lld users, %lld a second", (long long)r->users,
               (long long)importing_rate(s->session));
    draw_text(w, area->y + 6, x, cols, ROLE_DIM,
              r->users == 0 ? progress.what : "The old data is shown until all of it is there.");
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
        textview_draw(&p->about, w, &text);
    else
        draw_run(s, w, area);
}

static void import_heading(struct screen *s, char *out, size_t size)
{
    static const char *const headings[] = {
        [PHASE_PICK] = "Import users · choose a file",
        [PHASE_REVIEW] = "Import users · what would come",
        [PHASE_RUN] = "Import users",
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
    };
    snprintf(out, size, "%s", hints[((const struct import_page *)s->state)->phase]);
}

/* --- keys ---------------------------------------------------------------------------------- */

static struct reaction pick_key(struct screen *s, const struct key_event *event)
{
    struct import_page *p = s->state;
    if (event->action == ACTION_SAMPLE) {
        go_to_samples(s);
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

static struct reaction review_key(struct screen *s, const struct key_event *event)
{
    struct import_page *p = s->state;
    switch (event->action) {
    case ACTION_ENTER:
        confirm(s);
        return react_stay();
    case ACTION_EDIT:
        ask_source(s);
        return react_stay();
    case ACTION_PRESET:
        ask_format(s);
        return react_stay();
    case ACTION_BACK:
        p->phase = PHASE_PICK;
        return react_stay();
    default:
        return textview_move(&p->about, event->action) ? react_stay() : react_ignore();
    }
}

static struct reaction import_key(struct screen *s, const struct key_event *event)
{
    const struct import_page *p = s->state;
    if (p->phase == PHASE_PICK)
        return pick_key(s, event);
    if (p->phase == PHASE_REVIEW)
        return review_key(s, event);
    if (event->action != ACTION_BACK)
        return react_ignore();
    ask_cancel(s);
    return react_stay();
}

static bool take_source(struct screen *s, struct popup *popup)
{
    struct import_page *p = s->state;
    char *name = prompt_text(popup);
    const bool ok = *name != '\0';
    if (ok) {
        mem_replace(&p->source, name);
        write_about(s);
    } else {
        prompt_complain(popup, "A name is needed.");
    }
    free(name);
    return ok;
}

static struct reaction import_answered(struct screen *s, struct popup *popup)
{
    const struct import_page *p = s->state;
    struct error err = {0};
    if (popup->tag == TAG_SOURCE)
        take_source(s, popup);
    else if (popup->tag == TAG_FORMAT &&
             !look_into(s, p->path, import_formats[menu_value(popup)].name, &err))
        session_say_error(s->session, &err);
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
    return p->phase != PHASE_RUN ||
           (action != ACTION_ENTER && action != ACTION_EDIT && action != ACTION_PRESET);
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
    .answered = import_answered,
    .tick = import_tick,
    .paste = import_paste,
    .typing = import_typing,
};
