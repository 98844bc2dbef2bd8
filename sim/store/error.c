/*
 * error.c: the error domain of the store.
 */
#include "sim/store/error.h"

GQuark store_error_quark(void)
{
    return g_quark_from_static_string("store-error");
}
