"""The 20 simplest checks over a JSON Lines file, as a script of an administrator would do them."""
import calendar
import json
import sys
import time

NOW = time.time()
DAY = 86400


def age(user, name):
    """Days since then; None = not known."""
    at = user.get(name)
    return None if at is None else (NOW - calendar.timegm(time.strptime(at, "%Y-%m-%dT%H:%M:%SZ"))) / DAY


def older(days, limit):
    return days is not None and days > limit


failing = {}
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        user = json.loads(line)
        on = user.get("enabled") is True
        admin = on and user.get("is_admin") is True
        kind = user.get("user_type", "member")
        no_mfa = user.get("mfa_enrolled") is False
        seen, made, changed = age(user, "last_login_at"), age(user, "created_at"), age(user, "password_changed_at")
        never = user.get("last_login_known") is True and seen is None
        secret = user.get("password_enabled", True)
        for check, fails in (
            ("admin-no-mfa", admin and no_mfa),
            ("no-mfa", on and secret and kind not in ("service", "guest") and no_mfa),
            ("guest-no-mfa", on and kind == "guest" and no_mfa),
            ("mfa-bypass", on and user.get("mfa_bypass") is True),
            ("mfa-not-enforced", on and user.get("mfa_enrolled") is True and user.get("mfa_enforced") is False),
            ("inactive-90", on and older(seen, 90)),
            ("inactive-45", on and older(seen, 45) and not older(seen, 90)),
            ("admin-inactive-30", admin and older(seen, 30)),
            ("never-logged-in", on and never and older(made, 14)),
            ("admin-never-logged-in", admin and never),
            ("guest-inactive-60", on and kind == "guest" and older(made if never else seen, 60)),
            ("guest-admin", admin and kind in ("guest", "external")),
            ("admin-synced", admin and user.get("on_prem_synced") is True),
            ("stale-password-365", on and secret and older(changed, 365)),
            ("admin-stale-password-180", admin and secret and older(changed, 180)),
            ("password-never-expires", on and user.get("password_never_expires") is True),
            ("password-not-required", on and user.get("password_not_required") is True),
            ("locked-out", user.get("status") == "locked"),
            ("pending-30", user.get("status") == "pending" and older(made, 30)),
            ("risky-user", on and user.get("risk_level") == "high"),
        ):
            if fails:
                failing[check] = failing.get(check, 0) + 1
print(json.dumps(failing))
