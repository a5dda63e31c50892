/* The words of verdicts. */
#include "core/deliver/outcome.h"

const char *verdict_text(enum verdict v)
{
    static const char *const words[] = {
        [VERDICT_DELIVERED] = "delivered", [VERDICT_RETRY] = "retry", [VERDICT_REFUSED] = "refused",
        [VERDICT_FAILED] = "failed",       [VERDICT_GONE] = "gone",
    };
    return words[v];
}
