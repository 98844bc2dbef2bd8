/*
 * queue.c: message queue: producer, broker, mirror, consumer.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField queue_fields[] = {
    MODEL_FIELD("outbox", FLAG, 0, NULL, "true", 0, 0,
                "The message is written in the same transaction as the change; without it a crash "
                "between the two loses the message.",
                "chosen"),
    MODEL_FIELD("flush", TIME, 0, NULL, "0ms", 0, SIM_HOUR,
                "A broker that loses power forgets messages younger than this.", "chosen"),
    MODEL_FIELD("relay", TIME, 0, NULL, "1ms", 0, SIM_HOUR,
                "From the commit to the broker of the same region.", "chosen"),
    MODEL_FIELD("poll", TIME, 0, NULL, "0ms", 0, SIM_HOUR,
                "The mirror fetches at these intervals; 0: as messages come.", "chosen"),
    MODEL_FIELD("apply", DIST, 0, NULL, "0.2ms", 0, 0,
                "Time of the consumer for one message; its inverse is the consumer's capacity.",
                "chosen"),
    MODEL_FIELD(
        "in_order", FLAG, 0, NULL, "false", 0, 0,
        "Messages of one producer are consumed in their order; otherwise a retry may overtake.",
        "chosen"),
    MODEL_FIELD("checkpoint", TIME, 0, NULL, "60s", 0, SIM_HOUR,
                "Interval at which the mirror notes its position; after a break it sends again "
                "what came since.",
                "Apache Kafka, MirrorMaker 2: emit.checkpoints.interval.seconds (60)"),
    MODEL_FIELD("retention", TIME, 0, NULL, "72h", 0, 365 * SIM_DAY,
                "Older messages are dropped, mirrored or not.",
                "Apache RocketMQ, MessageStoreConfig: fileReservedTime (72 h)"),
    MODEL_FIELD("notice", TIME, 0, NULL, "3s", 0, SIM_DAY,
                "A silent cut is noticed after this time.",
                "Apache RocketMQ, DefaultMQProducer: sendMsgTimeout (3 s)"),
    MODEL_FIELD("reconnect", TIME, 0, NULL, "1s", 0, SIM_DAY,
                "Interval between attempts to connect again.", "chosen"),
    MODEL_FIELD(
        "via", TEXT, 0, NULL, NULL, 0, 0,
        "Name of the links to use where two regions have several; otherwise the first by name.",
        NULL),
    MODEL_FIELDS_END,
};
static const PlanPresetValue rocketmq_values[] = {
    {"flush", "500ms",
     "Apache RocketMQ, MessageStoreConfig: flushIntervalCommitLog (500 ms, ASYNC_FLUSH)"},
    {"retention", "72h", "Apache RocketMQ, MessageStoreConfig: fileReservedTime (72 h)"},
    {"notice", "3s", "Apache RocketMQ, DefaultMQProducer: sendMsgTimeout (3 s)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue kafka_values[] = {
    {"flush", "0ms",
     "Apache Kafka: acks=all on a replicated topic, loss inside a region not modelled"},
    {"poll", "0ms", "chosen: MirrorMaker 2 polls up to 1 s but returns as messages come"},
    {"checkpoint", "60s", "Apache Kafka, MirrorMaker 2: emit.checkpoints.interval.seconds (60)"},
    {"retention", "168h", "Apache Kafka, broker: log.retention.hours (168)"},
    {"in_order", "true", "Apache Kafka: order within a partition, idempotent producer"},
    {"notice", "30s", "Apache Kafka, consumer: request.timeout.ms (30 s)"},
    MODEL_VALUES_END,
};
static const PlanPreset queue_presets[] = {
    {"rocketmq", "Apache RocketMQ, asynchronous flush.", rocketmq_values},
    {"kafka", "Apache Kafka with MirrorMaker 2.", kafka_values},
    MODEL_PRESETS_END,
};
const PlanKind kind_queue = {"queue",
                             "channel",
                             false,
                             "Message queue: outbox or producer, broker, mirror, consumer.",
                             "The broker is one durable log per region and data class; partitions "
                             "are not modelled one by one.",
                             queue_fields,
                             queue_presets};

/* A queue carries what each region accepted to all others, whoever owns it. */
void channel_setup_queue(const PlanItem *item, ChannelSetup *out_setup)
{
    *out_setup = (ChannelSetup){
        .in_order = plan_number(item, QUEUE_IN_ORDER) != 0,
        .queue = true,
        .outbox = plan_number(item, QUEUE_OUTBOX) != 0,
        .relay = plan_number(item, QUEUE_RELAY),
        .poll = plan_number(item, QUEUE_POLL),
        .flush = plan_number(item, QUEUE_FLUSH),
        .retention = plan_number(item, QUEUE_RETENTION),
        .checkpoint = plan_number(item, QUEUE_CHECKPOINT),
        .notice = plan_number(item, QUEUE_NOTICE),
        .reconnect = plan_number(item, QUEUE_RECONNECT),
        .apply = plan_value(item, QUEUE_APPLY)->dist,
        .via = plan_text(item, QUEUE_VIA),
        .multi_master = true,
    };
}
