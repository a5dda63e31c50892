/* Who runs this process, and from where. */
#include "core/base/actor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/text.h"

static const char login_file[] = "/proc/self/loginuid";
static const int64_t login_unset = 4294967295; /* (uid_t)-1: nobody logged in */

enum { NAME_MAX_BYTES = 32 }; /* useradd(8) */

static void put(char out[ACTOR_TEXT_MAX], const char *text)
{
    snprintf(out, ACTOR_TEXT_MAX, "%s", text ? text : "");
}

/* As user names are: those of domains hold @, \ and capital letters. */
static bool is_user_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._-@\\$+";
    const size_t len = name ? strlen(name) : 0;
    return len > 0 && len <= NAME_MAX_BYTES && strspn(name, letters) == len;
}

/* The first word of SSH_CLIENT, if it is an address; a link-local one names its interface. */
static bool read_address(const char *client, char out[ACTOR_TEXT_MAX])
{
    char address[ACTOR_TEXT_MAX];
    unsigned char parsed[sizeof(struct in6_addr)];
    const size_t len = client ? strcspn(client, " ") : 0;
    if (len == 0 || len >= sizeof address)
        return false;
    memcpy(address, client, len);
    address[len] = '\0';
    char *scope = strchr(address, '%');
    if (scope)
        *scope = '\0';
    const bool ok =
        inet_pton(AF_INET, address, parsed) == 1 || inet_pton(AF_INET6, address, parsed) == 1;
    if (ok)
        put(out, address);
    return ok;
}

static const char *short_terminal(const char *path)
{
    static const char folder[] = "/dev/";
    if (!path)
        return "";
    return strncmp(path, folder, sizeof folder - 1) == 0 ? path + sizeof folder - 1 : path;
}

void actor_decide(struct actor *actor, const struct actor_facts *facts)
{
    if (facts->is_root && is_user_name(facts->sudo_user))
        put(actor->who, facts->sudo_user);
    else
        put(actor->who, facts->login_user ? facts->login_user : facts->user);
    if (!read_address(facts->ssh_client, actor->from))
        put(actor->from, short_terminal(facts->terminal));
}

/* --- facts ---------------------------------------------------------------------------------- */

/* The name of a user, or the number where there is none. The caller frees. */
static char *user_name(uid_t uid)
{
    const struct passwd *user = getpwuid(uid);
    return user ? mem_strdup(user->pw_name) : mem_printf("%lu", (unsigned long)uid);
}

/* NULL where nobody logged in, as for a service or in many containers. The caller frees. */
static char *login_name(void)
{
    char text[32] = "";
    int64_t uid = 0;
    const int fd = open(login_file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    const ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len > 0 ? len : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (!text_to_int(text, 0, login_unset - 1, &uid))
        return NULL;
    return user_name((uid_t)uid);
}

/* Of the first of ours that is one; "" where none is. */
static void terminal_name(char out[ACTOR_TEXT_MAX])
{
    static const int places[] = {STDIN_FILENO, STDERR_FILENO, STDOUT_FILENO};
    out[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (isatty(places[i]) && ttyname_r(places[i], out, ACTOR_TEXT_MAX) == 0)
            return;
    }
    out[0] = '\0';
}

void actor_find(struct actor *actor, enum through through)
{
    char *login = login_name(), *user = user_name(geteuid());
    char terminal[ACTOR_TEXT_MAX];
    terminal_name(terminal);
    const struct actor_facts facts = {
        .is_root = geteuid() == 0,
        .sudo_user = getenv("SUDO_USER"),
        .login_user = login,
        .user = user,
        .ssh_client = getenv("SSH_CLIENT"),
        .terminal = terminal,
    };
    actor->through = through;
    actor_decide(actor, &facts);
    free(login);
    free(user);
}

void actor_service(struct actor *actor)
{
    *actor = (struct actor){.who = "service", .through = THROUGH_SERVICE};
}

const char *through_text(enum through through)
{
    static const char *const texts[] = {
        [THROUGH_COMMAND] = "command",
        [THROUGH_CONSOLE] = "console",
        [THROUGH_SERVICE] = "service",
    };
    return texts[through];
}
