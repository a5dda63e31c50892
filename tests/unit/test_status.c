/* The state of an integration: one row for every rule, and which rule wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/status.h"

static char refused[] = "refused", unauthorized[] = "401", user[] = "u", password[] = "env:NAME";

static struct integration_facts sent(bool ok)
{
    return (struct integration_facts){.last_at = 1000, .last_ok = ok, .last_reason = refused};
}

static void decides_at(int line, bool enabled, bool secret, const char *fault,
                       struct integration_facts facts, enum status status, const char *reason)
{
    struct integration in = {
        .enabled = enabled,
        .auth = {.type = AUTH_BASIC, .username = user, .password = secret ? password : NULL}};
    struct integration_status out = {.facts = facts};
    out.secret_fault = *fault ? mem_strdup(fault) : NULL;
    status_decide(&in, &out);
    if (out.status != status || strcmp(out.reason ? out.reason : "", reason) != 0)
        fail_msg("line %d: got %s, '%s'", line, status_text(out.status), out.reason);
    free(out.secret_fault);
    free(out.reason);
}
#define decides(...) decides_at(__LINE__, __VA_ARGS__)

static void decide__follows_each_rule(void **state)
{
    (void)state;
    struct integration_facts none = {0}, held = sent(true), gone = sent(true), retry = sent(true);
    held.on_hold = true;
    held.hold_reason = unauthorized;
    held.hold_since = 1767600000;
    held.last_ok_at = 1767513600;
    gone.gone = true;
    retry.counts.retrying = 1;
    decides(true, true, "", none, STATUS_UNTESTED, "");
    decides(true, true, "", sent(true), STATUS_OK, "");
    decides(true, true, "", sent(false), STATUS_FAILING, "refused");
    decides(true, true, "", held, STATUS_FAILING,
            "on hold: 401; since 2026-01-05 08:00:00Z; last success 2026-01-04 08:00:00Z");
    decides(false, true, "", held, STATUS_OFF,
            "on hold: integration is disabled; since 2026-01-05 08:00:00Z; last success 2026-01-04 "
            "08:00:00Z");
    decides(true, true, "", gone, STATUS_FAILING, "refused");
    decides(true, true, "", retry, STATUS_WARN, "a delivery waits for a retry");
    decides(true, false, "", none, STATUS_WARN, "secret missing: enter it again");
    decides(true, true, "does not open", sent(true), STATUS_FAILING, "does not open");
    decides(false, true, "", sent(true), STATUS_OFF, "integration is disabled");
}

static void decide__shows_the_gravest_first(void **state)
{
    (void)state;
    struct integration_facts all = sent(false);
    all.on_hold = true;
    all.hold_reason = unauthorized;
    all.hold_since = 1767600000;
    all.counts.retrying = 1;
    decides(false, false, "does not open", all, STATUS_OFF,
            "on hold: integration is disabled; since 2026-01-05 08:00:00Z; last success never");
    decides(true, false, "does not open", all, STATUS_FAILING,
            "on hold: 401; since 2026-01-05 08:00:00Z; last success never");
    all.on_hold = false;
    decides(true, false, "does not open", all, STATUS_FAILING, "does not open");
    decides(true, false, "", all, STATUS_FAILING, "refused");
    all.last_ok = true;
    decides(true, false, "", all, STATUS_WARN, "secret missing: enter it again");
    decides(true, true, "", all, STATUS_WARN, "a delivery waits for a retry");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decide__follows_each_rule),
        cmocka_unit_test(decide__shows_the_gravest_first),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
