/*
 * text.h: quantities as people write them, and the nearest valid name.
 *
 * Everything is independent of the locale. Returned strings are owned by the caller (g_free).
 */
#ifndef SIM_BASE_TEXT_H
#define SIM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a quantity measures; each has its own integer unit in the plan. */
typedef enum SimUnit {
    SIM_UNIT_TIME,      /* ns: "40ms" "1.5s" "10min" "2h" "3d", may carry a sign: "-300ms" */
    SIM_UNIT_RATIO,     /* parts per billion: "2%" "0.5%" "1e-4" is not accepted, "120ppm" is */
    SIM_UNIT_RATE,      /* events per 1e9 seconds: "10/s" "30000/day" "5/min" "2/h" "1k/s" */
    SIM_UNIT_SIZE,      /* bytes: "200B" "1KiB" "1MiB" "10kB" "2GB" */
    SIM_UNIT_BANDWIDTH, /* bits per second: "1Gbps" "100Mbps" "64kbps" */
    SIM_UNIT_COUNT,     /* a bare whole number: "12", "10e6", "64 k" is not accepted */
} SimUnit;

/* Reads all of `text` as a quantity. On failure returns false and sets *out_reason to a sentence
 * part such as "has no unit (write e.g. \"40ms\")". Fractions are exact decimal arithmetic, rounded
 * half up to the integer unit; out-of-range values are refused. */
bool sim_text_quantity(const char *text, SimUnit unit, int64_t *out_value, char **out_reason);

/* The other way round, exact and canonical: 300 s -> "5min", 90 s -> "90s", 40 000 000 ns ->
 * "40ms"; parsing the result yields the same integer. */
char *sim_text_from_quantity(int64_t value, SimUnit unit);

/* For people: at most three significant digits, "11.8 s", "9.4 min", "300 ms". */
char *sim_text_duration(int64_t ns);
/* 12345678 -> "12,345,678". */
char *sim_text_count(int64_t value);
/* Share of num in den as a percentage for people, never rounding up to 100: "99.98 %"; "-" if
 * den is 0. */
char *sim_text_percent(int64_t num, int64_t den);
/* The same; of fewer than 20 as "7 of 9": a percentage of so few would say too much. */
char *sim_text_share(int64_t num, int64_t den);

/* Whether a text holds something that a terminal or a page would obey instead of show: control
 * characters (line breaks among them), signs that turn the direction of writing, or bytes that are
 * no UTF-8. */
bool sim_text_unseen(const char *text);
/* Whether one letter (a Unicode code point) is such a sign. */
bool sim_text_letter_unseen(uint32_t letter);

/* The text with each of these written out as <U+001B>; a byte that is no UTF-8 as <9B>. Line breaks
 * and tabs stay if `lines`, else they become blanks. What reaches a terminal, a page or an XML file
 * from a scenario or a command line goes through this. */
char *sim_text_shown(const char *text, bool lines);

/* The nearest of `count` names to `text` by edit distance with swaps, at most a third of the
 * length plus one; NULL if none is near. Capitals do not count, and a name that goes on after the
 * whole text is one edit away. The result is one of `names`; ties go to the first. */
const char *sim_text_nearest(const char *text, const char *const *names, size_t count);

#endif
