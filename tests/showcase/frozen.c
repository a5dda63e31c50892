/*
 * Preloaded into a program, it stops the clock and gives host, user and random bytes that are the
 * same each time, so that a screen can be compared with one that was looked at before.
 *
 * FROZEN_AT: Unix seconds; FROZEN_HOST, FROZEN_USER. What is not set stays as it is. FROZEN_SEED: a
 * number for other random bytes. Only the wall clock stands still: whoever waits, waits as ever.
 */
#include <dlfcn.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT int clock_gettime(clockid_t clock, struct timespec *out);
EXPORT time_t time(time_t *out);
EXPORT int gethostname(char *name, size_t size);
EXPORT struct passwd *getpwuid(uid_t uid);
EXPORT void randombytes_buf(void *out, size_t size);

static const char *frozen_at(void)
{
    return getenv("FROZEN_AT");
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    const char *at = frozen_at();
    if (!at || clock != CLOCK_REALTIME)
        return (int)syscall(SYS_clock_gettime, clock, out);
    *out = (struct timespec){.tv_sec = (time_t)atoll(at)};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gethostname(char *name, size_t size)
{
    int (*real)(char *, size_t) = (int (*)(char *, size_t))(uintptr_t)dlsym(RTLD_NEXT, __func__);
    const char *host = getenv("FROZEN_HOST");
    if (!host)
        return real(name, size);
    snprintf(name, size, "%s", host);
    return 0;
}

struct passwd *getpwuid(uid_t uid)
{
    static struct passwd me;
    struct passwd *(*real)(uid_t) =
        (struct passwd * (*)(uid_t))(uintptr_t)dlsym(RTLD_NEXT, __func__);
    struct passwd *entry = real(uid);
    char *user = getenv("FROZEN_USER");
    if (!user || !entry)
        return entry;
    me = *entry;
    me.pw_name = user;
    return &me;
}

/* splitmix64, from the same beginning in every process. */
void randombytes_buf(void *out, size_t size)
{
    static uint64_t state;
    const char *seed = getenv("FROZEN_SEED");
    if (state == 0)
        state = seed ? strtoull(seed, NULL, 10) : 1;
    unsigned char *bytes = out;
    for (size_t i = 0; i < size; i++) {
        uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        bytes[i] = (unsigned char)(z ^ (z >> 31));
    }
}
