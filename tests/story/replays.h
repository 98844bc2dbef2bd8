/*
 * replays.h: the settings of the incidents that are played again (scenarios/catalog/incidents):
 * what happened, and what an architect would ask. Every claim of each must hold, for a few seeds
 * in the stories and for many in the theory programs.
 */
#ifndef TESTS_STORY_REPLAYS_H
#define TESTS_STORY_REPLAYS_H

#include <stddef.h>

#define REPLAYS "scenarios/catalog/incidents/"

typedef struct Replay {
    const char *path;
    const char *sets[4]; /* ends with NULL */
} Replay;

static const Replay replays[] = {
    {REPLAYS "retry-storm.lua", {"load=350/s", NULL}},
    {REPLAYS "retry-storm.lua", {"load=320/s", NULL}},
    {REPLAYS "retry-storm.lua", {"load=850/s", NULL}},
    {REPLAYS "retry-storm.lua", {"load=850/s", "attempts=one", NULL}},
    {REPLAYS "retry-storm.lua", {"load=850/s", "attempts=budget", NULL}},
    {REPLAYS "two-region-overload.lua", {"load=55%", NULL}},
    {REPLAYS "two-region-overload.lua", {"load=40%", NULL}},
    {REPLAYS "dynamodb-2015.lua", {"load=40", "pause=1h", NULL}},
    {REPLAYS "dynamodb-2015.lua", {"load=40", "pause=3min", NULL}},
    {REPLAYS "dynamodb-2015.lua", {"load=40", "pause=no", NULL}},
    {REPLAYS "dynamodb-2015.lua", {"load=25", "pause=no", NULL}},
    {REPLAYS "github-2018.lua", {"partition=43s", NULL}},
    {REPLAYS "github-2018.lua", {"partition=1s", NULL}},
    {REPLAYS "github-2018.lua", {"partition=43s", "promotion=off", NULL}},
    {REPLAYS "github-2018.lua", {"partition=2min", "promotion=off", NULL}},
    {REPLAYS "github-2012.lua", {"freeze=90s", "order=network", NULL}},
    {REPLAYS "github-2012.lua", {"freeze=25s", "order=network", NULL}},
    {REPLAYS "github-2012.lua", {"freeze=130s", "order=network", NULL}},
    {REPLAYS "github-2012.lua", {"freeze=90s", "order=own line", NULL}},
    {REPLAYS "github-2012.lua", {"freeze=90s", "order=maintenance", NULL}},
    {REPLAYS "github-2018-failback.lua", {"promotion=on", "back=restore", NULL}},
    {REPLAYS "github-2018-failback.lua", {"promotion=on", "back=never", NULL}},
    {REPLAYS "github-2018-failback.lua", {"promotion=off", NULL}},
    {REPLAYS "github-2018-webhooks.lua", {NULL}},
    {REPLAYS "github-2018-replicas.lua", {"shape=diurnal", NULL}},
    {REPLAYS "github-2018-replicas.lua", {"shape=diurnal", "apply=600ms", NULL}},
    {REPLAYS "github-2018-replicas.lua", {"shape=flat", NULL}},
    {REPLAYS "alibaba-hk-2022.lua", {NULL}},
    {REPLAYS "alibaba-hk-2022.lua", {"room=6x", "images=both", "proxy=both", NULL}},
    {REPLAYS "azure-devops-2018.lua", {"decision=stay", NULL}},
    {REPLAYS "azure-devops-2018.lua", {"decision=read-only", NULL}},
    {REPLAYS "azure-devops-2018.lua", {"decision=promote", NULL}},
    {REPLAYS "azure-devops-2018.lua", {"decision=promote", "copy=sync", NULL}},
    {REPLAYS "cloudflare-2020.lua", {NULL}},
    {REPLAYS "cloudflare-2020.lua", {"trigger=patient", NULL}},
    {REPLAYS "cloudflare-2020.lua", {"rebuild=diverged", NULL}},
    {REPLAYS "cloudflare-2020.lua", {"observers=three", NULL}},
    {REPLAYS "pagerduty-2013.lua", {"peering=shared", NULL}},
    {REPLAYS "pagerduty-2013.lua", {"peering=separate", NULL}},
    {REPLAYS "pagerduty-2013.lua", {"peering=separate", "leader=aws_1", NULL}},
    {REPLAYS "pagerduty-2013.lua", {"peering=separate", "leader=aws_1", "how=cut", NULL}},
};

/* Lengths of GitHub's partition that are longer than its detection: a poll every 5 s that waits
 * for 2 s, and a second until everybody knows. */
static const char *const detected_partitions[] = {
    "partition=8s",  "partition=10s", "partition=20s",
    "partition=43s", "partition=90s", "partition=2min",
};

#endif
