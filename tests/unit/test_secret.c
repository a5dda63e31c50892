/* Tests of core/config/secret: sealing, the key file, references, and what a moved text does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/config/keyring.h"
#include "core/config/secret.h"
#include "tests/support/tmpdir.h"

static const char id_a[] = "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11";
static const char id_b[] = "6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12";
enum {
    NOW_S = 1788307200, /* 2026-09-02 */
    WAIT_S = 10,        /* then a call that waits ends the program */
};

struct fixture {
    struct tmpdir dir;
    char *key_file;
    struct keyring *keyring;
};

static int set_up(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);

    tmpdir_init(&f->dir);
    f->key_file = tmpdir_path(&f->dir, "state/secret.key");
    f->keyring = keyring_new(f->key_file);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    keyring_free(f->keyring);
    free(f->key_file);
    tmpdir_release(&f->dir);
    free(f);
    return 0;
}

static char *seal(struct fixture *f, const char *name, const char *clear)
{
    struct error err = {0};
    char *stored = NULL;

    if (!secret_seal(f->keyring, true, id_a, name, clear, strlen(clear), NOW_S, &stored, &err))
        fail_msg("%s", err.text);
    return stored;
}

static void assert_opens(struct fixture *f, const char *id, const char *name, const char *stored,
                         const char *clear)
{
    struct secret s = {0};
    struct error err = {0};

    if (!secret_open(f->keyring, id, name, stored, &s, &err))
        fail_msg("%s", err.text);
    assert_string_equal(s.text, clear);
    assert_int_equal(s.len, strlen(clear));
    secret_release(&s);
    assert_null(s.text);
}

static void assert_closed(struct fixture *f, const char *id, const char *name, const char *stored,
                          enum error_kind kind, const char *why)
{
    struct secret s = {0};
    struct error err = {0};

    assert_false(secret_open(f->keyring, id, name, stored, &s, &err));
    assert_null(s.text);
    assert_int_equal(err.kind, kind);
    assert_string_equal(err.text, why);
}

static void secret_seal__hides_and_gives_back(void **state)
{
    struct fixture *f = *state;
    char *stored = seal(f, "auth.password", "pä55 w0rd"), *again;

    assert_memory_equal(stored, "sealed:1:2026-09-02:", 20);
    assert_null(strstr(stored, "w0rd"));
    assert_int_equal(secret_form(stored), SECRET_SEALED);
    assert_opens(f, id_a, "auth.password", stored, "pä55 w0rd");
    again = seal(f, "auth.password", "pä55 w0rd");
    assert_string_not_equal(stored, again);
    free(again);
    free(stored);
}

static void secret_seal__makes_a_private_key_once(void **state)
{
    struct fixture *f = *state;
    char *first = seal(f, "auth.password", "a");

    assert_int_equal(tmpdir_mode(&f->dir, "state"), 0700);
    assert_int_equal(tmpdir_mode(&f->dir, "state/secret.key"), 0600);
    keyring_free(f->keyring);
    f->keyring = keyring_new(f->key_file);
    free(seal(f, "auth.password", "b"));
    assert_opens(f, id_a, "auth.password", first, "a");
    free(first);
}

static void secret_seal__refuses_what_is_no_secret(void **state)
{
    static char long_text[SECRET_MAX + 1];
    struct fixture *f = *state;
    struct error err = {0};
    char *stored = NULL;

    memset(long_text, 'x', sizeof long_text);
    assert_false(secret_seal(f->keyring, true, id_a, "n", "", 0, NOW_S, &stored, &err));
    assert_string_equal(err.text, "a secret must not be empty");
    assert_false(secret_seal(f->keyring, true, id_a, "n", "a\0b", 3, NOW_S, &stored, &err));
    assert_string_equal(err.text, "a secret cannot hold a NUL byte");
    assert_false(secret_seal(f->keyring, true, id_a, "n", long_text, sizeof long_text, NOW_S,
                             &stored, &err));
    assert_string_equal(err.text, "a secret may have 8192 bytes at most");
    assert_null(stored);
    assert_false(tmpdir_exists(&f->dir, "state/secret.key"));
    assert_true(
        secret_seal(f->keyring, true, id_a, "n", long_text, SECRET_MAX, NOW_S, &stored, &err));
    free(stored);
}

static void secret_open__refuses_a_moved_text(void **state)
{
    static const char why[] = "the secret cannot be opened: enter it again";
    struct fixture *f = *state;
    char *stored = seal(f, "auth.password", "a");

    assert_closed(f, id_b, "auth.password", stored, ERR_CRYPTO, why);
    assert_closed(f, id_a, "auth.key_value", stored, ERR_CRYPTO, why);
    free(stored);
}

static void secret_open__refuses_every_changed_byte(void **state)
{
    struct fixture *f = *state;
    char *stored = seal(f, "auth.password", "short");

    for (size_t i = 0; stored[i] && stored[i] != '='; i++) {
        struct secret s = {0};
        struct error err = {0};
        char kept = stored[i];

        stored[i] = kept == '2' ? '3' : '2';
        if (secret_open(f->keyring, id_a, "auth.password", stored, &s, &err))
            fail_msg("byte %zu was changed unseen", i);
        assert_int_equal(err.kind, ERR_CRYPTO);
        stored[i] = kept;
    }
    free(stored);
}

static void secret_open__refuses_a_cut_text(void **state)
{
    struct fixture *f = *state;
    char *stored = seal(f, "auth.password", "short");

    for (size_t len = strlen(stored); len-- > 1;) {
        struct secret s = {0};
        struct error err = {0};

        stored[len] = '\0';
        assert_false(secret_open(f->keyring, id_a, "auth.password", stored, &s, &err));
    }
    free(stored);
}

static void keyring_load__explains_a_bad_key_file(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    char bytes[33] = {0}, text[512];

    assert_false(keyring_load(f->keyring, false, &err));
    assert_int_equal(err.kind, ERR_CRYPTO);
    snprintf(text, sizeof text,
             "the key %s is missing: restore it from a backup, or, if it is lost, run checkhook "
             "config new-key and enter the secrets again",
             f->key_file);
    assert_string_equal(err.text, text);
    assert_false(tmpdir_exists(&f->dir, "state/secret.key"));

    for (size_t len = 31; len <= 33; len += 2) {
        free(tmpdir_write_bytes(&f->dir, "state/secret.key", bytes, len));
        assert_false(keyring_load(f->keyring, true, &err));
        assert_int_equal(err.kind, ERR_CRYPTO);
        snprintf(text, sizeof text,
                 "the key file %s has %zu bytes, not 32; restore it from a backup", f->key_file,
                 len);
        assert_string_equal(err.text, text);
    }
}

static void keyring_load__refuses_a_key_that_others_can_read(void **state)
{
    static const mode_t bad[] = {0640, 0604, 0620, 0644};
    struct fixture *f = *state;
    struct error err = {0};
    char bytes[32] = {0};

    free(tmpdir_write_bytes(&f->dir, "state/secret.key", bytes, sizeof bytes));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(chmod(f->key_file, bad[i]), 0);
        assert_false(keyring_load(f->keyring, true, &err));
        assert_int_equal(err.kind, ERR_CRYPTO);
        assert_non_null(strstr(err.text, "can be read by others"));
        assert_int_equal(tmpdir_mode(&f->dir, "state/secret.key"), bad[i]);
    }
    assert_int_equal(chmod(f->key_file, 0400), 0);
    assert_true(keyring_load(f->keyring, false, &err));
}

/* systemd grants a service its credentials by an access list: the group bits are its mask. */
static void keyring_load__takes_a_credential_of_systemd(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    char bytes[32] = {0}, *folder = tmpdir_path(&f->dir, "state");

    free(tmpdir_write_bytes(&f->dir, "state/secret.key", bytes, sizeof bytes));
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    assert_int_equal(chmod(f->key_file, 0444), 0);
    assert_false(keyring_load(f->keyring, false, &err));
    assert_int_equal(chmod(f->key_file, 0440), 0);
    assert_true(keyring_load(f->keyring, false, &err));
    unsetenv("CREDENTIALS_DIRECTORY");
    free(folder);
}

static void keyring_load__never_waits_for_a_pipe(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    free(tmpdir_write(&f->dir, "state/other", ""));
    assert_int_equal(mkfifo(f->key_file, 0600), 0);
    alarm(WAIT_S);
    assert_false(keyring_load(f->keyring, true, &err));
    alarm(0);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_non_null(strstr(err.text, "is not a file"));
}

/* A limit on the size of files cuts the write, as a full disk does. */
static void keyring_load__makes_no_half_key(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct rlimit whole, half;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    char *why = mem_printf(
        "the key %s cannot be made: No space left on device; free some space and try again",
        f->key_file);

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    half = (struct rlimit){.rlim_cur = KEY_BYTES / 2, .rlim_max = whole.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &half), 0);
    bool made = keyring_load(f->keyring, true, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
    signal(SIGXFSZ, handler);
    assert_false(made);
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_string_equal(err.text, why);
    assert_false(tmpdir_exists(&f->dir, "state/secret.key"));
    free(why);
}

static void secret_open__refuses_another_key(void **state)
{
    struct fixture *f = *state;
    char *stored = seal(f, "auth.password", "a"), bytes[32] = {1};

    free(tmpdir_write_bytes(&f->dir, "state/secret.key", bytes, sizeof bytes));
    keyring_free(f->keyring);
    f->keyring = keyring_new(f->key_file);
    assert_closed(f, id_a, "auth.password", stored, ERR_CRYPTO,
                  "the secret cannot be opened: enter it again");
    free(stored);
}

static void secret_open__resolves_references_when_used(void **state)
{
    struct fixture *f = *state;
    char *path = tmpdir_path(&f->dir, "token");
    char *reference = mem_printf("file:%s", path);
    char *why = mem_printf("the secret's file: %s cannot be read: No such file or directory", path);

    unsetenv("CHECKHOOK_TEST_SECRET");
    assert_closed(f, id_a, "n", "env:CHECKHOOK_TEST_SECRET", ERR_NOT_FOUND,
                  "the environment variable CHECKHOOK_TEST_SECRET is not set");
    setenv("CHECKHOOK_TEST_SECRET", "from env", 1);
    assert_opens(f, id_a, "n", "env:CHECKHOOK_TEST_SECRET", "from env");
    unsetenv("CHECKHOOK_TEST_SECRET");

    assert_closed(f, id_a, "n", reference, ERR_NOT_FOUND, why);
    free(tmpdir_write(&f->dir, "token", "@-\n\n"));
    assert_opens(f, id_a, "n", reference, "@-\n");
    free(tmpdir_write(&f->dir, "token", "x\r\n"));
    assert_opens(f, id_a, "n", reference, "x");
    free(tmpdir_write(&f->dir, "token", "x"));
    assert_opens(f, id_a, "n", reference, "x");
    assert_closed(f, id_a, "n", NULL, ERR_NOT_FOUND, "the secret is not set: enter it");
    assert_false(tmpdir_exists(&f->dir, "state/secret.key"));
    free(why);
    free(reference);
    free(path);
}

static void secret_open__refuses_a_file_that_is_too_long(void **state)
{
    static char bytes[SECRET_MAX + 100];
    struct fixture *f = *state;
    struct secret s = {0};
    struct error err = {0};
    char *path, *reference;

    memset(bytes, 'x', sizeof bytes);
    path = tmpdir_write_bytes(&f->dir, "token", bytes, sizeof bytes);
    reference = mem_printf("file:%s", path);
    assert_false(secret_open(f->keyring, id_a, "n", reference, &s, &err));
    assert_non_null(strstr(err.text, "8192 bytes at most"));
    bytes[SECRET_MAX] = '\n';
    free(tmpdir_write_bytes(&f->dir, "token", bytes, SECRET_MAX + 1));
    assert_true(secret_open(f->keyring, id_a, "n", reference, &s, &err));
    assert_int_equal(s.len, SECRET_MAX);
    secret_release(&s);
    free(reference);
    free(path);
}

static void secret_open__never_waits_for_a_pipe(void **state)
{
    struct fixture *f = *state;
    char *path = tmpdir_path(&f->dir, "pipe");
    char *reference = mem_printf("file:%s", path);
    char *why = mem_printf("the secret's file: %s is not a file", path);

    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(WAIT_S);
    assert_closed(f, id_a, "n", reference, ERR_IO, why);
    assert_closed(f, id_a, "n", "file:/dev/zero", ERR_IO,
                  "the secret's file: /dev/zero is not a file");
    alarm(0);
    free(why);
    free(reference);
    free(path);
}

static void secret_form__knows_the_stored_forms(void **state)
{
    static const struct {
        const char *stored;
        enum secret_form form;
        const char *says;
    } rows[] = {
        {NULL, SECRET_UNSET, "not set"},
        {"", SECRET_UNSET, "not set"},
        {"sealed:1:2026-09-02:QUJD", SECRET_SEALED, "stored 2026-09-02"},
        {"sealed:2:2026-09-02:QUJD", SECRET_BAD, "not set"},
        {"sealed:1:2026-9-2:QUJD", SECRET_BAD, "not set"},
        {"sealed:1:2026-09-02:", SECRET_BAD, "not set"},
        {"sealed:1:2026", SECRET_BAD, "not set"},
        {"env:A_1", SECRET_ENV, "from environment A_1"},
        {"env:1A", SECRET_BAD, "not set"},
        {"env:", SECRET_BAD, "not set"},
        {"env:A=B", SECRET_BAD, "not set"},
        {"file:/run/x", SECRET_FILE, "from file /run/x"},
        {"file:x", SECRET_BAD, "not set"},
        {"hunter2", SECRET_BAD, "not set"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *says = secret_describe(rows[i].stored);

        assert_int_equal(secret_form(rows[i].stored), rows[i].form);
        assert_string_equal(says, rows[i].says);
        free(says);
    }
}

static void secret_rebind__moves_on_purpose(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    char *stored = seal(f, "params/header/x-key", "v"), *moved = NULL;
    char *name = secret_param_name("params", PLACE_HEADER, "X-Key");

    assert_string_equal(name, "params/header/x-key");
    assert_true(
        secret_rebind(f->keyring, id_a, name, stored, id_b, "params/query/k", NOW_S, &moved, &err));
    assert_opens(f, id_b, "params/query/k", moved, "v");
    free(moved);
    assert_true(secret_rebind(f->keyring, id_a, name, "env:X", id_b, "n", NOW_S, &moved, &err));
    assert_string_equal(moved, "env:X");
    free(moved);
    free(name);
    free(stored);
}

static void integration_duplicate__binds_all_secrets_anew(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct integration in, copy = {0};

    integration_init(&in);
    memcpy(in.id, id_a, sizeof in.id);
    in.name = mem_strdup("one");
    in.auth.type = AUTH_BASIC;
    in.auth.password = seal(f, "auth.password", "pass");
    param_set(&in.params, PLACE_BODY, "plain", "text", false);
    in.params.items[0].value[0] = 'T';
    char *sealed = seal(f, "params/query/k", "q");
    param_set(&in.params, PLACE_QUERY, "k", sealed, true);
    free(sealed);

    assert_true(integration_duplicate(f->keyring, &in, "two", NOW_S, &copy, &err));
    assert_string_equal(copy.name, "two");
    assert_string_not_equal(copy.id, in.id);
    assert_opens(f, copy.id, "auth.password", copy.auth.password, "pass");
    assert_opens(f, copy.id, "params/query/k", copy.params.items[1].value, "q");
    assert_string_equal(copy.params.items[0].value, "Text");
    integration_release(&copy);

    in.id[0] = '0';
    assert_false(integration_duplicate(f->keyring, &in, "two", NOW_S, &copy, &err));
    assert_string_equal(err.text, "auth.password: the secret cannot be opened: enter it again");
    integration_release(&copy);
    integration_release(&in);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(secret_seal__hides_and_gives_back),
        T(secret_seal__makes_a_private_key_once),
        T(secret_seal__refuses_what_is_no_secret),
        T(secret_open__refuses_a_moved_text),
        T(secret_open__refuses_every_changed_byte),
        T(secret_open__refuses_a_cut_text),
        T(keyring_load__explains_a_bad_key_file),
        T(keyring_load__refuses_a_key_that_others_can_read),
        T(keyring_load__takes_a_credential_of_systemd),
        T(keyring_load__never_waits_for_a_pipe),
        T(keyring_load__makes_no_half_key),
        T(secret_open__refuses_another_key),
        T(secret_open__resolves_references_when_used),
        T(secret_open__never_waits_for_a_pipe),
        T(secret_open__refuses_a_file_that_is_too_long),
        T(secret_form__knows_the_stored_forms),
        T(secret_rebind__moves_on_purpose),
        T(integration_duplicate__binds_all_secrets_anew),
    };
#undef T

    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
