/*
 * histogram.c: log-linear histograms of integers.
 */
#include "sim/metrics/metrics.h"

#include "sim/base/assert.h"

#define SUB_BITS METRICS_SUB_BITS
#define SUB (1u << SUB_BITS)

int64_t metrics_bucket_top(uint32_t bucket)
{
    if (bucket < SUB)
        return bucket;
    uint32_t exponent = bucket / SUB + SUB_BITS - 1;
    int64_t  width = INT64_C(1) << (exponent - SUB_BITS);
    return (int64_t)(SUB + bucket % SUB) * width + (width - 1);
}

int64_t metrics_histogram_quantile(const MetricsHistogram *histogram, int64_t ppb)
{
    if (histogram->count == 0)
        return -1;
    __extension__ unsigned __int128 wide =
        (__extension__(unsigned __int128) histogram->count) * (uint64_t)ppb;
    uint64_t wanted = (uint64_t)((wide + 999999999u) / 1000000000u);
    if (wanted == 0)
        wanted = 1;
    uint64_t seen = 0;
    for (uint32_t b = 0; b < METRICS_HISTOGRAM_BUCKETS; b++) {
        seen += histogram->bucket[b];
        if (seen >= wanted) {
            int64_t top = metrics_bucket_top(b);
            return top < histogram->max ? top : histogram->max;
        }
    }
    return histogram->max;
}
