/* Catches the signals that ask a command to stop. */
#include "core/cmd/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t seen; /* the signal; 0 = none */
static struct sigaction old_int, old_term;

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
    sigaction(SIGINT, &action, &old_int);
    sigaction(SIGTERM, &action, &old_term);
}

void interrupt_release(void)
{
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGTERM, &old_term, NULL);
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
