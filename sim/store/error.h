/*
 * error.h: what can be wrong with a result file.
 */
#ifndef SIM_STORE_ERROR_H
#define SIM_STORE_ERROR_H

#include <glib.h>

#define STORE_ERROR (store_error_quark())

typedef enum StoreError {
    STORE_ERROR_WRITE,   /* could not be written: disk full, no permission, no such directory */
    STORE_ERROR_READ,    /* could not be read, or is damaged */
    STORE_ERROR_FOREIGN, /* not a result of this program */
    STORE_ERROR_VERSION, /* a result, but with another schema */
} StoreError;

GQuark store_error_quark(void);

#endif
