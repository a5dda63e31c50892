#!/bin/bash
# Takes the pictures in this folder of the real program, in a real xterm on a virtual display.
# Usage: screenshots/take.sh CHECKHOOK
# Needs Debian's xvfb xterm imagemagick xdotool x11-utils fonts-jetbrains-mono.
set -euo pipefail

checkhook=$(realpath "${1:?usage: take.sh CHECKHOOK}")
here=$(cd "$(dirname "$0")" && pwd)
samples=$here/../share/samples
home=$(mktemp -d)
pids=()

clean_up() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$home"
}
trap clean_up EXIT

ch() { "$checkhook" --home "$home" "$@" >/dev/null 2>&1; }

# wait_for COMMAND…: until it succeeds, at most 10 s.
wait_for() {
    for _ in $(seq 200); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.05
    done
    echo "take.sh: gave up waiting for: $*" >&2
    exit 1
}

start_receiver() { # start_receiver NAME OPTION…
    local log=$home/$1.log
    shift
    "$checkhook" listen --port 0 "$@" >"$log" 2>&1 &
    pids+=($!)
    wait_for grep -qs 'http://' "$log"
    url=$(grep -o 'http://[^ ,]*' "$log" | head -n 1)
}

prepare() {
    printf 'a-secret' >"$home/secret"
    start_receiver audit --api-key "x-api-client-token=@$home/secret"
    ch integration add 'Audit archive' url="$url/in" auth.type=api_key \
        auth.key_name=x-api-client-token auth.key_value=@"$home/secret"
    start_receiver billing --client "svc-billing=@$home/secret"
    ch integration add 'Billing events' url="$url/v1/hooks" auth.type=oauth \
        auth.endpoint="$url/token" auth.client_id=svc-billing auth.client_secret=@"$home/secret" \
        --auth-param body:scope=alerts:write --param header:X-Tenant=emea
    start_receiver chat --basic "checkhook=@$home/secret"
    ch integration add 'Chat alerts' url="$url/room/7" auth.type=basic auth.username=checkhook \
        auth.password=@"$home/secret"
    start_receiver lake --status 503 --retry-after 40
    ch integration add 'Data lake' url="$url/ingest" auth.type=none
    ch integration add 'Legacy CRM' url=https://crm.example.com/hook auth.type=none enabled=false
    ch integration add 'Zürich DR site' url=https://dr.example.com/hooks auth.type=none
    ch integration test 'Audit archive' || true
    ch integration test 'Billing events' || true
    ch integration test 'Chat alerts' || true
    ch data import "$samples/users.csv" --source people
    ch data import "$samples/aws-credential-report.csv" --source aws
    ch check enable no-mfa 'Audit archive' 'Billing events' 'Data lake'
    ch check enable admin-no-mfa 'Audit archive' 'Chat alerts'
    ch check enable inactive-90 'Chat alerts' 'Legacy CRM'
    ch check enable root-access-key 'Audit archive' 'Billing events'
    ch check run || true
}

open_display() {
    for number in $(seq 90 120); do
        Xvfb ":$number" -screen 0 1600x1000x24 -nolisten tcp 2>/dev/null &
        pids+=($!)
        export DISPLAY=:$number
        for _ in $(seq 40); do
            xdpyinfo >/dev/null 2>&1 && kill -0 $! 2>/dev/null && return
            sleep 0.05
        done
    done
    echo 'take.sh: no free display' >&2
    exit 1
}

# shot NAME COLSxROWS KEY…: opens the console, presses the keys, saves NAME.png.
shot() {
    local name=$1 size=$2 window
    shift 2
    LC_ALL=C.UTF-8 xterm -T checkhook-shot -geometry "$size+0+0" -fa 'JetBrains Mono' -fs 11 -b 10 \
        +sb -bg '#16181d' -fg '#d8dbe2' -xrm 'XTerm*cursorBlink: false' \
        -xrm 'XTerm*allowTitleOps: false' -e "$checkhook" --home "$home" &
    local xterm=$!
    pids+=("$xterm")
    wait_for xdotool search --onlyvisible --name '^checkhook-shot$'
    window=$(xdotool search --onlyvisible --name '^checkhook-shot$' | tail -n 1)
    wait_for xdotool windowfocus --sync "$window"
    sleep 0.8
    for key in "$@"; do
        xdotool key --window "$window" "$key"
        sleep 0.4
    done
    sleep 0.4
    import -window "$window" "$here/$name.png"
    kill "$xterm"
    wait "$xterm" 2>/dev/null || true
}

prepare
open_display
shot integrations 100x30 Down Return
shot form 100x30 Down e
shot test 100x30 Down t
shot checks 100x30 2 Down
shot deliveries 100x30 4
