/* Tests of core/base/actor: who acts, from where, and whom nobody can pretend to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/actor.h"
#include "core/base/mem.h"

static const char *who(struct actor_facts facts)
{
    static struct actor actor;
    actor_decide(&actor, &facts);
    return actor.who;
}

static const char *from(const char *ssh_client, const char *terminal)
{
    static struct actor actor;
    const struct actor_facts facts = {
        .user = "bob", .ssh_client = ssh_client, .terminal = terminal};
    actor_decide(&actor, &facts);
    return actor.from;
}

static void who__is_whoever_used_sudo(void **state)
{
    (void)state;
    assert_string_equal(
        who((struct actor_facts){
            .is_root = true, .sudo_user = "alice", .login_user = "carol", .user = "root"}),
        "alice");
    assert_string_equal(
        who((struct actor_facts){.is_root = true, .sudo_user = "DOM\\al.ice@x", .user = "root"}),
        "DOM\\al.ice@x");
}

static void who__is_whoever_logged_in(void **state)
{
    (void)state;
    assert_string_equal(
        who((struct actor_facts){.is_root = true, .login_user = "carol", .user = "root"}), "carol");
    assert_string_equal(who((struct actor_facts){.login_user = "carol", .user = "hook"}), "carol");
}

static void who__is_the_user_else(void **state)
{
    (void)state;
    assert_string_equal(who((struct actor_facts){.user = "hook"}), "hook");
}

static void who__cannot_be_pretended(void **state)
{
    static const char *const bad[] = {"",
                                      "a b",
                                      "alice\n",
                                      "\033[2Jroot",
                                      "al\u202eice",
                                      "a;root",
                                      "alice,root",
                                      "a-name-that-is-longer-than-any-user-may-have"};
    (void)state;
    /* An ordinary user may set what they like. */
    assert_string_equal(who((struct actor_facts){.sudo_user = "alice", .user = "bob"}), "bob");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_string_equal(
            who((struct actor_facts){.is_root = true, .sudo_user = bad[i], .user = "root"}),
            "root");
}

static void from__is_the_address(void **state)
{
    (void)state;
    assert_string_equal(from("10.1.2.3 50214 22", "/dev/pts/3"), "10.1.2.3");
    assert_string_equal(from("2001:db8::1 50214 22", "/dev/pts/3"), "2001:db8::1");
    assert_string_equal(from("fe80::1%eth0 50214 22", "/dev/pts/3"), "fe80::1");
    assert_string_equal(from("192.0.2.7", NULL), "192.0.2.7");
}

static void from__is_the_terminal_else(void **state)
{
    static const char *const bad[] = {NULL,         "",
                                      " ",          "localhost 1 2",
                                      "10.1.2 1 2", "\033]0;x\007",
                                      "10.1.2.3\n", "10.1.2.300 1 2"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_string_equal(from(bad[i], "/dev/pts/3"), "pts/3");
    assert_string_equal(from(NULL, NULL), "");
    assert_string_equal(from(NULL, "/somewhere/tty"), "/somewhere/tty");
}

static void find__knows_this_process(void **state)
{
    struct actor actor = {0};
    (void)state;
    setenv("SSH_CLIENT", "198.51.100.9 1 2", 1);
    actor_find(&actor, THROUGH_CONSOLE);
    assert_true(strlen(actor.who) > 0);
    assert_string_equal(actor.from, "198.51.100.9");
    assert_int_equal(actor.through, THROUGH_CONSOLE);
}

static void service__is_nobody_else(void **state)
{
    struct actor actor = {0};
    (void)state;
    actor_service(&actor);
    assert_string_equal(actor.who, "service");
    assert_string_equal(actor.from, "");
    assert_string_equal(through_text(actor.through), "service");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who__is_whoever_used_sudo), cmocka_unit_test(who__is_whoever_logged_in),
        cmocka_unit_test(who__is_the_user_else),     cmocka_unit_test(who__cannot_be_pretended),
        cmocka_unit_test(from__is_the_address),      cmocka_unit_test(from__is_the_terminal_else),
        cmocka_unit_test(find__knows_this_process),  cmocka_unit_test(service__is_nobody_else),
    };
    return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
