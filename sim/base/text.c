/*
 * text.c: quantities, exactly.
 *
 * A quantity is DIGITS[.DIGITS][e[+-]DIGITS] [spaces] UNIT. The number is kept as an integer and a
 * power of ten, the unit as a fraction of the plan's integer unit, and one 128-bit division rounds
 * the product: no double, no strtod, no locale.
 */
#include "sim/base/text.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/time.h"

__extension__ typedef unsigned __int128 Wide;

#define WIDE_MAX (~(Wide)0)

/* One spelling of a unit: `num` / `den` of the plan's integer unit. */
typedef struct Scale {
    const char *name;
    int64_t     num;
    int64_t     den;
} Scale;

typedef struct UnitInfo {
    const char  *what;    /* "a time" */
    const char  *example; /* how to write one */
    const Scale *scales;  /* ascending; ends with a NULL name */
    bool         sign;    /* may be negative */
} UnitInfo;

#define GIGA INT64_C(1000000000)

static const Scale time_scales[] = {
    {"ns", 1, 1},        {"us", SIM_US, 1},  {"ms", SIM_MS, 1}, {"s", SIM_S, 1},
    {"min", SIM_MIN, 1}, {"h", SIM_HOUR, 1}, {"d", SIM_DAY, 1}, {NULL, 0, 0},
};
static const Scale ratio_scales[] = {
    {"ppb", 1, 1},
    {"ppm", 1000, 1},
    {"%", 10000000, 1},
    {NULL, 0, 0},
};
static const Scale rate_scales[] = {
    {"/day", GIGA, 86400}, {"/d", GIGA, 86400},     {"/h", GIGA, 3600},         {"/min", GIGA, 60},
    {"/s", GIGA, 1},       {"k/s", GIGA * 1000, 1}, {"M/s", GIGA * 1000000, 1}, {NULL, 0, 0},
};
static const Scale size_scales[] = {
    {"B", 1, 1},
    {"kB", 1000, 1},
    {"KiB", INT64_C(1) << 10, 1},
    {"MB", 1000000, 1},
    {"MiB", INT64_C(1) << 20, 1},
    {"GB", GIGA, 1},
    {"GiB", INT64_C(1) << 30, 1},
    {"TB", 1000 * GIGA, 1},
    {"TiB", INT64_C(1) << 40, 1},
    {NULL, 0, 0},
};
static const Scale bandwidth_scales[] = {
    {"bps", 1, 1},     {"kbps", 1000, 1},        {"Mbps", 1000000, 1},
    {"Gbps", GIGA, 1}, {"Tbps", 1000 * GIGA, 1}, {NULL, 0, 0},
};
static const Scale count_scales[] = {{"", 1, 1}, {NULL, 0, 0}};

static const UnitInfo unit_infos[] = {
    [SIM_UNIT_TIME] = {"a time", "40ms", time_scales, true},
    [SIM_UNIT_RATIO] = {"a ratio", "2%", ratio_scales, false},
    [SIM_UNIT_RATE] = {"a rate", "10/s", rate_scales, false},
    [SIM_UNIT_SIZE] = {"a size", "4KiB", size_scales, false},
    [SIM_UNIT_BANDWIDTH] = {"a bandwidth", "100Mbps", bandwidth_scales, false},
    [SIM_UNIT_COUNT] = {"a count", "12", count_scales, false},
};

/* value = (negative ? -1 : 1) * digits / 10^decimals */
typedef struct Number {
    Wide     digits;
    uint32_t decimals;
    bool     negative;
    bool     exponent; /* was written with one */
} Number;

typedef enum Reading { READ_OK, READ_NOT_A_NUMBER, READ_TOO_LONG } Reading;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_spaces(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* digits * 10 + digit; false if that is too large to be meant. */
static bool append_digit(Number *number, char c)
{
    if (number->digits > (WIDE_MAX >> 1) / 10 - 10)
        return false;
    number->digits *= 10;
    number->digits += (unsigned char)(c - '0');
    return true;
}

static bool scale_by_ten(Number *number, int32_t power)
{
    for (; power > 0; power--) {
        if (number->decimals > 0)
            number->decimals--;
        else if (!append_digit(number, '0'))
            return false;
    }
    for (; power < 0 && number->digits != 0; power++)
        number->decimals++;
    return true;
}

/* Reads [e[+-]DIGITS]; "e" without digits is left for the unit. */
static Reading read_exponent(const char **at, Number *number)
{
    const char *c = *at;
    if (*c != 'e' && *c != 'E')
        return READ_OK;
    c++;
    bool down = *c == '-';
    if (*c == '-' || *c == '+')
        c++;
    if (!is_digit(*c))
        return READ_OK;
    int32_t power = 0;
    for (; is_digit(*c); c++) {
        if (power < 1000)
            power = power * 10 + (*c - '0');
    }
    number->exponent = true;
    *at = c;
    return scale_by_ten(number, down ? -power : power) ? READ_OK : READ_TOO_LONG;
}

static Reading read_number(const char **at, Number *number)
{
    const char *c = *at;
    *number = (Number){0};
    if (*c == '-' || *c == '+') {
        number->negative = *c == '-';
        c++;
    }
    if (!is_digit(*c))
        return READ_NOT_A_NUMBER;
    for (; is_digit(*c); c++) {
        if (!append_digit(number, *c))
            return READ_TOO_LONG;
    }
    if (*c == '.') {
        c++;
        if (!is_digit(*c))
            return READ_NOT_A_NUMBER;
        for (; is_digit(*c); c++) {
            if (!append_digit(number, *c))
                return READ_TOO_LONG;
            number->decimals++;
        }
    }
    *at = c;
    Reading reading = read_exponent(at, number);
    /* "1.500" is "1.5": fewer decimals leave more room for the unit. */
    while (number->decimals > 0 && number->digits % 10 == 0) {
        number->digits /= 10;
        number->decimals--;
    }
    return reading;
}

/* digits * num / (den * 10^decimals), rounded half up; false if it leaves the 128 bits or int64. */
static bool apply_scale(const Number *number, const Scale *scale, int64_t *out_value)
{
    Wide num;
    Wide den = (Wide)scale->den;
    if (__builtin_mul_overflow(number->digits, (Wide)scale->num * 2, &num))
        return false;
    for (uint32_t i = 0; i < number->decimals; i++) {
        if (__builtin_mul_overflow(den, (Wide)10, &den)) {
            /* Far below a half. */
            *out_value = 0;
            return true;
        }
    }
    if (den > (WIDE_MAX >> 2) || num > (WIDE_MAX >> 1)) {
        if (den <= (WIDE_MAX >> 2))
            return false;
        *out_value = 0;
        return true;
    }
    Wide rounded = (num + den) / (den * 2);
    if (rounded > INT64_MAX)
        return false;
    *out_value = number->negative ? -(int64_t)rounded : (int64_t)rounded;
    return true;
}

static const Scale *scale_find(const UnitInfo *info, const char *name)
{
    for (const Scale *scale = info->scales; scale->name != NULL; scale++) {
        if (strcmp(scale->name, name) == 0)
            return scale;
    }
    return NULL;
}

static char *unit_list(const UnitInfo *info)
{
    GString *list = g_string_new(NULL);
    for (const Scale *scale = info->scales; scale->name != NULL; scale++)
        g_string_append_printf(list, "%s%s", list->len > 0 ? " " : "", scale->name);
    return g_string_free(list, FALSE);
}

static char *reason_for_unit(const UnitInfo *info, const char *name)
{
    if (info->scales == count_scales)
        return g_strdup_printf("has \"%s\" after the number (a count has no unit: write e.g. "
                               "\"%s\" or \"10e6\")",
                               name, info->example);
    if (name[0] == '\0')
        return g_strdup_printf("has no unit (write e.g. \"%s\")", info->example);
    char *list = unit_list(info);
    char *reason = g_strdup_printf("has the unknown unit \"%s\" (%s is written with one of: %s)",
                                   name, info->what, list);
    g_free(list);
    return reason;
}

/* What is wrong with a number that could be read, or NULL. */
static char *reason_for_number(const UnitInfo *info, const Number *number)
{
    if (number->negative && !info->sign)
        return g_strdup_printf("is negative (%s is not)", info->what);
    if (number->exponent && info->scales != count_scales && info->scales != rate_scales)
        return g_strdup_printf("has an exponent (write e.g. \"%s\")", info->example);
    if (number->decimals > 0 && info->scales == count_scales)
        return g_strdup("is not a whole number");
    return NULL;
}

static char *read_quantity(const char *text, const UnitInfo *info, int64_t *out_value)
{
    const char *at = skip_spaces(text);
    if (*at == '\0')
        return g_strdup_printf("is empty (write e.g. \"%s\")", info->example);

    Number number;
    switch (read_number(&at, &number)) {
    case READ_OK:
        break;
    case READ_NOT_A_NUMBER:
        return g_strdup_printf("is not %s (write e.g. \"%s\")", info->what, info->example);
    case READ_TOO_LONG:
        return g_strdup("is too large");
    }

    char        *name = g_strchomp(g_strdup(skip_spaces(at)));
    const Scale *scale = scale_find(info, name);
    char        *reason = NULL;
    if (scale == NULL)
        reason = reason_for_unit(info, name);
    g_free(name);
    if (reason == NULL)
        reason = reason_for_number(info, &number);
    if (reason == NULL && !apply_scale(&number, scale, out_value))
        reason = g_strdup("is too large");
    return reason;
}

bool sim_text_quantity(const char *text, SimUnit unit, int64_t *out_value, char **out_reason)
{
    int64_t value = 0;
    char   *reason = read_quantity(text, &unit_infos[unit], &value);
    if (reason != NULL) {
        *out_reason = reason;
        return false;
    }
    *out_value = value;
    return true;
}

/* The magnitude of a value, INT64_MIN included. */
static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* `value` / 10^decimals without trailing zeros. */
static void append_decimal(GString *text, uint64_t value, uint32_t decimals)
{
    uint64_t power = 1;
    for (uint32_t i = 0; i < decimals; i++)
        power *= 10;
    g_string_append_printf(text, "%" PRIu64, value / power);
    if (value % power == 0)
        return;
    g_string_append_printf(text, ".%0*" PRIu64, (int)decimals, value % power);
    while (text->str[text->len - 1] == '0')
        g_string_truncate(text, text->len - 1);
}

/* The unit that writes `value` as the smallest whole number; the first of equals. */
static const Scale *shortest_scale(const Scale *scales, uint64_t value)
{
    const Scale *best = scales;
    for (const Scale *scale = scales; scale->name != NULL; scale++) {
        if (value % (uint64_t)scale->num == 0 && scale->num > best->num)
            best = scale;
    }
    return best;
}

char *sim_text_from_quantity(int64_t value, SimUnit unit)
{
    GString *text = g_string_new(value < 0 ? "-" : "");
    uint64_t size = magnitude(value);
    switch (unit) {
    case SIM_UNIT_RATE:
        append_decimal(text, size, 9);
        g_string_append(text, "/s");
        break;
    case SIM_UNIT_RATIO:
        /* Percent reaches down to ppb with seven decimals, and is what people write. */
        append_decimal(text, size, 7);
        g_string_append_c(text, '%');
        break;
    case SIM_UNIT_TIME:
    case SIM_UNIT_SIZE:
    case SIM_UNIT_BANDWIDTH:
    case SIM_UNIT_COUNT: {
        const Scale *scales = unit_infos[unit].scales;
        const Scale *scale = shortest_scale(scales, size);
        /* Nothing of anything: every unit divides it, the everyday one is meant. */
        if (size == 0)
            scale = unit == SIM_UNIT_TIME ? scale_find(&unit_infos[unit], "s") : scales;
        g_string_append_printf(text, "%" PRIu64 "%s", size / (uint64_t)scale->num, scale->name);
        break;
    }
    }
    return g_string_free(text, FALSE);
}

/* --- for people --- */

/* Rounded half up to three significant digits; beyond 2^63 the last digits are dropped instead. */
static uint64_t three_digits(uint64_t value)
{
    uint64_t unit = 1;
    while (value / unit >= 1000)
        unit *= 10;
    if (value > UINT64_MAX / 2)
        return value / unit * unit;
    return (value + unit / 2) / unit * unit;
}

char *sim_text_duration(int64_t ns)
{
    GString     *text = g_string_new(ns < 0 ? "-" : "");
    uint64_t     size = three_digits(magnitude(ns));
    const Scale *scale = time_scales;
    for (const Scale *next = time_scales; next->name != NULL; next++) {
        if (size >= (uint64_t)next->num)
            scale = next;
    }
    if (size == 0)
        scale = scale_find(&unit_infos[SIM_UNIT_TIME], "s");

    /* Minutes, hours and days are no powers of ten, so the quotient is rounded once more. */
    uint64_t num = (uint64_t)scale->num;
    uint64_t whole = size / num;
    uint32_t decimals = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
    uint64_t power = decimals == 0 ? 1 : decimals == 1 ? 10 : 100;
    uint64_t scaled = (uint64_t)(((Wide)size * power * 2 + num) / ((Wide)num * 2));
    append_decimal(text, three_digits(scaled), decimals);
    g_string_append_printf(text, " %s", scale->name);
    return g_string_free(text, FALSE);
}

char *sim_text_count(int64_t value)
{
    char    *digits = g_strdup_printf("%" PRIu64, magnitude(value));
    size_t   length = strlen(digits);
    GString *text = g_string_new(value < 0 ? "-" : "");
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    g_free(digits);
    return g_string_free(text, FALSE);
}

char *sim_text_percent(int64_t num, int64_t den)
{
    SIM_ASSERT(num >= 0 && den >= 0);
    if (den == 0)
        return g_strdup("-");
    /* Two decimals; as many more as it takes to tell almost all from all, and little from none. */
    uint32_t decimals = 2;
    Wide     power = 100;
    Wide     share = ((Wide)num * 100 * power * 2 + (Wide)den) / ((Wide)den * 2);
    while (decimals < 9 && num > 0 && num != den && (share == 0 || share == 100 * power)) {
        decimals++;
        power *= 10;
        share = ((Wide)num * 100 * power * 2 + (Wide)den) / ((Wide)den * 2);
    }
    if (num < den && share >= 100 * power)
        share = 100 * power - 1;
    GString *text = g_string_new(NULL);
    append_decimal(text, (uint64_t)share, decimals);
    g_string_append(text, " %");
    return g_string_free(text, FALSE);
}

char *sim_text_share(int64_t num, int64_t den)
{
    if (den == 0 || den >= 20)
        return sim_text_percent(num, den);
    return g_strdup_printf("%d of %d", (int)num, (int)den);
}

/* --- the nearest name --- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits between two words: insert, delete, replace a letter, swap two neighbours (each letter
 * takes part in one swap at most). `rows` holds three rows of strlen(b) + 1. */
static size_t edit_distance(const char *a, const char *b, size_t *rows)
{
    size_t  length_a = strlen(a);
    size_t  length_b = strlen(b);
    size_t *before = rows; /* row i - 2 */
    size_t *last = rows + (length_b + 1);
    size_t *row = rows + 2 * (length_b + 1);
    for (size_t j = 0; j <= length_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t best = last[j - 1] + (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));
            best = smaller(best, last[j] + 1);
            best = smaller(best, row[j - 1] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = smaller(best, before[j - 2] + 1);
            row[j] = best;
        }
    }
    return row[length_b];
}

const char *sim_text_nearest(const char *text, const char *const *names, size_t count)
{
    size_t      length = strlen(text);
    size_t      best_distance = length / 3 + 2; /* one more than is allowed */
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(names[i]);
        if (length >= 3 && best_distance > 1 && g_ascii_strncasecmp(names[i], text, length) == 0) {
            best_distance = 1; /* somebody writes short what has a long name */
            best = names[i];
            continue;
        }
        /* Lengths alone may tell; a text of 16 KiB would take long. */
        if ((other > length ? other - length : length - other) >= best_distance)
            continue;
        size_t *rows = g_new(size_t, 3 * (other + 1));
        size_t  distance = edit_distance(text, names[i], rows);
        g_free(rows);
        if (distance < best_distance) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}

/* Controls of ASCII and of Latin-1 (C1), separators of lines and paragraphs, and what embeds,
 * overrides or isolates a direction; marks that join letters are harmless and needed. */
bool sim_text_letter_unseen(uint32_t letter)
{
    return letter < 0x20 || (letter >= 0x7f && letter < 0xa0) || letter == 0x200e ||
           letter == 0x200f || letter == 0x061c || (letter >= 0x2028 && letter <= 0x202e) ||
           (letter >= 0x2066 && letter <= 0x2069) || letter == 0xfeff || letter == 0xfffe ||
           letter == 0xffff || (letter >= 0xe0000 && letter <= 0xe007f);
}

/* The letter at a place, and how many bytes it has; false if the first byte is no UTF-8. */
static bool letter_at(const char *at, gunichar *out_letter, size_t *out_size)
{
    *out_letter = g_utf8_get_char_validated(at, -1);
    bool good = *out_letter != (gunichar)-1 && *out_letter != (gunichar)-2;
    *out_size = good ? (size_t)g_utf8_skip[(unsigned char)*at] : 1;
    return good;
}

bool sim_text_unseen(const char *text)
{
    gunichar letter;
    size_t   size;
    for (const char *at = text; *at; at += size)
        if (!letter_at(at, &letter, &size) || sim_text_letter_unseen(letter))
            return true;
    return false;
}

char *sim_text_shown(const char *text, bool lines)
{
    GString *out = g_string_new(NULL);
    gunichar letter;
    size_t   size;
    for (const char *at = text; *at; at += size) {
        bool good = letter_at(at, &letter, &size);
        if (*at == '\n' || *at == '\t' || (*at == '\r' && !lines))
            g_string_append_c(out, lines ? *at : ' ');
        else if (!good)
            g_string_append_printf(out, "<%02X>", (unsigned)(unsigned char)*at);
        else if (sim_text_letter_unseen(letter))
            g_string_append_printf(out, "<U+%04X>", letter);
        else
            g_string_append_len(out, at, (gssize)size);
    }
    return g_string_free(out, FALSE);
}
