/* timetable.h: the fields that every entry of the timetable begins with. */
#ifndef MODELS_FAULT_TIMETABLE_H
#define MODELS_FAULT_TIMETABLE_H

#include "models/model.h"

/* The fields of every fault; `flap` says `every` in its own way. */
#define FAULT_FIRST_FIELDS                                                                         \
    MODEL_FIELD("at", TIME, PLAN_REQUIRED | PLAN_INTERNAL, NULL, NULL, 0, 365 * SIM_DAY,           \
                "When, from at \"5min\" { ... }.", NULL),                                          \
        MODEL_FIELD("lasts", TIME, 0, NULL, NULL, 1, 365 * SIM_DAY,                                \
                    "How long; to the end of the run by default.", NULL),                          \
        MODEL_FIELD("may_miss", FLAG, 0, NULL, "false", 0, 0,                                      \
                    "Accept that the fault hits nothing; otherwise that is an error.", "chosen")
#define FAULT_TIME_FIELDS                                                                          \
    MODEL_FIELD("stops", TIME, 0, NULL, NULL, 1, 365 * SIM_DAY,                                    \
                "A fault that comes again does not begin at this time or later.", NULL),           \
        MODEL_FIELD(                                                                               \
            "mttf", DIST, 0, NULL, NULL, 0, 0,                                                     \
            "The fault comes at random: how long all is well before it, counted from `at` "        \
            "and then from each repair.",                                                          \
            NULL),                                                                                 \
        MODEL_FIELD("mttr", DIST, 0, NULL, NULL, 0, 0,                                             \
                    "How long each of these random faults lasts.", NULL),                          \
        MODEL_FIELD("when", PART, 0, "condition", NULL, 0, 0,                                      \
                    "The fault comes when this holds, from `at` on.", NULL),                       \
        MODEL_FIELD("times", COUNT, 0, NULL, NULL, 1, 1000000,                                     \
                    "With `when`: at most so often; once by default.", NULL),                      \
        MODEL_FIELD("name", TEXT, 0, NULL, NULL, 0, 0,                                             \
                    "What the condition of another fault calls it.", NULL)
#define FAULT_COMMON_FIELDS                                                                        \
    FAULT_FIRST_FIELDS,                                                                            \
        MODEL_FIELD("every", TIME, 0, NULL, NULL, SIM_MS, 365 * SIM_DAY,                           \
                    "The fault comes again at this distance, from beginning to beginning.", NULL), \
        FAULT_TIME_FIELDS

#endif
