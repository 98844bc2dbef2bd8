/*
 * data.c: data classes: what is kept, how it is kept in step, and who may write it.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"

#include <stddef.h>

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
                "Changes must be applied in the order they were made; a queue that does not keep "
                "it is refused.",
                "chosen"),
    MODEL_FIELD("losable", FLAG, 0, NULL, "false", 0, 0,
                "Losing it is friction for the user, never counted as data loss.", "chosen"),
    MODEL_FIELD("recoverable", FLAG, 0, NULL, "true", 0, 0,
                "The user or an operator can make a lost record anew.", "chosen"),
    MODEL_FIELD("keys", COUNT, 0, NULL, "0", 0, INT64_C(1000000000000),
                "Number of records that users share; 0: one for each user.", "chosen"),
    MODEL_FIELD("size", SIZE, 0, NULL, "200B", 1, 1000000000, "Bytes of one change on the wire.",
                "chosen"),
    MODEL_FIELD("owner", WORD, 0, "home|any|single", "home", 0, 0,
                "Who accepts writes: the user's home region, the region where the request entered, "
                "or one region.",
                "chosen"),
    MODEL_FIELD("owner_region", REF, 0, "region", NULL, 0, 0,
                "The region, with owner = \"single\".", NULL),
    MODEL_FIELD("channels", PARTS, 0, "channel", NULL, 0, 0,
                "What carries changes to the other regions; each carries all of them.", NULL),
    MODEL_FIELD("read", PARTS, 0, "read", "local", 0, 0, "Read steps, tried in order.", "chosen"),
    MODEL_FIELD("conflict", WORD, 0, "lww|reject|freeze", "lww", 0, 0,
                "What happens when a change meets one it has not seen: the later clock wins, the "
                "first stays, or both are frozen.",
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
