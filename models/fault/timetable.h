/* timetable.h: the fields that every entry of the timetable begins with. */
#ifndef MODELS_FAULT_TIMETABLE_H
#define MODELS_FAULT_TIMETABLE_H

#include "models/model.h"

#define FAULT_COMMON_FIELDS                                                                        \
    MODEL_FIELD("at", TIME, PLAN_REQUIRED | PLAN_INTERNAL, NULL, NULL, 0, 365 * SIM_DAY,           \
                "When, from at \"5min\" { ... }.", NULL),                                          \
        MODEL_FIELD("lasts", TIME, 0, NULL, NULL, 1, 365 * SIM_DAY,                                \
                    "How long; to the end of the run by default.", NULL),                          \
        MODEL_FIELD("may_miss", FLAG, 0, NULL, "false", 0, 0,                                      \
                    "Accept that the fault hits nothing; otherwise that is an error.", "chosen")

#endif
