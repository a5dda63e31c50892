/* Long text in the user's pager, while the session works on. */
#include "tui/pager.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "tui/terminal.h"

enum { TEXT_MAX = 8 << 20 };

static void work_on(void *ctx)
{
    struct session *s = ctx;
    struct poll_fd fds[] = {{.fd = terminal_signal_fd()}, {.fd = s->lock.wake_fd}};
    session_step(s);
    transport_poll(s->transport, fds, s->worker ? 2 : 1, session_timeout_ms(s));
}

bool pager_show(struct session *s, const char *bytes, size_t len, struct error *err)
{
    static const char *const argv[] = {"sh", "-c", "${PAGER:-less} || more", NULL};
    struct strbuf safe;
    /* What is shown came from outside: a pager that can start programs is not to be led to it, and
     * one that passes escapes through gets none. */
    setenv("LESSSECURE", "1", 1);
    strbuf_init(&safe, TEXT_MAX);
    text_safe_add(&safe, bytes, len, true);
    const struct terminal_child child = {
        .argv = argv,
        .input = safe.text,
        .input_len = safe.len,
        .idle = work_on,
        .ctx = s,
    };
    const bool ok = terminal_run(&child, err);
    strbuf_release(&safe);
    return ok;
}
