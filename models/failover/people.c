/*
 * people.c: failovers as people are known to do them, stage by stage.
 *
 * Where a source gives a range it is evenly spread; where it gives one number, that number. A
 * person who decides takes a time that varies (lognormal) only where the source gives no number of
 * its own practice but an aim.
 */
#include "models/failover/failover.h"
#include "models/model.h"

#define NIMBLE "Netflix, Project Nimble: region evacuation reimagined (2018)"
#define SLIDES "Netflix, How Netflix does failovers in 7 minutes (slides, 2018)"
#define RUNBOOK "Li Yunhua, ch. 30"

static const PlanPresetValue evacuation_values[] = {
    {"detect", "probe", "chosen"},
    {"decide", "human", NIMBLE ": 5 min to decide"},
    {"decide.median", "5min", NIMBLE ": 5 min to decide"},
    {"decide.sigma", "0%", "chosen: the one number given"},
    {"start", "uniform 28min 30min",
     NIMBLE ": 3 to 5 min to get machines, then 25 min until their services have started"},
    {"push", "10min", NIMBLE ": 10 min or more to bring the traffic over by proxies"},
    MODEL_VALUES_END,
};

static const PlanPresetValue nimble_values[] = {
    {"detect", "probe", "chosen"},
    {"decide", "human", SLIDES ": 2 min to see the problem"},
    {"decide.median", "2min", SLIDES ": 2 min to see the problem"},
    {"decide.sigma", "0%", "chosen: the one number given"},
    {"start", "4min", SLIDES ": 4 min to scale the regions that help"},
    {"push", "1min",
     SLIDES ": 3 min to shift the traffic in a total of 7: two of them fall into the scaling"},
    MODEL_VALUES_END,
};

static const PlanPresetValue cold_values[] = {
    {"detect", "probe", "chosen"},
    {"decide", "human", RUNBOOK ": restore within 5 min"},
    {"decide.median", "5min", RUNBOOK ": restore within 5 min"},
    {"decide.sigma", "80%", "chosen"},
    {"start", "uniform 30min 12h",
     "Li Yunhua, ch. 28: a cold standby takes half an hour to 12 hours to become live"},
    MODEL_VALUES_END,
};

static const PlanPresetValue runbook_values[] = {
    {"detect", "probe", "Huawei MAS FAQ: 10 s, 3 failures"},
    {"detect.every", "10s", "Huawei MAS FAQ: 10 s, 3 failures"},
    {"detect.failures", "3", "Huawei MAS FAQ: 10 s, 3 failures"},
    {"decide", "human", RUNBOOK ": locate within 3 min, restore within 5 min"},
    {"decide.median", "5min", RUNBOOK ": restore within 5 min, the locating included"},
    {"decide.sigma", "80%", "chosen: one in four takes 8 min or longer"},
    {"push", "5s", "chosen: a rule pushed to proxies"},
    MODEL_VALUES_END,
};

const PlanPreset failover_presets[] = {
    {"netflix-evacuation", "Netflix before 2018: machines are started when they are needed.",
     evacuation_values,
     "The published total is about 50 min, of which these stages are 43 to 45; the part of the "
     "traffic that is moved before the rest; the autoscaling of the regions that help."},
    {"netflix-nimble", "Netflix from 2018: machines that are kept started are put to work.",
     nimble_values,
     "Traffic that is moved while regions still scale; what the machines cost that wait."},
    {"cold-standby", "A standby that is installed, and not running.", cold_values,
     "Restoring its data from a backup: it receives changes all the time."},
    {"human-runbook", "Somebody on call with a runbook and a standby that runs.", runbook_values,
     "Locating and restoring as stages of their own; a second person to be asked."},
    MODEL_PRESETS_END,
};
