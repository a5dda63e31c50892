/* The folder, the integration and the event that the tests of core/deliver start from. */
#include "tests/support/delivery_fixture.h"

#include "tests/support/fail.h"

const char fixture_event_id[] = "11111111-1111-4111-8111-111111111111";
const char fixture_envelope_id[] = "22222222-2222-4222-8222-222222222222";
const char fixture_tenant[] = "33333333-3333-4333-8333-333333333333";
const char fixture_detail[] =
    "{\"id\":\"11111111-1111-4111-8111-111111111111\",\"checkId\":\"no-mfa\",\"title\":\"No MFA\","
    "\"description\":[\"d\"],\"recommendedActions\":[\"a\"],\"severity\":\"critical\","
    "\"usersFailing\":[\"dara.k\"],\"published\":\"2023-08-08T13:27:22.416Z\"}";

void fixture_check_at(const char *file, int line, bool ok, const struct error *err)
{
    if (!ok)
        support_fail_at(file, line, "unexpected error: %s", err->text);
}

void fixture_init(struct fixture *f)
{
    struct error err = {0};
    *f = (struct fixture){0};
    tmpdir_init(&f->dir);
    char *key = tmpdir_path(&f->dir, "secret.key"), *db = tmpdir_path(&f->dir, "checkhook.db");
    f->keyring = keyring_new(key);
    f->store = store_open(db, &err);
    fixture_check(f->store != NULL, &err);
    f->transport = transport_new();
    f->general = (struct general){.tenant_id = mem_strdup(fixture_tenant),
                                  .tenant_account = mem_strdup("000000000000"),
                                  .tenant_region = mem_strdup("us-east-2")};
    f->config.general = f->general;
    f->config.lock_fd = -1;
    integration_init(&f->in);
    memcpy(f->in.id, "44444444-4444-4444-8444-444444444444", UUID_LEN + 1);
    f->in.name = mem_strdup("Billing events");
    f->in.auth.type = AUTH_NONE;
    free(key);
    free(db);
}

void fixture_release(struct fixture *f)
{
    for (size_t i = 0; i < f->config.integrations.count; i++)
        integration_release(&f->config.integrations.items[i]);
    free(f->config.integrations.items);
    integration_release(&f->in);
    transport_free(f->transport);
    store_close(f->store);
    keyring_free(f->keyring);
    free(f->general.tenant_id);
    free(f->general.tenant_account);
    free(f->general.tenant_region);
    tmpdir_release(&f->dir);
}

int fixture_setup(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    fixture_init(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

/* Seals a text for that setting of the integration under test; the caller frees. */
static char *seal(struct fixture *f, const char *name, const char *clear)
{
    struct error err = {0};
    char *stored = NULL;
    fixture_check(secret_seal(f->keyring, true, f->in.id, name, clear, strlen(clear), FIXTURE_NOW,
                              &stored, &err),
                  &err);
    return stored;
}

/* The value as it stands in the list of that name, which the caller frees. */
static char *param_stored(struct fixture *f, const char *list, enum param_place place,
                          const char *key, const char *value, bool secret)
{
    if (!secret)
        return mem_strdup(value);
    char *name = secret_param_name(list, place, key), *stored = seal(f, name, value);
    free(name);
    return stored;
}

void fixture_param(struct fixture *f, enum param_place place, const char *key, const char *value,
                   bool secret)
{
    char *stored = param_stored(f, "params", place, key, value, secret);
    param_set(&f->in.params, place, key, stored, secret);
    free(stored);
}

void fixture_oauth_param(struct fixture *f, enum param_place place, const char *key,
                         const char *value, bool secret)
{
    char *stored = param_stored(f, "auth.params", place, key, value, secret);
    param_set(&f->in.auth.params, place, key, stored, secret);
    free(stored);
}

void fixture_basic(struct fixture *f, const char *user, const char *password)
{
    f->in.auth.type = AUTH_BASIC;
    mem_replace(&f->in.auth.username, user);
    free(f->in.auth.password);
    f->in.auth.password = seal(f, "auth.password", password);
}

void fixture_api_key(struct fixture *f, const char *name, const char *value)
{
    f->in.auth.type = AUTH_API_KEY;
    mem_replace(&f->in.auth.key_name, name);
    free(f->in.auth.key_value);
    f->in.auth.key_value = seal(f, "auth.key_value", value);
}

void fixture_oauth(struct fixture *f, const char *endpoint, const char *id, const char *secret)
{
    f->in.auth.type = AUTH_OAUTH;
    mem_replace(&f->in.auth.endpoint, endpoint);
    mem_replace(&f->in.auth.client_id, id);
    free(f->in.auth.client_secret);
    f->in.auth.client_secret = seal(f, "auth.client_secret", secret);
}

struct event fixture_event(void)
{
    return (struct event){
        .id = mem_strdup(fixture_event_id),
        .envelope_id = mem_strdup(fixture_envelope_id),
        .kind = KIND_FINDING,
        .check_id = mem_strdup("no-mfa"),
        .published_ms = (int64_t)FIXTURE_NOW * 1000 + 416,
        .detail = mem_strdup(fixture_detail),
    };
}

void fixture_poll_at(const char *file, int line, struct transport *transport, int64_t give_up_ms,
                     const char *what)
{
    transport_poll(transport, NULL, 0, 100);
    if (clock_monotonic_ms() > give_up_ms)
        support_fail_at(file, line, "waited %d s in vain for %s", FIXTURE_PATIENCE_MS / 1000, what);
}
