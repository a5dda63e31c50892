/* Tests of the AWS credential report: what its words mean, short reports, wrapped ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define HEADER                                                                                     \
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"       \
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"             \
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"    \
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"                   \
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"                  \
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n"
#define NO_KEY   ",false,N/A,N/A,N/A,N/A"
#define NO_CERTS ",false,N/A,false,N/A"
#define KNOWN(credentials)                                                                         \
    "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=" credentials

#define assert_users(bytes, expected)   records_expect(&aws_report_format, bytes, expected)
#define assert_refused(bytes, expected) records_refuse(&aws_report_format, bytes, expected)

static void aws_read__takes_root_as_an_administrator_who_can_sign_in(void **state)
{
    (void)state;
    assert_users(
        HEADER
        "<root_account>,arn:aws:iam::000000000000:root,2023-11-14T22:13:20+00:00,"
        "not_supported,2023-11-15T22:13:20+00:00,not_supported,not_supported,false,"
        "true,2023-11-14T22:13:21+00:00,2023-11-14T22:13:22+00:00,us-east-1,ecr" NO_KEY NO_CERTS,
        "user id='arn:aws:iam::000000000000:root' login='<root_account>' user_type='root' "
        "status='active' enabled=1 created_at=1700000000 last_login_at=1700086400 "
        "last_login_known=1 mfa_enrolled=0 " KNOWN(
            "1") " is_admin=1\n"
                 "  credential cred_id='access_key_1' kind='access_key' active=1 "
                 "created_at=1700000001 last_used_at=1700000002 last_used_known=1\n");
}

static void aws_read__takes_a_person_with_a_password(void **state)
{
    (void)state;
    assert_users(
        HEADER "\"Finch, Ann\",arn:1,2023-11-14T22:13:20+00:00,TRUE,no_information,"
               "2023-11-14T22:13:20+00:00,N/A,True" NO_KEY NO_KEY
               ",true,2023-11-14T22:13:20Z,false,N/A\n",
        "user id='arn:1' login='Finch, Ann' user_type='member' status='active' enabled=1 "
        "created_at=1700000000 last_login_known=1 password_enabled=1 "
        "password_changed_at=1700000000 mfa_enrolled=1 " KNOWN(
            "1") "\n"
                 "  credential cred_id='cert_1' kind='certificate' active=1 created_at=1700000000 "
                 "last_used_known=0\n");
}

static void aws_read__takes_a_service_by_its_keys(void **state)
{
    (void)state;
    assert_users(
        HEADER "svc,arn:2,2023-11-14T22:13:20+00:00,false,N/A,N/A,N/A,false,"
               "false,2023-11-14T22:13:20+00:00,2023-11-14T22:13:21+00:00,eu-west-1,s3,"
               "true,2023-11-14T22:13:22+00:00,N/A,N/A,N/A" NO_CERTS "\n",
        "user id='arn:2' login='svc' user_type='service' status='active' enabled=1 "
        "created_at=1700000000 last_login_known=0 password_enabled=0 mfa_enrolled=0 " KNOWN(
            "1") "\n"
                 "  credential cred_id='access_key_1' kind='access_key' active=0 "
                 "created_at=1700000000 last_used_at=1700000001 last_used_known=1\n"
                 "  credential cred_id='access_key_2' kind='access_key' active=1 "
                 "created_at=1700000002 last_used_known=1\n");
}

static void aws_read__takes_times_up_to_1970_for_none(void **state)
{
    (void)state;
    assert_users("user,password_enabled,mfa_active,password_last_used\n"
                 "ann,true,true,0001-01-01T00:00:00Z\n",
                 "user id='ann' login='ann' user_type='member' status='active' enabled=1 "
                 "last_login_known=0 password_enabled=1 mfa_enrolled=1 " KNOWN("0") "\n");
}

static void aws_read__disables_who_has_nothing_active(void **state)
{
    (void)state;
    assert_users(HEADER "gone,arn:3,N/A,false,N/A,N/A,N/A,false" NO_KEY NO_KEY NO_CERTS "\n",
                 "user id='arn:3' login='gone' user_type='service' status='disabled' enabled=0 "
                 "last_login_known=0 password_enabled=0 mfa_enrolled=0 " KNOWN("1") "\n");
}

static void aws_read__lets_the_keys_decide_for_a_root_without_password(void **state)
{
    (void)state;
    assert_users(
        HEADER "<root_account>,arn:r,N/A,false,no_information,N/A,N/A,false" NO_KEY NO_KEY NO_CERTS,
        "user id='arn:r' login='<root_account>' user_type='root' status='disabled' "
        "enabled=0 last_login_known=1 password_enabled=0 mfa_enrolled=0 " KNOWN(
            "1") " is_admin=1\n");
}

/* A report of the documented shape with fewer columns: what it does not say stays unknown. */
static void aws_read__maps_short_reports_by_name(void **state)
{
    (void)state;
    assert_users("user,password_enabled,mfa_active\nann,true,\nbob,false,\n",
                 "user id='ann' login='ann' user_type='member' status='active' enabled=1 "
                 "last_login_known=0 password_enabled=1 " KNOWN(
                     "0") "\n"
                          "user id='bob' login='bob' user_type='service' status='unknown' "
                          "last_login_known=0 password_enabled=0 " KNOWN("0") "\n");
    assert_users(
        "new_column,mfa_active,arn,user,password_enabled\nx,true,arn:1,ann,\n",
        "user id='arn:1' login='ann' status='unknown' last_login_known=0 mfa_enrolled=1 " KNOWN(
            "0") "\n");
}

static void aws_read__refuses_what_is_no_report(void **state)
{
    (void)state;
    assert_refused("arn,mfa_active\na,true\n",
                   "file:1: the column 'user' is missing, which every credential report has");
    assert_refused("user,arn,password_enabled,mfa_x\na,b,true,true\n",
                   "file:1: the column 'mfa_active' is missing, which every credential report has");
    assert_refused("user,password_enabled,mfa_active\nann,,true\n,,true\n",
                   "file:3: column 'user': a value is required");
    assert_refused("user,password_enabled,mfa_active\nann,,maybe\n",
                   "file:2: column 'mfa_active': 'maybe' is not a flag; write true or false");
    assert_refused("user,user_creation_time,password_enabled,mfa_active\nann,soon,,\n",
                   "file:2: column 'user_creation_time': 'soon' is not a time; write Unix seconds "
                   "or RFC 3339, for example 2026-11-24T08:30:00Z");
}

static void aws_read__says_how_to_unwrap_a_report(void **state)
{
    static const char expected[] =
        "file:1: the report is still wrapped; unwrap it: aws iam get-credential-report --query "
        "Content --output text | base64 -d > report.csv";
    (void)state;
    assert_refused("{\n \"Content\": \"dXNlcixhcm4s\",\n \"ReportFormat\": \"text/csv\"}",
                   expected);
    assert_refused("dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1l", expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aws_read__takes_root_as_an_administrator_who_can_sign_in),
        cmocka_unit_test(aws_read__takes_a_person_with_a_password),
        cmocka_unit_test(aws_read__takes_a_service_by_its_keys),
        cmocka_unit_test(aws_read__takes_times_up_to_1970_for_none),
        cmocka_unit_test(aws_read__disables_who_has_nothing_active),
        cmocka_unit_test(aws_read__lets_the_keys_decide_for_a_root_without_password),
        cmocka_unit_test(aws_read__maps_short_reports_by_name),
        cmocka_unit_test(aws_read__refuses_what_is_no_report),
        cmocka_unit_test(aws_read__says_how_to_unwrap_a_report),
    };
    return cmocka_run_group_tests_name("aws", tests, NULL, NULL);
}
