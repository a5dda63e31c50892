/* Homes with deliveries, and page 4 of the console on them. */
#include "tests/support/term_deliveries.h"

#include <stdio.h>
#include <stdlib.h>

void deliveries_import_user(const struct product *p)
{
    char *path = tmpdir_write(&p->dir, "users.csv",
                              "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,false\n");
    product_expect(p, 0, " user", "data", "import", path, "--source", "people");
    free(path);
}

void deliveries_add_ticked(const struct product *p, const char *name, struct receiver *receiver,
                           const char *path)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, path));
    product_expect(p, 0, "Added", "integration", "add", name, url, "auth.type=none");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", name);
}

void deliveries_make_one(const struct product *p, struct receiver *receiver, int status,
                         const char *text)
{
    deliveries_add_ticked(p, "Billing events", receiver, "/hook");
    deliveries_import_user(p);
    product_expect(p, status, text, "check", "run");
}

struct term *deliveries_open(const struct product *p, int rows, int cols)
{
    struct term *term = console_open(p, rows, cols);
    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries", 0);
    return term;
}

struct term *deliveries_open_failed(const struct product *p, struct receiver *receiver)
{
    static const char *const bad[] = {"Chat alerts", "Data lake", "Elastic"};
    receiver_answer(receiver, "/bad", (struct receiver_answer){.status = 400});
    deliveries_add_ticked(p, "Billing events", receiver, "/hook");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        deliveries_add_ticked(p, bad[i], receiver, "/bad");
    deliveries_import_user(p);
    product_expect(p, 1, "3 failed", "check", "run");
    struct term *term = deliveries_open(p, 30, 100);
    term_wait_text(term, "[4 Deliveries ▲3]", 0);
    term_wait_text(term, "4 shown of 4 · 3 failed", 0);
    return term;
}
