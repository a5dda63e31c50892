/* Translates libcurl's results into faults. */
#include "core/base/mem.h"
#include "core/deliver/transport_private.h"

struct fault_row {
    CURLcode code;
    enum fault fault;
};

static const struct fault_row rows[] = {
    {CURLE_OK, FAULT_NONE},
    {CURLE_COULDNT_RESOLVE_PROXY, FAULT_PROXY},
    {CURLE_PROXY, FAULT_PROXY},
    {CURLE_COULDNT_RESOLVE_HOST, FAULT_RESOLVE},
    {CURLE_COULDNT_CONNECT, FAULT_CONNECT},
    {CURLE_OPERATION_TIMEDOUT, FAULT_TIMEOUT},
    {CURLE_GOT_NOTHING, FAULT_CLOSED},
    {CURLE_SEND_ERROR, FAULT_CLOSED},
    {CURLE_RECV_ERROR, FAULT_CLOSED},
    {CURLE_PARTIAL_FILE, FAULT_CLOSED},
    {CURLE_SSL_CONNECT_ERROR, FAULT_TLS},
    {CURLE_SSL_CACERT_BADFILE, FAULT_TLS},
    {CURLE_SSL_CIPHER, FAULT_TLS},
    {CURLE_UNSUPPORTED_PROTOCOL, FAULT_PROTOCOL},
    {CURLE_WEIRD_SERVER_REPLY, FAULT_PROTOCOL},
    {CURLE_HTTP2, FAULT_PROTOCOL},
    {CURLE_HTTP2_STREAM, FAULT_PROTOCOL},
    {CURLE_WRITE_ERROR, FAULT_PROTOCOL},
    {CURLE_BAD_CONTENT_ENCODING, FAULT_PROTOCOL},
    {CURLE_OUT_OF_MEMORY, FAULT_PROTOCOL}, /* header lines beyond libcurl's limit */
};

/* X509_V_ERR_… of OpenSSL, as CURLINFO_SSL_VERIFYRESULT gives them. libcurl compares the name
 * itself, before it has asked for a result. */
enum {
    VERIFY_OK = 0,
    VERIFY_NOT_ASKED = 1,
    VERIFY_NOT_YET_VALID = 9,
    VERIFY_EXPIRED = 10,
    VERIFY_HOST_MISMATCH = 62,
};

static enum fault fault_of_certificate(CURL *easy)
{
    long verify = 0;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verify);
    switch (verify) {
    case VERIFY_OK:
    case VERIFY_NOT_ASKED:
    case VERIFY_HOST_MISMATCH:
        return FAULT_TLS_HOST;
    case VERIFY_NOT_YET_VALID:
    case VERIFY_EXPIRED:
        return FAULT_TLS_EXPIRED;
    default:
        return FAULT_TLS_CA;
    }
}

enum fault fault_of(CURLcode code, CURL *easy, bool proxied)
{
    long connect_status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return fault_of_certificate(easy);
    if (proxied && (code == CURLE_COULDNT_CONNECT || connect_status >= 300))
        return FAULT_PROXY;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].code == code)
            return rows[i].fault;
    return FAULT_OTHER;
}
