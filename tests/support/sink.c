/* The counting web server of the tests: libmicrohttpd, one thread, event ids in a hash table. */
#include "tests/support/sink.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"

enum { ID_BYTES = 16, ID_TEXT = 36, WAIT_MS = 20, CONNECTIONS = 1000 };

static const char event_header[] = "X-Checkhook-Event-Id";

struct id {
    unsigned char bytes[ID_BYTES];
};

/* Open addressing; a slot of zeroes is empty (the nil UUID counts as strange). */
struct ids {
    struct id *slots;
    size_t room, used; /* room is 0 or a power of two */
};

struct place {
    char *path; /* NULL for the answers of all others */
    struct sink_answer *answers;
    size_t answer_count, next;
    struct sink_counts counts;
    struct ids ids;
};

/* One request from its first line to its end; in the delayed list while it waits. */
struct visit {
    struct MHD_Connection *connection;
    struct visit *next;
    int64_t due_ms;
    struct sink_answer answer;
};

struct sink {
    struct MHD_Daemon *daemon;
    pthread_t thread;
    int port;
    atomic_bool stop;
    atomic_size_t connections;
    struct visit *delayed; /* of the thread alone */

    pthread_mutex_t mutex; /* guards everything below */
    pthread_cond_t came;
    struct place **places;
    size_t place_count;
};

/* --- event ids */

static const struct id no_id;

static bool id_parse(const char *text, struct id *id)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    if (!text || strlen(text) != ID_TEXT)
        return false;
    *id = no_id;
    for (size_t i = 0; i < ID_TEXT; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char *digit = dash ? NULL : strchr(digits, text[i]);

        if (dash ? text[i] != '-' : !digit)
            return false;
        if (digit) {
            id->bytes[n / 2] = (unsigned char)(id->bytes[n / 2] << 4 | (digit - digits));
            n++;
        }
    }
    return memcmp(id, &no_id, sizeof *id) != 0;
}

static void id_text(const struct id *id, char text[ID_TEXT + 1])
{
    char *at = text;

    for (size_t i = 0; i < ID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        at += snprintf(at, 3, "%02x", id->bytes[i]);
    }
}

/* Where the id is, or the empty slot where it belongs. Ids are random: their end is the hash. */
static struct id *ids_slot(const struct ids *ids, const struct id *id)
{
    size_t at;

    memcpy(&at, id->bytes + ID_BYTES - sizeof at, sizeof at);
    while (memcmp(&ids->slots[at &= ids->room - 1], &no_id, sizeof no_id) != 0 &&
           memcmp(&ids->slots[at], id, sizeof *id) != 0)
        at++;
    return &ids->slots[at];
}

static bool ids_has(const struct ids *ids, const struct id *id)
{
    return ids->room && memcmp(ids_slot(ids, id), id, sizeof *id) == 0;
}

static void ids_grow(struct ids *ids)
{
    struct ids more = {.room = ids->room ? 2 * ids->room : 64, .used = ids->used};

    more.slots = mem_zalloc(more.room * sizeof *more.slots);
    for (size_t i = 0; i < ids->room; i++)
        if (memcmp(&ids->slots[i], &no_id, sizeof no_id) != 0)
            *ids_slot(&more, &ids->slots[i]) = ids->slots[i];
    free(ids->slots);
    *ids = more;
}

/* False when it was there already. */
static bool ids_add(struct ids *ids, const struct id *id)
{
    if (ids_has(ids, id))
        return false;
    if (2 * (ids->used + 1) > ids->room)
        ids_grow(ids);
    *ids_slot(ids, id) = *id;
    ids->used++;
    return true;
}

/* --- paths; the mutex is held */

static struct place *find_place(struct sink *sink, const char *path)
{
    for (size_t i = 0; i < sink->place_count; i++) {
        struct place *place = sink->places[i];

        if (path && place->path ? strcmp(place->path, path) == 0 : path == place->path)
            return place;
    }
    return NULL;
}

static struct place *make_place(struct sink *sink, const char *path)
{
    struct place *place = find_place(sink, path);

    if (!place) {
        struct place **slot = list_add(&sink->places, &sink->place_count, sizeof *slot);

        *slot = place = mem_zalloc(sizeof *place);
        place->path = mem_strdup(path);
    }
    return place;
}

static struct sink_answer next_answer(struct sink *sink, struct place *place)
{
    struct place *scripted = place->answer_count ? place : find_place(sink, NULL);

    if (!scripted || scripted->answer_count == 0)
        return (struct sink_answer){.status = MHD_HTTP_NO_CONTENT};
    struct sink_answer answer = scripted->answers[scripted->next];
    scripted->next = (scripted->next + 1) % scripted->answer_count;
    if (answer.status == 0)
        answer.status = MHD_HTTP_NO_CONTENT;
    return answer;
}

static void count(struct place *place, const struct id *id, int status)
{
    place->counts.requests++;
    place->counts.strange += id == NULL;
    if (status / 100 != 2)
        return;
    place->counts.accepted++;
    if (id && ids_add(&place->ids, id))
        place->counts.unique++;
    else if (id)
        place->counts.repeats++;
}

/* --- the thread of libmicrohttpd */

struct id_search {
    const char *text;
    size_t found;
};

static enum MHD_Result search_id(void *ctx, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    struct id_search *search = ctx;

    (void)kind;
    if (strcasecmp(name, event_header) == 0) {
        search->text = value;
        search->found++;
    }
    return MHD_YES;
}

/* Counts the request and says what to answer. An id counts before the answer is on its way. */
static struct sink_answer receive(struct sink *sink, struct MHD_Connection *connection,
                                  const char *path)
{
    struct id_search search = {0};
    struct id id;

    MHD_get_connection_values(connection, MHD_HEADER_KIND, search_id, &search);
    bool known = search.found == 1 && id_parse(search.text, &id);
    pthread_mutex_lock(&sink->mutex);
    struct place *place = make_place(sink, path);
    struct sink_answer answer = next_answer(sink, place);
    count(place, known ? &id : NULL, answer.status);
    pthread_cond_broadcast(&sink->came);
    pthread_mutex_unlock(&sink->mutex);
    return answer;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection,
                                   const struct sink_answer *answer)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    char seconds[16];

    if (answer->retry_after_s != 0) {
        snprintf(seconds, sizeof seconds, "%d", answer->retry_after_s);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    struct sink *sink = ctx;
    struct visit *visit = *state;

    (void)method;
    (void)version;
    (void)upload;
    if (!visit) {
        *state = visit = mem_zalloc(sizeof *visit);
        visit->connection = connection;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (visit->answer.status == 0) {
        visit->answer = receive(sink, connection, url);
        if (visit->answer.delay_ms > 0) {
            visit->due_ms = support_now_ms() + visit->answer.delay_ms;
            visit->next = sink->delayed;
            sink->delayed = visit;
            MHD_suspend_connection(connection);
            return MHD_YES;
        }
    }
    return send_answer(connection, &visit->answer);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)ctx;
    (void)connection;
    (void)code;
    free(*state);
    *state = NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **state,
                          enum MHD_ConnectionNotificationCode code)
{
    struct sink *sink = ctx;

    (void)connection;
    (void)state;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        atomic_fetch_add(&sink->connections, 1);
}

/* Wakes the requests whose time has come; returns how long the next one may wait. */
static int resume_due(struct sink *sink, int64_t now_ms)
{
    int64_t wait_ms = WAIT_MS;

    for (struct visit **at = &sink->delayed; *at;) {
        struct visit *visit = *at;

        if (visit->due_ms <= now_ms) {
            *at = visit->next;
            MHD_resume_connection(visit->connection);
            wait_ms = 0;
        } else {
            at = &visit->next;
            if (visit->due_ms - now_ms < wait_ms)
                wait_ms = visit->due_ms - now_ms;
        }
    }
    return (int)wait_ms;
}

static void *serve(void *ctx)
{
    struct sink *sink = ctx;

    while (!atomic_load(&sink->stop))
        MHD_run_wait(sink->daemon, resume_due(sink, support_now_ms()));
    resume_due(sink, INT64_MAX);
    MHD_run_wait(sink->daemon, 0);
    MHD_stop_daemon(sink->daemon);
    return NULL;
}

/* --- public */

struct sink *sink_start(void)
{
    struct sink *sink = mem_zalloc(sizeof *sink);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    pthread_mutex_init(&sink->mutex, NULL);
    pthread_cond_init(&sink->came, NULL);
    sink->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, sink,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, sink, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS, MHD_OPTION_LISTEN_BACKLOG_SIZE, 511u, MHD_OPTION_END);
    if (!sink->daemon)
        support_die("cannot start the sink");
    sink->port = MHD_get_daemon_info(sink->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    if (pthread_create(&sink->thread, NULL, serve, sink) != 0)
        support_die("cannot start the thread of the sink");
    return sink;
}

void sink_stop(struct sink *sink)
{
    if (!sink)
        return;
    atomic_store(&sink->stop, true);
    pthread_join(sink->thread, NULL);
    for (size_t i = 0; i < sink->place_count; i++) {
        free(sink->places[i]->path);
        free(sink->places[i]->answers);
        free(sink->places[i]->ids.slots);
        free(sink->places[i]);
    }
    free(sink->places);
    pthread_cond_destroy(&sink->came);
    pthread_mutex_destroy(&sink->mutex);
    free(sink);
}

int sink_port(const struct sink *sink)
{
    return sink->port;
}

char *sink_url(const struct sink *sink, const char *path)
{
    return mem_printf("http://127.0.0.1:%d%s", sink->port, path);
}

void sink_script(struct sink *sink, const char *path, const struct sink_answer *answers,
                 size_t answer_count)
{
    pthread_mutex_lock(&sink->mutex);
    struct place *place = make_place(sink, path);
    free(place->answers);
    place->answers = mem_dup(answers, answer_count * sizeof *answers);
    place->answer_count = answer_count;
    place->next = 0;
    pthread_mutex_unlock(&sink->mutex);
}

void sink_answer(struct sink *sink, const char *path, struct sink_answer answer)
{
    sink_script(sink, path, &answer, 1);
}

static struct sink_counts sum(struct sink *sink, const char *path)
{
    struct sink_counts all = {0};

    for (size_t i = 0; i < sink->place_count; i++) {
        const struct place *place = sink->places[i];

        if (path && (!place->path || strcmp(place->path, path) != 0))
            continue;
        all.requests += place->counts.requests;
        all.accepted += place->counts.accepted;
        all.unique += place->counts.unique;
        all.repeats += place->counts.repeats;
        all.strange += place->counts.strange;
    }
    return all;
}

struct sink_counts sink_counts(struct sink *sink, const char *path)
{
    pthread_mutex_lock(&sink->mutex);
    struct sink_counts all = sum(sink, path);
    pthread_mutex_unlock(&sink->mutex);
    return all;
}

bool sink_has(struct sink *sink, const char *path, const char *event_id)
{
    struct id id;

    if (!id_parse(event_id, &id))
        return false;
    pthread_mutex_lock(&sink->mutex);
    const struct place *place = find_place(sink, path);
    bool has = place && ids_has(&place->ids, &id);
    pthread_mutex_unlock(&sink->mutex);
    return has;
}

void sink_each(struct sink *sink, const char *path, void (*visit)(void *ctx, const char *event_id),
               void *ctx)
{
    char text[ID_TEXT + 1];

    pthread_mutex_lock(&sink->mutex);
    const struct place *place = find_place(sink, path);
    for (size_t i = 0; place && i < place->ids.room; i++) {
        if (memcmp(&place->ids.slots[i], &no_id, sizeof no_id) == 0)
            continue;
        id_text(&place->ids.slots[i], text);
        visit(ctx, text);
    }
    pthread_mutex_unlock(&sink->mutex);
}

bool sink_wait(struct sink *sink, const char *path, size_t unique, int timeout_ms)
{
    struct timespec until;
    int late = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&sink->mutex);
    while (sum(sink, path).unique < unique && late == 0)
        late = pthread_cond_timedwait(&sink->came, &sink->mutex, &until);
    bool enough = sum(sink, path).unique >= unique;
    pthread_mutex_unlock(&sink->mutex);
    return enough;
}

size_t sink_connections(struct sink *sink)
{
    return atomic_load(&sink->connections);
}
