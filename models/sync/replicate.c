/*
 * replicate.c: log shipping: a channel that sends a store's log, in order, to every other region.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField replicate_fields[] = {
    MODEL_FIELD("mode", WORD, 0, "async", "async", 0, 0,
                "When the source acknowledges: at its own commit.",
                "model: asynchronous log shipping"),
    MODEL_FIELD(
        "multi_master", FLAG, 0, NULL, "false", 0, 0,
        "Every region ships its own writes and merges the others'; needed with owner = \"any\".",
        "chosen"),
    MODEL_FIELD(
        "in_order", FLAG, 0, NULL, "true", 0, 0,
        "One stream: a change waits for its predecessors. Without it every change travels alone.",
        "chosen"),
    MODEL_FIELD("apply", DIST, 0, NULL, "0ms", 0, 0,
                "Time to apply one change at the target, one after the other; its inverse is the "
                "apply capacity.",
                "chosen"),
    MODEL_FIELD("notice", TIME, 0, NULL, "60s", 0, SIM_DAY,
                "A silent cut is noticed after this time without a message.",
                "MySQL manual, replica_net_timeout (60 s)"),
    MODEL_FIELD("reconnect", TIME, 0, NULL, "60s", 0, SIM_DAY,
                "Interval between attempts to connect again once the break was noticed; 0: at the "
                "heal itself.",
                "MySQL manual, CHANGE REPLICATION SOURCE: SOURCE_CONNECT_RETRY (60 s)"),
    MODEL_FIELD(
        "via", TEXT, 0, NULL, NULL, 0, 0,
        "Name of the links to use where two regions have several; otherwise the first by name.",
        NULL),
    MODEL_FIELDS_END,
};
static const PlanPresetValue mysql_values[] = {
    {"notice", "60s", "MySQL manual, replica_net_timeout (60 s)"},
    {"reconnect", "60s", "MySQL manual, SOURCE_CONNECT_RETRY (60 s)"},
    {"apply", "0.5ms", "chosen: 2000 changes/s, single applier"},
    MODEL_VALUES_END,
};
static const PlanPreset replicate_presets[] = {
    {"mysql", "MySQL asynchronous replication with one applier thread.", mysql_values},
    MODEL_PRESETS_END,
};
const PlanKind kind_replicate = {"replicate",
                                 "channel",
                                 false,
                                 "Native storage replication: the store's log, shipped in order.",
                                 "Flow control and parallel appliers are not modelled; the log is "
                                 "kept at the source until every "
                                 "target has it.",
                                 replicate_fields,
                                 replicate_presets};

void channel_setup_replicate(const PlanItem *item, ChannelSetup *out_setup)
{
    *out_setup = (ChannelSetup){
        .in_order = plan_number(item, REPLICATE_IN_ORDER) != 0,
        .outbox = true,
        .notice = plan_number(item, REPLICATE_NOTICE),
        .reconnect = plan_number(item, REPLICATE_RECONNECT),
        .apply = plan_value(item, REPLICATE_APPLY)->dist,
        .via = plan_text(item, REPLICATE_VIA),
        .multi_master = plan_number(item, REPLICATE_MULTI_MASTER) != 0,
    };
}
