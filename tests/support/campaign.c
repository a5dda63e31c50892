/* Parameters, seeded numbers and the lines of a campaign. */
#include "tests/support/campaign.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/app.h"
#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/run.h"

enum { LOG_SHOWN = 4000 };

static bool is_long(void)
{
    const char *text = getenv("CAMPAIGN_LONG");
    return text && strcmp(text, "1") == 0;
}

int64_t campaign_number(const char *name, int64_t in_short, int64_t in_long)
{
    const char *text = getenv(name);
    char *end = NULL;
    if (!text || !*text)
        return is_long() ? in_long : in_short;
    errno = 0;
    int64_t number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < 0)
        support_die("%s=%s: that is no number", name, text);
    return number;
}

uint64_t campaign_seed(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t own = (now.tv_nsec / 1000 * 7919 + now.tv_sec + getpid()) % 1000000000;
    int64_t seed = campaign_number("CAMPAIGN_SEED", own, own);
    campaign_say("CAMPAIGN_SEED=%" PRId64, seed);
    return (uint64_t)seed;
}

struct dice dice_of(uint64_t seed)
{
    return (struct dice){seed};
}

/* SplitMix64: any seed will do, also 0 and its neighbours. */
uint64_t dice_roll(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

int64_t dice_between(struct dice *dice, int64_t least, int64_t most)
{
    return least + (int64_t)(dice_roll(dice) % (uint64_t)(most - least + 1));
}

void campaign_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("# ", stdout);
    vprintf(format, args);
    putchar('\n');
    fflush(stdout);
    va_end(args);
}

bool campaign_is_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}

static int64_t read_status(pid_t pid, const char *name)
{
    char path[64], line[256];
    int64_t kib = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "re");
    while (file && kib == 0 && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoll(line + strlen(name), NULL, 10);
    if (file)
        fclose(file);
    return kib;
}

int64_t campaign_peak_kib(pid_t pid)
{
    return read_status(pid, "VmHWM:");
}

int64_t campaign_memory_kib(pid_t pid)
{
    return read_status(pid, "VmRSS:");
}

void campaign_pause_us(int64_t us)
{
    struct timespec left = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

/* --- homes and processes --------------------------------------------------------------------- */

struct integration campaign_integration(const char *name, const char *url)
{
    struct integration in;
    integration_init(&in);
    in.name = mem_strdup(name);
    in.url = mem_strdup(url);
    in.auth.type = AUTH_NONE;
    in.rate_limit = 0;
    return in;
}

void campaign_save(const char *home, const struct integration *integrations, size_t count)
{
    struct error err = {0};
    struct app app;
    if (!app_open(&app, home, APP_CONFIG, &err) || !config_begin(&app.config, &err))
        support_die("%s", err.text);
    for (size_t i = 0; i < count; i++)
        config_put(&app.config, &integrations[i]);
    if (!config_commit(&app.config, &err))
        support_die("%s", err.text);
    app_close(&app);
}

void campaign_run_at(const char *file, int line, const char *home, const char *const *args)
{
    char variable[600];
    snprintf(variable, sizeof variable, "CHECKHOOK_HOME=%s", home);
    const char *const env[] = {variable, NULL};
    struct run_result r = run_checkhook(args, &(struct run_options){.env = env});
    if (r.status != 0)
        support_fail_at(file, line, "checkhook %s: status %d\n%s%s", args[0], r.status, r.out,
                        r.err);
    run_release(&r);
}

static _Noreturn void become(const char *home, const char *log, const char *const *args)
{
    enum { ARGS_MAX = 16 };
    const char *argv[ARGS_MAX + 1] = {run_product()};
    char *path = mem_printf("%s/%s", home, log);
    int in = open("/dev/null", O_RDONLY), out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (size_t i = 0; args[i] && i + 1 < ARGS_MAX; i++)
        argv[i + 1] = args[i];
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    setenv("CHECKHOOK_HOME", home, 1);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

pid_t campaign_start(const char *home, const char *log, const char *const *args)
{
    pid_t pid = fork();
    if (pid < 0)
        support_die("no process: %s", strerror(errno));
    if (pid == 0)
        become(home, log, args);
    return pid;
}

bool campaign_ended(pid_t pid, int *status)
{
    int how;
    if (waitpid(pid, &how, WNOHANG) != pid)
        return false;
    *status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
    return true;
}

void campaign_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

void campaign_show(const char *home, const char *log)
{
    char text[LOG_SHOWN + 1], *path = mem_printf("%s/%s", home, log);
    FILE *file = fopen(path, "re");
    if (file) {
        if (fseek(file, -LOG_SHOWN, SEEK_END) != 0)
            rewind(file);
        text[fread(text, 1, LOG_SHOWN, file)] = '\0';
        fprintf(stderr, "the end of %s:\n%s\n", log, text);
        fclose(file);
    }
    free(path);
}
