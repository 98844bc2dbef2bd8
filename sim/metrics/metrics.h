/*
 * metrics.h: numbers without opinions: counters per window, integer histograms.
 */
#ifndef SIM_METRICS_METRICS_H
#define SIM_METRICS_METRICS_H

#include <stdint.h>

#include "sim/base/time.h"

/* How a served request was served; the best that applies to the whole request. */
typedef enum MetricsQuality {
    METRICS_FRESH,       /* every read returned the newest acknowledged version */
    METRICS_STALE,       /* some read missed an acknowledged write */
    METRICS_REMOTE,      /* some read was answered by another region */
    METRICS_REGENERATED, /* some record was made anew: a forced login again */
    METRICS_REFUSED_OK,  /* a correct "no": the unique key is taken, or no such record exists */
    METRICS_RETRIED,     /* served after a retry (otherwise fresh) */
    METRICS_DEGRADED,    /* a default answer stood for some record */
    METRICS_PROVISIONAL, /* some write was accepted, and not done yet */
    METRICS_QUALITY_COUNT,
} MetricsQuality;

/* Why a request failed, as the user saw it after the last attempt. */
typedef enum MetricsFailure {
    METRICS_TIMEOUT,     /* no answer before the deadline: outcome unknown */
    METRICS_UNREACHABLE, /* connection refused or region down */
    METRICS_OVERLOAD,    /* queue full */
    METRICS_OWNER,       /* the owner of the record could not be reached in time */
    METRICS_NOT_FOUND,   /* no read step found the record although it exists somewhere */
    METRICS_FENCED,      /* writes are banned there */
    METRICS_CONFLICT,    /* the record had changed since the writer read it */
    METRICS_FAILURE_COUNT,
} MetricsFailure;

/* Log-linear histogram of non-negative ns: 16 sub-buckets per power of two; the relative width of
 * a bucket is at most 1/16. */
#define METRICS_HISTOGRAM_BUCKETS 976u

typedef struct MetricsHistogram {
    uint64_t count;
    int64_t  max;
    uint32_t bucket[METRICS_HISTOGRAM_BUCKETS];
} MetricsHistogram;

/* How far one stream of changes was behind at an instant. */
typedef struct MetricsLag {
    SimTime  at;
    SimTime  age; /* of the oldest change that waits; 0: none does */
    uint32_t stream;
    uint32_t backlog; /* changes that wait */
} MetricsLag;

#define METRICS_SUB_BITS 4u

static inline uint32_t metrics_bucket_of(int64_t value)
{
    SIM_ASSERT(value >= 0);
    if (value < INT64_C(1) << METRICS_SUB_BITS)
        return (uint32_t)value;
    uint32_t exponent = 63u - (uint32_t)__builtin_clzll((unsigned long long)value);
    uint32_t shift = exponent - METRICS_SUB_BITS;
    /* The leading bit stays in and counts as one more power of two. */
    return (shift << METRICS_SUB_BITS) + (uint32_t)(value >> shift);
}

/* Largest value that falls into the bucket. */
int64_t metrics_bucket_top(uint32_t bucket);

static inline void metrics_histogram_add(MetricsHistogram *histogram, int64_t value)
{
    histogram->count++;
    if (value > histogram->max)
        histogram->max = value;
    histogram->bucket[metrics_bucket_of(value)]++;
}

/* Smallest bucket top below which at least ppb of the samples lie; -1 without samples; never more
 * than the largest sample. */
int64_t metrics_histogram_quantile(const MetricsHistogram *histogram, int64_t ppb);

#endif
