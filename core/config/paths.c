/* Finds where everything lies. */
#include "core/config/paths.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"

#ifndef CHECKHOOK_SHARE_DIR
#define CHECKHOOK_SHARE_DIR "/usr/local/share/checkhook"
#endif

enum {
    PRIVATE_MODE = 0700,
    SYSTEM_CONFIG_MODE = 0755,
    LEVELS_ABOVE = 4, /* build/MODE/, build/MODE/tests/ and bin/ lie no deeper */
};

/* An environment variable that holds a whole path; others do not count. */
static const char *env_path(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] == '/' ? value : NULL;
}

static const char *env_text(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static char *absolute(const char *path)
{
    char folder[PATH_MAX];

    if (path[0] == '/' || !getcwd(folder, sizeof folder))
        return mem_strdup(path);
    return path_join(folder, path);
}

static const char *home_folder(void)
{
    const char *home = env_path("HOME");
    const struct passwd *user = home ? NULL : getpwuid(geteuid());

    return user ? user->pw_dir : home;
}

/* $VARIABLE/checkhook, else HOME/fallback/checkhook. */
static char *xdg_folder(const char *variable, const char *fallback, const char *home)
{
    const char *base = env_path(variable);

    return base ? path_join(base, "checkhook") : mem_printf("%s/%s/checkhook", home, fallback);
}

static bool find_folders(struct paths *p, const char *home, struct error *err)
{
    const char *one = home && *home ? home : env_text("CHECKHOOK_HOME");
    const char *own = home_folder();

    if (one) {
        p->config_dir = absolute(one);
        p->state_dir = mem_strdup(p->config_dir);
    } else if (geteuid() == 0) {
        p->config_dir = mem_strdup("/etc/checkhook");
        p->state_dir = mem_strdup("/var/lib/checkhook");
    } else if (own) {
        p->config_dir = xdg_folder("XDG_CONFIG_HOME", ".config", own);
        p->state_dir = xdg_folder("XDG_STATE_HOME", ".local/state", own);
    } else {
        return error_set(err, ERR_CONFIG,
                         "there is no home folder; set HOME, or name a folder with --home");
    }
    return true;
}

/* Not there yet, or this user may write in it. */
static bool may_be_ours(const char *folder)
{
    return !file_exists(folder) || faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
}

/* The user's own: in the one home where they may write there, else in the XDG folder, for root as
 * well. NULL: nowhere. */
static char *find_console_file(const struct paths *p, const char *home)
{
    const char *own = home_folder();
    const bool one = (home && *home) || env_text("CHECKHOOK_HOME");
    char *folder, *file;

    if (one && (!own || may_be_ours(p->config_dir)))
        return path_join(p->config_dir, "console.conf");
    if (!own)
        return NULL;
    folder = xdg_folder("XDG_CONFIG_HOME", ".config", own);
    file = path_join(folder, "console.conf");
    free(folder);
    return file;
}

static char *find_key(const char *state_dir)
{
    const char *credentials = env_path("CREDENTIALS_DIRECTORY");
    const char *own = env_text("CHECKHOOK_KEY_FILE");
    char *lent = credentials ? path_join(credentials, "checkhook.key") : NULL;

    if (lent && file_exists(lent))
        return lent;
    free(lent);
    return own ? absolute(own) : path_join(state_dir, "secret.key");
}

/* BASE/NAME where it holds a catalogue, else NULL. */
static char *share_in(const char *base, const char *name)
{
    char *folder = path_join(base, name);
    char *checks = path_join(folder, "checks");
    bool found = file_exists(checks);

    free(checks);
    if (found)
        return folder;
    free(folder);
    return NULL;
}

static char *share_above(const char *program)
{
    char *place = mem_strdup(program), *found = NULL;

    for (int i = 0; i < LEVELS_ABOVE && !found; i++) {
        dirname(place);
        found = share_in(place, "share");
        if (!found)
            found = share_in(place, "share/checkhook");
    }
    free(place);
    return found;
}

static char *find_share(void)
{
    const char *named = env_text("CHECKHOOK_SHARE");
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    char *found = NULL;

    if (named)
        return absolute(named);
    if (len > 0) {
        program[len] = '\0';
        found = share_above(program);
    }
    return found ? found : mem_strdup(CHECKHOOK_SHARE_DIR);
}

static bool make_folder(const char *path, mode_t mode, struct error *err)
{
    return file_exists(path) || file_make_dir(path, mode, err);
}

bool paths_resolve(struct paths *p, const char *home, struct error *err)
{
    *p = (struct paths){0};
    if (!find_folders(p, home, err))
        return false;
    p->config_file = path_join(p->config_dir, "checkhook.conf");
    p->console_file = find_console_file(p, home);
    p->checks_dir = path_join(p->config_dir, "checks.d");
    p->key_file = find_key(p->state_dir);
    p->db_file = path_join(p->state_dir, "checkhook.db");
    p->lock_file = path_join(p->state_dir, "lock");
    p->wake_file = path_join(p->state_dir, "wake");
    p->share_dir = find_share();
    return true;
}

void paths_release(struct paths *p)
{
    char *texts[] = {
        p->config_dir, p->state_dir, p->config_file, p->checks_dir, p->key_file,
        p->db_file,    p->lock_file, p->wake_file,   p->share_dir,  p->console_file,
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    *p = (struct paths){0};
}

bool paths_make(const struct paths *p, struct error *err)
{
    bool is_system = strcmp(p->config_dir, "/etc/checkhook") == 0;

    return make_folder(p->config_dir, is_system ? SYSTEM_CONFIG_MODE : PRIVATE_MODE, err) &&
           make_folder(p->state_dir, PRIVATE_MODE, err);
}
