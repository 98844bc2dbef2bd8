#include "sim/plan/frozen.h"
void plan_check(const Plan *plan, const PlanOrigin *origins, PlanProblems *problems)
{
    (void)plan; (void)origins; (void)problems;
}
