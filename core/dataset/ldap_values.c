/* Reads identifiers, times and names as directories write them. */
#include "core/dataset/ldap_values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"

static const int64_t time_max = 253402300799;     /* 9999-12-31T23:59:59Z */
static const int64_t epoch_1601 = -11644473600LL; /* of FILETIME, in Unix seconds */
static const int64_t ticks_per_second = 10000000;

void ldap_guid_text(const uint8_t b[LDAP_GUID_BYTES], char out[LDAP_GUID_TEXT])
{
    static const uint8_t order[LDAP_GUID_BYTES] = {3, 2, 1,  0,  5,  4,  7,  6,
                                                   8, 9, 10, 11, 12, 13, 14, 15};
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof order; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[b[order[i]] >> 4];
        *out++ = digits[b[order[i]] & 15];
    }
    *out = '\0';
}

enum ldap_filetime ldap_filetime(const char *text, int64_t *unix_s)
{
    int64_t ticks;
    if (!text_to_int(text, INT64_MIN, INT64_MAX, &ticks))
        return LDAP_BAD;
    if (ticks == 0 || ticks == INT64_MAX)
        return LDAP_NEVER;
    int64_t at = ticks / ticks_per_second + epoch_1601;
    if (at <= 0 || at > time_max)
        return LDAP_ABSURD;
    *unix_s = at;
    return LDAP_TIME;
}

bool ldap_generalized_time(const char *text, int64_t *unix_s)
{
    char digits[sizeof "YYYYMMDDhhmmss"] = "00000000000000", rfc[TIME_TEXT_MAX];
    size_t count = strspn(text, "0123456789");
    if (count != 10 && count != 12 && count != 14)
        return false;
    memcpy(digits, text, count);
    const char *zone = text + count;
    if ((*zone == '.' || *zone == ',') && count == 14)
        zone += 1 + strspn(zone + 1, "0123456789");
    bool utc = strcmp(zone, "Z") == 0;
    bool offset =
        (*zone == '+' || *zone == '-') && strlen(zone) == 5 && strspn(zone + 1, "0123456789") == 4;
    if (!utc && !offset)
        return false;
    const char *d = digits;
    snprintf(rfc, sizeof rfc, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.3s%s%.2s", d, d + 4, d + 6, d + 8,
             d + 10, d + 12, zone, utc ? "" : ":", utc ? "" : zone + 3);
    int64_t at;
    if (!time_parse(rfc, &at) || at <= 0)
        return false;
    *unix_s = at;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* One character behind a backslash: itself, or two hexadecimal digits of a byte. */
static size_t add_escaped(struct strbuf *value, const char *at)
{
    int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);
    if (low < 0) {
        strbuf_addc(value, at[0]);
        return 1;
    }
    strbuf_addc(value, (char)(high * 16 + low));
    return 2;
}

bool ldap_dn_first(const char *dn, struct strbuf *value, const char **rest)
{
    size_t before = value->len;
    const char *at = strchr(dn, '=');
    if (!at || at == dn || memchr(dn, ',', (size_t)(at - dn)))
        return false;
    at++;
    at += strspn(at, " ");
    while (*at && *at != ',' && *at != '+') {
        if (*at != '\\')
            strbuf_addc(value, *at++);
        else if (*++at)
            at += add_escaped(value, at);
    }
    const char *comma = strchr(at, ',');
    *rest = comma ? comma + 1 : at + strlen(at);
    const char *added = value->text + before;
    size_t len = value->len - before;
    return len > 0 && strlen(added) == len && utf8_valid(added, len);
}
