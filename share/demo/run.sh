#!/bin/sh
# Shows checkhook's main job in a temporary home: three receivers, three integrations, a test of
# each, two imports, one run of the checks, and what arrived. Usage: run.sh CHECKHOOK
set -eu

checkhook=${1:?usage: run.sh CHECKHOOK}
samples=$(cd "$(dirname "$0")/../samples" && pwd)
home=$(mktemp -d "${TMPDIR:-/tmp}/checkhook-demo.XXXXXX")
receivers=

clean_up() {
    for pid in $receivers; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$home"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
    bold='' plain=''
fi
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
run() {
    printf '$ checkhook'
    for word in "$@"; do
        case $word in *' '*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$checkhook" --home "$home" "$@"
}

# start NAME OPTION…: a receiver on a free port; its address goes into $url.
start() {
    log=$home/$1.log
    shift
    "$checkhook" listen --port 0 "$@" >"$log" 2>&1 &
    receivers="$receivers $!"
    tries=0
    until grep -qs 'http://' "$log"; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { cat "$log" >&2; exit 1; }
        sleep 0.05
    done
    url=$(sed -n 's/.*\(http:\/\/[^ /,]*\).*/\1/p;/http:/q' "$log" | head -n 1)
}

random() { od -An -N12 -tx1 /dev/urandom | tr -d ' \n'; }
random >"$home/password"
random >"$home/token"
random >"$home/client-secret"

title 'Three receivers on this machine, one for each authorization type'
start tickets --basic "checkhook=@$home/password"
tickets=$url
start workflow --api-key "x-api-client-token=@$home/token"
workflow=$url
start siem --client "checkhook-demo=@$home/client-secret"
siem=$url
printf 'Ticket queue   %s  Basic\nWorkflow       %s  API key\nSIEM           %s  OAuth client credentials\n' \
    "$tickets" "$workflow" "$siem"

title 'One integration for each'
run integration add 'Ticket queue' url="$tickets/hook" auth.type=basic auth.username=checkhook \
    auth.password=@"$home/password"
run integration add Workflow url="$workflow/invoke" auth.type=api_key \
    auth.key_name=x-api-client-token auth.key_value=@"$home/token" \
    --param query:source=checkhook
run integration add SIEM url="$siem/collect" auth.type=oauth auth.endpoint="$siem/token" \
    auth.client_id=checkhook-demo auth.client_secret=@"$home/client-secret" \
    --auth-param body:scope=events:write --param body:environment=demo

title 'Test Connectivity'
for name in 'Ticket queue' Workflow SIEM; do
    run integration test "$name"
done

title 'The data sets: about 500 invented people, and an AWS credential report'
run data import "$samples/users.csv" --source people
run data import "$samples/aws-credential-report.csv"

title 'Which check tells whom'
run check enable admin-no-mfa 'Ticket queue' Workflow SIEM
run check enable mfa-bypass Workflow SIEM
run check enable root-access-key 'Ticket queue' SIEM
run check enable disabled-with-role SIEM

title 'Run Checks Now'
run check run

title 'What arrived'
run delivery list
for name in tickets workflow siem; do
    printf '%s received %s requests\n' "$name" "$(grep -c '^[A-Z]* /' "$home/$name.log" || true)"
done
title 'The last message the SIEM received'
sed -n '/^[A-Z]* \/collect/,$p' "$home/siem.log" | tail -n 45

delivered=$("$checkhook" --home "$home" delivery list --state delivered | tail -n +2 |
    grep -vc WebhookTest)
title "Done: $delivered notifications delivered."

if [ -t 0 ] && [ -t 1 ]; then
    printf 'Open the console on this demonstration? [y/N] '
    read -r answer || answer=
    case $answer in [yY]*) "$checkhook" --home "$home" ;; esac
fi
