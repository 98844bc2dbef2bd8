/*
 * show_json.c: an outcome as members of a JSON object.
 */
#include <string.h>

#include "sim/cli/play.h"
#include "sim/cli/show.h"
#include "sim/cli/summary.h"

static void json_expectations(CliJson *json, const Outcome *outcome)
{
    cli_json_array(json, "expectations");
    for (uint32_t i = 0; i < outcome->expectation_count; i++) {
        const OutcomeExpectation *row = &outcome->expectations[i];
        cli_json_object(json, NULL);
        cli_json_text(json, "name", row->name);
        cli_json_flag(json, "held", row->held);
        cli_json_flag(json, "empty", row->empty);
        cli_json_text(json, "claim", row->claim);
        cli_json_text(json, "got", row->got);
        cli_json_number(json, "value", row->value);
        cli_json_text(json, "wanted", row->wanted);
        cli_json_number(json, "samples", row->samples);
        cli_json_number(json, "from_ns", row->from);
        cli_json_number(json, "to_ns", row->to);
        cli_json_text(json, "file", row->file);
        cli_json_number(json, "line", row->line);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void json_faults(CliJson *json, const Outcome *outcome)
{
    cli_json_array(json, "faults");
    for (uint32_t i = 0; i < outcome->fault_count; i++) {
        const OutcomeFault *row = &outcome->faults[i];
        cli_json_object(json, NULL);
        cli_json_text(json, "name", row->name);
        cli_json_text(json, "kind", row->kind);
        cli_json_text(json, "target", row->target);
        cli_json_number(json, "start_ns", row->start);
        cli_json_number(json, "end_ns", row->end);
        cli_json_number(json, "times", row->count);
        cli_json_number(json, "in_force_ns", row->in_force);
        cli_json_number(json, "dropped", row->dropped);
        cli_json_number(json, "bounced", row->bounced);
        cli_json_number(json, "replies", row->replies);
        cli_json_number(json, "delayed", row->delayed);
        cli_json_number(json, "refused", row->refused);
        cli_json_number(json, "held", row->held);
        cli_json_flag(json, "vacuous", row->vacuous);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void json_services(CliJson *json, const Outcome *outcome)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(outcome->plan, "service", &count);
    cli_json_array(json, "services");
    for (uint32_t i = 0; i < count; i++) {
        const char *service = plan_item(outcome->plan, ids[i])->name;
        int64_t     ok = 0, failed = 0;
        for (uint32_t w = 0; w < outcome->window_count; w++) {
            const OutcomeWindow *window = &outcome->windows[w];
            if (strcmp(window->service, service) != 0)
                continue;
            ok += cli_window_ok(window);
            failed += cli_window_failed(window);
        }
        cli_json_object(json, NULL);
        cli_json_text(json, "name", service);
        cli_json_number(json, "ok", ok);
        cli_json_number(json, "failed", failed);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void json_timeline(CliJson *json, const Outcome *outcome)
{
    cli_json_array(json, "timeline");
    for (uint32_t i = 0; i < outcome->mark_count; i++) {
        cli_json_object(json, NULL);
        cli_json_number(json, "at_ns", outcome->marks[i].at);
        cli_json_text(json, "event", outcome->marks[i].text);
        cli_json_flag(json, "bad", outcome->marks[i].bad);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void json_writes(CliJson *json, const Outcome *outcome)
{
    CliWrites writes = cli_writes(outcome);
    cli_json_object(json, "writes");
    cli_json_number(json, "acknowledged", writes.acknowledged);
    cli_json_number(json, "survived", writes.fate[OUTCOME_SURVIVED]);
    cli_json_number(json, "destroyed", writes.fate[OUTCOME_L1]);
    cli_json_number(json, "stranded", writes.fate[OUTCOME_L2]);
    cli_json_number(json, "expired", writes.fate[OUTCOME_L6]);
    cli_json_number(json, "overwritten", writes.fate[OUTCOME_L3] + writes.fate[OUTCOME_L4]);
    cli_json_number(json, "duplicates", writes.duplicates);
    cli_json_close(json);
}

void cli_show_json(CliJson *json, const Outcome *outcome)
{
    cli_json_text(json, "scenario", cli_scenario_name(outcome->plan));
    cli_json_text(json, "file", plan_file(outcome->plan));
    cli_json_text(json, "plan_hash", plan_hash(outcome->plan));
    cli_json_count(json, "seed", outcome->seed);
    cli_json_text(json, "verdict", cli_verdict_name(outcome->verdict));
    cli_json_text(json, "limit", outcome->limit);
    cli_json_hex(json, "fingerprint", cli_fingerprint(outcome));
    cli_json_hex(json, "schedule", outcome->schedule);
    cli_json_hex(json, "chance", outcome->chance);
    cli_json_hex(json, "results", outcome->results);
    cli_json_number(json, "end_ns", outcome->end);
    cli_json_count(json, "events", outcome->events);
    cli_json_number(json, "users", outcome->users);
    cli_json_number(json, "users_hit", outcome->users_hit);
    json_writes(json, outcome);
    json_services(json, outcome);
    json_expectations(json, outcome);
    json_faults(json, outcome);
    json_timeline(json, outcome);
}
