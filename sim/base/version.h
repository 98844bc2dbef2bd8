/*
 * version.h: which engine made a result.
 *
 * Stored with every run: a result is compared only with results of the same version. The build may
 * set it from outside.
 */
#ifndef SIM_BASE_VERSION_H
#define SIM_BASE_VERSION_H

#ifndef FAULTLINE_VERSION
#define FAULTLINE_VERSION "0.1.0"
#endif

#endif
