/*
 * presets.h: measured figures that a scenario can name instead of writing numbers.
 *
 * A set holds round-trip times between places: the regions of a cloud, or cities. It comes from one
 * CSV file of this folder, turned into tables when the simulator is built; nothing is read at run
 * time. Every link says how its figure came about, because some sets mix measurements with
 * estimates. Whoever prints a plan or a list should print the kind too.
 *
 * Everything returned is constant and lives as long as the program. Lookups never fail loudly: an
 * unknown set, an unknown place or a pair without a figure is an answer. No name may be NULL.
 */
#ifndef MODELS_PRESETS_PRESETS_H
#define MODELS_PRESETS_PRESETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a figure came about. */
typedef enum PresetsKind {
    PRESETS_KIND_MEASURED,   /* somebody sent packets and published the result */
    PRESETS_KIND_DOCUMENTED, /* a document states it, often rounded or as a bound */
    PRESETS_KIND_MODELLED,   /* computed from distance; unconfirmed */
} PresetsKind;

enum { PRESETS_KIND_COUNT = 3 };

/* One direction of a pair of places. The reverse direction is another link, and may differ. */
typedef struct PresetsLink {
    const char *from;
    const char *to;
    int64_t     rtt_ns;         /* round trip as seen from `from`; > 0 */
    int64_t     jitter_mean_ns; /* see presets_rtt(); > 0 */
    PresetsKind kind;           /* of rtt_ns; jitter_mean_ns is an estimate in every link */
} PresetsLink;

typedef struct PresetsSet {
    const char *name; /* what a scenario writes: "china" */
    const char *title;
    const char *source;
    const char *licence;
    const char *date;      /* when it was measured, in words */
    const char *statistic; /* median, mean, bound: what one figure is */
    const char *spread;    /* where jitter_mean_ns comes from */
    const char *note;      /* what to be careful about */

    const char *const *places; /* sorted by bytes */
    size_t             place_count;
    const PresetsLink *links; /* sorted by (from, to); no place to itself, no pair twice */
    size_t             link_count;
    size_t             missing_count; /* ordered pairs of different places without a link */
    size_t             kind_count[PRESETS_KIND_COUNT]; /* links by kind; together link_count */
} PresetsSet;

/* All sets, sorted by name. */
const PresetsSet *presets_sets(size_t *out_count);

/* Their names in the same order, as sim_text_nearest() takes them. */
const char *const *presets_set_names(size_t *out_count);

/* The set of that name, or NULL. */
const PresetsSet *presets_set_find(const char *set);

/* The names of a set's places, sorted, as sim_text_nearest() takes them; NULL if there is no such
 * set. */
const char *const *presets_places(const char *set, size_t *out_count);

/* The link from one place to another, or NULL if the set has no figure for that direction. */
const PresetsLink *presets_link_find(const PresetsSet *set, const char *from, const char *to);

/*
 * The round-trip time from one place to another, and the mean of the extra delay to add to each
 * one-way trip. False if there is no such set, place or figure, or if both places are the same.
 *
 * How the extra delay is made. Published for many pairs of hosts are the least and the average of
 * a series of pings. Their difference is the mean by which a round trip exceeds the best one; half
 * of it belongs to each direction if the two are alike (assumed, nobody measured it):
 *
 *     jitter mean = 1/2 x median over the pairs of a band of (average - least)
 *
 * where the bands are round trips of 0-5, 5-50, 50-150 and 150-1000 ms, taken from the data set
 * that jitter.csv names for the band. What this is worth:
 *
 * - It is typical of a band, not of this pair. One hour of one pair catches a route change or
 *   catches none, so a pair's own difference would say more about that hour than about the pair.
 * - The published round trip is a median or a mean and contains the extra delay already. Adding it
 *   again makes the mean round trip too long by twice the jitter mean: at most 0.7 ms (Google
 *   Cloud above 150 ms), at most 0.3 ms below 50 ms.
 * - It is a mean of a quiet network. The tail is longer than any curve through this mean:
 *   a tenth of the pairs of a band exceed its median 2 to 26 times. Bad networks are for faults to
 *   model.
 * - The mean deviation that ping prints (mdev) is not used. It is a standard deviation, and older
 *   versions of ping computed it from an average cut to whole microseconds, which adds up to
 *   sqrt(2 x average x 1 us) of deviation that did not happen: 0.45 ms at 100 ms. In 185 of the
 *   361 rows of the AWS series of 2020 it exceeds what least, average and maximum allow any
 *   series, sqrt((average - least) x (maximum - average)).
 */
bool presets_rtt(const char *set, const char *from, const char *to, int64_t *out_rtt_ns,
                 int64_t *out_jitter_mean_ns);

/* "measured", "documented" or "modelled". */
const char *presets_kind_name(PresetsKind kind);

/*
 * The load of each hour of a weekday in ppm of the mean hour: 24 numbers from 0:00 local time, each
 * above 0, that sum to exactly 24,000,000. Whole-hour steps; a region in another time zone shifts
 * the index.
 *
 * Source: NASA Kennedy Space Center web server logs of July and August 1995, weekdays; see
 * diurnal.csv. Chosen over the World Cup log of 1998 because its hours are local to an audience
 * mostly of one continent, as the users of one region are; the other counts hours in UTC for the
 * whole world, which smears peak and trough (highest / lowest hour 2.3 instead of 4.5) and so
 * flatters every capacity plan. The peak is in office hours and there is no evening peak as
 * consumer services have one today: use the shape, not the times.
 */
const int64_t *presets_diurnal(void);

#endif
