/*
 * detmath.h: logarithm, exponential and power without libm.
 *
 * Computed with + - * / on doubles only, in one fixed order, so the last bit is the same on every
 * processor and at every optimisation level (given IEEE doubles and -ffp-contract=off). The error
 * is a few units in the last place. Private to sim/base: results leave it as integers only.
 */
#ifndef SIM_BASE_DETMATH_H
#define SIM_BASE_DETMATH_H

/* Natural logarithm; x > 0 and finite. */
double sim_det_log(double x);

/* e to the x. Above 709 it stays at the value of 709, below -708 it is 0: nothing overflows. */
double sim_det_exp(double x);

/* x to the y, x >= 0; 0 to any power is 0. Saturates as sim_det_exp. */
double sim_det_pow(double x, double y);

/* log(1 + t) / t and (exp(t) - 1) / t, smooth through t = 0; t > -1 for the first. */
double sim_det_log1p_over(double t);
double sim_det_expm1_over(double t);

/* The gamma function for 0 < x < 170. */
double sim_det_gamma(double x);

#endif
