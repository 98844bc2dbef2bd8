/*
 * data.c: data classes: what is kept, how it is kept in step, and who may write it.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanOption owners[] = {
    {"home",
     "Only the home region of a record's user takes its changes: a dead region takes its "
     "share of the users with it, and no more.",
     "Li Yunhua, ch. 28: users have a home, found by a hash; model: R2"},
    {"any",
     "The region where the request entered takes the change. It knows only what has arrived there: "
     "ids that a region generates stay unique, names that users choose do not (L5).",
     "model: R3, optimistic"},
    {"single", "One region, owner_region, takes all changes.", "model: R1, single home"},
    {"segment",
     "The region whose range holds the key: the shared `keys` are divided into one equal range per "
     "region. Names that users choose are routed by the name itself and stay unique.",
     "model: R4, key-space segments"},
    {"provisional",
     "Accepted where it enters and done by its owner when that is reached: the user's home, or the "
     "region of the key's range. The owner may still say no.",
     "Li Yunhua, ch. 30: accept a transfer request, execute it later; model: R6"},
    MODEL_OPTIONS_END,
};

static const PlanOption conflicts[] = {
    {"lww", "The later clock wins; the other change is overwritten.",
     "model: LWW on physical time"},
    {"hlc",
     "The later hybrid clock wins: it never shows less than what the region has received, so a "
     "change beats everything its writer had seen.",
     "Kulkarni et al., Logical Physical Clocks, OPODIS 2014"},
    {"reject", "The first stays, by the clock; the later is discarded, and its user is not told.",
     "model: keep-first by timestamp"},
    {"keep-first", "Another name for \"reject\".", NULL},
    {"home",
     "What was made in its user's home region stays, whatever came earlier elsewhere; among equals "
     "the first.",
     "model: keep-home's"},
    {"freeze", "Both are kept, and nobody can read the record until somebody decides.",
     "model: freeze both"},
    {"version",
     "The owner refuses a change whose writer had not read the version it holds: a failed request, "
     "never a lost write.",
     "model: version/CAS at home"},
    {"register",
     "As \"lww\", for each field of the record by itself: only changes to one field conflict.",
     "Shapiro et al., CRDTs, INRIA RR-7506, 2011: LWW-register"},
    {"arrival", "Changes carry no version: a store keeps the one that comes last.", NULL},
    {"overwrite", "Another name for \"arrival\".",
     "Alibaba Cloud, PolarDB multi-active mode: OVERWRITE"},
    {"siblings",
     "Changes that had not seen each other are all kept and all read, until one that had seen them "
     "(version vectors).",
     "model: version vector with siblings"},
    {"set", "Every change adds an element; the union of all is kept.",
     "Shapiro et al., CRDTs, INRIA RR-7506, 2011: grow-only set"},
    {"counter", "Every change counts one; the sum of all regions is kept.",
     "Shapiro et al., CRDTs, INRIA RR-7506, 2011: grow-only counter"},
    {"interrupt",
     "Replication from there stops before a change that had not seen what the store holds, until "
     "an "
     "operator comes (field operator), who takes the later of the two.",
     "Alibaba Cloud, PolarDB multi-active mode: INTERRUPT"},
    {"ignore",
     "A store stays with what it has when a change comes that had not seen it; regions disagree "
     "for "
     "good.",
     "Alibaba Cloud, PolarDB multi-active mode: IGNORE"},
    MODEL_OPTIONS_END,
};

static const PlanOption unsures[] = {
    {"fail", "Try later: the read fails closed.", NULL},
    {"absent", "There is no such record: the read fails open, and may be wrong.", NULL},
    MODEL_OPTIONS_END,
};

static const PlanField data_fields[] = {
    MODEL_FIELD("key", WORD, 0, "user|phone", "user", 0, 0,
                "What names a record: the user who acts, or a new phone number for each creation.",
                "chosen"),
    MODEL_FIELD("change", WORD, 0, "overwrite|create-only", "overwrite", 0, 0,
                "Whether a record can change after it was created.", "chosen"),
    MODEL_FIELD("unique", FLAG, 0, NULL, "false", 0, 0,
                "One owner per key: a second creation is refused where the first is known.",
                "chosen"),
    MODEL_FIELD("ordered", FLAG, 0, NULL, "false", 0, 0,
                "Changes must be applied in the order they were made. Over a channel that does not "
                "keep it they are applied as they come, as with conflict = \"arrival\", unless "
                "conflict says otherwise.",
                "chosen"),
    MODEL_FIELD("idempotent", FLAG, 0, NULL, "true", 0, 0,
                "Applying a change twice is as good as once; otherwise every repetition is an "
                "effect of its own (L7).",
                "chosen"),
    MODEL_FIELD("losable", FLAG, 0, NULL, "false", 0, 0,
                "Losing it is friction for the user, never counted as data loss.", "chosen"),
    MODEL_FIELD("recoverable", FLAG, 0, NULL, "true", 0, 0,
                "The user or an operator can make a lost record anew.", "chosen"),
    MODEL_FIELD("keys", COUNT, 0, NULL, "0", 0, INT64_C(1000000000000),
                "Number of records that users share; 0: one for each user.", "chosen"),
    MODEL_FIELD("size", SIZE, 0, NULL, "200B", 1, 1000000000, "Bytes of one change on the wire.",
                "chosen"),
    MODEL_WORDS("owner", "home|any|single|segment|provisional", owners, "home",
                "Who accepts writes: the user's home region, the region where the request entered, "
                "one region, or the region of the key's range.",
                "chosen"),
    MODEL_FIELD("owner_region", REF, 0, "region", NULL, 0, 0,
                "The region, with owner = \"single\".", NULL),
    MODEL_FIELD("channels", PARTS, 0, "channel", NULL, 0, 0,
                "What carries changes to the other regions; each carries all of them.", NULL),
    MODEL_FIELD("read", PARTS, 0, "read", "local", 0, 0, "Read steps, tried in order.", "chosen"),
    MODEL_WORDS(
        "conflict",
        "lww|hlc|reject|keep-first|home|freeze|version|register|arrival|overwrite|siblings|set|"
        "counter|interrupt|ignore",
        conflicts, "lww", "What happens when a change meets one it has not seen.", "chosen"),
    MODEL_FIELD(
        "max_offset", TIME, 0, NULL, "0s", 0, SIM_DAY,
        "With conflict = \"hlc\": a clock does not follow a stamp that is further ahead of it "
        "than this; 0: it follows every one.",
        "chosen"),
    MODEL_FIELD(
        "fields", COUNT, 0, NULL, "1", 1, 64,
        "With conflict = \"register\": fields of a record. A change sets one of them, a read "
        "asks for one, each equally often.",
        "chosen"),
    MODEL_FIELD(
        "operator", TIME, 0, NULL, "0s", 0, SIM_DAY,
        "With conflict = \"interrupt\": from an interruption until an operator has repaired "
        "it; 0: nobody comes.",
        "chosen"),
    MODEL_WORDS("unsure", "fail|absent", unsures, "fail",
                "What a read says that found nothing while some step could not ask or was not "
                "answered.",
                "chosen"),
    MODEL_FIELD("lifetime", TIME, 0, NULL, "0s", 0, 365 * SIM_DAY,
                "A record is not found any more this long after it was made, as a session that has "
                "expired; those of before the run have any part of it left. 0: it lasts.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_data = {
    "data",
    "component",
    true,
    "A kind of data and how regions keep it in step.",
    "Values are not modelled: a record is its latest version. Storage inside a region is one "
    "replicated store that fails as a whole.",
    data_fields,
    NULL};
