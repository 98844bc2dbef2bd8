/*
 * format.h: how a result file is recognised. Must agree with schema.sql (a test compares them).
 */
#ifndef SIM_STORE_FORMAT_H
#define SIM_STORE_FORMAT_H

#define STORE_APPLICATION_ID 0x464c544c /* "FLTL" */
#define STORE_SCHEMA_VERSION 8

#endif
