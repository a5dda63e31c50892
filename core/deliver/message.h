/*
 * The bodies of messages, byte for byte as DESIGN 6 prints them: compact JSON, fixed order of keys.
 */
#ifndef CHECKHOOK_CORE_DELIVER_MESSAGE_H
#define CHECKHOOK_CORE_DELIVER_MESSAGE_H

#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/config/model.h"
#include "core/deliver/credentials.h"
#include "core/store/outbox.h"

/* What stands as check for a test in lists, and as detail-type in the message. */
extern const char message_test_type[]; /* "WebhookTest" */

/* The same for a sample notification; in the message it is the checkId. */
extern const char message_sample_type[]; /* "SampleNotification" */

/* The event of Test Connectivity with fresh ids; `out` is zeroed or released before. */
void message_test_event(struct event *out, int64_t now_ms);

/*
 * A notification as a run would send it, with invented users of example.com, to try out what a
 * receiver makes of it. It is recorded as a test, and its checkId and title say so.
 */
void message_sample_event(struct event *out, int64_t now_ms);

/*
 * Appends the message of `event` as `in` wants it: envelope or notification (that of Test
 * Connectivity is always the envelope), with or without explanation, body parameters last.
 * event->detail is a JSON object.
 */
void message_render(struct strbuf *out, const struct event *event, const struct integration *in,
                    const struct general *general, const struct credentials *credentials);

#endif
