/*
 * topics.h: what `list` can list; each topic fills a table from the tables of the models.
 */
#ifndef SIM_CLI_TOPICS_H
#define SIM_CLI_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/cli/cli.h"
#include "sim/cli/listing.h"

typedef struct CliTopic {
    const char *name;
    CliExit (*fill)(CliList *list, const char *narrow); /* narrow: NULL, or the word after it */
    bool        narrows;                                /* takes one more word */
    const char *doc;
} CliTopic;

/* All of them, in the order in which they are shown. Static. */
const CliTopic *cli_topics(size_t *out_count);

/* "list: no WHAT 'NAME'; did you mean 'NEAR'?", or all names if none is near. */
void cli_topic_unknown(const char *what, const char *name, const char *const *names, size_t count);

/* The topics in topic_parts.c: kinds, their presets, and the words of fields. */
CliExit cli_topic_strategies(CliList *list, const char *narrow);
CliExit cli_topic_engines(CliList *list, const char *narrow);
CliExit cli_topic_channels(CliList *list, const char *narrow);
CliExit cli_topic_reads(CliList *list, const char *narrow);
CliExit cli_topic_conflicts(CliList *list, const char *narrow);
CliExit cli_topic_owners(CliList *list, const char *narrow);
CliExit cli_topic_failovers(CliList *list, const char *narrow);
CliExit cli_topic_routes(CliList *list, const char *narrow);
CliExit cli_topic_faults(CliList *list, const char *narrow);
CliExit cli_topic_metrics(CliList *list, const char *narrow);

#endif
