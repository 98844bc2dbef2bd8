/*
 * queue.c: message queue: what a scenario may say of producer, broker, mirror and consumer.
 *
 *   commit -> producer -> broker and its replicas -> mirror -> consumer -> apply
 *             broker.c    broker.c                   stream.c, consumer.c
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanOption acks[] = {
    {"none", "Nothing: it does not notice whether the message arrived.", NULL},
    {"leader", "The leader: the message is in the memory of one machine.", NULL},
    {"all", "Every replica that is in sync at that moment, be it one.", NULL},
    MODEL_OPTIONS_END,
};

static const PlanField queue_fields[] = {
    MODEL_FIELD("outbox", FLAG, 0, NULL, "true", 0, 0,
                "The message is written in the same transaction as the change and sent until a "
                "broker takes it. Without it (dual write) the process that made the change tries a "
                "few times, and is gone in a crash.",
                "chosen"),
    MODEL_FIELD("relay", TIME, 0, NULL, "1ms", 0, SIM_HOUR,
                "From the commit to the broker of the same region.", "chosen"),
    MODEL_FIELD("send_timeout", TIME, 0, NULL, "3s", SIM_MS, SIM_HOUR,
                "An attempt to send without answer fails after this.",
                "Apache RocketMQ, DefaultMQProducer: sendMsgTimeout (3 s)"),
    MODEL_FIELD("attempts", COUNT, 0, NULL, "3", 1, INT32_MAX,
                "Attempts to send without an outbox; then the message is given up.",
                "Apache RocketMQ, DefaultMQProducer: retryTimesWhenSendFailed (2)"),
    MODEL_FIELD("backoff", TIME, 0, NULL, "100ms", SIM_MS, SIM_HOUR,
                "Pause before the second attempt; it doubles up to ten times this.",
                "Apache Kafka, producer: retry.backoff.ms (100 ms), retry.backoff.max.ms (1 s)"),
    MODEL_FIELD("give_up", TIME, 0, NULL, "0s", 0, SIM_DAY,
                "Without an outbox a message is given up this long after the commit; 0: attempts "
                "alone decide.",
                "chosen"),
    MODEL_FIELD("once", FLAG, 0, NULL, "true", 0, 0,
                "The broker recognises a message that its producer sends again for want of an "
                "answer.",
                "Apache Kafka, producer: enable.idempotence (true)"),
    MODEL_WORDS("acks", "none|leader|all", acks, "leader", "What the producer waits for.",
                "chosen"),
    MODEL_FIELD("replicas", COUNT, 0, NULL, "1", 1, 9,
                "Copies of a message in its region, the leader's among them.",
                "Apache Kafka, broker: default.replication.factor (1)"),
    MODEL_FIELD("min_isr", COUNT, 0, NULL, "1", 1, 9,
                "With acks = \"all\" messages are refused while fewer replicas are in sync.",
                "Apache Kafka, broker: min.insync.replicas (1)"),
    MODEL_FIELD("follow", TIME, 0, NULL, "2ms", 0, SIM_MIN,
                "From the leader until all replicas in sync have a message.", "chosen"),
    MODEL_FIELD("isr_lag", TIME, 0, NULL, "30s", 0, SIM_HOUR,
                "Replicas that do not follow any more still count as in sync for this long.",
                "Apache Kafka, broker: replica.lag.time.max.ms (30 s)"),
    MODEL_FIELD("unclean", FLAG, 0, NULL, "false", 0, 0,
                "A replica that is not in sync may lead when no other is left.",
                "Apache Kafka, broker: unclean.leader.election.enable (false)"),
    MODEL_FIELD("election", TIME, 0, NULL, "9s", 0, SIM_HOUR,
                "From the death of the leader until another replica leads.",
                "Apache Kafka, broker: broker.session.timeout.ms (9 s)"),
    MODEL_FIELD("flush", TIME, 0, NULL, "0ms", 0, SIM_HOUR,
                "Messages of this age are written to disk; a broker that loses power forgets those "
                "in its memory.",
                "chosen"),
    MODEL_FIELD("flush_every", TIME, 0, NULL, "0ms", 0, SIM_HOUR,
                "How often a broker looks for messages to write to disk; 0: all the time.",
                "chosen"),
    MODEL_FIELD("poll", TIME, 0, NULL, "0ms", 0, SIM_HOUR,
                "The mirror fetches at these intervals; 0: as messages come.", "chosen"),
    MODEL_FIELD("checkpoint", TIME, 0, NULL, "60s", 0, SIM_HOUR,
                "Interval at which the mirror notes its position; after a break it sends again "
                "what came since.",
                "Apache Kafka, MirrorMaker 2: emit.checkpoints.interval.seconds (60)"),
    MODEL_FIELD("retention", TIME, 0, NULL, "72h", 0, 365 * SIM_DAY,
                "Older messages are dropped, mirrored or not.",
                "Apache RocketMQ, MessageStoreConfig: fileReservedTime (72 h)"),
    MODEL_FIELD("in_order", FLAG, 0, NULL, "false", 0, 0,
                "Messages of one region travel in their order, and a consumer waits with the one "
                "that it cannot apply; otherwise a message may overtake.",
                "chosen"),
    MODEL_FIELD("apply", DIST, 0, NULL, "0.2ms", 0, 0,
                "Time of a consumer for one message; its inverse is the consumer's capacity.",
                "chosen"),
    MODEL_FIELD("consumers", COUNT, 0, NULL, "1", 1, 1000, "Consumers that work side by side.",
                "chosen"),
    MODEL_FIELD("by_key", FLAG, 0, NULL, "true", 0, 0,
                "All messages of a record go to the same consumer, which keeps their order.",
                "Apache Kafka: a key's messages are in one partition, read by one consumer"),
    MODEL_FIELD("redeliver", COUNT, 0, NULL, "0", 0, 16,
                "A message that the store does not take comes again so many times, after 10 s, "
                "30 s, 1 min, 2 min ... 2 h, and is then a dead letter; 0: the queue waits for the "
                "store. With in_order it always waits.",
                "chosen"),
    MODEL_FIELD("ttl", TIME, 0, NULL, "0s", 0, 365 * SIM_DAY,
                "Consumers drop a message that is older than this; 0: never.", "chosen"),
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
    {"send_timeout", "3s", "Apache RocketMQ, DefaultMQProducer: sendMsgTimeout (3 s)"},
    {"attempts", "3", "Apache RocketMQ, DefaultMQProducer: retryTimesWhenSendFailed (2)"},
    {"backoff", "1ms", "Apache RocketMQ, DefaultMQProducerImpl: the next attempt follows at once"},
    {"once", "false",
     "Apache RocketMQ, producer best practice: consumers have to recognise repetitions"},
    {"acks", "leader", "Apache RocketMQ, MessageStoreConfig: brokerRole (ASYNC_MASTER)"},
    {"replicas", "1",
     "Apache RocketMQ, MessageStoreConfig: inSyncReplicas (1); a slave does not take over"},
    {"flush_every", "500ms",
     "Apache RocketMQ, MessageStoreConfig: flushIntervalCommitLog (500 ms, ASYNC_FLUSH)"},
    {"checkpoint", "5s", "Apache RocketMQ, ClientConfig: persistConsumerOffsetInterval (5 s)"},
    {"retention", "72h", "Apache RocketMQ, MessageStoreConfig: fileReservedTime (72 h)"},
    {"consumers", "20", "Apache RocketMQ, DefaultMQPushConsumer: consumeThreadMin (20)"},
    {"by_key", "false",
     "Apache RocketMQ, MessageListenerConcurrently: any thread takes any message"},
    {"redeliver", "16", "Apache RocketMQ, SubscriptionGroupConfig: retryMaxTimes (16)"},
    {"notice", "3s", "Apache RocketMQ, DefaultMQProducer: sendMsgTimeout (3 s)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue kafka_values[] = {
    {"send_timeout", "30s", "Apache Kafka, producer: request.timeout.ms (30 s)"},
    {"attempts", "2147483647", "Apache Kafka, producer: retries (2147483647)"},
    {"backoff", "100ms",
     "Apache Kafka, producer: retry.backoff.ms (100 ms), retry.backoff.max.ms (1 s)"},
    {"give_up", "120s", "Apache Kafka, producer: delivery.timeout.ms (120 s)"},
    {"once", "true", "Apache Kafka, producer: enable.idempotence (true)"},
    {"acks", "all", "Apache Kafka, producer: acks (all)"},
    {"replicas", "1", "Apache Kafka, broker: default.replication.factor (1)"},
    {"min_isr", "1", "Apache Kafka, broker: min.insync.replicas (1)"},
    {"isr_lag", "30s", "Apache Kafka, broker: replica.lag.time.max.ms (30 s)"},
    {"unclean", "false", "Apache Kafka, broker: unclean.leader.election.enable (false)"},
    {"election", "9s", "Apache Kafka, broker: broker.session.timeout.ms (9 s)"},
    {"flush", "30s",
     "Apache Kafka, broker: log.flush.interval.messages (none: left to the system); Linux: "
     "vm.dirty_expire_centisecs (30 s)"},
    {"flush_every", "5s", "Linux: vm.dirty_writeback_centisecs (5 s)"},
    {"poll", "0ms", "chosen: MirrorMaker 2 polls up to 1 s but returns as messages come"},
    {"checkpoint", "60s", "Apache Kafka, MirrorMaker 2: emit.checkpoints.interval.seconds (60)"},
    {"retention", "168h", "Apache Kafka, broker: log.retention.hours (168)"},
    {"in_order", "true", "Apache Kafka: order within a partition, idempotent producer"},
    {"by_key", "true", "Apache Kafka: a key's messages are in one partition, read by one consumer"},
    {"redeliver", "0", "Apache Kafka, consumer: what cannot be applied is read again"},
    {"notice", "30s", "Apache Kafka, consumer: request.timeout.ms (30 s)"},
    MODEL_VALUES_END,
};
static const PlanPreset queue_presets[] = {
    {"rocketmq", "Apache RocketMQ, asynchronous flush, one master.", rocketmq_values,
     "Partitions, batches, slaves and transactional messages."},
    {"kafka", "Apache Kafka with MirrorMaker 2, as it comes: one replica.", kafka_values,
     "Partitions, batches, rebalancing; the metadata quorum; MirrorMaker's refresh intervals."},
    MODEL_PRESETS_END,
};
const PlanKind kind_queue = {
    "queue",
    "channel",
    false,
    "Message queue: outbox or producer, broker, mirror, consumer.",
    "Partitions are not modelled one by one: a broker is one log per region and data class, with "
    "its "
    "replicas in that region. Users do not wait for the producer. Replicas that return are in sync "
    "at once. The broker of the target loses nothing that has reached it.",
    queue_fields,
    queue_presets};

/* A queue carries what each region accepted to all others, whoever owns it. */
Queue *channel_setup_queue(World *world, const PlanItem *item, ChannelSetup *out_setup)
{
    Queue *queue = sim_arena_array(world->arena, Queue, 1);
    *queue = (Queue){
        .outbox = plan_number(item, QUEUE_OUTBOX) != 0,
        .once = plan_number(item, QUEUE_ONCE) != 0,
        .acks = (QueueAcks)plan_number(item, QUEUE_ACKS),
        .replicas = (uint32_t)plan_number(item, QUEUE_REPLICAS),
        .min_isr = (uint32_t)plan_number(item, QUEUE_MIN_ISR),
        .attempts = (uint32_t)plan_number(item, QUEUE_ATTEMPTS),
        .unclean = plan_number(item, QUEUE_UNCLEAN) != 0,
        .relay = plan_number(item, QUEUE_RELAY),
        .send_timeout = plan_number(item, QUEUE_SEND_TIMEOUT),
        .backoff = plan_number(item, QUEUE_BACKOFF),
        .give_up = plan_number(item, QUEUE_GIVE_UP),
        .follow = plan_number(item, QUEUE_FOLLOW),
        .isr_lag = plan_number(item, QUEUE_ISR_LAG),
        .election = plan_number(item, QUEUE_ELECTION),
        .flush = plan_number(item, QUEUE_FLUSH),
        .flush_every = plan_number(item, QUEUE_FLUSH_EVERY),
        .ttl = plan_number(item, QUEUE_TTL),
        .consumers = (uint32_t)plan_number(item, QUEUE_CONSUMERS),
        .redeliver = (uint32_t)plan_number(item, QUEUE_REDELIVER),
        .by_key = plan_number(item, QUEUE_BY_KEY) != 0,
    };
    *out_setup = (ChannelSetup){
        .in_order = plan_number(item, QUEUE_IN_ORDER) != 0,
        .relay = queue->relay + (queue->replicas > 1 ? queue->follow : 0),
        .poll = plan_number(item, QUEUE_POLL),
        .retention = plan_number(item, QUEUE_RETENTION),
        .checkpoint = plan_number(item, QUEUE_CHECKPOINT),
        .notice = plan_number(item, QUEUE_NOTICE),
        .reconnect = plan_number(item, QUEUE_RECONNECT),
        .apply = plan_value(item, QUEUE_APPLY)->dist,
        .via = plan_text(item, QUEUE_VIA),
        .multi_master = true,
    };
    if (out_setup->in_order)
        queue->redeliver = 0;
    return queue;
}
