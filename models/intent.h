/*
 * intent.h: provisional writes: promises that a region makes for an owner it need not reach.
 */
#ifndef MODELS_INTENT_H
#define MODELS_INTENT_H

#include "models/world.h"

typedef enum IntentTold {
    INTENT_TOLD_NOTHING,
    INTENT_TOLD_OK, /* that it is accepted */
    INTENT_TOLD_NO,
    INTENT_TOLD_UNKNOWN,
} IntentTold;

typedef struct IntentDelay { /* from the acceptance to the owner's answer, confirmed or not */
    MetricsHistogram histogram;
    SimTime          sum;
} IntentDelay;

void intent_build(World *world);
void intent_free(World *world);

/* The region that the request entered accepts its write for the owner: STORE_COMMITTED, and a
 * handle for intent_told that the ledger ignores. STORE_TAKEN or STORE_DOWN as a store would say.
 */
StoreAnswer intent_accept(World *world, uint32_t class_index, const Request *request,
                          LedgerWrite *out_handle);
/* What the user of a request was told about all its writes that nothing was said of yet. */
void intent_told(World *world, const Request *request, IntentTold told);
/* The disks of a region are gone, and with them the promises it had made. */
void intent_region_lost(World *world, uint32_t region);
/* Books what still waits. */
void intent_close(World *world);

/* Of a class in an entry region; NULL: no class has promises. */
const IntentDelay *intent_delay(const World *world, uint32_t class_index, uint32_t region);

#endif
