/*
 * test_json.c: what any JSON reader must be able to read, whatever a scenario calls its things.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "sim/cli/json.h"

START_TEST(keys_keep_their_order_and_brackets_close)
{
    CliJson *json = cli_json_begin("run");
    cli_json_array(json, "rows");
    cli_json_object(json, NULL);
    cli_json_number(json, "at_ns", -5);
    cli_json_count(json, "seed", UINT64_MAX);
    cli_json_close(json);
    cli_json_close(json);
    cli_json_array(json, "none");
    cli_json_close(json);
    cli_json_flag(json, "held", true);
    cli_json_text(json, "mistakes", NULL);
    cli_json_hex(json, "fingerprint", 0x5f3a);
    char *text = cli_json_end(json);
    ck_assert_str_eq(text, "{\n"
                           "  \"schema\": 1,\n"
                           "  \"verb\": \"run\",\n"
                           "  \"rows\": [\n"
                           "    {\n"
                           "      \"at_ns\": -5,\n"
                           "      \"seed\": 18446744073709551615\n"
                           "    }\n"
                           "  ],\n"
                           "  \"none\": [],\n"
                           "  \"held\": true,\n"
                           "  \"mistakes\": null,\n"
                           "  \"fingerprint\": \"0000000000005f3a\"\n"
                           "}\n");
    g_free(text);
}
END_TEST

START_TEST(texts_are_escaped_and_mended)
{
    CliJson *json = cli_json_begin_bare();
    cli_json_text(json, "a", "\"\\\n\t\x01\x7f");
    cli_json_text(json, "b", "\xe5\x8c\x97\xe4\xba\xac"); /* UTF-8 stays as it is */
    cli_json_text(json, "c", "\xff");                     /* what is none becomes U+FFFD */
    char *text = cli_json_end(json);
    ck_assert_str_eq(text, "{\n"
                           "  \"a\": \"\\\"\\\\\\n\\t\\u0001\\u007f\",\n"
                           "  \"b\": \"\xe5\x8c\x97\xe4\xba\xac\",\n"
                           "  \"c\": \"\xef\xbf\xbd\"\n"
                           "}\n");
    g_free(text);
}
END_TEST

START_TEST(a_key_in_an_array_is_a_broken_promise)
{
    CliJson *json = cli_json_begin_bare();
    cli_json_array(json, "rows");
    cli_json_number(json, "key", 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *writes = tcase_create("writes");
    TCase *promises = tcase_create("promises");
    tcase_add_test(writes, keys_keep_their_order_and_brackets_close);
    tcase_add_test(writes, texts_are_escaped_and_mended);
    tcase_add_test_raise_signal(promises, a_key_in_an_array_is_a_broken_promise, SIGABRT);
    suite_add_tcase(suite, writes);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
