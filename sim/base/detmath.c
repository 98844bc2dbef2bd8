/*
 * detmath.c: see detmath.h. Argument reduction by bits, then short series in Horner form.
 */
#include "sim/base/detmath.h"

#include <stdint.h>
#include <string.h>

#include "sim/base/assert.h"

/* ln 2 in two parts; the high part has 32 trailing zero bits, so k * LN2_HIGH is exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define INVERSE_LN2 0x1.71547652b82fep+0
#define SQRT_HALF 0x1.6a09e667f3bcdp-1

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* 2 atanh(s) for |s| < 0.172: the series in s^2 up to s^23 ends below 2^-60 of the first term. */
static double twice_atanh(double s)
{
    double z = s * s;
    double sum = 1.0 / 23;
    sum = sum * z + 1.0 / 21;
    sum = sum * z + 1.0 / 19;
    sum = sum * z + 1.0 / 17;
    sum = sum * z + 1.0 / 15;
    sum = sum * z + 1.0 / 13;
    sum = sum * z + 1.0 / 11;
    sum = sum * z + 1.0 / 9;
    sum = sum * z + 1.0 / 7;
    sum = sum * z + 1.0 / 5;
    sum = sum * z + 1.0 / 3;
    return 2 * s + 2 * s * (z * sum);
}

double sim_det_log(double x)
{
    SIM_ASSERT(x > 0 && x < 0x1.0p+1023);
    int exponent = 0;
    if (x < 0x1.0p-1022) { /* subnormal: lift it first */
        x *= 0x1.0p+54;
        exponent = -54;
    }
    uint64_t bits = bits_of(x);
    exponent += (int)(bits >> 52) - 1022;
    double m = from_bits((bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3fe0000000000000));
    if (m < SQRT_HALF) {
        m *= 2;
        exponent -= 1;
    }
    double log_m = twice_atanh((m - 1) / (m + 1));
    return exponent * LN2_HIGH + (log_m + exponent * LN2_LOW);
}

/* (exp(r) - 1) / r for |r| < 0.347: Taylor to the 14th power leaves less than 2^-60. */
static double exponential_series(double r)
{
    double sum = 1.0 / 87178291200;
    sum = sum * r + 1.0 / 6227020800;
    sum = sum * r + 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 1.0 / 2;
    return sum * r + 1;
}

double sim_det_exp(double x)
{
    if (x > 709)
        x = 709;
    if (x < -708)
        return 0;
    /* Truncation after adding a half away from zero: no rounding mode is involved. */
    int    k = (int)(x * INVERSE_LN2 + (x < 0 ? -0.5 : 0.5));
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double sum = 1 + r * exponential_series(r);
    /* k lies in [-1022, 1023], so 2^k is a normal number. */
    return sum * from_bits((uint64_t)(k + 1023) << 52);
}

double sim_det_pow(double x, double y)
{
    SIM_ASSERT(x >= 0);
    if (x <= 0)
        return 0;
    return sim_det_exp(y * sim_det_log(x));
}

double sim_det_log1p_over(double t)
{
    SIM_ASSERT(t > -1);
    /* log(1 + t) = 2 atanh(t / (2 + t)) keeps every digit of a small t. */
    if (t > -0.25 && t < 0.25)
        return t < 0 || t > 0 ? twice_atanh(t / (2 + t)) / t : 1;
    return sim_det_log(1 + t) / t;
}

double sim_det_expm1_over(double t)
{
    if (t > -0.25 && t < 0.25)
        return exponential_series(t);
    return (sim_det_exp(t) - 1) / t;
}

double sim_det_gamma(double x)
{
    SIM_ASSERT(x > 0 && x < 170);
    /* Stirling's series wants a large argument: climb to it, divide the steps out again. */
    double steps = 1;
    while (x < 20) {
        steps *= x;
        x += 1;
    }
    double       z = 1 / (x * x);
    double       series = ((((-1.0 / 1680) * z + 1.0 / 1260) * z - 1.0 / 360) * z + 1.0 / 12) / x;
    const double half_log_two_pi = 0x1.d67f1c864beb5p-1;
    return sim_det_exp((x - 0.5) * sim_det_log(x) - x + half_log_two_pi + series) / steps;
}
