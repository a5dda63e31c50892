# The 20 simplest checks over a JSON Lines file, read one user at a time.
now as $now
| def age(f): if f == null then null else ($now - (f | fromdateiso8601)) / 86400 end;
  def older(f; n): f != null and f > n;
reduce inputs as $u ({};
    ($u.enabled == true) as $on
  | ($on and $u.is_admin == true) as $admin
  | ($u.user_type // "member") as $kind
  | ($u.mfa_enrolled == false) as $no_mfa
  | age($u.last_login_at) as $seen
  | age($u.created_at) as $made
  | age($u.password_changed_at) as $changed
  | ($u.last_login_known == true and $seen == null) as $never
  | ($u.password_enabled != false) as $secret
  | def count(id; f): if f then .[id] += 1 else . end;
    count("admin-no-mfa"; $admin and $no_mfa)
  | count("no-mfa"; $on and $secret and $kind != "service" and $kind != "guest" and $no_mfa)
  | count("guest-no-mfa"; $on and $kind == "guest" and $no_mfa)
  | count("mfa-bypass"; $on and $u.mfa_bypass == true)
  | count("mfa-not-enforced"; $on and $u.mfa_enrolled == true and $u.mfa_enforced == false)
  | count("inactive-90"; $on and older($seen; 90))
  | count("inactive-45"; $on and older($seen; 45) and (older($seen; 90) | not))
  | count("admin-inactive-30"; $admin and older($seen; 30))
  | count("never-logged-in"; $on and $never and older($made; 14))
  | count("admin-never-logged-in"; $admin and $never)
  | count("guest-inactive-60"; $on and $kind == "guest" and older(if $never then $made else $seen end; 60))
  | count("guest-admin"; $admin and ($kind == "guest" or $kind == "external"))
  | count("admin-synced"; $admin and $u.on_prem_synced == true)
  | count("stale-password-365"; $on and $secret and older($changed; 365))
  | count("admin-stale-password-180"; $admin and $secret and older($changed; 180))
  | count("password-never-expires"; $on and $u.password_never_expires == true)
  | count("password-not-required"; $on and $u.password_not_required == true)
  | count("locked-out"; $u.status == "locked")
  | count("pending-30"; $u.status == "pending" and older($made; 30))
  | count("risky-user"; $on and $u.risk_level == "high")
)
