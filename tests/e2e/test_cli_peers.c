/* The commands against servers that others wrote: an authorization server, and nginx over HTTP/2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/peer.h"
#include "tests/support/product.h"

static const char secret[] = "basic-secret-0123456789abcdef0123456789abcdef";
static const char users[] = "id,login,enabled,mfa_enrolled\n"
                            "1,fern@example.com,true,false\n"
                            "2,moss@example.com,true,false\n";

static struct peer *peer; /* outlives its test where that fails: the next teardown ends it */

static int teardown(void **state)
{
    peer_stop(peer);
    peer = NULL;
    return product_teardown(state);
}

/* "SETTING=@FILE" with the text in that file; the caller frees. */
static char *from_file(const struct product *p, const char *setting, const char *text)
{
    char *path = tmpdir_write(&p->dir, setting, text), *both = mem_printf("%s=@%s", setting, path);
    free(path);
    return both;
}

static void add_oauth(const struct product *p)
{
    char *url = mem_printf("url=%s", peer_oidc_url(peer, PEER_SINK));
    char *endpoint = mem_printf("auth.endpoint=%s", peer_oidc_url(peer, PEER_TOKEN));
    char *sealed = from_file(p, "auth.client_secret", secret);
    product_expect(p, 0, "Added", "integration", "add", "Tickets", url, "auth.type=oauth", endpoint,
                   "auth.client_id=hook-basic", sealed, "auth.client_auth=basic", "--auth-param",
                   "body:scope=alerts:write");
    free(sealed);
    free(endpoint);
    free(url);
}

static void import_users(const struct product *p)
{
    char *path = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, ": ", "data", "import", path, "--source", "people");
    free(path);
}

/* The whole record of a delivery holds the text, and no secret. */
static void expect_record(const struct product *p, const char *id, const char *text)
{
    struct run_result r = PRODUCT(p, "delivery", "show", id, "--json");
    if (r.status != 0 || !strstr(r.out, text))
        fail_msg("no '%s' in:\n%s%s", text, r.out, r.err);
    assert_null(strstr(r.out, secret));
    assert_null(strstr(r.out, "access_token"));
    run_release(&r);
}

static void oauth__delivers_with_the_tokens_of_a_real_provider(void **state)
{
    const struct product *p = *state;
    peer = peer_start_oidc(600);
    add_oauth(p);
    product_expect(p, 0, "passed", "integration", "test", "Tickets");
    assert_int_equal(peer_count(peer, "client basic 200 - hook-basic"), 1);
    assert_int_equal(peer_count(peer, "sink 204"), 1);

    import_users(p);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, "delivered", "check", "run", "no-mfa");
    assert_int_equal(peer_count(peer, "client basic 200 - hook-basic"), 2);
    assert_int_equal(peer_count(peer, "client "), 2);
    assert_int_equal(peer_count(peer, "sink "), 2);
    expect_record(p, "1", "Bearer (hidden)"); /* the test */
    expect_record(p, "2", "Bearer (hidden)");
}

static void oauth__waits_for_the_right_secret(void **state)
{
    const struct product *p = *state;
    peer = peer_start_oidc(600);
    add_oauth(p);
    char *wrong = from_file(p, "auth.client_secret", "wrong");
    product_expect(p, 0, NULL, "integration", "set", "Tickets", wrong);
    product_expect(p, 1, "invalid_client: client authentication failed", "integration", "test",
                   "Tickets");
    import_users(p);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, "1 held", "check", "run", "no-mfa");
    product_expect(p, 0, "invalid_client", "integration", "list");
    assert_int_equal(peer_count(peer, "sink "), 0);

    char *right = from_file(p, "auth.client_secret", secret);
    product_expect(p, 0, NULL, "integration", "set", "Tickets", right);
    product_expect(p, 0, "1 delivered", "deliver");
    assert_int_equal(peer_count(peer, "sink 204"), 1);
    free(wrong);
    free(right);
}

static void oauth__says_what_the_receiver_misses(void **state)
{
    const struct product *p = *state;
    peer = peer_start_oidc(600);
    add_oauth(p);
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "--auth-param",
                   "body:scope=alerts:read");
    product_expect(p, 1, "insufficient_scope", "integration", "test", "Tickets");
    import_users(p);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, "1 held", "check", "run", "no-mfa");
    assert_int_equal(peer_count(peer, "sink 204"), 0);
}

static void https__reaches_a_receiver_with_a_private_authority(void **state)
{
    const struct product *p = *state;
    struct certs certs;
    certs_init(&certs);
    struct cert cert = certs_make(&certs, CERT_SERVER);
    peer = peer_start_nginx(cert.cert_file, cert.key_file, NULL);
    char *at = peer_nginx_url(peer, PEER_HTTP2, "/in"), *url = mem_printf("url=%s", at);
    char *ca = mem_printf("tls.ca_file=%s", certs.ca_file);
    product_expect(p, 0, "Added", "integration", "add", "Tickets", url, "auth.type=none");
    product_expect(p, 1, "an authority that this machine does not know", "integration", "test",
                   "Tickets");
    assert_int_equal(peer_count(peer, "POST"), 0);

    product_expect(p, 0, NULL, "integration", "set", "Tickets", ca);
    product_expect(p, 0, "passed", "integration", "test", "Tickets");
    import_users(p);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    peer_wait(peer, 2, "HTTP/2.0 POST 204");
    free(ca);
    free(url);
    free(at);
    cert_release(&cert);
    certs_release(&certs);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(oauth__delivers_with_the_tokens_of_a_real_provider),
        TEST(oauth__waits_for_the_right_secret),
        TEST(oauth__says_what_the_receiver_misses),
        TEST(https__reaches_a_receiver_with_a_private_authority),
    };
    return cmocka_run_group_tests_name("cli_peers", tests, NULL, NULL);
}
