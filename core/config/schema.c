/* The settings: one row each. */
#include "core/config/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/url.h"
#include "core/config/validate.h"

#define IN(member)  offsetof(struct integration, member)
#define GEN(member) offsetof(struct general, member)

static const struct choice auth_types[] = {
    {"none", "None", AUTH_NONE},
    {"basic", "Basic", AUTH_BASIC},
    {"api_key", "API key", AUTH_API_KEY},
    {"oauth", "OAuth client credentials", AUTH_OAUTH},
    {0},
};

static const struct choice methods[] = {
    {"POST", "POST", METHOD_POST},       {"PUT", "PUT", METHOD_PUT},
    {"PATCH", "PATCH", METHOD_PATCH},    {"GET", "GET", METHOD_GET},
    {"HEAD", "HEAD", METHOD_HEAD},       {"OPTIONS", "OPTIONS", METHOD_OPTIONS},
    {"DELETE", "DELETE", METHOD_DELETE}, {0},
};

static const struct choice token_methods[] = {
    {"POST", "POST", METHOD_POST},
    {"PUT", "PUT", METHOD_PUT},
    {"GET", "GET", METHOD_GET},
    {0},
};

static const struct choice formats[] = {
    {"envelope", "Event envelope", FORMAT_ENVELOPE},
    {"notification", "Check notification", FORMAT_NOTIFICATION},
    {0},
};

static const struct choice client_auths[] = {
    {"basic", "Basic", CLIENT_AUTH_BASIC},
    {"basic_raw", "Basic, raw", CLIENT_AUTH_BASIC_RAW},
    {"post", "form body", CLIENT_AUTH_POST},
    {"none", "none", CLIENT_AUTH_NONE},
    {0},
};

static bool check_unpadded(const char *value, struct error *err)
{
    size_t len = strlen(value);

    if (isblank((unsigned char)value[0]) || isblank((unsigned char)value[len - 1]))
        return error_set(err, ERR_INVALID, "must not begin or end with a blank");
    return true;
}

/* RFC 7617: the first colon ends the user name. */
static bool check_username(const char *value, struct error *err)
{
    return !strchr(value, ':') || error_set(err, ERR_INVALID, "must not hold a colon");
}

static bool check_absolute(const char *value, struct error *err)
{
    return value[0] == '/' ||
           error_set(err, ERR_INVALID, "write the whole path of the file, beginning with /");
}

static bool check_proxy(const char *value, struct error *err)
{
    static const char *const socks[] = {"socks5://", "socks5h://"};
    struct url url = {0};
    char *text = NULL;
    bool ok;

    /* Only the scheme differs from what the URL parser accepts. */
    for (size_t i = 0; i < ARRAY_LEN(socks) && !text; i++) {
        if (strncmp(value, socks[i], strlen(socks[i])) == 0)
            text = mem_printf("http://%s", value + strlen(socks[i]));
    }
    ok = url_parse(&url, text ? text : value, err);
    url_release(&url);
    free(text);
    return ok || error_set(err, ERR_INVALID,
                           "write an http, https or socks5 URL such as http://proxy.example:3128, "
                           "without a user name");
}

/* The form of a UUID of any version: the tenant may be one that another product gave. */
static bool check_uuid(const char *value, struct error *err)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;

    while (value[i] && form[i] &&
           (form[i] == '-' ? value[i] == '-' : isxdigit((unsigned char)value[i]) != 0))
        i++;
    return (!value[i] && !form[i]) ||
           error_set(err, ERR_INVALID, "write a UUID such as 5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11");
}

static bool check_account(const char *value, struct error *err)
{
    return strspn(value, "0123456789") == strlen(value) ||
           error_set(err, ERR_INVALID, "write 12 digits");
}

const struct setting integration_settings[] = {
    {
        .name = "name",
        .label = "Display name",
        .help = "The name of this integration in lists and commands, unlike any other's.",
        .kind = KIND_TEXT,
        .section = SECTION_GENERAL,
        .offset = IN(name),
        .min = 1,
        .max = 64,
        .required = true,
        .check = check_unpadded,
    },
    {
        .name = "description",
        .label = "Description",
        .help = "What the receiver does with the events, for your colleagues.",
        .kind = KIND_TEXT,
        .section = SECTION_GENERAL,
        .offset = IN(description),
        .max = 512,
    },
    {
        .name = "enabled",
        .label = "Delivery",
        .help = "Whether events are delivered; while it is off, they wait.",
        .kind = KIND_BOOL,
        .section = SECTION_GENERAL,
        .offset = IN(enabled),
        .fallback = "true",
    },
    {
        .name = "auth.type",
        .label = "Authorization Type",
        .help = "How the receiver knows us; the fields below follow this choice.",
        .kind = KIND_CHOICE,
        .section = SECTION_AUTH,
        .offset = IN(auth.type),
        .choices = auth_types,
        .required = true,
    },
    {
        .name = "auth.username",
        .label = "User name",
        .help = "The user name of Basic authorization; it may not hold a colon.",
        .kind = KIND_TEXT,
        .section = SECTION_AUTH,
        .offset = IN(auth.username),
        .max = 512,
        .applies = APPLIES(AUTH_BASIC),
        .required = true,
        .check = check_username,
    },
    {
        .name = "auth.password",
        .label = "Password",
        .help = "The password of Basic authorization; it is stored sealed and never shown.",
        .kind = KIND_SECRET,
        .section = SECTION_AUTH,
        .offset = IN(auth.password),
        .applies = APPLIES(AUTH_BASIC),
        .required = true,
        .sent_to = "url",
    },
    {
        .name = "auth.key_name",
        .label = "API key name",
        .help = "The header that carries the key, such as x-api-client-token.",
        .kind = KIND_TEXT,
        .section = SECTION_AUTH,
        .offset = IN(auth.key_name),
        .max = 512,
        .applies = APPLIES(AUTH_API_KEY),
        .required = true,
        .check = header_name_allowed,
    },
    {
        .name = "auth.key_value",
        .label = "API key value",
        .help = "The key itself; it is stored sealed and never shown.",
        .kind = KIND_SECRET,
        .section = SECTION_AUTH,
        .offset = IN(auth.key_value),
        .applies = APPLIES(AUTH_API_KEY),
        .required = true,
        .sent_to = "url",
    },
    {
        .name = "auth.endpoint",
        .label = "Auth endpoint",
        .help = "URL where the token is requested. Tokens are renewed 60 s before they expire.",
        .kind = KIND_URL,
        .section = SECTION_AUTH,
        .offset = IN(auth.endpoint),
        .applies = APPLIES(AUTH_OAUTH),
        .required = true,
    },
    {
        .name = "auth.method",
        .label = "HTTP method",
        .help = "The method of the token request; nearly every provider wants POST.",
        .kind = KIND_CHOICE,
        .section = SECTION_AUTH,
        .offset = IN(auth.method),
        .fallback = "POST",
        .choices = token_methods,
        .applies = APPLIES(AUTH_OAUTH),
        .required = true,
    },
    {
        .name = "auth.client_id",
        .label = "Client ID",
        .help = "The identifier that the authorization server gave to checkhook.",
        .kind = KIND_TEXT,
        .section = SECTION_AUTH,
        .offset = IN(auth.client_id),
        .max = 512,
        .applies = APPLIES(AUTH_OAUTH),
        .required = true,
    },
    {
        .name = "auth.client_secret",
        .label = "Client secret",
        .help = "The secret of the client; it is stored sealed and never shown.",
        .kind = KIND_SECRET,
        .section = SECTION_AUTH,
        .offset = IN(auth.client_secret),
        .applies = APPLIES(AUTH_OAUTH),
        .required = true,
        .sent_to = "auth.endpoint",
    },
    {
        .name = "auth.client_auth",
        .label = "Send client as",
        .help = "How ID and secret are sent; providers differ, and want exactly one way.",
        .kind = KIND_CHOICE,
        .section = SECTION_AUTH,
        .offset = IN(auth.client_auth),
        .fallback = "post",
        .choices = client_auths,
        .applies = APPLIES(AUTH_OAUTH),
    },
    {
        .name = "auth.params",
        .label = "OAuth HTTP Parameters",
        .help = "Further values of the token request, such as scope or audience.",
        .kind = KIND_PARAMS,
        .section = SECTION_AUTH,
        .offset = IN(auth.params),
        .applies = APPLIES(AUTH_OAUTH),
        .sent_to = "auth.endpoint",
    },
    {
        .name = "url",
        .label = "Endpoint URL",
        .help = "Where events are sent; https, or http for receivers that you trust the way to.",
        .kind = KIND_URL,
        .section = SECTION_INVOCATION,
        .offset = IN(url),
        .required = true,
    },
    {
        .name = "method",
        .label = "Method",
        .help = "The HTTP method of the request; GET and HEAD send no event with it.",
        .kind = KIND_CHOICE,
        .section = SECTION_INVOCATION,
        .offset = IN(method),
        .fallback = "POST",
        .choices = methods,
    },
    {
        .name = "params",
        .label = "Invocation HTTP Parameters",
        .help = "Values added to every request, in its header, query or body.",
        .kind = KIND_PARAMS,
        .section = SECTION_INVOCATION,
        .offset = IN(params),
        .sent_to = "url",
    },
    {
        .name = "format",
        .label = "Format",
        .help = "The event envelope, or the check notification inside it alone.",
        .kind = KIND_CHOICE,
        .section = SECTION_INVOCATION,
        .offset = IN(format),
        .fallback = "envelope",
        .choices = formats,
    },
    {
        .name = "explain",
        .label = "Explain failures",
        .help = "Whether to send why each user fails, as explainabilityDetails.",
        .kind = KIND_BOOL,
        .section = SECTION_INVOCATION,
        .offset = IN(explain),
        .fallback = "false",
    },
    {
        .name = "timeout_s",
        .label = "Timeout",
        .help = "How long one attempt may take as a whole.",
        .kind = KIND_INT,
        .section = SECTION_INVOCATION,
        .offset = IN(timeout_s),
        .fallback = "30",
        .min = 1,
        .max = 300,
        .unit = "s",
    },
    {
        .name = "retry.max_attempts",
        .label = "Retries",
        .help = "How often a delivery is tried again after its first attempt.",
        .kind = KIND_INT,
        .section = SECTION_INVOCATION,
        .offset = IN(max_attempts),
        .fallback = "185",
        .max = 185,
    },
    {
        .name = "retry.max_age_h",
        .label = "Retry for",
        .help = "How old a delivery may become before it is given up.",
        .kind = KIND_INT,
        .section = SECTION_ADVANCED,
        .offset = IN(max_age_h),
        .fallback = "24",
        .min = 1,
        .max = 168,
        .unit = "h",
    },
    {
        .name = "rate_limit",
        .label = "Rate limit",
        .help = "The most deliveries that are started in a second; 0 sets no limit.",
        .kind = KIND_INT,
        .section = SECTION_ADVANCED,
        .offset = IN(rate_limit),
        .fallback = "300",
        .max = 1000000,
        .unit = "per second",
    },
    {
        .name = "max_in_flight",
        .label = "At the same time",
        .help = "The most deliveries that are under way at the same time.",
        .kind = KIND_INT,
        .section = SECTION_ADVANCED,
        .offset = IN(max_in_flight),
        .fallback = "4",
        .min = 1,
        .max = 64,
    },
    {
        .name = "max_event_kb",
        .label = "Largest event",
        .help = "An event larger than this is split; 0 never splits.",
        .kind = KIND_INT,
        .section = SECTION_ADVANCED,
        .offset = IN(max_event_kb),
        .fallback = "256",
        .max = 1000000,
        .unit = "KiB",
    },
    {
        .name = "tls.ca_file",
        .label = "CA file",
        .help = "A PEM file of the authorities to trust; empty means the system's.",
        .kind = KIND_TEXT,
        .section = SECTION_ADVANCED,
        .offset = IN(ca_file),
        .max = 4096,
        .check = check_absolute,
    },
    {
        .name = "tls.verify",
        .label = "Verify TLS",
        .help = "Whether the receiver's certificate is verified; switch off for trials only.",
        .kind = KIND_BOOL,
        .section = SECTION_ADVANCED,
        .offset = IN(tls_verify),
        .fallback = "true",
    },
    {
        .name = "proxy",
        .label = "Proxy",
        .help = "An http, https or socks5 URL that requests go through; empty means directly.",
        .kind = KIND_TEXT,
        .section = SECTION_ADVANCED,
        .offset = IN(proxy),
        .max = URL_MAX,
        .check = check_proxy,
    },
};

const size_t integration_setting_count = ARRAY_LEN(integration_settings);

const struct setting general_settings[] = {
    {
        .name = "tenant.id",
        .label = "Tenant ID",
        .help =
            "First half of every event's source (receivers may filter by it); made at first save.",
        .kind = KIND_TEXT,
        .offset = GEN(tenant_id),
        .check = check_uuid,
    },
    {
        .name = "tenant.account",
        .label = "Account",
        .help = "The account that every event names.",
        .kind = KIND_TEXT,
        .offset = GEN(tenant_account),
        .fallback = "000000000000",
        .min = 12,
        .max = 12,
        .check = check_account,
    },
    {
        .name = "tenant.region",
        .label = "Region",
        .help = "The region that every event names.",
        .kind = KIND_TEXT,
        .offset = GEN(tenant_region),
        .fallback = "us-east-2",
        .min = 1,
        .max = 64,
    },
    {
        .name = "schedule.hour",
        .label = "Daily run, hour",
        .help = "The hour (UTC) at which the service runs the checks.",
        .kind = KIND_INT,
        .offset = GEN(schedule_hour),
        .fallback = "6",
        .max = 23,
    },
    {
        .name = "schedule.minute",
        .label = "Daily run, minute",
        .help = "The minute at which the service runs the checks.",
        .kind = KIND_INT,
        .offset = GEN(schedule_minute),
        .fallback = "0",
        .max = 59,
    },
    {
        .name = "retention_days",
        .label = "Keep deliveries for",
        .help = "How long finished deliveries, runs and the audit are kept.",
        .kind = KIND_INT,
        .offset = GEN(retention_days),
        .fallback = "90",
        .min = 1,
        .max = 36500,
        .unit = "days",
    },
};

const size_t general_setting_count = ARRAY_LEN(general_settings);
