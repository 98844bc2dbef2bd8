/*
 * reference.h: the schema as a page for readers.
 */
#ifndef SIM_STORE_REFERENCE_H
#define SIM_STORE_REFERENCE_H

/* Every table and view with its columns and comments, as Markdown made from schema.sql. Owned
 * (g_free). Never fails. */
char *store_schema_reference(void);

#endif
