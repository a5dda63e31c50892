/* When the holder of the worker lock gives it up to whoever asks. */
#include "core/deliver/handover.h"

void handover_listen(struct handover *h, const struct worker_lock *lock, struct worker *worker,
                     int64_t now_ms)
{
    if (!worker_wake_drain(lock) || h->asked)
        return;
    *h = (struct handover){.asked = true, .asked_ms = now_ms};
    worker_stop_claiming(worker);
}

bool handover_due(const struct handover *h, const struct worker *worker, int64_t now_ms)
{
    return h->asked && (worker_sending(worker) == 0 || now_ms - h->asked_ms >= HANDOVER_MOST_MS);
}

int handover_timeout_ms(const struct handover *h, int timeout_ms, int64_t now_ms)
{
    if (!h->asked)
        return timeout_ms;
    const int64_t left_ms = h->asked_ms + HANDOVER_MOST_MS - now_ms;
    const int left = left_ms < 0 ? 0 : (int)left_ms;
    return timeout_ms < 0 || timeout_ms > left ? left : timeout_ms;
}
