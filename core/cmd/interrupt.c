/* Catches the signals that ask a command to stop. */
#include "core/cmd/interrupt.h"

#include <signal.h>

#include "core/base/mem.h"

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t seen; /* the signal; 0 = none */
static struct sigaction old[ARRAY_LEN(stopping)];

static void on_signal(int signal_number)
{
    if (seen != 0) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    seen = signal_number;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    seen = 0;
    for (size_t i = 0; i < ARRAY_LEN(stopping); i++) {
        sigaction(stopping[i], NULL, &old[i]);
        if (old[i].sa_handler != SIG_IGN)
            sigaction(stopping[i], &action, NULL);
    }
}

void interrupt_release(void)
{
    for (size_t i = 0; i < ARRAY_LEN(stopping); i++)
        sigaction(stopping[i], &old[i], NULL);
}

bool interrupt_seen(void)
{
    return seen != 0;
}

void interrupt_obey(void)
{
    if (seen != 0)
        raise(seen);
}
