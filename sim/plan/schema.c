/*
 * schema.c: looking things up in the tables of kinds.
 */
#include "sim/plan/schema.h"

#include <string.h>

const PlanKind *plan_kind_find(const PlanCatalog *catalog, const char *group, const char *name)
{
    for (const PlanKind *const *kind = catalog->kinds; *kind; kind++)
        if (strcmp((*kind)->name, name) == 0 && (!group || strcmp((*kind)->group, group) == 0))
            return *kind;
    return NULL;
}

int plan_field_find(const PlanKind *kind, const char *name)
{
    for (int i = 0; kind->fields[i].name; i++)
        if (strcmp(kind->fields[i].name, name) == 0)
            return i;
    return -1;
}

uint32_t plan_field_count(const PlanKind *kind)
{
    uint32_t count = 0;
    while (kind->fields[count].name)
        count++;
    return count;
}

const PlanOption *plan_option_find(const PlanField *field, const char *word)
{
    for (const PlanOption *option = field->options; option && option->word; option++)
        if (strcmp(option->word, word) == 0)
            return option;
    return NULL;
}
